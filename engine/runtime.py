"""One act, one commit: load what is needed, decide, write it down.

engine.act(ask)      load → rungs that are due → decide → events → commit → answer
engine.act_many(ask) the same for many dossiers, each decided alone, in one commit
engine.sweep()       the same with the clock as the only actor
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from engine.answers import answer_body, clocks_json, etag
from engine.bulk import BulkAnswer, BulkAsk, judge_many
from engine.calendar import Calendar
from engine.canonical import NotCanonical
from engine.changes import change_of, noted
from engine.copying import replace
from engine.decide import incident_of
from engine.definition import CLOCK, SYSTEM, Procedure
from engine.dossier import Act, Actor, Paper
from engine.errors import (
    BadInput,
    Conflict,
    DossierUnknown,
    KeyReused,
    NumberInUse,
    Refusal,
    VersionConflict,
)
from engine.judging import judge, look_ups
from engine.links import Opened
from engine.merging import Pair, merge
from engine.numbers import Numbers
from engine.outcome import Outcome
from engine.ports import Answer, Calendars, Change, Editions, Ids, Loaded, Store
from engine.rungs import apply_due
from engine.session import Asked, Held, looks_at, sit
from engine.text import Text
from engine.together import changes_of
from engine.unhurried import unhurried

__all__ = [
    "TRIES",
    "Ask",
    "BulkAnswer",
    "BulkAsk",
    "Engine",
    "StateChanged",
    "SweepReport",
    "clocks_json",
    "etag",
    "look_ups",
]

TRIES = 4

T = TypeVar("T")


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
        return self._tried(ask.ref, lambda lock: self._acted(ask, lock))

    def hold(self, ask: Ask, asked: Asked) -> Answer:
        """Do one act on a session together with its items; everything of it, or nothing.

        What fell due in its dossiers counts as happened first, but is written only with the act.

        Raises:
            ItemsRefused: of items, each with its reason.
            Refusal, StateChanged, VersionConflict, KeyReused, DossierUnknown: as for `act`.
        """
        return self._tried(ask.ref, lambda lock: self._hold(ask, asked, lock))

    def _tried(self, ref: str, once: Callable[[bool], T]) -> T:
        """Return what `once` yields: tried again while others are faster, the last time locked."""
        for attempt in range(TRIES):
            lock = attempt == TRIES - 1
            try:
                return once(lock)
            except VersionConflict:
                if lock:
                    raise
            finally:
                if lock:
                    self._store.release()
        raise VersionConflict(ref)  # pragma: no cover - the last attempt raises or returns

    def _acted(self, ask: Ask, lock: bool) -> Answer:
        loaded = self._store.load(ask.ref, _principal(ask.actor), ask.key, lock=lock)
        if loaded.answer is not None:
            return _first(loaded.answer, ask)
        if self._on_items(loaded, ask.trigger):
            return self._hold(ask, Asked(), lock)
        into = self._into(ask, loaded)
        if into is not None:
            return self._merge(ask, into, lock)
        return self._once(ask, loaded, lock)

    @unhurried()
    def _hold(self, ask: Ask, asked: Asked, lock: bool) -> Answer:
        agenda = self._store.agenda(ask.ref)
        principal = _principal(ask.actor)
        procedure = self._editions.get(agenda.edition)
        wanted = looks_at(procedure, ask.trigger, asked, agenda)
        elsewhere = (
            self._store.on_open_agendas(wanted, agenda.session) if asked.dossiers else frozenset()
        )
        found = self._store.load_many((agenda.session, *wanted), principal, ask.key, lock=lock)
        if found.answer is not None:
            return _first(found.answer, ask)
        session, *dossiers = found.loaded
        if session is None:  # pragma: no cover - its agenda was there a moment ago
            raise DossierUnknown(ask.ref)
        calendar = self._calendars.current()
        if ask.if_match is not None:
            self._unchanged(ask, session, calendar)
        held = Held(
            session=session,
            agenda=agenda,
            dossiers={one.dossier.id: one for one in dossiers if one is not None},
            elsewhere=elsewhere,
        )
        sitting = sit(
            self._act(ask),
            asked,
            held,
            editions=self._editions,
            calendar=calendar,
            ids=self._ids,
            numbered=self._store.number_held,
        )
        answer = Answer(
            principal=principal,
            key=ask.key or "",
            fingerprint=ask.fingerprint,
            body=json.dumps(sitting.body, ensure_ascii=False),
        )
        self._store.commit_many(sitting.changes, answer if ask.key else None, sitting.agenda)
        return answer

    def _on_items(self, loaded: Loaded, trigger: str) -> bool:
        procedure = self._editions.get(loaded.dossier.edition)
        if procedure.council is None:
            return False
        return any(way.on_items for way in procedure.pulled_by(trigger))

    def _into(self, ask: Ask, loaded: Loaded) -> str | None:
        """Return the field that names the dossier in which this one is to end, if it is to."""
        procedure = self._editions.get(loaded.dossier.edition)
        return next((way.merges for way in procedure.pulled_by(ask.trigger) if way.merges), None)

    def _merge(self, ask: Ask, field: str, lock: bool) -> Answer:
        principal = _principal(ask.actor)
        refs = (ask.ref, str(ask.data.get(field, "")))
        ending, leading = self._store.load_many(refs, principal, None, lock=lock).loaded
        if ending is None or leading is None:
            raise BadInput(
                Text("Không tìm thấy hồ sơ được giữ lại.", "There is no such dossier to keep."),
                field=field,
            )
        calendar = self._calendars.current()
        if ask.if_match is not None:
            self._unchanged(ask, ending, calendar)
        try:
            changes = merge(
                self._act(ask),
                Pair(ending=ending, leading=leading),
                editions=self._editions,
                calendar=calendar,
                ids=self._ids,
                beside=self._beside,
                held=self._store.number_held,
            )
        except NotCanonical as fault:
            raise BadInput(fault.text, field=fault.path) from fault
        bound = self._editions.get(changes[0].dossier.edition)
        answer = self._answer(ask, bound, changes, ending, calendar)
        self._write(changes, answer if ask.key else None)
        return answer

    @unhurried()
    def act_many(self, ask: BulkAsk) -> BulkAnswer:
        """Do one act on many dossiers, each decided alone, and write all that follows at once.

        If somebody else was faster with any of them, all are decided once more, under lock; what
        cannot be written then either is reported as a conflict.

        Raises:
            KeyReused: the key belongs to another request.
        """
        principal = _principal(ask.actor)
        for lock in (False, True):
            found = self._store.load_many(ask.refs, principal, ask.key, lock=lock)
            try:
                if found.answer is not None:
                    return BulkAnswer.from_json(_first(found.answer, ask).body)
                batch = judge_many(
                    ask,
                    self._act(ask),
                    found,
                    editions=self._editions,
                    calendar=self._calendars.current(),
                    ids=self._ids,
                    beside=self._beside,
                    held=self._store.number_held,
                )
                if not lock and any(row.code == NumberInUse.code for row in batch.answer.rows):
                    # Perhaps a dossier of the list has it, by an act that came after the load.
                    continue
                if batch.changes:
                    self._store.commit_many(batch.changes, batch.kept(principal, ask))
            except VersionConflict:
                continue
            finally:
                if lock:
                    self._store.release()
            return batch.answer
        return batch.answer.overtaken()

    def record(
        self, ref: str, type: str, facts: Mapping[str, object], files: tuple[Paper, ...] = ()
    ) -> str:
        """Append an event of the system that leaves the dossier as it is; return its id.

        Raises:
            VersionConflict: others were faster, again and again.
            DossierUnknown: there is no such dossier.
        """
        return self._tried(ref, lambda lock: self._recorded(ref, type, facts, files, lock))

    def _recorded(
        self,
        ref: str,
        type: str,
        facts: Mapping[str, object],
        files: tuple[Paper, ...],
        lock: bool,
    ) -> str:
        loaded = self._store.load(ref, SYSTEM, None, lock=lock)
        procedure = self._editions.get(loaded.dossier.edition)
        calendar = self._calendars.current()
        said = noted(loaded.dossier, type, facts, files, self._ids.uuid7(), loaded.now)
        change = self._change(procedure, loaded, (said,), calendar)
        self._store.commit(change)
        return change.events[-1].id

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
        self._write(self._changes(procedure, loaded, outcomes, calendar), None)
        return outcomes

    def _once(self, ask: Ask, loaded: Loaded, lock: bool) -> Answer:
        calendar = self._calendars.current()
        if ask.if_match is not None:
            self._unchanged(ask, loaded, calendar)
        judged = judge(
            self._act(ask),
            loaded,
            editions=self._editions,
            calendar=calendar,
            new_id=self._ids.uuid7,
        )
        procedure, rungs, found = judged.procedure, judged.rungs, judged.found
        if isinstance(found, Refusal):
            incident = incident_of(found)
            if rungs or incident:
                # A refused act writes no event; what fell due before it stands, and what a person
                # must look at is told.
                own, *more = self._changes(procedure, loaded, rungs, calendar)
                told = (incident,) if incident else ()
                own = replace(own, incidents=(*own.incidents, *told))
                self._write((own, *more), None)
            raise found
        bound = self._editions.get(found.dossier.edition)
        try:
            changes = self._changes(bound, loaded, (*rungs, found), calendar, judged.opened)
        except NotCanonical as fault:
            raise BadInput(fault.text, field=fault.path) from fault
        except NumberInUse:
            if not lock:
                # Perhaps it is this dossier that has it, by an act that came after the load.
                raise VersionConflict(ask.ref) from None
            if rungs:
                self._write(self._changes(procedure, loaded, rungs, calendar), None)
            raise
        answer = self._answer(ask, bound, changes, loaded, calendar)
        self._write(changes, answer if ask.key else None)
        return answer

    def _act(self, ask: Ask | BulkAsk) -> Act:
        return Act(
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
        outcomes: tuple[Outcome, ...],
        calendar: Calendar,
    ) -> Change:
        return change_of(procedure, loaded, outcomes, calendar=calendar, ids=self._ids)

    def _changes(
        self,
        procedure: Procedure,
        loaded: Loaded,
        outcomes: tuple[Outcome, ...],
        calendar: Calendar,
        opened: tuple[Opened, ...] = (),
    ) -> tuple[Change, ...]:
        """Return what these outcomes write: the dossier's own change, then those of linked ones."""
        return changes_of(
            procedure,
            loaded,
            outcomes,
            opened,
            editions=self._editions,
            calendar=calendar,
            ids=self._ids,
            numbers=Numbers(loaded.registers, self._store.number_held),
            beside=self._beside,
        )

    def _beside(self, ref: str) -> Loaded:
        found = self._store.beside([ref])[0]
        if found is None:
            raise DossierUnknown(ref)
        return found

    def _write(self, changes: tuple[Change, ...], answer: Answer | None) -> None:
        own, *more = changes
        if more:
            self._store.commit_many(changes, answer)
        else:
            self._store.commit(replace(own, answer=answer))

    def _answer(
        self,
        ask: Ask,
        procedure: Procedure,
        changes: tuple[Change, ...],
        loaded: Loaded,
        calendar: Calendar,
    ) -> Answer:
        body = answer_body(
            procedure,
            changes[0],
            ask.actor,
            at=loaded.now,
            calendar=calendar,
            counts=look_ups(procedure, loaded),
            opened=[change for change in changes if change.link],
        )
        return Answer(
            principal=_principal(ask.actor),
            key=ask.key or "",
            fingerprint=ask.fingerprint,
            body=json.dumps(body, ensure_ascii=False),
        )


def _principal(actor: Actor) -> str:
    return actor.person or actor.machine or ""


def _first(answer: Answer, ask: Ask | BulkAsk) -> Answer:
    if answer.fingerprint != ask.fingerprint:
        raise KeyReused(ask.key or "")
    return answer
