"""The award register: searched by those who prepare and make decisions, filled from old lists.

Rows of the register are personal. They are read by whoever holds a role of the secretariat or of
the deciding authority, or audits, in the organisation that gave the award; by nobody else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from adapters.documents.sheets import read_sheet
from adapters.identity.who import Who
from adapters.services import words
from adapters.services.access import nameable
from adapters.services.award_lists import award_template, read_awards
from adapters.services.award_names import LEVELS, NAMES, TYPES, label_of
from adapters.services.parts import Parts
from adapters.services.register_views import AwardPage, AwardView, BadCellView, ImportDone
from adapters.services.views import Choice, PageInfo
from adapters.storage.awards import AwardFilter, AwardLine, write_awards, write_uses
from adapters.storage.config_log import AWARD_LISTS
from engine.calendar import TZ
from engine.errors import NotEntitled
from engine.text import Text
from engine.trail import EventDraft

KEEPERS = frozenset({"specialist", "secretary", "head"})
"""Roles that keep the register: the secretariat of the council."""

READERS = KEEPERS | {"authority"}

NOT_A_READER = Text(
    "Chỉ bộ phận thường trực, người có thẩm quyền và người kiểm tra được xem sổ khen thưởng.",
    "The register is for the secretariat, the deciding authority and auditors.",
)


class _NothingNew(Exception):
    """Every row is there already; the event is undone with the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardAsked:
    """What to look for in the register; empty does not narrow the search."""

    name: str = ""
    birth_year: int | None = None
    unit: str = ""
    award: str = ""
    year: int | None = None
    deed: str = ""


def reads_awards(who: Who) -> bool:
    """Return whether the caller may read any part of the register."""
    return bool(who.orgs_of(READERS) | who.audits)


