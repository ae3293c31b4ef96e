"""Whether the system does its work, for administrators."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.web.pages.asking import Looking
from adapters.web.pages.rendering import page
from adapters.web.pages.route import PageRoute
from engine.errors import NotEntitled
from engine.text import Text

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/health")
def health(request: Request, visitor: Looking) -> Response:
    """Show the last sweep and the oldest rung that waits."""
    if not visitor.who.administers:
        raise NotEntitled(
            Text("Trang này dành cho quản trị viên.", "This page is for administrators."),
            roles=["administrator"],
        )
    return page(request, "health.html", readiness=visitor.services.health.ready())
