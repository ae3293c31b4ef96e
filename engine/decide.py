"""What follows when somebody asks: an outcome, or a refusal with its reason. Nothing else happens.

The order of questions: is it offered here, who asks, are duties separate, is what they bring in
order, do papers and condition hold. The order of effects is told in `effects.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from engine import ballot as ballots
from engine.calendar import TZ, Calendar
from engine.definition import SESSION, SYSTEM, Field, FieldType, LetterRule, Procedure, Transition
from engine.dormant import reachable
from engine.dossier import Act, Actor, Dossier
from engine.effects import Moment, moved, start_of
from engine.errors import (
    BadInput,
    DateNotAllowed,
    NoEditionInForce,
    ReasonRequired,
    Refusal,
)
from engine.facts import View
from engine.holds import HOLD, RELEASE, decide_hold
from engine.inputs import missing, record, taken
from engine.outcome import Firing, LetterOrder, Notice, Outcome
from engine.permits import Hat, actor_data, guard, no_such_trigger, papers, standing
from engine.places import after, entered
from engine.ports import Editions
from engine.text import Text

MOST_AUTO = 16


def open_draft(
    procedure: Procedure,
    *,
    id: str,
    stream: str,
    log: str,
    code: str,
    owner: str,
    levels: Mapping[str, str],
    created_by: str,
    data: Mapping[str, object],
    submission: str = "",
    agencies: Mapping[str, str] | None = None,
) -> Dossier:
    """Return a new dossier in its initial state, held by its owner. Drafts may be incomplete.

    Raises:
        BadInput: a value is of a wrong kind, or no draft field.
    """
    draft = Dossier(
        id=id,
        stream=stream,
        log=log,
        code=code,
        procedure=procedure.key,
        edition=procedure.hash,
        owner=owner,
        holder=owner,
        levels=levels,
        agencies=agencies or {},
        created_by=created_by,
        submission=submission,
        configuration=entered(procedure, procedure.initial.path),
    )
    return replace(draft, data=draft_data(procedure, data))


def draft_data(procedure: Procedure, data: Mapping[str, object]) -> dict[str, object]:
    """Return the data of a draft as it is kept; fields that later acts fill are not a draft's.

    Raises:
        BadInput: a value is of a wrong kind, or no draft field.
    """
    allowed = draft_fields(procedure)
    kept = {}
    for key, value in data.items():
        if key not in allowed:
            raise _unknown_field(key)
        found = taken(procedure.fields[key], value)
        if found is not None:
            kept[key] = found
    return kept


def draft_fields(procedure: Procedure) -> tuple[str, ...]:
    """Return the fields that a draft may fill: those that no later act asks for."""
    later = {
        key
        for t in procedure.transitions
        if procedure.initial.path not in t.sources
        for key in (*t.asks, *t.appends)
    }
    return tuple(key for key in procedure.fields if key not in later)


def decide(
    procedure: Procedure,
    dossier: Dossier,
    act: Act,
    *,
    at: datetime,
    calendar: Calendar,
    counts: Mapping[str, int],
    editions: Editions | None = None,
    firing: Firing | None = None,
) -> Outcome | Refusal:
    """Return what follows when `act` is done on `dossier`, or the refusal. Pure.

    Args:
        at: now, by the clock of record, aware.
        counts: the look-ups that the procedure declares, by key.
        editions: where the edition in force on the day of receipt is found; without it the
            dossier stays on `procedure`.
        firing: the rung that pulls the trigger, if it is the clock's act.
    """
    try:
        moment = _moment(dossier, act, at, firing)
        if act.trigger in (HOLD, RELEASE):
            return decide_hold(procedure, dossier, act, moment, calendar)
        transition, source, asleep, hat = _offered(procedure, dossier, act)
        if transition.receives and editions is not None:
            procedure, dossier = _bound(procedure, dossier, moment.on, editions)
            transition, source, asleep, hat = _offered(procedure, dossier, act)
        return _Decision(procedure, dossier, act, moment, calendar, counts, firing).of(
            transition, source, asleep, hat
        )
    except Refusal as refusal:
        return refusal


def _offered(procedure: Procedure, dossier: Dossier, act: Act) -> tuple[Transition, str, bool, Hat]:
    """Return the transition that the trigger names here, its source, whether that is only
    remembered (see `dormant.py`), and the actor's hat."""
    refused: Refusal | None = None
    for transition in procedure.pulled_by(act.trigger):
        place = reachable(procedure, dossier, transition)
        if place is None:
            continue
        hat = standing(procedure, dossier, transition, act.actor)
        if isinstance(hat, Hat):
            return transition, *place, hat
        refused = refused or hat
    raise refused or no_such_trigger(procedure, dossier, act.trigger)


