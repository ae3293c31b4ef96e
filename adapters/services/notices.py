"""Notices: what happened to a dossier, told to those who hold the role it was meant for.

Nobody is shown a notice for a role that they do not hold where it counts: administrators and
auditors do no work of a procedure, and are told nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.identity.who import Who
from adapters.services import words
from adapters.services.parts import Parts
from adapters.services.showing import trigger_label
from adapters.services.views import NoticePage, NoticeRow, PageInfo
from adapters.storage.notices import NoticeLine
from adapters.storage.worklist import Place
from engine.definition import Procedure
from engine.errors import BangVangError
from engine.ladder import RungAt
from engine.text import Text

RUNG = "rung_fired"


class Notices:
    """Lists notices, and keeps up to when a person has looked."""

    def __init__(self, parts: Parts) -> None:
        """Read from `parts`."""
        self._parts = parts
        self._queries = parts.queries

    def list(self, who: Who, lang: str, *, limit: int = 50, after: str | None = None) -> NoticePage:
        """Return a page of the caller's notices, the newest first.

        Raises:
            BadInput: the cursor is none of ours.
        """
        places = _places(who)
        if not places:
            return NoticePage(items=[], page=PageInfo(end_cursor=None), new=0)
        seen_at = self._queries.notices_seen_at(who.account)
        found = self._queries.notices(places, after_cursor=after, limit=limit)
        return NoticePage(
            items=[self._row(who, line, seen_at, lang) for line in found.items],
            page=PageInfo(end_cursor=found.end_cursor),
            new=self._queries.notices_since(places, seen_at),
        )

    def new(self, who: Who) -> int:
        """Return how many notices came since the caller last looked, at most 100."""
        places = _places(who)
        if not places:
            return 0
        return self._queries.notices_since(places, self._queries.notices_seen_at(who.account))

    def seen(self, who: Who, until: datetime) -> None:
        """Note that the caller has looked at all that came until then; later is cut to now."""
        self._queries.notices_seen(who.account, min(until, self._parts.now()))

    def _row(self, who: Who, line: NoticeLine, seen_at: datetime | None, lang: str) -> NoticeRow:
        procedure = self._parts.editions.get(line.edition)
        title = procedure.title.in_(lang)
        return NoticeRow(
            id=line.id,
            dossier=line.received_code or line.code,
            title=f"{line.subject_name} – {title}" if line.subject_name else title,
            procedure_title=title,
            event=line.event,
            about=line.about,
            label=said(procedure, line.about, line.facts, lang),
            role=line.role,
            role_label=words.role_label(procedure, line.role, lang),
            org=line.org,
            org_name=who.tree.name(line.org, lang),
            created_at=line.created_at,
            new=seen_at is None or line.created_at > seen_at,
        )


def said(procedure: Procedure, about: str, facts: Mapping[str, Any], lang: str) -> str:
    """Return what a notice tells, in the words of the definition."""
    if about == RUNG:
        clock = str(facts.get("clock", ""))
        rule = procedure.clocks.get(clock)
        label = rule.label.in_(lang) if rule else clock
        return f"{label}: {rung_text(str(facts.get('rung', '')), lang)}"
    trigger = str(facts.get("trigger", ""))
    exact = (t for t in procedure.pulled_by(trigger) if t.event == about)
    known = next(exact, None)
    return known.label.in_(lang) if known else trigger_label(procedure, trigger, lang)


def rung_text(rung: str, lang: str) -> str:
    """Return what a rung means in words.

    >>> rung_text("80 %", "vi"), rung_text("due - 1 working day", "vi")
    ('đã dùng 80 % thời hạn', 'còn 1 ngày làm việc')
    >>> rung_text("due", "en"), rung_text("due + 2 working days", "en")
    ('past due', '2 working days over')
    """
    try:
        at = RungAt.parse(rung)
    except BangVangError:
        return rung
    return _rung(at).in_(lang)


def _rung(at: RungAt) -> Text:
    if at.percent is not None:
        part = f"{at.percent} %"
        return Text(f"đã dùng {part} thời hạn", f"{part.replace(' ', '')} of the limit used")
    if at.unit is None:
        return Text("quá hạn", "past due")
    return Text(
        words.in_words(-at.offset, at.unit, "vi"), words.in_words(-at.offset, at.unit, "en")
    )


def _places(who: Who) -> frozenset[Place]:
    return frozenset((org, role) for role, org in who.works)
