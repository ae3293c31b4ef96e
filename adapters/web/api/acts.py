"""Acts on many dossiers at once."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import Field, StringConstraints

from adapters.services.bulk import MOST, BulkAsked, BulkDone
from adapters.services.dossiers import version_of
from adapters.web.api.dossiers import Data
from adapters.web.api.kinds import Asked, Key, Line, Prose, answers
from adapters.web.asking import Asking, IdempotencyKey, Lang, Using

router = APIRouter(prefix="/acts", tags=["acts"])

Ref = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,80}$")]


class Acts(Asked):
    """One act on many dossiers, each of which is decided alone."""

    dossiers: list[Ref] = Field(
        min_length=1, max_length=MOST, description="received codes, provisional codes or ids"
    )
    trigger: Key
    reason: Prose = ""
    data: Data = Field(default_factory=dict)
    effective_on: date | None = Field(
        default=None, description="the local day from which it counts; earlier than today: a reason"
    )
    ground: Line = Field(default="", description="for `hold` and `release`")
    paper: Line = Field(default="", description="for `hold` and `release`")
    on_refusal: Literal["skip", "abort"] = Field(
        default="skip", description="`skip`: do what is allowed; `abort`: all or none"
    )
    if_match: dict[Ref, Line] = Field(
        default_factory=dict, max_length=MOST, description="dossier to the ETag that was seen"
    )


@router.post("", responses=answers(409))
def act_many(
    body: Acts,
    who: Asking,
    services: Using,
    lang: Lang,
    idempotency_key: IdempotencyKey = None,
) -> BulkDone:
    """Do one act on many dossiers; what is allowed is written together, and each row is answered.

    If nothing could be done the answer is a problem `nothing_done`, whose facts hold the rows.
    """
    return services.bulk.act(
        who,
        BulkAsked(
            dossiers=body.dossiers,
            trigger=body.trigger,
            reason=body.reason,
            data=body.data,
            effective_on=body.effective_on,
            ground=body.ground,
            paper=body.paper,
            on_refusal=body.on_refusal,
            if_match={ref: version_of(tag) or "" for ref, tag in body.if_match.items()},
            key=idempotency_key,
        ),
        lang,
    )
