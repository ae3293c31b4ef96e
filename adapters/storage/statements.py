"""The statements that PostgreSQL runs, of constant text: one to load, one to commit.

The commit is one data-modifying statement in which every arm takes its rows from `d`, the dossier
that was updated: if the version or a register is not what it must be, `d` is empty and nothing is
written. Two statements that race for a number both see the register as it was; the second then
breaks the key of `numbers` and is undone as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import psycopg

from adapters.storage.measured import MEASUREMENT, OVER
from engine.numbers import CODES, STREAMS


class Statement:
    """A statement with named parameters, in the form that the server takes as it is.

    Longer ones would otherwise be taken apart by the driver each time they are sent.
    """

    __slots__ = ("_names", "_text")

    def __init__(self, text: str) -> None:
        """Number the parameters, written `%(name)s`."""
        self._names = tuple(dict.fromkeys(re.findall(r"%\((\w+)\)s", text)))
        number = {name: f"${index}" for index, name in enumerate(self._names, 1)}
        numbered = re.sub(r"%\((\w+)\)s", lambda found: number[found[1]], text)
        self._text = numbered.encode()

    def run(self, connection: Any, parameters: Mapping[str, object]) -> psycopg.RawCursor[Any]:
        """Send the statement, prepared where that is allowed, and return its cursor."""
        cursor = psycopg.RawCursor(connection)
        return cursor.execute(self._text, [parameters[name] for name in self._names], prepare=True)


NOW = "coalesce(%(now)s::timestamptz, clock_timestamp())"
_LOCAL = f"({NOW} AT TIME ZONE 'Asia/Ho_Chi_Minh')"
# Registers of last year serve letters that are dated back; of those that number the codes of one
# day only today's is of use, and of nobody's that of the streams: an act may open a dossier.
_USEFUL = f"""
year >= extract(year FROM {_LOCAL})::int - 1
AND (kind NOT LIKE '{CODES}-%' OR kind = '{CODES}-' || to_char({_LOCAL}, 'MMDD'))
AND (org <> '' OR kind = '{STREAMS}')
"""
_COLUMNS = (
    "id, body, version, revision, stream, head_hash, head_recorded_at, holder, levels, subject_key,"
    " submission"
)
# An act may hand the dossier to any of its levels and take a number there.
_ORGS = """org IN (
    SELECT holder FROM d UNION SELECT json_array_elements_text(levels::json) FROM d
    UNION SELECT '')"""
_PEOPLE = """(SELECT json_agg(json_build_array(p.role, p.person))::text
          FROM submission_people p WHERE p.submission = d.submission)"""
_USES = """(SELECT json_agg(json_build_array(u.decision, u.title, u.award, u.used_for, u.year,
                                         u.deed, u.dossier))::text
          FROM initiative_uses u WHERE u.subject_key = d.subject_key AND d.subject_key <> '')"""
_REF = """id = %(ref)s OR code = %(ref)s OR received_code = %(ref)s
    OR id = (SELECT c.dossier FROM dossier_codes c WHERE c.code = %(ref)s)"""
_FOUND = f"""
SELECT d.body, d.version, d.revision, d.stream, d.head_hash, d.head_recorded_at, {NOW},
       a.fingerprint, a.body,
       (SELECT json_agg(json_build_array(w.award, w.year, w.deed))::text FROM awards w
         WHERE w.subject_key = d.subject_key AND d.subject_key <> ''),
       (SELECT json_agg(json_build_array(n.org, n.kind, n.year, n.next))::text FROM {{registers}}),
       {_PEOPLE},
       (SELECT s.code FROM submissions s WHERE s.id = d.submission),
       {_USES}
  FROM d LEFT JOIN answers a ON a.principal = %(principal)s AND a.key = %(key)s
