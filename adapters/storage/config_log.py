"""Events about the rules themselves, each committed together with the rows it tells of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, select, text

from adapters.clock import Clock
from adapters.storage.database import Database
from adapters.storage.drafts import database_now
from adapters.storage.rows import plain_json
from adapters.storage.schema import events, personal_values
from engine.ports import Ids
from engine.trail import Event, EventDraft, Head, build_event

CONFIGURATION = "cau-hinh"
"""The stream of editions, calendars and templates."""

ENTITLEMENTS = "phan-quyen"
"""The stream of accounts and roles."""

AWARD_LISTS = "so-khen-thuong"
"""The stream of the lists that were entered into the award register."""


def nothing_else(connection: Connection) -> None:
    """Write no row beside the event."""


class ConfigLog:
    """Appends events to the streams that belong to no dossier."""

    def __init__(self, database: Database, ids: Ids, log: str, clock: Clock | None = None) -> None:
        """Append to streams of `log`; a stream that has begun stays in the log it began in."""
        self._database = database
        self._ids = ids
        self._log = log
        self._clock = clock

    def append_config_event(
        self,
        stream: str,
        draft: Callable[[datetime], EventDraft],
        also: Callable[[Connection], object] = nothing_else,
    ) -> Event:
        """Append one event and write what it tells of, both or neither.

        Args:
            draft: makes the event, given the instant of record.
            also: writes the rows that the event tells of; what it raises undoes everything.
        """
        return self.append_config_events(stream, lambda at: [draft(at)], also)[0]

    def append_config_events(
        self,
        stream: str,
        drafts: Callable[[datetime], Sequence[EventDraft]],
        also: Callable[[Connection], object] = nothing_else,
    ) -> Sequence[Event]:
        """Append several events in their order and write what they tell of, all or nothing."""

        def work(connection: Connection) -> Sequence[Event]:
            if connection.dialect.name == "postgresql":
                # Whoever appends to this stream waits for the one before.
                connection.execute(
                    text("SELECT pg_advisory_xact_lock(hashtextextended(:stream, 0))"),
                    {"stream": stream},
                )
            now = database_now(connection, self._clock)
            last = connection.execute(
                select(events)
                .where(events.c.stream == stream)
                .order_by(events.c.seq.desc())
                .limit(1)
            ).first()
            head = Head(stream=stream)
            if last is not None:
                head = Head(
                    stream=stream, seq=last.seq, prev=last.hash, recorded_at=last.recorded_at
                )
            log, written = last.log if last is not None else self._log, []
            for draft in drafts(now):
                event = build_event(
                    log,
                    head,
                    draft,
                    event_id=self._ids.uuid7(),
                    recorded_at=now,
                    salts=self._ids.salt,
                )
                write_event(connection, event)
                written.append(event)
                head = event.head
            also(connection)
            return written

        return self._database.write(work)


def write_event(connection: Connection, event: Event) -> None:
    """Write an event and what opens it in the caller's transaction."""
    connection.execute(
        insert(events).values(
            id=event.id,
            stream=event.stream,
            seq=event.seq,
            log=event.log,
            type=event.type,
            body=event.body,
            hash=event.hash,
            prev=event.prev,
            recorded_at=event.recorded_at,
        )
    )
    if event.openings:
        connection.execute(
            insert(personal_values),
            [
                {
                    "event": opening.event_id,
                    "path": opening.path,
                    "salt": opening.salt,
                    "value": plain_json(opening.value),
                }
                for opening in event.openings
            ],
        )
