"""What papers say of a council's session: who came, what was counted, which dossiers passed.

Every item is told as its dossier stood when the agenda was frozen, out of the trail; before that,
as it stands now. So the minutes of a session say the same however late they are made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from adapters.services.letter_data import (
    Office,
    Pair,
    authority_of,
    grounds_of,
    seat,
    subjects,
)
from adapters.services.session_views import RESULTS
from adapters.storage import schema as t
from adapters.storage.agendas import item_of
from adapters.storage.database import Database
from adapters.storage.stories import stories
from engine.agenda import DEFER, FAIL, PASS, result_of
from engine.council import CHAIR, seats_of
from engine.definition import Procedure
from engine.dossier import Dossier
from engine.fold import fold
from engine.ports import Editions, Item
from engine.text import Text

COUNCIL = Text("Hội đồng Thi đua - Khen thưởng", "Emulation and Commendation Council")
CAPACITIES = {
    "chair": Text("Chủ tịch Hội đồng", "Chair"),
    "deputy": Text("Phó Chủ tịch Hội đồng", "Deputy chair"),
    "member": Text("Ủy viên Hội đồng", "Member"),
    "non_voting": Text("Không biểu quyết", "Without a vote"),
}
WAYS = {
    "present": Text("Có mặt", "Present"),
    "written": Text("Bằng văn bản", "In writing"),
    "": Text("Vắng mặt", "Absent"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An item with the dossier that the council had before it, and the edition that binds it."""

    item: Item
    dossier: Dossier
    procedure: Procedure


def told_items(database: Database, editions: Editions, session: str) -> tuple[Told, ...]:
    """Return the items of a session in their order; three statements, however many there are."""
    i, d = t.session_items, t.dossiers
    seen = func.coalesce(func.nullif(i.c.version, 0), d.c.version)
    upto = (
        select(i.c.place, d.c.stream, seen.label("seq"))
        .select_from(i.join(d, d.c.id == i.c.dossier))
        .where(i.c.session == session)
    )
    with database.read() as c:
        items = c.execute(select(i).where(i.c.session == session).order_by(i.c.place)).mappings()
        known = [item_of(row) for row in items]
        told = stories(c, upto)
    found = []
    for item, story in zip(known, told, strict=True):
        dossier = fold(story)
        found.append(Told(item=item, dossier=dossier, procedure=editions.get(dossier.edition)))
    return tuple(found)


def session_data(
    procedure: Procedure,
    dossier: Dossier,
    items: Sequence[Told],
    *,
    chair: str = "",
    secretary: str = "",
) -> dict[str, Any]:
    """Return what minutes say of a session.

    Args:
        chair, secretary: who signed; while nobody has, the chair is the council's own, who came.
    """
    assert procedure.council is not None
    seats = seats_of(procedure, dossier)
    members: Any = dossier.data.get(procedure.council.electorate) or ()
    came: Any = dossier.data.get(procedure.council.attendance) or ()
    how = {one["member"]: one["how"] for one in came}
    present = [one for at, one in enumerate(members, 1) if one["capacity"] == CHAIR and how.get(at)]
    results = [one.item.result for one in items]
    return {
        "number": dossier.code,
        "held_on": dossier.data.get("held_on"),
        "begins_at": dossier.data.get("begins_at"),
        "room": dossier.data.get("place"),
        "chair": chair or next((one["name"] for one in present), ""),
        "secretary": secretary,
        "members": seats.members,
        "present": seats.present if how else None,
        "written": seats.written if how else None,
        "attendance": [
            {
                "name": one["name"],
                "position": one.get("position"),
                "capacity": _pair(CAPACITIES[one["capacity"]]),
                "how": _pair(WAYS[how.get(at, "")]),
            }
            for at, one in enumerate(members, 1)
            if how
        ],
        "items": [_item(one) for one in items],
        "passed": results.count(PASS),
        "failed": results.count(FAIL),
        "deferred": results.count(DEFER),
    }


def _item(told: Told) -> dict[str, Any]:
    item, tally = told.item, told.item.tally
    found: dict[str, Any] = {
        "no": item.place,
        **name_of(told),
        "result": _pair(RESULTS[item.result]),
        "settled": item.result in (PASS, FAIL, DEFER),
    }
    if tally is not None and item.rule is not None:
        counted = result_of(item.rule, tally)
        found |= {
            "present": tally.present,
            "written": tally.written,
            "yes": tally.yes,
            "no_votes": tally.no,
            "blank": tally.blank,
            "needed": f"{counted.needed}/{counted.whole}" if counted else None,
        }
    return found


def name_of(told: Told) -> dict[str, Any]:
    """Return whom an item is about, where they work, and what for; personal."""
    found = subjects(told.procedure, told.dossier)
    names = "; ".join(one["name"] for one in found)
    first: Mapping[str, Any] = found[0] if found else {}
    return {
        "name": names or told.dossier.received_code or told.dossier.code,
        "unit": first.get("unit"),
        "award_label": first.get("award_label") or _pair(told.procedure.title),
    }


def proposal_data(dossier: Dossier, items: Sequence[Told], office: Office) -> dict[str, Any] | None:
    """Return what the submission to whoever decides says: all that passed, by award.

    None: nothing passed.
    """
    passed = [one for one in items if one.item.result == PASS]
    rows = [row for one in passed for row in subjects(one.procedure, one.dossier)]
    if not rows:
        return None
    order = {row["award"]: place for place, row in reversed(list(enumerate(rows)))}
    procedures = list({one.procedure.hash: one.procedure for one in passed}.values())
    deciding = [found for one in procedures if (found := authority_of(one))]
    grounds = [ground for one in procedures for ground in grounds_of(one)]
    return {
        "letter": {
            "register": "TTr",
            "place": seat(office.name),
            "signer_mode": {"vi": "TM. Hội đồng", "en": "On behalf of the council"},
            "signer_title": {"vi": "Chủ tịch", "en": "Chair"},
        },
        "organisation": {"parent": _pair(office.name), "name": _pair(COUNCIL)},
        "session": {"number": dossier.code, "held_on": dossier.data.get("held_on")},
        "decision": {
            "authority": deciding[0] if deciding else _pair(office.name),
            "grounds": list({one["vi"]: one for one in grounds}.values()),
        },
        "subjects": sorted(rows, key=lambda row: order[row["award"]]),
    }


def _pair(text: Text) -> Pair:
    return {"vi": text.vi, "en": text.en}
