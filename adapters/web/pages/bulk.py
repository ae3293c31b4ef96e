"""One act on the chosen rows of a list: the form is part of the list, the answer is a page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from adapters.services.bulk import SEPARATOR, BulkAsked
from adapters.services.letters import PDF
from adapters.web.files import attachment
from adapters.web.pages.asking import Looking, Posting, Sent, text
from adapters.web.pages.frame import local
from adapters.web.pages.rendering import page
from adapters.web.pages.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/acts")
def acts(visitor: Looking) -> Response:
    """Send whoever asks again for the address of an answer back to the work: nothing is kept."""
    return RedirectResponse("/worklist", 303)


@router.post("/acts")
def act_many(request: Request, visitor: Posting, form: Sent) -> Response:
    """Do one act on every dossier that was ticked, and show what became of each."""
    trigger, _, reason = text(form, "act").partition(SEPARATOR)
    asked = BulkAsked(
        dossiers=_ticked(form),
        trigger=trigger,
        reason=reason,
        on_refusal="abort" if text(form, "all_or_none") else "skip",
        key=text(form, "key") or None,
    )
    told = visitor.services.bulk.told(visitor.who, asked, visitor.lang)
    back = text(form, "back")
    return page(
        request,
        "acts.html",
        status=200 if told.done else 422,
        told=told,
        back=local(back) if back else "/worklist",
    )


@router.post("/letters/bundle")
def bundle(visitor: Posting, form: Sent) -> Response:
    """Give the letters that a batch has issued as one PDF."""
    letters = [one for one in form.getlist("letter") if isinstance(one, str)]
    return attachment(
        visitor.services.letters.bundle(visitor.who, letters), media_type=PDF, inline=True
    )


def _ticked(form: FormData) -> list[str]:
    """Return each dossier that was ticked once: it may stand in a worklist with several tasks."""
    found = [one for one in form.getlist("dossier") if isinstance(one, str)]
    return list(dict.fromkeys(found))
