"""Early, on time, late: how far ahead of their limits dossiers were resolved."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from adapters.services.asks import FiguresAsked
from adapters.services.figure_views import FiguresView
from adapters.web.api.kinds import answers
from adapters.web.asking import Asking, Lang, Using

router = APIRouter(prefix="/metrics", tags=["figures"])

_NAME = r"^[A-Za-z0-9._-]{1,80}$"


@router.get("/resolution", responses=answers())
def resolution(
    who: Asking,
    services: Using,
    lang: Lang,
    procedure: Annotated[str | None, Query(pattern=_NAME)] = None,
    org: Annotated[
        str | None, Query(pattern=_NAME, description="Submitted it, or worked on it")
    ] = None,
    first: Annotated[
        date | None, Query(alias="from", description="First day of resolution, inclusive")
    ] = None,
    until: Annotated[date | None, Query(description="Last day of resolution, inclusive")] = None,
    edition: Annotated[
        str | None, Query(pattern=_NAME, description="The edition's name, or its hash")
    ] = None,
) -> FiguresView:
    """Return what was resolved early, on time and late, and what is open now.

    Top-level figures count subjects; `submissions` counts envelopes as the portal does. The
    period narrows what was resolved; what is open is counted as it stands now.
    """
    wanted = FiguresAsked(
        procedure=procedure or "",
        org=org or "",
        edition=edition or "",
        first=first,
        last=until,
    )
    return services.figures.of(who, wanted, lang)
