"""The web application put together: shield, errors, API; pages are added by whoever has them."""

from __future__ import annotations

import re
from functools import cache

from fastapi import APIRouter, FastAPI
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from adapters.services.parts import Parts
from adapters.services.services import Services
from adapters.web import problems
from adapters.web.api import (
    acts,
    awards,
    bundles,
    clocks,
    documents,
    dossiers,
    figures,
    health,
    letters,
    nominations,
    notices,
    prints,
    procedures,
    session,
    sessions,
    submissions,
    tasks,
    trail,
)
from adapters.web.metrics import Measured, Metrics
from adapters.web.shield import Limits, SecurityHeaders

API = "/api/v1"
DESCRIPTION = """Dossiers of emulation and commendation: procedures declared, time counted as the
law counts it, every act on record. Errors are problem documents (RFC 9457) that name the refusing
rule. Reads see every write that was answered. Dates are legal dates in Asia/Ho_Chi_Minh."""

ROUTERS = (
    session,
    nominations,
    submissions,
    dossiers,
    acts,
    sessions,
    clocks,
    documents,
    letters,
    bundles,
    prints,
    trail,
    tasks,
    notices,
    procedures,
    figures,
    awards,
)
# Where a form or a program may send a file: the papers of a dossier, acts that bring some, and
# letters that somebody compares with what was issued; and lists that come as workbooks.
_TAKES_FILES = re.compile(
    r"/(documents|papers/[a-z_]+|acts/[a-z_]+|verify/[A-Za-z0-9-]+|awards/import|users/import"
    r"|sessions/[A-Za-z0-9._-]+/papers|submissions/upload|submissions/workbook)$"
)


def create_app(parts: Parts) -> FastAPI:
    """Return the application on these parts: API, health and figures.

    `app.state.services` holds the use-cases. Pages are added to what is returned.
    """
    app = FastAPI(
        title="Bảng Vàng",
        version="1",
        description=DESCRIPTION,
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
        redirect_slashes=False,
    )
    app.state.services = Services(parts)
    app.state.metrics = Metrics()
    app.router.routes.extend(_routes())
    problems.install(app)
    app.add_middleware(Limits, takes_files=lambda path: bool(_TAKES_FILES.search(path)))
    app.add_middleware(SecurityHeaders, secure=parts.secure_cookies)
    app.add_middleware(Measured, metrics=app.state.metrics, prefix=API)
    return app


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Return what all applications of a process share: working it out takes half a second."""
    api = APIRouter(prefix=API)
    for module in ROUTERS:
        api.include_router(module.router)
    api.add_api_route("/{path:path}", _nowhere, methods=["GET"], include_in_schema=False)
    whole = APIRouter()
    whole.include_router(api)
    whole.include_router(health.router)
    return tuple(whole.routes)


def _nowhere(path: str) -> None:
    """Answer for what lies below the API and is no address of it, before pages can."""
    others = {
        method
        for module in ROUTERS
        for route in module.router.routes
        if isinstance(route, APIRoute) and route.path_regex.match(f"/{path}")
        for method in route.methods or ()
    }
    if others:
        raise HTTPException(405, headers={"Allow": ", ".join(sorted(others))})
    raise HTTPException(404)
