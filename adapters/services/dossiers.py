"""Dossiers as people work on them: opened, saved, looked at, found and acted upon."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from adapters.identity.who import Who
from adapters.services import words
from adapters.services.access import may_audit, may_draft, may_see, require
from adapters.services.asks import ActAsked, DossierFilter, PaperGiven
from adapters.services.errors import CLOCK, PROCEDURE, Unknown
from adapters.services.forms import draft_form
from adapters.services.papers import Papers
from adapters.services.parts import Parts
from adapters.services.reading import Reading, Record
from adapters.services.searching import search_page
from adapters.services.showing import Showing, label_of, step_of, trigger_label
from adapters.services.views import (
    ActClock,
    ActDone,
    ActLetter,
    AllowedAct,
    Choice,
    ClockView,
    DossierPage,
    DossierView,
    LetterView,
    RefusedAct,
    Step,
    TaskView,
)
from engine.calendar import TZ
from engine.decide import draft_data, open_draft
from engine.definition import Procedure
from engine.dossier import Dossier, Paper
from engine.errors import BadInput, NoEditionInForce, VersionConflict
from engine.explanation import explain, explain_text
from engine.ports import Loaded
from engine.runtime import Ask, etag, look_ups
from engine.tasks import governing
from engine.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A dossier that the caller has been found entitled to read."""

    record: Record
    procedure: Procedure
    loaded: Loaded

    @property
    def dossier(self) -> Dossier:
        """The dossier itself."""
        return self.loaded.dossier


