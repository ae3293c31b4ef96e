"""What happened to dossiers that the visitor's roles need to know of."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.web.pages.asking import Looking
from adapters.web.pages.rendering import page
from adapters.web.pages.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PAGE = 50


@router.get("/notices")
def notices(request: Request, visitor: Looking, after: str = "") -> Response:
    """Show a page of notices; those on the first page count as seen from then on."""
    told = visitor.services.notices.list(visitor.who, visitor.lang, limit=PAGE, after=after or None)
    if told.items and not after:
        visitor.services.notices.seen(visitor.who, told.items[0].created_at)
    return page(request, "notices.html", told=told, asked={"after": after})
