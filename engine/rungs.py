"""Escalation: rungs that are due take effect in order, each once, as acts of the clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.calendar import TZ, Calendar
from engine.copying import replace
from engine.decide import decide, incident_of, place_of
from engine.definition import CLOCK, ClockRule, Procedure, RungRule
from engine.dossier import Act, Actor, Dossier
from engine.effects import Moment, with_task
from engine.errors import Refusal
from engine.legal_clock import LegalClock, RungDue, rung_dues
from engine.outcome import Firing, Notice, Outcome
from engine.places import root_of
from engine.remembered import RememberedAlike

MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """A rung that has not fired yet, with the clock it belongs to."""

    clock: str
    rung: RungDue


def _arm(clock: LegalClock, rule: ClockRule, calendar: Calendar) -> tuple[RungDue, ...]:
    return rung_dues(clock, [rung.at for rung in rule.ladder], calendar)


def waiting(procedure: Procedure, dossier: Dossier, calendar: Calendar) -> list[Waiting]:
    """Return every rung that is still to fire, first due first."""
    found = []
    for key, clock in dossier.clocks.items():
        rule = procedure.clocks.get(key)
        if rule is None or not rule.ladder or clock.ended is not None:
            continue
        found += [Waiting(key, rung) for rung in _armed(clock, rule, calendar)]
    return sorted(found, key=lambda w: (w.rung.due_at, w.clock, w.rung.index))


# Before and after an act most clocks are the same.
_armed = RememberedAlike(_arm, 2048)


def next_rung_at(procedure: Procedure, dossier: Dossier, calendar: Calendar) -> datetime | None:
    """Return when the next rung is due, or None if none waits."""
    found = waiting(procedure, dossier, calendar)
    return found[0].rung.due_at if found else None


def apply_due(
    procedure: Procedure,
    dossier: Dossier,
    *,
    at: datetime,
    until: datetime,
    calendar: Calendar,
    counts: Mapping[str, int],
    new_id: Callable[[], str],
) -> tuple[Outcome, ...]:
    """Return one outcome for each rung due at `until` or before, in order; recorded at `at`.

    Each fires on the dossier that the one before it left. After `MOST_AT_ONCE` the rest waits for
    the next look, so that no act becomes unboundedly long.
    """
    outcomes: list[Outcome] = []
    while len(outcomes) < MOST_AT_ONCE:
        found = waiting(procedure, dossier, calendar)
        if not found or found[0].rung.due_at > until:
            break
        outcome = _fire(
            procedure, dossier, found[0], at=at, calendar=calendar, counts=counts, act=new_id()
        )
        outcomes.append(outcome)
        dossier = outcome.dossier
    return tuple(outcomes)


def _fire(
    procedure: Procedure,
    dossier: Dossier,
    due: Waiting,
    *,
    at: datetime,
    calendar: Calendar,
    counts: Mapping[str, int],
    act: str,
) -> Outcome:
    rule = procedure.clocks[due.clock].ladder[due.rung.index]
    firing = Firing(
        clock=due.clock,
        period=due.rung.period,
        rung=due.rung.index,
        due_at=due.rung.due_at,
        fired_at=at,
    )
    fired = _with_fired(dossier, firing)
    facts: dict[str, object] = {
        "clock": due.clock,
        "rung": str(rule.at),
        "period": firing.period,
        "from": sorted(dossier.configuration),
        "to": sorted(dossier.configuration),
    }
    pulled: Outcome | None = None
    told: str | None = None
    if rule.pull is not None:
        found = decide(
            procedure,
            fired,
            Act(id=act, trigger=rule.pull, actor=Actor(person=None, machine=CLOCK)),
            at=at,
            calendar=calendar,
            counts=counts,
            firing=firing,
        )
        if isinstance(found, Refusal):
            # Not offered at its due instant: it is said and never tried again.
            firing = replace(firing, skipped=found.code)
            facts["skipped"] = found.code
            told = incident_of(found)
        else:
            pulled = found
            facts |= pulled.facts
    moment = Moment(
        on=firing.due_at.astimezone(TZ).date(), at=firing.due_at, recorded_at=at, act=act
    )
    after = _with_rung(procedure, pulled.dossier if pulled else fired, rule, due.clock, moment)
    notices = (*(pulled.notices if pulled else ()), *_notices(procedure, after, rule, due.clock))
    if pulled is not None:
        return replace(
            pulled, before=dossier, dossier=after, facts=facts, notices=notices, firing=firing
        )
    return Outcome(
        before=dossier,
        dossier=after,
        type="rung_skipped" if firing.skipped else "rung_fired",
        facts=facts,
        personal={},
        actor={
            "subject": CLOCK,
            "acting_as": CLOCK,
            "org": dossier.holder,
            "on_behalf_of": None,
            "auth": "",
            "session": "",
        },
        effective_on=moment.on,
        effective_at=firing.due_at,
        act_id=act,
        rules={"edition": procedure.hash, "calendar": calendar.hash},
        notices=notices,
        firing=firing,
        incidents=(told,) if told else (),
    )


def _with_fired(dossier: Dossier, firing: Firing) -> Dossier:
    clock = dossier.clocks[firing.clock]
    fired = replace(clock, fired=clock.fired | {(firing.period, firing.rung)})
    return replace(dossier, clocks={**dossier.clocks, firing.clock: fired})


def _with_rung(
    procedure: Procedure, dossier: Dossier, rule: RungRule, clock: str, moment: Moment
) -> Dossier:
    if rule.mark is not None:
        dossier = replace(dossier, marks={**dossier.marks, rule.mark: moment.on})
    # What the rung pulled may have ended its clock: then there is nothing to be done any more.
    if rule.at.percent is None and rule.at.offset >= 0:
        dossier = _without_late(procedure, dossier, clock)
    asks = rule.task is not None and _can_be_done(procedure, dossier, rule.task.do)
    if rule.task is not None and asks and dossier.clocks[clock].ended is None:
        state = procedure.clocks[clock].in_state or root_of(dossier.configuration)
        dossier = with_task(dossier, rule.task, state, moment, clock)
    if rule.escalate is not None:
        dossier = _escalated(procedure, dossier, rule.escalate, clock)
    return dossier


def _without_late(procedure: Procedure, dossier: Dossier, clock: str) -> Dossier:
    """Return the dossier without what rungs asked for before the limit, unless it ends the clock.

    An apology comes before the day that was promised is over, or not at all.
    """
    stops = procedure.clocks[clock].stops
    kept = {
        key: task for key, task in dossier.tasks.items() if task.clock != clock or task.do in stops
    }
    return replace(dossier, tasks=kept)


def _can_be_done(procedure: Procedure, dossier: Dossier, trigger: str) -> bool:
    """Return whether a trigger has not been pulled as often as it may be."""
    pulled = dossier.pulls.get(trigger, 0)
    ways = procedure.pulled_by(trigger)
    return any(way.at_most is None or pulled < way.at_most for way in ways)


def _escalated(procedure: Procedure, dossier: Dossier, role: str, clock: str) -> Dossier:
    """Return the dossier with the open tasks of the clock moved to `role`."""
    place = procedure.clocks[clock].in_state
    tasks = {
        key: replace(task, role=role, escalated_from=task.escalated_from or task.role)
        if task.role != role
        and (place is None or task.state == place or task.state.startswith(f"{place}."))
        else task
        for key, task in dossier.tasks.items()
    }
    return replace(dossier, tasks=tasks)


def _notices(
    procedure: Procedure, dossier: Dossier, rule: RungRule, clock: str
) -> tuple[Notice, ...]:
    if rule.notify is None:
        return ()
    return (
        Notice(
            role=rule.notify,
            org=place_of(procedure, dossier, rule.notify),
            about="rung_fired",
            facts={"clock": clock, "rung": str(rule.at)},
        ),
    )
