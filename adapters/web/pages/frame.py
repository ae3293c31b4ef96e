"""What every visitor needs before anything else: log in, the language, styles, the way back."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Request
from starlette.responses import RedirectResponse, Response

from adapters.identity.cross_site import check_sender
from adapters.identity.errors import LoginFailed, LoginThrottled
from adapters.web.asking import COOKIE, Using, address_of
from adapters.web.i18n import LANGUAGES
from adapters.web.pages.asking import (
    LANGUAGE_COOKIE,
    LookingMaybe,
    Posting,
    Sent,
    page_language,
    text,
)
from adapters.web.pages.rendering import STATIC, page
from adapters.web.pages.route import PageRoute, error_page
from adapters.web.problems import told

router = APIRouter(route_class=PageRoute, include_in_schema=False)

_STATIC_TYPES = {"bangvang.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
_YEAR = 365 * 24 * 3600


def local(path: str) -> str:
    """Return a path of this site to go back to; whatever points elsewhere becomes the start.

    >>> local("/dossiers?text=an"), local("//evil.example"), local("https://evil.example/x")
    ('/dossiers?text=an', '/', '/')
    """
    try:
        parts = urlsplit(path)
    except ValueError:
        return "/"
    plain = path.isprintable() and "\\" not in path and path.startswith("/")
    return path if plain and not path.startswith("//") and not parts.netloc else "/"


@router.get("/")
def start(visitor: LookingMaybe) -> Response:
    """Send each visitor to where their work is."""
    if visitor is None:
        return RedirectResponse("/login", 303)
    who = visitor.who
    if who.works:
        return RedirectResponse("/worklist", 303)
    return RedirectResponse("/audit" if who.audits else "/procedures", 303)


@router.get("/login")
def login_form(request: Request, visitor: LookingMaybe, back: str = "/") -> Response:
    """Show the form; the demonstration lists its accounts."""
    if visitor is not None:
        return RedirectResponse("/", 303)
    return _login_page(request, back=local(back))


def _from_our_page(request: Request) -> None:
    check_sender(request.method, request.headers, csrf="")


@router.post("/login", dependencies=[Depends(_from_our_page)])
def login(request: Request, services: Using, form: Sent) -> Response:
    """Open a session and go on to where the visitor wanted to be."""
    back = local(text(form, "back") or "/")
    name, password = text(form, "login"), form.get("password")
    try:
        done = services.accounts.login(
            name,
            password if isinstance(password, str) else "",
            address=address_of(request),
            old_secret=request.cookies.get(COOKIE, ""),
        )
    except (LoginFailed, LoginThrottled) as error:
        status, _code, _title, detail = told(error, page_language(request))
        answer: Response = _login_page(request, back=back, login=name, detail=detail, status=status)
        if isinstance(error, LoginThrottled):
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    answer = RedirectResponse(back, 303)
    answer.set_cookie(
        COOKIE,
        done.secret,
        httponly=True,
        samesite="lax",
        secure=services.parts.secure_cookies,
        path="/",
    )
    return answer


@router.post("/logout")
def logout(visitor: Posting) -> Response:
    """End the session."""
    visitor.services.accounts.logout(visitor.who)
    answer = RedirectResponse("/login", 303)
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("/language/{lang}")
def language(visitor: LookingMaybe, lang: str, services: Using, back: str = "/") -> Response:
    """Keep the language for this browser, and go back; a preference is all that changes."""
    answer = RedirectResponse(local(back), 303)
    if lang in LANGUAGES:
        answer.set_cookie(
            LANGUAGE_COOKIE,
            lang,
            max_age=_YEAR,
            httponly=True,
            samesite="lax",
            secure=services.parts.secure_cookies,
            path="/",
        )
    return answer


@router.get("/static/{name}")
def static(name: str) -> Response:
    """Give one of our own files; their addresses change with their content."""
    if name not in _STATIC_TYPES:
        return Response(status_code=404)
    content = (STATIC / name).read_bytes()
    headers = {"Cache-Control": "public, max-age=86400"}
    return Response(content, media_type=_STATIC_TYPES[name], headers=headers)


lost = APIRouter(route_class=PageRoute, include_in_schema=False)


@lost.get("/{path:path}")
def nowhere(request: Request, visitor: LookingMaybe, path: str) -> Response:
    """Say that there is no such page; stands last, so that everything else goes first."""
    return error_page(request, 404, "error_no_page")


def _login_page(
    request: Request, *, back: str, login: str = "", detail: str = "", status: int = 200
) -> Response:
    accounts = [
        {
            "login": one.login,
            "password": one.password,
            "name": one.name,
            "role": one.role.in_(page_language(request)),
            "first": one.first.in_(page_language(request)) if one.first else "",
        }
        for one in getattr(request.app.state, "demo", ())
    ]
    return page(
        request,
        "login.html",
        status=status,
        accounts=accounts,
        back=back,
        login=login,
        detail=detail,
    )
