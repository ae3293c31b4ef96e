"""Who asks, and with what: worked out anew for each request, from cookie or token."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.security import APIKeyCookie, HTTPBearer

from adapters.identity.cross_site import check_sender
from adapters.identity.errors import NotLoggedIn
from adapters.identity.who import Who
from adapters.services.services import Services
from adapters.web.problems import language

COOKIE = "bangvang_session"

_bearer = HTTPBearer(auto_error=False, description="A token that was issued for a program")
_cookie = APIKeyCookie(name=COOKIE, auto_error=False, description="The session of a log-in")


def services_of(request: Request) -> Services:
    """Return the services of this process."""
    services: Services = request.app.state.services
    return services


Using = Annotated[Services, Depends(services_of)]


def who_asks(
    request: Request,
    services: Using,
    _token: Annotated[object, Depends(_bearer)] = None,
    _session: Annotated[object, Depends(_cookie)] = None,
) -> Who:
    """Return who asks; a token goes before a cookie, and a wrong token is not made up for by one.

    Raises:
        NotLoggedIn: neither is good.
        CrossSiteRequest: a cookie came along with a change that a foreign page asks for.
    """
    header = request.headers.get("authorization", "")
    if header:
        scheme, _, token = header.partition(" ")
        if scheme.lower() != "bearer":
            raise NotLoggedIn
        who = services.accounts.by_token(token.strip())
    else:
        who = services.accounts.by_session(request.cookies.get(COOKIE, ""))
        check_sender(request.method, request.headers, csrf=who.csrf)
    request.state.who = who
    return who


Asking = Annotated[Who, Depends(who_asks)]


def language_of(request: Request, _who: Asking) -> str:
    """Return the language of the answer: `?lang=`, else the account's."""
    return language(request)


Lang = Annotated[str, Depends(language_of)]
IfMatch = Annotated[
    str | None,
    Header(alias="If-Match", max_length=200, description="The ETag of what you saw"),
]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="Repeating a request under its key gives the first answer again",
    ),
]


def address_of(request: Request) -> str:
    """Return the address that the connection comes from."""
    return request.client.host if request.client else ""
