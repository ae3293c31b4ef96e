"""One act, one commit: load what is needed, decide, write it down.

engine.act(ask)      load → rungs that are due → decide → events → commit → answer
engine.sweep()       the same with the clock as the only actor
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from engine.calendar import TZ, Calendar
from engine.canonical import NotCanonical
from engine.decide import decide, incident_of
from engine.definition import CLOCK, SYSTEM, Procedure
from engine.delta import delta
from engine.dossier import Act, Actor, Dossier, Paper
from engine.effects import start_of
from engine.errors import (
    BadInput,
    Conflict,
    KeyReused,
    Refusal,
    VersionConflict,
)
from engine.facts import count_awards
from engine.legal_clock import derive
from engine.numbers import Numbers, numbered
from engine.offers import offers
from engine.outcome import Outcome
from engine.ports import (
    Answer,
    AwardGiven,
    Calendars,
    Change,
    Editions,
    Ids,
    LetterIssued,
    Loaded,
    Store,
)
from engine.rungs import apply_due, next_rung_at
from engine.state_json import to_json
from engine.tasks import governing, task_rows
from engine.trail import Event, EventDraft, build_event

TRIES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What a caller asks of a dossier.

    Attributes:
        ref: id, provisional code or received code of the dossier.
        key, fingerprint: idempotency key and SHA-256 (hex) of the request, or None.
        if_match: the ETag that the caller has seen, or None.
    """

    ref: str
    trigger: str
    actor: Actor
    reason: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    documents: Mapping[str, tuple[Paper, ...]] = field(default_factory=dict)
    effective_on: date | None = None
    ground: str = ""
    paper: str = ""
    key: str | None = None
    fingerprint: str = ""
    if_match: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SweepReport:
    """What one look for due rungs did; `failed` names dossiers that a person must look at."""

    fired: int
    skipped: int
    failed: tuple[tuple[str, str], ...] = ()


class StateChanged(Conflict):
    """The dossier is not as the caller saw it."""

    def __init__(self, ref: str, etag: str, last: Mapping[str, object]) -> None:
        """Say what it is now and what was done to it last."""
        super().__init__(f"Hồ sơ {ref} đã thay đổi sau khi bạn mở. Hãy xem lại rồi thực hiện lại.")
        self.ref = ref
        self.etag = etag
        self.last = last


def etag(dossier: Dossier, calendar: Calendar) -> str:
    """Return the ETag: of configuration, data, papers, holds and due dates; not of notices."""
    state = to_json(dossier)
    seen = {key: state[key] for key in ("configuration", "data", "documents", "holds")}
    seen["due"] = {
        key: str(derive(clock, calendar).due_at) if clock.ended is None else clock.ended
        for key, clock in sorted(dossier.clocks.items())
    }
    seen["revision"] = dossier.revision
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:32]


def look_ups(procedure: Procedure, loaded: Loaded) -> dict[str, int]:
    """Return the look-ups that the procedure declares, from what the register holds."""
    awards = [(row.award, row.year) for row in loaded.awards]
    return {key: count_awards(fact.count, awards) for key, fact in procedure.facts.items()}


