"""A list of nominees brought as a workbook: choose, check, and go on to the submission."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.services.errors import PROCEDURE, Unknown
from adapters.services.media import XLSX, disposition
from adapters.services.nominations import ListAsked, ListDone
from adapters.services.views import Choice
from adapters.web.i18n import say
from adapters.web.pages.asking import Looking, Posting, Sent, Visitor, files, text
from adapters.web.pages.rendering import page
from adapters.web.pages.route import PageRoute
from adapters.web.problems import told
from engine.errors import Refusal

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/submissions/upload")
def show(request: Request, visitor: Looking, procedure: str = "", owner: str = "") -> Response:
    """Show for what and for whom a list may be sent."""
    return _upload_page(request, visitor, {"procedure": procedure, "owner": owner})


@router.get("/submissions/upload/template.xlsx")
def template(visitor: Looking, procedure: str) -> Response:
    """Give the workbook of a procedure to fill in."""
    given = visitor.services.nominations.template(procedure)
    headers = {"Content-Disposition": disposition(given.name)}
    return Response(given.content, media_type=XLSX, headers=headers)


@router.post("/submissions/upload")
def send(request: Request, visitor: Posting, form: Sent) -> Response:
    """Make a submission of a list, or say what is wrong with it, cell by cell."""
    names = ("procedure", "owner", "only_accepted", "dry_run")
    asked = {name: text(form, name) for name in names}
    sent = files(form, "file")
    if not sent:
        return _upload_page(request, visitor, asked, 422, detail=say("no_file", visitor.lang))
    wanted = ListAsked(
        procedure=asked["procedure"],
        content=sent[0][1],
        owner=asked["owner"],
        only_accepted=bool(asked["only_accepted"]),
        dry_run=bool(asked["dry_run"]),
    )
    try:
        done = visitor.services.nominations.send(visitor.who, wanted, visitor.lang)
    except (Refusal, Unknown) as error:
        status, _code, _title, detail = told(error, visitor.lang)
        return _upload_page(request, visitor, asked, status, detail=detail)
    return _upload_page(
        request, visitor, asked, 422 if done.bad and not done.done else 200, done=done
    )


def _upload_page(
    request: Request,
    visitor: Visitor,
    asked: dict[str, str],
    status: int = 200,
    *,
    detail: str = "",
    done: ListDone | None = None,
) -> Response:
    services = visitor.services
    startable = services.submissions.startable(visitor.who, visitor.lang)
    if not startable:
        raise Unknown(PROCEDURE)
    units = {unit.key: unit for _, choices in startable for unit in choices}
    procedures = [
        Choice(key=edition.key, label=edition.title.in_(visitor.lang))
        for edition, _ in startable
        if services.nominations.takes(edition)
    ]
    return page(
        request,
        "submission_upload.html",
        status=status,
        asked={"procedure": "", "owner": "", "only_accepted": "", "dry_run": ""} | asked,
        procedures=procedures,
        units=list(units.values()),
        detail=detail,
        sent=done,
    )
