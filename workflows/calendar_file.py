"""A calendar is written by an administrator: read it strictly, and name every problem at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Literal, TypeVar

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.events import AliasEvent, NodeEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from engine.calendar import FIRST_YEAR, LAST_YEAR, Calendar, DayMark
from engine.errors import BangVangError
from engine.text import Text

_TOP = ["calendar", "edition", "title", "published", "opening", "yearly_off", "days"]
SIZE_CAP = 256 * 1024
LONGEST_TEXT = 300
_HOURS = re.compile(r"([0-2][0-9]:[0-5][0-9])-([0-2][0-9]:[0-5][0-9])", re.ASCII)
_KEY = re.compile(r"[a-z][a-z0-9-]{0,40}", re.ASCII)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class CalendarProblem:
    """One thing wrong with a calendar file; line and column count from 1."""

    line: int
    column: int
    text: Text


class CalendarFileError(BangVangError):
    """A calendar file that cannot be used; `problems` holds all that is wrong with it."""

    def __init__(self, file_name: str, problems: list[CalendarProblem]) -> None:
        """Keep the problems, in the order of the file; the message has one line for each."""
        self.file_name = file_name
        self.problems = tuple(sorted(problems, key=lambda p: (p.line, p.column)))
        super().__init__("\n".join(self.lines("vi")))

    def lines(self, lang: str) -> list[str]:
        """Return a line for people for each problem: `file:line:column: sentence`."""
        return [f"{self.file_name}:{p.line}:{p.column}: {p.text.in_(lang)}" for p in self.problems]


def load_calendar(content: bytes, file_name: str) -> Calendar:
    """Read one calendar; its hash is the SHA-256 of `content`.

    Aliases, anchors, tags, duplicate and unknown keys and files over 256 KiB are refused.

    Raises:
        CalendarFileError: with every problem found.
    """
    reader = _Reader()
    root = reader.tree(content)
    calendar = None if root is None else _calendar(reader, root, content)
    if calendar is None or reader.problems:
        raise CalendarFileError(file_name, reader.problems)
    return calendar


def _calendar(reader: _Reader, root: Node, content: bytes) -> Calendar | None:
    part = reader.fields(
        root,
        required=["calendar", "edition", "title", "published", "opening", "yearly_off", "days"],
    )
    key = reader.value(part.get("calendar"), _key)
    edition = reader.value(part.get("edition"), _words)
    reader.text(part.get("title"))
    published = reader.fields(part.get("published"), required=["from", "until"])
    first = reader.value(published.get("from"), _day)
    last = reader.value(published.get("until"), _day)
    hours = reader.fields(part.get("opening"), required=["hours"], optional=["unverified"])
    opening = _opening(reader, hours.get("hours"))
    unverified = reader.flag(hours.get("unverified"))
    yearly = tuple(_yearly(reader, part.get("yearly_off")))
    marks = tuple(_marks(reader, part.get("days"), first, last))
    if first and last and last < first:
        reader.wrong(
            published["until"],
            "Năm công bố kết thúc trước khi bắt đầu.",
            "The published days end before they begin.",
        )
    if reader.problems or not (key and edition and first and last):
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
        opening_unverified=unverified,
    )


def _opening(reader: _Reader, node: Node | None) -> tuple[tuple[time, time], ...]:
    items = reader.items(node)
    periods = [period for item in items if (period := reader.value(item, _period))]
    edges = [edge for period in periods for edge in period]
    if node is not None and (not items or any(a >= b for a, b in pairwise(edges))):
        reader.wrong(
            node,
            "Giờ làm việc phải có ít nhất một khoảng, theo thứ tự và không chồng nhau.",
            "The opening hours need at least one period, in order and without overlap.",
        )
    return tuple(periods)


def _yearly(reader: _Reader, node: Node | None) -> Iterator[tuple[int, int, Text]]:
    for item in reader.items(node):
        part = reader.fields(item, required=["on", "vi", "en"])
        on = reader.value(part.get("on"), _day_of_year)
        name = reader.name(part)
        if on and name:
            yield on.month, on.day, name


def _marks(
    reader: _Reader, node: Node | None, first: date | None, last: date | None
) -> Iterator[DayMark]:
    seen: set[date] = set()
    for item in reader.items(node):
        part = reader.fields(
            item,
            required=["vi", "en", "deed"],
            optional=["off", "worked", "until", "status", "unverified"],
        )
        if not part:
            continue
        if ("off" in part) == ("worked" in part):
            reader.wrong(
                item,
                "Mỗi dòng cần đúng một trong hai khóa 'off' hoặc 'worked'.",
                "Each line needs exactly one of the keys 'off' and 'worked'.",
            )
            continue
        kind: Literal["off", "worked"] = "off" if "off" in part else "worked"
        days = _days(reader, part, kind)
        name, deed = reader.name(part), reader.value(part.get("deed"), _words)
        status = reader.value(part.get("status"), _status) or "confirmed"
        unverified = reader.flag(part.get("unverified"))
        for on in days:
            if on in seen:
                reader.wrong(
                    part[kind], f"Ngày {on} được ghi hai lần.", f"The day {on} is written twice."
                )
            seen.add(on)
            if first and last and not first <= on <= last:
                reader.wrong(
                    part[kind],
                    f"Ngày {on} nằm ngoài các năm đã công bố.",
                    f"The day {on} is outside the published days.",
                )
            if kind == "worked" and on.weekday() < 5:
                reader.wrong(
                    part[kind],
                    f"Ngày {on} không phải thứ Bảy, Chủ nhật nên không thể là ngày làm bù.",
                    f"The day {on} is no weekend day and cannot be worked in exchange.",
                )
            if name and deed:
                yield DayMark(
                    on=on, kind=kind, name=name, deed=deed, status=status, unverified=unverified
                )


def _days(reader: _Reader, part: dict[str, Node], kind: str) -> list[date]:
    on = reader.value(part[kind], _day)
    until = reader.value(part["until"], _day) if "until" in part else on
    if on is None or until is None:
        return []
    if not 0 <= (until - on).days <= 30:
        reader.wrong(
            part["until"],
            "'until' phải từ ngày đầu đến nhiều nhất 30 ngày sau.",
            "'until' must be the first day or at most 30 days after it.",
        )
        return []
    return [on + timedelta(days=n) for n in range((until - on).days + 1)]


@dataclass(slots=True)
class _Reader:
    """Walks a YAML tree and keeps what is wrong, so that one run names it all."""

    problems: list[CalendarProblem] = field(default_factory=list)

    def wrong(self, node: Node, vi: str, en: str) -> None:
        self._at(node.start_mark, vi, en)

    def _at(self, mark: StringMark | None, vi: str, en: str) -> None:
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        self.problems.append(CalendarProblem(line, column, Text(vi, en)))

    def tree(self, content: bytes) -> Node | None:
        if len(content) > SIZE_CAP:
            self._at(None, "Tệp lớn hơn 256 KiB.", "The file is larger than 256 KiB.")
            return None
        try:
            text = content.decode("utf-8")
            if not self._is_plain(text):
                return None
            root: Node | None = YAML(typ="safe", pure=True).compose(text)
        except UnicodeDecodeError:
            self._at(None, "Tệp không phải UTF-8.", "The file is not UTF-8.")
            return None
        except MarkedYAMLError as fault:
            words = fault.problem or "YAML"
            self._at(
                fault.problem_mark, f"YAML không đọc được: {words}.", f"Unreadable YAML: {words}."
            )
            return None
        except (YAMLError, RecursionError):
            self._at(None, "YAML không đọc được.", "Unreadable YAML.")
            return None
        if root is None:
            self._at(None, "Tệp trống.", "The file is empty.")
        return root

    def _is_plain(self, text: str) -> bool:
        """Refuse what could make the file mean more than it shows."""
        for event in YAML(typ="safe", pure=True).parse(text):
            if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and event.anchor):
                self._at(
                    event.start_mark,
                    "Không dùng neo (&) và bí danh (*).",
                    "Anchors (&) and aliases (*) are not allowed.",
                )
            elif getattr(event, "tag", None) is not None:
                self._at(event.start_mark, "Không dùng thẻ (!).", "Tags (!) are not allowed.")
        return not self.problems

    def fields(
        self, node: Node | None, *, required: list[str], optional: list[str] | None = None
    ) -> dict[str, Node]:
        """Return the known fields of a mapping; {} and a problem if it is none."""
        if node is None:
            return {}
        if not isinstance(node, MappingNode):
            self.wrong(node, "Ở đây cần các cặp khóa: giá trị.", "Keys with values belong here.")
            return {}
        known = [*required, *(optional or [])]
        found: dict[str, Node] = {}
        for key, value in node.value:
            name = str(key.value)
            if name in found:
                self.wrong(key, f"Khóa {name!r} lặp lại.", f"The key {name!r} is repeated.")
            elif name not in known:
                self.wrong(
                    key,
                    f"Không có khóa {name!r}; các khóa: {', '.join(known)}.",
                    f"There is no key {name!r}; the keys are: {', '.join(known)}.",
                )
            else:
                found[name] = value
        for name in required:
            if name not in found:
                self.wrong(node, f"Thiếu khóa {name!r}.", f"The key {name!r} is missing.")
        return found

    def items(self, node: Node | None) -> list[Node]:
        if node is None:
            return []
        if not isinstance(node, SequenceNode):
            self.wrong(node, "Ở đây cần một danh sách.", "A list belongs here.")
            return []
        return list(node.value)

    def value(self, node: Node | None, read: Callable[[str], _T]) -> _T | None:
        """Return what `read` makes of a scalar; None and its complaint if it raises _Unfit."""
        if node is None:
            return None
        if not isinstance(node, ScalarNode):
            self.wrong(node, "Ở đây cần một giá trị.", "A single value belongs here.")
            return None
        try:
            return read(str(node.value))
        except _Unfit as fault:
            self.wrong(node, fault.text.vi, fault.text.en)
            return None

    def flag(self, node: Node | None) -> bool:
        return bool(self.value(node, _truth))

    def name(self, part: dict[str, Node]) -> Text | None:
        vi, en = self.value(part.get("vi"), _words), self.value(part.get("en"), _words)
        return Text(vi, en) if vi and en else None

    def text(self, node: Node | None) -> Text | None:
        return self.name(self.fields(node, required=["vi", "en"]))


class _Unfit(Exception):
    """A scalar that does not say what its place wants."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(vi, en)


