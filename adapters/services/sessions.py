"""Council sessions as people work on them: called, prepared, counted, signed.

Who may do what is decided by the session's own procedure; a refusal names every item that refuses.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from adapters.identity.who import Who
from adapters.services.access import check_key, may_draft, nameable
from adapters.services.asks import ActAsked, PaperGiven
from adapters.services.dossiers import Dossiers, version_of
from adapters.services.drafting import Drafting
from adapters.services.errors import PROCEDURE, Unknown
from adapters.services.parts import Parts
from adapters.services.session_views import (
    MemberView,
    SessionDone,
    SessionItem,
    SessionLine,
    SessionView,
    WaitingView,
    item_view,
)
from adapters.services.showing import label_of
from adapters.services.views import Choice
from adapters.storage.drafts import SESSIONS
from adapters.storage.session_search import (
    item_counts,
    items_of,
    sessions_held_by,
    waiting_for,
)
from engine.council import seats_of
from engine.decide import decide
from engine.definition import Procedure
from engine.dossier import Act
from engine.errors import BadInput, ItemsRefused, Refusal
from engine.ports import Answer
from engine.runtime import Ask
from engine.session import Asked
from engine.text import Text

MOST_ROWS = 2_000
PAGE = 50
MOST_WAITING = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionCalled:
    """A session to be called.

    Attributes:
        procedure: key of a procedure whose subject is a session.
        owner: organisation whose council it is; empty: the only one for which the caller may.
        data: what the call asks for: day, place, electorate.
        key: idempotency key; the same key calls one session, even if a call was cut off half-way.
    """

    procedure: str = "council-session"
    owner: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionAct:
    """One act on a session.

    Attributes:
        dossiers: codes or ids of the items that the act is about, where it is about some.
        ballots: what was counted, each with `dossier` (code or id).
    """

    trigger: str
    dossiers: Sequence[str] = ()
    ballots: Sequence[Mapping[str, object]] = ()
    reason: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    documents: Mapping[str, Sequence[PaperGiven]] = field(default_factory=dict)
    key: str | None = None
    if_match: str | None = None

    def fingerprint(self, session: str) -> str:
        """Return the SHA-256 (hex) of what is asked of which session; the keys are no part."""
        told = {**asdict(self), "session": session}
        del told["key"], told["if_match"]
        return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


class Sessions:
    """Calls sessions, puts dossiers on their agendas, enters what was counted, signs."""

    def __init__(self, parts: Parts, dossiers: Dossiers) -> None:
        """Work on the store of `parts`."""
        self._parts = parts
        self._dossiers = dossiers
        self._drafting = Drafting(parts)

    def councils(self, who: Who) -> list[tuple[str, str]]:
        """Return (procedure, organisation) of the councils whose sessions the caller may call.

        A department works for the organisation that it is part of, and has no council of its own.
        """
        known = who.tree.organisations
        return [
            (procedure.key, org)
            for procedure in self._procedures()
            for org in sorted(who.sees)
            if org in known and known[org].part_of is None and may_draft(who, procedure, org)
        ]

    def call(self, who: Who, asked: SessionCalled, lang: str) -> SessionView:
        """Call a session; a call that is refused leaves nothing behind.

        Raises:
            Unknown: the caller may call no session there.
            Refusal: the call is not in order, with its reason.
            KeyReused: the key belongs to another request.
        """
        owner = asked.owner or self._only(who, asked.procedure)
        opening = self._drafting.opening(who, asked.procedure, owner)
        if opening.edition.council is None:
            raise Unknown(PROCEDURE)
        draft = replace(self._drafting.draft(who, opening, {}), stream=SESSIONS, counter=None)
        trigger = next(
            t.trigger
            for t in opening.edition.transitions
            if opening.edition.initial.path in t.sources
        )
        tried = decide(
            opening.edition,
            draft,
            Act(id=self._parts.ids.uuid7(), trigger=trigger, actor=who.actor, data=asked.data),
            at=opening.at,
            calendar=self._parts.calendars.current(),
            counts={},
        )
        if isinstance(tried, Refusal):
            raise tried
        told = {"call": asked.procedure, "owner": owner, "data": asked.data}

        def make(answer: Callable[[str], Answer] | None) -> str:
            return self._parts.store.create_draft(draft, answer and answer(draft.id)).id

        id = self._drafting.once(who, asked.key, told, make)
        # The draft is one commit and its call another: whoever asks again after a crash between
        # them has the session that was begun, called.
        if not self._dossiers.seen(who, id).dossier.version:
            self._dossiers.act(who, id, ActAsked(trigger=trigger, data=asked.data), lang)
        return self.show(who, id, lang)

    def _only(self, who: Who, procedure: str) -> str:
        orgs = [org for key, org in self.councils(who) if key == procedure]
        if not orgs:
            raise Unknown(PROCEDURE)
        if len(orgs) > 1:
            raise BadInput(
                Text("Hãy chọn Hội đồng của cơ quan nào.", "Say whose council it is."),
                field="owner",
            )
        return orgs[0]

    def find(self, who: Who, lang: str) -> list[SessionLine]:
        """Return the newest sessions that the caller may see."""
        keys = [procedure.key for procedure in self._procedures()]
        ids = sessions_held_by(self._parts.db, who.sees, keys)
        loaded = self._parts.store.load_many(ids, who.account, None).loaded if ids else ()
        counts = item_counts(self._parts.db, ids)
        found = []
        for one in loaded:
            assert one is not None
            dossier = one.dossier
            procedure = self._parts.editions.get(dossier.edition)
            state = next(iter(sorted(dossier.configuration)))
            found.append(
                SessionLine(
                    code=dossier.code,
                    title=procedure.title.in_(lang),
                    org=who.tree.name(dossier.holder, lang),
                    held_on=str(dossier.data.get("held_on") or ""),
                    place=str(dossier.data.get("place") or ""),
                    state=Choice(key=state, label=label_of(procedure, state, lang)),
                    items=counts.get(dossier.id, 0),
                )
            )
        return found

    def show(
        self, who: Who, ref: str, lang: str, *, offset: int = 0, limit: int | None = None
    ) -> SessionView:
        """Return a session with its council, its items (or a page of them) and what may be done.

        Raises:
            Unknown: there is no such session for this caller.
        """
        seen = self._dossiers.seen(who, ref)
        procedure, dossier = seen.procedure, seen.dossier
        if procedure.council is None:
            raise Unknown(PROCEDURE)
        view = self._dossiers.view(who, seen.line.id, lang)
        agenda = self._parts.store.agenda(dossier.id)
        seats = seats_of(procedure, dossier)
        how = {one["member"]: one["how"] for one in _records(dossier.data, "attendance")}
        results = [one.result for one in agenda.items]
        return SessionView(
            code=dossier.code,
            id=dossier.id,
            title=procedure.title.in_(lang),
            org=dossier.holder,
            org_name=who.tree.name(dossier.holder, lang),
            etag=view.etag,
            state=Choice(key=view.states[0].path, label=view.states[0].label),
            held_on=str(dossier.data.get("held_on") or ""),
            begins_at=str(dossier.data.get("begins_at") or ""),
            place=str(dossier.data.get("place") or ""),
            concluded=dossier.result == "granted",
            members=seats.members,
            present=seats.present,
            written=seats.written,
            electorate=[
                MemberView(
                    number=at,
                    name=str(one.get("name", "")),
                    position=str(one.get("position", "")),
                    capacity=str(one["capacity"]),
                    how=str(how.get(at, "")),
                )
                for at, one in enumerate(_records(dossier.data, "electorate"), 1)
            ],
            count=len(results),
            passed=results.count("pass"),
            failed=results.count("fail"),
            deferred=results.count("defer"),
            undecided=len(results) - sum(results.count(one) for one in ("pass", "fail", "defer")),
            items=self._items(who, dossier.id, lang, offset, limit),
            offers=view.offers,
            papers=view.papers,
        )

    def _items(
        self, who: Who, session: str, lang: str, offset: int, limit: int | None
    ) -> list[SessionItem]:
        lines = items_of(self._parts.db, session, offset=offset, limit=limit)
        return [
            item_view(line, self._edition(line.procedure, line.item.edition), who, lang)
            for line in lines
        ]

    def _edition(self, procedure: str, edition: str) -> Procedure | None:
        if edition:
            return self._parts.editions.get(edition)
        known = [e for e in self._parts.editions.listed() if e.procedure == procedure]
        return self._parts.editions.get(known[-1].hash) if known else None

    def waiting(self, who: Who, ref: str, lang: str) -> list[WaitingView]:
        """Return the dossiers that wait for this council and are on no agenda.

        Raises:
            Unknown: there is no such session for this caller.
        """
        seen = self._dossiers.seen(who, ref)
        states = [
            (listed.hash, state.path)
            for listed in self._parts.editions.listed()
            for state in self._parts.editions.get(listed.hash).states.values()
            if state.ballot is not None
        ]
        found = waiting_for(self._parts.db, seen.dossier.holder, states, MOST_WAITING)
        return [
            WaitingView(
                code=one.code,
                name=one.name,
                award=_award(self._parts.editions.get(one.edition), one.award, lang),
                owner=who.tree.name(one.owner, lang),
            )
            for one in found
        ]

    def act(self, who: Who, ref: str, asked: SessionAct, lang: str) -> SessionDone:
        """Do one act on a session; on items it is all or nothing.

        Raises:
            Unknown: there is no such session for this caller.
            ItemsRefused: names every item that refuses, with its code and reason.
            Refusal, Conflict: as for an act on a dossier.
        """
        seen = self._dossiers.seen(who, ref)
        if seen.procedure.council is None:
            raise Unknown(PROCEDURE)
        check_key(asked.key)
        ways = seen.procedure.pulled_by(asked.trigger)
        if not any(way.on_items for way in ways):
            given = ActAsked(
                trigger=asked.trigger,
                reason=asked.reason,
                data=asked.data,
                documents=asked.documents,
                key=asked.key,
                if_match=asked.if_match,
            )
            self._dossiers.act(who, seen.line.id, given, lang)
            return SessionDone(session=self.show(who, seen.line.id, lang))
        rows = [*asked.dossiers, *(str(one.get("dossier", "")) for one in asked.ballots)]
        if len(rows) > MOST_ROWS:
            raise BadInput(
                Text(f"Mỗi lần tối đa {MOST_ROWS} mục.", f"At most {MOST_ROWS} items at once."),
                field="dossiers",
            )
        ids = self._ids(who, seen.line.id, rows)
        documents = self._dossiers.taken(who, seen, asked.documents)
        # What another process has published binds here too.
        self._parts.editions.listed()
        try:
            answer = self._parts.engine.hold(
                Ask(
                    ref=seen.line.id,
                    trigger=asked.trigger,
                    actor=who.actor,
                    reason=asked.reason,
                    data=asked.data,
                    documents=documents,
                    key=asked.key,
                    fingerprint=asked.fingerprint(seen.line.id),
                    if_match=version_of(asked.if_match),
                ),
                Asked(
                    dossiers=tuple(ids.get(one, one) for one in asked.dossiers),
                    ballots=tuple(
                        (
                            ids.get(str(one.get("dossier", "")), str(one.get("dossier", ""))),
                            {key: value for key, value in one.items() if key != "dossier"},
                        )
                        for one in asked.ballots
                    ),
                ),
            )
        except ItemsRefused as refused:
            raise self._in_codes(refused, {**{v: k for k, v in ids.items()}}) from refused
        left = json.loads(answer.body).get("left", [])
        codes = {line.id: line.received_code or line.code for line in self._named(left)}
        return SessionDone(
            session=self.show(who, seen.line.id, lang), left=[codes.get(one, one) for one in left]
        )

    def _ids(self, who: Who, session: str, refs: Sequence[str]) -> dict[str, str]:
        """Return reference -> id of what is on the agenda or may be seen by the caller."""
        found: dict[str, str] = {}
        for line in self._named([ref for ref in refs if nameable(ref)]):
            if not who.sees & {line.owner, line.holder, *line.former_holders}:
                continue
            for name in (line.id, line.code, line.received_code):
                if name in refs:
                    found[name] = line.id
        return found

    def _named(self, refs: Sequence[str]) -> list[Any]:
        return list(self._parts.queries.dossiers_named(refs)) if refs else []

    def _in_codes(self, refused: ItemsRefused, asked: Mapping[str, str]) -> ItemsRefused:
        """Return the refusal with the dossiers' codes for their ids, as people know them."""
        rows: Any = refused.facts["items"]
        named = {line.id: line for line in self._named([one["dossier"] for one in rows])}
        items = []
        for one in rows:
            line = named.get(one["dossier"])
            code = (line.received_code or line.code) if line else asked.get(one["dossier"], "")
            items.append({**one, "dossier": code or one["dossier"]})
        return ItemsRefused(refused.text, items=items)

    def _procedures(self) -> list[Procedure]:
        found: dict[str, Procedure] = {}
        for listed in self._parts.editions.listed():
            edition = self._parts.editions.get(listed.hash)
            if edition.council is not None:
                found[edition.key] = edition
        return list(found.values())


def _records(data: Mapping[str, object], key: str) -> Sequence[Mapping[str, Any]]:
    found: Any = data.get(key) or ()
    return found  # type: ignore[no-any-return]


def _award(procedure: Procedure, award: str, lang: str) -> str:
    if procedure.award_field is None:
        return award
    label = procedure.fields[procedure.award_field].choices.get(award)
    return label.in_(lang) if label else award
