"""Logging in and out, and who one is."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import Field

from adapters.identity.cross_site import check_sender
from adapters.services.views import Me
from adapters.web.api.kinds import Asked, Line, answers
from adapters.web.asking import COOKIE, Asking, Lang, Using, address_of
from adapters.web.cookies import give_cookie, take_cookie
from adapters.web.problems import language

router = APIRouter(tags=["session"])


class Login(Asked):
    """Name and password."""

    login: Line
    password: str = Field(max_length=1000)


class Session(Asked):
    """A session that was opened; its secret is in the cookie."""

    csrf: str = Field(description="to send as `X-CSRF-Token` where a browser tells no origin")
    me: Me


@router.post("/session", status_code=201, responses=answers(429))
def log_in(body: Login, request: Request, response: Response, services: Using) -> Session:
    """Open a session under a new secret; the one that the browser had ends."""
    check_sender("POST", request.headers, csrf="")
    done = services.accounts.login(
        body.login,
        body.password,
        address=address_of(request),
        old_secret=request.cookies.get(COOKIE, ""),
    )
    give_cookie(response, done.secret, secure=services.parts.secure_cookies)
    return Session(csrf=done.who.csrf, me=services.accounts.me(done.who, language(request)))


@router.delete("/session", status_code=204, responses=answers())
def log_out(response: Response, who: Asking, services: Using) -> None:
    """End the session."""
    services.accounts.logout(who)
    take_cookie(response, secure=services.parts.secure_cookies)


@router.get("/me", responses=answers())
def me(who: Asking, services: Using, lang: Lang) -> Me:
    """Return who asks, and the roles that count today."""
    return services.accounts.me(who, lang)
