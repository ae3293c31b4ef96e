"""Drafts: dossiers before their first act. Saving one writes no event."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite

from adapters.clock import Clock
from adapters.storage.database import Database
from adapters.storage.errors import DraftChanged, DraftSubmitted
from adapters.storage.files_known import remember_papers
from adapters.storage.rows import SubjectOf, dossier_columns
from adapters.storage.schema import answers, dossiers, number_registers, submissions
from engine.calendar import TZ
from engine.dossier import Dossier
from engine.errors import DossierUnknown
from engine.numbers import STREAMS as STREAMS
from engine.ports import Answer

SESSIONS = "hoi-dong"
"""The same for the streams of council sessions: a draft of one says so in its `stream`."""

INITIALS = {STREAMS: "N", SESSIONS: "H"}

ENVELOPES = "ho-so-trinh"
"""The kind of register, of no organisation, that numbers submissions."""


class Drafts:
    """Creates and saves drafts."""

    def __init__(self, database: Database, clock: Clock | None, subject: SubjectOf) -> None:
        """Store in `database`; see `SqlStore`."""
        self._database = database
        self._clock = clock
        self._subject = subject

    def create(self, dossier: Dossier, answer: Answer | None = None) -> Dossier:
        """Store a new draft and return it with its stream and provisional code.

        The number is taken from the register of streams of the local year: `N-2026-000123` and
        `ho-so/2026/000123`. A dossier without a submission gets one of its own; one that names a
        submission comes into it, at the next place.

        Raises:
            IntegrityError: an answer under this key is kept already; nothing was written.
        """

        def work(connection: Connection) -> Dossier:
            now = database_now(connection, self._clock)
            draft = dossier
            if not draft.submission:
                draft = replace(draft, submission=draft.id)
                open_envelope(connection, draft, now)
            else:
                draft = replace(draft, place=next_place(connection, draft.submission))
            draft = insert_drafts(connection, [draft], self._subject, now)[0]
            remember_papers(connection, draft, now)
            keep_answer(connection, answer, now)
            return draft

        return self._database.write(work)

    def save(self, dossier: Dossier, expected_revision: int) -> Dossier:
        """Store a changed draft and return it with its new revision.

        Raises:
            DossierUnknown: there is no such dossier.
            DraftSubmitted: it has been submitted meanwhile.
            DraftChanged: somebody else saved it since revision `expected_revision`.
        """
        draft = replace(dossier, version=0, revision=expected_revision + 1)

        def work(connection: Connection) -> Dossier:
            now = database_now(connection, self._clock)
            saved = connection.execute(
                update(dossiers)
                .where(
                    dossiers.c.id == bindparam("p_id"),
                    dossiers.c.version == 0,
                    dossiers.c.revision == bindparam("p_revision"),
                )
                .values(
                    **typed(dossier_columns(draft, self._subject)),
                    updated_at=now,
                ),
                {"p_id": draft.id, "p_revision": expected_revision},
            )
            if saved.rowcount == 1:
                remember_papers(connection, draft, now)
                return draft
            version = connection.execute(
                select(dossiers.c.version).where(dossiers.c.id == draft.id)
            ).scalar()
            if version is None:
                raise DossierUnknown(draft.code)
            raise (DraftSubmitted if version else DraftChanged)(draft.code)

        return self._database.write(work)


def open_envelope(
    connection: Connection, first: Dossier, now: datetime, **more: object
) -> dict[str, Any]:
    """Insert the submission that a dossier is the first of, under the next number."""
    year = now.astimezone(TZ).year
    number = take_numbers(connection, "", ENVELOPES, year)
    row = {
        "id": first.submission,
        "draft_code": f"T-{year}-{number:06}",
        "owner": first.owner,
        "counter": first.counter,
        "procedure": first.procedure,
        "created_by": first.created_by,
        "created_at": now,
        **more,
    }
    connection.execute(submissions.insert().values(**row))
    return row


def keep_answer(connection: Connection, answer: Answer | None, now: datetime) -> None:
    """Keep what was answered, in the caller's transaction."""
    if answer is not None:
        connection.execute(answers.insert().values(**asdict(answer), at=now))


def next_place(connection: Connection, submission: str, count: int = 1) -> int:
    """Take the next places of a submission in the caller's transaction; return the first."""
    taken = (
        update(submissions)
        .where(submissions.c.id == submission)
        .values(places=submissions.c.places + count)
        .returning(submissions.c.places)
    )
    return int(connection.execute(taken).scalar_one()) - count + 1


def insert_drafts(
    connection: Connection, drafts: Sequence[Dossier], subject: SubjectOf, now: datetime
) -> list[Dossier]:
    """Insert new drafts under the next numbers; return them with their streams and codes."""
    year = now.astimezone(TZ).year
    kind = drafts[0].stream or STREAMS
    first = take_numbers(connection, "", kind, year, len(drafts))
    made = [
        replace(
            draft,
            code=f"{INITIALS[kind]}-{year}-{number:06}",
            stream=f"{kind}/{year}/{number:06}",
            version=0,
            revision=0,
        )
        for number, draft in enumerate(drafts, first)
    ]
    connection.execute(
        dossiers.insert(),
        [
            {
                **typed(dossier_columns(draft, subject)),
                "id": draft.id,
                "stream": draft.stream,
                "log": draft.log,
                "code": draft.code,
                "submission": draft.submission,
                "place": draft.place,
                "counter": draft.counter,
                "procedure": draft.procedure,
                "owner": draft.owner,
                "created_by": draft.created_by,
                "created_at": now,
                "updated_at": now,
            }
            for draft in made
        ],
    )
    return made


def database_now(connection: Connection, clock: Clock | None) -> datetime:
    """Return the story's time, or the database's, in UTC."""
    if clock is not None:
        return clock.now()
    if connection.dialect.name == "sqlite":
        now = connection.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now') || 'Z'"))
        return datetime.fromisoformat(str(now.scalar()))
    at: datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    return at.astimezone(UTC)


def take_numbers(connection: Connection, org: str, kind: str, year: int, count: int = 1) -> int:
    """Take the next numbers of a register in the caller's transaction; return the first of them.

    A rollback returns them.
    """
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    taken = (
        dialect.insert(number_registers)
        .values(org=org, kind=kind, year=year, next=count + 1)
        .on_conflict_do_update(
            index_elements=["org", "kind", "year"],
            set_={"next": number_registers.c.next + count},
        )
        .returning(number_registers.c.next - count)
    )
    return int(connection.execute(taken).scalar_one())


def typed(columns: dict[str, object]) -> dict[str, object]:
    """Return the columns with days as days: Core converts, the hand-written statements do not."""
    return {
        name: datetime.fromisoformat(value).date()
        if name in ("received_on", "resolved_on") and isinstance(value, str)
        else value
        for name, value in columns.items()
    }
