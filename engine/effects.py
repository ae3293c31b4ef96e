"""What an act does to a dossier, in the one order in which things happen.

Close tasks and cancel the clocks of the states that are left; stop clocks; end and begin
suspensions; start clocks; open tasks and the clocks of the states that are entered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from engine import legal_clock
from engine.calendar import TZ
from engine.copying import replace
from engine.definition import ON_HOLD, ClockRule, Procedure, TaskRule
from engine.dormant import dormant, goes_on
from engine.dossier import Dossier, Task
from engine.errors import BadInput, DateNotAllowed
from engine.legal_clock import LegalClock, Policy
from engine.levels import resolved_on
from engine.places import is_active, root_of
from engine.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When an act counts, and when it is recorded.

    Attributes:
        on, at: local day and instant on which the act counts; of a back-dated act, the
            instant is 24:00 of its day.
        recorded_at: now.
        act: id of the act; tasks are named after it.
    """

    on: date
    at: datetime
    recorded_at: datetime
    act: str


def moved(
    procedure: Procedure,
    dossier: Dossier,
    configuration: frozenset[str],
    trigger: str,
    moment: Moment,
) -> Dossier:
    """Return the dossier after `trigger` took it to `configuration`, with clocks and tasks."""
    before = _spans(dossier.configuration)
    now = _spans(configuration)
    left, entered = before - now, now - before
    dossier = replace(
        dossier,
        configuration=configuration,
        tasks={
            key: task
            for key, task in dossier.tasks.items()
            if task.state not in left and not (task.clock and task.do == trigger)
        },
    )
    dossier = _end_clocks(procedure, dossier, trigger, moment)
    dossier = suspended(procedure, dossier, moment)
    dossier = _start_clocks(procedure, dossier, entered, trigger, moment)
    dossier = suspended(procedure, dossier, moment)
    dossier = _levelled(procedure, dossier)
    for path in _in_order(procedure, entered):
        rule = procedure.states[path].task
        if rule is not None:
            dossier = with_task(dossier, rule, path, moment)
    return _ended(procedure, dossier, moment)


def with_task(
    dossier: Dossier, rule: TaskRule, state: str, moment: Moment, clock: str | None = None
) -> Dossier:
    """Return the dossier with one more task, named after the act that opens it."""
    number = 0
    while f"{moment.act}.{number}" in dossier.tasks:
        number += 1
    key = f"{moment.act}.{number}"
    task = Task(
        id=key,
        state=state,
        role=rule.role,
        do=rule.do,
        opened_at=moment.recorded_at,
        clock=clock,
    )
    return replace(dossier, tasks={**dossier.tasks, key: task})


def suspended(procedure: Procedure, dossier: Dossier, moment: Moment) -> Dossier:
    """Return the dossier with every clock suspended exactly where a state or a hold says so."""
    held = {}
    for key, clock in dossier.clocks.items():
        rule = procedure.clocks.get(key)
        if rule is None or clock.ended is not None:
            continue
        if not rule.suspended_in and not clock.suspensions:
            continue
        held[key] = _held(dossier, rule, clock, moment)
    return replace(dossier, clocks={**dossier.clocks, **held}) if held else dossier


def _held(dossier: Dossier, rule: ClockRule, clock: LegalClock, moment: Moment) -> LegalClock:
    wanted: Mapping[str, Policy] = {
        ground: policy
        for ground, policy in rule.suspended_in.items()
        if (dossier.on_hold if ground == ON_HOLD else is_active(ground, dossier.configuration))
    }
    open_now = {s.ground for s in clock.suspensions if s.until_on is None}
    for ground in sorted(open_now - wanted.keys()):
        clock = legal_clock.resume(clock, ground, moment.on, moment.at)
    for ground in wanted:
        if ground not in open_now:
            clock = legal_clock.suspend(clock, ground, wanted[ground], moment.on, moment.at)
    return clock


def _end_clocks(procedure: Procedure, dossier: Dossier, trigger: str, moment: Moment) -> Dossier:
    asleep = dormant(procedure, dossier)
    clocks = dict(dossier.clocks)
    resolved_on = dossier.resolved_on
    for key, clock in dossier.clocks.items():
        rule = procedure.clocks.get(key)
        if rule is None or clock.ended is not None:
            continue
        if trigger in rule.stops:
            _not_before_its_start(rule, clock, moment)
            clocks[key] = legal_clock.stop(clock, moment.on, moment.at)
            if rule.measured:
                resolved_on = moment.on
        elif trigger in rule.cancelled_by or _left(procedure, dossier, rule, asleep):
            clocks[key] = legal_clock.cancel(clock, moment.on, moment.at)
    return _without_dead_tasks(replace(dossier, clocks=clocks, resolved_on=resolved_on))


