"""Trails and letters, as they are stored."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select, update

from adapters.storage.files_known import remember_file
from adapters.storage.reader import Reader
from adapters.storage.schema import (
    dossiers,
    events,
    letter_dossiers,
    letters,
    personal_values,
)
from engine.trail import Opening, StoredEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class EventRow:
    """One event as stored, with the personal values that can still be opened."""

    stored: StoredEvent
    openings: tuple[Opening, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterLine:
    """One letter that was issued.

    Attributes:
        number: what is printed, None: the letter has none.
        status: `issued`, `rendered` or `failed`.
        pdf_sha256, pdf_size: of the file, once there is one.
        typed, typed_year: the number that a records office gave, as it is compared, and its year.
    """

    id: str
    dossier: str
    event: str
    key: str
    template: str
    edition: str
    org: str
    register: str | None
    number: str | None
    typed: str | None
    typed_year: int | None
    dated_on: date
    per: str
    status: str
    data_hash: str | None
    pdf_sha256: str | None
    pdf_size: int | None
    issued_at: datetime
    rendered_at: datetime | None


class Records(Reader):
    """Reads trails and letters, and notes what became of a letter."""

    def events_of(self, stream: str, *, openings: bool = True) -> list[EventRow]:
        """Return all events of a stream in order, with or without their personal values."""
        found: list[Row[Any]] = list(
            self._rows(select(events).where(events.c.stream == stream).order_by(events.c.seq))
        )
        opened: dict[str, list[Opening]] = {}
        if openings and found:
            query = (
                select(personal_values)
                .join(events, events.c.id == personal_values.c.event)
                .where(events.c.stream == stream)
                .order_by(personal_values.c.path)
            )
            for row in self._rows(query):
                opened.setdefault(row.event, []).append(
                    Opening(
                        event_id=row.event,
                        path=row.path,
                        salt=bytes(row.salt),
                        value=json.loads(row.value),
                    )
                )
        return [
            EventRow(stored=_stored(row), openings=tuple(opened.get(row.id, ()))) for row in found
        ]

    def streams(self) -> list[str]:
        """Return the names of all streams that have an event or ought to have one, in order.

        A dossier whose version says that it has events is named even if none is left.
        """
        named = select(events.c.stream).union(
            select(dossiers.c.stream).where(dossiers.c.version > 0)
        )
        with self._database.read() as connection:
            return sorted(connection.execute(named).scalars())

    def event(self, event: str) -> EventRow | None:
        """Return one event by its id."""
        found = self._rows(select(events).where(events.c.id == event))
        if not found:
            return None
        stream: str = found[0].stream
        return next(one for one in self.events_of(stream) if one.stored.id == event)

    def event_body(self, event: str) -> bytes | None:
        """Return the bytes of one event, without its personal values."""
        found = self._rows(select(events.c.body).where(events.c.id == event))
        return bytes(found[0].body) if found else None

    def letters_of(self, dossier: str) -> list[LetterLine]:
        """Return the letters of a dossier in the order of their issue."""
        query = (
            select(letters)
            .join(letter_dossiers, letter_dossiers.c.letter == letters.c.id)
            .where(letter_dossiers.c.dossier == dossier)
        )
        return _letters(self._rows(query.order_by(letters.c.issued_at, letters.c.id)))

    def dossiers_of(self, letter: str) -> list[tuple[str, str]]:
        """Return (dossier, event that issued it) of a letter, in the order of its list."""
        found = self._rows(
            select(letter_dossiers.c.dossier, letter_dossiers.c.event)
            .where(letter_dossiers.c.letter == letter)
            .order_by(letter_dossiers.c.place)
        )
        return [(row.dossier, row.event) for row in found]

    def letter(self, letter: str) -> LetterLine | None:
        """Return one letter."""
        return next(iter(_letters(self._rows(select(letters).where(letters.c.id == letter)))), None)

    def letter_rendered(
        self, letter: str, *, pdf_sha256: str, pdf_size: int, data_hash: str, now: datetime
    ) -> None:
        """Note that a letter's PDF is kept; the file must have been stored before."""

        def work(connection: Any) -> None:
            remember_file(connection, pdf_sha256, pdf_size, "application/pdf", now)
            connection.execute(
                update(letters)
                .where(letters.c.id == letter)
                .values(
                    status="rendered",
                    pdf_sha256=pdf_sha256,
                    pdf_size=pdf_size,
                    data_hash=data_hash,
                    rendered_at=now,
                )
            )

        self._database.write(work)

    def letter_failed(self, letter: str) -> None:
        """Note that a letter could not be rendered; it keeps its number."""
        change = (
            update(letters)
            .where(letters.c.id == letter, letters.c.status == "issued")
            .values(status="failed")
        )
        self._database.write(lambda connection: connection.execute(change))


def _stored(row: Row[Any]) -> StoredEvent:
    return StoredEvent(**{**row._mapping, "body": bytes(row.body)})


def _letters(rows: Iterable[Row[Any]]) -> list[LetterLine]:
    return [LetterLine(**row._mapping) for row in rows]
