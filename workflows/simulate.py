"""Try a procedure out: a scenario runs on a virtual clock through the engine itself.

Nothing is stored and no machine's clock is read: time stands where the story says. Rungs fire at
their due instants, as a sweep that is never late would fire them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from engine.calendar import TZ, Calendar
from engine.counting import add_months
from engine.decide import decide, open_draft
from engine.definition import SYSTEM, Procedure, Transition
from engine.dormant import reachable
from engine.dossier import Act, Actor, Dossier, Grant, Paper
from engine.errors import BangVangError, Refusal
from engine.facts import look_ups
from engine.initiatives import Initiative, UsedRow
from engine.legal_clock import derive
from engine.limits import Limit, LimitError, Unit
from engine.links import act_of_end
from engine.offers import offers
from engine.outcome import Outcome
from engine.places import after, source_of
from engine.ports import Item
from engine.rungs import apply_due, next_rung_at
from engine.text import Text
from workflows import sittings
from workflows.compile import ballot_rule
from workflows.findings import Finding, closest
from workflows.reader import Loc
from workflows.scenario import (
    ActStep,
    DraftStep,
    Expected,
    ExpectStep,
    LinkStep,
    Scenario,
    SessionStep,
    UntilStep,
    WaitStep,
    day,
)

ScenarioStep = ActStep | SessionStep | WaitStep | UntilStep | ExpectStep | LinkStep
LEVELS = ("unit", "commune", "province", "centre")
MOST_RUNGS = 300
PAPER_SIZE = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing that happened in a run.

    Attributes:
        at: local time.
        who: the person of the scenario, or `clock`.
        what: the trigger, or the rung that fired (`resolution: 50 %`).
        refused: why nothing happened; None if it did.
        states: the active leaves afterwards.
        due: running clock -> its due day.
        letters: keys of the letters issued.
    """

    at: datetime
    who: str
    what: str
    label: Text
    refused: Refusal | None
    states: tuple[str, ...]
    due: Mapping[str, date | None]
    letters: tuple[str, ...]

    def as_line(self, lang: str = "vi") -> str:
        """Return the step as one line for people."""
        said = f"{self.at:%Y-%m-%d %H:%M}  {self.who:<12} {self.what}"
        label = self.label.in_(lang)
        said += f" ({label})" if label else ""
        if self.refused is not None:
            return f"{said}  ✗ {self.refused.code}: {self.refused.text.in_(lang)}"
        said += f"  → {', '.join(self.states)}"
        clocks = ", ".join(f"{key} {day(on)}" for key, on in self.due.items())
        words = Text("hạn", "due").in_(lang)
        said += f"  [{words}: {clocks}]" if clocks else ""
        papers = Text("văn bản", "letters").in_(lang)
        return said + (f"  [{papers}: {', '.join(self.letters)}]" if self.letters else "")


@dataclass(frozen=True, slots=True)
class Run:
    """What a scenario came to.

    Attributes:
        findings: what did not go as the story says; empty if it holds.
        covered: indices of the transitions that were gone.
    """

    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    covered: frozenset[int]
    dossier: Dossier | None


class _Stopped(Exception):
    """The story cannot go on."""


def run(procedure: Procedure, scenario: Scenario, calendar: Calendar) -> Run:
    """Run the scenario to its end, or to the first act that goes otherwise than told."""
    story = _Story(procedure, scenario, calendar, scenario.shape.starts)
    with suppress(_Stopped):
        story.tell()
    return Run(tuple(story.steps), tuple(story.findings), frozenset(story.covered), story.drawn)


