"""Which days and hours count: open days, swapped days, and the deed behind each of them.

Counting never walks over days. Open days up to any day follow from the weekday formula and one
look-up in the sorted list of days that differ from it, so a limit of 5 days and one of 5,000 cost
the same.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import accumulate, pairwise
from typing import Literal
from zoneinfo import ZoneInfo

from engine.errors import BangVangError, DefinitionError
from engine.text import Text

TZ = ZoneInfo("Asia/Ho_Chi_Minh")
FIRST_YEAR, LAST_YEAR = 1900, 2399
_FIRST, _LAST = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
_MINUTE = timedelta(minutes=1)
_WEEKEND = {5: Text("Thứ Bảy", "Saturday"), 6: Text("Chủ nhật", "Sunday")}


class CalendarRangeError(BangVangError):
    """A date lies outside the years that can be counted (1900 to 2399)."""

    def __init__(self, on: str) -> None:
        """Name the date."""
        self.text = Text(
            f"Ngày {on} nằm ngoài khoảng tính được ({FIRST_YEAR}-{LAST_YEAR}).",
            f"The date {on} is outside the years that can be counted ({FIRST_YEAR}-{LAST_YEAR}).",
        )
        super().__init__(self.text.vi)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayMark:
    """One day that a deed made different from what its weekday says.

    Attributes:
        kind: `off` = not open though a weekday (or a holiday on a weekend); `worked` = a weekend
            day that is open because a weekday was swapped for it.
        status: a `pending` mark changes nothing until it is confirmed; explanations show what it
            would move.
        unverified: the deed was not seen in the original.
    """

    on: date
    kind: Literal["off", "worked"]
    name: Text
    deed: str
    status: Literal["confirmed", "pending"] = "confirmed"
    unverified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Closed:
    """A day that was not counted, and why.

    Attributes:
        deed: the deed that closed the day; None for an ordinary weekend.
    """

    on: date
    why: Text
    deed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """One edition of a calendar of open days and hours, local to Asia/Ho_Chi_Minh.

    Attributes:
        hash: SHA-256 (hex) of the bytes it was loaded from.
        marks: days that differ, at most one a day.
        published_until: last day for which deeds are known, inclusive. Later days follow from
            weekends and `yearly_off` alone and are provisional.
        published_from: first such day, inclusive; earlier days are provisional likewise.
        yearly_off: (month, day, name) of holidays that fall on the same date every year.
        opening: periods of a working day, in order, without overlap; the end is exclusive.
        opening_unverified: the opening hours rest on no deed that was seen.

    Raises:
        DefinitionError: two marks for one day, a mark outside the published days, no opening
            hours, or opening hours out of order.
    """

    key: str
    edition: str
    hash: str
    marks: tuple[DayMark, ...]
    published_until: date
    yearly_off: tuple[tuple[int, int, Text], ...]
    opening: tuple[tuple[time, time], ...]
    published_from: date = _FIRST
    opening_unverified: bool = False
    _by_day: dict[date, DayMark] = field(init=False, repr=False, compare=False)
    _differing: list[int] = field(init=False, repr=False, compare=False)
    _balance: list[int] = field(init=False, repr=False, compare=False)
    _opened_by: list[int] = field(init=False, repr=False, compare=False)
    _day_length: timedelta = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Check the data and build the index that makes counting independent of length."""
        by_day: dict[date, DayMark] = {}
        for mark in self.marks:
            if mark.on in by_day:
                raise DefinitionError(f"Lịch {self.key}: ngày {mark.on} được ghi hai lần.")
            if not self.published_from <= mark.on <= self.published_until:
                raise DefinitionError(
                    f"Lịch {self.key}: ngày {mark.on} nằm ngoài các năm đã công bố "
                    f"({self.published_from} đến {self.published_until})."
                )
            by_day[mark.on] = mark
        if any((month, day) == (2, 29) for month, day, _ in self.yearly_off):
            raise DefinitionError(f"Lịch {self.key}: ngày 29/2 không có hằng năm.")
        edges = [edge for period in self.opening for edge in period]
        if not edges or any(a >= b for a, b in pairwise(edges)):
            raise DefinitionError(f"Lịch {self.key}: giờ làm việc trống hoặc không theo thứ tự.")
        object.__setattr__(self, "_by_day", by_day)
        differing = dict(self._differences())
        object.__setattr__(self, "_differing", sorted(differing))
        steps = (differing[ordinal] for ordinal in self._differing)
        object.__setattr__(self, "_balance", list(accumulate(steps, initial=0)))
        by = [self._opened(date.fromordinal(ordinal)) for ordinal in self._differing]
        object.__setattr__(self, "_opened_by", by)
        length = sum((_since(start, end) for start, end in self.opening), timedelta())
        object.__setattr__(self, "_day_length", length)

    def _differences(self) -> Iterator[tuple[int, int]]:
        """Yield (ordinal, +1 or -1) for each day that is not what its weekday says."""
        for mark in self.marks:
            if mark.status == "pending":
                continue
            weekend = mark.on.weekday() in _WEEKEND
            if mark.kind == "off" and not weekend:
                yield mark.on.toordinal(), -1
            if mark.kind == "worked" and weekend:
                yield mark.on.toordinal(), 1
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            for month, day, _ in self.yearly_off:
                on = date(year, month, day)
                if not self.is_published(on) and on.weekday() not in _WEEKEND:
                    yield on.toordinal(), -1

    def is_published(self, on: date) -> bool:
        """Tell whether the deeds of this day are known; other days are provisional."""
        return self.published_from <= on <= self.published_until

    def is_open(self, on: date) -> bool:
        """Tell whether `on` is a working day."""
        return self.why_closed(on) is None

    def why_closed(self, on: date) -> Closed | None:
        """Return why `on` is not a working day, or None if it is one."""
        mark = self._by_day.get(on)
        if mark is not None and mark.status == "confirmed":
            return Closed(on=on, why=mark.name, deed=mark.deed) if mark.kind == "off" else None
        if not self.is_published(on):
            for month, day, name in self.yearly_off:
                if (on.month, on.day) == (month, day):
                    return Closed(on=on, why=name)
        weekend = _WEEKEND.get(on.weekday())
        return None if weekend is None else Closed(on=on, why=weekend)

    def worked_mark(self, on: date) -> DayMark | None:
        """Return the deed that made a weekend day a working day, or None."""
        mark = self._by_day.get(on)
        confirmed = mark is not None and mark.status == "confirmed" and mark.kind == "worked"
        return mark if confirmed else None

    def next_open_day(self, on: date) -> date:
        """Return `on` if it is open, else the first open day after it."""
        return self._nth_open(self._opened_before(on) + 1)

    def add_working_days(self, on: date, n: int) -> date:
        """Return the n-th open day after `on` (before it if n < 0; `on` itself if n = 0).

        `on` is not counted, open or not (Civil Code 2015, art. 147).

        Raises:
            CalendarRangeError: the answer is not within 1900 to 2399.
        """
        if n == 0:
            return on
        if n > 0:
            return self._nth_open(self._opened(on) + n)
        return self._nth_open(self._opened_before(on) + n + 1)

    def open_days(self, after: date, until: date) -> int:
        """Count open days after `after` up to and including `until`; negative if it is earlier."""
        return self._opened(until) - self._opened(after)

    def _opened(self, on: date) -> int:
        """Number the open days: the number of the last one up to and including `on`."""
        require_countable(on)
        ordinal = on.toordinal()
        weeks, rest = divmod(ordinal, 7)  # ordinal 1 was a Monday
        return 5 * weeks + min(rest, 5) + self._balance[bisect_right(self._differing, ordinal)]

    def _opened_before(self, on: date) -> int:
        return self._opened(on) - self.is_open(on)

    def _nth_open(self, n: int) -> date:
        # Between two differing days the balance is constant, so the weekday formula can be turned
        # around; the day sought lies up to the first differing day that has n open days behind it.
        index = bisect_left(self._opened_by, n)
        weeks, rest = divmod(n - self._balance[index] - 1, 5)
        ordinal = 7 * weeks + rest + 1
        if index < len(self._differing):
            ordinal = min(ordinal, self._differing[index])
        if ordinal < _FIRST.toordinal():
            raise CalendarRangeError(f"< {_FIRST}")
        if ordinal > _LAST.toordinal():
            raise CalendarRangeError(f"> {_LAST}")
        return date.fromordinal(ordinal)

    def opening_at(self, on: date) -> datetime:
        """Return the instant at which a working day begins on that date (open or not)."""
        return datetime.combine(on, self.opening[0][0], TZ)

    def add_working_minutes(self, at: datetime, minutes: int) -> datetime:
        """Return the instant at which `minutes` of opening time after `at` have passed.

        Before `at` if negative; then the latest such instant. Local to Asia/Ho_Chi_Minh.

        Raises:
            CalendarRangeError: the answer is not within 1900 to 2399.
        """
        return self.add_working_time(at, minutes * _MINUTE)

    def working_minutes(self, from_at: datetime, to_at: datetime) -> int:
        """Count whole minutes of opening time from one instant to another.

        Negative when `to_at` is earlier; a begun minute over counts as one (-1).
        """
        return self.working_time(from_at, to_at) // _MINUTE

    def add_working_time(self, at: datetime, amount: timedelta) -> datetime:
        """Do what `add_working_minutes` does, to the microsecond."""
        if not amount:
            return at.astimezone(TZ)
        full, rest = divmod(self._position(at) + amount, self._day_length)
        # The end of a period is as far along as the beginning of the next: forward means the end.
        end = amount > timedelta()
        if end and not rest:
            full, rest = full - 1, self._day_length
        return self._at(self._nth_open(full + 1), rest, end=end)

    def working_time(self, from_at: datetime, to_at: datetime) -> timedelta:
        """Return the opening time between two instants; negative when `to_at` is earlier."""
        return self._position(to_at) - self._position(from_at)

    def _position(self, at: datetime) -> timedelta:
        """Return how much opening time had passed at `at` since the first countable day."""
        local = at.astimezone(TZ)
        on = local.date()
        position = self._opened_before(on) * self._day_length
        if self.is_open(on):
            for start, end in self.opening:
                position += max(timedelta(), _since(start, min(end, local.time())))
        return position

    def _at(self, on: date, into: timedelta, *, end: bool) -> datetime:
        """Return the instant `into` the opening time of `on`, which is within it."""
        for start, stop in self.opening[:-1]:
            length = _since(start, stop)
            if into < length or (end and into == length):
                return datetime.combine(on, start, TZ) + into
            into -= length
        return datetime.combine(on, self.opening[-1][0], TZ) + into

    def pending(self, after: date, until: date) -> tuple[DayMark, ...]:
        """Return the marks not yet confirmed, after `after` up to and including `until`."""
        return tuple(m for m in self.marks if m.status == "pending" and after < m.on <= until)

    def confirming(self, on: date) -> Calendar:
        """Return the calendar as it would be if the pending mark of `on` were confirmed."""
        marks = (replace(m, status="confirmed") if m.on == on else m for m in self.marks)
        return replace(self, marks=tuple(marks))


def require_countable(on: date) -> None:
    """Refuse a date outside the years that can be counted.

    Raises:
        CalendarRangeError: `on` is not within 1900 to 2399.
    """
    if not _FIRST <= on <= _LAST:
        raise CalendarRangeError(on.isoformat())


def _since(start: time, end: time) -> timedelta:
    """Return end - start within one day; negative if `end` is earlier."""
    day = date(2000, 1, 1)
    return datetime.combine(day, end) - datetime.combine(day, start)
