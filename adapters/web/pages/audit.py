"""The auditor's view: find any dossier, read its trail, and prove that nothing was changed."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.services.asks import DossierFilter
from adapters.services.views import Verification
from adapters.web.pages.asking import Looking, Posting, Visitor
from adapters.web.pages.rendering import page
from adapters.web.pages.route import PageRoute
from adapters.web.pages.search import PAGE, choices
from engine.errors import NotEntitled
from engine.text import Text

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/audit")
def find(
    request: Request,
    visitor: Looking,
    text: str = "",
    state: str = "",
    procedure: str = "",
    after: str = "",
) -> Response:
    """Show a page of dossiers whose trail the visitor may read, the newest first."""
    if not visitor.who.audits:
        raise NotEntitled(
            Text("Trang này dành cho người kiểm tra.", "This page is for auditors."),
            roles=["auditor"],
        )
    asked = {"text": text, "state": state, "procedure": procedure, "after": after}
    found = visitor.services.dossiers.search(
        visitor.who,
        DossierFilter(
            text=text.strip()[:200],
            states=[state] if state else [],
            procedures=[procedure] if procedure else [],
            drafts=False,
        ),
        visitor.lang,
        sort="newest",
        limit=PAGE,
        after=after or None,
    )
    procedures, states = choices(visitor, procedure)
    return page(
        request, "audit.html", found=found, asked=asked, procedures=procedures, states=states
    )


@router.get("/audit/{ref}")
def trail(request: Request, visitor: Looking, ref: str) -> Response:
    """Show every event of a dossier."""
    return _trail_page(request, visitor, ref, None)


@router.post("/audit/{ref}/verification")
def verify(request: Request, visitor: Posting, ref: str) -> Response:
    """Recompute the trail, and say the first thing that is wrong."""
    result = visitor.services.trails.verify(visitor.who, ref, visitor.lang)
    return _trail_page(request, visitor, ref, result)


def _trail_page(
    request: Request, visitor: Visitor, ref: str, verified: Verification | None
) -> Response:
    view = visitor.services.trails.view(visitor.who, ref, visitor.lang)
    return page(request, "trail.html", ref=ref, trail=view, verified=verified, date=date)
