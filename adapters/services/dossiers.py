"""Dossiers as people work on them: opened, saved, looked at, found and acted upon."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from adapters.identity.records import Records
from adapters.identity.who import Who
from adapters.services import words
from adapters.services.access import (
    Place,
    check_key,
    may_audit,
    may_draft,
    may_see,
    nameable,
    require,
)
from adapters.services.asks import ActAsked, DossierFilter, PaperGiven
from adapters.services.drafting import Drafting
from adapters.services.errors import CLOCK, DOSSIER, PROCEDURE, Unknown
from adapters.services.forms import draft_form
from adapters.services.papers import Papers
from adapters.services.parts import Parts
from adapters.services.searching import Searching
from adapters.services.showing import Showing, label_of, letter_view, step_of, trigger_label
from adapters.services.views import (
    ActClock,
    ActDone,
    ActLetter,
    ActOpened,
    AllowedAct,
    Choice,
    ClockView,
    CodeView,
    DossierPage,
    DossierView,
    File,
    LetterView,
    LinkView,
    MergedView,
    PaperSlot,
    RefusedAct,
    Step,
    SubmissionLink,
    TaskView,
    Uploaded,
)
from adapters.storage.rows import subject_of
from adapters.storage.search import DossierLine
from engine.calendar import TZ
from engine.decide import draft_data
from engine.definition import Procedure
from engine.dossier import Dossier, Paper
from engine.errors import BadInput, NotEntitled, VersionConflict
from engine.explanation import explain, explain_text
from engine.ports import Answer, Loaded
from engine.runtime import Ask, etag, look_ups
from engine.text import Text

NONE_TO_KEEP = Text("Không tìm thấy hồ sơ được giữ lại.", "There is no such dossier to keep.")
ANOTHER_SUBJECT = Text(
    "Hồ sơ được giữ lại đề nghị một đối tượng khác.",
    "The dossier to keep proposes another subject.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A dossier that the caller has been found entitled to read."""

    line: DossierLine
    procedure: Procedure
    loaded: Loaded

    @property
    def dossier(self) -> Dossier:
        """The dossier itself."""
        return self.loaded.dossier

    @property
    def place(self) -> Place:
        """Where the dossier belongs."""
        return Place.of(self.line)


