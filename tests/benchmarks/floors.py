"""What the raw database does: one statement that changes three rows, and one that writes an act.

PostgreSQL: one prepared statement in autocommit mode. SQLite: the same writes between BEGIN
IMMEDIATE and COMMIT. Nothing is decided, checked or computed while these run.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from adapters.ids import RandomIds
from tests.benchmarks.stage import Stage, Written, renamed

Job = Callable[[], object]
"""One act of a client, ready to be run."""

THREE_TABLES = {
    "postgresql": """
CREATE TABLE bench_instance (id bigint PRIMARY KEY, workflow text, state text, version int,
                             assignee text, due_at timestamptz, data jsonb, updated_at timestamptz);
CREATE INDEX ON bench_instance (assignee, due_at) WHERE state <> 'archived';
CREATE TABLE bench_history (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, instance_id bigint,
                            version int, trigger text, src text, dst text, actor text, comment text,
                            data jsonb, at timestamptz, UNIQUE (instance_id, version));
CREATE TABLE bench_timer (instance_id bigint PRIMARY KEY, state text, due_at timestamptz);
CREATE INDEX ON bench_timer (due_at)
""",
    "sqlite": """
CREATE TABLE bench_instance (id INTEGER PRIMARY KEY, workflow TEXT, state TEXT, version INTEGER,
                             assignee TEXT, due_at TEXT, data TEXT, updated_at TEXT);
CREATE INDEX bench_worklist ON bench_instance (assignee, due_at) WHERE state <> 'archived';
CREATE TABLE bench_history (id INTEGER PRIMARY KEY, instance_id INTEGER, version INTEGER,
                            trigger TEXT, src TEXT, dst TEXT, actor TEXT, comment TEXT, data TEXT,
                            at TEXT, UNIQUE (instance_id, version));
CREATE TABLE bench_timer (instance_id INTEGER PRIMARY KEY, state TEXT, due_at TEXT);
CREATE INDEX bench_due ON bench_timer (due_at)
""",
}

_THREE_POSTGRES = """
WITH u AS (UPDATE bench_instance SET state = %(dst)s, version = version + 1, assignee = %(a)s,
                  due_at = %(due)s, updated_at = now()
            WHERE id = %(id)s AND version = %(v)s AND state = %(src)s RETURNING id, version),
     h AS (INSERT INTO bench_history (instance_id, version, trigger, src, dst, actor, comment, data,
                                      at)
           SELECT id, version, %(t)s, %(src)s, %(dst)s, %(a)s, %(c)s, %(d)s, now() FROM u),
     x AS (INSERT INTO bench_timer (instance_id, state, due_at) SELECT id, %(dst)s, %(due)s FROM u
           ON CONFLICT (instance_id) DO UPDATE SET state = excluded.state, due_at = excluded.due_at)
