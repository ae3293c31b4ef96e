"""Loading and committing on PostgreSQL: one round trip each, or four with a lock held between."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

import psycopg
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from adapters.storage.agendas import write_on_postgres
from adapters.storage.database import Database
from adapters.storage.errors import CommitUnknown, DatabaseUnavailable
from adapters.storage.linked import open_in
from adapters.storage.loading import Found
from adapters.storage.rows import LISTS, NO_ROWS, CommitRows, ManyRows, Row, plain_json
from adapters.storage.statements import (
    BEGIN,
    COMMIT,
    COMMIT_MANY,
    DOSSIER_COLUMNS,
    DUE,
    LOAD,
    LOAD_LOCKED,
    LOAD_MANY,
    LOAD_MANY_LOCKED,
    NUMBER_HELD,
    Statement,
)
from engine.errors import VersionConflict

T = TypeVar("T")

_BYTES = {"events": "body", "values": "salt"}
_OVERTAKEN = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
)


class Door:
    """Loads and commits in autocommit mode, on connections of the pool."""

    def __init__(self, database: Database) -> None:
        """Use an open PostgreSQL database."""
        self._engine = database.engine
        event.listen(self._engine, "connect", _prepare)
        # Connections from before do not know the statements yet.
        self._engine.dispose()

    def load(self, parameters: Row) -> Found | None:
        """Return the row that `LOAD` finds, or None."""

        def work(connection: Any) -> Found | None:
            found: Found | None = LOAD.run(connection, parameters).fetchone()
            return found

        return self._reading(work)

    def commit(self, rows: CommitRows, open_tasks: str, ref: str) -> None:
        """Write all rows by one statement.

        Raises:
            VersionConflict: nothing was written.
            CommitUnknown: the connection broke; perhaps all was written, perhaps nothing.
        """
        borrowed = self._engine.raw_connection()
        try:
            _write(borrowed.driver_connection, rows, open_tasks, ref)
        except psycopg.OperationalError as error:
            borrowed.invalidate()
            raise CommitUnknown from error
        finally:
            borrowed.close()

    def load_many(self, parameters: Row) -> list[Found]:
        """Return the rows that `LOAD_MANY` finds."""
        return self._reading(lambda connection: LOAD_MANY.run(connection, parameters).fetchall())

    def commit_many(self, parts: Iterable[ManyRows]) -> None:
        """Write all rows in one transaction, or none.

        Raises:
            VersionConflict: nothing was written.
            CommitUnknown: the connection broke; perhaps all was written, perhaps nothing.
        """
        borrowed = _borrow(self._engine)
        connection: Any = borrowed.driver_connection
        try:
            connection.execute("BEGIN", prepare=False)
            try:
                _write_many(connection, parts)
            except BaseException:
                connection.execute("ROLLBACK", prepare=False)
                raise
            connection.execute("COMMIT", prepare=False)
        except psycopg.OperationalError as error:
            borrowed.invalidate()
            raise CommitUnknown from error
        finally:
            borrowed.close()

    def number_held(self, parameters: Row) -> Found | None:
        """Return the row that `NUMBER_HELD` finds, or None."""

        def work(connection: Any) -> Found | None:
            found: Found | None = NUMBER_HELD.run(connection, parameters).fetchone()
            return found

        return self._reading(work)

    def due(self, parameters: Row) -> list[str]:
        """Return the ids that `DUE` finds."""
        return self._reading(lambda connection: [row[0] for row in DUE.run(connection, parameters)])

    def lock(self) -> Unit:
        """Begin a transaction."""
        return Unit(self._engine)

    def _reading(self, work: Callable[[Any], T]) -> T:
        """Read; if the connection had died unnoticed, once more on a fresh one."""
        for attempt in (1, 2):
            borrowed = _borrow(self._engine)
            try:
                return work(borrowed.driver_connection)
            except psycopg.OperationalError as error:
                borrowed.invalidate()
                # What broke this connection broke the others of the pool as well.
                self._engine.dispose()
                if attempt == 2:
                    raise DatabaseUnavailable from error
            finally:
                borrowed.close()
        raise AssertionError  # the loop returns or raises


class Unit:
    """A transaction from load to commit: four round trips in all."""

    def __init__(self, engine: Any) -> None:
        """Borrow a connection; the transaction begins with `load`."""
        self._borrowed = _borrow(engine)
        self._connection: Any = self._borrowed.driver_connection

    def load(self, parameters: Row) -> Found | None:
        """Lock the dossier and its registers, and return the row that `LOAD_LOCKED` finds."""
        found: Found | None = self._locked(LOAD_LOCKED, parameters).fetchone()
        return found

    def load_many(self, parameters: Row) -> list[Found]:
        """Lock the dossiers and registers, and return the rows that `LOAD_MANY_LOCKED` finds."""
        found: list[Found] = self._locked(LOAD_MANY_LOCKED, parameters).fetchall()
        return found

    def beside(self, parameters: Row) -> list[Found]:
        """Lock further dossiers and registers, and return what is found of them."""
        try:
            found: list[Found] = LOAD_MANY_LOCKED.run(self._connection, parameters).fetchall()
        except psycopg.errors.DeadlockDetected as error:
            raise VersionConflict(str(parameters["refs"])) from error
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable from error
        return found

    def number_held(self, parameters: Row) -> Found | None:
        """Return the row that `NUMBER_HELD` finds, or None."""
        try:
            found: Found | None = NUMBER_HELD.run(self._connection, parameters).fetchone()
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable from error
        return found

    def _locked(self, statement: Statement, parameters: Row) -> Any:
        try:
            self._connection.execute(BEGIN, prepare=False)
            return statement.run(self._connection, parameters)
        except psycopg.errors.DeadlockDetected as error:
            raise VersionConflict(str(parameters.get("ref") or parameters.get("refs"))) from error
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable from error

    def commit(self, rows: CommitRows, open_tasks: str, ref: str) -> None:
        """Write all rows durably; whoever called releases."""
        try:
            _write(self._connection, rows, open_tasks, ref)
            self._connection.execute("COMMIT", prepare=False)
        except psycopg.OperationalError as error:
            raise CommitUnknown from error

    def commit_many(self, parts: Iterable[ManyRows]) -> None:
        """Write all rows durably, or none; whoever called releases."""
        try:
            _write_many(self._connection, parts)
            self._connection.execute("COMMIT", prepare=False)
        except psycopg.OperationalError as error:
            raise CommitUnknown from error

    def release(self) -> None:
        """Undo what was not committed and give the connection back."""
        try:
            if self._connection.closed:
                self._borrowed.invalidate()
            elif self._connection.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
                self._connection.execute("ROLLBACK", prepare=False)
        except psycopg.OperationalError:
            self._borrowed.invalidate()
        finally:
            self._borrowed.close()


def _prepare(connection: Any, _record: object) -> None:
    """Let a fresh connection know the statements, so that no act waits for them to be planned."""
    nothing = {"ref": "", "principal": "", "key": "", "now": None}
    try:
        LOAD.run(connection, nothing)
        LOAD_LOCKED.run(connection, nothing)
        with suppress(VersionConflict):
            _write(connection, NO_ROWS, "[]", "")
    except psycopg.errors.UndefinedTable:
        # The tables are not made yet; each statement is then planned when it is first used.
        return


def _borrow(engine: Any) -> Any:
    try:
        return engine.raw_connection()
    except (psycopg.OperationalError, OperationalError) as error:
        raise DatabaseUnavailable from error


def _write(connection: Any, rows: CommitRows, open_tasks: str, ref: str) -> None:
    parameters = {
        **rows.dossier,
        "open_tasks": open_tasks,
        **_lists({name: getattr(rows, name) for name in LISTS}),
    }
    try:
        written = COMMIT.run(connection, parameters).fetchone()
    except _OVERTAKEN as error:
        raise VersionConflict(ref) from error
    if written is None:
        raise VersionConflict(ref)


def _write_many(connection: Any, parts: Iterable[ManyRows]) -> None:
    """Write inside the transaction that the caller opened; on a conflict the caller rolls back.

    While the database writes one part, the next is made ready.
    """
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="writing") as writing:
        written: Future[None] | None = None
        for rows in parts:
            parameters = _parameters(rows)
            if written is not None:
                written.result()
            written = writing.submit(_write_part, connection, rows, parameters)
        if written is not None:
            written.result()


def _parameters(rows: ManyRows) -> dict[str, Any]:
    return {
        "now": rows.dossiers[0]["now"],
        "dossiers": _json([{name: one[name] for name in DOSSIER_COLUMNS} for one in rows.dossiers]),
        "open_tasks": json.dumps([task["id"] for task in rows.lists["tasks"]]),
        **_lists(rows.lists),
    }


def _write_part(connection: Any, rows: ManyRows, parameters: Row) -> None:
    try:
        open_in(connection, rows.opened, sqlite=False)
        written = COMMIT_MANY.run(connection, parameters).fetchone()
        if rows.agenda is not None:
            write_on_postgres(connection, rows.agenda)
    except _OVERTAKEN as error:
        raise VersionConflict(rows.ref) from error
    if written is None or written[0] != len(rows.dossiers):
        raise VersionConflict(rows.ref)


def _lists(lists: Mapping[str, list[Row]]) -> dict[str, str]:
    """Return the lists as JSON, bytes as hexadecimal."""
    found = {name: _json(rows) for name, rows in lists.items() if name not in _BYTES}
    for name, column in _BYTES.items():
        found[name] = _json([{**row, column: row[column].hex()} for row in lists[name]])
    return found


def _json(rows: list[Row]) -> str:
    return plain_json(rows) if rows else "[]"
