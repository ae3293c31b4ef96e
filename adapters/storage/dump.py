"""All rows of a database, out and in, in a form that is the same for SQLite and PostgreSQL.

A row is a list of JSON values in the order of the table's columns: instants as text of fixed width
in UTC, days as ISO dates, bytes in base64, everything else as it is.
"""

from __future__ import annotations

import base64
import sqlite3
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final

import psycopg
from alembic.script import ScriptDirectory
from psycopg import sql
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Integer,
    LargeBinary,
    String,
    Table,
    create_engine,
    exists,
    func,
    inspect,
    select,
    text,
)
from sqlalchemy.exc import DBAPIError

from adapters.storage import schema as t
from adapters.storage.database import Database
from adapters.storage.errors import StorageError
from adapters.storage.migrate import alembic_config

LEFT_OUT: Final = frozenset({"sessions"})
"""Tables that no copy holds: who was logged in then must not be logged in again."""

TABLES: Final = tuple(one for one in t.metadata.sorted_tables if one.name not in LEFT_OUT)
"""What a copy holds, each table after those it refers to."""

_AT_ONCE: Final = 1000

RowsOf = Callable[[Table], Iterator[list[Any]]]


class WrongForm(StorageError):
    """The database is not in the form that this version of the product keeps its data in."""

    def __init__(self, found: str | None, wanted: str) -> None:
        """Say what was found and what to do."""
        super().__init__(
            f"Cơ sở dữ liệu ở dạng {found or 'trống'}, phiên bản này cần dạng {wanted}: hãy khởi "
            f"động bangvang một lần để nâng cấp. / The database has the form {found or 'none'}, "
            f"this version needs {wanted}: start bangvang once to upgrade it."
        )


class NotEmpty(StorageError):
    """There are data in the database into which others shall go; nothing was changed."""

    def __init__(self, table: str) -> None:
        """Name the first table that is not empty."""
        super().__init__(
            f"Cơ sở dữ liệu đích đã có dữ liệu (bảng {table}); chưa thay đổi gì. Hãy khôi phục vào "
            "nơi trống, hoặc thay toàn bộ bằng --replace --yes. / There are data in the target; "
            "nothing was changed. Restore into an empty place, or replace all with --replace --yes."
        )


class RowRefused(StorageError):
    """A row cannot be kept; nothing was changed."""

    def __init__(self, table: str, why: str) -> None:
        """Name the table; the row itself may be personal."""
        super().__init__(
            f"Có dòng của bảng {table} không ghi được ({why}); chưa thay đổi gì. / "
            f"A row of the table {table} cannot be kept; nothing was changed."
        )


def newest_form() -> str:
    """Return the migration that this version of the product ends with."""
    return str(ScriptDirectory.from_config(alembic_config()).get_current_head())


def form_of(c: Connection) -> str | None:
    """Return the migration that a database has come to, or None if it holds nothing of ours."""
    if not inspect(c).has_table("alembic_version"):
        return None
    found = c.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


@contextmanager
def snapshot(db: Database, folder: Path) -> Iterator[RowsOf]:
    """Give all rows as they were at one instant, while others go on writing.

    SQLite: a copy by its online backup, in a temporary file in `folder`. PostgreSQL: one
    transaction that sees nothing later.

    Raises:
        WrongForm: the database is older or newer than this version.
    """
    if db.dialect == "sqlite":
        with tempfile.TemporaryDirectory(dir=folder, prefix=".bangvang-") as place:
            copy = Path(place) / "copy.sqlite"
            _copy_sqlite(db, copy)
            engine = create_engine(f"sqlite:///{copy}")
            try:
                with engine.connect() as c:
                    _in_form(c)
                    yield lambda table: _selected(c, table)
            finally:
                engine.dispose()
        return
    options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    with db.engine.connect().execution_options(**options) as c, c.begin():
        _in_form(c)
        yield lambda table: _copied_out(c, table)


def fill(db: Database, rows_of: RowsOf, *, replace: bool = False) -> None:
    """Write all rows in one transaction into a database that is empty, or is emptied first.

    Raises:
        NotEmpty: it is not empty, and `replace` is not given.
        RowRefused: a row is not what its table keeps.
        WrongForm: the database is older or newer than this version.
    """

    def work(c: Connection) -> None:
        _in_form(c)
        if c.dialect.name == "postgresql":
            c.execute(text(f"LOCK TABLE {', '.join(t.metadata.tables)} IN ACCESS EXCLUSIVE MODE"))
        else:
            # Organisations refer to each other, in any order.
            c.execute(text("PRAGMA defer_foreign_keys = ON"))
        if not replace:
            check_empty(c)
        for table in reversed(t.metadata.sorted_tables):
            c.execute(table.delete())
        for table in TABLES:
            try:
                (_copied_in if c.dialect.name == "postgresql" else _inserted)(
                    c, table, rows_of(table)
                )
            except (DBAPIError, psycopg.Error, ValueError, TypeError) as error:
                raise RowRefused(table.name, type(error).__name__) from error
        if c.dialect.name == "postgresql":
            _set_sequences(c)
        elif broken := c.execute(text("PRAGMA foreign_key_check")).first():
            raise RowRefused(str(broken[0]), "foreign key")

    db.write(work)


