"""One act on the chosen rows of a list: the form is part of the list, the answer is a page."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from adapters.services.bulk import SEPARATOR, BulkAsked, NothingDone
from adapters.web.pages.asking import Posting, Sent, text
from adapters.web.pages.frame import local
from adapters.web.pages.rendering import page
from adapters.web.pages.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)


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
    try:
        told, status = visitor.services.bulk.act(visitor.who, asked, visitor.lang), 200
    except NothingDone as nothing:
        told, status = nothing.told, 422
    back = text(form, "back")
    return page(
        request,
        "acts.html",
        status=status,
        told=told,
        back=local(back) if back else "/worklist",
    )


def _ticked(form: FormData) -> list[str]:
    """Return each dossier that was ticked once: it may stand in a worklist with several tasks."""
    found = [one for one in form.getlist("dossier") if isinstance(one, str)]
    return list(dict.fromkeys(found))
