"""What the worker does beside acts: the outbox, incidents, its own health.

Whoever takes a message from the outbox has it for a lease; the number of attempts is the fencing
token: if the lease ran out and another took the message, the first can no longer close it.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from adapters.storage.reader import Reader
from adapters.storage.schema import answers, dossiers, incidents, outbox, sweeps

LEASE = timedelta(minutes=2)
FIRST_WAIT = timedelta(seconds=10)
MOST_ATTEMPTS = 10
ANSWERS_KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message out of the outbox, leased to whoever got it; `attempt` counts from 1."""

    id: int
    kind: str
    event: str
    payload: dict[str, Any]
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """A technical failure that a person must look at."""

    id: int
    kind: str
    about: str
    detail: str
    at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """How the background work is doing.

    Attributes:
        oldest_due_rung_at: the oldest rung that is due and has not fired; None: there is none.
        oldest_waiting_at: when the oldest undelivered message was written.
    """

    now: datetime
    last_sweep_at: datetime | None
    last_error: str | None
    oldest_due_rung_at: datetime | None
    waiting: int
    oldest_waiting_at: datetime | None
    open_incidents: int


class Chores(Reader):
    """Reads and writes what the worker needs."""

    def take_messages(self, kinds: Collection[str], limit: int = 20) -> list[Message]:
        """Lease messages whose time has come, the oldest first; nobody else gets them meanwhile."""

        def work(connection: Connection) -> list[Message]:
            now = self._now(connection)
            waiting = (
                select(outbox.c.id)
                .where(
                    outbox.c.done_at.is_(None),
                    outbox.c.next_try_at <= now,
                    outbox.c.kind.in_(sorted(kinds)),
                )
                .order_by(outbox.c.next_try_at, outbox.c.id)
                .limit(limit)
                .with_for_update(skip_locked=True)
            )
            taken = connection.execute(
                update(outbox)
                .where(outbox.c.id.in_(waiting))
                .values(attempts=outbox.c.attempts + 1, next_try_at=now + LEASE)
                .returning(
                    outbox.c.id, outbox.c.kind, outbox.c.event, outbox.c.payload, outbox.c.attempts
                )
            ).all()
            return [
                Message(id=id, kind=kind, event=event, payload=json.loads(body), attempt=attempt)
                for id, kind, event, body, attempt in sorted(taken)
            ]

        return self._database.write(work)

    def message_done(self, message: Message) -> bool:
        """Close a message; False: the lease ran out and another has it."""
        return self._close(message, lambda now: {"done_at": now, "last_error": None})

    def message_failed(self, message: Message, error: str) -> bool:
        """Put a message back, to be tried later and later; the last failure is an incident.

        Returns:
            False if the lease ran out and another has the message.
        """
        if message.attempt >= MOST_ATTEMPTS:
            self.incident("outbox", f"{message.kind} {message.event}", error)
            return self._close(message, lambda now: {"done_at": now, "last_error": error})
        wait = FIRST_WAIT * 2 ** (message.attempt - 1)
        return self._close(message, lambda now: {"next_try_at": now + wait, "last_error": error})

    def incident(self, kind: str, about: str, detail: str) -> None:
        """Write an incident, unless the same one is open: what fails, fails at every look."""

        def work(connection: Connection) -> None:
            same = select(incidents.c.id).where(
                incidents.c.kind == kind,
                incidents.c.about == about,
                incidents.c.detail == detail,
                incidents.c.closed_at.is_(None),
            )
            if connection.execute(same).first() is None:
                connection.execute(
                    insert(incidents).values(
                        kind=kind, about=about, detail=detail, at=self._now(connection)
                    )
                )

        self._database.write(work)

    def incidents(self, *, only_open: bool = True, limit: int = 100) -> list[Incident]:
        """Return incidents, the newest first."""
        query = select(incidents).order_by(incidents.c.id.desc()).limit(limit)
        if only_open:
            query = query.where(incidents.c.closed_at.is_(None))
        return [Incident(**row._mapping) for row in self._rows(query)]

    def close_incident(self, incident: int) -> None:
        """Note that a person has looked at an incident."""
        self._database.write(
            lambda connection: connection.execute(
                update(incidents)
                .where(incidents.c.id == incident, incidents.c.closed_at.is_(None))
                .values(closed_at=self._now(connection))
            )
        )

    def swept(self, error: str | None = None) -> None:
        """Note that the sweep has run, and what went wrong in it."""

        def work(connection: Connection) -> None:
            dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
            values = {"last_sweep_at": self._now(connection), "last_error": error}
            connection.execute(
                dialect.insert(sweeps)
                .values(id=1, **values)
                .on_conflict_do_update(index_elements=["id"], set_=values)
            )

        self._database.write(work)

    def pulse(self) -> Pulse:
        """Return how the background work is doing."""
        with self._database.read() as connection:
            now = self._now(connection)
            sweep = connection.execute(select(sweeps)).first()
            due = select(func.min(dossiers.c.next_rung_at)).where(dossiers.c.next_rung_at <= now)
            messages = connection.execute(
                select(func.count(), func.min(outbox.c.created_at)).where(
                    outbox.c.done_at.is_(None)
                )
            ).one()
            unsolved = select(func.count()).select_from(incidents)
            return Pulse(
                now=now,
                last_sweep_at=sweep.last_sweep_at if sweep else None,
                last_error=sweep.last_error if sweep else None,
                oldest_due_rung_at=connection.execute(due).scalar(),
                waiting=messages[0],
                oldest_waiting_at=messages[1],
                open_incidents=connection.execute(
                    unsolved.where(incidents.c.closed_at.is_(None))
                ).scalar_one(),
            )

    def forget_answers(self) -> int:
        """Delete answers to repeated requests that are older than 90 days; return how many."""

        def work(connection: Connection) -> int:
            old = answers.c.at < self._now(connection) - ANSWERS_KEPT
            return connection.execute(delete(answers).where(old)).rowcount

        return self._database.write(work)

    def _close(self, message: Message, values: Any) -> bool:
        def work(connection: Connection) -> bool:
            changed = connection.execute(
                update(outbox)
                .where(
                    outbox.c.id == message.id,
                    outbox.c.attempts == message.attempt,
                    outbox.c.done_at.is_(None),
                )
                .values(values(self._now(connection)))
            )
            return changed.rowcount == 1

        return self._database.write(work)
