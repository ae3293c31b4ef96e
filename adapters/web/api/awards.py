"""The award register, old lists for it, and the eligibility sheet that rests on it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Response, UploadFile
from pydantic import Field

from adapters.services.media import XLSX
from adapters.services.register import AwardAsked
from adapters.services.register_views import AwardPage, EligibilityView, ImportDone
from adapters.services.views import File as GivenFile
from adapters.web.api.dossiers import Page
from adapters.web.api.kinds import Asked, Code, Line, answers
from adapters.web.asking import Asking, Lang, Using
from adapters.web.files import attachment

router = APIRouter(tags=["awards"])

TEMPLATE = "so-khen-thuong.xlsx"
_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {XLSX: {"schema": {"type": "string", "format": "binary"}}}}
}


class Filter(Asked):
    """Which awards; what is left out does not narrow the search."""

    name: Line = Field(default="", description="part of a name; marks do not matter")
    birth_year: int | None = Field(default=None, ge=1800, le=2200)
    unit: Line = Field(default="", description="part of a unit's name; marks do not matter")
    award: Line = Field(default="", description="key of an award")
    year: int | None = Field(default=None, ge=1800, le=2200)
    deed: Line = Field(default="", description="beginning of a deed's number")


class Search(Asked):
    """What to look for, and which page of it; the order is by name, in Vietnamese order."""

    filter: Filter = Field(default_factory=Filter)
    page: Page = Field(default_factory=Page)


@router.post("/awards/search", responses=answers())
def search(body: Search, who: Asking, services: Using, lang: Lang) -> AwardPage:
    """Return a page of the award register."""
    asked = AwardAsked(**dict(body.filter))
    return services.register.search(who, asked, lang, limit=body.page.limit, after=body.page.after)


@router.get("/awards/template", response_class=Response, responses={**answers(), **_BYTES})
def template(who: Asking, services: Using) -> Response:
    """Return the workbook of an old list, to be filled in."""
    content = services.register.template(who)
    given = GivenFile(content=content, media_type=XLSX, name=TEMPLATE)
    return attachment(given, media_type=XLSX)


@router.post("/awards/import", responses=answers())
def enter(
    file: Annotated[UploadFile, File(description="the template, filled in: .xlsx up to 5 MiB")],
    org: Annotated[str, Form(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,79}$")],
    who: Asking,
    services: Using,
    lang: Lang,
    good_rows: Annotated[bool, Form(description="leave out bad rows instead of refusing")] = False,
) -> ImportDone:
    """Enter an old list; every bad cell is named, and the same file enters each row once."""
    return services.register.enter(who, org, file.file.read(), lang, good_rows=good_rows)


@router.get("/dossiers/{code}/eligibility", responses=answers())
def eligibility(code: Code, who: Asking, services: Using, lang: Lang) -> EligibilityView:
    """Return what speaks for and against a dossier; a person decides."""
    return services.sheets.of(who, code, lang)
