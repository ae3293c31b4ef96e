"""Writing to SQLite: one thread per process gathers what waits into one transaction.

Each piece of work runs in a savepoint of its own and is answered only after the COMMIT of the
whole group has reached the disk: one flush serves many, and a piece that fails goes back alone.
"""

from __future__ import annotations

import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError

from adapters.storage.errors import CommitUnknown, DatabaseBusy, DatabaseUnavailable

T = TypeVar("T")

# So that the first of a group need not wait long for its answer.
GREATEST_GROUP = 64

_NO_ROOM = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_BUSY,
    }
)

_Job = tuple[Callable[[Connection], Any], "Future[Any]"]


class GroupWriter:
    """The thread that writes; started by the first write, ended by `close`."""

    def __init__(self, engine: Engine, pen: threading.Lock) -> None:
        """Write through connections of `engine`, holding `pen` during each transaction."""
        self._engine = engine
        self._pen = pen
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None

    def write(self, work: Callable[[Connection], T]) -> T:
        """Return what `work` returned, once it is durable, or raise what it raised."""
        if threading.current_thread() is self._thread:
            raise RuntimeError("A piece of work must not ask its own writer to write.")
        future: Future[T] = Future()
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="writer", daemon=True)
                self._thread.start()
            self._jobs.put((work, future))
        return future.result()

    @property
    def waiting(self) -> int:
        """How many pieces of work nobody has begun yet."""
        return self._jobs.qsize()

    def close(self) -> None:
        """Write what is waiting, then end the thread; a later write starts another."""
        with self._starting:
            thread, self._thread = self._thread, None
            if thread is not None:
                self._jobs.put(None)
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        connection: Connection | None = None
        goes_on = True
        while goes_on:
            job = self._jobs.get()
            if job is None:
                break
            try:
                connection = connection or _connected(self._engine)
            except Exception as error:  # the file may be gone or not ours to open
                job[1].set_exception(error)
                continue
            goes_on = self._write_group(connection, job)
        if connection is not None:
            connection.close()

    def _write_group(self, connection: Connection, first: _Job) -> bool:
        """Write one group in one transaction; return False if the thread is to end."""
        raw: Any = connection.connection.driver_connection
        waiting: list[_Piece] = []
        goes_on = True
        with self._pen:
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                first[1].set_exception(DatabaseBusy())
                return True
            try:
                job: _Job | None = first
                while job is not None:
                    waiting.append(_Piece(job[1]))
                    waiting[-1].run(raw, connection, job[0])
                    job = None
                    if len(waiting) < GREATEST_GROUP and not self._jobs.empty():
                        job = self._jobs.get()
                        goes_on = job is not None
                raw.execute("COMMIT")
            except BaseException as error:  # whoever waits must be told, whatever it was
                if raw.in_transaction:
                    raw.execute("ROLLBACK")
                for piece in waiting:
                    piece.future.set_exception(as_reported(error))
                return goes_on
        for piece in waiting:
            piece.answer()
        return goes_on


def as_reported(error: BaseException) -> BaseException:
    """Return what to tell of an error: a disk that is full or broken is not the program's fault."""
    cause = error.orig if isinstance(error, OperationalError) else error
    code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_IOERR:
        # Whether a write that failed has reached the disk, only the disk knows.
        return CommitUnknown()
    return DatabaseUnavailable() if code in _NO_ROOM else error


def _connected(engine: Engine) -> Connection:
    """Return a connection that leaves beginning and ending to us.

    Outside a transaction of its own SQLAlchemy undoes everything as soon as one statement fails;
    this one it never ends, and on SQLite it begins none.
    """
    connection = engine.connect()
    connection.begin()
    return connection


class _Piece:
    """One piece of work of a group: what it yielded, and who waits for it."""

    __slots__ = ("failure", "future", "result")

    def __init__(self, future: Future[Any]) -> None:
        self.future = future
        self.result: Any = None
        self.failure: BaseException | None = None

    def run(self, raw: Any, connection: Connection, work: Callable[[Connection], Any]) -> None:
        """Do the work in a savepoint; if it fails, it alone goes back."""
        raw.execute("SAVEPOINT piece")
        try:
            self.result = work(connection)
        except Exception as error:
            self.failure = as_reported(error)
            if not raw.in_transaction:
                # SQLite has undone the whole group: nobody in it may be told that it is written.
                raise self.failure from error
            raw.execute("ROLLBACK TO piece")
        raw.execute("RELEASE piece")

    def answer(self) -> None:
        """Tell whoever waits."""
        if self.failure is None:
            self.future.set_result(self.result)
        else:
            self.future.set_exception(self.failure)
