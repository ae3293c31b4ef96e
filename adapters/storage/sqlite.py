"""Loading and committing on SQLite: one SELECT, and plain statements inside a savepoint."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from sqlalchemy import Connection, PoolProxiedConnection

from adapters.storage.agendas import write_on_sqlite
from adapters.storage.database import BUSY_SECONDS, Database
from adapters.storage.errors import DatabaseBusy
from adapters.storage.linked import open_in
from adapters.storage.loading import Found
from adapters.storage.measured import MEASUREMENT, OVER
from adapters.storage.rows import CommitRows, ManyRows, Row
from adapters.storage.writer import as_reported
from engine.errors import VersionConflict
from engine.numbers import CODES, STREAMS

NOW = "coalesce(:now, strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z')"

# Vietnam is seven hours ahead of UTC all the year. Registers of last year serve letters that are
# dated back; of those that number the codes of one day only today's is of use, and of nobody's
# that of the streams: an act may open a dossier.
_LOCAL = "coalesce(:now, 'now'), '+7 hours'"

_USEFUL = f"""
           n.year >= CAST(strftime('%Y', {_LOCAL}) AS INTEGER) - 1
           AND (n.kind NOT LIKE '{CODES}-%' OR n.kind = strftime('{CODES}-%m%d', {_LOCAL}))
           AND (n.org <> '' OR n.kind = '{STREAMS}')
"""
_AWARDS = """
       (SELECT json_group_array(json_array(w.award, w.year, w.deed)) FROM awards w
         WHERE w.subject_key = d.subject_key AND d.subject_key <> '')
"""
_SUBMISSION_TOLD = """
       (SELECT json_group_array(json_array(p.role, p.person)) FROM submission_people p
         WHERE p.submission = d.submission),
       (SELECT s.code FROM submissions s WHERE s.id = d.submission),
       (SELECT json_group_array(json_array(u.decision, u.title, u.award, u.used_for, u.year,
                                           u.deed, u.dossier))
          FROM initiative_uses u WHERE u.subject_key = d.subject_key AND d.subject_key <> '')
"""

# An act may hand the dossier to any of its levels and take a number there.
LOAD = f"""
SELECT d.body, d.version, d.revision, d.stream, d.head_hash, d.head_recorded_at, {NOW},
       a.fingerprint, a.body, {_AWARDS},
       (SELECT json_group_array(json_array(n.org, n.kind, n.year, n.next)) FROM number_registers n
         WHERE (n.org IN (d.holder, '') OR n.org IN (SELECT value FROM json_each(d.levels)))
           AND {_USEFUL}), {_SUBMISSION_TOLD}
  FROM dossiers d LEFT JOIN answers a ON a.principal = :principal AND a.key = :key
 WHERE d.id = :ref OR d.code = :ref OR d.received_code = :ref
    OR d.id = (SELECT c.dossier FROM dossier_codes c WHERE c.code = :ref)
"""

LOAD_MANY = f"""
WITH d AS MATERIALIZED (
       SELECT r.key + 1 AS place, dossiers.*
         FROM json_each(:refs) r JOIN dossiers
           ON dossiers.id = r.value OR dossiers.code = r.value OR dossiers.received_code = r.value
           OR dossiers.id = (SELECT c.dossier FROM dossier_codes c WHERE c.code = r.value))
SELECT 0, NULL, NULL, NULL, NULL, NULL, NULL, {NOW}, a.fingerprint, a.body, NULL,
       (SELECT json_group_array(json_array(n.org, n.kind, n.year, n.next)) FROM number_registers n
         WHERE n.org IN (SELECT holder FROM d UNION SELECT value FROM d, json_each(d.levels)
                         UNION SELECT '')
           AND {_USEFUL}), NULL, NULL, NULL
  FROM (SELECT 1) LEFT JOIN answers a ON a.principal = :principal AND a.key = :key
UNION ALL
SELECT d.place, d.body, d.version, d.revision, d.stream, d.head_hash, d.head_recorded_at, NULL,
       NULL, NULL, {_AWARDS}, NULL, {_SUBMISSION_TOLD}
  FROM d
