"""Council sessions: their list, one session with its agenda and its counts, the call of a new one.

The table of counts is one plain form of fifty items: whoever types goes from number to number with
the tabulator, and every number that follows from the attendance stands there already.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from adapters.services.asks import PaperGiven
from adapters.services.letters import PDF
from adapters.services.session_views import SessionItem
from adapters.services.sessions import PAGE, SessionAct, SessionCalled
from adapters.services.views import Choice
from adapters.web import forms
from adapters.web.files import attachment
from adapters.web.i18n import LANGUAGES, say
from adapters.web.pages.asking import Looking, Posting, Sent, Visitor, files, text
from adapters.web.pages.rendering import go, page
from adapters.web.pages.route import PageRoute
from adapters.web.problems import told
from engine.agenda import COUNTED
from engine.council import CAPACITIES
from engine.errors import BallotInvalid, GuardRefused, ItemsRefused, Refusal

router = APIRouter(route_class=PageRoute, include_in_schema=False)

TYPED = ("present", "written", "yes", "no", "blank", "recused")
_TYPED_CALL = ("owner", "held_on", "begins_at", "place", "electorate")
ITEMS = frozenset({"put_items", "drop_items", "defer_items"})
"""Acts that have a form of their own on the page, with boxes to tick."""


@router.get("/sessions")
def sessions(request: Request, visitor: Looking) -> Response:
    """Show the newest sessions."""
    found = visitor.services.sessions.find(visitor.who, visitor.lang)
    callable_ = bool(visitor.services.sessions.councils(visitor.who))
    return page(request, "sessions.html", found=found, callable=callable_)


@router.get("/sessions/new")
def new_session(request: Request, visitor: Looking) -> Response:
    """Show the form that calls a session."""
    return _new_page(request, visitor, {})


@router.post("/sessions/new")
def call(request: Request, visitor: Posting, form: Sent) -> Response:
    """Call a session."""
    lang = visitor.lang
    typed = {key: text(form, key) for key in _TYPED_CALL}
    held_on = forms.day_of(typed["held_on"])
    if held_on is None:
        return _new_page(request, visitor, typed, say("wrong_date", lang))
    members = _members(typed["electorate"])
    if members is None:
        return _new_page(request, visitor, typed, say("session_wrong_member", lang))
    data: dict[str, object] = {
        "held_on": held_on.isoformat(),
        "begins_at": typed["begins_at"] or None,
        "place": typed["place"],
        "electorate": members,
    }
    try:
        view = visitor.services.sessions.call(
            visitor.who,
            SessionCalled(owner=typed["owner"], data=data, key=text(form, "key") or None),
            lang,
        )
    except Refusal as error:
        return _new_page(request, visitor, typed, told(error, lang)[3])
    return go(f"/sessions/{view.code}", done="act_done")


def _new_page(
    request: Request, visitor: Visitor, typed: Mapping[str, str], detail: str = ""
) -> Response:
    who, lang = visitor.who, visitor.lang
    orgs = dict.fromkeys(org for _, org in visitor.services.sessions.councils(who))
    if not typed and orgs:
        # A council changes little from session to session: nobody types it again.
        typed = {"electorate": _last_council(visitor, next(iter(orgs)))}
    return page(
        request,
        "session_new.html",
        status=422 if detail else 200 if orgs else 403,
        orgs=[Choice(key=org, label=who.tree.name(org, lang)) for org in orgs],
        typed={**dict.fromkeys(_TYPED_CALL, ""), **typed},
        detail=detail,
    )


def _members(typed: str) -> list[dict[str, str]] | None:
    """Return the members of a council, one a line: capacity; name; position. None: misread.

    A capacity is named in either language, as the page itself names it.
    """
    known = {_bare(say(f"capacity_{key}", lang)): key for key in CAPACITIES for lang in LANGUAGES}
    found = []
    for line in filter(None, map(str.strip, typed.splitlines())):
        capacity, *rest = (part.strip() for part in line.split(";"))
        if not 1 <= len(rest) <= 2 or _bare(capacity) not in known or not rest[0]:
            return None
        named = {"capacity": known[_bare(capacity)]}
        found.append(named | dict(zip(("name", "position"), rest, strict=False)))
    return found


def _bare(words: str) -> str:
    """Return words as people type them alike: capitals and spaces aside, in composed form."""
    return " ".join(unicodedata.normalize("NFC", words).casefold().split())


def _last_council(visitor: Visitor, org: str) -> str:
    """Return the members of the council's newest session as lines to type on; empty: none."""
    sessions, name = visitor.services.sessions, visitor.who.tree.name(org, visitor.lang)
    last = next((s for s in sessions.find(visitor.who, visitor.lang) if s.org == name), None)
    if last is None:
        return ""
    return "\n".join(
        "; ".join(filter(None, (say(f"capacity_{m.capacity}", visitor.lang), m.name, m.position)))
        for m in sessions.show(visitor.who, last.code, visitor.lang, limit=1).electorate
    )


@router.get("/sessions/{code}")
def session(request: Request, visitor: Looking, code: str, at: int = 1) -> Response:
    """Show a session: its agenda, who takes part, the counts, and what may be done."""
    return _session_page(request, visitor, code, at)


@router.get("/sessions/{code}/protocol")
def protocol(request: Request, visitor: Looking, code: str) -> Response:
    """Show all that a session came to, to be printed."""
    view = visitor.services.sessions.show(visitor.who, code, visitor.lang)
    return page(request, "session_protocol.html", session=view)


@router.get("/sessions/{code}/minutes")
def minutes(visitor: Looking, code: str) -> Response:
    """Give the minutes: as issued, or as they would be now."""
    found = visitor.services.session_papers.minutes(visitor.who, code, visitor.lang)
    return attachment(found, media_type=PDF, inline=True)


