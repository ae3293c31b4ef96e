"""A dossier as a view: its definition, its values and the caller put together. Reads nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from adapters.services import words
from adapters.services.forms import act_form, choices
from adapters.services.views import (
    Choice,
    ClockView,
    HoldView,
    LetterView,
    Offer,
    PaperSlot,
    PaperView,
    StateView,
    Step,
    ValueView,
)
from adapters.storage.records import LetterLine
from engine.calendar import TZ, Calendar
from engine.definition import Document, FieldType, Procedure
from engine.dossier import Actor, Dossier, Paper
from engine.facts import View
from engine.holds import HOLD, RELEASE
from engine.legal_clock import LegalClock, derive, is_overdue, left
from engine.offers import Offer as EngineOffer
from engine.offers import offers
from engine.permits import required_papers


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """One dossier, shown to one person in one language at one instant."""

    procedure: Procedure
    dossier: Dossier
    actor: Actor
    at: datetime
    calendar: Calendar
    counts: Mapping[str, int]
    lang: str

    def states(self) -> Sequence[StateView]:
        """Return the active states in the order of the definition."""
        return [
            StateView(
                path=path,
                label=state.label.in_(self.lang),
                region=self.region_of(path),
                final=state.final,
                portal_status=self._portal(path),
            )
            for path, state in self.procedure.states.items()
            if path in self.dossier.configuration
        ]

    def region_of(self, path: str) -> str:
        """Return the label of the region that a state lies in, or nothing."""
        if path.count(".") < 2:
            return ""
        composite, region, _ = path.split(".", 2)
        label = self.procedure.states[composite].regions.get(region)
        return label.in_(self.lang) if label else region

    def portal_status(self) -> int | None:
        """Return the status code of the public portal; 8 while the dossier is on hold."""
        if self.dossier.on_hold:
            return 8
        codes = [self._portal(path) for path in sorted(self.dossier.configuration)]
        return next((code for code in codes if code is not None), None)

    def _portal(self, path: str) -> int | None:
        state = self.procedure.states[path]
        parent = self.procedure.states.get(state.parent or "")
        for one in (state, parent):
            if one is not None and one.portal_status is not None:
                return one.portal_status
        return self.procedure.portal_status

    def clocks(self) -> Sequence[ClockView]:
        """Return every clock: those that run first, the measured one before all."""
        found = [self._clock(key, clock) for key, clock in self.dossier.clocks.items()]
        return sorted(found, key=lambda c: (c.state in ("stopped", "cancelled"), not c.measured))

    def _clock(self, key: str, clock: LegalClock) -> ClockView:
        rule = self.procedure.clocks.get(key)
        source = self.procedure.sources.get(rule.source or "") if rule else None
        due = derive(clock, self.calendar)
        state = clock.ended or ("running" if due.due_on else "suspended")
        running = state == "running"
        remaining = left(clock, self.at, self.calendar) if running else None
        whole = clock.limit.number
        return ClockView(
            key=key,
            label=rule.label.in_(self.lang) if rule else key,
            limit=clock.limit.label(self.lang),
            state=state,
            measured=bool(rule and rule.measured),
            anchor_on=clock.anchor_on,
            due_on=due.due_on,
            due_at=due.due_at,
            left=remaining,
            left_text=""
            if remaining is None
            else words.left_text(remaining, clock.limit, self.lang),
            percent=None
            if remaining is None
            else max(0, min(100, round(100 * (whole - remaining) / whole))),
            overdue=running and is_overdue(clock, self.at, self.calendar),
            provisional=due.provisional,
            statutory=source is not None and self._binds(key),
            source=source.cite if source else "",
            unverified=self.procedure.unverified or bool(source and source.unverified),
            suspended=due.suspended,
        )

    def _binds(self, key: str) -> bool:
        """Return whether law sets the limit; a step's is a plan unless its end has an effect."""
        rule = self.procedure.clocks[key]
        return key not in self.procedure.states or any(rung.pull for rung in rule.ladder)

    def papers(self) -> Sequence[PaperSlot]:
        """Return every kind of paper, with what is there and what is missing."""
        view = View(
            procedure=self.procedure,
            dossier=self.dossier,
            actor=self.actor,
            at=self.at,
            calendar=self.calendar,
            counts=self.counts,
        )
        needed = required_papers(self.procedure, view)
        return [
            paper_slot(key, document, self.dossier.documents.get(key, ()), key in needed, self.lang)
            for key, document in self.procedure.documents.items()
        ]

    def holds(self) -> Sequence[HoldView]:
        """Return every hold, the newest last."""
        grounds = self.procedure.holds.grounds if self.procedure.holds else {}
        return [
            HoldView(
                ground=h.ground,
                label=grounds[h.ground].in_(self.lang) if h.ground in grounds else h.ground,
                placed_on=h.placed_on,
                reason=h.reason,
                paper=h.paper,
                released_on=h.released_on,
                release_paper=h.release_paper,
            )
            for h in self.dossier.holds
        ]

    def data(self) -> Sequence[ValueView]:
        """Return every value that was given, in the order of the definition."""
        return [
            ValueView(
                key=key,
                label=field.label.in_(self.lang),
                type=field.type.value,
                value=self.dossier.data[key],
                text=words.value_text(field, self.dossier.data[key], self.lang),
                personal=field.personal,
            )
            for key, field in self.procedure.fields.items()
            if self.dossier.data.get(key) not in (None, "")
        ]

    def subject(self) -> str:
        """Return the name of the party that the dossier is about, or nothing."""
        for key, field in self.procedure.fields.items():
            value: Any = self.dossier.data.get(key)
            if field.type is FieldType.PARTY and value:
                return str(value.get("name", ""))
        return ""

    def offers(self) -> Sequence[Offer]:
        """Return what may be done now, allowed acts first."""
        found = offers(
            self.procedure,
            self.dossier,
            self.actor,
            at=self.at,
            calendar=self.calendar,
            counts=self.counts,
        )
        return sorted((self._offer(one) for one in found), key=lambda o: not o.allowed)

    def _offer(self, one: EngineOffer) -> Offer:
        refusal = one.refusal
        code = refusal.code if refusal else ""
        detail = refusal.text.in_(self.lang) if refusal else ""
        x = one.transition
        if x is None:
            grounds = self.procedure.holds.grounds if self.procedure.holds else {}
            if one.trigger == RELEASE:
                held = {h.ground for h in self.dossier.holds if h.open}
                grounds = {key: label for key, label in grounds.items() if key in held}
            return Offer(
                trigger=one.trigger,
                label=(words.HOLD if one.trigger == HOLD else words.RELEASE).in_(self.lang),
                allowed=refusal is None,
                code=code,
                detail=detail,
                grounds=choices(grounds, self.lang),
                paper=True,
            )
        needs = [
            Choice(key=key, label=self.procedure.documents[key].label.in_(self.lang))
            for key in x.needs
        ]
        return Offer(
            trigger=x.trigger,
            label=x.label.in_(self.lang),
            allowed=refusal is None,
            code=code,
            detail=detail,
            fields=act_form(
                self.procedure, x, self.dossier, self.at.astimezone(TZ).date(), self.lang
            ),
            needs=needs,
            missing=[n for n in needs if not self.dossier.documents.get(n.key)],
            reason="closed" if x.closed_reasons else "required" if x.reason_required else "none",
            reasons=choices(x.closed_reasons, self.lang),
            letters=[
                Choice(key=key, label=self.procedure.letters[key].label.in_(self.lang))
                for key in x.letters
            ],
            merges=x.merges or "",
        )


