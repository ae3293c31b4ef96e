"""The store of the engine on a database: one statement to load, one commit to write.

An act that needs no number costs two round trips on PostgreSQL. One that does holds the dossier
and its registers from `load(lock=True)` to `commit` or `release`, in the thread that loaded it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Protocol

from adapters.clock import Clock
from adapters.storage import postgres, sqlite
from adapters.storage.agendas import read_agenda, read_open_elsewhere
from adapters.storage.database import Database
from adapters.storage.drafts import Drafts
from adapters.storage.loading import Found, loaded, loaded_many
from adapters.storage.rows import (
    CommitRows,
    ManyRows,
    Row,
    SubjectOf,
    commit_rows,
    many_rows,
    subject_of,
)
from adapters.storage.schema import stamp
from adapters.storage.submissions import Submissions
from adapters.storage.touched import Touched, orgs_of
from engine.dossier import Dossier
from engine.errors import DossierUnknown
from engine.ports import (
    Agenda,
    Answer,
    Change,
    ItemsMoved,
    Loaded,
    LoadedMany,
    NumberHeld,
    NumberTyped,
)


class _Door(Protocol):
    """How one kind of database is loaded from and committed to."""

    def load(self, parameters: Row) -> Found | None: ...
    def commit(self, rows: CommitRows, open_tasks: str, ref: str) -> None: ...
    def load_many(self, parameters: Row) -> list[Found]: ...
    def commit_many(self, parts: Iterable[ManyRows]) -> None: ...
    def number_held(self, parameters: Row) -> Found | None: ...
    def due(self, parameters: Row) -> list[str]: ...
    def lock(self) -> _Unit: ...


class _Unit(Protocol):
    """A transaction held open from load to commit."""

    def load(self, parameters: Row) -> Found | None: ...
    def commit(self, rows: CommitRows, open_tasks: str, ref: str) -> None: ...
    def load_many(self, parameters: Row) -> list[Found]: ...
    def beside(self, parameters: Row) -> list[Found]: ...
    def number_held(self, parameters: Row) -> Found | None: ...
    def commit_many(self, parts: Iterable[ManyRows]) -> None: ...
    def release(self) -> None: ...


class SqlStore:
    """`engine.ports.Store` on SQLite or PostgreSQL, and the drafts that come before it."""

    def __init__(
        self, database: Database, clock: Clock | None = None, subject: SubjectOf = subject_of
    ) -> None:
        """Store in `database`.

        Args:
            clock: tells a story's time; None: the database's clock counts.
            subject: says whom a dossier is about, for search and for the award register.
        """
        self._clock = clock
        self._subject = subject
        self._database = database
        self._drafts = Drafts(database, clock, subject)
        self.submissions = Submissions(database, clock, subject)
        self.touched = Touched()
        self._door: _Door = (
            sqlite.Door(database) if database.dialect == "sqlite" else postgres.Door(database)
        )
        self._held = threading.local()

    def load(self, ref: str, principal: str, key: str | None, *, lock: bool = False) -> Loaded:
        """Return all that a decision needs; see `engine.ports.Store`."""
        self.release()
        parameters = {"ref": ref, "principal": principal, "key": key, "now": self._story()}
        with self._loading(lock) as door:
            row = door.load(parameters)
        if row is None:
            self.release()
            raise DossierUnknown(ref)
        return loaded(row, principal, key)

    def commit(self, change: Change) -> None:
        """Write everything or nothing; see `engine.ports.Store`."""
        unit: _Unit | None = getattr(self._held, "unit", None)
        ref = change.dossier.received_code or change.dossier.code
        try:
            now = None if self._clock is None else self._clock.now()
            rows = commit_rows(change, self._subject, now)
            open_tasks = json.dumps([task.id for task in change.tasks])
            (unit or self._door).commit(rows, open_tasks, ref)
        finally:
            self.release()
            self.touched.note(orgs_of((change,)))

    def load_many(
        self, refs: Sequence[str], principal: str, key: str | None, *, lock: bool = False
    ) -> LoadedMany:
        """Return all that decisions on many dossiers need; see `engine.ports.Store`."""
        self.release()
        parameters = {
            "refs": json.dumps(list(refs)),
            "principal": principal,
            "key": key,
            "now": self._story(),
        }
        with self._loading(lock) as door:
            rows = door.load_many(parameters)
        return loaded_many(rows, refs, principal, key)

    def commit_many(
        self, changes: Sequence[Change], answer: Answer | None, agenda: ItemsMoved | None = None
    ) -> None:
        """Write all changes and one answer, or nothing; see `engine.ports.Store`."""
        unit: _Unit | None = getattr(self._held, "unit", None)
        try:
            now = None if self._clock is None else self._clock.now()
            parts = many_rows(changes, answer, self._subject, now, agenda)
            (unit or self._door).commit_many(parts)
        finally:
            self.release()
            self.touched.note(orgs_of(changes))

    def agenda(self, ref: str) -> Agenda:
        """Return the items of a session; see `engine.ports.Store`."""
        return read_agenda(self._database, ref)

    def on_open_agendas(self, dossiers: Sequence[str], but: str) -> frozenset[str]:
        """Return which dossiers are open items elsewhere; see `engine.ports.Store`."""
        return read_open_elsewhere(self._database, dossiers, but)

    def number_held(self, number: NumberTyped) -> NumberHeld | None:
        """Return which letter has a typed number; see `engine.ports.Store`."""
        unit: _Unit | None = getattr(self._held, "unit", None)
        wanted = {"org": number.org, "kind": number.kind, "year": number.year, "key": number.key}
        row = (unit or self._door).number_held(wanted)
        if row is None:
            return None
        on = row[1] if isinstance(row[1], date) else date.fromisoformat(row[1])
        return NumberHeld(dossier=row[0], dated_on=on)

    def beside(self, refs: Sequence[str]) -> tuple[Loaded | None, ...]:
        """Return further dossiers, within the unit of work that is open; see `Store`."""
        unit: _Unit | None = getattr(self._held, "unit", None)
        parameters = {
            "refs": json.dumps(list(refs)),
            "principal": "",
            "key": None,
            "now": self._story(),
        }
        rows = unit.beside(parameters) if unit else self._door.load_many(parameters)
        return loaded_many(rows, refs, "", None).loaded

    @contextmanager
    def _loading(self, lock: bool) -> Iterator[_Door | _Unit]:
        """Give what to load by; with `lock` it is held until `commit` or `release`."""
        if not lock:
            yield self._door
            return
        unit = self._door.lock()
        self._held.unit = unit
        try:
            yield unit
        except BaseException:
            self.release()
            raise

    def release(self) -> None:
        """End a unit of work that this thread opened with `lock`, if there is one."""
        unit: _Unit | None = getattr(self._held, "unit", None)
        if unit is not None:
            self._held.unit = None
            unit.release()

    def due(self, limit: int) -> Sequence[str]:
        """Return ids of dossiers whose next rung is due, the oldest first."""
        return self._door.due({"now": self._story(), "limit": limit})

    def create_draft(self, dossier: Dossier, answer: Answer | None = None) -> Dossier:
        """Store a new draft under the next code and stream; see `Drafts.create`."""
        return self._drafts.create(dossier, answer)

    def save_draft(self, dossier: Dossier, expected_revision: int) -> Dossier:
        """Store a changed draft; see `Drafts.save`."""
        return self._drafts.save(dossier, expected_revision)

    def _story(self) -> str | None:
        return stamp(self._clock.now()) if self._clock is not None else None
