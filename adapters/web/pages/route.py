"""Errors as pages: the same table as the API's, shown to people."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import quote

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from adapters.identity.errors import LoginThrottled, NotLoggedIn
from adapters.web.pages.asking import page_language
from adapters.web.pages.rendering import page
from adapters.web.problems import TABLE, told
from engine.errors import BangVangError

_log = logging.getLogger("bangvang.web")


class PageRoute(APIRoute):
    """A route whose errors are answered with a page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the route's own handler."""
        handle = super().get_route_handler()

        async def handle_with_pages(request: Request) -> Response:
            try:
                return await handle(request)
            except NotLoggedIn:
                return _to_login(request)
            except BangVangError as error:
                if not any(kind in TABLE for kind in type(error).__mro__):
                    raise
                return refused_page(request, error)
            except RequestValidationError:
                return error_page(request, 422, "error_invalid")
            except HTTPException as error:
                return error_page(request, error.status_code, "error_request")
            except Exception:
                _log.exception("unexpected error at %s", request.url.path)
                return error_page(request, 500, "error_failed")

        return handle_with_pages


def refused_page(request: Request, error: BangVangError) -> Response:
    """Return the page that says what was refused and why."""
    status, _code, title, detail = told(error, page_language(request))
    answer = page(request, "error.html", status=status, title=title, detail=detail)
    if isinstance(error, LoginThrottled):
        answer.headers["Retry-After"] = str(error.retry_after)
    return answer


def error_page(request: Request, status: int, word: str) -> Response:
    """Return a page for an error that has no words of its own."""
    return page(request, "error.html", status=status, title="", detail="", word=word)


def _to_login(request: Request) -> Response:
    back = request.url.path
    if request.url.query:
        back += "?" + request.url.query
    query = f"?back={quote(back)}" if request.method == "GET" and back != "/" else ""
    return RedirectResponse(f"/login{query}", 303)
