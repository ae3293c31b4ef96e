"""Early, on time, late: the figures as charts and tables, to be looked at and printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.services.asks import FiguresAsked
from adapters.services.figure_views import CountsView, FiguresView, ResolvedView
from adapters.services.views import Choice
from adapters.web import forms
from adapters.web.i18n import say
from adapters.web.pages.asking import Looking, Visitor
from adapters.web.pages.rendering import page
from adapters.web.pages.route import PageRoute
from adapters.web.pages.stacks import Line, stacks
from engine.errors import BadInput
from engine.figures import share

router = APIRouter(route_class=PageRoute, include_in_schema=False)
COUNTED = ("subjects", "submissions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a table; `open` and `overdue_open` are None for a month."""

    label: str
    counts: ResolvedView
    open: int | None = None
    overdue_open: int | None = None


@router.get("/figures")
def figures(
    request: Request,
    visitor: Looking,
    procedure: str = "",
    org: str = "",
    edition: str = "",
    first: str = "",
    last: str = "",
    counted: str = "subjects",
) -> Response:
    """Show what was resolved early, on time and late, and what is open."""
    asked = {
        "procedure": procedure,
        "org": org,
        "edition": edition,
        "first": first,
        "last": last,
        "counted": counted if counted in COUNTED else "subjects",
    }
    wrong: dict[str, str] = {}
    days: dict[str, date | None] = {}
    for name in ("first", "last"):
        days[name] = forms.day_of(asked[name])
        if asked[name] and days[name] is None:
            wrong[name] = say("wrong_date", visitor.lang)
    wanted = FiguresAsked(
        procedure=procedure, org=org, edition=edition, first=days["first"], last=days["last"]
    )
    try:
        found = visitor.services.figures.of(visitor.who, wanted, visitor.lang)
    except BadInput as refusal:
        wrong["last"] = refusal.text.in_(visitor.lang)
        unlimited = FiguresAsked(procedure=procedure, org=org, edition=edition)
        found = visitor.services.figures.of(visitor.who, unlimited, visitor.lang)
    procedures, editions = _choices(visitor)
    return page(
        request,
        "figures.html",
        status=422 if wrong else 200,
        found=found,
        asked=asked,
        wrong=wrong,
        procedures=procedures,
        editions=editions,
        orgs=_orgs(visitor),
        kinds=COUNTED,
        percent=partial(_percent, visitor.lang),
        tenths=partial(_decimal, visitor.lang),
        signed=_signed,
        parts=[
            (name, rows, stacks(_lines(rows))) for name, rows in _parts(found, asked["counted"])
        ],
    )


def _parts(found: FiguresView, counted: str) -> list[tuple[str, Sequence[Row]]]:
    """Return the tables of the page: word, rows."""
    each = (
        ("procedure", found.procedures),
        ("organisation", found.organisations),
        ("edition", found.editions),
    )
    tables = [
        (word, [_row(one.label, getattr(one, counted)) for one in groups]) for word, groups in each
    ]
    months = [
        Row(label=f"{one.month[5:]}/{one.month[:4]}", counts=getattr(one, counted))
        for one in found.months
    ]
    return [*tables[:2], ("month", months), *tables[2:]]


def _row(label: str, counts: CountsView) -> Row:
    return Row(label=label, counts=counts, open=counts.open, overdue_open=counts.overdue_open)


def _lines(rows: Sequence[Row]) -> list[Line]:
    return [
        Line(label=row.label, counts=(row.counts.early, row.counts.on_time, row.counts.late))
        for row in rows
        if row.counts.resolved
    ]


def _percent(lang: str, part: int, whole: int) -> str:
    return f"{_decimal(lang, share(part, whole) / 10)} %"


def _decimal(lang: str, value: float) -> str:
    text = f"{value:.1f}"
    return text.replace(".", ",") if lang == "vi" else text


def _signed(value: int) -> str:
    """Return a margin with its sign: `+3`, `0`, `−2`."""
    return f"{value:+d}".replace("-", "−") if value else "0"


def _choices(visitor: Visitor) -> tuple[list[Choice], list[Choice]]:
    editions = visitor.services.parts.editions
    procedures: dict[str, Choice] = {}
    names: dict[str, Choice] = {}
    for one in editions.listed():
        title = editions.get(one.hash).title.in_(visitor.lang)
        procedures[one.procedure] = Choice(key=one.procedure, label=title)
        names[one.hash] = Choice(key=one.hash, label=f"{title} ({one.edition})")
    return list(procedures.values()), list(names.values())


def _orgs(visitor: Visitor) -> list[Choice]:
    tree, lang = visitor.who.tree, visitor.lang
    found = (Choice(key=org, label=tree.name(org, lang)) for org in visitor.who.sees)
    return sorted(found, key=lambda one: (one.label, one.key))
