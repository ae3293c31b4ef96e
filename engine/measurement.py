"""How a dossier stands against the measured clock: open and due, or resolved with a margin.

What was said at the stop of the clock stays said: a calendar published later moves open clocks
alone. So a resolution is told once, in the commit that stops the clock, and never derived again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from engine.calendar import Calendar
from engine.definition import Procedure
from engine.dossier import Dossier
from engine.legal_clock import LegalClock, Policy, derive, margin

Unit = Literal["working days", "working minutes"]
Verdict = Literal["early", "on_time", "late"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """How a dossier was resolved.

    Attributes:
        margin: in `unit`, of the last period; negative when late.
        elapsed_days: open days of all periods, suspended ones left out.
    """

    verdict: Verdict
    margin: int
    unit: Unit
    elapsed_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """Where a submitted dossier stands against the measured clock of its procedure.

    Attributes:
        org: the organisation whose time is measured: who holds it, or held it at the stop.
        due_on, due_at: None while the clock stands still or does not run.
        resolved_on: local day of the stop; None while open.
        resolution: given in the commit that stops the clock; with `resolved_on` and without a
            resolution the one that was told before stands, and `org` and due with it.
    """

    org: str
    due_on: date | None
    due_at: datetime | None
    result: str | None
    resolved_on: date | None = None
    resolution: Resolution | None = None


def measurement(
    procedure: Procedure, before: Dossier, after: Dossier, calendar: Calendar
) -> Measurement | None:
    """Return how the dossier stands after a commit; None if that is as it was, or not measured."""
    rule = procedure.measured
    if rule is None:
        return None
    then, clock = _said(before, rule.key), _said(after, rule.key)
    if before.version and (then, *_place(before)) == (clock, *_place(after)):
        return None
    if clock is None or clock.ended != "stopped":
        runs = derive(clock, calendar) if clock is not None and clock.ended is None else None
        return Measurement(
            org=after.holder,
            due_on=runs.due_on if runs else None,
            due_at=runs.due_at if runs else None,
            result=after.result,
        )
    due = derive(clock, calendar)
    return Measurement(
        org=before.holder,
        due_on=due.due_on,
        due_at=due.due_at,
        result=after.result,
        resolved_on=clock.ended_on,
        resolution=None if then == clock else resolution(clock, calendar),
    )


def resolution(clock: LegalClock, calendar: Calendar) -> Resolution:
    """Return how a clock that was stopped was resolved.

    Raises:
        ValueError: it was not stopped.
    """
    if clock.ended != "stopped" or clock.ended_on is None or clock.ended_at is None:
        raise ValueError(f"the clock {clock.key!r} was not stopped")
    found = margin(clock, clock.ended_on, clock.ended_at, calendar)
    spans = (
        (s.from_on, min(s.until_on or clock.ended_on, clock.ended_on))
        for s in clock.suspensions
        if s.policy is not Policy.ABSOLUTE
    )
    stood_still = sum(calendar.open_days(*span) for span in _apart(spans))
    return Resolution(
        verdict=found.verdict,
        margin=found.value,
        unit=found.unit,
        elapsed_days=calendar.open_days(clock.anchor_on, clock.ended_on) - stood_still,
    )


def _said(dossier: Dossier, key: str) -> LegalClock | None:
    """Return the clock without its rungs, which move no date."""
    clock = dossier.clocks.get(key)
    return clock and replace(clock, fired=frozenset())


def _place(dossier: Dossier) -> tuple[object, ...]:
    return dossier.holder, dossier.edition, dossier.result


def _apart(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Return the spans with those that overlap made one, so that no day is taken out twice."""
    found: list[tuple[date, date]] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found