"""

_LOAD = f"WITH d AS (SELECT {_COLUMNS} FROM dossiers WHERE {_REF})" + _FOUND.format(
    registers=f"number_registers n WHERE {_ORGS} AND {_USEFUL}"
)

# A register that does not exist yet has no row to lock. So whoever counts on the next number holds
# this lock from before the load; whoever merely hopes for it waits at the commit. Any key will do.
_REGISTERS = 7_202_512
BEGIN = f"BEGIN; SELECT pg_advisory_xact_lock({_REGISTERS})"

# The dossier first, then its registers in the order of their keys: nobody waits in a circle.
_LOAD_LOCKED = f"""
WITH d AS MATERIALIZED (SELECT {_COLUMNS} FROM dossiers WHERE {_REF} FOR UPDATE),
     r AS MATERIALIZED (
        SELECT org, kind, year, next FROM number_registers
         WHERE {_ORGS} AND {_USEFUL}
         ORDER BY org, kind, year FOR UPDATE)
""" + _FOUND.format(registers="r n")

_REGISTERS_FIT = """NOT EXISTS (
         SELECT 1
           FROM json_to_recordset(%(registers)s::text::json)
                AS x(org text, kind text, year int, first int)
           LEFT JOIN number_registers n USING (org, kind, year)
          WHERE coalesce(n.next, 1) <> x.first)"""

_SETS = """
         version = %(version)s, revision = %(revision)s, edition = %(edition)s,
         former_holders = CASE WHEN dossiers.holder = %(holder)s THEN dossiers.former_holders
                               ELSE (dossiers.former_holders::jsonb
                                     || to_jsonb(dossiers.holder))::text END,
         holder = %(holder)s, received_code = %(received_code)s,
         received_on = %(received_on)s::date, configuration = %(configuration)s,
         state_key = %(state_key)s, body = %(body)s,
         head_hash = coalesce(%(head_hash)s, dossiers.head_hash),
         head_recorded_at = coalesce(%(head_recorded_at)s::timestamptz,
                                     dossiers.head_recorded_at),
         due_on = %(due_on)s::date, due_at = %(due_at)s::timestamptz,
         next_rung_at = %(next_rung_at)s::timestamptz, result = %(result)s,
         resolved_on = %(resolved_on)s::date, subject_key = %(subject_key)s,
         subject_name = %(subject_name)s, name_folded = %(name_folded)s,
         sort_key = %(sort_key)s, award = %(award)s, overdue = %(overdue)s
