"""The clocks of a dossier, and why each is due when it is."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from adapters.services.views import ClockView
from adapters.web.api.kinds import Asked, Code, PathKey, answers
from adapters.web.asking import Asking, Lang, Using

router = APIRouter(prefix="/dossiers/{code}/clocks", tags=["clocks"])


class Explanation(Asked):
    """A derivation, for programs and for people."""

    derivation: dict[str, Any]
    text: str


@router.get("", responses=answers())
def clocks(code: Code, who: Asking, services: Using, lang: Lang) -> list[ClockView]:
    """Return the clocks, those that run first."""
    return services.dossiers.clocks(who, code, lang)


@router.get("/{clock}/explanation", responses=answers())
def explanation(
    code: Code, clock: PathKey, who: Asking, services: Using, lang: Lang
) -> Explanation:
    """Return the derivation of a due date: each day counted, each day skipped, and why."""
    return Explanation(
        derivation=services.dossiers.explanation(who, code, clock),
        text=services.dossiers.explanation_text(who, code, clock, lang),
    )
