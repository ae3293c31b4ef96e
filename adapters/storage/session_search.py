"""Sessions as lists show them: the sessions themselves, their items, and what waits for one."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, func, select

from adapters.storage.agendas import item_of
from adapters.storage.database import Database
from adapters.storage.schema import dossiers, session_items
from engine.ports import Item
from engine.state_json import from_json

MOST_SESSIONS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """One item with what a list shows of its dossier (`name` is personal).

    Attributes:
        state: where the dossier stands.
        on_hold: the item is open and its dossier is on hold.
    """

    item: Item
    code: str
    name: str
    award: str
    procedure: str
    owner: str
    state: str
    on_hold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A dossier that waits for a council and is on no open agenda."""

    id: str
    code: str
    name: str
    award: str
    edition: str
    owner: str
    received_on: date | None


def items_of(
    database: Database, session: str, *, offset: int = 0, limit: int | None = None
) -> list[ItemLine]:
    """Return a session's items in their order."""
    d, i = dossiers.c, session_items.c
    found = (
        select(
            *i,
            func.coalesce(d.received_code, d.code).label("code"),
            d.subject_name,
            d.award,
            d.procedure,
            d.owner,
            d.state_key,
            d.body,
        )
        .select_from(session_items.join(dossiers, d.id == i.dossier))
        .where(i.session == bindparam("session_id"))
        .order_by(i.place)
        .offset(offset)
    )
    if limit is not None:
        found = found.limit(limit)
    with database.read() as connection:
        rows = [row._mapping for row in connection.execute(found, {"session_id": session})]
    return [
        ItemLine(
            item=item_of(row),
            code=row["code"],
            name=row["subject_name"],
            award=row["award"],
            procedure=row["procedure"],
            owner=row["owner"],
            state=row["state_key"],
            on_hold=row["open"] and from_json(json.loads(row["body"])).on_hold,
        )
        for row in rows
    ]


def item_counts(database: Database, sessions: Collection[str]) -> dict[str, int]:
    """Return how many items each of these sessions has."""
    i = session_items.c
    found = (
        select(i.session, func.count())
        .where(i.session.in_(bindparam("sessions", expanding=True)))
        .group_by(i.session)
    )
    with database.read() as connection:
        rows = connection.execute(found, {"sessions": list(sessions)})
        return {row[0]: row[1] for row in rows}


def sessions_held_by(
    database: Database, orgs: Collection[str], procedures: Collection[str]
) -> list[str]:
    """Return ids of the newest sessions of these organisations, drafts left out."""
    d = dossiers.c
    found = (
        select(d.id)
        .where(
            d.holder.in_(bindparam("orgs", expanding=True)),
            d.procedure.in_(bindparam("procedures", expanding=True)),
            d.version > 0,
        )
        .order_by(d.created_at.desc(), d.id.desc())
        .limit(MOST_SESSIONS)
    )
    given = {"orgs": list(orgs), "procedures": list(procedures)}
    with database.read() as connection:
        return [row[0] for row in connection.execute(found, given)]


def waiting_for(
    database: Database, org: str, states: Collection[tuple[str, str]], limit: int
) -> list[Waiting]:
    """Return the dossiers in these (edition, state) that an organisation holds, by name."""
    d, i = dossiers.c, session_items.c
    busy = select(i.dossier).where(i.open.is_(True))
    found = (
        select(
            d.id,
            func.coalesce(d.received_code, d.code).label("code"),
            d.subject_name,
            d.award,
            d.edition,
            d.state_key,
            d.owner,
            d.received_on,
        )
        .where(
            d.holder == bindparam("org"),
            d.state_key.in_(bindparam("keys", expanding=True)),
            d.id.not_in(busy),
        )
        .order_by(d.award, d.sort_key, d.id)
        .limit(limit)
    )
    given = {"org": org, "keys": sorted({state for _, state in states})}
    with database.read() as connection:
        rows = [row._mapping for row in connection.execute(found, given)]
    wanted = set(states)
    return [
        Waiting(
            id=row["id"],
            code=row["code"],
            name=row["subject_name"],
            award=row["award"],
            edition=row["edition"],
            owner=row["owner"],
            received_on=row["received_on"],
        )
        for row in rows
        if (row["edition"], row["state_key"]) in wanted
    ]
