"""What follows when somebody asks: an outcome, or a refusal with its reason. Nothing else happens.

The order of questions: is it offered here, who asks, are duties separate, is what they bring in
order, do papers and condition hold. The order of effects is told in `effects.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from engine import ballot as ballots
from engine.calendar import TZ, Calendar
from engine.copying import replace
from engine.council import check_council, needs_the_items
from engine.definition import SESSION, SYSTEM, FieldType, LetterRule, Procedure, Transition
from engine.dormant import reachable
from engine.dossier import Act, Actor, Dossier
from engine.drafts import bound, draft_data, draft_fields, open_draft
from engine.effects import Moment
from engine.errors import AutomaticTooMany, GuardFaulted, GuardRefused, Refusal, TriggerNotAllowed
from engine.facts import View
from engine.holds import HOLD, RELEASE, decide_hold, with_hold
from engine.intake import check_reason, free_texts, moment_of, unknown_ground, with_input
from engine.outcome import Firing, LetterOrder, Notice, OpenOrder, Outcome
from engine.permits import (
    Hat,
    actor_data,
    guard,
    papers,
    reads_own_input,
    standing,
)
from engine.ports import Editions
from engine.remembered import Remembered
from engine.text import Text
from engine.ways import Way, taken_way, ways_of

__all__ = ["decide", "draft_data", "draft_fields", "incident_of", "open_draft", "place_of"]

MOST_AUTO = 16


def decide(
    procedure: Procedure,
    dossier: Dossier,
    act: Act,
    *,
    at: datetime,
    calendar: Calendar,
    counts: Mapping[str, int],
    editions: Editions | None = None,
    recount: Callable[[Procedure], Mapping[str, int]] | None = None,
    firing: Firing | None = None,
) -> Outcome | Refusal:
    """Return what follows when `act` is done on `dossier`, or the refusal. Pure.

    Args:
        at: now, by the clock of record, aware.
        counts: the look-ups that the procedure declares, by key.
        editions: where the edition in force on the day of receipt is found; without it the
            dossier stays on `procedure`.
        recount: returns the look-ups of another edition, if receipt binds the dossier to one.
        firing: the rung that pulls the trigger, if it is the clock's act.
    """
    try:
        moment = moment_of(dossier, act, at, firing)
        if act.trigger in (HOLD, RELEASE):
            return decide_hold(procedure, dossier, act, moment, calendar)
        ways = ways_of(procedure, dossier, act.trigger, act.actor)
        received = any(way.transition.receives for way in ways)
        if received and dossier.received_on is None and editions is not None:
            binding, dossier = bound(procedure, dossier, moment.on, editions)
            if binding is not procedure:
                procedure, counts = binding, recount(binding) if recount else counts
                ways = ways_of(procedure, dossier, act.trigger, act.actor)
        return _Decision(procedure, dossier, act, moment, calendar, counts, firing).first_of(ways)
    except Refusal as refusal:
        return refusal


def incident_of(refusal: Refusal) -> str | None:
    """Return what a person must be told about the procedure because of a refusal, in English."""
    if not refusal.incident:
        return None
    about = ", ".join(f"{key}: {value}" for key, value in refusal.facts.items())
    return f"{refusal.code}: {about}"


@dataclass(slots=True)
class _Decision:
    """One decision on its way."""

    procedure: Procedure
    before: Dossier
    act: Act
    moment: Moment
    calendar: Calendar
    counts: Mapping[str, int]
    firing: Firing | None
    incidents: dict[str, None] = field(default_factory=dict)

    def first_of(self, ways: list[Way]) -> Outcome:
        """Return the outcome of the first way that is open; conditions tell the ways apart.

        Raises:
            Refusal: of a way whose condition does not close it anyway, if there is one.
        """
        if len(ways) == 1:
            return self.of(ways[0])
        refusals: list[Refusal] = []
        for way in [way for way in ways if not self._closed(way)] or ways[:1]:
            try:
                return self.of(way)
            except GuardFaulted:
                raise
            except Refusal as refusal:
                refusals.append(refusal)
        raise next((r for r in refusals if not isinstance(r, GuardRefused)), refusals[0])

    def _closed(self, way: Way) -> bool:
        """Say whether a condition closes the way, whatever the act brings."""
        if reads_own_input(way.transition):
            return False
        return isinstance(guard(way.transition, self._view(self.before))[0], GuardRefused)

    def of(self, way: Way) -> Outcome:
        """Return the outcome of one transition, automatic ones after it included."""
        transition = way.transition
        self.incidents.clear()
        check_reason(transition, self.act)
        if transition.on_items and not self.act.agenda:
            raise needs_the_items(transition)
        if transition.merges and not self.act.merging:
            raise TriggerNotAllowed(
                Text(
                    f"“{transition.label.vi}” chỉ thực hiện được cho từng hồ sơ một.",
                    f"“{transition.label.en}” is done on one dossier at a time.",
                ),
                trigger=transition.trigger,
            )
        refused: Refusal | None = unknown_ground(self.act)
        if refused is not None:
            raise refused
        dossier = with_input(self.procedure, self.before, self.act, transition, self.moment)
        check_council(self.procedure, dossier)
        if self.act.ballot is not None:
            result: Any = self.act.ballot["result"]
            dossier = replace(dossier, results={**dossier.results, "ballot": result})
        view = self._view(dossier)
        refused = papers(self.procedure, dossier, transition, view)
        if refused is not None:
            raise refused
        refused, condition = guard(transition, view)
        if refused is not None:
            raise refused
        dossier = self._acted(dossier, transition, way.hat)
        done = [transition]
        came_from = sorted(dossier.configuration)
        dossier = taken_way(self.procedure, dossier, way, self.moment)
        if transition.places_hold is not None:
            dossier = with_hold(
                self.procedure, dossier, transition.places_hold, self.act, self.moment
            )
        tallied = self._ballot(way, dossier)
        if tallied is not None:
            dossier, pulled = tallied
            dossier = self._pull(dossier, pulled, SESSION, done)
        dossier = self._automatic(dossier, done)
        facts: dict[str, object] = {
            "trigger": transition.trigger,
            "from": came_from,
            "to": sorted(dossier.configuration),
        }
        if self.act.ballot is not None:
            facts["ballot"] = dict(self.act.ballot)
        if len(done) > 1:
            facts["then"] = [t.trigger for t in done[1:]]
        if condition is not None:
            facts["condition"] = condition
        if self.act.reason.strip() in transition.closed_reasons:
            facts["reason"] = self.act.reason.strip()
        if self.moment.on < self.moment.recorded_at.astimezone(TZ).date() and not self.firing:
            facts["back_dated"] = True
        return self._outcome(transition, way.hat, dossier, facts, done)

    def _view(self, dossier: Dossier, actor: Actor | None = None) -> View:
        at = self.moment.at
        if at.astimezone(TZ).date() != self.moment.on:
            # 24:00 is the next day already; what a back-dated act sees is its own day.
            at -= timedelta(microseconds=1)
        return View(
            procedure=self.procedure,
            dossier=dossier,
            actor=actor or self.act.actor,
            at=at,
            calendar=self.calendar,
            counts=self.counts,
        )

    def _acted(self, dossier: Dossier, transition: Transition, hat: Hat) -> Dossier:
        people = dict(dossier.people)
        if self.act.actor.person is not None:
            people[hat.role] = people.get(hat.role, frozenset()) | {self.act.actor.person}
        return replace(dossier, people=people, pulls=_pulled(dossier, transition.trigger))

    def _ballot(self, way: Way, dossier: Dossier) -> tuple[Dossier, str] | None:
        """Count a tally that the act entered; return the dossier and the trigger it pulls."""
        rule = self.procedure.states[way.source].ballot
        tallied = [
            key
            for key in way.transition.asks
            if self.procedure.fields[key].type is FieldType.TALLY and self.act.data.get(key)
        ]
        if rule is None or not tallied:
            return None
        given: Any = dossier.data[tallied[0]]
        counted = ballots.count(rule.rule_of(dossier.data), ballots.Tally(**given))
        result = {
            "passed": counted.passed,
            "yes": counted.yes,
            "needed": counted.needed,
            "whole": counted.whole,
            "present": counted.present,
            "quorum": counted.quorum,
        }
        dossier = replace(dossier, results={**dossier.results, "ballot": result})
        return dossier, rule.passed if counted.passed else rule.failed

    def _pull(
        self, dossier: Dossier, trigger: str, machine: str, done: list[Transition]
    ) -> Dossier:
        """Return the dossier after a machine pulled `trigger` within this act."""
        actor = Actor(person=None, machine=machine)
        view = self._view(dossier, actor)
        refusals: list[Refusal] = []
        for way in ways_of(self.procedure, dossier, trigger, actor):
            refused = papers(self.procedure, dossier, way.transition, view)
            refused = refused or guard(way.transition, view)[0]
            if refused is None:
                done.append(way.transition)
                pulled = replace(dossier, pulls=_pulled(dossier, trigger))
                return taken_way(self.procedure, pulled, way, self.moment)
            refusals.append(refused)
        raise next((r for r in refusals if r.incident), refusals[0])

    def _automatic(self, dossier: Dossier, done: list[Transition]) -> Dossier:
        for _ in range(MOST_AUTO):
            ready = self._ready(dossier)
            if ready is None:
                return dossier
            dossier = self._pull(dossier, ready.trigger, SYSTEM, done)
        ready = self._ready(dossier)
        if ready is None:
            return dossier
        raise AutomaticTooMany(
            Text(
                f"Thủ tục tự chuyển bước quá {MOST_AUTO} lần (“{ready.label.vi}”); quản trị viên "
                "đã được báo.",
                f"The procedure moves on by itself more than {MOST_AUTO} times "
                f"(“{ready.label.en}”); it has been reported.",
            ),
            trigger=ready.trigger,
        )

    def _ready(self, dossier: Dossier) -> Transition | None:
        system = Actor(person=None, machine=SYSTEM)
        view = self._view(dossier, system)
        for transition in _automatic(self.procedure):
            if reachable(self.procedure, dossier, transition) is None:
                continue
            if not isinstance(standing(self.procedure, dossier, transition, system), Hat):
                continue
            refused = papers(self.procedure, dossier, transition, view)
            refused = refused or guard(transition, view)[0]
            if refused is None:
                return transition
            told = incident_of(refused)
            if told is not None:
                # The act itself is in order; what should have followed is for a person to see.
                self.incidents[told] = None
        return None

    def _outcome(
        self,
        transition: Transition,
        hat: Hat,
        dossier: Dossier,
        facts: dict[str, object],
        done: list[Transition],
    ) -> Outcome:
        rules = self.procedure.letters
        orders = [rules[key] for t in done for key in t.letters]
        notices = [(t, role) for t in done for role in t.notify]
        return Outcome(
            before=self.before,
            dossier=dossier,
            type=transition.event,
            facts=facts,
            personal=free_texts(transition, self.act),
            actor=actor_data(self.act.actor, hat),
            effective_on=self.moment.on,
            effective_at=self.firing.due_at if self.firing else None,
            act_id=self.act.id,
            rules={"edition": self.procedure.hash, "calendar": self.calendar.hash},
            letters=tuple(self._order(rule, dossier) for rule in orders),
            notices=tuple(
                Notice(
                    role=role,
                    org=place_of(self.procedure, dossier, role),
                    about=t.event,
                    facts={"trigger": t.trigger},
                )
                for t, role in notices
            ),
            firing=self.firing,
            wants_code=any(t.accepts for t in done) and dossier.holder not in dossier.codes,
            registers_award=any(t.registers_award for t in done),
            incidents=tuple(self.incidents),
            cause=self.act.cause,
            opens=tuple(
                OpenOrder(
                    procedure=t.opens.procedure,
                    data={
                        key: dossier.data[given]
                        for key, given in t.opens.data.items()
                        if given in dossier.data
                    },
                )
                for t in done
                if t.opens is not None
            ),
        )

    def _order(self, rule: LetterRule, dossier: Dossier) -> LetterOrder:
        number = dossier.data.get(rule.number_from) if rule.number_from else None
        dated = dossier.data.get(rule.dated_from) if rule.dated_from else None
        return LetterOrder(
            key=rule.key,
            template=rule.template,
            per=rule.per,
            register=rule.register,
            number=number if isinstance(number, str) else None,
            dated_on=date.fromisoformat(dated) if isinstance(dated, str) else self.moment.on,
            # Whoever hands the dossier on writes the letter that goes with it.
            org=self.before.holder if self.before.received_on else dossier.holder,
        )


def _that_go_by_themselves(procedure: Procedure) -> tuple[Transition, ...]:
    return tuple(way for way in procedure.transitions if way.auto)


_automatic = Remembered(_that_go_by_themselves, 256)


def _pulled(dossier: Dossier, trigger: str) -> dict[str, int]:
    return {**dossier.pulls, trigger: dossier.pulls.get(trigger, 0) + 1}


def place_of(procedure: Procedure, dossier: Dossier, role: str) -> str:
    """Return the organisation in which a role of the procedure counts for this dossier."""
    known = procedure.roles.get(role)
    return dossier.owner if known is not None and known.of_owner else dossier.holder
