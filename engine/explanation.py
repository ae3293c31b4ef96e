"""Why this date: each due date told so that a person, or a program, can recount it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from engine.calendar import TZ, Calendar
from engine.clock_record import LegalClock
from engine.legal_clock import derive
from engine.limits import Unit
from engine.text import Text

_DAYS = {
    "vi": ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ nhật"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_EVENT_DAY = {
    True: Text(
        "Ngày xảy ra sự kiện được tính là ngày đầu tiên, theo quy định của thủ tục.",
        "The day of the event counts as the first day, as the rule of this procedure says.",
    ),
    False: Text(
        "Ngày xảy ra sự kiện không được tính (Bộ luật Dân sự 2015, Điều 147).",
        "The day of the event is not counted (Civil Code 2015, art. 147).",
    ),
}
_END_OF_DAY = Text(
    "Thời hạn kết thúc lúc 24:00 của ngày cuối cùng (Bộ luật Dân sự 2015, Điều 148).",
    "The limit ends at 24:00 of its last day (Civil Code 2015, art. 148).",
)
_HOURS = Text(
    "Thời hạn tính bằng giờ bắt đầu ngay từ thời điểm xảy ra sự kiện.",
    "A limit in hours runs at once from the instant of the event.",
)
_WORKING_HOURS = Text(
    "Giờ làm việc chỉ tính trong giờ mở cửa của ngày làm việc.",
    "Working hours run only in the opening hours of working days.",
)


def explain(
    clock: LegalClock, calendar: Calendar, *, source: str, unverified: bool, label: Text
) -> dict[str, Any]:
    """Return the whole derivation of a due date as plain JSON.

    Dates are local; instants are ISO with the offset of Asia/Ho_Chi_Minh. `due_on` and `due_at`
    are null while the clock is suspended.

    Args:
        source: the norm that sets the limit; `unverified` if it was not seen.
        label: what the clock is called.
    """
    derived = derive(clock, calendar)
    in_days = clock.limit.unit.in_days
    rules = [_EVENT_DAY[clock.count_first_day], _END_OF_DAY] if in_days else [_HOURS]
    if clock.limit.unit is Unit.WORKING_HOURS:
        rules.append(_WORKING_HOURS)
    first = derived.period_anchor_on - timedelta(days=1)
    last = derived.due_on or first
    return {
        "label": _both(label),
        "limit": str(clock.limit),
        "limit_label": {"vi": clock.limit.label("vi"), "en": clock.limit.label("en")},
        "source": source,
        "unverified": unverified,
        "time_zone": TZ.key,
        "anchor_on": clock.anchor_on.isoformat(),
        "anchor_at": _local(clock.anchor_at),
        "count_first_day": clock.count_first_day,
        "rules": [_both(rule) for rule in rules],
        "period": derived.period,
        "period_anchor_on": derived.period_anchor_on.isoformat(),
        "period_anchor_at": _local(derived.period_anchor_at),
        "due_on": _day(derived.due_on),
        "due_at": None if derived.due_at is None else _local(derived.due_at),
        "due_at_exclusive": in_days,
        "counted": [on.isoformat() for on in derived.counted],
        "skipped": [
            {"on": closed.on.isoformat(), "why": _both(closed.why), "deed": closed.deed}
            for closed in derived.skipped
        ],
        "worked_in_exchange": [
            {"on": mark.on.isoformat(), "why": _both(mark.name), "deed": mark.deed}
            for on in derived.counted
            if (mark := calendar.worked_mark(on))
        ],
        "suspensions": [
            {
                "ground": s.ground,
                "policy": s.policy.value,
                "reason": s.reason,
                "from_on": s.from_on.isoformat(),
                "until_on": _day(s.until_on),
            }
            for s in clock.suspensions
        ],
        "suspended": [
            {"after": begin.isoformat(), "until": _day(end)} for begin, end in derived.suspended
        ],
        "rolled_from": _day(derived.rolled_from),
        "provisional": derived.provisional,
        "pending": [
            {
                "on": mark.on.isoformat(),
                "name": _both(mark.name),
                "deed": mark.deed,
                "would_move_to": moved.isoformat(),
            }
            for on, moved in derived.pending
            for mark in calendar.pending(first, last)
            if mark.on == on
        ],
        "ended": clock.ended,
        "calendar": {
            "key": calendar.key,
            "edition": calendar.edition,
            "hash": calendar.hash,
            "published_until": calendar.published_until.isoformat(),
            "opening": [f"{a:%H:%M}-{b:%H:%M}" for a, b in calendar.opening],
            "opening_unverified": calendar.opening_unverified,
        },
    }


def explain_text(explanation: Mapping[str, Any], lang: str) -> str:
    """Return an explanation as lines for people, in Vietnamese unless `lang` is `en`."""
    return "\n".join(_lines(explanation, _Speaker(lang)))


class _Speaker:
    """One of the two languages."""

    def __init__(self, lang: str) -> None:
        self.lang = "en" if lang == "en" else "vi"

    def __call__(self, vi: str, en: str) -> str:
        return en if self.lang == "en" else vi

    def day(self, iso: str) -> str:
        on = date.fromisoformat(iso)
        name = _DAYS[self.lang][on.weekday()]
        return f"{name} {on:%d/%m/%Y}" if self.lang == "vi" else f"{name} {iso}"


def _lines(told: Mapping[str, Any], say: _Speaker) -> list[str]:
    lang = say.lang
    unverified = say(" [chưa kiểm chứng]", " [unverified]")
    lines = [
        f"{told['label'][lang]}: {told['limit_label'][lang]}",
        *([say("Căn cứ: ", "Source: ") + told["source"]] if told["source"] else []),
        say("Bắt đầu: ", "Start: ") + _moment(told, "anchor", say),
    ]
    if told["unverified"] and told["source"]:
        lines[1] += unverified
    if told["period"] > 1:
        lines.append(
            say("Tính lại từ đầu, kỳ thứ ", "Begun anew, period ")
            + f"{told['period']}: {_moment(told, 'period_anchor', say)}"
        )
    lines += [rule[lang] for rule in told["rules"]]
    lines += [_suspension(s, say) for s in told["suspensions"]]
    exchanged = {row["on"]: row for row in told["worked_in_exchange"]}
    rows = {on: f"{n:>4}. {say.day(on)}" for n, on in enumerate(told["counted"], start=1)}
    for on, row in exchanged.items():
        rows[on] += f": {_reason(row, lang)}"
    for row in told["skipped"]:
        rows[row["on"]] = f"   -  {say.day(row['on'])}: {_reason(row, lang)}"
    lines += [rows[on] for on in sorted(rows)]
    if told["rolled_from"]:
        lines.append(
            say("Ngày cuối ", "The last day, ")
            + say.day(told["rolled_from"])
            + say(
                ", không phải ngày làm việc nên chuyển sang ngày làm việc tiếp theo (Điều 148).",
                ", is not a working day and moves to the next one (art. 148).",
            )
        )
    lines.append(_due(told, say))
    lines += [
        say("Nếu ngày ", "If ")
        + say.day(row["on"])
        + f" ({row['name'][lang]}) "
        + say(
            "được công nhận là ngày nghỉ, hạn sẽ chuyển sang ", "is confirmed, due would move to "
        )
        + f"{say.day(row['would_move_to'])}."
        for row in told["pending"]
    ]
    if told["provisional"]:
        lines.append(
            say(
                "Tạm tính: có ngày nằm ngoài các năm đã công bố lịch nghỉ.",
                "Provisional: some days are beyond the years whose days off are published.",
            )
        )
    calendar = told["calendar"]
    lines.append(
        say("Lịch: ", "Calendar: ")
        + f"{calendar['key']} {calendar['edition']} (SHA-256 {calendar['hash'][:12]}…)"
    )
    return lines


def _due(told: Mapping[str, Any], say: _Speaker) -> str:
    if told["due_on"] is None:
        return say(
            "Đang tạm dừng: chưa có ngày đến hạn.", "Suspended: there is no due date at present."
        )
    clock = "24:00" if told["due_at_exclusive"] else told["due_at"][11:16]
    return say("Đến hạn: ", "Due: ") + f"{told['due_on']} ({say.day(told['due_on'])}, {clock})"


def _moment(told: Mapping[str, Any], name: str, say: _Speaker) -> str:
    day = say.day(told[f"{name}_on"])
    return day if told["due_at_exclusive"] else f"{day} {told[f'{name}_at'][11:16]}"


def _suspension(row: Mapping[str, Any], say: _Speaker) -> str:
    until = say.day(row["until_on"]) if row["until_on"] else say("nay", "now")
    effect = {
        "remaining": say("phần còn lại được giữ nguyên", "what was left is kept"),
        "restart": say("sau đó tính lại từ đầu", "then it begins anew"),
        "absolute": say("không làm thay đổi hạn", "due does not move"),
    }[row["policy"]]
    reason = f" - {row['reason']}" if row["reason"] else ""
    begin = say.day(row["from_on"])
    return (
        say(f"Tạm dừng sau {begin} đến hết {until}", f"Suspended after {begin} through {until}")
        + f" ({row['ground']}{reason}): {effect}."
    )


def _reason(row: Mapping[str, Any], lang: str) -> str:
    return str(row["why"][lang]) + (f" ({row['deed']})" if row["deed"] else "")


def _both(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}


def _day(on: date | None) -> str | None:
    return None if on is None else on.isoformat()


def _local(at: datetime) -> str:
    return at.astimezone(TZ).isoformat()