def _not_before_its_start(rule: ClockRule, clock: LegalClock, moment: Moment) -> None:
    if moment.on < clock.anchor_on:
        raise DateNotAllowed(
            Text(
                f"Thời hạn “{rule.label.vi}” bắt đầu ngày {clock.anchor_on:%d/%m/%Y}; không thể "
                "kết thúc sớm hơn.",
                f"The limit “{rule.label.en}” began on {clock.anchor_on} and cannot end before.",
            ),
            field="effective_on",
        )


def _left(procedure: Procedure, dossier: Dossier, rule: ClockRule, asleep: frozenset[str]) -> bool:
    if rule.in_state is None or is_active(rule.in_state, dossier.configuration):
        return False
    return not goes_on(procedure, rule.key, asleep)


def _without_dead_tasks(dossier: Dossier) -> Dossier:
    living = {key for key, clock in dossier.clocks.items() if clock.ended is None}
    tasks = {
        key: task
        for key, task in dossier.tasks.items()
        if task.clock is None or task.clock in living
    }
    return dossier if len(tasks) == len(dossier.tasks) else replace(dossier, tasks=tasks)


def _start_clocks(
    procedure: Procedure, dossier: Dossier, entered: frozenset[str], trigger: str, moment: Moment
) -> Dossier:
    clocks = dict(dossier.clocks)
    resolved_on = dossier.resolved_on
    for key, rule in procedure.clocks.items():
        if rule.in_state not in entered and rule.starts_on != trigger:
            continue
        earlier = clocks.get(key)
        if earlier is not None and earlier.ended is None:
            continue
        on, at = _anchor(rule, dossier, moment)
        clocks[key] = legal_clock.start(
            key,
            rule.limit_of(dossier.data),
            on,
            at,
            count_first_day=rule.count_first_day,
            first_period=1 if earlier is None else legal_clock.last_period(earlier) + 1,
        )
        if rule.measured:
            # Whatever was resolved before is open again.
            resolved_on = None
    return replace(dossier, clocks=clocks, resolved_on=resolved_on)


def _anchor(rule: ClockRule, dossier: Dossier, moment: Moment) -> tuple[date, datetime]:
    if rule.starts_from is None:
        # A back-dated act has no time of day: its limits in hours run from 00:00.
        timed = moment.at.astimezone(TZ).date() == moment.on
        return moment.on, moment.at if timed else start_of(moment.on)
    given = dossier.data.get(rule.starts_from)
    if not isinstance(given, str):
        raise BadInput(
            Text(
                f"Thời hạn “{rule.label.vi}” cần ngày bắt đầu ({rule.starts_from}).",
                f"The limit “{rule.label.en}” needs the day it starts from ({rule.starts_from}).",
            ),
            field=rule.starts_from,
        )
    on = date.fromisoformat(given)
    return (on, moment.at) if on == moment.on else (on, start_of(on))


def start_of(on: date) -> datetime:
    """Return 00:00 of a local day."""
    return datetime(on.year, on.month, on.day, tzinfo=TZ)


def _levelled(procedure: Procedure, dossier: Dossier) -> Dossier:
    level = procedure.states[root_of(dossier.configuration)].at
    holder = dossier.levels.get(level, dossier.holder) if level else dossier.holder
    if holder != dossier.holder and holder not in dossier.outside:
        dossier = replace(dossier, holder=holder)
    if len(procedure.measured_clocks) < 2:
        return dossier
    # Whoever hands it on has resolved their part; the dossier waits for the next level.
    return replace(dossier, resolved_on=resolved_on(procedure, dossier))


def _ended(procedure: Procedure, dossier: Dossier, moment: Moment) -> Dossier:
    state = procedure.states[root_of(dossier.configuration)]
    if not state.final:
        return dossier
    # Nothing is waited for any more: a clock left running would go on calling people.
    clocks = {
        key: clock if clock.ended else legal_clock.cancel(clock, moment.on, moment.at)
        for key, clock in dossier.clocks.items()
    }
    result = state.result.value if state.result else None
    return replace(dossier, clocks=clocks, tasks={}, result=result)


def _spans(configuration: frozenset[str]) -> frozenset[str]:
    """Return the active leaves and the composite that they lie in."""
    return configuration | {root_of(configuration)}


def _in_order(procedure: Procedure, paths: frozenset[str]) -> list[str]:
    return [path for path in procedure.states if path in paths]
