"""Pages for people: complete without scripts, in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from fastapi import APIRouter, FastAPI
from starlette.routing import BaseRoute

from adapters.web.pages import (
    audit,
    awards,
    bulk,
    dossier,
    drafts,
    figures,
    frame,
    health,
    nominations,
    notices,
    prints,
    procedures,
    search,
    sessions,
    submissions,
    users,
    verify,
    worklist,
)
from engine.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """An account of the demonstration, which its start page offers to whoever comes.

    Attributes:
        first: what to try first as this person.
    """

    login: str
    password: str
    name: str
    role: Text
    first: Text | None = None


# New dossiers before dossiers by their code; the page for lost visitors last.
ROUTERS = (
    frame.router,
    verify.router,
    worklist.router,
    notices.router,
    drafts.router,
    nominations.router,
    submissions.router,
    sessions.router,
    search.router,
    prints.router,
    bulk.router,
    dossier.router,
    figures.router,
    awards.router,
    procedures.router,
    audit.router,
    users.router,
    health.router,
    frame.lost,
)


def install(app: FastAPI, demo: Sequence[DemoAccount] = ()) -> None:
    """Add the pages to the application; call it last, since they answer every address.

    Args:
        demo: accounts to list at log-in, password and all; empty in production.
    """
    app.state.demo = tuple(demo)
    app.router.routes.extend(_routes())


@cache
def _routes() -> tuple[BaseRoute, ...]:
    """Return all pages; applications of one process share them."""
    whole = APIRouter()
    for one in ROUTERS:
        whole.include_router(one)
    return tuple(whole.routes)
