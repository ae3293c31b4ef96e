"""The letters of a dossier: issued ones as PDF, and how one would look now."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from adapters.services.letters import PDF
from adapters.services.views import LetterView
from adapters.web.api.kinds import Code, LetterId, PathKey, answers
from adapters.web.asking import Asking, Lang, Using
from adapters.web.files import attachment

router = APIRouter(prefix="/dossiers/{code}/letters", tags=["letters"])

GIVES_PDF: dict[int | str, dict[str, Any]] = {
    200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("", responses=answers())
def letters(code: Code, who: Asking, services: Using, lang: Lang) -> list[LetterView]:
    """Return the letters that were issued, with their numbers."""
    return services.letters.list(who, code, lang)


@router.get("/{key}/preview", response_class=Response, responses={**answers(), **GIVES_PDF})
def preview(code: Code, key: PathKey, who: Asking, services: Using, lang: Lang) -> Response:
    """Return how a letter would look now, marked as a draft and without number."""
    return attachment(services.letters.preview(who, code, key, lang), media_type=PDF)


@router.get("/{letter}", response_class=Response, responses={**answers(), **GIVES_PDF})
def pdf(code: Code, letter: LetterId, who: Asking, services: Using) -> Response:
    """Return the PDF of a letter; made within moments of the act that issued it."""
    return attachment(services.letters.pdf(who, code, letter), media_type=PDF)
