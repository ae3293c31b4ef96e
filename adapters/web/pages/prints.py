"""Forms on demand, opened from the pages of a dossier, of the list and of an edition."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter
from starlette.responses import Response

from adapters.services.asks import RegisterAsked
from adapters.services.letters import PDF
from adapters.web import forms
from adapters.web.files import attachment
from adapters.web.i18n import say
from adapters.web.pages.asking import Looking
from adapters.web.pages.route import PageRoute
from engine.errors import BadInput
from engine.text import Text

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/dossiers/{ref}/control-slip")
def control_slip(visitor: Looking, ref: str) -> Response:
    """Give the control slip of a dossier."""
    slip = visitor.services.prints.control_slip(visitor.who, ref, visitor.lang)
    return attachment(slip, media_type=PDF, inline=True)


@router.get("/register-book")
def register_book(
    visitor: Looking, first: str = "", until: str = "", procedure: str = "", form: str = "pdf"
) -> Response:
    """Give the register book of a period."""
    asked = RegisterAsked(
        first=_day("first", first),
        last=_day("until", until),
        procedure=procedure,
        as_sheet=form == "xlsx",
    )
    book = visitor.services.prints.register_book(visitor.who, asked, visitor.lang)
    return attachment(book, media_type=book.media_type, inline=not asked.as_sheet)


@router.get("/procedures/{procedure}/{edition}/process.pdf")
def process(visitor: Looking, procedure: str, edition: str) -> Response:
    """Give the internal process of an edition."""
    print_ = visitor.services.prints.process(visitor.who, procedure, edition, visitor.lang)
    return attachment(print_, media_type=PDF, inline=True)


def _day(name: str, written: str) -> date:
    day = forms.day_of(written)
    if day is None:
        raise BadInput(Text(say("wrong_date", "vi"), say("wrong_date", "en")), field=name)
    return day
