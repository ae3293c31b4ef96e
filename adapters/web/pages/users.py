"""Accounts and the roles they hold, for administrators; every change is an event."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from starlette.responses import Response

from adapters.services.media import XLSX, disposition
from adapters.services.people import NewGrant, People
from adapters.services.people_book import PeopleBook, PeopleDone
from adapters.services.views import Choice
from adapters.services.words import PLATFORM
from adapters.web import forms
from adapters.web.i18n import say
from adapters.web.pages.asking import Looking, Posting, Sent, Visitor, files, text
from adapters.web.pages.rendering import go, page
from adapters.web.pages.route import PageRoute
from adapters.web.problems import told
from engine.calendar import TZ
from engine.errors import Refusal

router = APIRouter(route_class=PageRoute, include_in_schema=False)
TEMPLATE = "don-vi-nguoi-vai-tro.xlsx"


@router.get("/users")
def users(request: Request, visitor: Looking, login: str = "") -> Response:
    """List who holds which role where, and offer to change it."""
    return _users_page(request, visitor, forms.Filled({"login": login}))


@router.post("/users")
def add(request: Request, visitor: Posting, form: Sent) -> Response:
    """Enter an account."""
    login = text(form, "new_login").lower()
    password = form.get("password")
    try:
        _people(visitor).add_account(
            visitor.who, login, text(form, "name"), password if isinstance(password, str) else ""
        )
    except Refusal as error:
        return _refused(request, visitor, form, error, {"login": "new_login"})
    return go("/users", done="account_added", login=login)


@router.post("/users/grants")
def grant(request: Request, visitor: Posting, form: Sent) -> Response:
    """Grant a role."""
    today = visitor.services.parts.now().astimezone(TZ).date()
    days = {name: text(form, name) for name in ("from_on", "until_on")}
    wrong = {
        name: say("wrong_date", visitor.lang)
        for name, typed in days.items()
        if typed and forms.day_of(typed) is None
    }
    if wrong:
        filled = forms.Filled(forms.typed(form), wrong)
        return _users_page(request, visitor, filled, status=422)
    people = _people(visitor)
    try:
        people.grant(
            visitor.who,
            NewGrant(
                account=people.account(text(form, "login").lower()),
                role=text(form, "role"),
                org=text(form, "org"),
                sees=text(form, "sees") or "own",
                from_on=forms.day_of(days["from_on"]) or today,
                until_on=forms.day_of(days["until_on"]),
                deed=text(form, "deed"),
            ),
        )
    except Refusal as error:
        return _refused(request, visitor, form, error, {"account": "login"})
    return go("/users", done="role_granted")


@router.post("/users/grants/{grant}/end")
def end(visitor: Posting, grant: str) -> Response:
    """End a role at once: yesterday was its last day."""
    today = visitor.services.parts.now().astimezone(TZ).date()
    _people(visitor).end(visitor.who, grant, today - timedelta(days=1))
    return go("/users", done="role_ended")


@router.get("/users/template.xlsx")
def template(visitor: Looking) -> Response:
    """Give the workbook of organisations, people and roles to fill in."""
    content = PeopleBook(visitor.services.parts).template(visitor.who)
    headers = {"Content-Disposition": disposition(TEMPLATE)}
    return Response(content, media_type=XLSX, headers=headers)


@router.post("/users/import")
def enter(request: Request, visitor: Posting, form: Sent) -> Response:
    """Enter a workbook, or only say what it would bring; every bad cell is named."""
    sent, empty = files(form, "file"), forms.Filled({})
    if not sent:
        detail = say("no_file", visitor.lang)
        return _users_page(request, visitor, empty, status=422, detail=detail)
    dry_run = bool(text(form, "dry_run"))
    try:
        done = PeopleBook(visitor.services.parts).enter(
            visitor.who, sent[0][1], visitor.lang, dry_run=dry_run
        )
    except Refusal as error:
        status, _code, _title, detail = told(error, visitor.lang)
        return _users_page(request, visitor, empty, status=status, detail=detail)
    status = 422 if done.bad else 200
    return _users_page(request, visitor, empty, status=status, entered=done)


def _people(visitor: Visitor) -> People:
    parts = visitor.services.parts
    return People(parts.db, parts.config_log, parts.passwords, parts.ids)


def _refused(
    request: Request, visitor: Visitor, form: Sent, error: Refusal, renamed: dict[str, str]
) -> Response:
    status, _code, _title, detail = told(error, visitor.lang)
    typed = {name: value for name, value in forms.typed(form).items() if name != "password"}
    about = str(error.facts.get("field", ""))
    place = renamed.get(about, about)
    known = {"new_login", "name", "password", "login", "role", "org", "sees", "until_on"}
    filled = forms.Filled(typed, {place: detail} if place in known else {})
    return _users_page(request, visitor, filled, status=status, detail=detail)


def _users_page(
    request: Request,
    visitor: Visitor,
    filled: forms.Filled,
    *,
    status: int = 200,
    detail: str = "",
    entered: PeopleDone | None = None,
) -> Response:
    today = visitor.services.parts.now().astimezone(TZ).date()
    held = _people(visitor).held(visitor.who, today)
    roles = _roles(visitor)
    orgs = [
        Choice(key=org.id, label=org.name(visitor.lang))
        for org in visitor.who.tree.organisations.values()
    ]
    return page(
        request,
        "users.html",
        status=status,
        detail=detail,
        entered=entered,
        held=held,
        filled=filled,
        roles=roles,
        role_labels={one.key: one.label for one in roles},
        orgs=sorted(orgs, key=lambda one: one.label),
        tree=visitor.who.tree,
    )


def _roles(visitor: Visitor) -> list[Choice]:
    """Return every role that may be granted: the platform's, then those of the procedures."""
    found = {key: label.in_(visitor.lang) for key, label in PLATFORM.items()}
    editions = visitor.services.parts.editions
    for listed in editions.listed():
        for key, role in editions.get(listed.hash).roles.items():
            found[key] = role.label.in_(visitor.lang)
    return [Choice(key=key, label=label) for key, label in found.items()]