class Engine:
    """Acts and sweeps, on whatever store it is given. Safe to share between threads."""

    def __init__(self, store: Store, editions: Editions, calendars: Calendars, ids: Ids) -> None:
        """Keep what the engine needs from the world."""
        self._store = store
        self._editions = editions
        self._calendars = calendars
        self._ids = ids

    def act(self, ask: Ask) -> Answer:
        """Do one act and return the answer; the same key gives the first answer again.

        Rungs that are due are applied first, and stand even if the act is refused.

        Raises:
            Refusal: with its reason.
            StateChanged: the dossier is not as `ask.if_match` says.
            VersionConflict: others were faster, again and again.
            KeyReused: the key belongs to another request.
            DossierUnknown: there is no such dossier.
        """
        for attempt in range(TRIES):
            lock = attempt == TRIES - 1
            loaded = self._store.load(ask.ref, _principal(ask.actor), ask.key, lock=lock)
            try:
                if loaded.answer is not None:
                    return _first(loaded.answer, ask)
                return self._once(ask, loaded)
            except VersionConflict:
                if lock:
                    raise
            finally:
                if lock:
                    self._store.release()
        raise VersionConflict(ask.ref)  # pragma: no cover - the last attempt raises or returns

    def record(
        self, ref: str, type: str, facts: Mapping[str, object], files: tuple[Paper, ...] = ()
    ) -> str:
        """Append an event of the system that leaves the dossier as it is; return its id.

        Raises:
            VersionConflict: others were faster, again and again.
            DossierUnknown: there is no such dossier.
        """
        for attempt in range(TRIES):
            lock = attempt == TRIES - 1
            loaded = self._store.load(ref, SYSTEM, None, lock=lock)
            procedure = self._editions.get(loaded.dossier.edition)
            calendar = self._calendars.current()
            said = noted(loaded.dossier, type, facts, files, self._ids.uuid7(), loaded.now)
            try:
                change = self._change(procedure, loaded, calendar, (said,))
                self._store.commit(change)
            except VersionConflict:
                if lock:
                    raise
            else:
                return change.events[-1].id
            finally:
                if lock:
                    self._store.release()
        raise VersionConflict(ref)  # pragma: no cover - the last attempt raises or returns

    def sweep(self, limit: int = 200) -> SweepReport:
        """Fire the rungs that are due; a dossier that fails does not stop the others."""
        fired = skipped = 0
        failed: list[tuple[str, str]] = []
        for ref in self._store.due(limit):
            try:
                outcomes = self._sweep_one(ref)
            except VersionConflict:
                # Somebody else is at it; their act, or the next look, fires what is due.
                continue
            except Exception as error:
                # Whatever is wrong with one dossier, the others' limits go on.
                failed.append((ref, f"{type(error).__name__}: {error}"))
                continue
            skips = sum(bool(o.firing and o.firing.skipped) for o in outcomes)
            skipped += skips
            fired += len(outcomes) - skips
        return SweepReport(fired=fired, skipped=skipped, failed=tuple(failed))

    def _sweep_one(self, ref: str) -> tuple[Outcome, ...]:
        loaded = self._store.load(ref, CLOCK, None)
        procedure = self._editions.get(loaded.dossier.edition)
        calendar = self._calendars.current()
        outcomes = self._rungs(procedure, loaded, calendar, loaded.now)
        self._store.commit(self._change(procedure, loaded, calendar, outcomes))
        return outcomes

    def _once(self, ask: Ask, loaded: Loaded) -> Answer:
        procedure = self._editions.get(loaded.dossier.edition)
        calendar = self._calendars.current()
        if ask.if_match is not None:
            self._unchanged(ask, loaded, calendar)
        until = _counts_at(ask, loaded.now)
        rungs = self._rungs(procedure, loaded, calendar, until)
        dossier = rungs[-1].dossier if rungs else loaded.dossier
        act = Act(
            id=self._ids.uuid7(),
            trigger=ask.trigger,
            actor=ask.actor,
            reason=ask.reason,
            data=ask.data,
            documents=ask.documents,
            effective_on=ask.effective_on,
            ground=ask.ground,
            paper=ask.paper,
        )
        found = decide(
            procedure,
            dossier,
            act,
            at=loaded.now,
            calendar=calendar,
            counts=look_ups(procedure, loaded),
            editions=self._editions,
            recount=lambda binding: look_ups(binding, loaded),
        )
        if isinstance(found, Refusal):
            incident = incident_of(found)
            if rungs or incident:
                # A refused act writes no event; what fell due before it stands, and what a person
                # must look at is told.
                change = self._change(procedure, loaded, calendar, rungs)
                told = (incident,) if incident else ()
                self._store.commit(replace(change, incidents=(*change.incidents, *told)))
            raise found
        bound = self._editions.get(found.dossier.edition)
        try:
            change = self._change(bound, loaded, calendar, (*rungs, found))
        except NotCanonical as fault:
            raise BadInput(fault.text, field=fault.path) from fault
        answer = self._answer(ask, bound, change, loaded, calendar)
        self._store.commit(replace(change, answer=answer if ask.key else None))
        return answer

    def _unchanged(self, ask: Ask, loaded: Loaded, calendar: Calendar) -> None:
        now = etag(loaded.dossier, calendar)
        if now != ask.if_match:
            last = {
                "version": loaded.dossier.version,
                "state": sorted(loaded.dossier.configuration),
            }
            raise StateChanged(ask.ref, now, last)

    def _rungs(
        self, procedure: Procedure, loaded: Loaded, calendar: Calendar, until: datetime
    ) -> tuple[Outcome, ...]:
        return apply_due(
            procedure,
            loaded.dossier,
            at=loaded.now,
            until=until,
            calendar=calendar,
            counts=look_ups(procedure, loaded),
            new_id=self._ids.uuid7,
        )

    def _change(
        self,
        procedure: Procedure,
        loaded: Loaded,
        calendar: Calendar,
        outcomes: tuple[Outcome, ...],
    ) -> Change:
        """Return everything that these outcomes write, numbered and in canonical bytes."""
        numbers = Numbers(loaded.registers)
        head = loaded.head
        dossier = loaded.dossier
        before = dossier if dossier.version else None
        events: list[Event] = []
        letters: list[LetterIssued] = []
        awards: list[AwardGiven] = []
        for outcome in outcomes:
            event_id = self._ids.uuid7()
            after, issued = numbered(outcome, numbers, event_id, self._ids, loaded.now)
            after = replace(after, version=head.seq + 1)
            draft = _draft(procedure, outcome, before, after, issued)
            event = build_event(
                after.log,
                head,
                draft,
                event_id=event_id,
                recorded_at=loaded.now,
                salts=self._ids.salt,
            )
            head = event.head
            events.append(event)
            letters += issued
            awards += _awards(procedure, outcome, after, issued, event_id)
            before = dossier = after
        measured = procedure.measured
        due = governing(dossier, measured.key if measured else None, calendar)
        return Change(
            dossier=dossier,
            expected=loaded.dossier.version,
            events=tuple(events),
            tasks=task_rows(procedure, dossier, calendar),
            next_rung_at=next_rung_at(procedure, dossier, calendar),
            due_on=due[0],
            due_at=due[1],
            firings=tuple(
                (o.firing, e.id) for o, e in zip(outcomes, events, strict=True) if o.firing
            ),
            letters=tuple(letters),
            notices=tuple(
                (n, e.id) for o, e in zip(outcomes, events, strict=True) for n in o.notices
            ),
            numbers=numbers.taken,
            awards=tuple(awards),
            incidents=tuple(text for o in outcomes for text in o.incidents),
        )

    def _answer(
        self, ask: Ask, procedure: Procedure, change: Change, loaded: Loaded, calendar: Calendar
    ) -> Answer:
        dossier = change.dossier
        counts = look_ups(procedure, loaded)
        offered = offers(
            procedure, dossier, ask.actor, at=loaded.now, calendar=calendar, counts=counts
        )
        body = {
            "dossier": dossier.id,
            "code": dossier.code,
            "received_code": dossier.received_code,
            "version": dossier.version,
            "event": change.events[-1].id,
            "etag": etag(dossier, calendar),
            "state": sorted(dossier.configuration),
            "result": dossier.result,
            "allowed": [o.trigger for o in offered if o.refusal is None],
            "refused": [
                {
                    "trigger": o.trigger,
                    "code": o.refusal.code,
                    "vi": o.refusal.text.vi,
                    "en": o.refusal.text.en,
                }
                for o in offered
                if o.refusal is not None
            ],
            "clocks": clocks_json(dossier, calendar),
            "letters": [
                {"id": one.id, "key": one.order.key, "number": one.number} for one in change.letters
            ],
        }
        return Answer(
            principal=_principal(ask.actor),
            key=ask.key or "",
            fingerprint=ask.fingerprint,
            body=json.dumps(body, ensure_ascii=False),
        )