""".strip()

# All that follows from the dossiers in `d`; each row of a list is written where `d` has its own.
_ARMS = f"""
_registers AS (
  INSERT INTO number_registers (org, kind, year, next)
  SELECT x.org, x.kind, x.year, x.next
    FROM d, json_to_recordset(%(registers)s::text::json)
         AS x(org text, kind text, year int, first int, next int)
  ON CONFLICT (org, kind, year) DO UPDATE SET next = excluded.next
), _numbers AS (
  INSERT INTO numbers (org, kind, year, number, event)
  SELECT x.org, x.kind, x.year, x.number, x.event
    FROM d, json_to_recordset(%(numbers)s::json)
         AS x(org text, kind text, year int, number int, event text)
), _events AS (
  INSERT INTO events (id, stream, seq, log, type, body, hash, prev, recorded_at)
  SELECT x.id, x.stream, x.seq, x.log, x.type, decode(x.body, 'hex'), x.hash, x.prev, x.recorded_at
    FROM d, json_to_recordset(%(events)s::json)
         AS x(id text, stream text, seq int, log text, type text, body text, hash text, prev text,
              recorded_at timestamptz)
), _values AS (
  INSERT INTO personal_values (event, path, salt, value)
  SELECT x.event, x.path, decode(x.salt, 'hex'), x.value
    FROM d, json_to_recordset(%(values)s::json)
         AS x(event text, path text, salt text, value text)
), _closed AS (
  UPDATE tasks t SET closed_at = d.now FROM d
   WHERE t.dossier = d.id AND t.closed_at IS NULL
     AND t.id NOT IN (SELECT json_array_elements_text(%(open_tasks)s::json))
), _tasks AS (
  INSERT INTO tasks AS t (id, dossier, state, role, org, "do", opened_at, due_on, due_at,
                          latest_start_at, escalated_from, stopped)
  SELECT x.id, d.id, x.state, x.role, x.org, x."do", x.opened_at, x.due_on, x.due_at,
         x.latest_start_at, x.escalated_from, x.stopped
    FROM d, json_to_recordset(%(tasks)s::json)
         AS x(id text, state text, role text, org text, "do" text, opened_at timestamptz,
              due_on date, due_at timestamptz, latest_start_at timestamptz, escalated_from text,
              stopped boolean)
  ON CONFLICT (id) DO UPDATE
     SET claimed_by = CASE WHEN t.role = excluded.role AND t.org = excluded.org
                           THEN t.claimed_by END,
         role = excluded.role, org = excluded.org, due_on = excluded.due_on,
         due_at = excluded.due_at, latest_start_at = excluded.latest_start_at,
         escalated_from = excluded.escalated_from, stopped = excluded.stopped
   WHERE (t.role, t.org, t.due_on, t.due_at, t.latest_start_at, t.escalated_from, t.stopped)
         IS DISTINCT FROM (excluded.role, excluded.org, excluded.due_on, excluded.due_at,
                           excluded.latest_start_at, excluded.escalated_from, excluded.stopped)
), _firings AS (
  INSERT INTO rung_firings (dossier, clock, period, rung, due_at, fired_at, event, skipped)
  SELECT d.id, x.clock, x.period, x.rung, x.due_at, x.fired_at, x.event, x.skipped
    FROM d, json_to_recordset(%(firings)s::json)
         AS x(clock text, period int, rung int, due_at timestamptz, fired_at timestamptz,
              event text, skipped text)
), _letters AS (
  INSERT INTO letters (id, dossier, event, key, template, edition, org, register, number, typed,
                       typed_year, dated_on, per, status, issued_at)
  SELECT x.id, d.id, x.event, x.key, x.template, x.edition, x.org, x.register, x.number, x.typed,
         x.typed_year, x.dated_on, x.per, 'issued', d.now
    FROM d, json_to_recordset(%(letters)s::json)
         AS x(id text, event text, key text, template text, edition text, org text, register text,
              number text, typed text, typed_year int, dated_on date, per text)
), _letter_dossiers AS (
  INSERT INTO letter_dossiers (letter, place, dossier, event)
  SELECT x.letter, x.place, d.id, x.event
    FROM d, json_to_recordset(%(letter_dossiers)s::json) AS x(letter text, place int, event text)
), _outbox AS (
  INSERT INTO outbox (kind, event, payload, created_at, next_try_at)
  SELECT x.kind, x.event, x.payload, d.now, d.now
    FROM d, json_to_recordset(%(outbox)s::json) AS x(kind text, event text, payload text)
), _awards AS (
  INSERT INTO awards (subject_key, subject_name, kind, birth_year, unit, name_folded, unit_folded,
                      sort_key, award, award_vi, award_en, year, period_from, period_until, level,
                      type, deed, decided_on, bonus, org, dossier, event)
  SELECT x.subject_key, x.subject_name, x.kind, x.birth_year, x.unit, x.name_folded,
         x.unit_folded, x.sort_key, x.award, x.award_vi, x.award_en, x.year, x.period_from,
         x.period_until, x.level, x.type, x.deed, x.decided_on, x.bonus, x.org, d.id,
         x.event
    FROM d, json_to_recordset(%(awards)s::json)
         AS x(subject_key text, subject_name text, kind text, birth_year int, unit text,
              name_folded text, unit_folded text, sort_key text, award text, award_vi text,
              award_en text, year int, period_from date, period_until date, level text, type text,
              deed text, decided_on date, bonus bigint, org text, event text)
), _uses AS (
  INSERT INTO initiative_uses (subject_key, decision, recognised_on, title, title_folded, award,
                               used_for, year, deed, org, dossier, event)
  SELECT x.subject_key, x.decision, x.recognised_on, x.title, x.title_folded, x.award, x.used_for,
         x.year, x.deed, x.org, d.id, x.event
    FROM d, json_to_recordset(%(uses)s::json)
         AS x(subject_key text, decision text, recognised_on date, title text, title_folded text,
              award text, used_for text, year int, deed text, org text, event text)
), _answers AS (
  INSERT INTO answers (principal, key, fingerprint, body, at)
  SELECT x.principal, x.key, x.fingerprint, x.body, d.now
    FROM d, json_to_recordset(%(answers)s::json)
         AS x(principal text, key text, fingerprint text, body text)
), _files AS (
  INSERT INTO files (sha256, size, media_type, created_at)
  SELECT x.sha256, x.size, x.media_type, d.now
    FROM d, json_to_recordset(%(files)s::json) AS x(sha256 text, size int, media_type text)
  ON CONFLICT (sha256) DO NOTHING
), _codes AS (
  INSERT INTO dossier_codes (code, dossier, org)
  SELECT x.code, d.id, x.org
    FROM d, json_to_recordset(%(codes)s::json) AS x(code text, org text)
), _people AS (
  INSERT INTO submission_people (submission, role, person)
  SELECT x.submission, x.role, x.person
    FROM d, json_to_recordset(%(people)s::json) AS x(submission text, role text, person text)
  ON CONFLICT DO NOTHING
), _incidents AS (
  INSERT INTO incidents (kind, about, detail, at)
  SELECT 'engine', x.about, x.detail, d.now
    FROM d, json_to_recordset(%(incidents)s::json) AS x(about text, detail text)
), _measurements AS (
  INSERT INTO {MEASUREMENT}
  SELECT d.id, x.level, x.headline, x.submission, x.procedure, x.edition, x.owner, x.org, x.due_on,
         x.due_at, x.result, x.resolved_on, x.verdict, x.margin, x.unit, x.elapsed_days
    FROM d, json_to_recordset(%(measurements)s::json)
         AS x(level text, headline boolean, submission text, procedure text, edition text,
              owner text, org text, due_on date, due_at timestamptz, result text,
              resolved_on date, verdict text, margin int, unit text, elapsed_days int)
  {OVER}
)
"""

_COMMIT = f"""
WITH d AS (
  UPDATE dossiers
     SET {_SETS}, updated_at = {NOW}
   WHERE id = %(id)s AND version = %(expected)s AND revision = %(revision)s
     AND CASE WHEN %(registers)s::text = '[]' THEN true
              ELSE pg_advisory_xact_lock_shared({_REGISTERS}) IS NOT NULL END
     AND {_REGISTERS_FIT}
  RETURNING id, submission, updated_at AS now
), _submission AS (
  UPDATE submissions s SET code = %(submission_code)s FROM d
   WHERE %(submission_code)s::text IS NOT NULL AND s.id = d.submission AND s.code IS NULL
), {_ARMS}
SELECT id FROM d
"""

_NUMBER_HELD = """
SELECT coalesce(d.received_code, d.code), l.dated_on FROM letters l JOIN dossiers d
    ON d.id = l.dossier
 WHERE l.org = %(org)s AND l.register = %(kind)s AND l.typed_year = %(year)s AND l.typed = %(key)s
