"""Forms on demand, without a number: control slip, register book, internal process."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from adapters.services.asks import RegisterAsked
from adapters.services.letters import PDF
from adapters.services.prints import XLSX
from adapters.web.api.kinds import Code, EditionKey, ProcedureKey, answers
from adapters.web.api.letters import GIVES_PDF
from adapters.web.asking import Asking, Lang, Using
from adapters.web.files import attachment

router = APIRouter(tags=["prints"])

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_GIVES_EITHER: dict[int | str, dict[str, Any]] = {200: {"content": {PDF: _BINARY, XLSX: _BINARY}}}


@router.get(
    "/dossiers/{code}/control-slip", response_class=Response, responses={**answers(), **GIVES_PDF}
)
def control_slip(code: Code, who: Asking, services: Using, lang: Lang) -> Response:
    """Return who handed the dossier to whom, at which minute, and whether in time."""
    return attachment(services.prints.control_slip(who, code, lang), media_type=PDF)


@router.get("/register-book", response_class=Response, responses={**answers(), **_GIVES_EITHER})
def register_book(
    who: Asking,
    services: Using,
    lang: Lang,
    first: Annotated[date, Query(alias="from", description="First day of receipt, inclusive")],
    until: Annotated[date, Query(description="Last day of receipt, inclusive")],
    procedure: Annotated[str | None, Query(pattern=r"^[a-z][a-z0-9-]{0,79}$")] = None,
    format: Annotated[Literal["pdf", "xlsx"], Query()] = "pdf",
) -> Response:
    """Return the register of what was received in a period, as PDF or as a workbook."""
    asked = RegisterAsked(
        first=first, last=until, procedure=procedure or "", as_sheet=format == "xlsx"
    )
    book = services.prints.register_book(who, asked, lang)
    return attachment(book, media_type=book.media_type)


@router.get(
    "/procedures/{procedure}/editions/{edition}/process",
    response_class=Response,
    responses={**answers(), **GIVES_PDF},
)
def process(
    procedure: ProcedureKey, edition: EditionKey, who: Asking, services: Using, lang: Lang
) -> Response:
    """Return the internal process of an edition in the layout that provinces publish."""
    return attachment(services.prints.process(who, procedure, edition, lang), media_type=PDF)
