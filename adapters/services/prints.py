"""Forms that are printed on demand and have no number: control slip, register book, process.

They say what the trail, the lists and the definition say at that moment, to whoever may read those;
nothing of them is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from adapters.documents.render import render_letter
from adapters.documents.sheets import listing
from adapters.identity.directory import Tree
from adapters.identity.who import Who
from adapters.services import words
from adapters.services.access import nameable
from adapters.services.asks import RegisterAsked
from adapters.services.dossiers import Dossiers, Seen
from adapters.services.letter_data import local_day, seat
from adapters.services.letters import PDF
from adapters.services.parts import Parts
from adapters.services.procedures import Procedures
from adapters.services.process import process_data
from adapters.services.searching import Searching
from adapters.services.showing import label_of, trigger_label
from adapters.services.views import File
from adapters.storage import schema as t
from adapters.storage.search import DossierFilter, DossierLine, Sort
from engine.calendar import TZ, Calendar
from engine.delta import apply
from engine.dossier import Dossier
from engine.errors import BadInput
from engine.fold import STATE_ROOTS
from engine.legal_clock import ClockRefused, margin
from engine.state_json import from_json
from engine.text import Text

MOST = 2000
"""Dossiers that one register book may hold."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
VERDICTS = {
    "early": Text("Trước hạn", "Early"),
    "on_time": Text("Đúng hạn", "On time"),
    "late": Text("Quá hạn", "Late"),
}
_WORST = ("late", "on_time", "early")
_BOOK = {
    "no": Text("STT", "No."),
    "code": Text("Mã hồ sơ", "Dossier"),
    "procedure": Text("Thủ tục hành chính", "Procedure"),
    "subject": Text("Đối tượng", "Subject"),
    "owner": Text("Cơ quan, đơn vị nộp", "Submitted by"),
    "received": Text("Ngày nhận", "Received"),
    "due": Text("Ngày hẹn trả", "Promised"),
    "resolved": Text("Ngày có kết quả", "Resolved"),
    "state": Text("Tình trạng", "Standing"),
    "verdict": Text("Kết quả", "In time"),
}


