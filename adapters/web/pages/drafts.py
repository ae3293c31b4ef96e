"""A new dossier, and its draft as a form made from the definition; unfinished ones may be saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from adapters.services.errors import DOSSIER, Unknown
from adapters.services.views import DossierView, FormField
from adapters.web import forms
from adapters.web.pages.asking import Looking, Posting, Sent, text
from adapters.web.pages.rendering import go, page
from adapters.web.pages.route import PageRoute
from adapters.web.problems import told
from engine.errors import BadInput, Conflict, VersionConflict

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/dossiers/new")
def choose(request: Request, visitor: Looking) -> Response:
    """Show the procedures that the visitor may begin, and for which unit."""
    editions = visitor.services.procedures.list(visitor.who, visitor.lang)
    return page(request, "new.html", editions=[one for one in editions if one.startable])


@router.post("/dossiers/new")
def begin(visitor: Posting, form: Sent) -> Response:
    """Open an empty draft and go on to its form."""
    view = visitor.services.dossiers.create(
        visitor.who, text(form, "procedure"), text(form, "owner"), {}, visitor.lang
    )
    return RedirectResponse(f"/dossiers/{view.code}/draft", 303)


@router.get("/dossiers/{ref}/draft")
def edit(request: Request, visitor: Looking, ref: str) -> Response:
    """Show the draft's form."""
    view = visitor.services.dossiers.view(visitor.who, ref, visitor.lang)
    if not view.editable:
        return RedirectResponse(f"/dossiers/{view.code}", 303)
    return _form(request, view, forms.shown(view.fields))


@router.post("/dossiers/{ref}/draft")
def save(request: Request, visitor: Posting, form: Sent, ref: str) -> Response:
    """Save the draft; what cannot be taken is shown where it was typed, and nothing is saved."""
    services, who, lang = visitor.services, visitor.who, visitor.lang
    view = services.dossiers.view(who, ref, lang)
    if not view.draft:
        raise VersionConflict(view.code)
    if not view.editable:
        raise Unknown(DOSSIER)
    typed = forms.typed(form)
    read = forms.understood(view.fields, typed, lang)
    if read.wrong:
        filled = forms.Filled(typed, read.wrong)
        return _form(request, view, filled, status=422, detail=" ".join(read.wrong.values()))
    data = {key: value for key, value in read.data.items() if value is not None}
    try:
        services.dossiers.save(who, view.id, _revision(form), data, lang)
    except BadInput as error:
        status, _code, _title, detail = told(error, lang)
        place = forms.place_of(error.facts.get("field"), forms.names(view.fields))
        filled = forms.Filled(typed, {place: detail} if place else {})
        return _form(request, view, filled, status=status, detail=detail)
    except Conflict as error:
        status, _code, _title, detail = told(error, lang)
        view = services.dossiers.view(who, ref, lang)
        if not view.editable:
            raise
        changed = differing(view.fields, typed)
        filled = forms.Filled(typed)
        return _form(request, view, filled, status=status, detail=detail, changed=changed)
    return go(f"/dossiers/{view.code}", done="draft_saved")


def _revision(form: FormData) -> int:
    given = text(form, "revision")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 10 else -1


def differing(fields: Sequence[FormField], typed: Mapping[str, str]) -> Sequence[tuple[str, str]]:
    """Return (label, what is stored now) of each field that stands otherwise in the form."""
    stored = forms.shown(fields).typed
    found = []
    for one in fields:
        prefix = f"{forms.DATA}.{one.name}"
        parts = [n for n in {**stored, **typed} if n == prefix or n.startswith(prefix + ".")]
        if any(stored.get(n, "") != typed.get(n, "").strip() for n in parts):
            found.append((one.label, ", ".join(stored[n] for n in parts if n in stored)))
    return found


def _form(
    request: Request,
    view: DossierView,
    filled: forms.Filled,
    *,
    status: int = 200,
    detail: str = "",
    changed: Sequence[tuple[str, str]] = (),
) -> Response:
    return page(
        request,
        "draft.html",
        status=status,
        dossier=view,
        filled=filled,
        detail=detail,
        changed=changed,
        rows=forms.rows,
    )
