"""A council that decides what stories bring before it: one call holds a whole session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from adapters.demo_sessions import hold_session
from adapters.identity.records import Records
from adapters.services.parts import Parts
from engine.calendar import TZ
from engine.dossier import Actor, Paper

PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def actor_of(parts: Parts, login: str) -> Actor:
    """Return somebody as the engine knows them now."""
    records = Records(parts.db)
    account = records.account_by_login(login)
    assert account is not None, login
    tree = records.tree()
    held = records.roles(account.id, parts.now().astimezone(TZ).date())
    return Actor(person=account.id, grants=tuple(tree.grant(one) for one in held), auth="password")


def council_decides(
    parts: Parts,
    decided: Mapping[str, Mapping[str, Any] | None],
    secretary: str,
    chair: str,
    org: str = "tinh",
) -> dict[str, Any]:
    """Hold a session, today, on dossiers that wait for it; return what the protocol answered.

    Args:
        decided: for each code what was counted; None: the item is put off.
        secretary, chair: logins.
    """
    sha256, size = parts.files.put(PDF)
    minutes = Paper(sha256=sha256, size=size, media_type="application/pdf", name="bien-ban.pdf")
    people = actor_of(parts, secretary), actor_of(parts, chair)
    return hold_session(parts, *people, org, decided, minutes)