SELECT version FROM u
"""
_THREE_SQLITE = (
    """UPDATE bench_instance SET state = :dst, version = version + 1, assignee = :a, due_at = :due,
              updated_at = :at WHERE id = :id AND version = :v AND state = :src""",
    """INSERT INTO bench_history (instance_id, version, trigger, src, dst, actor, comment, data, at)
       VALUES (:id, :v + 1, :t, :src, :dst, :a, :c, :d, :at)""",
    """INSERT INTO bench_timer (instance_id, state, due_at) VALUES (:id, :dst, :due)
       ON CONFLICT (instance_id) DO UPDATE SET state = excluded.state, due_at = excluded.due_at""",
)
_COMMENT = "Đã xem xét hồ sơ, đề nghị chuyển bước tiếp theo ạ .."
_DETAIL = '{"agency": "Thanh tra", "stance": "agree", "on": "2026-10-05", "n": 2}'
_STATES = ("asking", "answered")


def three_rows(raw: Any, sqlite: bool, instance: int, version: int) -> Job:
    """Return an act on an instance that has this version."""
    row = {
        **{"id": instance, "v": version, "t": "answer", "a": "chi", "c": _COMMENT, "d": _DETAIL},
        **{"src": _STATES[version % 2], "dst": _STATES[1 - version % 2]},
        **{"due": "2026-12-05 00:00:00+07:00", "at": "2026-11-22T03:00:00.000000Z"},
    }
    if sqlite:
        return _in_sqlite(raw, [(statement, row) for statement in _THREE_SQLITE])
    return _in_postgres(raw, _THREE_POSTGRES, row)


_CHANGED = (
    *("version", "configuration", "state_key", "body", "head_hash", "head_recorded_at"),
    *("due_on", "due_at", "next_rung_at"),
)
_EVENT = ("id", "stream", "seq", "log", "type", "body", "hash", "prev", "recorded_at")
_VALUE = ("event", "path", "salt", "value")
_TASK = (
    *("id", "dossier", "state", "role", "org", "do", "opened_at", "due_on", "due_at"),
    *("latest_start_at", "escalated_from", "stopped"),
)
_OUTBOX = ("kind", "event", "payload", "created_at", "next_try_at")


def _inserted(written: Written, dossier: str) -> list[tuple[str, tuple[str, ...], dict[str, Any]]]:
    """Return table, columns and values of each row that the act inserted."""
    rows = written.rows
    at = rows.events[0]["recorded_at"]
    assert not any(
        (rows.registers, rows.numbers, rows.firings, rows.letters, rows.awards, rows.answers)
    )
    return [
        *(("events", _EVENT, row) for row in rows.events),
        *(("personal_values", _VALUE, row) for row in rows.values),
        *(
            ("tasks", _TASK, {**row, "dossier": dossier})
            for row in rows.tasks
            if row["id"] in written.touched
        ),
        *(("outbox", _OUTBOX, {**row, "created_at": at, "next_try_at": at}) for row in rows.outbox),
    ]


class SameRows:
    """Makes raw statements that write, row by row, what the engine wrote for the same acts."""

    def __init__(self, stage: Stage, raw: Any, sqlite: bool) -> None:
        """Write through Python's own connection."""
        self._stage = stage
        self._raw = raw
        self._sqlite = sqlite
        self._ids = RandomIds()

    def job_of_many(self, copies: Iterable[tuple[str, ...]]) -> Job:
        """Return the first act on all these copies: one statement for each table."""
        acts = [self._rows(names, {}, 0) for names in copies]
        dossiers = [act[0] for act in acts]
        closed = [task for act in acts for task in act[2]]
        tables: dict[str, tuple[tuple[str, ...], list[dict[str, Any]]]] = {}
        for act in acts:
            for table, columns, row in act[1]:
                tables.setdefault(table, (columns, []))[1].append(row)
        at = self._stage.told[0].rows.events[0]["recorded_at"]
        if self._sqlite:
            return _many_in_sqlite(self._raw, dossiers, tables, closed, at)
        return _many_in_postgres(self._raw, dossiers, tables, closed)

    def job(self, names: tuple[str, ...], acts: dict[int, str], step: int) -> Job:
        """Return the act `step` on the copy of these names; `acts` keeps the ids of its acts."""
        dossier, inserted, closed = self._rows(names, acts, step)
        if self._sqlite:
            at = self._stage.told[step].rows.events[0]["recorded_at"]
            return _in_sqlite(self._raw, _statements(dossier, inserted, closed, at))
        return _in_postgres(self._raw, *_statement(dossier, inserted, closed))

    def _rows(self, names: tuple[str, ...], acts: dict[int, str], step: int) -> _Act:
        written = self._stage.told[step]
        acts[step] = self._ids.uuid7()
        swap = dict(zip(self._stage.told_names, names, strict=True))
        for earlier, act in acts.items():
            swap[self._stage.told[earlier].act] = act
        swap[written.rows.events[0]["id"]] = self._ids.uuid7()
        dossier = renamed(written.rows.dossier, swap)
        inserted = [
            (table, columns, renamed(row, swap))
            for table, columns, row in _inserted(written, written.rows.dossier["id"])
        ]
        closed = [renamed({"id": task}, swap)["id"] for task in written.closed]
        return dossier, inserted, closed


_Act = tuple[dict[str, Any], list[tuple[str, tuple[str, ...], dict[str, Any]]], list[str]]
"""The dossier as it is afterwards, the rows of other tables, and the tasks that are closed."""


def _statement(
    dossier: Mapping[str, Any],
    inserted: list[tuple[str, tuple[str, ...], dict[str, Any]]],
    closed: list[str],
) -> tuple[str, dict[str, Any]]:
    """Return one statement for PostgreSQL; acts that write as many rows share its text."""
    sets = ", ".join(f"{name} = %({name})s" for name in _CHANGED)
    parameters = {name: dossier[name] for name in (*_CHANGED, "id", "expected")}
    arms = [
        f"d AS (UPDATE dossiers SET {sets}, updated_at = now() "
        "WHERE id = %(id)s AND version = %(expected)s RETURNING id)"
    ]
    for at, (table, columns, row) in enumerate(inserted):
        quoted = ", ".join(f'"{column}"' for column in columns)
        values = ", ".join(f"%(r{at}_{column})s{_CASTS.get(column, '')}" for column in columns)
        arms.append(f"i{at} AS (INSERT INTO {table} ({quoted}) SELECT {values} FROM d)")
        parameters |= {f"r{at}_{column}": row[column] for column in columns}
    if closed:
        arms.append(
            "c AS (UPDATE tasks t SET closed_at = now() FROM d WHERE t.id = ANY(%(closed)s))"
        )
        parameters["closed"] = closed
    return f"WITH {', '.join(arms)} SELECT id FROM d", parameters


_CASTS = {
    **dict.fromkeys(("recorded_at", "opened_at", "due_at", "latest_start_at"), "::timestamptz"),
    **dict.fromkeys(("created_at", "next_try_at"), "::timestamptz"),
    **{"due_on": "::date", "seq": "::int"},
}