def _bound(
    procedure: Procedure, dossier: Dossier, on: date, editions: Editions
) -> tuple[Procedure, Dossier]:
    """Return the edition in force on the day of receipt, and the draft on it."""
    binding = editions.in_force(procedure.key, on)
    if binding is None:
        raise NoEditionInForce(
            Text(
                f"Không có phiên bản thủ tục nào có hiệu lực ngày {on:%d/%m/%Y}.",
                f"No edition of the procedure is in force on {on}.",
            ),
            procedure=procedure.key,
            on=on.isoformat(),
        )
    if binding.hash == procedure.hash:
        return procedure, dossier
    data = draft_data(binding, dossier.data)
    unknown = sorted(dossier.documents.keys() - binding.documents.keys())
    if unknown:
        raise NoEditionInForce(
            Text(
                f"Phiên bản {binding.edition} không nhận giấy tờ: {', '.join(unknown)}.",
                f"Edition {binding.edition} takes no such papers: {', '.join(unknown)}.",
            ),
            documents=unknown,
        )
    start = entered(binding, binding.initial.path)
    return binding, replace(dossier, edition=binding.hash, data=data, configuration=start)


def _moment(dossier: Dossier, act: Act, at: datetime, firing: Firing | None) -> Moment:
    if firing is not None:
        on = firing.due_at.astimezone(TZ).date()
        return Moment(on=on, at=firing.due_at, recorded_at=at, act=act.id)
    today = at.astimezone(TZ).date()
    on = act.effective_on or today
    if on > today:
        raise DateNotAllowed(
            Text(
                f"Ngày có hiệu lực {on:%d/%m/%Y} chưa đến.",
                f"The effective date {on} is still to come.",
            ),
            field="effective_on",
        )
    if on < today and not act.reason.strip():
        raise DateNotAllowed(
            Text(
                "Ghi lùi ngày phải nêu lý do.",
                "An act dated back needs a reason.",
            ),
            field="effective_on",
        )
    if dossier.received_on is not None and on < dossier.received_on:
        raise DateNotAllowed(
            Text(
                f"Không thể ghi ngày {on:%d/%m/%Y}: hồ sơ được nộp ngày "
                f"{dossier.received_on:%d/%m/%Y}.",
                f"It cannot count on {on}: the dossier was filed on {dossier.received_on}.",
            ),
            field="effective_on",
        )
    instant = at if on == today else start_of(on + timedelta(days=1))
    return Moment(on=on, at=instant, recorded_at=at, act=act.id)


