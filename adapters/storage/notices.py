"""What was told to whom: delivered once, however often the message comes, and read by role.

A notice names no person: its dossier does, and that is joined when somebody reads it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from adapters.storage.chores import Message
from adapters.storage.pages import Page, bad_cursor, cursor_of, page_of, values_of
from adapters.storage.reader import Reader
from adapters.storage.schema import accounts, dossiers, notices, outbox
from adapters.storage.worklist import Place

MOST_COUNTED = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """One notice with what a list shows of its dossier.

    Attributes:
        about: event type of the act, or `rung_fired`.
        facts: `trigger` of the act, or `clock` and `rung`.
        subject_name: whom the dossier is about (personal).
        created_at: when it was delivered, moments after what it tells of.
    """

    id: int
    event: str
    role: str
    org: str
    about: str
    facts: Mapping[str, Any]
    created_at: datetime
    code: str
    received_code: str | None
    procedure: str
    edition: str
    subject_name: str


_NOTICE = ("id", "event", "role", "org", "about", "facts", "created_at")
_DOSSIER = ("code", "received_code", "procedure", "edition", "subject_name")
_LINE = select(
    *(notices.c[name] for name in _NOTICE), *(dossiers.c[name] for name in _DOSSIER)
).join(dossiers, dossiers.c.id == notices.c.dossier)


class Notices(Reader):
    """Delivers and reads notices."""

    def deliver(self, message: Message) -> None:
        """Keep the notice that a message holds; one that is there already stays as it is."""
        self._database.write(lambda connection: self._keep(connection, [message]))

    def deliver_all(self, messages: Sequence[Message]) -> None:
        """Keep the notices of many messages and close these, all in one transaction.

        What a session or a decision tells of a thousand dossiers is then told at once.
        """

        def work(connection: Connection) -> None:
            self._keep(connection, messages)
            at = self._now(connection)
            connection.execute(
                update(outbox)
                .where(
                    outbox.c.id == bindparam("message"),
                    outbox.c.attempts == bindparam("attempt"),
                    outbox.c.done_at.is_(None),
                )
                .values(done_at=bindparam("at"), last_error=None),
                [{"message": one.id, "attempt": one.attempt, "at": at} for one in messages],
            )

        self._database.write(work)

    def _keep(self, connection: Connection, messages: Sequence[Message]) -> None:
        dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
        at = self._now(connection)
        connection.execute(
            dialect.insert(notices).on_conflict_do_nothing(index_elements=["id"]),
            [
                {
                    "id": one.id,
                    "dossier": one.payload["dossier"],
                    "event": one.event,
                    "role": one.payload["role"],
                    "org": one.payload["org"],
                    "about": one.payload["about"],
                    "facts": json.dumps(one.payload["facts"], ensure_ascii=False),
                    "created_at": at,
                }
                for one in messages
            ],
        )

    def notices(
        self, places: Collection[Place], *, after_cursor: str | None = None, limit: int = 50
    ) -> Page[NoticeLine]:
        """Return what was told to the holders of these roles there, the newest first.

        Raises:
            BadInput: the cursor is not one of this list.
        """
        query = (
            _LINE.where(_told_to(places))
            .order_by(notices.c.created_at.desc(), notices.c.id.desc())
            .limit(limit + 1)
        )
        if after_cursor is not None:
            at, id = values_of(after_cursor, datetime, str)
            if at is None or not id.isascii() or not id.isdigit() or len(id) > 18:
                raise bad_cursor()
            same = and_(notices.c.created_at == at, notices.c.id < int(id))
            query = query.where(or_(notices.c.created_at < at, same))
        rows = [_line(row) for row in self._rows(query)]
        return page_of(rows, limit, lambda line: cursor_of(line.created_at, str(line.id)))

    def notices_since(self, places: Collection[Place], since: datetime | None) -> int:
        """Return how many notices came after an instant, at most 100; None: since ever."""
        query = select(literal(1)).select_from(notices).where(_told_to(places))
        if since is not None:
            query = query.where(notices.c.created_at > since)
        counted = select(func.count()).select_from(query.limit(MOST_COUNTED).subquery())
        return int(self._rows(counted)[0][0])

    def notices_seen_at(self, account: str) -> datetime | None:
        """Return up to when an account has looked at its notices; None: never."""
        found = self._rows(select(accounts.c.notices_seen_at).where(accounts.c.id == account))
        return found[0][0] if found else None

    def notices_seen(self, account: str, until: datetime) -> None:
        """Note up to when an account has looked at its notices; it never goes back."""
        earlier = or_(accounts.c.notices_seen_at.is_(None), accounts.c.notices_seen_at < until)
        change = update(accounts).where(accounts.c.id == account, earlier)
        self._database.write(lambda c: c.execute(change.values(notices_seen_at=until)))


def _told_to(places: Collection[Place]) -> ColumnElement[bool]:
    return tuple_(notices.c.org, notices.c.role).in_(sorted(places))


def _line(row: Row[Any]) -> NoticeLine:
    return NoticeLine(**{**row._mapping, "facts": json.loads(row.facts)})