class Dossiers:
    """Everything about single dossiers, and finding them."""

    def __init__(self, parts: Parts, papers: Papers) -> None:
        """Work on the store of `parts`."""
        self._parts = parts
        self._papers = papers
        self._queries = parts.queries
        self._people = Records(parts.db)
        self._searching = Searching(parts)
        self._drafting = Drafting(parts)

    def create(
        self,
        who: Who,
        procedure: str,
        owner: str,
        data: Mapping[str, object],
        lang: str,
        *,
        key: str | None = None,
    ) -> DossierView:
        """Open a draft for a unit in which the caller holds a submitting role, or at the counter.

        Args:
            key: idempotency key; the same request under it opens nothing again.

        Raises:
            Unknown: no such procedure, or the caller may not open one for this unit.
            NoEditionInForce: no edition binds today.
            BadInput: a value is of a wrong kind, or the key is malformed.
            KeyReused: the key belongs to another request.
        """
        opening = self._drafting.opening(who, procedure, owner)
        if opening.edition.council is not None:
            # A session is called; see `Sessions.call`.
            raise Unknown(PROCEDURE)

        def make(answer: Callable[[str], Answer] | None) -> str:
            draft = self._drafting.draft(who, opening, data)
            self._parts.store.create_draft(draft, answer(draft.id) if answer else None)
            return draft.id

        asked = {"open": "dossier", "procedure": procedure, "owner": owner, "data": data}
        return self.view(who, self._drafting.once(who, key, asked, make), lang)

    def save(
        self,
        who: Who,
        ref: str,
        revision: int,
        data: Mapping[str, object],
        lang: str,
        *,
        if_match: str | None = None,
    ) -> DossierView:
        """Replace the data of a draft that still has this revision, and this ETag if one is given.

        Raises:
            Unknown: there is no such draft for this caller.
            VersionConflict: it was submitted, or saved by somebody else meanwhile.
            BadInput: a value is of a wrong kind.
        """
        seen = self.seen(who, ref)
        self._draft_only(who, seen)
        if if_match not in (None, etag(seen.dossier, self._parts.calendars.current())):
            raise VersionConflict(seen.dossier.code)
        today = self._parts.now().astimezone(TZ).date()
        kept = draft_data(seen.procedure, data, today=today)
        draft = replace(seen.dossier, data=kept, edition=seen.procedure.hash)
        self._parts.store.save_draft(draft, revision)
        return self.view(who, seen.line.id, lang)

    def attach(
        self, who: Who, ref: str, document: str, given: PaperGiven, lang: str
    ) -> DossierView:
        """Add a file that the caller uploaded to a draft, and return the draft as it is then.

        Raises:
            See `put_in`.
        """
        self.put_in(who, ref, document, given)
        return self.view(who, ref, lang)

    def put_in(self, who: Who, ref: str, document: str, given: PaperGiven) -> None:
        """Add a file that the caller uploaded to a draft.

        Raises:
            Unknown: there is no such draft for this caller.
            BadInput: the procedure has no such document, or the file was not uploaded here.
        """
        seen = self.seen(who, ref)
        self._draft_only(who, seen)
        papers = self.taken(who, seen, {document: [given]})
        documents = dict(seen.dossier.documents)
        documents[document] = (*documents.get(document, ()), *papers[document])
        draft = replace(seen.dossier, documents=documents)
        self._parts.store.save_draft(draft, seen.dossier.revision)

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
        return self.view(who, seen.line.id, lang)

    def upload(self, who: Who, ref: str, content: bytes, name: str) -> Uploaded:
        """Keep a file for a dossier that the caller works on; see `Papers.upload`.

        Raises:
            Unknown: there is no such dossier for this caller.
            NotEntitled: the caller may read it, and nothing else.
            FileRefused: it is none of the kinds that are taken.
        """
        seen = self.seen(who, ref)
        if not any(org in seen.place.all for _, org in who.works):
            raise NotEntitled(
                Text("Bạn chỉ được xem hồ sơ này.", "You may read this dossier, and nothing else."),
                roles=[],
            )
        return self._papers.upload(who, seen.line.id, content, name)

    def file(self, who: Who, ref: str, sha256: str) -> File:
        """Return a file of a dossier.

        Raises:
            Unknown: there is no such dossier for this caller, or it has no such file.
        """
        return self._papers.file(self.seen(who, ref).dossier.documents, sha256)

    def papers(self, who: Who, ref: str, lang: str) -> Sequence[PaperSlot]:
        """Return every kind of paper of a dossier: what is needed, there, and missing.

        Raises:
            Unknown: there is no such dossier for this caller.
        """
        return self._showing(who, self.seen(who, ref), lang).papers()

    def act(self, who: Who, ref: str, asked: ActAsked, lang: str) -> ActDone:
        """Do one act, and say what is possible next.

        Raises:
            Unknown: there is no such dossier for this caller.
            Refusal: the act is not allowed, with the reason.
            Conflict: the dossier has changed, or the key belongs to another request.
        """
        seen = self.seen(who, ref)
        check_key(asked.key)
        # What another process has published binds here too; the act itself costs nothing for it.
        self._parts.editions.listed()
        self._same_subject(who, seen, asked)
        answer = self._parts.engine.act(
            Ask(
                ref=seen.line.id,
                trigger=asked.trigger,
                actor=who.actor,
                reason=asked.reason,
                data=asked.data,
                documents=self.taken(who, seen, asked.documents),
                effective_on=asked.effective_on,
                ground=asked.ground,
                paper=asked.paper,
                key=asked.key,
                fingerprint=asked.fingerprint(seen.line.id),
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
        editable = draft and may_draft(who, procedure, dossier.owner, dossier.counter)
        subject = shown.subject()
        title = procedure.title.in_(lang)
        return DossierView(
            id=dossier.id,
            code=dossier.received_code or dossier.code,
            draft_code=dossier.code,
            received_code=dossier.received_code or "",
            codes=[
                CodeView(org=org, org_name=who.tree.name(org, lang), code=code)
                for org, code in dossier.codes.items()
            ],
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
            auditable=may_audit(who, seen.place),
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
            submission=self._submission(who, seen),
            offers=shown.offers(),
            links=self._links(who, seen, lang),
            merged=[
                MergedView(
                    code=str(one["code"]),
                    owner=str(one["owner"]),
                    owner_name=who.tree.name(str(one["owner"]), lang),
                    received_on=date.fromisoformat(one["received_on"]),
                )
                for one in _merged(dossier)
            ],
        )

    def _same_subject(self, who: Who, seen: Seen, asked: ActAsked) -> None:
        """Refuse to end a dossier in one that the caller cannot see, or of somebody else.

        Raises:
            BadInput: in the field that names the other dossier.
        """
        ways = seen.procedure.pulled_by(asked.trigger)
        field = next((way.merges for way in ways if way.merges), None)
        named = asked.data.get(field) if field else None
        if field is None or not isinstance(named, str):
            return
        try:
            other = self.seen(who, named)
        except Unknown as unknown:
            raise BadInput(NONE_TO_KEEP, field=field) from unknown
        key = subject_of(seen.dossier).key
        if not key or subject_of(other.dossier).key != key:
            raise BadInput(ANOTHER_SUBJECT, field=field)

    def search(
        self,
        who: Who,
        wanted: DossierFilter,
        lang: str,
        *,
        sort: str = "due",
        limit: int = 50,
        after: str | None = None,
    ) -> DossierPage:
        """Return a page of the dossiers that the caller may see.

        Args:
            sort: `due` (least slack first), `name` (Vietnamese order) or `newest`.
            limit: 1 to 200.
            after: `end_cursor` of the page before.

        Raises:
            BadInput: the cursor is none of ours.
        """
        return self._searching.page(who, wanted, lang, sort=sort, limit=limit, after=after)

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
        found = self._queries.dossier(ref) if nameable(ref) else None
        if found is None:
            raise Unknown(DOSSIER)
        procedure = self._parts.editions.get(found.line.edition)
        require(may_see(who, procedure, Place.of(found.line)))
        loaded = self._parts.store.load(found.line.id, who.account, None)
        if loaded.dossier.edition != procedure.hash:
            procedure = self._parts.editions.get(loaded.dossier.edition)
        if not loaded.dossier.version:
            procedure = self._binding_now(procedure, loaded)
        return Seen(line=found.line, procedure=procedure, loaded=loaded)

    def _binding_now(self, drafted: Procedure, loaded: Loaded) -> Procedure:
        """Return the edition by which a draft would be received today.

        A draft that was opened under an earlier edition is completed for the one that will bind it.
        """
        today = loaded.now.astimezone(TZ).date()
        current = self._parts.editions.in_force(drafted.key, today)
        if current is None or not loaded.dossier.configuration <= current.states.keys():
            return drafted
        return current

    def _submission(self, who: Who, seen: Seen) -> SubmissionLink:
        line = seen.line
        near = self._queries.around(self._searching.sight(who), line.submission, line.place)
        return SubmissionLink(
            code=near.code,
            place=line.place,
            names=near.names,
            before=near.before,
            after=near.after,
        )

    def _draft_only(self, who: Who, seen: Seen) -> None:
        require(may_draft(who, seen.procedure, seen.dossier.owner, seen.dossier.counter))
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

    def taken(
        self, who: Who, seen: Seen, documents: Mapping[str, Any]
    ) -> dict[str, tuple[Paper, ...]]:
        """Return the papers that an act brings, of those that the caller uploaded to the dossier.

        Raises:
            BadInput: the procedure has no such document, or the file was not uploaded here.
        """
        for key in documents:
            if key not in seen.procedure.documents:
                raise BadInput(
                    Text(f"Thủ tục không có giấy tờ {key!r}.", f"No such paper: {key!r}."),
                    field=f"documents.{key}",
                )
        return {
            key: tuple(self._papers.taken(who, seen.line.id, one) for one in given)
            for key, given in documents.items()
        }

    def _path(self, seen: Seen, lang: str) -> list[Step]:
        steps = []
        for event in self._queries.events_of(seen.dossier.stream, openings=False):
            body = json.loads(event.stored.body)
            edition = body["rules"].get("edition")
            procedure = self._parts.editions.get(edition) if edition else seen.procedure
            assert event.stored.recorded_at is not None
            step = step_of(procedure, body, event.stored.recorded_at, lang)
            if step is not None:
                steps.append(step)
        return steps

    def letters(self, seen: Seen, lang: str) -> list[LetterView]:
        """Return the letters of a dossier that the caller may read."""
        return [
            letter_view(seen.procedure, one, lang)
            for one in self._queries.letters_of(seen.dossier.id)
        ]

    def _links(self, who: Who, seen: Seen, lang: str) -> list[LinkView]:
        """Return the linked dossiers; of one that the caller may not read, only what it is."""
        found = []
        for link in self._queries.links_of(seen.dossier.id):
            opened = link.parent == seen.dossier.id
            other = self._queries.dossier(link.child if opened else link.parent)
            if other is None:
                continue
            line = other.line
            procedure = self._parts.editions.get(line.edition)
            visible = may_see(who, procedure, Place.of(line))
            result = (line.result or "") if visible else ""
            states = line.configuration if visible else ()
            found.append(
                LinkView(
                    relation="opened" if opened else "opened_by",
                    dossier=line.id if visible else "",
                    code=(line.received_code or line.code) if visible else "",
                    procedure=procedure.key,
                    procedure_title=procedure.title.in_(lang),
                    state=[Choice(key=p, label=label_of(procedure, p, lang)) for p in states],
                    result=result,
                    result_label=words.result_label(result or None, lang),
                    awaited=opened and bool(link.awaits) and line.result is None,
                )
            )
        return found

    def _tasks(self, who: Who, seen: Seen, lang: str) -> list[TaskView]:
        lines = self._queries.tasks_of(seen.dossier.id)
        names = self._people.names({one.claimed_by for one in lines if one.claimed_by})
        return [
            TaskView(
                id=one.id,
                do=one.do,
                label=trigger_label(seen.procedure, one.do, lang),
                role=one.role,
                role_label=words.role_label(seen.procedure, one.role, lang),
                state=one.state,
                due_on=one.due_on,
                claimed_by=names.get(one.claimed_by or "", ""),
                mine=(one.role, one.org) in who.works,
                escalated_from=words.role_label(seen.procedure, one.escalated_from, lang)
                if one.escalated_from
                else "",
            )
            for one in lines
        ]

    def _done(self, seen: Seen, body: dict[str, Any], lang: str) -> ActDone:
        # The act may have bound the dossier to another edition; labels come from the new one.
        found = self._queries.dossier(seen.line.id)
        procedure = self._parts.editions.get(found.line.edition) if found else seen.procedure
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
            opened=[ActOpened(**one) for one in body.get("opened", ())],
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


def _merged(dossier: Dossier) -> list[Mapping[str, Any]]:
    kept: Mapping[str, Any] = dossier.results.get("merged", {})
    return list(kept.values())
