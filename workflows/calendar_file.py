"""A calendar is written by an administrator: read it strictly, and name every problem at once.

Findings of calendars have the codes BV151 (unknown key), BV152 (missing key), BV153 (a value of
the wrong kind, or badly written) and BV154 (lines that contradict each other).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Literal, TypeVar

from engine.calendar import FIRST_YEAR, LAST_YEAR, Calendar, DayMark
from engine.text import Text
from workflows.findings import Finding, FindingsError, in_order
from workflows.reader import Document, Node, read

LONGEST_TEXT = 300
LONGEST_RANGE = 31
_TOP = ("calendar", "edition", "title", "published", "opening", "yearly_off", "days")
_HOURS = re.compile(r"([0-2][0-9]:[0-5][0-9])-([0-2][0-9]:[0-5][0-9])", re.ASCII)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_KEY = re.compile(r"[a-z][a-z0-9-]{0,40}", re.ASCII)
_T = TypeVar("_T")


def load_calendar(content: bytes, file_name: str) -> Calendar:
    """Read one calendar; its hash is the SHA-256 of `content`.

    Raises:
        FindingsError: with every problem found.
    """
    document = read(content, file_name)
    form = _Form(document, list(document.findings))
    calendar = None if document.root is None else _calendar(form, document.root, content)
    if calendar is None:
        raise FindingsError(in_order(form.findings))
    return calendar


def _calendar(form: _Form, root: Node, content: bytes) -> Calendar | None:
    part = form.fields(root, _TOP)
    key = form.value(part.get("calendar"), _key)
    edition = form.value(part.get("edition"), _words)
    form.name(form.fields(part.get("title"), ("vi", "en")))
    first, last = _published(form, part.get("published"))
    hours = form.fields(part.get("opening"), ("hours",), ("unverified",))
    opening = _opening(form, hours.get("hours"))
    unverified = form.value(hours.get("unverified"), _truth)
    yearly = tuple(_yearly(form, part.get("yearly_off")))
    marks = tuple(_marks(form, part.get("days"), first, last))
    if form.findings or key is None or edition is None:
        return None
    return Calendar(
        key=key,
        edition=edition,
        hash=hashlib.sha256(content).hexdigest(),
        marks=marks,
        published_from=first,
        published_until=last,
        yearly_off=yearly,
        opening=opening,
        opening_unverified=bool(unverified),
    )


def _published(form: _Form, node: Node | None) -> tuple[date, date]:
    """Return the first and the last published day; all that can be counted if they are unfit."""
    part = form.fields(node, ("from", "until"))
    first = form.value(part.get("from"), _day) or date(FIRST_YEAR, 1, 1)
    last = form.value(part.get("until"), _day) or date(LAST_YEAR, 12, 31)
    if last < first:
        form.wrong(
            part["until"],
            "BV154",
            "Khoảng thời gian công bố kết thúc trước khi bắt đầu; hãy sửa 'from' hoặc 'until'.",
            "The published days end before they begin; correct 'from' or 'until'.",
        )
    return first, last


def _opening(form: _Form, node: Node | None) -> tuple[tuple[time, time], ...]:
    items = form.items(node)
    periods = [period for item in items if (period := form.value(item, _period))]
    edges = [edge for period in periods for edge in period]
    if node is not None and (not items or any(a >= b for a, b in pairwise(edges))):
        form.wrong(
            node,
            "BV154",
            "Giờ làm việc phải có ít nhất một khoảng, theo thứ tự và không chồng nhau.",
            "The opening hours need at least one period, in order and without overlap.",
        )
    return tuple(periods)


def _yearly(form: _Form, node: Node | None) -> Iterator[tuple[int, int, Text]]:
    for item in form.items(node):
        part = form.fields(item, ("on", "vi", "en"))
        on = form.value(part.get("on"), _day_of_year)
        name = form.name(part)
        if on and name:
            yield on.month, on.day, name


def _marks(form: _Form, node: Node | None, first: date, last: date) -> Iterator[DayMark]:
    seen: set[date] = set()
    for item in form.items(node):
        part = form.fields(
            item, ("vi", "en", "deed"), ("off", "worked", "until", "status", "unverified")
        )
        if not isinstance(item.value, dict):
            continue
        if ("off" in part) == ("worked" in part):
            form.wrong(
                item,
                "BV153",
                "Mỗi dòng cần đúng một trong hai khóa 'off' và 'worked'.",
                "Each line needs exactly one of the keys 'off' and 'worked'.",
            )
            continue
        kind: Literal["off", "worked"] = "off" if "off" in part else "worked"
        name, deed = form.name(part), form.value(part.get("deed"), _words)
        status = form.value(part.get("status"), _status) or "confirmed"
        unverified = bool(form.value(part.get("unverified"), _truth))
        for on in _days(form, part, kind):
            _check_day(form, part[kind], on, kind, first <= on <= last, on in seen)
            seen.add(on)
            if name and deed:
                yield DayMark(
                    on=on, kind=kind, name=name, deed=deed, status=status, unverified=unverified
                )


def _days(form: _Form, part: dict[str, Node], kind: str) -> list[date]:
    on = form.value(part[kind], _day)
    until = form.value(part["until"], _day) if "until" in part else on
    if on is None or until is None:
        return []
    if not 0 <= (until - on).days < LONGEST_RANGE:
        form.wrong(
            part["until"],
            "BV154",
            f"'until' phải là ngày đầu hoặc muộn hơn, cả khoảng nhiều nhất {LONGEST_RANGE} ngày.",
            f"'until' must be the first day or later, {LONGEST_RANGE} days in all at most.",
        )
        return []
    return [on + timedelta(days=n) for n in range((until - on).days + 1)]


def _check_day(
    form: _Form, node: Node, on: date, kind: str, published: bool, repeated: bool
) -> None:
    if repeated:
        form.wrong(
            node,
            "BV154",
            f"Ngày {on} được ghi hai lần; hãy bỏ một dòng.",
            f"The day {on} is written twice; remove one line.",
        )
    if not published:
        form.wrong(
            node,
            "BV154",
            f"Ngày {on} nằm ngoài khoảng đã công bố; hãy sửa ngày hoặc 'published'.",
            f"The day {on} is outside the published days; correct it or 'published'.",
        )
    if kind == "worked" and on.weekday() < 5:
        form.wrong(
            node,
            "BV154",
            f"Ngày {on} không phải thứ Bảy, Chủ nhật nên không thể là ngày làm bù.",
            f"The day {on} is no weekend day and cannot be worked in exchange.",
        )


@dataclass(frozen=True, slots=True)
class _Form:
    """Asks nodes for what their place wants, and keeps what is wrong.

    A node that is absent answers like an empty one: whoever required it has said so.
    """

    document: Document
    findings: list[Finding]

    def wrong(self, node: Node, code: str, vi: str, en: str) -> None:
        self.findings.append(self.document.finding(code, (), vi, en, place=node.place))

    def fields(
        self, node: Node | None, required: tuple[str, ...], optional: tuple[str, ...] = ()
    ) -> dict[str, Node]:
        if node is None:
            return {}
        if not isinstance(node.value, dict):
            self.wrong(
                node,
                "BV153",
                "Ở đây cần các cặp 'khóa: giá trị'.",
                "Keys with values belong here.",
            )
            return {}
        known = ", ".join((*required, *optional))
        found: dict[str, Node] = {}
        for key, value in node.value.items():
            if key in required or key in optional:
                found[key] = value
                continue
            self.wrong(
                Node(key, node.keys[key]),
                "BV151",
                f"Không có khóa {key!r}; các khóa: {known}.",
                f"There is no key {key!r}; the keys are: {known}.",
            )
        for key in required:
            if key not in found:
                self.wrong(node, "BV152", f"Thiếu khóa {key!r}.", f"The key {key!r} is missing.")
        return found

    def items(self, node: Node | None) -> list[Node]:
        if node is None:
            return []
        if not isinstance(node.value, list):
            self.wrong(node, "BV153", "Ở đây cần một danh sách.", "A list belongs here.")
            return []
        return node.value

    def value(self, node: Node | None, read_as: Callable[[object], _T]) -> _T | None:
        if node is None:
            return None
        try:
            return read_as(node.value)
        except _Unfit as fault:
            self.wrong(node, "BV153", fault.text.vi, fault.text.en)
            return None

    def name(self, part: dict[str, Node]) -> Text | None:
        vi, en = self.value(part.get("vi"), _words), self.value(part.get("en"), _words)
        return Text(vi, en) if vi and en else None


class _Unfit(Exception):
    """A value that does not say what its place wants."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(vi, en)


