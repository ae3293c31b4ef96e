"""Finding dossiers: by words, state, procedure and due day."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.services.asks import DossierFilter
from adapters.services.views import Choice
from adapters.web import forms
from adapters.web.i18n import say
from adapters.web.pages.asking import Looking, Visitor
from adapters.web.pages.rendering import page
from adapters.web.pages.route import PageRoute

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PAGE = 50
SORTS = ("due", "name", "newest")


@router.get("/dossiers")
def search(
    request: Request,
    visitor: Looking,
    text: str = "",
    state: str = "",
    procedure: str = "",
    due_from: str = "",
    due_until: str = "",
    standing: str = "",
    sort: str = "due",
    after: str = "",
) -> Response:
    """Show a page of the dossiers that the visitor may see."""
    asked = {
        "text": text,
        "state": state,
        "procedure": procedure,
        "due_from": due_from,
        "due_until": due_until,
        "standing": standing,
        "sort": sort if sort in SORTS else "due",
        "after": after,
    }
    wrong: dict[str, str] = {}
    days: dict[str, date | None] = {}
    for name in ("due_from", "due_until"):
        days[name] = forms.day_of(asked[name])
        if asked[name] and days[name] is None:
            wrong[name] = say("wrong_date", visitor.lang)
    found = visitor.services.dossiers.search(
        visitor.who,
        DossierFilter(
            text=text.strip()[:200],
            states=[state] if state else [],
            procedures=[procedure] if procedure else [],
            due_from=days.get("due_from"),
            due_until=days.get("due_until"),
            overdue=True if standing == "overdue" else None,
            open={"open": True, "ended": False}.get(standing),
        ),
        visitor.lang,
        sort=asked["sort"],
        limit=PAGE,
        after=after or None,
    )
    procedures, states = choices(visitor, procedure)
    return page(
        request,
        "search.html",
        status=422 if wrong else 200,
        found=found,
        asked=asked,
        wrong=wrong,
        procedures=procedures,
        states=states,
        sorts=SORTS,
        path="/dossiers",
        link="/dossiers/",
        bulk=visitor.services.bulk.choices(
            visitor.who,
            [(row.procedure, state.key) for row in found.items for state in row.states],
            visitor.lang,
        ),
    )


def choices(visitor: Visitor, procedure: str) -> tuple[list[Choice], list[Choice]]:
    """Return what may be chosen: procedures, and the states of their newest editions."""
    editions = visitor.services.procedures.list(visitor.who, visitor.lang)
    procedures: dict[str, Choice] = {}
    states: dict[str, Choice] = {}
    for one in editions:
        procedures.setdefault(one.procedure, Choice(key=one.procedure, label=one.title))
        if procedure in ("", one.procedure):
            for path, state in visitor.services.parts.editions.get(one.id).states.items():
                if not state.composite:
                    states.setdefault(path, Choice(key=path, label=state.label.in_(visitor.lang)))
    return list(procedures.values()), list(states.values())
