"""What all queries share: a database, and the clock that counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select

from adapters.clock import Clock
from adapters.storage.database import Database
from adapters.storage.drafts import database_now


class Reader:
    """Reads from one database."""

    def __init__(self, database: Database, clock: Clock | None = None) -> None:
        """Read from `database`; `clock` tells a story's time, None: the database's counts."""
        self._database = database
        self._clock = clock

    def now(self) -> datetime:
        """Return the clock of record, UTC."""
        with self._database.read() as connection:
            return self._now(connection)

    def _now(self, connection: Connection) -> datetime:
        return database_now(connection, self._clock)

    def _rows(self, query: Select[Any]) -> Sequence[Row[Any]]:
        with self._database.read() as connection:
            return connection.execute(query).all()
