"""Submissions as people work on them: made of many names at once, changed until they are received,
acted upon as a whole.

A submission decides nothing: each of its dossiers is decided alone, by its own edition.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Literal

from adapters.identity.who import Who
from adapters.services.access import Place, counter_for, may_draft, may_see, nameable, owner_roles
from adapters.services.asks import ActAsked
from adapters.services.bulk import Bulk, BulkAsked, BulkDone
from adapters.services.dossiers import Dossiers
from adapters.services.drafting import Drafting, Opening
from adapters.services.errors import DOSSIER, LETTER, SUBMISSION, Unknown
from adapters.services.forms import act_form, draft_form
from adapters.services.media import media_type_of, safe_name
from adapters.services.papers import Papers
from adapters.services.parts import Parts
from adapters.services.same_names import Names
from adapters.services.searching import Searching
from adapters.services.showing import letter_view
from adapters.services.submission_showing import (
    shared_papers,
    shared_slots,
    submission_line,
)
from adapters.services.submission_views import (
    NameRow,
    RowProblem,
    RowsRefused,
    SubmissionAsked,
    SubmissionLine,
    SubmissionOffer,
    SubmissionPage,
    SubmissionView,
)
from adapters.services.views import (
    Choice,
    File,
    LetterView,
    PageInfo,
)
from adapters.storage.search import DossierFilter, DossierLine
from adapters.storage.submissions import StateTally, Submission
from engine.bulk import BulkAnswer
from engine.calendar import TZ
from engine.decide import draft_data, draft_fields
from engine.definition import Procedure, Result, Transition
from engine.dossier import Dossier, Paper
from engine.errors import BadInput, SubmissionClosed
from engine.inputs import missing
from engine.permits import receiving_roles
from engine.places import is_active
from engine.ports import Answer
from engine.text import Text

__all__ = [
    "MOST_NAMES",
    "RowProblem",
    "RowsRefused",
    "SubmissionActAsked",
    "SubmissionAsked",
    "SubmissionView",
    "Submissions",
]

MOST_NAMES = 1000
"""Names that one request may bring, and that one submission may hold."""

Which = Literal["all", "mine", "receive"]

_CLOSED = Text(
    "Hồ sơ trình đã được tiếp nhận: chỉ còn rút từng hồ sơ, hoặc lập hồ sơ trình bổ sung.",
    "The submission has been received: dossiers can be withdrawn, others go into a supplementary "
    "submission.",
)
_DROPPED = "Bỏ tên khỏi hồ sơ trình trước khi tiếp nhận"


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionActAsked:
    """One act on the dossiers of a submission.

    Attributes:
        dossiers: codes or ids; empty: every dossier of it from where the act leads on, and all of
            them if it leads on from none.
        on_refusal: `abort`: all or none; `skip`: do what is allowed.
        key: idempotency key of the whole request, or None.
    """

    trigger: str
    dossiers: Sequence[str] = ()
    reason: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    effective_on: date | None = None
    ground: str = ""
    paper: str = ""
    on_refusal: Literal["skip", "abort"] = "abort"
    key: str | None = None

    def fingerprint(self, ref: str) -> str:
        """Return the SHA-256 (hex) of what is asked of which submission; the key is no part."""
        told = {**asdict(self), "submission": ref}
        del told["key"]
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A submission of which the caller may read at least one dossier, and those dossiers."""

    held: Submission
    edition: Procedure
    lines: Sequence[DossierLine]
    editable: bool