def clocks_json(dossier: Dossier, calendar: Calendar) -> list[dict[str, Any]]:
    """Return each clock with its due day and where it stands, fit for JSON."""
    found = []
    for key, clock in dossier.clocks.items():
        due = derive(clock, calendar)
        found.append(
            {
                "key": key,
                "limit": str(clock.limit),
                "due_on": due.due_on.isoformat() if due.due_on else None,
                "due_at": due.due_at.astimezone(TZ).isoformat() if due.due_at else None,
                "state": clock.ended or ("running" if due.due_on else "suspended"),
                "provisional": due.provisional,
                "calendar": due.calendar_edition,
            }
        )
    return found


def noted(
    dossier: Dossier,
    type: str,
    facts: Mapping[str, object],
    files: tuple[Paper, ...],
    act: str,
    at: datetime,
) -> Outcome:
    """Return the outcome in which the system only says something of a dossier."""
    place = sorted(dossier.configuration)
    return Outcome(
        before=dossier,
        dossier=dossier,
        type=type,
        facts={**facts, "from": place, "to": place},
        personal={},
        actor={
            "subject": SYSTEM,
            "acting_as": SYSTEM,
            "org": dossier.holder,
            "on_behalf_of": None,
            "auth": "",
            "session": "",
        },
        effective_on=at.astimezone(TZ).date(),
        effective_at=None,
        act_id=act,
        rules={},
        files=files,
    )