"""

_UPDATE = f"""
UPDATE dossiers
   SET version = :version, revision = :revision, edition = :edition,
       former_holders = CASE WHEN holder = :holder THEN former_holders
                             ELSE json_insert(former_holders, '$[#]', holder) END,
       holder = :holder, received_code = :received_code, received_on = :received_on,
       configuration = :configuration, state_key = :state_key, body = :body,
       head_hash = coalesce(:head_hash, head_hash),
       head_recorded_at = coalesce(:head_recorded_at, head_recorded_at),
       due_on = :due_on, due_at = :due_at, next_rung_at = :next_rung_at,
       result = :result, resolved_on = :resolved_on, subject_key = :subject_key,
       subject_name = :subject_name, name_folded = :name_folded, sort_key = :sort_key,
       award = :award, overdue = :overdue, updated_at = {NOW}
 WHERE id = :id AND version = :expected AND revision = :revision
"""

_SUBMISSION = """
UPDATE submissions SET code = :submission_code
 WHERE code IS NULL AND id = (SELECT submission FROM dossiers WHERE id = :id)
"""

_REGISTER = """
INSERT INTO number_registers (org, kind, year, next)
SELECT :org, :kind, :year, :next
 WHERE :first = 1
    OR EXISTS (SELECT 1 FROM number_registers WHERE org = :org AND kind = :kind AND year = :year)
ON CONFLICT (org, kind, year) DO UPDATE SET next = excluded.next WHERE next = :first
"""

_CLOSE_TASKS = f"""
UPDATE tasks SET closed_at = {NOW}
 WHERE dossier = :id AND closed_at IS NULL
   AND id NOT IN (SELECT value FROM json_each(:open_tasks))
"""

_CLOSE_TASKS_OF_MANY = f"""
UPDATE tasks SET closed_at = {NOW}
 WHERE dossier IN (SELECT value FROM json_each(:dossiers)) AND closed_at IS NULL
   AND id NOT IN (SELECT value FROM json_each(:open_tasks))
"""

_TASK = """
INSERT INTO tasks (id, dossier, state, role, org, do, opened_at, due_on, due_at, latest_start_at,
                   escalated_from, stopped)
VALUES (:id, :dossier, :state, :role, :org, :do, :opened_at, :due_on, :due_at, :latest_start_at,
        :escalated_from, :stopped)
ON CONFLICT (id) DO UPDATE
   SET claimed_by = CASE WHEN role = excluded.role AND org = excluded.org THEN claimed_by END,
       role = excluded.role, org = excluded.org, due_on = excluded.due_on,
       due_at = excluded.due_at, latest_start_at = excluded.latest_start_at,
       escalated_from = excluded.escalated_from, stopped = excluded.stopped
 WHERE (role, org, due_on, due_at, latest_start_at, escalated_from, stopped)
    IS NOT (excluded.role, excluded.org, excluded.due_on, excluded.due_at,
            excluded.latest_start_at, excluded.escalated_from, excluded.stopped)
"""

_INSERTS = {
    "events": """
INSERT INTO events (id, stream, seq, log, type, body, hash, prev, recorded_at)
VALUES (:id, :stream, :seq, :log, :type, :body, :hash, :prev, :recorded_at)
""",
    "values": """
INSERT INTO personal_values (event, path, salt, value) VALUES (:event, :path, :salt, :value)
""",
    "tasks": _TASK,
    "firings": """
INSERT INTO rung_firings (dossier, clock, period, rung, due_at, fired_at, event, skipped)
VALUES (:dossier, :clock, :period, :rung, :due_at, :fired_at, :event, :skipped)
""",
    "letters": f"""
INSERT INTO letters (id, dossier, event, "key", template, edition, org, register, number, typed,
                     typed_year, dated_on, per, status, issued_at)
VALUES (:id, :dossier, :event, :key, :template, :edition, :org, :register, :number, :typed,
        :typed_year, :dated_on, :per, 'issued', {NOW})
""",
    "letter_dossiers": """
INSERT INTO letter_dossiers (letter, place, dossier, event)
VALUES (:letter, :place, :dossier, :event)
""",
    "outbox": f"""
INSERT INTO outbox (kind, event, payload, created_at, next_try_at)
VALUES (:kind, :event, :payload, {NOW}, {NOW})
""",
    "numbers": """
INSERT INTO numbers (org, kind, year, number, event) VALUES (:org, :kind, :year, :number, :event)
""",
    "awards": """
INSERT INTO awards (subject_key, subject_name, kind, birth_year, unit, name_folded, unit_folded,
                    sort_key, award, award_vi, award_en, year, period_from, period_until, level,
                    type, deed, decided_on, bonus, org, dossier, event)
VALUES (:subject_key, :subject_name, :kind, :birth_year, :unit, :name_folded, :unit_folded,
        :sort_key, :award, :award_vi, :award_en, :year, :period_from, :period_until, :level,
        :type, :deed, :decided_on, :bonus, :org, :dossier, :event)