def _unknown_field(key: str) -> BadInput:
    return BadInput(
        Text(f"Không có mục dữ liệu {key!r} ở đây.", f"There is no data field {key!r} here."),
        field=key,
    )


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

    def of(self, transition: Transition, source: str, asleep: bool, hat: Hat) -> Outcome:
        """Return the outcome of one transition, automatic ones after it included."""
        self._reason(transition)
        dossier = self._with_input(transition)
        view = self._view(dossier)
        refused = papers(self.procedure, dossier, transition, view)
        if refused is not None:
            raise refused
        refused, condition = guard(transition, view)
        if refused is not None:
            raise refused
        dossier = self._acted(dossier, transition, hat)
        done = [transition]
        came_from = sorted(dossier.configuration)
        dossier = self._move(dossier, transition, source, asleep)
        tallied = self._ballot(transition, source, dossier)
        if tallied is not None:
            dossier, pulled = tallied
            dossier = self._pull(dossier, pulled, SESSION, done)
        dossier = self._automatic(dossier, done)
        facts: dict[str, object] = {
            "trigger": transition.trigger,
            "from": came_from,
            "to": sorted(dossier.configuration),
        }
        if len(done) > 1:
            facts["then"] = [t.trigger for t in done[1:]]
        if condition is not None:
            facts["condition"] = condition
        if self.act.reason in transition.closed_reasons:
            facts["reason"] = self.act.reason
        if self.moment.on < self.moment.recorded_at.astimezone(TZ).date() and not self.firing:
            facts["back_dated"] = True
        return self._outcome(transition, hat, dossier, facts, done)

    def _reason(self, transition: Transition) -> None:
        reason = self.act.reason.strip()
        closed = transition.closed_reasons
        if closed and reason not in closed:
            known = "; ".join(f"{key} ({label.vi})" for key, label in closed.items())
            raise ReasonRequired(
                Text(
                    f"“{transition.label.vi}” cần một lý do trong danh mục: {known}.",
                    f"“{transition.label.en}” needs one of these reasons: {', '.join(closed)}.",
                ),
                field="reason",
                reasons=list(closed),
            )
        if transition.reason_required and not reason:
            raise ReasonRequired(
                Text(
                    f"“{transition.label.vi}” cần nêu lý do.",
                    f"“{transition.label.en}” needs a reason.",
                ),
                field="reason",
            )

    def _with_input(self, transition: Transition) -> Dossier:
        fields = self.procedure.fields
        data: dict[str, Any] = dict(self.before.data)
        given = {key: value for key, value in self.act.data.items() if value is not None}
        for key in given:
            if key not in transition.asks and key not in transition.appends:
                raise _unknown_field(key)
        for key, needed in transition.asks.items():
            found = taken(fields[key], given.get(key))
            if found is not None:
                data[key] = found
            elif needed and key not in data:
                default = self._default(transition, key)
                if default is None:
                    raise missing(fields[key], key)
                data[key] = default
        for key, needed in transition.appends.items():
            if given.get(key):
                data[key] = [*data.get(key, ()), record(fields[key], given[key], key)]
            elif needed:
                raise missing(fields[key], key)
        if transition.receives:
            self._complete(data)
        documents = dict(self.before.documents)
        for key, added in self.act.documents.items():
            if key not in self.procedure.documents:
                raise BadInput(
                    Text(f"Thủ tục không có giấy tờ {key!r}.", f"No such paper: {key!r}."),
                    field=f"documents.{key}",
                )
            if added:
                documents[key] = (*documents.get(key, ()), *added)
        received_on = self.moment.on if transition.receives else self.before.received_on
        dossier = replace(self.before, data=data, documents=documents, received_on=received_on)
        self._anchors(transition, dossier)
        return dossier

    def _default(self, transition: Transition, key: str) -> str | None:
        """Return the day of completeness where nothing else was said: the day of receipt."""
        anchors = {c.starts_from for c in self._started_by(transition)}
        return self.moment.on.isoformat() if key in anchors else None

    def _started_by(self, transition: Transition) -> list[Any]:
        return [c for c in self.procedure.clocks.values() if c.starts_on == transition.trigger]

    def _complete(self, data: Mapping[str, object]) -> None:
        for key in draft_fields(self.procedure):
            if self.procedure.fields[key].required and key not in data:
                raise missing(self.procedure.fields[key], key)

    def _anchors(self, transition: Transition, dossier: Dossier) -> None:
        """Refuse a day of completeness in the future, or in the past without a reason."""
        today = self.moment.recorded_at.astimezone(TZ).date()
        for clock in self._started_by(transition):
            given = dossier.data.get(clock.starts_from or "")
            if not isinstance(given, str):
                continue
            on = date.fromisoformat(given)
            label = self.procedure.fields[str(clock.starts_from)].label
            if on > today:
                raise DateNotAllowed(
                    Text(
                        f"{label.vi}: ngày {on:%d/%m/%Y} chưa đến.",
                        f"{label.en}: {on} is still to come.",
                    ),
                    field=clock.starts_from,
                )
            usual = {today, self.moment.on, dossier.received_on}
            if on not in usual and not self.act.reason.strip():
                raise DateNotAllowed(
                    Text(
                        f"{label.vi}: ghi ngày {on:%d/%m/%Y} phải nêu lý do.",
                        f"{label.en}: {on} needs a reason.",
                    ),
                    field=clock.starts_from,
                )

    def _view(self, dossier: Dossier, actor: Actor | None = None) -> View:
        return View(
            procedure=self.procedure,
            dossier=dossier,
            actor=actor or self.act.actor,
            at=self.moment.at,
            calendar=self.calendar,
            counts=self.counts,
        )

    def _acted(self, dossier: Dossier, transition: Transition, hat: Hat) -> Dossier:
        people = dict(dossier.people)
        if self.act.actor.person is not None:
            people[hat.role] = people.get(hat.role, frozenset()) | {self.act.actor.person}
        pulls = {
            **dossier.pulls,
            transition.trigger: dossier.pulls.get(transition.trigger, 0) + 1,
        }
        return replace(dossier, people=people, pulls=pulls)

    def _move(self, dossier: Dossier, transition: Transition, source: str, asleep: bool) -> Dossier:
        if asleep:
            composite = source.split(".", 1)[0]
            memory = dossier.history[composite]
            memory = after(self.procedure, transition, source, memory, None)
            dossier = replace(dossier, history={**dossier.history, composite: memory})
            reached = dossier.configuration
        else:
            remembered = dossier.history.get(transition.history or "")
            reached = after(self.procedure, transition, source, dossier.configuration, remembered)
            if transition.interrupts and self.procedure.states[source].composite:
                history = {**dossier.history, source: dossier.configuration}
                dossier = replace(dossier, history=history)
        return moved(self.procedure, dossier, reached, transition.trigger, self.moment)

    def _ballot(
        self, transition: Transition, source: str, dossier: Dossier
    ) -> tuple[Dossier, str] | None:
        """Count a tally that the act entered; return the dossier and the trigger it pulls."""
        rule = self.procedure.states[source].ballot
        tallied = [
            key
            for key in transition.asks
            if self.procedure.fields[key].type is FieldType.TALLY and key in dossier.data
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
        act = replace(self.act, trigger=trigger, actor=Actor(person=None, machine=machine))
        transition, source, asleep, _ = _offered(self.procedure, dossier, act)
        view = self._view(dossier, act.actor)
        refused = papers(self.procedure, dossier, transition, view)
        refused = refused or guard(transition, view)[0]
        if refused is not None:
            raise refused
        done.append(transition)
        pulls = {**dossier.pulls, trigger: dossier.pulls.get(trigger, 0) + 1}
        return self._move(replace(dossier, pulls=pulls), transition, source, asleep)

    def _automatic(self, dossier: Dossier, done: list[Transition]) -> Dossier:
        for _ in range(MOST_AUTO):
            ready = self._ready(dossier)
            if ready is None:
                return dossier
            dossier = self._pull(dossier, ready.trigger, SYSTEM, done)
        return dossier

    def _ready(self, dossier: Dossier) -> Transition | None:
        system = Actor(person=None, machine=SYSTEM)
        view = self._view(dossier, system)
        for transition in self.procedure.transitions:
            if not transition.auto:
                continue
            if reachable(self.procedure, dossier, transition) is None:
                continue
            if not isinstance(standing(self.procedure, dossier, transition, system), Hat):
                continue
            if papers(self.procedure, dossier, transition, view) is not None:
                continue
            if guard(transition, view)[0] is None:
                return transition
        return None

    def _outcome(
        self,
        transition: Transition,
        hat: Hat,
        dossier: Dossier,
        facts: dict[str, object],
        done: list[Transition],
    ) -> Outcome:
        personal: dict[str, object] = {}
        reason = self.act.reason.strip()
        if reason and reason not in transition.closed_reasons:
            personal["reason"] = taken_reason(reason)
        rules = self.procedure.letters
        orders = [rules[key] for t in done for key in t.letters]
        notices = [(t, role) for t in done for role in t.notify]
        return Outcome(
            before=self.before,
            dossier=dossier,
            type=transition.event,
            facts=facts,
            personal=personal,
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
            wants_code=any(t.accepts for t in done) and dossier.received_code is None,
            registers_award=any(t.registers_award for t in done),
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
            org=dossier.holder,
        )


def taken_reason(reason: str) -> str:
    """Return a free reason as it is kept.

    Raises:
        BadInput: it is too long or holds control characters.
    """
    field = Field(key="reason", type=FieldType.TEXT, label=Text("Lý do", "Reason"))
    return str(taken(field, reason))


def place_of(procedure: Procedure, dossier: Dossier, role: str) -> str:
    """Return the organisation in which a role of the procedure counts for this dossier."""
    known = procedure.roles.get(role)
    return dossier.owner if known is not None and known.of_owner else dossier.holder
