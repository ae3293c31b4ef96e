"""Notices: what happened to dossiers, told to the roles of the caller."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from adapters.services.views import NoticePage
from adapters.web.api.kinds import Asked, answers
from adapters.web.asking import Asking, Lang, Using

router = APIRouter(prefix="/notices", tags=["notices"])


class Seen(Asked):
    """Up to when the caller has looked."""

    until: AwareDatetime = Field(description="`created_at` of the newest notice that was shown")


@router.get("", responses=answers())
def notices(
    who: Asking,
    services: Using,
    lang: Lang,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[str | None, Query(max_length=400)] = None,
) -> NoticePage:
    """Return a page of the caller's notices, the newest first; none of them becomes old by it."""
    return services.notices.list(who, lang, limit=limit, after=after)


@router.post("/seen", status_code=204, responses=answers())
def seen(body: Seen, who: Asking, services: Using) -> None:
    """Note up to when the caller has looked, so that older notices are new no more."""
    until: datetime = body.until
    services.notices.seen(who, until)