class Dossiers:
    """Everything about single dossiers, and finding them."""

    def __init__(self, parts: Parts, papers: Papers) -> None:
        """Work on the store of `parts`."""
        self._parts = parts
        self._papers = papers
        self._reading = Reading(parts.db)

    def create(
        self, who: Who, procedure: str, owner: str, data: Mapping[str, object], lang: str
    ) -> DossierView:
        """Open a draft for a unit in which the caller holds a submitting role.

        Raises:
            Unknown: no such procedure, or the caller may not open one for this unit.
            NoEditionInForce: no edition binds today.
            BadInput: a value is of a wrong kind.
        """
        today = self._parts.now().astimezone(TZ).date()
        if not any(e.procedure == procedure for e in self._parts.editions.listed()):
            raise Unknown(PROCEDURE)
        edition = self._parts.editions.in_force(procedure, today)
        if edition is None:
            raise NoEditionInForce(
                Text(
                    f"Thủ tục chưa có phiên bản nào có hiệu lực ngày {today:%d/%m/%Y}.",
                    f"No edition of the procedure is in force on {today}.",
                ),
                procedure=procedure,
            )
        if not may_draft(who, edition, owner):
            raise Unknown(PROCEDURE)
        draft = open_draft(
            edition,
            id=self._parts.ids.uuid7(),
            stream="",
            log=f"{self._parts.log}/{today.year}",
            code="",
            owner=owner,
            levels=who.tree.levels(owner),
            created_by=who.account,
            data=data,
        )
        return self.view(who, self._parts.store.create_draft(draft).id, lang)

    def save(
        self, who: Who, ref: str, revision: int, data: Mapping[str, object], lang: str
    ) -> DossierView:
        """Replace the data of a draft that still has this revision.

        Raises:
            Unknown: there is no such draft for this caller.
            VersionConflict: it was submitted, or saved by somebody else meanwhile.
            BadInput: a value is of a wrong kind.
        """
        seen = self.seen(who, ref)
        self._draft_only(who, seen)
        kept = draft_data(seen.procedure, data)
        self._parts.store.save_draft(replace(seen.dossier, data=kept), revision)
        return self.view(who, seen.record.id, lang)

    def attach(
        self, who: Who, ref: str, document: str, given: PaperGiven, lang: str
    ) -> DossierView:
        """Add a file that the caller uploaded to a draft.

        Raises:
            Unknown: there is no such draft for this caller.
            BadInput: the procedure has no such document, or the file was not uploaded here.
        """
        seen = self.seen(who, ref)
        self._draft_only(who, seen)
        papers = self._taken(who, seen, {document: [given]})
        documents = dict(seen.dossier.documents)
        documents[document] = (*documents.get(document, ()), *papers[document])
        draft = replace(seen.dossier, documents=documents)
        self._parts.store.save_draft(draft, seen.dossier.revision)
        return self.view(who, seen.record.id, lang)

    def detach(self, who: Who, ref: str, document: str, sha256: str, lang: str) -> DossierView:
        """Take a file out of a draft.

        Raises:
            Unknown: there is no such draft for this caller.
        """
        seen = self.seen(who, ref)
        self._draft_only(who, seen)
        kept = tuple(p for p in seen.dossier.documents.get(document, ()) if p.sha256 != sha256)
        documents = {k: v for k, v in seen.dossier.documents.items() if k != document}
        if kept:
            documents[document] = kept
        draft = replace(seen.dossier, documents=documents)
        self._parts.store.save_draft(draft, seen.dossier.revision)
        return self.view(who, seen.record.id, lang)

    def act(self, who: Who, ref: str, asked: ActAsked, lang: str) -> ActDone:
        """Do one act, and say what is possible next.

        Raises:
            Unknown: there is no such dossier for this caller.
            Refusal: the act is not allowed, with the reason.
            Conflict: the dossier has changed, or the key belongs to another request.
        """
        seen = self.seen(who, ref)
        answer = self._parts.engine.act(
            Ask(
                ref=seen.record.id,
                trigger=asked.trigger,
                actor=who.actor,
                reason=asked.reason,
                data=asked.data,
                documents=self._taken(who, seen, asked.documents),
                effective_on=asked.effective_on,
                ground=asked.ground,
                paper=asked.paper,
                key=asked.key,
                fingerprint=asked.fingerprint(seen.record.id),
                if_match=version_of(asked.if_match),
            )
        )
        return self._done(seen, json.loads(answer.body), lang)

    def view(self, who: Who, ref: str, lang: str) -> DossierView:
        """Return all that the caller may see of a dossier, and what they may do.

        Raises:
            Unknown: there is no such dossier for this caller.
        """
        seen = self.seen(who, ref)
        dossier, procedure = seen.dossier, seen.procedure
        shown = self._showing(who, seen, lang)
        draft = dossier.version == 0
        editable = draft and may_draft(who, procedure, dossier.owner)
        subject = shown.subject()
        title = procedure.title.in_(lang)
        return DossierView(
            id=dossier.id,
            code=dossier.received_code or dossier.code,
            draft_code=dossier.code,
            received_code=dossier.received_code or "",
            title=f"{subject} – {title}" if subject else title,
            subject=subject,
            procedure=procedure.key,
            procedure_title=title,
            edition=procedure.hash,
            edition_name=procedure.edition,
            unverified=procedure.unverified,
            etag=f'"{etag(dossier, shown.calendar)}"',
            version=dossier.version,
            revision=dossier.revision,
            draft=draft,
            editable=editable,
            auditable=may_audit(who, seen.record.place),
            owner=dossier.owner,
            owner_name=who.tree.name(dossier.owner, lang),
            holder=dossier.holder,
            holder_name=who.tree.name(dossier.holder, lang),
            received_on=dossier.received_on,
            result=dossier.result or "",
            result_label=words.result_label(dossier.result, lang),
            resolved_on=dossier.resolved_on,
            on_hold=dossier.on_hold,
            portal_status=shown.portal_status(),
            marks=dossier.marks,
            states=shown.states(),
            path=self._path(seen, lang),
            clocks=shown.clocks(),
            papers=shown.papers(),
            letters=self.letters(seen, lang),
            holds=shown.holds(),
            tasks=self._tasks(who, seen, lang),
            data=shown.data(),
            fields=draft_form(procedure, dossier.data, lang) if editable else (),
            offers=shown.offers(),
        )

    def search(
        self,
        who: Who,
        wanted: DossierFilter,
        lang: str,
        *,
        sort: str = "due",
        descending: bool = False,
        limit: int = 50,
        after: str | None = None,
    ) -> DossierPage:
        """Return a page of the dossiers that the caller may see.

        Args:
            sort: `due`, `name`, `code`, `updated` or `received`.
            limit: 1 to 200.
            after: `end_cursor` of the page before.

        Raises:
            BadInput: the cursor is none of ours.
        """
        return search_page(
            self._parts, who, wanted, lang,
            sort=sort, descending=descending, limit=limit, after=after,
        )

    def clocks(self, who: Who, ref: str, lang: str) -> list[ClockView]:
        """Return the clocks of a dossier.

        Raises:
            Unknown: there is no such dossier for this caller.
        """
        return list(self._showing(who, self.seen(who, ref), lang).clocks())

    def explanation(self, who: Who, ref: str, clock: str) -> dict[str, Any]:
        """Return how a due date comes about, day by day; see `engine.explanation.explain`.

        Raises:
            Unknown: there is no such dossier for this caller, or it has no such clock.
        """
        seen = self.seen(who, ref)
        running = seen.dossier.clocks.get(clock)
        if running is None:
            raise Unknown(CLOCK)
        rule = seen.procedure.clocks.get(clock)
        source = seen.procedure.sources.get(rule.source or "") if rule else None
        return explain(
            running,
            self._parts.calendars.current(),
            source=source.cite if source else "",
            unverified=seen.procedure.unverified or bool(source and source.unverified),
            label=rule.label if rule else Text(clock, clock),
        )

    def explanation_text(self, who: Who, ref: str, clock: str, lang: str) -> str:
        """Return the same as lines for people.

        Raises:
            Unknown: there is no such dossier for this caller, or it has no such clock.
        """
        return explain_text(self.explanation(who, ref, clock), lang)

    def seen(self, who: Who, ref: str) -> Seen:
        """Return a dossier by id or code, if the caller may read it.

        Raises:
            Unknown: it does not exist, or the caller may not: one answer for both.
        """
        record = self._reading.record(ref)
        require(record is not None)
        assert record is not None
        require(may_see(who, lambda: self._parts.editions.get(record.edition), record.place))
        loaded = self._parts.store.load(record.id, who.account, None)
        procedure = self._parts.editions.get(loaded.dossier.edition)
        return Seen(record=record, procedure=procedure, loaded=loaded)

    def _draft_only(self, who: Who, seen: Seen) -> None:
        require(may_draft(who, seen.procedure, seen.dossier.owner))
        if seen.dossier.version:
            raise VersionConflict(seen.dossier.code)

    def _showing(self, who: Who, seen: Seen, lang: str) -> Showing:
        return Showing(
            procedure=seen.procedure,
            dossier=seen.dossier,
            actor=who.actor,
            at=seen.loaded.now,
            calendar=self._parts.calendars.current(),
            counts=look_ups(seen.procedure, seen.loaded),
            lang=lang,
        )

    def _taken(
        self, who: Who, seen: Seen, documents: Mapping[str, Any]
    ) -> dict[str, tuple[Paper, ...]]:
        for key in documents:
            if key not in seen.procedure.documents:
                raise BadInput(
                    Text(f"Thủ tục không có giấy tờ {key!r}.", f"No such paper: {key!r}."),
                    field=f"documents.{key}",
                )
        return {
            key: tuple(self._papers.taken(who, seen.record.id, one) for one in given)
            for key, given in documents.items()
        }

    def _path(self, seen: Seen, lang: str) -> list[Step]:
        steps = []
        for event in self._reading.events(seen.dossier.stream):
            body = json.loads(event.body)
            procedure = self._parts.editions.get(body["rules"]["edition"])
            assert event.recorded_at is not None
            step = step_of(procedure, body, event.recorded_at, lang)
            if step is not None:
                steps.append(step)
        return steps

    def letters(self, seen: Seen, lang: str) -> list[LetterView]:
        """Return the letters of a dossier that the caller may read."""
        rules = seen.procedure.letters
        return [
            LetterView(
                id=one.id,
                key=one.key,
                label=rules[one.key].label.in_(lang) if one.key in rules else one.key,
                number=one.number,
                dated_on=one.dated_on,
                status=one.status,
            )
            for one in self._reading.letters(seen.dossier.id)
        ]

    def _tasks(self, who: Who, seen: Seen, lang: str) -> list[TaskView]:
        calendar = self._parts.calendars.current()
        views = []
        for id, record in self._reading.tasks(seen.dossier.id).items():
            task = seen.dossier.tasks.get(id)
            if task is None:
                continue
            measured = seen.procedure.measured
            key = task.clock or (task.state if task.state in seen.dossier.clocks else None)
            key = key or (measured.key if measured else None)
            views.append(
                TaskView(
                    id=id,
                    do=task.do,
                    label=trigger_label(seen.procedure, task.do, lang),
                    role=task.role,
                    role_label=words.role_label(seen.procedure, task.role, lang),
                    state=task.state,
                    due_on=governing(seen.dossier, key, calendar)[0],
                    claimed_by=record.claimed_by or "",
                    mine=(record.role, record.org) in who.works,
                    escalated_from=task.escalated_from or "",
                )
            )
        return views

    def _done(self, seen: Seen, body: dict[str, Any], lang: str) -> ActDone:
        # The act may have bound the dossier to another edition; labels come from the new one.
        record = self._reading.record(seen.record.id)
        procedure = self._parts.editions.get(record.edition) if record else seen.procedure
        return ActDone(
            dossier=body["dossier"],
            code=body["code"],
            received_code=body["received_code"],
            version=body["version"],
            event=body["event"],
            etag=f'"{body["etag"]}"',
            state=[
                Choice(key=path, label=label_of(procedure, path, lang)) for path in body["state"]
            ],
            result=body["result"],
            allowed=[
                AllowedAct(trigger=one, label=trigger_label(procedure, one, lang))
                for one in body["allowed"]
            ],
            refused=[
                RefusedAct(
                    trigger=one["trigger"],
                    label=trigger_label(procedure, one["trigger"], lang),
                    code=one["code"],
                    detail=one["en" if lang == "en" else "vi"],
                )
                for one in body["refused"]
            ],
            clocks=[
                ActClock(
                    key=one["key"],
                    limit=one["limit"],
                    due_on=date.fromisoformat(one["due_on"]) if one["due_on"] else None,
                    due_at=datetime.fromisoformat(one["due_at"]) if one["due_at"] else None,
                    state=one["state"],
                    provisional=one["provisional"],
                    calendar=one["calendar"],
                )
                for one in body["clocks"]
            ],
            letters=[ActLetter(**one) for one in body["letters"]],
        )


def version_of(if_match: str | None) -> str | None:
    """Return the hash that an `If-Match` header names; None when any version will do.

    A weak tag never matches, as RFC 9110 says.

    >>> version_of('"abc"'), version_of("*"), version_of('W/"abc"')
    ('abc', None, 'W/"abc"')
    """
    if if_match is None or if_match.strip() == "*":
        return None
    given = if_match.strip()
    return given[1:-1] if len(given) > 1 and given[0] == given[-1] == '"' else given