@router.get("/sessions/{code}/proposal")
def proposal(visitor: Looking, code: str) -> Response:
    """Give the submission to whoever decides, as a draft."""
    found = visitor.services.session_papers.proposal(visitor.who, code, visitor.lang)
    return attachment(found, media_type=PDF, inline=True)


@router.post("/sessions/{code}/papers")
def signed_minutes(request: Request, visitor: Posting, code: str, form: Sent) -> Response:
    """Sign as secretary, with the minutes that come along."""
    given: list[PaperGiven] = []
    try:
        for name, content in files(form, "minutes"):
            kept = visitor.services.dossiers.upload(visitor.who, code, content, name)
            given.append(PaperGiven(sha256=kept.sha256, name=kept.name, signed=True))
        asked = SessionAct(trigger="sign_minutes", documents={"minutes": given} if given else {})
        visitor.services.sessions.act(visitor.who, code, asked, visitor.lang)
    except Refusal as error:
        return _session_page(request, visitor, code, 1, error)
    return go(f"/sessions/{code}", done="act_done")


@router.post("/sessions/{code}/{trigger}")
def act(request: Request, visitor: Posting, code: str, trigger: str, form: Sent) -> Response:
    """Do one act on a session; what refuses is listed, and can be put off with one button."""
    page_number = text(form, "at")
    at = int(page_number) if page_number.isascii() and page_number.isdigit() else 1
    asked = SessionAct(
        trigger=trigger,
        dossiers=_ticked(form),
        ballots=_ballots(form) if trigger == "record_ballots" else (),
        reason=text(form, "reason"),
        data=_data(form, trigger),
        key=text(form, "key") or None,
    )
    try:
        visitor.services.sessions.act(visitor.who, code, asked, visitor.lang)
    except Refusal as error:
        return _session_page(request, visitor, code, at, error, form)
    return go(f"/sessions/{code}", done="act_done", **({"at": str(at)} if at > 1 else {}))


def _ticked(form: FormData) -> list[str]:
    found = [one for one in form.getlist("dossier") if isinstance(one, str)]
    return list(dict.fromkeys(found))


def _data(form: FormData, trigger: str) -> dict[str, object]:
    if trigger == "record_attendance":
        records = [
            {"member": int(name.removeprefix("member-")), "how": how}
            for name, how in form.multi_items()
            if name.startswith("member-") and name[7:].isdigit() and how in ("present", "written")
        ]
        return {"attendance": records}
    if trigger == "reschedule":
        held_on = forms.day_of(text(form, "held_on"))
        moved = {"held_on": held_on.isoformat() if held_on else text(form, "held_on")}
        others = {key: text(form, key) for key in ("begins_at", "place")}
        return {**moved, **{key: value for key, value in others.items() if value}}
    return {}


def _ballots(form: FormData) -> list[dict[str, object]]:
    """Return the rows in which something was typed; what is left empty follows."""
    rows = []
    for dossier in (one for one in form.getlist("row") if isinstance(one, str)):
        typed = {key: text(form, f"{dossier}:{key}") for key in TYPED}
        consensus = bool(text(form, f"{dossier}:consensus"))
        agreed = bool(text(form, f"{dossier}:count"))
        if not any(typed.values()) and not consensus and not agreed:
            continue
        row: dict[str, object] = {"dossier": dossier, "consensus": consensus}
        for key, value in typed.items():
            if value:
                # What is no number is refused by the engine, with the item that it stands at.
                row[key] = int(value) if value.isascii() and value.isdigit() else value
        rows.append(row)
    return rows


def _session_page(
    request: Request,
    visitor: Visitor,
    code: str,
    at: int,
    error: Refusal | None = None,
    form: FormData | None = None,
) -> Response:
    services, who, lang = visitor.services, visitor.who, visitor.lang
    number = max(at, 1)
    view = services.sessions.show(who, code, lang, offset=(number - 1) * PAGE, limit=PAGE)
    allowed = {offer.trigger: offer for offer in view.offers if offer.allowed}
    papers = {offer.trigger for offer in view.offers if offer.code == "papers_missing"}
    rows: Any = error.facts.get("items", ()) if isinstance(error, ItemsRefused) else ()
    status, detail = (told(error, lang)[0], told(error, lang)[3]) if error else (200, "")
    return page(
        request,
        "session.html",
        status=status,
        session=view,
        bars={item.place: _bar(item) for item in view.items},
        allowed=allowed,
        too_early=next(
            (
                offer.detail
                for offer in view.offers
                if offer.trigger == "record_attendance" and offer.code == GuardRefused.code
            ),
            "",
        ),
        signable="sign_minutes" in allowed or "sign_minutes" in papers,
        plain=[offer for key, offer in allowed.items() if key not in _OWN_FORMS],
        waiting=services.sessions.waiting(who, code, lang) if "put_items" in allowed else (),
        refused=[{**row, "text": row["en" if lang == "en" else "vi"]} for row in rows],
        wrong={row["dossier"]: row for row in rows},
        miscounted=any(row["code"] == BallotInvalid.code for row in rows),
        typed={key: value for key, value in form.items() if isinstance(value, str)}
        if form is not None
        else {},
        detail=detail,
        at=number,
        pages=max(1, -(-view.count // PAGE)),
        counted=COUNTED,
        parts=TYPED,
    )


_OWN_FORMS = ITEMS | {"record_attendance", "record_ballots", "sign_minutes", "reschedule"}


def _bar(item: SessionItem) -> Sequence[int]:
    """Return the bar of an item in thousandths of the whole: votes in favour, and the threshold."""
    if item.tally is None or not item.whole:
        return ()
    return (1000 * item.tally.yes // item.whole, 1000 * item.needed // item.whole)
