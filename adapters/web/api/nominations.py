"""Submissions sent as workbooks: the template of a procedure, and a filled one."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, Response, UploadFile

from adapters.services.media import XLSX
from adapters.services.nominations import ListAsked, ListDone
from adapters.web.api.kinds import answers
from adapters.web.asking import Asking, Lang, Using
from adapters.web.files import attachment

router = APIRouter(prefix="/submissions", tags=["submissions"])

_KEY = r"^[A-Za-z][A-Za-z0-9_.-]{0,79}$"
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("/workbook", response_class=Response, responses={**answers(), **_BYTES})
def template(
    procedure: Annotated[str, Query(pattern=_KEY)], who: Asking, services: Using
) -> Response:
    """Return the workbook of a procedure, to be filled in: a row for each name."""
    return attachment(services.nominations.template(procedure), media_type=XLSX)


@router.post("/workbook", responses=answers(409))
def send(
    file: Annotated[UploadFile, File(description="the template, filled in: .xlsx up to 5 MiB")],
    procedure: Annotated[str, Form(pattern=_KEY)],
    who: Asking,
    services: Using,
    lang: Lang,
    owner: Annotated[
        str, Form(pattern=rf"{_KEY}|^$", description="unit that submits; default: the caller's own")
    ] = "",
    only_accepted: Annotated[
        bool, Form(description="leave wrong rows out instead of refusing the list")
    ] = False,
    dry_run: Annotated[bool, Form(description="only say what is wrong")] = False,
) -> ListDone:
    """Make one submission of a list, as drafts; every wrong cell is named.

    The same file makes one submission, however often it is sent. `done: false` says that nothing
    was written.
    """
    asked = ListAsked(
        procedure=procedure,
        content=file.file.read(),
        owner=owner,
        only_accepted=only_accepted,
        dry_run=dry_run,
    )
    return services.nominations.send(who, asked, lang)
