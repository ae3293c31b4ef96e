"""A council's session: one act on it, together with the items that it is about.

The agenda is the session's own; its dossiers stay where they are until the protocol is signed.
Then all of them move, each by its own result under its own edition, in the same commit, or none
does: what refuses is named, to be put off before signing again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from engine import agenda as rules
from engine.answers import answer_body
from engine.calendar import Calendar
from engine.canonical import NotCanonical
from engine.changes import change_of
from engine.copying import replace
from engine.council import seats_of
from engine.definition import SESSION, AgendaAct, Ballot, Procedure, Transition
from engine.dossier import Act, Actor, Dossier
from engine.errors import BadInput, Refusal, VersionConflict
from engine.judging import Judged, judge, look_ups
from engine.numbers import Numbers, WhoHolds
from engine.outcome import Outcome
from engine.ports import (
    Agenda,
    Change,
    Editions,
    Ids,
    Item,
    ItemsMoved,
    Loaded,
)

Ballots = Sequence[tuple[str, Mapping[str, object]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an act on a session is about besides the session: dossiers (ids), and their counts."""

    dossiers: tuple[str, ...] = ()
    ballots: Ballots = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """All that one act on a session needs.

    Attributes:
        dossiers: the loaded ones, by id, of those that the act looks at.
        elsewhere: which of the dossiers that are to be put on are open items of other sessions.
    """

    session: Loaded
    agenda: Agenda
    dossiers: Mapping[str, Loaded] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """What one act on a session writes, and what is answered once it is written."""

    changes: tuple[Change, ...]
    agenda: ItemsMoved
    body: dict[str, Any]


def looks_at(procedure: Procedure, trigger: str, asked: Asked, agenda: Agenda) -> tuple[str, ...]:
    """Return the ids of the dossiers that an act must load besides the session."""
    ways = procedure.pulled_by(trigger)
    if any(way.agenda is AgendaAct.PUT for way in ways):
        return tuple(dict.fromkeys(asked.dossiers))
    if any(way.for_each or way.agenda is AgendaAct.CLOSE for way in ways):
        return tuple(one.dossier for one in agenda.items)
    return ()


def sit(
    act: Act,
    asked: Asked,
    held: Held,
    *,
    editions: Editions,
    calendar: Calendar,
    ids: Ids,
    numbered: WhoHolds,
) -> Sitting:
    """Return what an act on a session brings about, in it and in its dossiers. Nothing is written.

    Raises:
        Refusal: of the act itself.
        ItemsRefused: of items, each with its reason.
        VersionConflict: the agenda was read before the session moved on.
    """
    if held.agenda.version != held.session.dossier.version:
        raise VersionConflict(held.session.dossier.code)
    judged = judge(
        replace(act, agenda=True),
        held.session,
        editions=editions,
        calendar=calendar,
        new_id=ids.uuid7,
    )
    if isinstance(judged.found, Refusal):
        raise judged.found
    # A session begins with a call, before which it has no agenda; so its edition is bound.
    procedure = editions.get(judged.found.dossier.edition)
    items = _items(procedure, judged.found, asked, held, editions, calendar)
    work = _Sitting(act, held, editions, calendar, ids, numbered)
    protocol = work.session(procedure, judged, items)
    if _way_of(procedure, judged.found).for_each:
        work.dossiers(protocol, items)
        items = rules.release(items)
    body = answer_body(
        procedure,
        protocol,
        act.actor,
        at=held.session.now,
        calendar=calendar,
        counts=look_ups(procedure, held.session),
    )
    body["items"] = rules.facts_of(items)
    body["left"] = work.left
    return Sitting(changes=tuple(work.changes), agenda=_moved(held.agenda, items), body=body)


def _way_of(procedure: Procedure, outcome: Outcome) -> Transition:
    """Return the transition that was taken; a session stands in one state at a time."""
    ways = procedure.pulled_by(str(outcome.facts["trigger"]))
    before = outcome.before.configuration
    return next(way for way in ways if before.intersection(way.sources))


def _items(
    procedure: Procedure,
    outcome: Outcome,
    asked: Asked,
    held: Held,
    editions: Editions,
    calendar: Calendar,
) -> tuple[Item, ...]:
    """Return the agenda as the act leaves it."""
    items, session = held.agenda.items, outcome.dossier
    way = _way_of(procedure, outcome)
    match way.agenda:
        case AgendaAct.PUT:
            wanted = [(ref, held.dossiers.get(ref)) for ref in asked.dossiers]
            return rules.put(items, wanted, session, held.elsewhere, editions)
        case AgendaAct.DROP:
            return rules.drop(items, asked.dossiers)
        case AgendaAct.CLOSE:
            return rules.close(items, held.dossiers, session, editions, calendar)
        case AgendaAct.VOTE:
            return rules.vote(items, asked.ballots, seats_of(procedure, session))
        case AgendaAct.RECOUNT:
            return rules.recount(items, seats_of(procedure, session))
        case AgendaAct.DEFER:
            return rules.defer(items, asked.dossiers)
        case AgendaAct.RELEASE:
            return rules.release(items)
    if way.for_each or way.agenda is AgendaAct.SETTLED:
        rules.settled(items)
    return tuple(items)