""",
    "uses": """
INSERT INTO initiative_uses (subject_key, decision, recognised_on, title, title_folded, award,
                             used_for, year, deed, org, dossier, event)
VALUES (:subject_key, :decision, :recognised_on, :title, :title_folded, :award, :used_for, :year,
        :deed, :org, :dossier, :event)
""",
    "answers": f"""
INSERT INTO answers (principal, "key", fingerprint, body, at)
VALUES (:principal, :key, :fingerprint, :body, {NOW})
""",
    "files": f"""
INSERT INTO files (sha256, size, media_type, created_at)
VALUES (:sha256, :size, :media_type, {NOW}) ON CONFLICT (sha256) DO NOTHING
""",
    "codes": """
INSERT INTO dossier_codes (code, dossier, org) VALUES (:code, :dossier, :org)
""",
    "people": """
INSERT INTO submission_people (submission, role, person) VALUES (:submission, :role, :person)
ON CONFLICT DO NOTHING
""",
    "incidents": f"""
INSERT INTO incidents (kind, about, detail, at) VALUES ('engine', :about, :detail, {NOW})
""",
    "measurements": f"""
INSERT INTO {MEASUREMENT}
VALUES (:dossier, :level, :headline, :submission, :procedure, :edition, :owner, :org, :due_on,
        :due_at, :result, :resolved_on, :verdict, :margin, :unit, :elapsed_days)
{OVER}
""",
}

NUMBER_HELD = """
SELECT coalesce(d.received_code, d.code), l.dated_on FROM letters l JOIN dossiers d
    ON d.id = l.dossier
 WHERE l.org = :org AND l.register = :kind AND l.typed_year = :year AND l.typed = :key
"""

DUE = f"""
SELECT id FROM dossiers WHERE next_rung_at <= {NOW} ORDER BY next_rung_at, id LIMIT :limit
"""


class Door:
    """Reads on connections of its own, commits through the writer's thread."""

    def __init__(self, database: Database) -> None:
        """Use an open SQLite database."""
        self._database = database

    def load(self, parameters: Row) -> Found | None:
        """Return the row that `LOAD` finds, or None."""
        with self._reading() as connection:
            return _load(_raw(connection), parameters)

    def commit(self, rows: CommitRows, open_tasks: str, ref: str) -> None:
        """Write all rows, together with others that wait, and return once they are durable."""

        def work(connection: Connection) -> None:
            _write(_raw(connection.connection), rows, open_tasks, ref)

        self._database.write(work)

    def load_many(self, parameters: Row) -> list[Found]:
        """Return the rows that `LOAD_MANY` finds."""
        with self._reading() as connection:
            return _load_many(_raw(connection), parameters)

    def commit_many(self, parts: Iterable[ManyRows]) -> None:
        """Write all rows of a batch, or none, and return once they are durable."""
        # All are made ready before: while one writes, nobody else can.
        ready = list(parts)

        def work(connection: Connection) -> None:
            for rows in ready:
                _write_many(_raw(connection.connection), rows)

        self._database.write(work)

    def number_held(self, parameters: Row) -> Found | None:
        """Return the row that `NUMBER_HELD` finds, or None."""
        with self._reading() as connection:
            return _number_held(_raw(connection), parameters)

    def due(self, parameters: Row) -> list[str]:
        """Return the ids that `DUE` finds."""
        with self._reading() as connection:
            return [row[0] for row in _raw(connection).execute(DUE, parameters)]

    def lock(self) -> Unit:
        """Take the pen and begin the one transaction that may write."""
        return Unit(self._database)

    def _reading(self) -> closing[PoolProxiedConnection]:
        return closing(self._database.engine.raw_connection())


