"""A procedure as the law fixes it: one frozen value that cannot be wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from engine.bonus import NO_BONUSES, BonusTable
from engine.errors import DefinitionError
from engine.parts import (
    CLOCK,
    MACHINE_ROLES,
    ON_HOLD,
    SESSION,
    SYSTEM,
    AgendaAct,
    Aggregate,
    AwardCount,
    AwardType,
    Ballot,
    ByField,
    ClockRule,
    CouncilRule,
    Document,
    Fact,
    Fault,
    Field,
    FieldType,
    Guard,
    HoldRule,
    InitiativeRule,
    InitiativeUse,
    LetterRule,
    NamedInitiative,
    OpenRule,
    Result,
    Role,
    RungRule,
    Source,
    State,
    TaskRule,
    Transition,
    UsedFor,
)
from engine.remembered import Remembered
from engine.text import Text

__all__ = [
    "CLOCK",
    "MACHINE_ROLES",
    "ON_HOLD",
    "SESSION",
    "SYSTEM",
    "AgendaAct",
    "Aggregate",
    "AwardCount",
    "AwardType",
    "Ballot",
    "ByField",
    "ClockRule",
    "CouncilRule",
    "Document",
    "Fact",
    "Fault",
    "Field",
    "FieldType",
    "Guard",
    "HoldRule",
    "InitiativeRule",
    "InitiativeUse",
    "LetterRule",
    "NamedInitiative",
    "OpenRule",
    "Procedure",
    "Result",
    "Role",
    "RungRule",
    "Source",
    "State",
    "TaskRule",
    "Transition",
    "UsedFor",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Procedure:
    """One edition of a procedure. Its `hash` (of its bytes and letters) is its identity.

    Attributes:
        bonus: award -> key of what goes with it in `bonuses`, which is dated on its own and no part
            of the edition.
    """

    key: str
    edition: str
    hash: str
    title: Text
    subject: str
    in_force_from: date
    unverified: bool = False
    code: str | None = None
    sources: Mapping[str, Source] = field(default_factory=dict)
    roles: Mapping[str, Role] = field(default_factory=dict)
    separate: tuple[frozenset[str], ...] = ()
    fields: Mapping[str, Field] = field(default_factory=dict)
    documents: Mapping[str, Document] = field(default_factory=dict)
    shared_documents: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    aggregates: Mapping[str, Aggregate] = field(default_factory=dict)
    clocks: Mapping[str, ClockRule] = field(default_factory=dict)
    states: Mapping[str, State] = field(default_factory=dict)
    transitions: tuple[Transition, ...] = ()
    letters: Mapping[str, LetterRule] = field(default_factory=dict)
    holds: HoldRule | None = None
    portal_status: int | None = None
    award_field: str | None = None
    award_type: AwardType | None = None
    deed: tuple[str, str] | None = None
    """Fields with number and date of the decision, where no letter of the procedure is it."""
    bonus: Mapping[str, str] = field(default_factory=dict)
    bonuses: BonusTable = NO_BONUSES
    council: CouncilRule | None = None
    initiatives: InitiativeRule | None = None

    def __post_init__(self) -> None:
        """Refuse a procedure whose parts do not fit together."""
        problem = next(_misfits(self), None)
        if problem is not None:
            raise DefinitionError(f"{self.key} {self.edition}: {problem}")

    @property
    def initial(self) -> State:
        """The state in which every dossier begins."""
        return next(s for s in self.states.values() if s.initial and s.parent is None)

    @property
    def measured(self) -> ClockRule | None:
        """The clock that defines resolution."""
        return next((c for c in self.clocks.values() if c.measured), None)

    @property
    def opening(self) -> Transition | None:
        """The act by which the system begins a dossier that another one opens; None: it cannot."""
        begin = self.initial.path
        return next((t for t in self.transitions if begin in t.sources and t.by == (SYSTEM,)), None)

    @property
    def measured_clocks(self) -> tuple[ClockRule, ...]:
        """The clocks that define resolution, one for each level, from the lowest upwards."""
        return tuple(c for c in self.clocks.values() if c.measured)

    def pulled_by(self, trigger: str) -> Sequence[Transition]:
        """Return the transitions of a trigger, as written."""
        return _by_trigger(self).get(trigger, ())

    def leaves(self, region: str) -> Sequence[State]:
        """Return the states of one flat machine, as written (`` is the procedure's own)."""
        return [s for s in self.states.values() if s.region == region]

    def region_keys(self, composite: str) -> Sequence[str]:
        """Return `composite.region` for each region of a composite state."""
        return [f"{composite}.{key}" for key in self.states[composite].regions]

    def entered_at(self, region: str) -> State:
        """Return the state in which a region begins."""
        return next(s for s in self.leaves(region) if s.initial)


def _pulled(procedure: Procedure) -> dict[str, tuple[Transition, ...]]:
    found: dict[str, tuple[Transition, ...]] = {}
    for way in procedure.transitions:
        found[way.trigger] = (*found.get(way.trigger, ()), way)
    return found


# An act asks some ten times what its trigger pulls.
_by_trigger = Remembered(_pulled, 256)


def _misfits(p: Procedure) -> Iterator[str]:
    """Yield what does not fit, in English; the checker has found it first, with line and column."""
    yield from _state_misfits(p)
    triggers = {t.trigger for t in p.transitions}
    roles = {*p.roles, *MACHINE_ROLES}
    for t in p.transitions:
        where = f"transition {t.trigger}"
        yield from _unknown(where, "state", t.sources, p.states)
        yield from _unknown(where, "state", filter(None, (t.target, t.history)), p.states)
        yield from _unknown(where, "role", t.by, roles)
        yield from _unknown(where, "document", t.needs, p.documents)
        yield from _unknown(where, "field", (*t.asks, *t.appends), p.fields)
        yield from _unknown(where, "letter", t.letters, p.letters)
        grounds = p.holds.grounds if p.holds else {}
        yield from _unknown(where, "ground", filter(None, (t.places_hold,)), grounds)
        yield from _unknown(where, "role", t.notify, p.roles)
        if t.opens is not None:
            yield from _unknown(where, "field", list(t.opens.data.values()), p.fields)
        yield from _ways_astray(p, t)
    for fact in p.facts.values():
        named = filter(None, (fact.count.deed,))
        yield from _unknown(f"fact {fact.key}", "field", named, p.fields)
    for c in p.clocks.values():
        where = f"clock {c.key}"
        yield from _unknown(where, "trigger", filter(None, (c.starts_on,)), triggers)
        yield from _unknown(where, "trigger", (*c.stops, *c.cancelled_by), triggers)
        yield from _unknown(where, "field", filter(None, (c.starts_from,)), p.fields)
        yield from _unknown(where, "state", filter(None, (c.in_state,)), p.states)
        yield from _unknown(where, "state", c.suspended_in, {*p.states, ON_HOLD})
        for rung in c.ladder:
            yield from _unknown(where, "trigger", filter(None, (rung.pull,)), triggers)
            yield from _unknown(where, "role", filter(None, (rung.notify, rung.escalate)), p.roles)
            if rung.task:
                yield from _unknown(where, "role", (rung.task.role,), p.roles)
                yield from _unknown(where, "trigger", (rung.task.do,), triggers)
    yield from _unknown("the deed", "field", p.deed or (), p.fields)
    for letter in p.letters.values():
        where = f"letter {letter.key}"
        named = filter(None, (letter.number_from, letter.dated_from))
        yield from _unknown(where, "field", named, p.fields)
        number = p.fields.get(letter.number_from or "")
        if number is not None and number.personal:
            # The number of a letter stands in the open part of the trail.
            yield f"{where} takes its number from {number.key}, which is personal"
    for s in p.states.values():
        where = f"state {s.path}"
        if s.task:
            yield from _unknown(where, "role", (s.task.role,), p.roles)
            yield from _unknown(where, "trigger", (s.task.do,), triggers)
        if s.ballot:
            pulls = filter(None, (s.ballot.passed, s.ballot.failed, s.ballot.deferred))
            yield from _unknown(where, "trigger", pulls, triggers)
    if p.council:
        councils = (p.council.electorate, p.council.attendance)
        yield from _unknown("the council", "field", councils, p.fields)


def _ways_astray(p: Procedure, t: Transition) -> Iterator[str]:
    """Yield where a transition would enter one region from outside it, or restore no composite."""
    if t.history is not None and t.history in p.states and not p.states[t.history].composite:
        yield f"transition {t.trigger} restores {t.history}, which has no regions"
    target = p.states.get(t.target or "")
    if target is None or target.parent is None:
        return
    for source in t.sources:
        if source in p.states and p.states[source].region != target.region:
            yield f"transition {t.trigger} leads from {source} into the region {target.region}"


def _state_misfits(p: Procedure) -> Iterator[str]:
    for region in {"": None, **{s.region: None for s in p.states.values()}}:
        begins = [s.path for s in p.leaves(region) if s.initial]
        if len(begins) != 1:
            yield f"{region or 'the procedure'} must begin in one state, not in {begins or 'none'}"
    for s in p.states.values():
        if s.parent is not None and s.parent not in p.states:
            yield f"state {s.path} lies in {s.parent}, which is not declared"
        if s.final and s.parent is None and s.result is None:
            yield f"final state {s.path} declares no result"
    if not any(s.final for s in p.leaves("")):
        yield "no state is final"


def _unknown(
    where: str,
    kind: str,
    used: Iterator[str] | Sequence[str] | Mapping[str, object],
    known: Mapping[str, object] | frozenset[str] | set[str],
) -> Iterator[str]:
    for name in used:
        if name not in known:
            yield f"{where} names {kind} {name}, which is not declared"
