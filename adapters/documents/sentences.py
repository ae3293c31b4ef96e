"""Short Jinja2 texts of a letter, rendered where they can do no harm.

A sentence is a template, and a template is a program. It runs in a child process with caps on
memory, processor time and length, is killed when its wall time is over, and gets plain values only.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from adapters.documents.errors import (
    SentenceError,
    SentenceForbidden,
    SentenceInvalid,
    SentenceTooCostly,
    SentenceUndefined,
)

WALL_SECONDS: Final = 8.0
_KEPT_WARM: Final = 2
_AT_ONCE: Final = 4
_CHILD: Final = Path(__file__).with_name("sentence_child.py")
_KINDS: Final[Mapping[str, type[SentenceError]]] = {
    "invalid": SentenceInvalid,
    "forbidden": SentenceForbidden,
    "undefined": SentenceUndefined,
    "too_costly": SentenceTooCostly,
}

Templates = Mapping[str, str | Sequence[str]]


class _Gone(Exception):
    """The child ended or did not answer in time."""


class _Child:
    """One process that renders sentences until it is closed or has to be killed."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-I", os.fspath(_CHILD)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            close_fds=True,
        )

    def ask(self, request: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """Send one request and return its answer; raises `_Gone` when there is none in time."""
        body = json.dumps(request).encode()
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(len(body).to_bytes(4, "big") + body)
            self._process.stdin.flush()
        except BrokenPipeError as error:
            raise _Gone from error
        until = time.monotonic() + seconds
        length = int.from_bytes(self._read(4, until), "big")
        answer: dict[str, Any] = json.loads(self._read(length, until))
        return answer

    def _read(self, count: int, until: float) -> bytes:
        assert self._process.stdout is not None
        handle = self._process.stdout.fileno()
        got = b""
        with selectors.DefaultSelector() as selector:
            selector.register(handle, selectors.EVENT_READ)
            while len(got) < count:
                if not selector.select(max(0.0, until - time.monotonic())):
                    raise _Gone
                part = os.read(handle, count - len(got))
                if not part:
                    raise _Gone
                got += part
        return got

    def close(self) -> None:
        """End the process, whatever it is doing."""
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except BrokenPipeError:
                    # What was not yet sent to a dead child is of no use to anybody.
                    continue
        self._process.wait()


class SentenceRenderer:
    """Renders sentences in children kept warm; safe to use from several threads."""

    def __init__(self, *, seconds: float = WALL_SECONDS) -> None:
        """Start nothing yet; `seconds` is the wall time that one letter's sentences may take."""
        self._seconds = seconds
        self._idle: list[_Child] = []
        self._lock = threading.Lock()
        self._places = threading.BoundedSemaphore(_AT_ONCE)

    def render(
        self, templates: Templates, data: Mapping[str, Any], lang: str, *, file: str = ""
    ) -> dict[str, Any]:
        """Return each named sentence as text, and each list of sentences without its empty ones.

        Args:
            data: plain values only; nothing in it is ever read as a template.
            lang: `vi` or `en`, for the words of dates.
            file: where the templates come from, for messages.

        Raises:
            SentenceError: the first sentence that fails, with its kind of failure.
        """
        request = {"sentences": dict(templates), "data": data, "lang": lang}
        with self._places:
            child = self._take()
            try:
                answer = child.ask(request, self._seconds)
            except _Gone:
                child.close()
                raise SentenceTooCostly(
                    file, "rendering took more time or memory than a sentence may take"
                ) from None
            except BaseException:
                child.close()
                raise
            failed = answer.get("error")
            if failed == "too_costly":
                # Its memory may be in pieces; a fresh child costs little.
                child.close()
            else:
                self._give_back(child)
        if failed is not None:
            place = f"{file}: {answer['sentence']}" if file else answer["sentence"]
            raise _KINDS[failed](place, answer["problem"])
        rendered: dict[str, Any] = answer["ok"]
        return rendered

    def close(self) -> None:
        """End the children that wait; those at work end with their request."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.close()

    def _take(self) -> _Child:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return _Child()

    def _give_back(self, child: _Child) -> None:
        with self._lock:
            if len(self._idle) < _KEPT_WARM:
                self._idle.append(child)
                return
        child.close()