@dataclass(slots=True)
class _Story:
    procedure: Procedure
    scenario: Scenario
    calendar: Calendar
    now: datetime
    steps: list[Step] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    covered: set[int] = field(default_factory=set)
    letters: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()
    fired: int = 0
    acts: int = 0
    drawn: Dossier | None = None
    items: tuple[Item, ...] = ()

    @property
    def here(self) -> Dossier:
        assert self.drawn is not None
        return self.drawn

    def tell(self) -> None:
        shape = self.scenario.shape
        self._draft(shape.draft)
        for index, step in enumerate(shape.steps):
            loc: Loc = ("steps", index)
            try:
                self._step(loc, step)
            except BangVangError as error:
                # What the engine cannot count, such as a date beyond the years it knows.
                self._fail("BV703", loc, f"Không thực hiện được: {error}", f"It fails: {error}")
                raise _Stopped from error

    def _step(self, loc: Loc, step: ScenarioStep) -> None:
        match step:
            case LinkStep():
                self._linked(loc, step)
            case ActStep():
                self._act(loc, step)
            case SessionStep():
                self._session(loc, step)
            case WaitStep():
                self._pass((*loc, "wait"), self._later((*loc, "wait"), step.wait))
            case UntilStep():
                self._pass((*loc, "until"), step.until)
            case _:
                self.findings += self._held((*loc, "expect"), step.expect)

    def _fail(self, code: str, loc: Loc, vi: str, en: str) -> Finding:
        finding = self.scenario.doc.finding(code, loc, vi, en)
        self.findings.append(finding)
        return finding

    def _draft(self, step: DraftStep) -> None:
        self._person(("draft", "by"), step.by)
        owner = self.scenario.shape.owner
        levels = {level: level for level in LEVELS} | {"unit": owner}
        try:
            draft = open_draft(
                self.procedure,
                id=_id(0),
                stream="ho-so/mo-phong/000001",
                log="mo-phong",
                code="N-0001",
                owner=owner,
                levels=levels,
                created_by=step.by,
                data=step.data,
            )
        except Refusal as refusal:
            self._fail(
                "BV703",
                ("draft", "data"),
                f"Không soạn được hồ sơ: {refusal.text.vi}",
                f"The draft is refused: {refusal.text.en}",
            )
            raise _Stopped from refusal
        documents = self._papers(("draft",), step.documents, step.signed)
        outside = frozenset(self.scenario.shape.outside)
        self.drawn = replace(draft, documents=documents, outside=outside)

    def _papers(
        self, loc: Loc, keys: Sequence[str], signed: Sequence[str]
    ) -> dict[str, tuple[Paper, ...]]:
        for part, names in (("documents", keys), ("signed", signed)):
            for index, key in enumerate(names):
                if key not in self.procedure.documents:
                    near = closest(key, self.procedure.documents)
                    self._fail(
                        "BV706",
                        (*loc, part, index),
                        f"Thủ tục không có giấy tờ {key!r}.{near.vi}",
                        f"The procedure has no document {key!r}.{near.en}",
                    )
                    raise _Stopped
        return {
            key: (
                Paper(
                    sha256=hashlib.sha256(key.encode()).hexdigest(),
                    size=PAPER_SIZE,
                    media_type="application/pdf",
                    name=f"{key}.pdf",
                    signed=key in signed,
                ),
            )
            for key in (*keys, *signed)
        }

    def _person(self, loc: Loc, person: str) -> Actor:
        people = self.scenario.shape.people
        if person == SYSTEM and SYSTEM not in people:
            return Actor(person=None, machine=SYSTEM)
        if person not in people:
            near = closest(person, people)
            self._fail(
                "BV706",
                loc,
                f"Kịch bản không có người {person!r}.{near.vi} Hãy thêm vào 'people'.",
                f"The scenario has no person {person!r}.{near.en} Add them to 'people'.",
            )
            raise _Stopped
        grants = []
        for role in people[person]:
            known = self.procedure.roles.get(role)
            owner = self.scenario.shape.owner
            # A unit's own people do not stand in for the levels above it; a level that opens the
            # dossier itself is one of those through which it goes.
            everywhere = frozenset(LEVELS) - {"unit"}
            of_owner = known is not None and known.of_owner
            covers = frozenset({owner}) if of_owner else everywhere
            grants.append(Grant(role=role, org=min(covers), covers=covers))
        return Actor(person=person, grants=tuple(grants), auth="scenario")

    def _counts(self) -> dict[str, int]:
        held = [(award.award, award.year, award.deed) for award in self.scenario.shape.awards]
        used = [
            UsedRow(
                initiative=Initiative(decision=one.decision, title=one.title),
                award=one.award,
                used_for=one.used_for,
                year=one.year,
            )
            for one in self.scenario.shape.initiatives
        ]
        data = self.drawn.data if self.drawn else {}
        return look_ups(self.procedure, data, awards=held, used=used)

    def _later(self, loc: Loc, written: str) -> datetime:
        try:
            return later(self.now, Limit.parse(written), self.calendar)
        except LimitError as error:
            self._fail("BV707", loc, error.text.vi, error.text.en)
            raise _Stopped from error
        except (BangVangError, OverflowError, ValueError) as error:
            self._fail(
                "BV707",
                loc,
                f"Không chờ được lâu như vậy: {written}.",
                f"It is not possible to wait so long: {written}.",
            )
            raise _Stopped from error

    def _pass(self, loc: Loc, until: datetime) -> None:
        """Let time pass; rungs fire at their instants."""
        if until < self.now:
            self._fail(
                "BV705",
                loc,
                f"Thời gian không lùi được: đang là {self.now:%Y-%m-%dT%H:%M}.",
                f"Time does not go back: it is {self.now:%Y-%m-%dT%H:%M} already.",
            )
            raise _Stopped
        self.letters = ()
        while (due := next_rung_at(self.procedure, self.here, self.calendar)) is not None:
            if due > until or not self._fire(loc, due):
                break
        self.now = until

    def _fire(self, loc: Loc, due: datetime) -> bool:
        """Fire what is due at `due`; tell whether there may be more."""
        outcomes = apply_due(
            self.procedure,
            self.here,
            at=max(due, self.now.astimezone(UTC)),
            until=due,
            calendar=self.calendar,
            counts=self._counts(),
            new_id=self._next_id,
        )
        for outcome in outcomes:
            self.fired += 1
            self.letters += tuple(order.key for order in outcome.letters)
            self.drawn = outcome.dossier
            self._cover(outcome)
            firing = outcome.firing
            assert firing is not None
            rung = self.procedure.clocks[firing.clock].ladder[firing.rung]
            skipped = f" ({firing.skipped})" if firing.skipped else ""
            self._told(
                firing.due_at, "clock", f"{firing.clock}: {rung.at}{skipped}", Text("", ""), outcome
            )
        if self.fired > MOST_RUNGS:
            self._fail(
                "BV707",
                loc,
                f"Quá {MOST_RUNGS} mốc đã đến hạn; các đồng hồ có lẽ kéo nhau thành vòng.",
                f"More than {MOST_RUNGS} rungs fired; clocks probably pull each other in circles.",
            )
            raise _Stopped
        return bool(outcomes)

    def _next_id(self) -> str:
        self.acts += 1
        return _id(self.acts)

    def _act(self, loc: Loc, step: ActStep) -> None:
        actor = self._person((*loc, "by"), step.by)
        documents = self._papers(loc, step.documents, step.signed)
        self._pass((*loc, "at"), step.at)
        self.letters = self.opened = ()
        act = Act(
            id=self._next_id(),
            trigger=step.do,
            actor=actor,
            reason=step.reason,
            data=step.data,
            documents=documents,
            effective_on=step.effective_on,
            ground=step.ground,
            paper=step.paper,
            agenda=True,
            merging=True,
        )
        before = self.here
        found = self._decided(before, act)
        way = sittings.way_of(self.procedure, before, step.do)
        if way is not None and isinstance(found, Outcome):
            found = self._on_agenda(loc, way, step, found)
        self._done(loc, step, step.do, self._label(step.do, before), found)

    def _session(self, loc: Loc, step: SessionStep) -> None:
        """Let a council decide the dossier."""
        self._person((*loc, "by"), step.by)
        self._pass((*loc, "at"), step.at)
        self.letters = self.opened = ()
        ballot = sittings.ballot_at(self.procedure, self.here)
        if ballot is None:
            self._fail(
                "BV711",
                (*loc, "session"),
                "Hồ sơ không ở bước chờ Hội đồng xét.",
                "The dossier is not waiting for a council.",
            )
            raise _Stopped
        tally, act = step.session.tally, self._next_id()
        asked = sittings.decision(ballot, self.here, step.by, tally, act)
        found = asked if isinstance(asked, Refusal) else self._decided(self.here, asked)
        trigger = asked.trigger if isinstance(asked, Act) else "session"
        self._done(loc, step, trigger, sittings.WORDS, found)

    def _decided(self, before: Dossier, act: Act) -> Outcome | Refusal:
        return decide(
            self.procedure,
            before,
            act,
            at=self.now.astimezone(UTC),
            calendar=self.calendar,
            counts=self._counts(),
        )

    def _on_agenda(
        self, loc: Loc, way: Transition, step: ActStep, found: Outcome
    ) -> Outcome | Refusal:
        """Return the outcome once the session's items have followed, or why they refuse."""
        nominations = self.scenario.shape.nominations
        for index, key in enumerate(step.items):
            if key not in nominations:
                near = closest(key, nominations)
                self._fail(
                    "BV706",
                    (*loc, "items", index),
                    f"Kịch bản không có hồ sơ {key!r}.{near.vi} Hãy thêm vào 'nominations'.",
                    f"The scenario has no dossier {key!r}.{near.en} Add it to 'nominations'.",
                )
                raise _Stopped
        try:
            self.items = sittings.agenda_after(
                self.procedure,
                way,
                found.dossier,
                self.items,
                named=step.items,
                ballots=step.ballots,
                rules={key: ballot_rule(rule) for key, rule in nominations.items()},
            )
        except Refusal as refusal:
            return refusal
        return found

    def _done(
        self,
        loc: Loc,
        step: ActStep | SessionStep,
        what: str,
        label: Text,
        found: Outcome | Refusal,
    ) -> None:
        if isinstance(found, Outcome):
            self._went(found)
        self._told(self.now, step.by, what, label, found)
        self._as_told(loc, step, what, found)

    def _linked(self, loc: Loc, step: LinkStep) -> None:
        """Let the system take the result of the linked dossier."""
        self._pass((*loc, "at"), step.at)
        result = step.linked_ends.value
        act = act_of_end(self.procedure, self.here, result, self._next_id(), self._next_id)
        if act is None:
            self._fail(
                "BV710",
                (*loc, "linked_ends"),
                f"Ở đây không chờ hồ sơ liên kết kết thúc với {result!r}.",
                f"Nothing here waits for a linked dossier to end as {result!r}.",
            )
            raise _Stopped
        before = self.here
        found = self._decided(before, act)
        if isinstance(found, Outcome):
            self._went(found)
        self._told(self.now, "system", act.trigger, self._label(act.trigger, before), found)
        if isinstance(found, Refusal):
            self._fail(
                "BV703",
                loc,
                f"{act.trigger!r} bị từ chối ({found.code}): {found.text.vi}",
                f"{act.trigger!r} is refused ({found.code}): {found.text.en}",
            )
            raise _Stopped

    def _went(self, found: Outcome) -> None:
        self.drawn = found.dossier
        self.letters = tuple(order.key for order in found.letters)
        self.opened = tuple(order.procedure for order in found.opens)
        self._cover(found)

    def _as_told(
        self, loc: Loc, step: ActStep | SessionStep, what: str, found: Outcome | Refusal
    ) -> None:
        """Compare with what the story says of the act."""
        if isinstance(found, Refusal) and step.refused is None:
            self._fail(
                "BV703",
                loc,
                f"{what!r} bị từ chối ({found.code}): {found.text.vi}",
                f"{what!r} is refused ({found.code}): {found.text.en}",
            )
            raise _Stopped
        if step.refused is None:
            return
        code = found.code if isinstance(found, Refusal) else None
        if code != step.refused:
            self._fail(
                "BV704",
                (*loc, "refused"),
                f"{what!r} phải bị từ chối vì {step.refused!r}, nhưng "
                + (f"bị từ chối vì {code!r}." if code else "được chấp nhận."),
                f"{what!r} must be refused as {step.refused!r}, but "
                + (f"is refused as {code!r}." if code else "it is allowed."),
            )
            if code is None:
                raise _Stopped

    def _label(self, trigger: str, before: Dossier) -> Text:
        pulled = self.procedure.pulled_by(trigger)
        here = [t for t in pulled if reachable(self.procedure, before, t) is not None]
        return next((t.label for t in (*here, *pulled)), Text("", ""))

    def _told(
        self, at: datetime, who: str, what: str, label: Text, found: Outcome | Refusal
    ) -> None:
        self.steps.append(
            Step(
                at=at.astimezone(TZ),
                who=who,
                what=what,
                label=label,
                refused=found if isinstance(found, Refusal) else None,
                states=tuple(sorted(self.here.configuration)),
                due=dict(self._due()),
                letters=tuple(order.key for order in found.letters)
                if isinstance(found, Outcome)
                else (),
            )
        )

    def _due(self) -> Iterator[tuple[str, date | None]]:
        for key, clock in self.here.clocks.items():
            if clock.ended is None:
                yield key, derive(clock, self.calendar).due_on

    def _cover(self, outcome: Outcome) -> None:
        self.covered.update(gone(self.procedure, outcome))

    def _held(self, loc: Loc, expected: Expected) -> Iterable[Finding]:
        """Yield what is not as expected."""
        here = self.here
        states = sorted(here.configuration)
        if expected.state is not None:
            wanted = sorted(expected.state)
            root = {leaf.split(".", 1)[0] for leaf in states}
            if wanted not in (states, sorted(root)):
                yield self._differs((*loc, "state"), ", ".join(wanted), ", ".join(states))
        for key, on in (expected.due or {}).items():
            clock = here.clocks.get(key)
            found = derive(clock, self.calendar).due_on if clock is not None else None
            if clock is None or found != on:
                said = day(found) if clock is not None else "không chạy / not running"
                yield self._differs((*loc, "due", key), day(on), said)
        if expected.result is not None and expected.result != here.result:
            yield self._differs((*loc, "result"), expected.result, str(here.result))
        yield from self._same((*loc, "marks"), expected.marks, here.marks)
        yield from self._same((*loc, "letters"), expected.letters, self.letters)
        yield from self._same((*loc, "opened"), expected.opened, self.opened)
        if expected.tasks is not None:
            wanted_work = [f"{work.role}: {work.do}" for work in expected.tasks]
            work = [f"{task.role}: {task.do}" for task in here.tasks.values()]
            yield from self._same((*loc, "tasks"), wanted_work, work)
        for person, triggers in (expected.allowed or {}).items():
            actor = self._person((*loc, "allowed", person), person)
            offered = offers(
                self.procedure,
                here,
                actor,
                at=self.now.astimezone(UTC),
                calendar=self.calendar,
                counts=self._counts(),
            )
            allowed = [offer.trigger for offer in offered if offer.refusal is None]
            yield from self._same((*loc, "allowed", person), triggers, allowed)
        if expected.items is not None:
            wanted_items = [f"{key}: {result}" for key, result in expected.items.items()]
            results = [f"{one.dossier}: {one.result}" for one in self.items]
            yield from self._same((*loc, "items"), wanted_items, results)
        if expected.fired is not None and expected.fired != self.fired:
            yield self._differs((*loc, "fired"), str(expected.fired), str(self.fired))

    def _same(
        self, loc: Loc, wanted: Sequence[str] | None, found: Iterable[str]
    ) -> Iterator[Finding]:
        if wanted is not None and sorted(wanted) != sorted(found):
            yield self._differs(loc, ", ".join(sorted(wanted)), ", ".join(sorted(found)))

    def _differs(self, loc: Loc, wanted: str, found: str) -> Finding:
        return self.scenario.doc.finding(
            "BV702",
            loc,
            f"{loc[3]}: mong đợi [{wanted}], nhưng là [{found}] lúc {self.now:%Y-%m-%dT%H:%M}.",
            f"{loc[3]}: expected [{wanted}], found [{found}] at {self.now:%Y-%m-%dT%H:%M}.",
        )