def _moved(before: Agenda, items: Sequence[Item]) -> ItemsMoved:
    known = {one.dossier: one for one in before.items}
    staying = {one.dossier for one in items}
    return ItemsMoved(
        session=before.session,
        items=tuple(one for one in items if known.get(one.dossier) != one),
        gone=tuple(ref for ref in known if ref not in staying),
    )


class _Sitting:
    """Makes the changes: the session's first, since its event is the cause of the others."""

    def __init__(
        self,
        act: Act,
        held: Held,
        editions: Editions,
        calendar: Calendar,
        ids: Ids,
        numbered: WhoHolds,
    ) -> None:
        self._act = act
        self._held = held
        self._editions = editions
        self._calendar = calendar
        self._ids = ids
        registers = dict(held.session.registers)
        for one in held.dossiers.values():
            registers.update(one.registers)
        self._numbers = Numbers(registers, numbered)
        self._problems = rules.Problems()
        self.changes: list[Change] = []
        self.left: list[str] = []

    def session(self, procedure: Procedure, judged: Judged, items: Sequence[Item]) -> Change:
        """Add the session's own change, whose event holds the items' root."""
        found = judged.found
        assert isinstance(found, Outcome)
        found = replace(found, facts={**found.facts, "items": rules.facts_of(items)})
        try:
            change = self._change(procedure, judged.loaded, (*judged.rungs, found))
        except NotCanonical as fault:
            raise BadInput(fault.text, field=fault.path) from fault
        self.changes.append(change)
        return change

    def dossiers(self, protocol: Change, items: Sequence[Item]) -> None:
        """Add the change of every dossier on the agenda.

        Raises:
            ItemsRefused: some refuse; then there is nothing to write.
        """
        event = protocol.events[-1].id
        actor = Actor(
            person=self._act.actor.person,
            machine=SESSION,
            auth=self._act.actor.auth,
            session=self._act.actor.session,
            on_behalf_of=protocol.dossier.stream,
        )
        for one in items:
            self._move(one, actor, event, protocol.dossier)
        self._problems.settle(rules.PUT_THEM_OFF)

    def _move(self, item: Item, actor: Actor, event: str, session: Dossier) -> None:
        loaded = self._held.dossiers[item.dossier]
        put_off = item.result == rules.DEFER
        trigger = self._trigger(item, loaded)
        if trigger is None and put_off:
            self.left.append(item.dossier)
            return
        judged = self._judged(item, loaded, actor, trigger or item.result, event, session)
        if isinstance(judged.found, Refusal):
            if put_off:
                # It has gone its own way, which is why it was put off.
                self.left.append(item.dossier)
            else:
                self._problems.refusal(item.dossier, item.place, judged.found)
            return
        if not put_off and loaded.dossier.version != item.version:
            changed = rules.changed_since_the_cut_off(item, loaded.dossier, self._calendar)
            if changed is not None:
                self._problems.add(item.dossier, item.place, "changed_since_cut_off", changed)
                return
        bound = self._editions.get(judged.found.dossier.edition)
        self.changes.append(self._change(bound, loaded, (*judged.rungs, judged.found)))

    def _trigger(self, item: Item, loaded: Loaded) -> str | None:
        found = self._ballot(loaded)
        if found is None:
            return None
        named = {rules.PASS: found.passed, rules.FAIL: found.failed, rules.DEFER: found.deferred}
        return named[item.result]

    def _ballot(self, loaded: Loaded) -> Ballot | None:
        return rules.ballot_of(self._editions.get(loaded.dossier.edition), loaded.dossier)

    def _judged(
        self,
        item: Item,
        loaded: Loaded,
        actor: Actor,
        trigger: str,
        event: str,
        session: Dossier,
    ) -> Judged:
        act = Act(
            id=self._ids.uuid7(),
            trigger=trigger,
            actor=actor,
            ballot=rules.said_of(item, session.stream),
            cause=event,
        )
        return judge(
            act,
            loaded,
            editions=self._editions,
            calendar=self._calendar,
            new_id=self._ids.uuid7,
        )

    def _change(
        self, procedure: Procedure, loaded: Loaded, outcomes: tuple[Outcome, ...]
    ) -> Change:
        return change_of(
            procedure,
            loaded,
            outcomes,
            calendar=self._calendar,
            ids=self._ids,
            numbers=self._numbers,
        )
