"""One door to the database, and a refusal to open it where it may lose what it confirmed.

PostgreSQL: a pool of connections in autocommit mode; `write` opens a transaction. SQLite: readers
have connections of their own; whoever writes holds the *pen*, one per process, so that a process
never waits for itself inside SQLite, whose waiting is polling; other processes are waited for.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from adapters.storage.errors import (
    CommitUnknown,
    DatabaseUnavailable,
    DatabaseUnsafe,
    DatabaseUnusable,
)
from adapters.storage.writer import GroupWriter

T = TypeVar("T")

BUSY_SECONDS = 30
UNSAFE = "BANGVANG_ALLOW_UNSAFE"
PREPARED = "BANGVANG_PREPARED_STATEMENTS"


class Database:
    """An open database: `read` for queries, `write` for whatever must be durable.

    Attributes:
        engine: hands out connections for reading (on SQLite they refuse to write).
        dialect: `sqlite` or `postgresql`.
        writer: on SQLite the thread that groups commits, else None.
    """

    def __init__(self, engine: Engine, writing: Engine | None) -> None:
        """Keep the engines; `writing` is the one that may write on SQLite."""
        self.engine = engine
        self.dialect = engine.dialect.name
        self.pen = threading.Lock()
        self._writing = writing
        self.writer = GroupWriter(writing, self.pen) if writing is not None else None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Give a connection for queries, each of which sees what was committed before it.

        Raises:
            DatabaseUnavailable: PostgreSQL cannot be reached.
        """
        try:
            with self.engine.connect() as connection:
                yield connection
        except OperationalError as error:
            if self.writer is not None:
                raise
            raise DatabaseUnavailable from error

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run `work` in one transaction and return what it returns, once that is durable.

        If `work` raises, nothing of it is written. On SQLite it runs in the writer's thread.

        Raises:
            DatabaseBusy: nothing was written.
            CommitUnknown: the connection broke; perhaps all was written, perhaps nothing.
        """
        if self.writer is not None:
            return self.writer.write(work)
        try:
            with (
                self.engine.connect().execution_options(
                    isolation_level="READ COMMITTED"
                ) as connection,
                connection.begin(),
            ):
                return work(connection)
        except OperationalError as error:
            raise CommitUnknown from error

    def connect_writing(self) -> Connection:
        """Give a connection that may write; on SQLite the caller must hold the pen."""
        return (self._writing or self.engine).connect()

    def close(self) -> None:
        """Finish what is waiting and close every connection."""
        if self.writer is not None:
            self.writer.close()
        if self._writing is not None:
            self._writing.dispose()
        self.engine.dispose()


def open_database(
    url: str | URL,
    *,
    pool_size: int = 10,
    prepared_statements: bool | None = None,
    allow_unsafe: bool | None = None,
) -> Database:
    """Open a database by its SQLAlchemy URL.

    Args:
        pool_size: connections kept open on PostgreSQL; ten more in a rush.
        prepared_statements: False behind PgBouncer in transaction mode; None: as the environment
            variable BANGVANG_PREPARED_STATEMENTS says (`0` switches them off).
        allow_unsafe: open a database that may lose commits; None: as BANGVANG_ALLOW_UNSAFE says.

    Raises:
        DatabaseUnsafe: the database may lose what it confirmed; the message says by what setting.
        DatabaseUnusable: there is none at this address.
    """
    try:
        target = make_url(url)
    except ArgumentError as error:
        # The text that was given may hold a password, so it is not repeated.
        raise DatabaseUnusable("", "the URL cannot be read") from error
    if prepared_statements is None:
        prepared_statements = os.environ.get(PREPARED, "1") != "0"
    if allow_unsafe is None:
        allow_unsafe = os.environ.get(UNSAFE) == "1"
    if target.get_backend_name() == "sqlite":
        database = Database(_sqlite(target, query_only=True), _sqlite(target, query_only=False))
    elif target.get_backend_name() == "postgresql":
        database = Database(_postgres(target, pool_size, prepared_statements), None)
    else:
        raise DatabaseUnsafe(f"Bảng Vàng keeps its data in SQLite or PostgreSQL, not in {target}.")
    try:
        with database.connect_writing() as connection:
            findings = durability_findings(connection)
    except DatabaseError as error:
        database.close()
        where = target.render_as_string(hide_password=True)
        raise DatabaseUnusable(where, str(error.orig).strip()) from error
    except BaseException:
        database.close()
        raise
    if findings and not allow_unsafe:
        database.close()
        raise DatabaseUnsafe(
            "Cơ sở dữ liệu có thể mất dữ liệu đã xác nhận / the database may lose what it "
            f"confirmed: {'; '.join(findings)}. Set it right, or {UNSAFE}=1 to run anyway."
        )
    return database


def durability_findings(connection: Connection) -> list[str]:
    """Return the settings under which a confirmed commit may be lost, as sentences."""
    if connection.dialect.name == "sqlite":
        journal = str(connection.exec_driver_sql("PRAGMA journal_mode").scalar())
        synchronous = int(connection.exec_driver_sql("PRAGMA synchronous").scalar() or 0)
        found = []
        if journal != "wal":
            found.append(f"journal_mode is {journal}, not wal")
        if synchronous < 2:
            found.append(f"synchronous is {('OFF', 'NORMAL')[synchronous]}, not FULL")
        return found
    shown = {
        name: str(connection.exec_driver_sql(f"SHOW {name}").scalar())
        for name in ("fsync", "synchronous_commit", "full_page_writes")
    }
    return [f"{name} is off" for name, value in shown.items() if value == "off"]


def _postgres(url: URL, pool_size: int, prepared_statements: bool) -> Engine:
    return create_engine(
        url.set(drivername="postgresql+psycopg"),
        isolation_level="AUTOCOMMIT",
        pool_size=pool_size,
        max_overflow=10,
        # Without a threshold nothing is ever prepared, whatever a call asks for.
        connect_args={} if prepared_statements else {"prepare_threshold": None},
    )


def _sqlite(url: URL, *, query_only: bool) -> Engine:
    engine = (
        create_engine(
            url, connect_args={"check_same_thread": False, "timeout": BUSY_SECONDS}, pool_size=20
        )
        if url.database not in (None, "", ":memory:")
        else create_engine(url)
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: Any, _record: object) -> None:
        # Python's own transaction handling begins too late; ours is spelled out.
        connection.isolation_level = None
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        if query_only:
            connection.execute("PRAGMA query_only = ON")

    return engine