class Register:
    """Searches the award register and enters old lists."""

    def __init__(self, parts: Parts) -> None:
        """Read and write through `parts`."""
        self._parts = parts

    def readable(self, who: Who) -> frozenset[str]:
        """Return the organisations whose awards the caller may read."""
        return who.orgs_of(READERS) | who.audits

    def kept(self, who: Who) -> frozenset[str]:
        """Return the organisations for which the caller may enter old lists."""
        return who.orgs_of(KEEPERS)

    def search(
        self,
        who: Who,
        asked: AwardAsked,
        lang: str,
        *,
        limit: int = 50,
        after: str | None = None,
    ) -> AwardPage:
        """Return a page of the awards that the caller may read, by name.

        Raises:
            NotEntitled: the caller may not read the register at all.
            BadInput: the cursor is none of ours.
        """
        orgs = self.readable(who)
        if not orgs:
            raise NotEntitled(NOT_A_READER, roles=sorted(READERS))
        wanted = AwardFilter(
            name=asked.name,
            birth_year=asked.birth_year,
            unit=asked.unit,
            awards=[asked.award if nameable(asked.award) else ""] if asked.award else [],
            year=asked.year,
            deed=asked.deed,
        )
        queries = self._parts.queries
        found = queries.awards(orgs, wanted, after_cursor=after, limit=limit)
        total = queries.count_awards(orgs, wanted)
        return AwardPage(
            items=[self.shown(who, line, lang) for line in found.items],
            page=PageInfo(end_cursor=found.end_cursor, total=total),
        )

    def of_subject(self, orgs: Collection[str], subject_key: str) -> Sequence[AwardLine]:
        """Return the awards of one person or collective given by these organisations."""
        if not subject_key or not orgs:
            return ()
        wanted = AwardFilter(subject_key=subject_key)
        found = self._parts.queries.awards(orgs, wanted, limit=200).items
        return sorted(found, key=lambda one: (one.year, one.decided_on, one.id))

    def shown(self, who: Who, line: AwardLine, lang: str) -> AwardView:
        """Return an award in the caller's language."""
        label = Text(line.award_vi, line.award_en).in_(lang)
        kind = words.PARTY_KINDS.get(line.kind)
        return AwardView(
            name=line.subject_name,
            kind=line.kind,
            kind_label=kind.in_(lang) if kind else line.kind,
            birth_year=line.birth_year,
            unit=line.unit,
            award=line.award,
            award_label=label or label_of(NAMES, line.award, lang),
            year=line.year,
            period_from=line.period_from,
            period_until=line.period_until,
            level=line.level,
            level_label=label_of(LEVELS, line.level, lang),
            type=line.type,
            type_label=label_of(TYPES, line.type, lang),
            deed=line.deed,
            decided_on=line.decided_on,
            bonus=line.bonus,
            org=line.org,
            org_name=who.tree.name(line.org, lang),
            imported=line.dossier is None,
        )

    def awards(self, lang: str) -> list[Choice]:
        """Return the awards that may be searched for."""
        return [Choice(key=key, label=name.in_(lang)) for key, name in NAMES.items()]

    def template(self, who: Who) -> bytes:
        """Return the workbook of an old list, to be filled in.

        Raises:
            NotEntitled: the caller keeps no register.
        """
        if not self.kept(who):
            raise _not_a_keeper()
        return award_template()

    def enter(
        self, who: Who | None, org: str, content: bytes, lang: str, *, good_rows: bool = False
    ) -> ImportDone:
        """Enter an old list: every row or none, or with `good_rows` all but the bad ones.

        The same file enters each row once, however often it is sent. `who` is None for the person
        at the machine itself.

        Raises:
            NotEntitled: the caller does not keep this organisation's register.
            WorkbookRefused: the file is not read at all.
        """
        if who is not None and org not in self.kept(who):
            raise _not_a_keeper()
        today = self._parts.now().astimezone(TZ).date()
        read = read_awards(read_sheet(content), today=today)
        bad = [
            BadCellView(cell=one.cell, column=one.column, detail=one.text.in_(lang))
            for one in read.bad
        ]
        refused = len({one.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") for one in read.bad})
        if bad and not (good_rows and read.rows):
            return ImportDone(done=False, written=0, known=0, refused=refused, bad=bad)
        digest = hashlib.sha256(content).hexdigest()
        rows, used = (
            [{**row, "org": org, "list_sha256": digest, "list_row": n} for n, row in found]
            for found in (read.rows, read.used)
        )
        written = self._write(who, org, digest, rows, used)
        return ImportDone(
            done=True, written=written, known=len(rows) - written, refused=refused, bad=bad
        )

    def _write(
        self,
        who: Who | None,
        org: str,
        digest: str,
        rows: list[dict[str, Any]],
        used: list[dict[str, Any]],
    ) -> int:
        written = 0

        def work(c: Connection) -> None:
            nonlocal written
            written = write_awards(c, rows)
            write_uses(c, used)
            if not written:
                raise _NothingNew

        act = self._parts.ids.uuid7()

        def said(now: datetime) -> EventDraft:
            return EventDraft(
                type="award_list_entered",
                actor={
                    "subject": who.account if who else "system",
                    "acting_as": "secretariat" if who else "system",
                    "org": org,
                    "on_behalf_of": None,
                    "auth": who.actor.auth if who else "",
                    "session": who.session if who else "",
                },
                effective_on=now.astimezone(TZ).date(),
                cause={"act": act, "event": None},
                rules={},
                data={"list": digest, "rows": len(rows)},
            )

        try:
            self._parts.config_log.append_config_event(AWARD_LISTS, said, work)
        except _NothingNew:
            return 0
        return written


def _not_a_keeper() -> NotEntitled:
    return NotEntitled(
        Text(
            "Chỉ bộ phận thường trực của cơ quan này được nhập sổ khen thưởng.",
            "Only the secretariat of this organisation enters award lists.",
        ),
        roles=sorted(KEEPERS),
    )
