"""Small questions to the database that several services ask."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, select, update

from adapters.services.access import Place
from adapters.storage import schema as t
from adapters.storage.database import Database
from engine.commitment import Opening
from engine.trail import StoredEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What decides about access to a dossier, and where its parts are found."""

    id: str
    code: str
    received_code: str
    stream: str
    log: str
    edition: str
    version: int
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRecord:
    """One letter; `pdf_sha256` is None until it has been made."""

    id: str
    dossier: str
    key: str
    number: str
    dated_on: date
    status: str
    pdf_sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRecord:
    """One open task."""

    id: str
    dossier: str
    role: str
    org: str
    do: str
    claimed_by: str | None


class Reading:
    """Reads single things by their names."""

    def __init__(self, db: Database) -> None:
        """Read from `db`."""
        self._db = db

    def record(self, ref: str) -> Record | None:
        """Return a dossier by id, provisional code or received code."""
        d = t.dossiers.c
        query = select(
            d.id,
            d.code,
            d.received_code,
            d.stream,
            d.log,
            d.edition,
            d.version,
            d.owner,
            d.holder,
            d.former_holders,
        ).where(or_(d.id == ref, d.code == ref, d.received_code == ref))
        with self._db.read() as c:
            row = c.execute(query).first()
        if row is None:
            return None
        return Record(
            id=row.id,
            code=row.code,
            received_code=row.received_code or "",
            stream=row.stream,
            log=row.log,
            edition=row.edition,
            version=row.version,
            place=Place(
                owner=row.owner,
                holder=row.holder,
                former_holders=frozenset(json.loads(row.former_holders)),
                submitted=row.version > 0,
            ),
        )

    def letters(self, dossier: str) -> list[LetterRecord]:
        """Return the letters of a dossier in the order in which they were issued."""
        query = (
            select(t.letters)
            .where(t.letters.c.dossier == dossier)
            .order_by(t.letters.c.issued_at, t.letters.c.id)
        )
        with self._db.read() as c:
            return [_letter(row) for row in c.execute(query)]

    def letter(self, letter: str) -> LetterRecord | None:
        """Return a letter by its id."""
        with self._db.read() as c:
            row = c.execute(select(t.letters).where(t.letters.c.id == letter)).first()
        return None if row is None else _letter(row)

    def task(self, task: str) -> TaskRecord | None:
        """Return an open task by its id."""
        k = t.tasks.c
        with self._db.read() as c:
            row = c.execute(
                select(t.tasks).where(k.id == task, k.closed_at.is_(None))
            ).first()
        return None if row is None else _task(row)

    def tasks(self, dossier: str) -> dict[str, TaskRecord]:
        """Return the open tasks of a dossier by id."""
        k = t.tasks.c
        with self._db.read() as c:
            rows = c.execute(
                select(t.tasks).where(and_(k.dossier == dossier, k.closed_at.is_(None)))
            )
            return {row.id: _task(row) for row in rows}

    def give(self, task: str, holder: str | None, to: str | None) -> bool:
        """Give an open task to somebody, if `holder` still has it; return whether it was so."""
        k = t.tasks.c
        held = k.claimed_by.is_(None) if holder is None else k.claimed_by == holder
        change = (
            update(t.tasks)
            .where(k.id == task, k.closed_at.is_(None), held)
            .values(claimed_by=to)
        )
        return self._db.write(lambda c: c.execute(change).rowcount) == 1

    def events(self, stream: str) -> list[StoredEvent]:
        """Return every event of a stream, in order."""
        e = t.events.c
        with self._db.read() as c:
            rows = c.execute(select(t.events).where(e.stream == stream).order_by(e.seq))
            return [
                StoredEvent(
                    body=bytes(row.body),
                    hash=row.hash,
                    stream=row.stream,
                    seq=row.seq,
                    id=row.id,
                    type=row.type,
                    log=row.log,
                    prev=row.prev,
                    recorded_at=row.recorded_at,
                )
                for row in rows
            ]

    def openings(self, stream: str) -> list[Opening]:
        """Return what can be opened of a stream's personal values."""
        p, e = t.personal_values.c, t.events.c
        query = (
            select(p.event, p.path, p.salt, p.value)
            .join(t.events, e.id == p.event)
            .where(e.stream == stream)
            .order_by(e.seq, p.path)
        )
        with self._db.read() as c:
            return [
                Opening(
                    event_id=row.event,
                    path=row.path,
                    salt=bytes(row.salt),
                    value=json.loads(row.value),
                )
                for row in c.execute(query)
            ]

    def last_sweep_at(self) -> datetime | None:
        """Return when some process looked for due rungs last."""
        with self._db.read() as c:
            at: datetime | None = c.execute(select(t.sweeps.c.last_sweep_at)).scalar()
            return at

    def oldest_due_rung_at(self, at: datetime) -> datetime | None:
        """Return the due instant of the oldest rung that has not fired by `at`."""
        d = t.dossiers.c
        query = (
            select(d.next_rung_at)
            .where(d.next_rung_at.is_not(None), d.next_rung_at <= at)
            .order_by(d.next_rung_at)
            .limit(1)
        )
        with self._db.read() as c:
            found: datetime | None = c.execute(query).scalar()
            return found


def _letter(row: Any) -> LetterRecord:
    return LetterRecord(
        id=row.id,
        dossier=row.dossier,
        key=row.key,
        number=row.number or "",
        dated_on=row.dated_on,
        status=row.status,
        pdf_sha256=row.pdf_sha256,
    )


def _task(row: Any) -> TaskRecord:
    return TaskRecord(
        id=row.id,
        dossier=row.dossier,
        role=row.role,
        org=row.org,
        do=row.do,
        claimed_by=row.claimed_by,
    )
