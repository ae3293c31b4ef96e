"""How a dossier stands against the measured clock: open and due, or resolved with a margin.

What was said at the stop of the clock stays said: a calendar published later moves open clocks
alone. So a resolution is told once, in the commit that stops the clock, and never derived again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from engine.calendar import Calendar
from engine.copying import replace
from engine.definition import ClockRule, Procedure
from engine.dossier import Dossier
from engine.legal_clock import LegalClock, Policy, derive, margin
from engine.levels import headline, org_of, reached

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
        org: the organisation whose time is measured: of the level of the clock, or else who holds
            it, or held it at the stop.
        level: of the clock, where a procedure has one for each level; else empty.
        headline: the dossier counts by this clock in the figures of its procedure.
        result: how the dossier ended, unless this level had done its part before.
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
    level: str = ""
    headline: bool = True


def measurements(
    procedure: Procedure, before: Dossier, after: Dossier, calendar: Calendar
) -> tuple[Measurement, ...]:
    """Return how the dossier stands after a commit against each measured clock that it has come to.

    What is as it was before is left out.
    """
    was = headline(procedure, before) if before.version else None
    now = headline(procedure, after)
    found = (
        _measurement(rule, before, after, calendar, (rule is was, rule is now))
        for rule in procedure.measured_clocks
        if reached(after, rule)
    )
    return tuple(one for one in found if one is not None)


def _measurement(
    rule: ClockRule,
    before: Dossier,
    after: Dossier,
    calendar: Calendar,
    heads: tuple[bool, bool],
) -> Measurement | None:
    then, clock = _said(before, rule.key), _said(after, rule.key)
    heads_now = heads[1]
    old, new = (_place(one, rule, head) for one, head in zip((before, after), heads, strict=True))
    if before.version and (then, *old) == (clock, *new) and reached(before, rule):
        return None
    org, level = org_of(after, rule), rule.at or ""
    if clock is None or clock.ended != "stopped":
        runs = derive(clock, calendar) if clock is not None and clock.ended is None else None
        return Measurement(
            org=org or after.holder,
            due_on=runs.due_on if runs else None,
            due_at=runs.due_at if runs else None,
            result=after.result,
            level=level,
            headline=heads_now,
        )
    due = derive(clock, calendar)
    return Measurement(
        org=org or before.holder,
        due_on=due.due_on,
        due_at=due.due_at,
        result=after.result if heads_now else None,
        resolved_on=clock.ended_on,
        resolution=None if then == clock else resolution(clock, calendar),
        level=level,
        headline=heads_now,
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
    return replace(clock, fired=frozenset()) if clock and clock.fired else clock


def _place(dossier: Dossier, rule: ClockRule, head: bool) -> tuple[object, ...]:
    return org_of(dossier, rule) or dossier.holder, dossier.edition, dossier.result, head


def _apart(spans: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    """Return the spans with those that overlap made one, so that no day is taken out twice."""
    found: list[tuple[date, date]] = []
    for begin, end in sorted(spans):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return found
