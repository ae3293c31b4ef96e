"""The award register: looked up by name, year of birth and unit; old lists brought as workbooks."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.services.media import XLSX, disposition
from adapters.services.register import AwardAsked
from adapters.services.register_views import ImportDone
from adapters.services.views import Choice
from adapters.web.i18n import say
from adapters.web.pages.asking import Looking, Posting, Sent, Visitor, files, text
from adapters.web.pages.rendering import page
from adapters.web.pages.route import PageRoute
from adapters.web.problems import told
from engine.errors import Refusal

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PAGE = 50
TEMPLATE = "so-khen-thuong.xlsx"


@router.get("/awards")
def awards(
    request: Request,
    visitor: Looking,
    name: str = "",
    birth_year: str = "",
    unit: str = "",
    award: str = "",
    year: str = "",
    deed: str = "",
    after: str = "",
) -> Response:
    """Show a page of the register."""
    asked = {
        "name": name,
        "birth_year": birth_year,
        "unit": unit,
        "award": award,
        "year": year,
        "deed": deed,
        "after": after,
    }
    return _register_page(request, visitor, asked)


@router.get("/awards/template.xlsx")
def template(visitor: Looking) -> Response:
    """Give the workbook to fill in."""
    content = visitor.services.register.template(visitor.who)
    headers = {"Content-Disposition": disposition(TEMPLATE)}
    return Response(content, media_type=XLSX, headers=headers)


@router.post("/awards/import")
def enter(request: Request, visitor: Posting, form: Sent) -> Response:
    """Enter an old list, and say what became of it."""
    sent = files(form, "file")
    if not sent:
        return _register_page(request, visitor, {}, 422, detail=say("no_file", visitor.lang))
    try:
        done = visitor.services.register.enter(
            visitor.who,
            text(form, "org"),
            sent[0][1],
            visitor.lang,
            good_rows=bool(text(form, "good_rows")),
        )
    except Refusal as error:
        status, _code, _title, detail = told(error, visitor.lang)
        return _register_page(request, visitor, {}, status, detail=detail)
    return _register_page(request, visitor, {}, 200 if done.done else 422, entered=done)


def _register_page(
    request: Request,
    visitor: Visitor,
    asked: dict[str, str],
    status: int = 200,
    *,
    detail: str = "",
    entered: ImportDone | None = None,
) -> Response:
    services, who, lang = visitor.services, visitor.who, visitor.lang
    numbers = {key: _year(asked.get(key, "")) for key in ("birth_year", "year")}
    wrong = {
        key: say("wrong_year", lang)
        for key, found in numbers.items()
        if asked.get(key, "").strip() and found is None
    }
    found = services.register.search(
        who,
        AwardAsked(
            name=asked.get("name", "")[:200],
            birth_year=numbers["birth_year"],
            unit=asked.get("unit", "")[:200],
            award=asked.get("award", ""),
            year=numbers["year"],
            deed=asked.get("deed", "")[:200],
        ),
        lang,
        limit=PAGE,
        after=asked.get("after") or None,
    )
    orgs = [Choice(key=org, label=who.tree.name(org, lang)) for org in services.register.kept(who)]
    return page(
        request,
        "awards.html",
        status=422 if wrong else status,
        found=found,
        asked=dict.fromkeys(("name", "birth_year", "unit", "award", "year", "deed", "after"), "")
        | asked,
        wrong=wrong,
        awards=services.register.awards(lang),
        orgs=sorted(orgs, key=lambda one: one.label),
        detail=detail,
        entered=entered,
    )


def _year(typed: str) -> int | None:
    plain = typed.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) == 4 else None