class Prints:
    """Makes forms out of what is there."""

    def __init__(self, parts: Parts, dossiers: Dossiers, procedures: Procedures) -> None:
        """Read through these."""
        self._parts = parts
        self._dossiers = dossiers
        self._procedures = procedures
        self._searching = Searching(parts)

    def control_slip(self, who: Who, ref: str, lang: str) -> File:
        """Return who handed the dossier to whom, at which minute, and whether in time.

        Roles are named and not people, so that whoever may read the dossier may have it.

        Raises:
            Unknown: there is no such dossier for this caller.
        """
        seen = self._dossiers.seen(who, ref)
        dossier = seen.dossier
        code = dossier.received_code or dossier.code
        rows = list(self._hand_overs(seen, lang))
        data = {
            **self._head(who, dossier.holder, lang),
            "dossier": {
                "code": code,
                "procedure_title": seen.procedure.title.in_(lang),
                "received_on": dossier.received_on and dossier.received_on.isoformat(),
                "due_on": self._due(dossier.id),
            },
            "submitter": {"name": who.tree.name(dossier.owner, lang)},
            "rows": rows,
        }
        if not rows:
            raise BadInput(
                Text("Hồ sơ chưa nộp nên chưa có phiếu.", "Not submitted yet: there is no slip."),
                field="dossier",
            )
        return File(
            content=render_letter("control_slip", data, lang=lang).pdf,
            media_type=PDF,
            name=f"{code}-phieu-kiem-soat.pdf",
        )

    def register_book(self, who: Who, asked: RegisterAsked, lang: str) -> File:
        """Return the dossiers that were received in a period, as far as the caller may see them.

        Raises:
            BadInput: the period ends before it begins, or more than `MOST` fall into it.
        """
        if asked.last < asked.first:
            raise BadInput(
                Text("Kỳ kết thúc trước khi bắt đầu.", "The period ends before it begins."),
                field="until",
            )
        lines = self._received(who, asked)
        rows = self._book(who, lines, lang)
        name = f"so-theo-doi-{asked.first}-{asked.last}"
        if asked.as_sheet:
            heads = [text.in_(lang) for text in _BOOK.values()]
            cells: list[list[str | int]] = [
                [number, *(row[key] for key in row)] for number, row in enumerate(rows, 1)
            ]
            title = Text("Sổ theo dõi hồ sơ", "Register").in_(lang)
            return File(content=listing(title, heads, cells), media_type=XLSX, name=f"{name}.xlsx")
        org = min((g.org for g in who.actor.grants), default="")
        data = {
            **self._head(who, org, lang),
            "period": {"first_on": asked.first.isoformat(), "last_on": asked.last.isoformat()},
            "rows": rows,
        }
        made = render_letter("register_book", data, lang=lang)
        return File(content=made.pdf, media_type=PDF, name=f"{name}.pdf")

    def process(self, who: Who, procedure: str, edition: str, lang: str) -> File:
        """Return the internal process of an edition, in the layout that the province publishes.

        Raises:
            Unknown: there is no such edition, or it is a draft and the caller no administrator.
        """
        view = self._procedures.view(who, procedure, edition, lang)
        compiled = self._parts.editions.get(view.id)
        org = min((g.org for g in who.actor.grants), default="")
        data = {**self._head(who, org, lang), **process_data(compiled, lang)}
        return File(
            content=render_letter("process", data, lang=lang).pdf,
            media_type=PDF,
            name=f"quy-trinh-{view.procedure}-{view.edition}.pdf",
        )

    def _head(self, who: Who, org: str, lang: str) -> dict[str, Any]:
        return {
            "letter": {
                "issued_on": local_day(self._parts.now()).isoformat(),
                "place": _place(who.tree, org),
            },
            "organisation": {"name": who.tree.name(org, lang) or "……"},
        }

    def _due(self, dossier: str) -> str | None:
        due = self._measured([dossier]).get(dossier, {}).get("due_on")
        return due.isoformat() if due else None

    def _measured(self, dossiers: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Return the figures that the portal would show of each dossier."""
        m = t.measurements.c
        found: dict[str, dict[str, Any]] = {}
        with self._parts.db.read() as c:
            for start in range(0, len(dossiers), 500):
                query = select(m.dossier, m.due_on, m.resolved_on, m.verdict).where(
                    m.dossier.in_(dossiers[start : start + 500]), m.headline
                )
                found |= {row.dossier: dict(row._mapping) for row in c.execute(query)}
        return found

    def _received(self, who: Who, asked: RegisterAsked) -> list[DossierLine]:
        sight = self._searching.sight(who)
        wanted = DossierFilter(
            procedures=[asked.procedure] if nameable(asked.procedure) and asked.procedure else [],
            received_from=asked.first,
            received_until=asked.last,
            drafts=False,
        )
        if self._parts.queries.count(sight, wanted) > MOST:
            raise BadInput(
                Text(
                    f"Có hơn {MOST} hồ sơ trong kỳ này: hãy chọn kỳ ngắn hơn.",
                    f"More than {MOST} dossiers fall into it: choose a shorter period.",
                ),
                field="until",
            )
        lines: list[DossierLine] = []
        after = None
        while True:
            found = self._parts.queries.search(
                sight, wanted, sort=Sort.NEWEST, after_cursor=after, limit=200
            )
            lines += found.items
            after = found.end_cursor
            if after is None or not found.items:
                filed = [one for one in lines if self._filed(one)]
                return sorted(filed, key=lambda one: one.received_code or one.code)

    def _filed(self, line: DossierLine) -> bool:
        """Return whether somebody handed the dossier in; a council calls its sessions itself."""
        return self._parts.editions.get(line.edition).subject != "session"

    def _book(self, who: Who, lines: Sequence[DossierLine], lang: str) -> list[dict[str, str]]:
        measured = self._measured([one.id for one in lines])
        rows = []
        for line in lines:
            procedure = self._parts.editions.get(line.edition)
            how = measured.get(line.id, {})
            states = [label_of(procedure, path, lang) for path in line.configuration]
            verdict = how.get("verdict")
            rows.append(
                {
                    "code": line.received_code or line.code,
                    "procedure": procedure.title.in_(lang),
                    "subject": line.subject_name,
                    "owner": who.tree.name(line.owner, lang),
                    "received": _day(line.received_on),
                    "due": _day(how.get("due_on")),
                    "resolved": _day(how.get("resolved_on")),
                    "state": words.result_label(line.result, lang) or "; ".join(states),
                    "verdict": VERDICTS[verdict].in_(lang) if verdict else "",
                }
            )
        return rows

    def _hand_overs(self, seen: Seen, lang: str) -> Iterator[dict[str, str]]:
        """Yield each act that moved the dossier, from its trail."""
        calendar = self._parts.calendars.current()
        state: dict[str, Any] = {}
        before: Dossier | None = None
        for event in self._parts.queries.events_of(seen.dossier.stream):
            body = json.loads(event.stored.body)
            opened = [(o.path, o.value) for o in event.openings if o.path.startswith(STATE_ROOTS)]
            apply(state, body["data"]["change"], opened)
            after = from_json(state)
            if before is None or before.configuration != after.configuration:
                yield self._hand_over(seen, body, before, after, calendar, lang)
            before = after

    def _hand_over(
        self,
        seen: Seen,
        body: Mapping[str, Any],
        before: Dossier | None,
        after: Dossier,
        calendar: Calendar,
        lang: str,
    ) -> dict[str, str]:
        at = datetime.fromisoformat(body["recorded_at"])
        edition = body["rules"].get("edition")
        procedure = self._parts.editions.get(edition) if edition else seen.procedure
        new = set(after.tasks) - set(before.tasks if before else ())
        taken = dict.fromkeys(after.tasks[key].role for key in after.tasks if key in new)
        on = date.fromisoformat(body["effective_on"][:10])
        verdict = _in_time(before, after, on, at, calendar) if before else None
        trigger = str(body["data"].get("trigger") or body["data"].get("pulled") or "")
        return {
            "at_text": at.astimezone(TZ).strftime("%H:%M\n%d/%m/%Y"),
            "act": trigger_label(procedure, trigger, lang)
            if trigger
            else "; ".join(label_of(procedure, path, lang) for path in after.configuration),
            "given_by": words.role_label(procedure, str(body["actor"].get("acting_as", "")), lang),
            "taken_by": "; ".join(words.role_label(procedure, role, lang) for role in taken),
            "verdict": VERDICTS[verdict].in_(lang) if verdict else "",
        }


def _place(tree: Tree, org: str) -> str:
    """Return where an office dates its papers: the place that it, or one above it, is named by."""
    known = tree.organisations
    at: str | None = org
    while at is not None and at in known:
        name = known[at].name("vi")
        place = seat(Text(name, name))
        if place != name:
            return place
        at = known[at].part_of or known[at].parent
    return "……"


def _in_time(
    before: Dossier, after: Dossier, on: date, at: datetime, calendar: Calendar
) -> str | None:
    """Return how the limits that ended with an act were kept: the worst of them; None: none did."""
    found = set()
    for key, clock in before.clocks.items():
        now = after.clocks.get(key)
        if clock.ended is None and (now is None or now.ended is not None):
            try:
                found.add(margin(clock, on, at, calendar).verdict)
            except ClockRefused:
                # It stood still, and so was not measured.
                continue
    return next((one for one in _WORST if one in found), None)


def _day(on: date | None) -> str:
    return on.strftime("%d/%m/%Y") if on else ""