class Unit:
    """The pen, held from load to commit: nobody else writes in between."""

    def __init__(self, database: Database) -> None:
        """Wait for the pen, then for other processes.

        Raises:
            DatabaseBusy: one of them did not let go.
        """
        self._pen = database.pen
        if not self._pen.acquire(timeout=BUSY_SECONDS):
            raise DatabaseBusy
        try:
            self._connection = database.connect_writing()
            self._raw = _raw(self._connection.connection)
            try:
                self._raw.execute("BEGIN IMMEDIATE")
            except BaseException:
                self._connection.close()
                raise
        except BaseException as error:
            self._pen.release()
            if isinstance(error, sqlite3.OperationalError):
                raise DatabaseBusy from error
            raise

    def load(self, parameters: Row) -> Found | None:
        """Return the row that `LOAD` finds, or None."""
        return _load(self._raw, parameters)

    def load_many(self, parameters: Row) -> list[Found]:
        """Return the rows that `LOAD_MANY` finds."""
        return _load_many(self._raw, parameters)

    def beside(self, parameters: Row) -> list[Found]:
        """Return the rows that `LOAD_MANY` finds, of further dossiers."""
        return _load_many(self._raw, parameters)

    def number_held(self, parameters: Row) -> Found | None:
        """Return the row that `NUMBER_HELD` finds, or None."""
        return _number_held(self._raw, parameters)

    def commit_many(self, parts: Iterable[ManyRows]) -> None:
        """Write all rows durably, or none; whoever called releases."""
        try:
            for rows in parts:
                _write_many(self._raw, rows)
            self._raw.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise as_reported(error) from error

    def commit(self, rows: CommitRows, open_tasks: str, ref: str) -> None:
        """Write all rows durably; whoever called releases."""
        try:
            _write(self._raw, rows, open_tasks, ref)
            self._raw.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise as_reported(error) from error

    def release(self) -> None:
        """Undo what was not committed and hand on the pen."""
        try:
            if self._raw.in_transaction:
                self._raw.execute("ROLLBACK")
            self._connection.close()
        finally:
            self._pen.release()


def _raw(connection: PoolProxiedConnection) -> Any:
    """Return Python's own connection: it is called often enough to go without a wrapper."""
    return connection.driver_connection


def _load(connection: Any, parameters: Row) -> Found | None:
    found: Found | None = connection.execute(LOAD, parameters).fetchone()
    return found


def _number_held(connection: Any, parameters: Row) -> Found | None:
    found: Found | None = connection.execute(NUMBER_HELD, parameters).fetchone()
    return found


def _load_many(connection: Any, parameters: Row) -> list[Found]:
    found: list[Found] = connection.execute(LOAD_MANY, parameters).fetchall()
    return found


def _write(connection: Any, rows: CommitRows, open_tasks: str, ref: str) -> None:
    """Write all rows inside the transaction or savepoint that the caller opened.

    Raises:
        VersionConflict: something moved; the caller rolls back.
    """
    about = {"dossier": rows.dossier["id"], "now": rows.dossier["now"]}
    try:
        if connection.execute(_UPDATE, rows.dossier).rowcount != 1:
            raise VersionConflict(ref)
        for register in rows.registers:
            if connection.execute(_REGISTER, register).rowcount != 1:
                raise VersionConflict(ref)
        if rows.dossier["submission_code"]:
            connection.execute(_SUBMISSION, rows.dossier)
        connection.execute(_CLOSE_TASKS, {**rows.dossier, "open_tasks": open_tasks})
        for name, statement in _INSERTS.items():
            written: list[Row] = getattr(rows, name)
            if written:
                connection.executemany(statement, [{**about, **row} for row in written])
    except sqlite3.IntegrityError as error:
        if _overtaken(error):
            raise VersionConflict(ref) from error
        raise


def _write_many(connection: Any, rows: ManyRows) -> None:
    """Write all rows of a batch inside the transaction or savepoint that the caller opened.

    Raises:
        VersionConflict: something moved; the caller rolls back.
    """
    now = rows.dossiers[0]["now"]
    open_tasks = json.dumps([task["id"] for task in rows.lists["tasks"]])
    coded = [one for one in rows.dossiers if one["submission_code"]]
    registers = rows.lists["registers"]
    try:
        open_in(connection, rows.opened, sqlite=True)
        if connection.executemany(_UPDATE, rows.dossiers).rowcount != len(rows.dossiers):
            raise VersionConflict(rows.ref)
        if registers and connection.executemany(_REGISTER, registers).rowcount != len(registers):
            raise VersionConflict(rows.ref)
        connection.executemany(_SUBMISSION, coded)
        connection.execute(
            _CLOSE_TASKS_OF_MANY,
            {
                "now": now,
                "dossiers": json.dumps([one["id"] for one in rows.dossiers]),
                "open_tasks": open_tasks,
            },
        )
        for name, statement in _INSERTS.items():
            connection.executemany(statement, [{"now": now, **row} for row in rows.lists[name]])
        if rows.agenda is not None:
            write_on_sqlite(connection, rows.agenda)
    except sqlite3.IntegrityError as error:
        if _overtaken(error):
            raise VersionConflict(rows.ref) from error
        raise


def _overtaken(error: sqlite3.IntegrityError) -> bool:
    """Return whether somebody was faster; anything else would be a fault of ours."""
    return error.sqlite_errorname in ("SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY")
