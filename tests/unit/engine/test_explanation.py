"""An explanation can be recounted by hand, and by a program."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from textwrap import dedent
from typing import Any

from engine.calendar import TZ
from engine.explanation import explain, explain_text
from engine.legal_clock import LegalClock, Policy, resume, start, stop, suspend
from engine.limits import Limit
from engine.text import Text
from procedures.calendars import national_calendar

VN = national_calendar()
LABEL = Text("Thời hạn giải quyết", "Time to decide")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TZ)


def clock(limit: str, begun: str, *, counted: bool = False) -> LegalClock:
    moment = at(begun)
    return start("c", Limit.parse(limit), moment.date(), moment, count_first_day=counted)


def told(c: LegalClock, *, source: str = "", unverified: bool = False) -> dict[str, Any]:
    return explain(c, VN, source=source, unverified=unverified, label=LABEL)


def text_of(c: LegalClock, lang: str, **more: Any) -> str:
    lines = explain_text(told(c, **more), lang).splitlines()
    return "\n".join(line for line in lines if not line.startswith(("Lịch:", "Calendar:")))


def test_each_day_of_a_public_posting_is_told_in_vietnamese() -> None:
    posting = clock("3 working days", "2025-08-28", counted=True)

    text = text_of(posting, "vi", source="Nghị định 152/2025/NĐ-CP", unverified=True)

    assert text == dedent("""\
        Thời hạn giải quyết: 3 ngày làm việc
        Căn cứ: Nghị định 152/2025/NĐ-CP [chưa kiểm chứng]
        Bắt đầu: Thứ Năm 28/08/2025
        Ngày xảy ra sự kiện được tính là ngày đầu tiên, theo quy định của thủ tục.
        Thời hạn kết thúc lúc 24:00 của ngày cuối cùng (Bộ luật Dân sự 2015, Điều 148).
           1. Thứ Năm 28/08/2025
           2. Thứ Sáu 29/08/2025
           -  Thứ Bảy 30/08/2025: Thứ Bảy
           -  Chủ nhật 31/08/2025: Chủ nhật
           -  Thứ Hai 01/09/2025: Quốc khánh (Công văn 8726/VPCP-KGVX; Thông báo 6150/TB-BLĐTBXH)
           -  Thứ Ba 02/09/2025: Quốc khánh (Công văn 8726/VPCP-KGVX; Thông báo 6150/TB-BLĐTBXH)
           3. Thứ Tư 03/09/2025
        Đến hạn: 2025-09-03 (Thứ Tư 03/09/2025, 24:00)""")


def test_a_last_day_that_moved_is_told_in_english() -> None:
    assert text_of(clock("5 days", "2026-03-09"), "en", source="Law 06/2022") == dedent("""\
        Time to decide: 5 days
        Source: Law 06/2022
        Start: Mon 2026-03-09
        The day of the event is not counted (Civil Code 2015, art. 147).
        The limit ends at 24:00 of its last day (Civil Code 2015, art. 148).
           1. Tue 2026-03-10
           2. Wed 2026-03-11
           3. Thu 2026-03-12
           4. Fri 2026-03-13
           5. Sat 2026-03-14
           -  Sun 2026-03-15: Sunday
        The last day, Sat 2026-03-14, is not a working day and moves to the next one (art. 148).
        Due: 2026-03-16 (Mon 2026-03-16, 24:00)""")


def test_hours_are_told_with_their_instants() -> None:
    assert text_of(clock("4 working hours", "2026-03-09T16:00"), "en") == dedent("""\
        Time to decide: 4 working hours
        Start: Mon 2026-03-09 16:00
        A limit in hours runs at once from the instant of the event.
        Working hours run only in the opening hours of working days.
           1. Mon 2026-03-09
           2. Tue 2026-03-10
        Due: 2026-03-10 (Tue 2026-03-10, 10:30)""")


def test_a_swapped_day_a_pending_day_and_an_unpublished_year_are_told() -> None:
    swapped = text_of(clock("1 working day", "2026-08-21"), "en")
    pending = text_of(clock("2 working days", "2026-11-20"), "en")
    provisional = text_of(clock("1 working day", "2026-12-31"), "vi")

    assert (
        "   1. Sat 2026-08-22: Worked in exchange for Monday 31 August 2026 "
        "(Công văn 9859/VPCP-KGVX ngày 13/10/2025; Thông báo 9441/TB-BNV)"
    ) in swapped
    assert (
        "If Tue 2026-11-24 (Vietnam Culture Day) is confirmed, due would move to Wed 2026-11-25."
    ) in pending
    assert "Tạm tính: có ngày nằm ngoài các năm đã công bố lịch nghỉ." in provisional


def test_suspensions_and_their_effects_are_told() -> None:
    c = clock("5 working days", "2026-03-09T09:00")
    for ground, policy, begin, end in (
        ("supplement", Policy.RESTART, "2026-03-10T10:00", "2026-03-12T10:00"),
        ("hold", Policy.REMAINING, "2026-03-13T10:00", "2026-03-16T10:00"),
        ("visit", Policy.ABSOLUTE, "2026-03-13T10:00", "2026-03-16T10:00"),
    ):
        c = suspend(c, ground, policy, at(begin).date(), at(begin), reason=f"why {ground}")
        c = resume(c, ground, at(end).date(), at(end))

    text = text_of(c, "en")

    assert "Begun anew, period 2: Thu 2026-03-12" in text
    assert (
        "Suspended after Tue 2026-03-10 through Thu 2026-03-12 (supplement - why supplement): "
        "then it begins anew." in text
    )
    assert "(hold - why hold): what was left is kept." in text
    assert "(visit - why visit): due does not move." in text
    assert "   -  Mon 2026-03-16: The clock is suspended" in text
    assert "Due: 2026-03-20 (Fri 2026-03-20, 24:00)" in text


def test_an_open_suspension_leaves_no_due_date_to_tell() -> None:
    c = clock("5 working days", "2026-03-09T09:00")
    c = suspend(c, "hold", Policy.REMAINING, date(2026, 3, 10), at("2026-03-10T10:00"))

    text = text_of(c, "vi")

    assert "Tạm dừng sau Thứ Ba 10/03/2026 đến hết nay (hold): phần còn lại được giữ" in text
    assert text.endswith("Đang tạm dừng: chưa có ngày đến hạn.")
    assert told(c)["due_on"] is None
    assert told(c)["due_at"] is None
    assert told(c)["suspended"] == [{"after": "2026-03-10", "until": None}]


def test_the_explanation_is_plain_json_with_all_of_the_derivation() -> None:
    explained = told(clock("2 working days", "2026-11-20T10:00"), source="Law", unverified=True)

    assert json.loads(json.dumps(explained)) == explained
    assert explained == {
        "label": {"vi": "Thời hạn giải quyết", "en": "Time to decide"},
        "limit": "2 working days",
        "limit_label": {"vi": "2 ngày làm việc", "en": "2 working days"},
        "source": "Law",
        "unverified": True,
        "time_zone": "Asia/Ho_Chi_Minh",
        "anchor_on": "2026-11-20",
        "anchor_at": "2026-11-20T10:00:00+07:00",
        "count_first_day": False,
        "rules": [
            {
                "vi": "Ngày xảy ra sự kiện không được tính (Bộ luật Dân sự 2015, Điều 147).",
                "en": "The day of the event is not counted (Civil Code 2015, art. 147).",
            },
            {
                "vi": "Thời hạn kết thúc lúc 24:00 của ngày cuối cùng "
                "(Bộ luật Dân sự 2015, Điều 148).",
                "en": "The limit ends at 24:00 of its last day (Civil Code 2015, art. 148).",
            },
        ],
        "period": 1,
        "period_anchor_on": "2026-11-20",
        "period_anchor_at": "2026-11-20T10:00:00+07:00",
        "due_on": "2026-11-24",
        "due_at": "2026-11-25T00:00:00+07:00",
        "due_at_exclusive": True,
        "counted": ["2026-11-23", "2026-11-24"],
        "skipped": [
            {"on": "2026-11-21", "why": {"vi": "Thứ Bảy", "en": "Saturday"}, "deed": None},
            {"on": "2026-11-22", "why": {"vi": "Chủ nhật", "en": "Sunday"}, "deed": None},
        ],
        "worked_in_exchange": [],
        "suspensions": [],
        "suspended": [],
        "rolled_from": None,
        "provisional": False,
        "pending": [
            {
                "on": "2026-11-24",
                "name": {"vi": "Ngày Văn hóa Việt Nam", "en": "Vietnam Culture Day"},
                "deed": "Nghị quyết 80-NQ/TW; Nghị quyết 30/NQ-CP "
                "(chưa sửa Điều 112 khoản 1 Bộ luật Lao động)",
                "would_move_to": "2026-11-25",
            }
        ],
        "ended": None,
        "calendar": {
            "key": "vn",
            "edition": "2026-11",
            "hash": VN.hash,
            "published_until": "2026-12-31",
            "opening": ["07:30-11:30", "13:30-17:00"],
            "opening_unverified": True,
        },
    }


def test_a_program_can_recount_an_explanation() -> None:
    explained = told(clock("25 working days", "2026-01-28"))
    counted, skipped = explained["counted"], [row["on"] for row in explained["skipped"]]

    days = [
        (date(2026, 1, 28) + timedelta(days=n)).isoformat()
        for n in range(1, len(counted) + len(skipped) + 1)
    ]

    assert sorted(counted + skipped) == days
    assert len(counted) == 25
    assert counted[-1] == explained["due_on"] == "2026-03-11"


def test_a_stopped_clock_says_that_it_has_ended() -> None:
    stopped = stop(clock("5 days", "2026-03-09"), date(2026, 3, 10), at("2026-03-10"))

    assert told(stopped)["ended"] == "stopped"
