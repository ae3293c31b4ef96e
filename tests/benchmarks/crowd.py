"""A crowd of dossiers around the few that are measured, written by the database itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Table, bindparam, text

from adapters.storage import schema as t
from adapters.storage.database import Database
from tests.benchmarks.stage import Stage

# What must differ between copies, as SQL over the row and its number `n`.
_TEXT = "{column} || '-' || n"
_LATER = {
    "postgresql": "{column} + n * interval '1 minute'",
    "sqlite": "strftime('%Y-%m-%dT%H:%M:%f', {column}, '+' || n || ' minutes') || '000Z'",
}


def crowd(database: Database, stage: Stage, count: int, *, first: int = 1) -> None:
    """Add `count` copies of the dossier under review, each with its tasks, one due a minute later.

    Args:
        first: number of the first copy; numbers are never used twice.
    """
    later = _LATER[database.dialect]
    copies: list[tuple[Table, str, Mapping[str, str]]] = [
        (t.submissions, "id", dict.fromkeys(("id", "draft_code", "code"), _TEXT)),
        (
            t.dossiers,
            "id",
            dict.fromkeys(("id", "stream", "code", "received_code", "submission"), _TEXT),
        ),
        (
            t.tasks,
            "dossier",
            {
                **dict.fromkeys(("id", "dossier"), _TEXT),
                **dict.fromkeys(("due_at", "latest_start_at"), later),
            },
        ),
    ]
    of = {"submissions": stage.submission["id"]}

    def work(connection: Any) -> None:
        for table, key, changed in copies:
            names = [column.name for column in table.columns]
            columns = ", ".join(f'"{name}"' for name in names)
            values = ", ".join(
                changed.get(name, "{column}").format(column=f'x."{name}"') for name in names
            )
            still = "AND x.closed_at IS NULL" if table is t.tasks else ""
            statement = (
                f"INSERT INTO {table.name} ({columns}) "
                "WITH RECURSIVE one(n) AS "
                "(SELECT CAST(:first AS integer) UNION ALL SELECT n + 1 FROM one WHERE n < :last) "
                f'SELECT {values} FROM one, {table.name} x WHERE x."{key}" = :of {still}'
            )
            connection.execute(
                text(statement).bindparams(
                    bindparam("of", of.get(table.name, stage.dossier["id"]))
                ),
                {"first": first, "last": first + count - 1},
            )

    database.write(work)
    with database.read() as connection:
        if database.dialect == "postgresql":
            connection.execute(text("VACUUM ANALYZE"))
    if database.dialect == "sqlite":
        database.write(lambda connection: connection.execute(text("ANALYZE")))
