"""Linked dossiers: opened in the commit of the act that opens them, and found both ways."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select

from adapters.storage.drafts import ENVELOPES
from adapters.storage.reader import Reader
from adapters.storage.rows import Row
from adapters.storage.schema import links

_COLUMNS = (
    *("id", "stream", "log", "code", "received_code", "submission", "place", "procedure"),
    *("edition", "owner", "holder", "levels", "created_by", "version", "revision", "received_on"),
    *("configuration", "state_key", "body", "result", "resolved_on", "subject_key"),
    *("subject_name", "name_folded", "sort_key", "award", "overdue"),
)
_NUMBER = f"""
INSERT INTO number_registers (org, kind, year, next) VALUES ('', '{ENVELOPES}', {{year}}, 2)
ON CONFLICT (org, kind, year) DO UPDATE SET next = number_registers.next + 1
RETURNING next - 1
"""
_ENVELOPE = """
INSERT INTO submissions (id, draft_code, owner, procedure, created_by, created_at)
VALUES ({submission}, {draft_code}, {owner}, {procedure}, {created_by}, {now})
"""
_DOSSIER = f"""
INSERT INTO dossiers ({", ".join(_COLUMNS)}, created_at, updated_at)
VALUES ({", ".join(f"{{{name}}}" for name in _COLUMNS)}, {{now}}, {{now}})
"""
_LINK = """
INSERT INTO links (child, parent, opened_by_event, awaits)
VALUES ({id}, {parent}, {event}, {awaits})
"""
_STATEMENTS = (_NUMBER, _ENVELOPE, _DOSSIER, _LINK)
_CASTS = {"received_on": "date", "resolved_on": "date", "overdue": "boolean"}
_NAMES = (*_COLUMNS, "year", "draft_code", "now", "parent", "event", "awaits")

_SQLITE = {name: f":{name}" for name in _NAMES} | {
    "now": "coalesce(:now, strftime('%Y-%m-%dT%H:%M:%f', 'now') || '000Z')"
}
_POSTGRES = {name: f"%({name})s::{_CASTS.get(name, 'text')}" for name in _NAMES} | {
    "now": "coalesce(%(now)s::timestamptz, clock_timestamp())",
    **{name: f"%({name})s::int" for name in ("year", "place", "version", "revision")},
}


def open_in(connection: Any, opened: Sequence[Row], *, sqlite: bool) -> None:
    """Insert the dossiers that a commit opens, each in a submission of its own.

    They are as new: the commit then writes them as it writes all others.
    """
    names = _SQLITE if sqlite else _POSTGRES
    number, *inserts = (one.format(**names) for one in _STATEMENTS)
    for row in opened:
        taken = connection.execute(number, {"year": row["year"]}).fetchone()[0]
        row = {**row, "draft_code": f"T-{row['year']}-{taken:06}"}
        for insert in inserts:
            connection.execute(insert, row)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkLine:
    """One link between two dossiers.

    Attributes:
        opened_by_event: id of the event of the parent's stream.
        awaits: results of the child that the parent waited for when it was opened.
    """

    parent: str
    child: str
    opened_by_event: str
    awaits: tuple[str, ...]


class Links(Reader):
    """Reads links."""

    def links_of(self, dossier: str) -> list[LinkLine]:
        """Return the links of a dossier, both ways, oldest first."""
        query = (
            select(links)
            .where(or_(links.c.parent == dossier, links.c.child == dossier))
            .order_by(links.c.opened_by_event)
        )
        return [
            LinkLine(**{**row._mapping, "awaits": tuple(json.loads(row.awaits))})
            for row in self._rows(query)
        ]
