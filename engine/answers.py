"""What a caller is told after an act: where the dossier stands, and what they may do next."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from engine.calendar import TZ, Calendar
from engine.definition import Procedure
from engine.dossier import Actor, Dossier
from engine.legal_clock import derive
from engine.offers import offers
from engine.ports import Change
from engine.state_json import to_json


def etag(dossier: Dossier, calendar: Calendar) -> str:
    """Return the ETag: of configuration, data, papers, holds and due dates; not of notices."""
    state = to_json(dossier)
    seen = {key: state[key] for key in ("configuration", "data", "documents", "holds")}
    seen["due"] = {
        key: str(derive(clock, calendar).due_at) if clock.ended is None else clock.ended
        for key, clock in sorted(dossier.clocks.items())
    }
    seen["revision"] = dossier.revision
    return hashlib.sha256(json.dumps(seen, sort_keys=True).encode()).hexdigest()[:32]


def clocks_json(dossier: Dossier, calendar: Calendar) -> list[dict[str, Any]]:
    """Return each clock with its due day and where it stands, fit for JSON."""
    found = []
    for key, clock in dossier.clocks.items():
        due = derive(clock, calendar)
        found.append(
            {
                "key": key,
                "limit": str(clock.limit),
                "due_on": due.due_on.isoformat() if due.due_on else None,
                "due_at": due.due_at.astimezone(TZ).isoformat() if due.due_at else None,
                "state": clock.ended or ("running" if due.due_on else "suspended"),
                "provisional": due.provisional,
                "calendar": due.calendar_edition,
            }
        )
    return found


def answer_body(
    procedure: Procedure,
    change: Change,
    actor: Actor,
    *,
    at: datetime,
    calendar: Calendar,
    counts: Mapping[str, int],
    opened: Sequence[Change] = (),
) -> dict[str, Any]:
    """Return what the actor is told of the change that they brought about; nothing personal.

    Args:
        opened: changes of the linked dossiers that the act opened.
    """
    dossier = change.dossier
    offered = offers(procedure, dossier, actor, at=at, calendar=calendar, counts=counts)
    return {
        "dossier": dossier.id,
        "code": dossier.code,
        "received_code": dossier.received_code,
        "version": dossier.version,
        "event": change.events[-1].id,
        "etag": etag(dossier, calendar),
        "state": sorted(dossier.configuration),
        "result": dossier.result,
        "allowed": [o.trigger for o in offered if o.refusal is None],
        "refused": [
            {
                "trigger": o.trigger,
                "code": o.refusal.code,
                "vi": o.refusal.text.vi,
                "en": o.refusal.text.en,
            }
            for o in offered
            if o.refusal is not None
        ],
        "clocks": clocks_json(dossier, calendar),
        "letters": [
            {"id": one.id, "key": one.order.key, "number": one.number} for one in change.letters
        ],
        "opened": opened_json(opened),
    }


def opened_json(opened: Sequence[Change]) -> list[dict[str, Any]]:
    """Return the linked dossiers that an act opened, fit for JSON."""
    return [
        {
            "dossier": one.dossier.id,
            "code": one.dossier.received_code or one.dossier.code,
            "procedure": one.dossier.procedure,
        }
        for one in opened
    ]
