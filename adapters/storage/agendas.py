"""The agendas of council sessions: a narrow table, written with the session's own commit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import bindparam, select

from adapters.storage.database import Database
from adapters.storage.schema import dossiers, session_items
from engine.ballot import Tally, rule_from_json, rule_json
from engine.errors import DossierUnknown
from engine.ports import Agenda, Item, ItemsMoved

Row = dict[str, Any]

_COLUMNS = ("session", "dossier", "place", "edition", "version", "seen", "rule", "tally", "result")
_NAMES = ", ".join((*_COLUMNS, "open"))
_NEW = ", ".join(f"{name} = excluded.{name}" for name in (*_COLUMNS[2:], "open"))
_OVER = f"ON CONFLICT (session, dossier) DO UPDATE SET {_NEW}"

_PG_GONE = """
DELETE FROM session_items
 WHERE session = %(session)s
   AND dossier IN (SELECT json_array_elements_text(%(gone)s::json))
"""
_PG_ITEMS = f"""
INSERT INTO session_items ({_NAMES})
SELECT {_NAMES}
  FROM json_to_recordset(%(items)s::json)
       AS x(session text, dossier text, place int, edition text, version int, seen text,
            rule text, tally text, result text, open boolean)
{_OVER}
"""
_LITE_GONE = "DELETE FROM session_items WHERE session = :session AND dossier = :dossier"
_LITE_ITEMS = f"""
INSERT INTO session_items ({_NAMES})
VALUES ({", ".join(f":{name}" for name in (*_COLUMNS, "open"))})
{_OVER}
"""


def item_rows(moved: ItemsMoved) -> list[Row]:
    """Return the rows of the items that are new or changed."""
    return [
        {
            "session": moved.session,
            "dossier": one.dossier,
            "place": one.place,
            "edition": one.edition,
            "version": one.version,
            "seen": one.seen,
            "rule": json.dumps(rule_json(one.rule)) if one.rule else None,
            "tally": json.dumps(asdict(one.tally)) if one.tally else None,
            "result": one.result,
            "open": one.open,
        }
        for one in moved.items
    ]


def write_on_postgres(connection: Any, moved: ItemsMoved) -> None:
    """Write inside the transaction that the caller opened, by psycopg."""
    if moved.gone:
        gone = json.dumps(list(moved.gone))
        connection.execute(_PG_GONE, {"session": moved.session, "gone": gone}, prepare=False)
    if moved.items:
        connection.execute(_PG_ITEMS, {"items": json.dumps(item_rows(moved))}, prepare=False)


def write_on_sqlite(connection: Any, moved: ItemsMoved) -> None:
    """Write inside the transaction that the caller opened, by sqlite3."""
    gone = [{"session": moved.session, "dossier": one} for one in moved.gone]
    connection.executemany(_LITE_GONE, gone)
    connection.executemany(_LITE_ITEMS, item_rows(moved))


def read_agenda(database: Database, ref: str) -> Agenda:
    """Return the items of a session, together with the version that it had then.

    Raises:
        DossierUnknown: there is no such dossier.
    """
    d, i = dossiers.c, session_items.c
    known: Any = bindparam("ref")
    found = (
        select(d.id.label("session_id"), d.edition.label("by"), d.version.label("at"), *i)
        .select_from(dossiers.outerjoin(session_items, i.session == d.id))
        .where((d.id == known) | (d.code == known) | (d.received_code == known))
        .order_by(i.place)
    )
    with database.read() as connection:
        rows = [row._mapping for row in connection.execute(found, {"ref": ref})]
    if not rows:
        raise DossierUnknown(ref)
    return Agenda(
        session=rows[0]["session_id"],
        edition=rows[0]["by"],
        version=rows[0]["at"],
        items=tuple(item_of(row) for row in rows if row["dossier"] is not None),
    )


def item_of(row: Any) -> Item:
    """Return an item as it was written: a row with the names of the columns."""
    rule, tally = row["rule"], row["tally"]
    return Item(
        dossier=row["dossier"],
        place=row["place"],
        edition=row["edition"],
        version=row["version"],
        seen=row["seen"],
        rule=rule_from_json(json.loads(rule)) if rule else None,
        tally=Tally(**json.loads(tally)) if tally else None,
        result=row["result"],
        open=bool(row["open"]),
    )


def read_open_elsewhere(database: Database, wanted: Sequence[str], but: str) -> frozenset[str]:
    """Return which of these dossiers are open items of other sessions."""
    i = session_items.c
    found = select(i.dossier).where(
        i.dossier.in_(bindparam("wanted", expanding=True)),
        i.open.is_(True),
        i.session != bindparam("but"),
    )
    with database.read() as connection:
        rows = connection.execute(found, {"wanted": list(wanted), "but": but})
        return frozenset(row[0] for row in rows)
