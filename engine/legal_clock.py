"""When a clock is due, why, what its ladder asks next, and how far ahead of it a dossier was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from engine.calendar import TZ, Calendar, Closed
from engine.clock_record import (
    ClockRefused,
    LegalClock,
    Policy,
    Suspension,
    cancel,
    clock_from_json,
    clock_to_json,
    resume,
    start,
    stop,
    suspend,
)
from engine.counting import Due, Span, Start, account_for, add_months, due_of, end_of_day
from engine.ladder import RungAt
from engine.limits import Limit, Unit
from engine.remembered import RememberedAlike
from engine.text import Text

__all__ = [
    "ClockRefused",
    "Derivation",
    "LegalClock",
    "Margin",
    "Policy",
    "RungDue",
    "Suspension",
    "cancel",
    "clock_from_json",
    "clock_to_json",
    "derive",
    "is_overdue",
    "last_period",
    "left",
    "margin",
    "resume",
    "rung_dues",
    "start",
    "stop",
    "suspend",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """Why a clock is due when it is; `None` for due while it is suspended.

    Attributes:
        period: the clock's first one (1), and one more for each restart.
        due_on: the last day (local, inclusive).
        due_at: the instant (UTC) at which the limit is over; for limits in days it is exclusive.
        suspended: (from, until) of this period; `until` is None while the suspension is open.
        rolled_from: the last day as counted, if it was not open and due moved on from it.
        provisional: it rests on days of which the deeds are not known yet.
    """

    clock: LegalClock
    calendar: Calendar
    due_on: date | None
    due_at: datetime | None
    period: int
    period_anchor_on: date
    period_anchor_at: datetime
    suspended: tuple[tuple[date, date | None], ...]
    rolled_from: date | None
    provisional: bool

    @property
    def calendar_edition(self) -> str:
        """Return the edition of the calendar that was counted on."""
        return self.calendar.edition

    @property
    def calendar_hash(self) -> str:
        """Return the hash of the calendar that was counted on."""
        return self.calendar.hash

    @property
    def counted(self) -> tuple[date, ...]:
        """Return each day that was counted in this period; () while suspended."""
        return self._account()[0]

    @property
    def skipped(self) -> tuple[Closed, ...]:
        """Return each day that was not counted in this period, and why; () while suspended."""
        return self._account()[1]

    @property
    def pending(self) -> tuple[tuple[date, date], ...]:
        """Return each unconfirmed day with the day to which it would move due if confirmed."""
        if self.due_on is None:
            return ()
        moves = []
        for mark in self.calendar.pending(self.period_anchor_on - timedelta(days=1), self.due_on):
            then = derive(self.clock, self.calendar.confirming(mark.on)).due_on
            if then is not None and then != self.due_on:
                moves.append((mark.on, then))
        return tuple(moves)

    def _account(self) -> tuple[tuple[date, ...], tuple[Closed, ...]]:
        if self.due_on is None or self.due_at is None:
            return (), ()
        standing = _Standing.of(self.clock)
        due = Due(on=self.due_on, at=self.due_at, rolled_from=self.rolled_from)
        return account_for(self.clock.limit, standing.start, standing.spans, due, self.calendar)


@dataclass(frozen=True, slots=True, kw_only=True)
class RungDue:
    """A rung that has not fired in this period, and the instant (UTC) at which it does."""

    period: int
    index: int
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """How far ahead of due (+) or behind it (-) a dossier was resolved.

    Attributes:
        value: open days after the day of resolution up to and including the due day, or working
            minutes up to the due instant.
    """

    value: int
    unit: Literal["working days", "working minutes"]
    verdict: Literal["early", "on_time", "late"]


def derive(clock: LegalClock, calendar: Calendar) -> Derivation:
    """Return when the clock is due and what that rests on.

    Raises:
        CalendarRangeError: start or due is not within the years that can be counted.
    """
    return _derived(clock, calendar)


def _derive(clock: LegalClock, calendar: Calendar) -> Derivation:
    standing = _Standing.of(clock)
    due = standing.due(clock.limit, calendar)
    days = [(span.from_on, span.until_on) for span in standing.spans]
    return Derivation(
        clock=clock,
        calendar=calendar,
        due_on=due.on if due else None,
        due_at=due.at if due else None,
        period=standing.period,
        period_anchor_on=standing.start.on,
        period_anchor_at=standing.start.at,
        suspended=(
            *(pair for pair in sorted(days) if pair[0] < pair[1]),
            *((begun.from_on, None) for begun in standing.open),
        ),
        rolled_from=due.rolled_from if due else None,
        provisional=due is not None and _is_provisional(clock, standing, due, calendar),
    )


# Tasks, rungs, answer and ETag of one act all ask for the same clocks.
_derived = RememberedAlike(_derive, 2048)


def last_period(clock: LegalClock) -> int:
    """Return the number of the period that the clock is in."""
    return _Standing.of(clock).period


def rung_dues(
    clock: LegalClock, ladder: Sequence[RungAt], calendar: Calendar
) -> tuple[RungDue, ...]:
    """Return the rungs that have not fired in this period, first due first.

    None while the clock is suspended or has ended. Of a limit in days, a rung before due stands
    at the opening hour of its day, one after due at 24:00 of its day; percentages fall on open
    days (a day that is not open moves on), days before due on open days too (moving back). No
    rung stands before the start of its period.
    """
    standing = _Standing.of(clock)
    due = None if clock.ended else standing.due(clock.limit, calendar)
    if due is None:
        return ()
    armed = [
        RungDue(
            period=standing.period,
            index=index,
            due_at=max(
                _rung_at(rung, clock.limit, standing, due, calendar),
                standing.start.at.astimezone(UTC),
            ),
        )
        for index, rung in enumerate(ladder)
        if (standing.period, index) not in clock.fired
    ]
    return tuple(sorted(armed, key=lambda rung: (rung.due_at, rung.index)))


def left(clock: LegalClock, at: datetime, calendar: Calendar) -> int:
    """Return what is left of the limit at `at`, in whole units of its own; negative when over.

    While suspended, what was left when the suspension began (the whole limit under `restart`).
    """
    standing = _Standing.of(clock)
    due = standing.due(clock.limit, calendar)
    if due is None:
        if any(begun.policy is Policy.RESTART for begun in standing.open):
            return clock.limit.number
        at = min(at, *(begun.from_at for begun in standing.open))
        due = due_of(clock.limit, standing.start, standing.spans, calendar)
    today = at.astimezone(TZ).date()
    match clock.limit.unit:
        case Unit.WORKING_DAYS:
            return calendar.open_days(today, due.on)
        case Unit.DAYS:
            return (due.on - today).days
        case Unit.MONTHS:
            months = (due.on.year - today.year) * 12 + due.on.month - today.month
            return months - (add_months(today, months) > due.on)
        case Unit.HOURS:
            return (due.at - at) // timedelta(hours=1)
        case _:
            return calendar.working_minutes(at, due.at) // 60


def is_overdue(clock: LegalClock, at: datetime, calendar: Calendar) -> bool:
    """Tell whether the limit is over at `at`; never while suspended, nor once ended."""
    due = None if clock.ended else _Standing.of(clock).due(clock.limit, calendar)
    if due is None:
        return False
    return at >= due.at if clock.limit.unit.in_days else at > due.at


def margin(
    clock: LegalClock, resolved_on: date, resolved_at: datetime, calendar: Calendar
) -> Margin:
    """Return how far ahead of due the clock was resolved; its last period counts.

    A limit in days is judged by the day: early before the due day, on time on it. A limit in hours
    by the instant: early is at least one whole hour ahead (of opening time, if the limit is in
    working hours).

    Raises:
        ClockRefused: the clock is suspended and has not been stopped.
    """
    due = _Standing.of(clock).due(clock.limit, calendar)
    if due is None:
        raise ClockRefused(
            Text(
                f"Thời hạn {clock.key!r} đang tạm dừng nên chưa có chênh lệch.",
                f"The clock {clock.key!r} is suspended and has no margin yet.",
            ),
            clock=clock.key,
        )
    if clock.limit.unit.in_days:
        ahead = (due.on - resolved_on).days
        return Margin(
            value=calendar.open_days(resolved_on, due.on),
            unit="working days",
            verdict="early" if ahead > 0 else "late" if ahead < 0 else "on_time",
        )
    minutes = calendar.working_minutes(resolved_at, due.at)
    ahead_by = due.at - resolved_at
    if clock.limit.unit is Unit.WORKING_HOURS and ahead_by >= timedelta():
        ahead_by = timedelta(minutes=minutes)
    late, early = ahead_by < timedelta(), ahead_by >= timedelta(hours=1)
    return Margin(
        value=minutes,
        unit="working minutes",
        verdict="late" if late else "early" if early else "on_time",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """Where a clock stands: the period that runs, what is taken out of it, what still suspends."""

    start: Start
    period: int
    spans: tuple[Span, ...]
    open: tuple[Suspension, ...]

    @classmethod
    def of(cls, clock: LegalClock) -> _Standing:
        moving = [s for s in clock.suspensions if s.policy is not Policy.ABSOLUTE]
        restarts = _restarts([s for s in moving if s.policy is Policy.RESTART])
        on, at = restarts[-1] if restarts else (clock.anchor_on, clock.anchor_at)
        spans = []
        still_open = []
        for s in moving:
            # A clock that was stopped while suspended had what was left on that day.
            until_on, until_at = s.until_on or clock.ended_on, s.until_at or clock.ended_at
            if until_on is None or until_at is None:
                still_open.append(s)
                continue
            span = Span(
                from_on=max(s.from_on, on),
                from_at=max(s.from_at, at),
                until_on=max(until_on, s.from_on, on),
                until_at=max(until_at, s.from_at, at),
            )
            spans.append(span)
        return cls(
            start=Start(on=on, at=at, counted=clock.count_first_day),
            period=clock.first_period + len(restarts),
            spans=tuple(spans),
            open=tuple(still_open),
        )

    def due(self, limit: Limit, calendar: Calendar) -> Due | None:
        return None if self.open else due_of(limit, self.start, self.spans, calendar)


def _restarts(suspensions: Sequence[Suspension]) -> list[tuple[date, datetime]]:
    """Return day and instant of each resumption that began a new period, in order.

    A resumption inside another restarting suspension began nothing: overlaps count once.
    """
    ends = {
        (s.until_on, s.until_at)
        for s in suspensions
        if s.until_on is not None
        and s.until_at is not None
        and not any(
            other.from_at <= s.until_at and (other.until_at is None or s.until_at < other.until_at)
            for other in suspensions
            if other is not s
        )
    }
    return sorted(ends)


def _rung_at(
    rung: RungAt, limit: Limit, standing: _Standing, due: Due, calendar: Calendar
) -> datetime:
    if (part := rung.part_of(limit)) is not None:
        reached = due_of(part, standing.start, standing.spans, calendar)
        return _opening(reached.on, calendar) if limit.unit.in_days else reached.at
    match rung.unit:
        case None:
            return due.at
        case Unit.HOURS:
            return due.at + timedelta(hours=rung.offset)
        case Unit.WORKING_HOURS:
            return calendar.add_working_minutes(due.at, 60 * rung.offset).astimezone(UTC)
        case Unit.WORKING_DAYS:
            on = calendar.add_working_days(due.on, rung.offset)
        case Unit.DAYS:
            on = due.on + timedelta(days=rung.offset)
        case _:
            on = add_months(due.on, rung.offset)
    if rung.offset > 0:
        return end_of_day(on)
    # Its day must have an opening hour; the last open day up to it warns earlier, never later.
    return _opening(calendar.add_working_days(on + timedelta(days=1), -1), calendar)


def _opening(on: date, calendar: Calendar) -> datetime:
    return calendar.opening_at(on).astimezone(UTC)


def _is_provisional(clock: LegalClock, standing: _Standing, due: Due, calendar: Calendar) -> bool:
    """Hours run through closed days and months of other years; only due's own day may be unsure."""
    if clock.limit.unit is Unit.HOURS:
        return False
    return not (calendar.is_published(standing.start.on) and calendar.is_published(due.on))
