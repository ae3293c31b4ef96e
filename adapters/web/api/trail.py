"""The trail of a dossier, for auditors."""

from __future__ import annotations

from fastapi import APIRouter

from adapters.services.views import TrailView, Verification
from adapters.web.api.kinds import Code, answers
from adapters.web.asking import Asking, Lang, Using

router = APIRouter(prefix="/dossiers/{code}/trail", tags=["trail"])


@router.get("", responses=answers())
def trail(code: Code, who: Asking, services: Using, lang: Lang) -> TrailView:
    """Return every event: who, in which role, under which edition, when, and when it counts."""
    return services.trails.view(who, code, lang)


@router.get("/verification", responses=answers())
def verification(code: Code, who: Asking, services: Using, lang: Lang) -> Verification:
    """Recompute the stream from its bytes, and name the first thing that is wrong."""
    return services.trails.verify(who, code, lang)