def _words(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT:
        raise _Unfit(
            f"Ở đây cần chữ, từ 1 đến {LONGEST_TEXT} ký tự (số thì đặt trong dấu nháy).",
            f"Text of 1 to {LONGEST_TEXT} characters belongs here (numbers in quotes).",
        )
    return value


def _key(value: object) -> str:
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise _Unfit(
            "Khóa lịch gồm chữ thường, chữ số và dấu gạch nối, bắt đầu bằng chữ.",
            "The key has lower-case letters, digits and hyphens, and begins with a letter.",
        )
    return value


def _day(value: object) -> date:
    try:
        on = date.fromisoformat(str(value)) if _DATE.fullmatch(str(value)) else None
    except ValueError:
        on = None
    if on is None or not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise _Unfit(
            f"{value!r} không phải là ngày có thật, viết như 2026-01-31.",
            f"{value!r} is not a day that exists, written as 2026-01-31.",
        )
    return on


def _day_of_year(value: object) -> date:
    try:
        return _day(f"2001-{value}")
    except _Unfit:
        raise _Unfit(
            f"{value!r} không phải là ngày có hằng năm, viết như 09-02.",
            f"{value!r} is not a day of every year, written as 09-02.",
        ) from None


def _period(value: object) -> tuple[time, time]:
    match = _HOURS.fullmatch(value) if isinstance(value, str) else None
    try:
        begin, end = map(time.fromisoformat, match.groups() if match else ())
    except ValueError:  # no two parts, or 25:00
        raise _Unfit(
            f"{value!r} không phải là khoảng giờ, viết như 07:30-11:30.",
            f"{value!r} is not a period, written as 07:30-11:30.",
        ) from None
    return begin, end


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise _Unfit("Ở đây cần true hoặc false.", "true or false belongs here.")
    return value


def _status(value: object) -> Literal["confirmed", "pending"]:
    if value == "confirmed":
        return "confirmed"
    if value == "pending":
        return "pending"
    raise _Unfit("Ở đây cần confirmed hoặc pending.", "confirmed or pending belongs here.")
