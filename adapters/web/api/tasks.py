"""The worklist: found, counted, taken, given back or on, and done."""

from __future__ import annotations

from fastapi import APIRouter, Response
from pydantic import Field

from adapters.services.asks import TaskFilter
from adapters.services.views import ActDone, Choice, Counts, TaskPage
from adapters.web.api.dossiers import Act, Page
from adapters.web.api.kinds import Asked, Key, Line, TaskId, answers
from adapters.web.asking import Asking, IdempotencyKey, IfMatch, Lang, Using

router = APIRouter(prefix="/tasks", tags=["tasks"])


class Filter(Asked):
    """Which tasks of the caller's roles."""

    states: list[Key] = Field(default_factory=list, max_length=50)
    procedures: list[Key] = Field(default_factory=list, max_length=50)
    roles: list[Key] = Field(default_factory=list, max_length=50)
    submission: Line = Field(default="", description="code or id of a submission")
    mine: bool = False
    unclaimed: bool = False
    near: bool = False
    overdue: bool = False


class Search(Asked):
    """What to look for, and which page of it; the order is least slack first."""

    filter: Filter = Field(default_factory=Filter)
    page: Page = Field(default_factory=Page)


class Delegation(Asked):
    """To whom a task is given."""

    to: str = Field(pattern=r"^[A-Za-z0-9-]{1,80}$", description="id of an account")


@router.post("/search", responses=answers())
def search(body: Search, who: Asking, services: Using, lang: Lang) -> TaskPage:
    """Return a page of the caller's worklist: least slack first, stopped clocks last."""
    return services.tasks.search(
        who, TaskFilter(**dict(body.filter)), lang, limit=body.page.limit, after=body.page.after
    )


@router.get("/counts", responses=answers())
def counts(who: Asking, services: Using, lang: Lang) -> Counts:
    """Return the worklist in numbers: per state, near the limit and over it."""
    return services.tasks.counts(who, lang)


@router.get("/{task}/candidates", responses=answers())
def candidates(task: TaskId, who: Asking, services: Using) -> list[Choice]:
    """Return to whom the task may be given."""
    return services.tasks.candidates(who, task)


@router.post("/{task}/claim", status_code=204, responses=answers(409))
def claim(task: TaskId, who: Asking, services: Using) -> None:
    """Take a task."""
    services.tasks.claim(who, task)


@router.post("/{task}/release", status_code=204, responses=answers(409))
def release(task: TaskId, who: Asking, services: Using) -> None:
    """Give a task back."""
    services.tasks.release(who, task)


@router.post("/{task}/delegate", status_code=204, responses=answers(409))
def delegate(task: TaskId, body: Delegation, who: Asking, services: Using) -> None:
    """Give a task to somebody else who holds the role there."""
    services.tasks.delegate(who, task, body.to)


@router.post("/{task}/complete", responses=answers(409, 412))
def complete(
    task: TaskId,
    body: Act,
    response: Response,
    who: Asking,
    services: Using,
    lang: Lang,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> ActDone:
    """Do the act that the task asks for."""
    done = services.tasks.complete(who, task, body.asked("", if_match, idempotency_key), lang)
    response.headers["ETag"] = done.etag
    return done
