"""Where a limit ends: Civil Code 2015, articles 147 and 148, with suspended time taken out."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from engine.calendar import TZ, Calendar, Closed, require_countable
from engine.limits import Limit, Unit
from engine.text import Text

_DAY = timedelta(days=1)
_TICK = timedelta(microseconds=1)
_HOUR = timedelta(hours=1) // _TICK
_SUSPENDED = Text("Tạm dừng tính thời hạn", "The clock is suspended")
_Point = TypeVar("_Point", date, datetime)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """The event from which a limit runs.

    Attributes:
        counted: whether the day of the event counts as the first day; without meaning for hours.
    """

    on: date
    at: datetime
    counted: bool

    @property
    def before(self) -> date:
        """Return the day after which days begin to count."""
        return self.on - _DAY if self.counted else self.on


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """Time taken out of a limit: days after `from_on` up to and including `until_on`.

    For limits in hours, the time from `from_at` until `until_at`.
    """

    from_on: date
    from_at: datetime
    until_on: date
    until_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Where a limit ends.

    Attributes:
        on: the last day, local.
        at: the instant it ends, UTC. For limits in days the first instant of the day after `on`.
        rolled_from: the last day as counted, if it was not open and the limit moved on from it.
    """

    on: date
    at: datetime
    rolled_from: date | None = None


def due_of(limit: Limit, start: Start, spans: Sequence[Span], calendar: Calendar) -> Due:
    """Return where `limit` ends. No step depends on how long the limit is.

    Raises:
        CalendarRangeError: start or end is not within the years that can be counted.
    """
    require_countable(start.on)
    if limit.unit.in_days:
        last = _last_day(limit, start, spans, calendar)
        on = last if limit.unit is Unit.WORKING_DAYS else _rolled(last, spans, calendar)
        return Due(on=on, at=end_of_day(on), rolled_from=None if on == last else last)
    instants = _merged((span.from_at, span.until_at) for span in spans)
    begin, amount = start.at.astimezone(UTC), limit.number * _HOUR
    if limit.unit is Unit.HOURS:
        at = _walk(begin, amount, instants, _ticks_between, _ticks_on)
    else:
        at = _walk(
            begin,
            amount,
            instants,
            lambda from_at, to_at: calendar.working_time(from_at, to_at) // _TICK,
            lambda from_at, ticks: calendar.add_working_time(from_at, ticks * _TICK),
        )
    return Due(on=at.astimezone(TZ).date(), at=at.astimezone(UTC))


def end_of_day(on: date) -> datetime:
    """Return 24:00 of a local day, in UTC: the first instant of the day after it."""
    return datetime.combine(on + _DAY, time(), TZ).astimezone(UTC)


def add_months(on: date, n: int) -> date:
    """Return the same day n months on, or the last day of a month without it (art. 148)."""
    year, month = divmod(on.year * 12 + on.month - 1 + n, 12)
    return date(year, month + 1, min(on.day, monthrange(year, month + 1)[1]))


def account_for(
    limit: Limit, start: Start, spans: Sequence[Span], due: Due, calendar: Calendar
) -> tuple[tuple[date, ...], tuple[Closed, ...]]:
    """Name each day from the start to the due day as counted or skipped, for people to recount.

    For limits in hours, a day counts if some of its hours ran. Walks over the days: for
    explanations, not for deciding.
    """
    counted: list[date] = []
    skipped: list[Closed] = []
    first = start.before + _DAY if limit.unit.in_days else start.at.astimezone(TZ).date()
    last = due.rolled_from or due.on
    needs_open = limit.unit in (Unit.WORKING_DAYS, Unit.WORKING_HOURS)
    for ordinal in range(first.toordinal(), due.on.toordinal() + 1):
        on = date.fromordinal(ordinal)
        closed = calendar.why_closed(on)
        if _is_suspended(on, spans, whole_day=not limit.unit.in_days):
            skipped.append(Closed(on=on, why=_SUSPENDED))
        elif closed is not None and (needs_open or on > last):
            skipped.append(closed)
        elif on <= last:
            counted.append(on)
    return tuple(counted), tuple(skipped)


def _last_day(limit: Limit, start: Start, spans: Sequence[Span], calendar: Calendar) -> date:
    days = _merged((span.from_on, span.until_on) for span in spans)
    if limit.unit is Unit.WORKING_DAYS:
        return _walk(
            start.before, limit.number, days, calendar.open_days, calendar.add_working_days
        )
    number = limit.number
    if limit.unit is Unit.MONTHS:
        number = (_end_of_months(start, limit.number) - start.before).days
    return _walk(start.before, number, days, _days_between, _days_on)


def _end_of_months(start: Start, n: int) -> date:
    if not start.counted:
        return add_months(start.on, n)
    # Counted from the first of a month, a month ends with the last day of that month.
    return add_months(start.on, n) - _DAY if start.on.day == 1 else add_months(start.before, n)


def _walk(
    start: _Point,
    amount: int,
    spans: Iterable[tuple[_Point, _Point]],
    free: Callable[[_Point, _Point], int],
    add: Callable[[_Point, int], _Point],
) -> _Point:
    """Spend `amount` from `start` on, jumping over each span; one step per span."""
    for begin, end in spans:
        room = max(0, free(start, begin))
        if room >= amount:
            break
        start, amount = max(start, end), amount - room
    return add(start, amount)


def _rolled(on: date, spans: Sequence[Span], calendar: Calendar) -> date:
    """Return `on`, or the next day that is open and not suspended."""
    on = calendar.next_open_day(on)
    for begin, end in _merged((span.from_on, span.until_on) for span in spans):
        if begin < on <= end:
            on = calendar.next_open_day(end + _DAY)
    return on


def _merged(spans: Iterable[tuple[_Point, _Point]]) -> list[tuple[_Point, _Point]]:
    """Return spans in order, with those that overlap or touch as one: they count once."""
    merged: list[tuple[_Point, _Point]] = []
    for begin, end in sorted(spans):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


def _is_suspended(on: date, spans: Sequence[Span], *, whole_day: bool) -> bool:
    if whole_day:
        midnight, end = end_of_day(on - _DAY), end_of_day(on)
        return any(span.from_at <= midnight and end <= span.until_at for span in spans)
    return any(span.from_on < on <= span.until_on for span in spans)


def _days_between(after: date, until: date) -> int:
    return (until - after).days


def _days_on(on: date, n: int) -> date:
    return on + n * _DAY


def _ticks_between(from_at: datetime, to_at: datetime) -> int:
    return (to_at - from_at) // _TICK


def _ticks_on(at: datetime, ticks: int) -> datetime:
    return at + ticks * _TICK
