"""What happened, as an auditor reads it, and whether it still proves itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from adapters.identity.records import Records
from adapters.identity.who import Who
from adapters.services import words
from adapters.services.access import Place, may_audit, nameable
from adapters.services.errors import DOSSIER, Unknown
from adapters.services.parts import Parts
from adapters.services.showing import trigger_label
from adapters.services.views import TrailFault, TrailRow, TrailView, Verification
from adapters.storage.search import DossierLine
from engine.calendar import TZ
from engine.definition import Procedure
from engine.text import Text
from engine.trail import StoredEvent, verify_stream

TYPES: Mapping[str, Text] = {
    "rung_fired": Text("Đến mốc cảnh báo", "A rung fired"),
    "rung_skipped": Text("Bỏ qua mốc cảnh báo", "A rung was skipped"),
    "dossier_held": Text("Tạm dừng hồ sơ", "Dossier put on hold"),
    "dossier_merged_in": Text("Nhập hồ sơ trùng vào", "A duplicate was merged in"),
    "hold_released": Text("Kết thúc tạm dừng", "Hold released"),
    "letter_rendered": Text("Đã lập văn bản", "Letter rendered"),
}


class Trails:
    """Trails of dossiers, for auditors of the organisations they have been in."""

    def __init__(self, parts: Parts) -> None:
        """Read from `parts`."""
        self._parts = parts
        self._records = Records(parts.db)

    def view(self, who: Who, ref: str, lang: str) -> TrailView:
        """Return every event of a dossier with its opened values.

        Raises:
            Unknown: no such dossier, or the caller does not audit it.
        """
        line = self._audited(who, ref)
        events = self._parts.queries.events_of(line.stream)
        bodies = [json.loads(event.stored.body) for event in events]
        names = self._records.names({str(body["actor"].get("subject", "")) for body in bodies})
        rows = [
            self._row(
                who, event.stored, body, names, {o.path: o.value for o in event.openings}, lang
            )
            for event, body in zip(events, bodies, strict=True)
        ]
        return TrailView(stream=line.stream, log=line.log, rows=rows)

    def verify(self, who: Who, ref: str, lang: str) -> Verification:
        """Recompute the stream from its bytes and say the first thing that is wrong.

        Raises:
            Unknown: no such dossier, or the caller does not audit it.
        """
        line = self._audited(who, ref)
        events = self._parts.queries.events_of(line.stream)
        findings = verify_stream(
            [event.stored for event in events],
            [opening for event in events for opening in event.openings],
            stream=line.stream,
            version=line.version,
        )
        faults = [
            TrailFault(stream=f.stream, seq=f.seq, code=f.code, message=f.message.in_(lang))
            for f in findings
        ]
        return Verification(stream=line.stream, events=len(events), ok=not faults, faults=faults)

    def _audited(self, who: Who, ref: str) -> DossierLine:
        found = self._parts.queries.dossier(ref) if nameable(ref) else None
        if found is None or not may_audit(who, Place.of(found.line)):
            raise Unknown(DOSSIER)
        return found.line

    def _row(
        self,
        who: Who,
        event: StoredEvent,
        body: Mapping[str, Any],
        names: Mapping[str, str],
        opened: Mapping[str, object],
        lang: str,
    ) -> TrailRow:
        actor, data = body["actor"], body["data"]
        edition = body["rules"].get("edition", "")
        procedure = self._parts.editions.get(edition) if edition else None
        subject, role = str(actor.get("subject") or ""), str(actor.get("acting_as") or "")
        machine = words.MACHINES.get(subject)
        trigger = str(data.get("trigger", ""))
        effective_on = date.fromisoformat(body["effective_on"])
        assert event.recorded_at is not None
        recorded_on = event.recorded_at.astimezone(TZ).date()
        behalf = str(actor.get("on_behalf_of") or "")
        return TrailRow(
            seq=body["seq"],
            id=body["id"],
            type=body["type"],
            label=_label(procedure, body["type"], trigger, lang),
            trigger=trigger,
            who=machine.in_(lang) if machine else names.get(subject, subject),
            role=role,
            role_label=words.role_label(procedure, role, lang),
            org=str(actor.get("org") or ""),
            org_name=who.tree.name(str(actor.get("org") or ""), lang),
            on_behalf_of=who.tree.name(behalf, lang) if behalf else "",
            edition=procedure.edition if procedure else "",
            effective_on=effective_on,
            recorded_at=event.recorded_at,
            late=machine is not None and effective_on < recorded_on,
            back_dated=bool(data.get("back_dated")),
            reason=_reason(procedure, trigger, data, opened, lang),
            hash=event.hash,
            facts=data,
            opened=opened,
        )


def _label(procedure: Procedure | None, type_: str, trigger: str, lang: str) -> str:
    built_in = TYPES.get(type_)
    if built_in is not None:
        return built_in.in_(lang)
    return trigger_label(procedure, trigger, lang) if procedure and trigger else type_


def _reason(
    procedure: Procedure | None,
    trigger: str,
    data: Mapping[str, Any],
    opened: Mapping[str, object],
    lang: str,
) -> str:
    closed = data.get("reason")
    if isinstance(closed, str):
        for x in procedure.pulled_by(trigger) if procedure else ():
            if closed in x.closed_reasons:
                return x.closed_reasons[closed].in_(lang)
        return closed
    return str(opened.get("reason", ""))
