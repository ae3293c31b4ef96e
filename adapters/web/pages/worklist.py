"""The tasks open to a person, the one with the least slack first."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from adapters.services.asks import TaskFilter
from adapters.services.views import Counts
from adapters.web.pages.asking import Looking, Posting, Sent, text
from adapters.web.pages.frame import local
from adapters.web.pages.rendering import page
from adapters.web.pages.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PAGE = 50


@router.get("/worklist")
def worklist(
    request: Request,
    visitor: Looking,
    mine: str = "",
    near: str = "",
    overdue: str = "",
    state: str = "",
    procedure: str = "",
    submission: str = "",
    after: str = "",
) -> Response:
    """Show the tasks of the visitor's roles, and how many there are of each kind."""
    asked = {
        "mine": mine,
        "near": near,
        "overdue": overdue,
        "state": state,
        "procedure": procedure,
        "submission": submission,
        "after": after,
    }
    wanted = TaskFilter(
        states=[state] if state else [],
        procedures=[procedure] if procedure else [],
        submission=submission.strip()[:100],
        mine=bool(mine),
        near=bool(near),
        overdue=bool(overdue),
    )
    tasks = visitor.services.tasks.search(
        visitor.who, wanted, visitor.lang, limit=PAGE, after=after or None
    )
    counts = visitor.services.tasks.counts(visitor.who, visitor.lang)
    return page(
        request,
        "worklist.html",
        tasks=tasks,
        counts=counts,
        asked=asked,
        tiles=_tiles(counts, asked),
        bulk=visitor.services.bulk.choices(
            visitor.who, [(one.procedure, one.state) for one in tasks.items], visitor.lang
        ),
    )


@router.post("/tasks/{task}/claim")
def claim(visitor: Posting, form: Sent, task: str) -> Response:
    """Take a task."""
    visitor.services.tasks.claim(visitor.who, task)
    return _back(text(form, "back"), "claimed")


@router.post("/tasks/{task}/release")
def release(visitor: Posting, form: Sent, task: str) -> Response:
    """Give a task back to all who hold its role."""
    visitor.services.tasks.release(visitor.who, task)
    return _back(text(form, "back"), "released")


def _back(to: str, done: str) -> Response:
    path, _, query = (local(to) if to else "/worklist").partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.startswith("done="))
    return RedirectResponse(f"{path}?{kept}&done={done}" if kept else f"{path}?done={done}", 303)


def _tiles(counts: Counts, asked: dict[str, str]) -> list[tuple[str, int, dict[str, str], bool]]:
    """Return (word, count, query, chosen) of each tile."""
    chosen = next((key for key in ("mine", "near", "overdue") if asked[key]), "")
    return [
        ("tile_total", counts.total, {}, not chosen),
        ("tile_mine", counts.mine, {"mine": "1"}, chosen == "mine"),
        ("tile_near", counts.near, {"near": "1"}, chosen == "near"),
        ("tile_overdue", counts.overdue, {"overdue": "1"}, chosen == "overdue"),
    ]
