"""What stands before every request: how large and how deep it may be, and what browsers must heed.

Plain ASGI, so that an answer is refused before a body has been read into memory.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.web.headers import HEADERS, SECURE_ONLY
from adapters.web.problems import language, problem
from engine.text import Text

SMALL = 1024 * 1024
LARGE = 22 * 1024 * 1024
DEEPEST = 32
LONGEST_QUERY = 4096

_TOKENS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{\]}]', re.DOTALL)
_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")

_TOO_LARGE = Text("Nội dung gửi lên quá lớn.", "The body is too large.")
_NOT_JSON = Text(
    "Nội dung JSON không đọc được: sai cú pháp, lồng quá sâu hoặc có ký tự không hợp lệ.",
    "The JSON cannot be read: its syntax is wrong, it nests too deep, or a character is invalid.",
)


class SecurityHeaders:
    """Adds `HEADERS` to every answer; an answer's own value of one of them stays."""

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        """Wrap `app`; `secure` when it is reached by https only."""
        self._app = app
        self._headers = {**HEADERS}
        if secure:
            self._headers["Strict-Transport-Security"] = SECURE_ONLY

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, with_headers)


class Limits:
    """Refuses bodies that are too large, and JSON that is too deep or no text."""

    def __init__(self, app: ASGIApp, *, takes_files: Callable[[str], bool]) -> None:
        """Wrap `app`; `takes_files` says at which paths a body may hold a file."""
        self._app = app
        self._takes_files = takes_files

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if len(scope.get("query_string", b"")) > LONGEST_QUERY:
            await _refuse(scope, receive, send, 414, "query_too_long", _TOO_LARGE)
            return
        headers = Headers(scope=scope)
        kind = headers.get("content-type", "").partition(";")[0].strip().lower()
        files = kind == "multipart/form-data" and self._takes_files(scope["path"])
        most = LARGE if files else SMALL
        declared = headers.get("content-length", "0")
        if not declared.isascii() or not declared.isdigit() or int(declared[:20]) > most:
            await _refuse(scope, receive, send, 413, "too_large", _TOO_LARGE)
            return
        body = await _read(receive, most)
        if body is None:
            await _refuse(scope, receive, send, 413, "too_large", _TOO_LARGE)
            return
        if (kind == "application/json" or kind.endswith("+json")) and not readable(body):
            await _refuse(scope, receive, send, 400, "bad_request", _NOT_JSON)
            return
        await self._app(scope, _again(body, receive), send)


def readable(body: bytes) -> bool:
    """Return whether JSON nests at most 32 deep, is UTF-8 and has neither NaN nor half characters.

    >>> readable(b'{"a": [1]}'), readable(b"[" * 100), readable(b'["\\\\ud800"]')
    (True, False, False)
    """
    depth = 0
    for token in _TOKENS.finditer(body):
        first = body[token.start()]
        if first in b"[{":
            depth += 1
            if depth > DEEPEST:
                return False
        elif first in b"]}":
            depth -= 1
    try:
        text = body.decode()
        if body.strip():
            value = json.loads(text, parse_constant=_no_number)
            if _SURROGATE.search(body):
                json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return False
    return True


def _no_number(name: str) -> None:
    raise ValueError(name)


async def _read(receive: Receive, most: int) -> bytes | None:
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        part = message.get("body", b"")
        size += len(part)
        if size > most:
            return None
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    given = False

    async def once() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return once


async def _refuse(
    scope: Scope, receive: Receive, send: Send, status: int, code: str, text: Text
) -> None:
    lang = language(Request(scope))
    answer = problem(status, code, text.in_(lang), text.in_(lang), headers={"Connection": "close"})
    await answer(scope, receive, send)