def label_of(procedure: Procedure, path: str, lang: str) -> str:
    """Return what a state is called; its path if this edition has no such state."""
    state = procedure.states.get(path)
    return state.label.in_(lang) if state else path


def trigger_label(procedure: Procedure, trigger: str, lang: str) -> str:
    """Return what a trigger is called."""
    built_in = {HOLD: words.HOLD, RELEASE: words.RELEASE}.get(trigger)
    if built_in is not None:
        return built_in.in_(lang)
    known = next(iter(procedure.pulled_by(trigger)), None)
    return known.label.in_(lang) if known else trigger


def step_of(
    procedure: Procedure, event: Mapping[str, Any], recorded_at: datetime, lang: str
) -> Step | None:
    """Return an event as one step of the way; None if it moved nothing and nobody acted."""
    data = event["data"]
    trigger = data.get("trigger")
    if not isinstance(trigger, str):
        return None
    on = datetime.fromisoformat(event["effective_on"]).date()
    return Step(
        seq=event["seq"],
        trigger=trigger,
        label=trigger_label(procedure, trigger, lang),
        states=[label_of(procedure, path, lang) for path in data.get("to", ())],
        by=words.role_label(procedure, str(event["actor"].get("acting_as", "")), lang),
        effective_on=on,
        recorded_at=recorded_at,
        late=on < recorded_at.astimezone(TZ).date(),
    )


def paper_slot(
    key: str, document: Document, papers: Sequence[Paper], needed: bool, lang: str
) -> PaperSlot:
    """Return one kind of paper, with what is there of it and whether it is missing."""
    return PaperSlot(
        key=key,
        label=document.label.in_(lang),
        required=needed,
        missing=needed and not papers,
        files=[
            PaperView(
                sha256=one.sha256,
                name=one.name,
                size=one.size,
                media_type=one.media_type,
                signed=one.signed,
            )
            for one in papers
        ],
        form=document.form or "",
        help=document.help.in_(lang) if document.help else "",
    )


def letter_view(procedure: Procedure, line: LetterLine, lang: str) -> LetterView:
    """Return an issued letter as it is listed; `procedure` is the edition that names it."""
    rule = procedure.letters.get(line.key)
    return LetterView(
        id=line.id,
        key=line.key,
        label=rule.label.in_(lang) if rule else line.key,
        number=line.number or "",
        dated_on=line.dated_on,
        status=line.status,
    )
