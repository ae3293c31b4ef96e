"""The one cookie: a secret that scripts cannot read and foreign pages cannot send with a change."""

from __future__ import annotations

from starlette.responses import Response

from adapters.identity.credentials import LONGEST
from adapters.web.asking import COOKIE


def give_cookie(response: Response, secret: str, *, secure: bool) -> None:
    """Let the browser keep the session's secret until the session ends at the latest."""
    response.set_cookie(
        COOKIE,
        secret,
        max_age=int(LONGEST.total_seconds()),
        path="/",
        secure=secure,
        httponly=True,
        samesite="lax",
    )


def take_cookie(response: Response, *, secure: bool) -> None:
    """Let the browser forget the session's secret."""
    response.delete_cookie(COOKIE, path="/", secure=secure, httponly=True, samesite="lax")