def _principal(actor: Actor) -> str:
    return actor.person or actor.machine or ""


def _first(answer: Answer, ask: Ask) -> Answer:
    if answer.fingerprint != ask.fingerprint:
        raise KeyReused(ask.key or "")
    return answer


def _counts_at(ask: Ask, now: datetime) -> datetime:
    """Return up to which instant rungs come before the act.

    An act dated back with reason and paper counts on its day: what fell due later waits.
    """
    if ask.effective_on is None or not ask.reason.strip():
        return now
    if not (ask.paper or any(ask.documents.values())):
        return now
    return min(now, start_of(ask.effective_on + timedelta(days=1)) - timedelta(microseconds=1))


def _draft(
    procedure: Procedure,
    outcome: Outcome,
    before: Dossier | None,
    after: Dossier,
    letters: list[LetterIssued],
) -> EventDraft:
    old = to_json(before) if before is not None else {}
    new = to_json(after)
    change = delta(procedure, old, new)
    personal = {**change.personal, **outcome.personal}
    data: dict[str, object] = {**outcome.facts, "change": change.as_data()}
    if letters:
        data["letters"] = [
            {
                "key": one.order.key,
                "register": one.order.register,
                "number": one.number,
                "template": one.order.template,
                "dated_on": one.order.dated_on.isoformat(),
            }
            for one in letters
        ]
        # What a letter says follows from the dossier at this moment; the digest is committed to,
        # because an open digest of few unknown words could be guessed.
        state = hashlib.sha256(json.dumps(new, sort_keys=True).encode()).hexdigest()
        for index in range(len(letters)):
            personal[f"letters.{index}.data"] = state
    known = {p.sha256 for papers in (before.documents if before else {}).values() for p in papers}
    added = {p.sha256: p for papers in after.documents.values() for p in papers}
    return EventDraft(
        type=outcome.type,
        actor=outcome.actor,
        effective_on=outcome.effective_on,
        effective_at=outcome.effective_at,
        cause={"act": outcome.act_id, "event": None},
        rules=outcome.rules,
        data=data,
        personal=personal,
        files=[
            {"sha256": p.sha256, "size": p.size, "media_type": p.media_type}
            for p in (*added.values(), *outcome.files)
            if p.sha256 not in known
        ],
    )


def _awards(
    procedure: Procedure,
    outcome: Outcome,
    dossier: Dossier,
    letters: list[LetterIssued],
    event: str,
) -> list[AwardGiven]:
    if not outcome.registers_award or procedure.award_field is None:
        return []
    award = dossier.data.get(procedure.award_field)
    deed = next((one.number for one in letters if one.number), None)
    if not isinstance(award, str):
        return []
    return [
        AwardGiven(
            award=award,
            year=_year(procedure, dossier, outcome.effective_on),
            deed=deed or "",
            decided_on=letters[0].order.dated_on if letters else outcome.effective_on,
            event=event,
        )
    ]


def _year(procedure: Procedure, dossier: Dossier, on: date) -> int:
    """Return the year that an award is for: the last of its period, else that of the decision."""
    for key, one in procedure.fields.items():
        value: Any = dossier.data.get(key)
        if one.type == "period" and value:
            return date.fromisoformat(value["until"]).year
    return on.year