"""

_DUE = f"""
SELECT id FROM dossiers WHERE next_rung_at <= {NOW} ORDER BY next_rung_at, id LIMIT %(limit)s
"""


def _of_many(arms: str) -> str:
    """Return the arms of a commit such that each row finds its own dossier among many."""
    return re.sub(
        r"d, json_to_recordset\(([^()]*\(\w+\)s[^()]*)\)\s+AS x\(([^()]*)\)",
        r"d JOIN json_to_recordset(\1) AS x(dossier text, \2) USING (dossier)",
        arms,
    )


_INTS = ("at", "version", "revision", "expected")
_TYPES = {**dict.fromkeys(_INTS, "int"), "overdue": "boolean"}
_TOLD = tuple(
    dict.fromkeys(
        (*re.findall(r"%\((\w+)\)s", _SETS), "at", "id", "expected", "revision", "submission_code")
    )
)
DOSSIER_COLUMNS = _TOLD
"""What the commit of many is told of each dossier."""

_EACH = ", ".join(f'"{name}" {_TYPES.get(name, "text")}' for name in _TOLD)
_SETS_EACH = re.sub(r"%\((\w+)\)s", r"x.\1", _SETS)

_COMMIT_MANY = (
    f"""
WITH x AS (
  SELECT * FROM json_to_recordset(%(dossiers)s::json)
      AS x({_EACH})
), d AS (
  UPDATE dossiers
     SET {_SETS_EACH}, updated_at = {NOW}
    FROM x
   WHERE dossiers.id = x.id AND dossiers.version = x.expected AND dossiers.revision = x.revision
     AND (SELECT CASE WHEN %(registers)s::text = '[]' THEN true
                      ELSE pg_advisory_xact_lock_shared({_REGISTERS}) IS NOT NULL END)
     AND {_REGISTERS_FIT}
  RETURNING dossiers.id, dossiers.id AS dossier, dossiers.submission, x.at, x.submission_code,
            dossiers.updated_at AS now
), _submission AS (
  UPDATE submissions s SET code = first.submission_code
    FROM (SELECT DISTINCT ON (submission) submission, submission_code FROM d
           WHERE submission_code IS NOT NULL ORDER BY submission, at) first
   WHERE s.id = first.submission AND s.code IS NULL
), """
    + _of_many(_ARMS)
    + "\nSELECT count(*) FROM d\n"
)

_LOAD_MANY = """
WITH r AS MATERIALIZED (
       SELECT coalesce((SELECT c.dossier FROM dossier_codes c WHERE c.code = r.ref), r.ref) AS ref,
              r.at
         FROM json_array_elements_text(%(refs)s::json) WITH ORDINALITY AS r(ref, at)),
     named AS MATERIALIZED (
       SELECT r.at, d.id FROM r JOIN dossiers d
           ON d.id = r.ref OR d.code = r.ref OR d.received_code = r.ref),
     d AS MATERIALIZED (
       SELECT {columns} FROM dossiers WHERE id IN (SELECT id FROM named) {lock_dossiers}),
     n AS MATERIALIZED (
       SELECT org, kind, year, next FROM number_registers WHERE {orgs} AND {useful}
       {lock_registers})