def _statements(
    dossier: Mapping[str, Any],
    inserted: list[tuple[str, tuple[str, ...], dict[str, Any]]],
    closed: list[str],
    at: str,
) -> list[tuple[str, Mapping[str, Any]]]:
    sets = ", ".join(f"{name} = :{name}" for name in _CHANGED)
    found: list[tuple[str, Mapping[str, Any]]] = [
        (
            f"UPDATE dossiers SET {sets}, updated_at = :at WHERE id = :id AND version = :expected",
            {**dossier, "at": at},
        )
    ]
    for table, columns, row in inserted:
        quoted = ", ".join(f'"{column}"' for column in columns)
        values = ", ".join(f":{column}" for column in columns)
        found.append((f"INSERT INTO {table} ({quoted}) VALUES ({values})", row))
    for task in closed:
        found.append(("UPDATE tasks SET closed_at = :at WHERE id = :id", {"at": at, "id": task}))
    return found


def _in_postgres(raw: Any, statement: str, parameters: Mapping[str, Any]) -> Job:
    def job() -> None:
        if raw.execute(statement, parameters, prepare=True).fetchone() is None:
            raise AssertionError("A floor that writes nothing is none.")

    return job


def _many_in_postgres(
    raw: Any,
    dossiers: list[dict[str, Any]],
    tables: Mapping[str, tuple[tuple[str, ...], list[dict[str, Any]]]],
    closed: list[str],
) -> Job:
    """Write from JSON texts that are ready: arrays would be taken apart by the driver in Python."""
    changed = (*_CHANGED, "id", "expected")
    sets = ", ".join(f"{name} = x.{name}" for name in _CHANGED)
    jobs = [
        (
            f"UPDATE dossiers d SET {sets}, updated_at = now() FROM {_recordset(changed)} "
            "WHERE d.id = x.id AND d.version = x.expected",
            _texts(changed, dossiers),
        ),
        (
            "UPDATE tasks SET closed_at = now() "
            "WHERE id IN (SELECT json_array_elements_text(%(rows)s::json))",
            json.dumps(closed),
        ),
    ]
    for table, (columns, rows) in tables.items():
        quoted = ", ".join(f'"{column}"' for column in columns)
        told = ", ".join(_HEX.get((table, c), f'x."{c}"') for c in columns)
        jobs.append(
            (
                f"INSERT INTO {table} ({quoted}) SELECT {told} FROM {_recordset(columns, table)}",
                _texts(columns, rows),
            )
        )

    def job() -> None:
        with raw.transaction():
            for at, (statement, text) in enumerate(jobs):
                done = raw.execute(statement, {"rows": text}, prepare=True).rowcount
                if not at and done != len(dossiers):
                    raise AssertionError("A floor that writes nothing is none.")

    return job


def _recordset(columns: tuple[str, ...], table: str = "") -> str:
    named = ", ".join(
        f'"{name}" {"text" if (table, name) in _HEX else _TYPES.get(name, "text")}'
        for name in columns
    )
    return f"json_to_recordset(%(rows)s::json) AS x({named})"


def _texts(columns: tuple[str, ...], rows: list[dict[str, Any]]) -> str:
    """Return the rows as one JSON text, bytes in it as hexadecimal."""
    return json.dumps([{name: row[name] for name in columns} for row in rows], default=bytes.hex)


_HEX = {
    ("events", "body"): "decode(x.body, 'hex')",
    ("personal_values", "salt"): "decode(x.salt, 'hex')",
}
_TYPES = {
    **{name: cast.removeprefix("::") for name, cast in _CASTS.items()},
    **dict.fromkeys(("head_recorded_at", "next_rung_at"), "timestamptz"),
    **dict.fromkeys(("version", "expected"), "int"),
    **{"stopped": "boolean"},
}


def _many_in_sqlite(
    raw: Any,
    dossiers: list[dict[str, Any]],
    tables: Mapping[str, tuple[tuple[str, ...], list[dict[str, Any]]]],
    closed: list[str],
    at: str,
) -> Job:
    sets = ", ".join(f"{name} = :{name}" for name in _CHANGED)
    jobs: list[tuple[str, list[dict[str, Any]]]] = [
        (
            f"UPDATE dossiers SET {sets}, updated_at = :at WHERE id = :id AND version = :expected",
            [{**one, "at": at} for one in dossiers],
        ),
        (
            "UPDATE tasks SET closed_at = :at WHERE id = :id",
            [{"id": task, "at": at} for task in closed],
        ),
    ]
    for table, (columns, rows) in tables.items():
        quoted = ", ".join(f'"{column}"' for column in columns)
        values = ", ".join(f":{column}" for column in columns)
        jobs.append((f"INSERT INTO {table} ({quoted}) VALUES ({values})", rows))

    def job() -> None:
        raw.execute("BEGIN IMMEDIATE")
        if raw.executemany(*jobs[0]).rowcount != len(dossiers):
            raise AssertionError("A floor that writes nothing is none.")
        for statement, rows in jobs[1:]:
            raw.executemany(statement, rows)
        raw.execute("COMMIT")

    return job


def _in_sqlite(raw: Any, statements: list[tuple[str, Mapping[str, Any]]]) -> Job:
    def job() -> None:
        raw.execute("BEGIN IMMEDIATE")
        if raw.execute(*statements[0]).rowcount != 1:
            raise AssertionError("A floor that writes nothing is none.")
        for statement in statements[1:]:
            raw.execute(*statement)
        raw.execute("COMMIT")

    return job
