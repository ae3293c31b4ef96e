"""`bangvang serve` as a process of its own, called over the network."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from adapters.settings import Settings
from tests.province import API

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class Server:
    """A running product; `kill` ends it as a power cut does."""

    address: str
    process: subprocess.Popen[bytes]
    tokens: Mapping[str, str]
    people: list[Remote] = field(default_factory=list)

    def person(self, login: str) -> Remote:
        """Return somebody at their program."""
        self.people.append(Remote(self.address, self.tokens[login]))
        return self.people[-1]

    def kill(self) -> None:
        """End the process without letting it do anything more."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def until(self, holds: Callable[[], bool]) -> None:
        """Ask again and again until something holds, or far too much time has passed."""
        give_up = time.monotonic() + PATIENCE
        while not holds():
            assert time.monotonic() < give_up, "It did not come about."
            assert _lives(self.process), "The server has died."


class Remote:
    """One person's program, on a connection of its own."""

    def __init__(self, address: str, token: str) -> None:
        self._client = httpx2.Client(
            base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE
        )

    def post(self, path: str, body: object, **headers: str) -> Any:
        """Send a change that must succeed and return its JSON."""
        answer = self._client.post(API + path, json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()

    def get(self, path: str) -> Any:
        """Return the JSON of what is there."""
        answer = self._client.get(API + path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()


@contextmanager
def serving(settings: Settings, tokens: Mapping[str, str]) -> Iterator[Server]:
    """Run the server on a free port until the block ends."""
    port = _free_port()
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "BANGVANG_DATA": str(settings.data),
        "BANGVANG_LOG": settings.log,
        "BANGVANG_PORT": str(port),
    }
    if settings.database:
        environment["BANGVANG_DATABASE"] = settings.database
    settings.data.mkdir(parents=True, exist_ok=True)
    with (settings.data / "serve.log").open("wb") as told:
        process = subprocess.Popen(
            [sys.executable, "-c", "from adapters.cli.app import main; main(['serve'])"],
            cwd=settings.data,
            env=environment,
            stdout=told,
            stderr=subprocess.STDOUT,
        )
        server = Server(f"http://127.0.0.1:{port}", process, tokens)
        try:
            _wait_for(server, settings.data / "serve.log")
            yield server
        finally:
            for one in server.people:
                one.close()
            if process.poll() is None:
                process.terminate()
            process.wait(PATIENCE)


def _wait_for(server: Server, log: Path) -> None:
    give_up = time.monotonic() + PATIENCE
    while True:
        assert _lives(server.process), log.read_text()
        assert time.monotonic() < give_up, log.read_text()
        try:
            if httpx2.get(f"{server.address}/healthz", timeout=5).status_code == 200:
                return
        except httpx2.TransportError:
            continue


def _lives(process: subprocess.Popen[bytes]) -> bool:
    """Return whether a process goes on, after giving it a moment."""
    try:
        process.wait(0.05)
    except subprocess.TimeoutExpired:
        return True
    return False


def point_at(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command line work on an installation."""
    monkeypatch.setenv("BANGVANG_DATA", str(settings.data))
    monkeypatch.setenv("BANGVANG_LOG", settings.log)
    if settings.database:
        monkeypatch.setenv("BANGVANG_DATABASE", settings.database)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port