def later(at: datetime, limit: Limit, calendar: Calendar) -> datetime:
    """Return the instant so much later, at the same time of day for limits in days.

    Raises:
        CalendarRangeError, OverflowError, ValueError: there is no such day.
    """
    local = at.astimezone(TZ)
    match limit.unit:
        case Unit.WORKING_DAYS:
            on = calendar.add_working_days(local.date(), limit.number)
        case Unit.DAYS:
            on = local.date() + timedelta(days=limit.number)
        case Unit.MONTHS:
            on = add_months(local.date(), limit.number)
        case Unit.HOURS:
            return local + timedelta(hours=limit.number)
        case _:
            return calendar.add_working_minutes(local, limit.number * 60)
    return datetime.combine(on, local.time(), TZ)


def gone(procedure: Procedure, outcome: Outcome) -> Iterator[int]:
    """Yield the indices of the transitions that an outcome went, in their order."""
    trigger, then = outcome.facts.get("trigger"), outcome.facts.get("then", ())
    if not isinstance(trigger, str) or not isinstance(then, Sequence):
        return
    before, places = outcome.before, outcome.before.configuration
    hat = str(outcome.actor.get("acting_as"))
    for number, pulled in enumerate((trigger, *then)):
        for index, transition in enumerate(procedure.transitions):
            if transition.trigger != pulled:
                continue
            if number == 0 and (hat not in transition.by or transition.event != outcome.type):
                continue
            known = reachable(procedure, before, transition) if number == 0 else None
            place = source_of(procedure, transition, places)
            if place is None and known is None:
                continue
            yield index
            if place is not None:
                memory = before.history.get(transition.history or "")
                places = after(procedure, transition, place, places, memory)
            break


def _id(number: int) -> str:
    return f"00000000-0000-7000-8000-{number:012d}"