def check_empty(c: Connection) -> None:
    """Look whether every table of a database is empty.

    Raises:
        NotEmpty: one is not.
    """
    for table in t.metadata.sorted_tables:
        if (
            inspect(c).has_table(table.name)
            and c.execute(select(exists().select_from(table))).scalar()
        ):
            raise NotEmpty(table.name)


def columns(table: Table) -> list[str]:
    """Return the names of a table's columns in the order of a row."""
    return [column.name for column in table.columns]


def _in_form(c: Connection) -> None:
    found, wanted = form_of(c), newest_form()
    if found != wanted:
        raise WrongForm(found, wanted)


def _copy_sqlite(db: Database, place: Path) -> None:
    with db.engine.connect() as c:
        source: Any = c.connection.driver_connection
        target = sqlite3.connect(place)
        try:
            # In one step: a copy in several begins anew whenever another process writes.
            source.backup(target)
        finally:
            target.close()


def _selected(c: Connection, table: Table) -> Iterator[list[Any]]:
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=_AT_ONCE)
    plain = [_PLAIN[kind_of(column)] for column in table.columns]
    for row in c.execute(query):
        yield [_or_none(made, value) for made, value in zip(plain, row, strict=True)]


def _copied_out(c: Connection, table: Table) -> Iterator[list[Any]]:
    raw: Any = c.connection.driver_connection
    plain = [_PLAIN[kind_of(column)] for column in table.columns]
    query = sql.SQL("COPY (SELECT {} FROM {} ORDER BY {}) TO STDOUT").format(
        _identifiers(columns(table)),
        sql.Identifier(table.name),
        _identifiers([column.name for column in table.primary_key]),
    )
    with raw.cursor().copy(query) as copy:
        copy.set_types([_POSTGRES[kind_of(column)] for column in table.columns])
        for row in copy.rows():
            yield [_or_none(made, value) for made, value in zip(plain, row, strict=True)]


def _inserted(c: Connection, table: Table, rows: Iterable[list[Any]]) -> None:
    names, read = columns(table), [_READ[kind_of(column)] for column in table.columns]
    gathered: list[dict[str, Any]] = []
    for row in rows:
        values = [_or_none(made, value) for made, value in zip(read, row, strict=True)]
        gathered.append(dict(zip(names, values, strict=True)))
        if len(gathered) == _AT_ONCE:
            c.execute(table.insert(), gathered)
            gathered.clear()
    if gathered:
        c.execute(table.insert(), gathered)


def _copied_in(c: Connection, table: Table, rows: Iterable[list[Any]]) -> None:
    raw: Any = c.connection.driver_connection
    read = [_READ[kind_of(column)] for column in table.columns]
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(
        sql.Identifier(table.name), _identifiers(columns(table))
    )
    with raw.cursor().copy(statement) as copy:
        for row in rows:
            copy.write_row([_or_none(made, value) for made, value in zip(read, row, strict=True)])


def _set_sequences(c: Connection) -> None:
    """Let numbers that PostgreSQL gives go on after the highest that came in."""
    for table in TABLES:
        column = table.autoincrement_column
        if column is None:
            continue
        named = c.execute(select(func.pg_get_serial_sequence(table.name, column.name))).scalar()
        if named is not None:
            highest = c.execute(select(func.max(column))).scalar()
            c.execute(select(func.setval(named, highest or 1, highest is not None)))


def _identifiers(names: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, names))


def kind_of(column: Column[Any]) -> str:
    """Return which kind of value a column keeps.

    >>> kind_of(t.events.c.body), kind_of(t.events.c.recorded_at), kind_of(t.awards.c.id)
    ('bytes', 'instant', 'integer')
    """
    for kind, types in _KINDS:
        if isinstance(column.type, types):
            return kind
    raise TypeError(f"{column}: no copy can hold a {column.type!r} yet.")


_KINDS: Final[tuple[tuple[str, tuple[type, ...]], ...]] = (
    ("instant", (t.Instant,)),
    ("day", (Date,)),
    ("bytes", (LargeBinary,)),
    ("bool", (Boolean,)),
    ("integer", (Integer, BigInteger)),
    ("text", (String,)),
)
_POSTGRES: Final = {
    "instant": "timestamptz",
    "day": "date",
    "bytes": "bytea",
    "bool": "bool",
    "integer": "int8",
    "text": "text",
}


def _or_none(made: Callable[[Any], Any], value: Any) -> Any:
    return None if value is None else made(value)


def _as_instant(value: Any) -> datetime:
    return datetime.strptime(value, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def _exactly(wanted: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) is not wanted:
            raise TypeError(f"{wanted.__name__} expected")
        return value

    return read


_PLAIN: Final[dict[str, Callable[[Any], Any]]] = {
    "instant": t.stamp,
    "day": date.isoformat,
    "bytes": lambda value: base64.b64encode(value).decode(),
    "bool": bool,
    "integer": int,
    "text": str,
}
_READ: Final[dict[str, Callable[[Any], Any]]] = {
    "instant": _as_instant,
    "day": date.fromisoformat,
    "bytes": lambda value: base64.b64decode(value, validate=True),
    "bool": _exactly(bool),
    "integer": _exactly(int),
    "text": _exactly(str),
}