def _words(written: str) -> str:
    if not written.strip() or len(written) > LONGEST_TEXT:
        raise _Unfit("Cần từ 1 đến 300 ký tự.", "1 to 300 characters belong here.")
    return written


def _key(written: str) -> str:
    if not _KEY.fullmatch(written):
        raise _Unfit(
            "Khóa lịch gồm chữ thường, chữ số và dấu gạch nối, bắt đầu bằng chữ.",
            "The key has lower-case letters, digits and hyphens, and begins with a letter.",
        )
    return written


def _day(written: str) -> date:
    try:
        on = date.fromisoformat(written) if len(written) == 10 else None
    except ValueError:
        on = None
    if on is None or not FIRST_YEAR <= on.year <= LAST_YEAR:
        raise _Unfit(
            f"{written!r} không phải là ngày dạng 2026-01-31.",
            f"{written!r} is not a date like 2026-01-31.",
        )
    return on


def _day_of_year(written: str) -> date:
    try:
        return _day(f"2001-{written}")
    except _Unfit:
        raise _Unfit(
            f"{written!r} không phải là ngày hằng năm dạng 09-02.",
            f"{written!r} is not a day of every year like 09-02.",
        ) from None


def _period(written: str) -> tuple[time, time]:
    match = _HOURS.fullmatch(written)
    try:
        if match:
            return time.fromisoformat(match.group(1)), time.fromisoformat(match.group(2))
    except ValueError:
        pass  # 25:00 looks like a time and is none; it gets the same sentence
    raise _Unfit(
        f"{written!r} không phải là khoảng giờ dạng 07:30-11:30.",
        f"{written!r} is not a period like 07:30-11:30.",
    )


def _truth(written: str) -> bool:
    if written not in ("true", "false"):
        raise _Unfit("Ở đây cần true hoặc false.", "true or false belongs here.")
    return written == "true"


def _status(written: str) -> Literal["confirmed", "pending"]:
    if written == "confirmed":
        return "confirmed"
    if written == "pending":
        return "pending"
    raise _Unfit("'status' là confirmed hoặc pending.", "'status' is either confirmed or pending.")