SELECT 0, NULL, NULL, NULL, NULL, NULL, NULL, {now}, a.fingerprint, a.body, NULL,
       (SELECT json_agg(json_build_array(n.org, n.kind, n.year, n.next))::text FROM n),
       NULL, NULL, NULL
  FROM (VALUES (1)) AS one
  LEFT JOIN answers a ON a.principal = %(principal)s AND a.key = %(key)s
UNION ALL
SELECT named.at, d.body, d.version, d.revision, d.stream, d.head_hash, d.head_recorded_at, NULL,
       NULL, NULL,
       (SELECT json_agg(json_build_array(w.award, w.year, w.deed))::text FROM awards w
         WHERE w.subject_key = d.subject_key AND d.subject_key <> ''),
       NULL, p.people, s.code,
       {uses}
  FROM named JOIN d USING (id) JOIN submissions s ON s.id = d.submission
  LEFT JOIN (SELECT p.submission, json_agg(json_build_array(p.role, p.person))::text AS people
               FROM submission_people p WHERE p.submission IN (SELECT submission FROM d)
              GROUP BY p.submission) p ON p.submission = d.submission
"""


def _load_many(*, lock: bool) -> str:
    return _LOAD_MANY.format(
        columns=_COLUMNS,
        orgs=_ORGS,
        useful=_USEFUL,
        now=NOW,
        uses=_USES,
        # The same order for everybody: nobody waits in a circle.
        lock_dossiers="ORDER BY id FOR UPDATE" if lock else "",
        lock_registers="ORDER BY org, kind, year FOR UPDATE" if lock else "",
    )


LOAD = Statement(_LOAD)
LOAD_LOCKED = Statement(_LOAD_LOCKED)
LOAD_MANY = Statement(_load_many(lock=False))
LOAD_MANY_LOCKED = Statement(_load_many(lock=True))
COMMIT = Statement(_COMMIT)
COMMIT_MANY = Statement(_COMMIT_MANY)
DUE = Statement(_DUE)
NUMBER_HELD = Statement(_NUMBER_HELD)
