"""A letter verified by whoever holds it: open to strangers, so it changes and keeps nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from fastapi import APIRouter, Request
from starlette.datastructures import UploadFile
from starlette.responses import Response

from adapters.services.services import Services
from adapters.web.asking import Using
from adapters.web.pages.asking import LookingMaybe, Sent, Visitor, page_language
from adapters.web.pages.rendering import page
from adapters.web.pages.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PIECE = 64 * 1024


@router.get("/verify/{letter}")
def verify(request: Request, visitor: LookingMaybe, services: Using, letter: str) -> Response:
    """Show what is on record of a letter."""
    return _shown(request, visitor, services, letter)


@router.post("/verify/{letter}")
def compare(
    request: Request, visitor: LookingMaybe, services: Using, letter: str, form: Sent
) -> Response:
    """Say whether a file is the letter."""
    file = form.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        return _shown(request, visitor, services, letter, wrong="verify_no_file", status=422)
    same = services.issued.same(letter, _pieces(file.file))
    return _shown(request, visitor, services, letter, verdict="same" if same else "other")


def _shown(
    request: Request,
    visitor: Visitor | None,
    services: Services,
    letter: str,
    *,
    verdict: str = "",
    wrong: str = "",
    status: int = 200,
) -> Response:
    lang = page_language(request, visitor.who.lang if visitor else "")
    found = services.issued.letter(letter, lang)
    return page(request, "verify.html", status=status, letter=found, verdict=verdict, wrong=wrong)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece
