"""One dossier: where it stands, its way so far, its limits, papers and letters, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.services.asks import PaperGiven
from adapters.services.media import disposition
from adapters.services.views import DossierView, File, Offer
from adapters.web import forms
from adapters.web.pages import acting
from adapters.web.pages.acting import Attempt, NotUnderstood
from adapters.web.pages.asking import Looking, Posting, Sent, Visitor, files, text
from adapters.web.pages.bars import bar_of
from adapters.web.pages.rendering import go, page
from adapters.web.pages.route import PageRoute
from adapters.web.problems import TABLE, told
from engine.errors import BangVangError, Conflict, TriggerNotAllowed
from engine.text import Text

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_NOT_OFFERED = Text(
    "Hồ sơ không còn ở bước có thể làm việc này.", "The dossier no longer offers this act."
)


@router.get("/dossiers/{ref}")
def show(request: Request, visitor: Looking, ref: str, leading: str = "") -> Response:
    """Show a dossier; `leading` fills in the form by which it ends in that other one."""
    view = visitor.services.dossiers.view(visitor.who, ref, visitor.lang)
    return dossier_page(request, visitor, view, leading=leading)


@router.post("/dossiers/{ref}/acts/{trigger}")
def act(request: Request, visitor: Posting, form: Sent, ref: str, trigger: str) -> Response:
    """Do an act; a refused one shows the form again with its reason and all that was typed."""
    services, who, lang = visitor.services, visitor.who, visitor.lang
    kept: dict[str, list[PaperGiven]] = {}
    view = services.dossiers.view(who, ref, lang)
    offer = next((one for one in view.offers if one.trigger == trigger), None)
    try:
        if offer is None:
            raise TriggerNotAllowed(_NOT_OFFERED)
        kept = acting.uploaded(visitor, view.id, form)
        done = services.dossiers.act(who, view.id, acting.asked(offer, form, kept, lang), lang)
    except NotUnderstood as mistyped:
        status, detail, wrong = 422, str(mistyped), mistyped.wrong
        since: Any = ()
    except BangVangError as error:
        if not any(kind in TABLE for kind in type(error).__mro__):
            raise
        status, _code, _title, detail = told(error, lang, conditional=True)
        wrong = acting.places(offer, error, detail) if offer else {}
        view = services.dossiers.view(who, ref, lang)
        since = acting.changed_since(view, form) if isinstance(error, Conflict) else ()
    else:
        return go(f"/dossiers/{done.received_code or done.code}", done="act_done")
    attempt = Attempt(
        trigger=trigger,
        key=text(form, "key"),
        detail=detail,
        typed=forms.typed(form),
        wrong=wrong,
        kept=kept,
        since=since,
    )
    return dossier_page(request, visitor, view, status=status, attempt=attempt)


@router.post("/dossiers/{ref}/papers/{document}")
def add_papers(request: Request, visitor: Posting, form: Sent, ref: str, document: str) -> Response:
    """Put files into a draft."""
    services, who, lang = visitor.services, visitor.who, visitor.lang
    view = services.dossiers.view(who, ref, lang)
    try:
        for name, content in files(form, "file"):
            sent = services.papers.upload(who, view.id, content, name)
            given = PaperGiven(sha256=sent.sha256, name=sent.name, signed=bool(form.get("signed")))
            services.dossiers.attach(who, view.id, document, given, lang)
    except BangVangError as error:
        if not any(kind in TABLE for kind in type(error).__mro__):
            raise
        status, _code, _title, detail = told(error, lang)
        wrong = {f"paper:{document}": detail}
        return dossier_page(request, visitor, view, status=status, paper_wrong=wrong)
    return go(f"/dossiers/{view.code}", done="paper_added")


@router.post("/dossiers/{ref}/papers/{document}/{sha256}/remove")
def remove_paper(visitor: Posting, ref: str, document: str, sha256: str) -> Response:
    """Take a file out of a draft."""
    view = visitor.services.dossiers.detach(visitor.who, ref, document, sha256, visitor.lang)
    return go(f"/dossiers/{view.code}", done="paper_removed")


@router.get("/dossiers/{ref}/papers/{sha256}")
def paper(visitor: Looking, ref: str, sha256: str) -> Response:
    """Give a file of the dossier, to be saved."""
    seen = visitor.services.dossiers.seen(visitor.who, ref)
    return _given(visitor.services.papers.file(seen.dossier.documents, sha256))


@router.get("/dossiers/{ref}/letters/{letter}")
def letter(visitor: Looking, ref: str, letter: str) -> Response:
    """Give a letter that was issued."""
    return _given(visitor.services.letters.pdf(visitor.who, ref, letter), inline=True)


@router.get("/dossiers/{ref}/previews/{key}")
def preview(visitor: Looking, ref: str, key: str) -> Response:
    """Give a letter as it would look now: without number, marked as a draft."""
    found = visitor.services.letters.preview(visitor.who, ref, key, visitor.lang)
    return _given(found, inline=True)


@router.get("/dossiers/{ref}/clocks/{clock}")
def explanation(request: Request, visitor: Looking, ref: str, clock: str) -> Response:
    """Tell how a due date comes about, day by day."""
    view = visitor.services.dossiers.view(visitor.who, ref, visitor.lang)
    derived = visitor.services.dossiers.explanation(visitor.who, ref, clock)
    return page(
        request,
        "explanation.html",
        dossier=view,
        told=derived,
        days=_days(derived, visitor.lang),
        date_of=date.fromisoformat,
    )


def dossier_page(
    request: Request,
    visitor: Visitor,
    view: DossierView,
    *,
    status: int = 200,
    attempt: Attempt | None = None,
    paper_wrong: dict[str, str] | None = None,
    leading: str = "",
) -> Response:
    """Return the page of a dossier, with the form that was refused if there is one."""
    merge = next((one for one in view.offers if one.merges and acting.openable(one)), None)
    begun = {merge.trigger: _led(merge, leading)} if merge and leading else {}
    return page(
        request,
        "dossier.html",
        status=status,
        dossier=view,
        sheet=None
        if view.result
        else visitor.services.sheets.of(visitor.who, view.id, visitor.lang),
        attempt=attempt,
        paper_wrong=paper_wrong or {},
        open_offers=[one for one in view.offers if acting.openable(one)],
        shut_offers=[one for one in view.offers if not acting.openable(one)],
        shown=forms.shown,
        begun=begun,
        merge=merge,
        rows=forms.rows,
        bar=bar_of,
        today=visitor.services.parts.now(),
    )


def _led(merge: Offer, leading: str) -> forms.Filled:
    """Return the form of merging with the dossier in it that goes on."""
    empty = forms.shown(merge.fields)
    return forms.Filled({**empty.typed, f"{forms.DATA}.{merge.merges}": leading[:400]})


def _days(derived: Mapping[str, Any], lang: str) -> list[dict[str, object]]:
    """Return each day of the count in order: its number (none if skipped) and why."""
    exchanged = {row["on"]: row for row in derived["worked_in_exchange"]}
    rows = {
        on: {"count": n, "why": _why(exchanged[on], lang) if on in exchanged else ""}
        for n, on in enumerate(derived["counted"], start=1)
    }
    for row in derived["skipped"]:
        rows[row["on"]] = {"count": None, "why": _why(row, lang)}
    return [{"on": date.fromisoformat(on), **rows[on]} for on in sorted(rows)]


def _why(row: Mapping[str, Any], lang: str) -> str:
    return str(row["why"][lang]) + (f" ({row['deed']})" if row["deed"] else "")


def _given(file: File, *, inline: bool = False) -> Response:
    return Response(
        file.content,
        media_type=file.media_type,
        headers={
            "Content-Disposition": disposition(file.name, inline=inline),
            "X-Content-Type-Options": "nosniff",
        },
    )