class Submissions:
    """Makes, changes, shows, finds and acts upon submissions."""

    def __init__(self, parts: Parts, dossiers: Dossiers, bulk: Bulk) -> None:
        """Work on the store of `parts`."""
        self._parts = parts
        self._queries = parts.queries
        self._dossiers = dossiers
        self._bulk = bulk
        self._drafting = Drafting(parts)
        self._searching = Searching(parts)
        self._papers = Papers(parts)

    def make(self, who: Who, asked: SubmissionAsked, lang: str) -> SubmissionView:
        """Open a submission with 1 to 1000 names, all or none, in one transaction.

        The caller submits for a unit in which they hold a submitting role, or, at the counter of
        the office that receives what the unit submits, on behalf of that unit. The dossiers are
        drafts; `act` with the trigger that submits sends them in.

        >>> from adapters.services.submission_views import SubmissionAsked
        >>> asked = SubmissionAsked(
        ...     procedure="provincial-award",
        ...     owner="so-y-te",
        ...     shared={"award": "merit"},
        ...     rows=[{"nominee": {"kind": "individual", "name": "Nguyễn Văn A"}}],
        ...     key="list-2025-1",
        ... )

        Raises:
            Unknown: no such procedure, or the caller may not open one for this unit.
            NoEditionInForce: no edition binds today.
            RowsRefused: every row that cannot be taken, with its place, field and reason.
            BadInput: no row, too many rows, no unit, or the key is malformed.
            KeyReused: the key belongs to another request.
        """
        return self.show(who, self.made(who, asked), lang)

    def made(self, who: Who, asked: SubmissionAsked) -> str:
        """Do what `make` does and return the id alone: a view of a thousand names takes a while.

        Raises:
            See `make`.
        """
        asked = replace(asked, owner=asked.owner or self._own_unit(who, asked.procedure))
        opening = self._drafting.opening(who, asked.procedure, asked.owner)
        supplements = self._supplemented(who, asked)
        told = {**asdict(asked), "open": "submission"}
        del told["key"]

        def store(answer: Callable[[str], Answer] | None) -> str:
            ref = self._parts.ids.uuid7()
            drafts = self._drafts(who, opening, _merged(asked), ref)
            self._parts.store.submissions.make(
                drafts, supplements=supplements, answer=answer(ref) if answer else None
            )
            return ref

        return self._drafting.once(who, asked.key, told, store)

    def check(
        self, who: Who, asked: SubmissionAsked, *, complete: bool = False
    ) -> Sequence[RowProblem]:
        """Return why rows could not be taken by `make`, in their order; nothing is stored.

        Args:
            complete: a row must hold all that the procedure requires of a draft, too.

        Raises:
            Unknown, NoEditionInForce, BadInput: as `make`.
        """
        asked = replace(asked, owner=asked.owner or self._own_unit(who, asked.procedure))
        opening = self._drafting.opening(who, asked.procedure, asked.owner)
        return self._judged(who, opening, _merged(asked), "", (), complete=complete)[1]

    def add(
        self,
        who: Who,
        ref: str,
        rows: Sequence[Mapping[str, object]],
        lang: str,
        *,
        key: str | None = None,
    ) -> SubmissionView:
        """Add names to a submission that has not been received; they get the papers it shares.

        They are drafts, even if others are submitted already, and are submitted by an act of their
        own.

        Raises:
            Unknown: there is no such submission for this caller.
            SubmissionClosed: it has been received.
            RowsRefused, BadInput, KeyReused: as `make`.
        """
        seen = self._open(who, ref)
        held = seen.held
        opening = self._drafting.opening(who, held.procedure, held.owner)
        opening = replace(opening, counter=held.counter)
        told = {"open": "names", "submission": held.id, "rows": list(rows)}

        def store(answer: Callable[[str], Answer] | None) -> str:
            drafts = self._drafts(who, opening, rows, held.id, seen.lines)
            self._parts.store.submissions.add(held.id, drafts, answer(held.id) if answer else None)
            return held.id

        return self.show(who, self._drafting.once(who, key, told, store), lang)

    def drop(
        self, who: Who, ref: str, dossier: str, lang: str, *, reason: str = ""
    ) -> SubmissionView:
        """Take a name out before it is received: a draft vanishes, a submitted one is withdrawn.

        Raises:
            Unknown: there is no such submission for this caller, or no such dossier in it.
            SubmissionClosed: it has been received, or this is its last name.
            Refusal: the procedure does not let it be withdrawn by this caller now.
        """
        seen = self._seen(who, ref)
        line = _line_of(seen, dossier)
        if line.version == 0:
            seen = self._open(who, ref)
            self._parts.store.submissions.drop(seen.held.id, line.id)
        else:
            way = self._leaving(line)
            if line.received_code is not None or way is None:
                raise SubmissionClosed(_CLOSED)
            asked = ActAsked(trigger=way.trigger, reason=reason or _DROPPED)
            self._dossiers.act(who, line.id, asked, lang)
        return self.show(who, seen.held.id, lang)

    def attach(
        self,
        who: Who,
        ref: str,
        document: str,
        content: bytes,
        name: str,
        lang: str,
        *,
        signed: bool = False,
    ) -> SubmissionView:
        """Put a file into a submission as a paper that all its drafts share.

        Raises:
            Unknown: there is no such submission for this caller.
            SubmissionClosed: it has been received.
            BadInput: the procedure knows no such shared paper.
            FileRefused: it is none of the kinds that are taken.
        """
        seen = self._open(who, ref)
        if document not in shared_papers(seen.edition):
            raise BadInput(
                Text(
                    f"{document!r} không phải giấy tờ chung của hồ sơ trình.",
                    f"{document!r} is no paper that a submission shares.",
                ),
                field="document",
            )
        media_type = media_type_of(content)
        sha256, size = self._parts.files.put(content)
        paper = Paper(
            sha256=sha256,
            size=size,
            media_type=media_type,
            name=safe_name(name, media_type),
            signed=signed,
        )
        self._parts.store.submissions.attach(seen.held.id, document, paper)
        return self.show(who, seen.held.id, lang)

    def detach(self, who: Who, ref: str, document: str, sha256: str, lang: str) -> SubmissionView:
        """Take a shared paper out of a submission and out of its drafts.

        Raises:
            Unknown: there is no such submission for this caller.
            SubmissionClosed: it has been received.
        """
        seen = self._open(who, ref)
        self._parts.store.submissions.detach(seen.held.id, document, sha256)
        return self.show(who, seen.held.id, lang)

    def file(self, who: Who, ref: str, sha256: str) -> File:
        """Return a shared paper.

        Raises:
            Unknown: there is no such submission for this caller, or it has no such paper.
        """
        return self._papers.file(self._seen(who, ref).held.documents, sha256)

    def with_letter(self, who: Who, ref: str, letter: str) -> str:
        """Return the id of a dossier of the submission that has this letter.

        Raises:
            Unknown: there is no such submission for this caller, or none of its dossiers has it.
        """
        seen = self._seen(who, ref)
        listed = dict(self._queries.dossiers_of(letter)) if nameable(letter) else {}
        for one in seen.lines:
            if one.id in listed:
                return one.id
        raise Unknown(LETTER)

    def letters(self, who: Who, ref: str, key: str = "") -> Sequence[str]:
        """Return ids of the letters of a submission, each once, in the order of their issue.

        Args:
            key: of one kind of letter; empty: all kinds.

        Raises:
            Unknown: there is no such submission for this caller, or none of it has such a letter.
        """
        held = self._seen(who, ref).held
        found = self._queries.letters_in(self._searching.sight(who), held.id)
        ids = [one.id for one in found if key in ("", one.key)]
        if not ids:
            raise Unknown(LETTER)
        return ids

    def act(self, who: Who, ref: str, asked: SubmissionActAsked, lang: str) -> BulkDone:
        """Do one act on the dossiers of a submission; each is decided alone.

        Raises:
            Unknown: there is no such submission for this caller, or a dossier is none of it.
            NothingDone: no dossier allowed it, or all or none was asked and one did not.
            BadInput, KeyReused: as `Bulk.act`.
        """
        return self._bulk.act(who, self._asked(who, ref, asked), lang)

    def told(self, who: Who, ref: str, asked: SubmissionActAsked, lang: str) -> BulkDone:
        """Do the same and say what became of each, even if nothing was done.

        Raises:
            Unknown: there is no such submission for this caller, or a dossier is none of it.
            BadInput, KeyReused: as `Bulk.told`.
        """
        return self._bulk.told(who, self._asked(who, ref, asked), lang)

    def show(self, who: Who, ref: str, lang: str) -> SubmissionView:
        """Return a submission by id, draft code or code, as far as the caller may see it.

        Raises:
            Unknown: there is no such submission for this caller.
        """
        seen = self._seen(who, ref)
        held = seen.held
        at = self._parts.now()
        added_to = self._queries.submission(held.supplements) if held.supplements else None
        tallies = self._queries.tallies(self._searching.sight(who), [held.id])
        return SubmissionView(
            line=self._line(who, held, tallies, lang),
            editable=seen.editable,
            papers=shared_slots(seen.edition, held, lang),
            items=[
                NameRow(
                    place=one.place,
                    dossier=self._searching.row(who, one, at, lang),
                    droppable=self._droppable(who, seen, one),
                )
                for one in seen.lines
            ],
            letters=self._letters(who, held, lang),
            offers=self._offers(who, seen, at.astimezone(TZ).date(), lang),
            fields=draft_form(seen.edition, {}, lang) if seen.editable else (),
            supplements=(added_to.code or added_to.draft_code) if added_to else "",
        )

    def find(
        self,
        who: Who,
        lang: str,
        *,
        which: Which = "all",
        procedure: str = "",
        limit: int = 50,
        after: str | None = None,
    ) -> SubmissionPage:
        """Return a page of submissions of which the caller may see a dossier, the newest first.

        Args:
            which: `mine`: of the units that the caller submits for; `receive`: with a dossier that
                waits for the caller to receive it.
            limit: 1 to 200.
            after: `end_cursor` of the page before.

        Raises:
            BadInput: the cursor is none of ours.
        """
        # A session of the council is a submission of one only to the database.
        proposing = {e.key for e in self._editions() if e.council is None}
        procedures = proposing.intersection([procedure]) if procedure else proposing
        wanted = DossierFilter(procedures=sorted(procedures) or [""])
        if which == "mine":
            owners = frozenset(o for e in self._editions() for o in who.orgs_of(owner_roles(e)))
            wanted = replace(wanted, owners=sorted(owners) or [""])
        elif which == "receive":
            states = {
                state
                for e in self._editions()
                for way in e.transitions
                if way.accepts and who.orgs_of(way.by)
                for state in way.sources
            }
            wanted = replace(wanted, states=sorted(states) or [""], drafts=False)
        sight = self._searching.sight(who)
        found = self._queries.submissions(sight, wanted, after_cursor=after, limit=limit)
        tallies = self._queries.tallies(sight, [one.id for one in found.items])
        return SubmissionPage(
            items=[self._line(who, one, tallies, lang) for one in found.items],
            page=PageInfo(end_cursor=found.end_cursor),
        )

    def startable(self, who: Who, lang: str) -> Sequence[tuple[Procedure, Sequence[Choice]]]:
        """Return what the caller may submit today, and for which units."""
        today = self._parts.now().astimezone(TZ).date()
        found = []
        for key in sorted({e.procedure for e in self._parts.editions.listed()}):
            edition = self._parts.editions.in_force(key, today)
            if edition is None or edition.council is not None:
                continue
            own = who.orgs_of(owner_roles(edition))
            behind = {
                org
                for org in who.tree.organisations
                if org not in own and counter_for(who, edition, org)
            }
            units = sorted(own | behind, key=lambda o: (o not in own, who.tree.name(o, lang), o))
            if units:
                found.append(
                    (edition, [Choice(key=o, label=who.tree.name(o, lang)) for o in units])
                )
        return found

    def _own_unit(self, who: Who, procedure: str) -> str:
        roles = {r for e in self._editions() if e.key == procedure for r in owner_roles(e)}
        own = who.orgs_of(roles)
        if len(own) != 1:
            raise BadInput(Text("Hãy nêu đơn vị trình.", "Say which unit submits."), field="owner")
        return next(iter(own))

    def _editions(self) -> Iterable[Procedure]:
        return [self._parts.editions.get(one.hash) for one in self._parts.editions.listed()]

    def _supplemented(self, who: Who, asked: SubmissionAsked) -> str | None:
        if not asked.supplements:
            return None
        held = self._seen(who, asked.supplements).held
        if (held.procedure, held.owner) != (asked.procedure, asked.owner) or held.code is None:
            raise BadInput(
                Text(
                    "Chỉ bổ sung cho hồ sơ trình đã tiếp nhận của chính đơn vị, cùng thủ tục.",
                    "Only a received submission of the same unit and procedure is added to.",
                ),
                field="supplements",
            )
        return held.id

    def _drafts(
        self,
        who: Who,
        opening: Opening,
        rows: Sequence[Mapping[str, object]],
        submission: str,
        there: Sequence[DossierLine] = (),
    ) -> Sequence[Dossier]:
        drafts, problems = self._judged(who, opening, rows, submission, there)
        if problems:
            count = len({one.row for one in problems})
            raise RowsRefused(
                Text(
                    f"Có {count} dòng chưa đúng; chưa ghi gì. {problems[0].text.vi}",
                    f"{count} rows are not in order; nothing was stored. {problems[0].text.en}",
                ),
                problems,
            )
        return drafts

    def _judged(
        self,
        who: Who,
        opening: Opening,
        rows: Sequence[Mapping[str, object]],
        submission: str,
        there: Sequence[DossierLine],
        *,
        complete: bool = False,
    ) -> tuple[Sequence[Dossier], Sequence[RowProblem]]:
        if not 0 < len(rows) + len(there) <= MOST_NAMES or not rows:
            raise BadInput(
                Text(
                    f"Hồ sơ trình có từ 1 đến {MOST_NAMES} người hoặc tập thể.",
                    f"A submission holds 1 to {MOST_NAMES} names.",
                ),
                field="rows",
            )
        edition = opening.edition
        wanted = [edition.fields[key] for key in draft_fields(edition)] if complete else []
        first = self._drafting.draft(who, opening, {}, submission)
        drafts: list[Dossier] = []
        problems: list[RowProblem] = []
        names = Names(edition)
        for place, row in enumerate(rows, 1):
            try:
                data = draft_data(edition, row, today=opening.at.astimezone(TZ).date())
                for one in wanted:
                    if one.required and one.key not in data:
                        raise missing(one, one.key)
            except BadInput as error:
                where = str(error.facts.get("field") or "")
                problems.append(RowProblem(row=place, field=where, text=error.text))
                continue
            draft = replace(first, id=self._parts.ids.uuid7(), data=data)
            twice = names.twice(place, data)
            if twice is not None:
                problems.append(RowProblem(row=place, field="", text=twice.text))
            drafts.append(draft)
        return drafts, problems

    def _seen(self, who: Who, ref: str) -> _Seen:
        held = self._queries.submission(ref) if nameable(ref) else None
        if held is None:
            raise Unknown(SUBMISSION)
        lines = [
            one
            for one in self._queries.dossiers_in(held.id)
            if may_see(who, self._parts.editions.get(one.edition), Place.of(one))
        ]
        if not lines:
            raise Unknown(SUBMISSION)
        today = self._parts.now().astimezone(TZ).date()
        self._parts.editions.listed()
        edition = self._parts.editions.in_force(held.procedure, today)
        edition = edition or self._parts.editions.get(lines[0].edition)
        return _Seen(
            held=held,
            edition=edition,
            lines=lines,
            editable=held.code is None and may_draft(who, edition, held.owner, held.counter),
        )

    def _open(self, who: Who, ref: str) -> _Seen:
        """Return a submission that the caller may change.

        Raises:
            Unknown: there is none for this caller, or they may only read it.
            SubmissionClosed: it has been received.
        """
        seen = self._seen(who, ref)
        if not may_draft(who, seen.edition, seen.held.owner, seen.held.counter):
            raise Unknown(SUBMISSION)
        if not seen.editable:
            raise SubmissionClosed(_CLOSED)
        return seen

    def _asked(self, who: Who, ref: str, asked: SubmissionActAsked) -> BulkAsked:
        seen = self._seen(who, ref)
        fingerprint = asked.fingerprint(seen.held.id)
        refs = self._answered(who, asked.key, fingerprint)
        if refs is None:
            refs = [_line_of(seen, one).id for one in asked.dossiers]
            refs = refs or [one.id for one in self._addressed(seen, asked.trigger)]
        return BulkAsked(
            dossiers=refs,
            trigger=asked.trigger,
            reason=asked.reason,
            data=asked.data,
            effective_on=asked.effective_on,
            ground=asked.ground,
            paper=asked.paper,
            on_refusal=asked.on_refusal,
            key=asked.key,
            request=fingerprint,
        )

    def _answered(self, who: Who, key: str | None, fingerprint: str) -> list[str] | None:
        """Return which dossiers the same request named when it was answered, or None."""
        if not (key and nameable(key)):
            return None
        kept = self._queries.answer(who.account, key)
        if kept is None or kept.fingerprint != fingerprint:
            return None
        return [row.ref for row in BulkAnswer.from_json(kept.body).rows]

    def _addressed(self, seen: _Seen, trigger: str) -> Sequence[DossierLine]:
        there = [
            one
            for one in seen.lines
            if any(
                way.trigger == trigger and _leads_from(way, one) for way in self._ways(seen, one)
            )
        ]
        return there or seen.lines

    def _ways(self, seen: _Seen, line: DossierLine) -> Sequence[Transition]:
        """Return the transitions of the edition by which a dossier goes on."""
        edition = seen.edition if line.version == 0 else self._parts.editions.get(line.edition)
        return edition.transitions

    def _leaving(self, line: DossierLine) -> Transition | None:
        """Return the act by which its owner takes a submitted dossier back, or None."""
        edition = self._parts.editions.get(line.edition)
        for way in edition.transitions:
            end = edition.states.get(way.target or "")
            own = any(role in edition.roles and edition.roles[role].of_owner for role in way.by)
            if own and end and end.result is Result.WITHDRAWN and _leads_from(way, line):
                return way
        return None

    def _droppable(self, who: Who, seen: _Seen, line: DossierLine) -> bool:
        if line.version == 0:
            return seen.editable and len(seen.lines) > 1
        if line.received_code is not None or line.result is not None:
            return False
        edition = self._parts.editions.get(line.edition)
        mine = may_draft(who, edition, line.owner, line.counter)
        return mine and self._leaving(line) is not None

    def _offers(self, who: Who, seen: _Seen, today: date, lang: str) -> Sequence[SubmissionOffer]:
        """Return the acts of the caller's roles, each with the names that stand where it begins."""
        held = seen.held
        mine = {role for role, _ in who.works}
        if held.counter is not None and held.counter in who.orgs_of(receiving_roles(seen.edition)):
            mine |= owner_roles(seen.edition)
        found: dict[str, list[tuple[DossierLine, Transition]]] = {}
        for line in seen.lines:
            for way in self._ways(seen, line):
                if not way.auto and mine.intersection(way.by) and _leads_from(way, line):
                    names = found.setdefault(way.trigger, [])
                    if not names or names[-1][0] is not line:
                        names.append((line, way))
        offers = []
        for trigger, names in found.items():
            line, way = names[0]
            edition = seen.edition if line.version == 0 else self._parts.editions.get(line.edition)
            dossier = self._parts.store.load(line.id, who.account, None).dossier
            reasons = [Choice(key=k, label=t.in_(lang)) for k, t in way.closed_reasons.items()]
            offers.append(
                SubmissionOffer(
                    trigger=trigger,
                    label=way.label.in_(lang),
                    names=[one.received_code or one.code for one, _ in names],
                    fields=act_form(edition, way, dossier, today, lang),
                    reason="closed" if reasons else "required" if way.reason_required else "none",
                    reasons=reasons,
                )
            )
        return offers

    def _letters(self, who: Who, held: Submission, lang: str) -> Sequence[LetterView]:
        return [
            letter_view(self._parts.editions.get(one.edition), one, lang)
            for one in self._queries.letters_in(self._searching.sight(who), held.id)
        ]

    def _line(
        self, who: Who, held: Submission, tallies: Sequence[StateTally], lang: str
    ) -> SubmissionLine:
        return submission_line(who.tree, self._parts.editions, held, tallies, lang)


def _merged(asked: SubmissionAsked) -> Sequence[Mapping[str, object]]:
    return [{**asked.shared, **row} for row in asked.rows]


def _line_of(seen: _Seen, ref: str) -> DossierLine:
    for one in seen.lines:
        if ref in (one.id, one.code, one.received_code):
            return one
    raise Unknown(DOSSIER)


def _leads_from(way: Transition, line: DossierLine) -> bool:
    return any(is_active(source, line.configuration) for source in way.sources)
