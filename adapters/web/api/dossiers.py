"""Dossiers: opened, saved, read, found, and acted upon."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Response
from pydantic import Field, JsonValue

from adapters.services.asks import ActAsked, DossierFilter, PaperGiven
from adapters.services.dossiers import version_of
from adapters.services.views import ActDone, DossierPage, DossierView
from adapters.web.api.kinds import Asked, Code, Key, Line, Prose, Sha256, answers
from adapters.web.asking import Asking, IdempotencyKey, IfMatch, Lang, Using

router = APIRouter(prefix="/dossiers", tags=["dossiers"])

Data = Annotated[dict[Key, JsonValue], Field(max_length=200)]
Cursor = Annotated[str, Field(max_length=1000, pattern=r"^[A-Za-z0-9_=-]*$")]


class NewDossier(Asked):
    """A draft to be opened."""

    procedure: Key
    owner: Key = Field(
        description="the unit that submits; the caller submits for it, or receives above it"
    )
    data: Data = Field(default_factory=dict)


class Draft(Asked):
    """A draft to be saved: all its data, and the revision that was read."""

    revision: int = Field(ge=0, le=2**31 - 1)
    data: Data


class GivenPaper(Asked):
    """A file that the caller uploaded to this dossier."""

    sha256: Sha256
    name: Line
    signed: bool = False


class Act(Asked):
    """What an act brings; see the dossier's offers for what it asks."""

    reason: Prose = ""
    data: Data = Field(default_factory=dict)
    documents: dict[Key, Annotated[list[GivenPaper], Field(max_length=50)]] = Field(
        default_factory=dict, max_length=50
    )
    effective_on: date | None = Field(
        default=None, description="the local day from which it counts; earlier than today: a reason"
    )
    ground: Line = Field(default="", description="for `hold` and `release`")
    paper: Line = Field(default="", description="for `hold` and `release`")

    def asked(self, trigger: str, if_match: str | None, key: str | None) -> ActAsked:
        """Return the act as services take it."""
        return ActAsked(
            trigger=trigger,
            reason=self.reason,
            data=self.data,
            documents={
                document: [
                    PaperGiven(sha256=one.sha256, name=one.name, signed=one.signed) for one in given
                ]
                for document, given in self.documents.items()
            },
            effective_on=self.effective_on,
            ground=self.ground,
            paper=self.paper,
            if_match=version_of(if_match),
            key=key,
        )


class NamedAct(Act):
    """An act and its trigger."""

    trigger: Key


class Page(Asked):
    """How much to return, and after what."""

    limit: int = Field(default=50, ge=1, le=200)
    after: Cursor | None = None


class Ascending(Asked):
    """By due date, least slack first and stopped clocks last; or by name in Vietnamese order."""

    field: Literal["due", "name"] = "due"
    order: Literal["asc"] = "asc"


class Newest(Asked):
    """By the time of opening, newest first."""

    field: Literal["newest"]
    order: Literal["desc"] = "desc"


class Filter(Asked):
    """Which dossiers; what is left out does not narrow the search."""

    text: Line = Field(default="", description="part of a name or code; marks do not matter")
    states: list[Key] = Field(default_factory=list, max_length=50)
    procedures: list[Key] = Field(default_factory=list, max_length=50)
    owners: list[Key] = Field(default_factory=list, max_length=50)
    results: list[Key] = Field(default_factory=list, max_length=10)
    due_from: date | None = None
    due_until: date | None = Field(default=None, description="inclusive")
    overdue: bool | None = None
    open: bool | None = None
    drafts: bool | None = Field(default=None, description="only drafts, or only submitted ones")
    submission: Line = Field(default="", description="code or id of a submission")


class Search(Asked):
    """What to look for, in which order, and which page of it."""

    filter: Filter = Field(default_factory=Filter)
    sort: list[Ascending | Newest] = Field(default_factory=list, max_length=1)
    page: Page = Field(default_factory=Page)


@router.post("", status_code=201, responses=answers(409))
def open_dossier(
    body: NewDossier,
    response: Response,
    who: Asking,
    services: Using,
    lang: Lang,
    idempotency_key: IdempotencyKey = None,
) -> DossierView:
    """Open a draft of a procedure for a unit: as the unit, or at the counter on its behalf."""
    view = services.dossiers.create(
        who, body.procedure, body.owner, body.data, lang, key=idempotency_key
    )
    response.headers["ETag"] = view.etag
    response.headers["Location"] = f"/api/v1/dossiers/{view.code}"
    return view


@router.post("/search", responses=answers())
def search(body: Search, who: Asking, services: Using, lang: Lang) -> DossierPage:
    """Return a page of the dossiers that the caller may see, least slack first."""
    return services.dossiers.search(
        who,
        DossierFilter(**dict(body.filter)),
        lang,
        sort=body.sort[0].field if body.sort else "due",
        limit=body.page.limit,
        after=body.page.after,
    )


@router.get("/{code}", responses=answers())
def read(code: Code, response: Response, who: Asking, services: Using, lang: Lang) -> DossierView:
    """Return a dossier, what the caller may do with it, and what not and why."""
    view = services.dossiers.view(who, code, lang)
    response.headers["ETag"] = view.etag
    return view


@router.put("/{code}/draft", responses=answers(409, 412))
def save(
    code: Code,
    body: Draft,
    response: Response,
    who: Asking,
    services: Using,
    lang: Lang,
    if_match: IfMatch = None,
) -> DossierView:
    """Replace the data of a draft, if it still has the revision named."""
    view = services.dossiers.save(
        who, code, body.revision, body.data, lang, if_match=version_of(if_match)
    )
    response.headers["ETag"] = view.etag
    return view


@router.post("/{code}/acts", responses=answers(409, 412))
def act(
    code: Code,
    body: NamedAct,
    response: Response,
    who: Asking,
    services: Using,
    lang: Lang,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> ActDone:
    """Do one act; the answer says what is possible next, and what is not and why."""
    done = services.dossiers.act(
        who, code, body.asked(body.trigger, if_match, idempotency_key), lang
    )
    response.headers["ETag"] = done.etag
    return done
