"""Who looks at a page, in which language, and whether a form is really ours."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import FormData, UploadFile

from adapters.identity.cross_site import check_form, check_sender
from adapters.identity.errors import NotLoggedIn
from adapters.identity.who import Who
from adapters.services.access import owner_roles
from adapters.services.services import Services
from adapters.web.asking import COOKIE, Using
from adapters.web.i18n import LANGUAGES

LANGUAGE_COOKIE = "bangvang_lang"
MOST_FIELDS = 2_000
MOST_FILES = 100
LARGEST_VALUE = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody logged in who looks at a page; `lang` is the page's language."""

    who: Who
    lang: str
    services: Services


def page_language(request: Request, account_lang: str = "") -> str:
    """Return the language of a page: the one clicked last, else the account's, else Vietnamese."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "")
    return next((lang for lang in (chosen, account_lang) if lang in LANGUAGES), "vi")


def look(request: Request, services: Using) -> Visitor:
    """Return who looks at a page.

    Raises:
        NotLoggedIn: the browser holds no session that is still good.
    """
    who = services.accounts.by_session(request.cookies.get(COOKIE, ""))
    lang = page_language(request, who.lang)
    who = replace(who, lang=lang)
    request.state.who = who
    request.state.begins = _begins(services, who)
    return Visitor(who=who, lang=lang, services=services)


def _begins(services: Services, who: Who) -> bool:
    """Return whether the visitor may open a dossier of any procedure."""
    editions = services.parts.editions
    known = (editions.get(one.hash) for one in editions.listed())
    return any(who.orgs_of(owner_roles(one)) for one in known if one.council is None)


def look_if_known(request: Request, services: Using) -> Visitor | None:
    """Return who looks at a page, or None for a stranger."""
    try:
        return look(request, services)
    except NotLoggedIn:
        return None


async def sent_form(request: Request) -> AsyncIterator[FormData]:
    """Give the form that was sent, and close its files afterwards."""
    async with request.form(
        max_files=MOST_FILES, max_fields=MOST_FIELDS, max_part_size=LARGEST_VALUE
    ) as form:
        yield form


Sent = Annotated[FormData, Depends(sent_form)]


def post(request: Request, services: Using, form: Sent) -> Visitor:
    """Return who sends a form, after proving that the form is one of ours.

    Raises:
        NotLoggedIn: the session has ended.
        CrossSiteRequest: the form comes from elsewhere, or from another session.
    """
    visitor = look(request, services)
    given = text(form, "csrf")
    check_sender(request.method, request.headers, csrf=visitor.who.csrf, given=given)
    check_form(visitor.who.csrf, given)
    return visitor


Looking = Annotated[Visitor, Depends(look)]
LookingMaybe = Annotated[Visitor | None, Depends(look_if_known)]
Posting = Annotated[Visitor, Depends(post)]


def text(form: FormData, name: str) -> str:
    """Return the first text sent under a name, trimmed; empty when there is none."""
    value = form.get(name)
    return value.strip() if isinstance(value, str) else ""


def files(form: FormData, name: str) -> list[tuple[str, bytes]]:
    """Return (name, content) of each file sent under a name, empty choices left out."""
    sent = (one for one in form.getlist(name) if isinstance(one, UploadFile))
    return [(one.filename or "", one.file.read()) for one in sent if one.filename]
