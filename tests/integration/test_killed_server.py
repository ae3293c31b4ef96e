"""A server that is killed under load loses nothing that it answered."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import select

from adapters.bootstrap import build
from adapters.storage import schema as t
from adapters.verification import verify_database
from adapters.web.app import create_app
from tests.province import Ground, Person
from tests.serving import Server, serving

DOSSIERS = 4
ENOUGH = 60


class Load:
    """People who go on explaining their dossiers, and remember what they were answered."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._enough = threading.Semaphore(0)
        self.answered: dict[str, list[dict[str, Any]]] = {}
        self.unanswered: list[tuple[str, str]] = []

    def run(self, codes: list[str]) -> None:
        """Load the server and kill it in the middle."""
        people = {code: self._server.person("chuyen-vien") for code in codes}
        with ThreadPoolExecutor(len(codes)) as pool:
            work = [pool.submit(self._explain, code, people[code]) for code in codes]
            for _ in range(ENOUGH):
                assert self._enough.acquire(timeout=60)
            self._server.kill()
            for one in work:
                one.result()

    def _explain(self, code: str, person: Any) -> None:
        self.answered[code] = []
        for number in range(1_000_000):
            key = f"{code}-{number}"
            try:
                told = person.post(
                    f"/dossiers/{code}/acts", asked(number), **{"Idempotency-Key": key}
                )
            except httpx2.TransportError:
                self.unanswered.append((code, key))
                return
            self.answered[code].append(told)
            self._enough.release()


def asked(number: int) -> dict[str, object]:
    """Return an act that a specialist may do any number of times."""
    return {"trigger": "explain_opinions", "data": {"explanation": f"Lần thứ {number}"}}


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_killed_server_loses_nothing_that_was_answered(
    kind: str, ground: Ground, tmp_path: Path
) -> None:
    with ground.settings(kind, tmp_path / "data") as (settings, tokens):
        with ground.province_at(settings, tokens) as province:
            codes = [province.appraised() for _ in range(DOSSIERS)]
        with serving(settings, tokens) as server:
            load = Load(server)
            load.run(codes)

        application = build(settings)
        try:
            parts = application.parts
            with parts.db.read() as c:
                kept = {row.id: row.seq for row in c.execute(select(t.events.c.id, t.events.c.seq))}
            for code in codes:
                assert len(load.answered[code]) > 0
                for told in load.answered[code]:
                    assert kept[told["event"]] == told["version"]
            assert verify_database(parts.db, parts.files).findings == ()
            # Whoever was not answered asks again under the same key, and it is done once.
            again = Person(create_app(parts), tokens["chuyen-vien"])
            for code, key in load.unanswered:
                number = int(key.rpartition("-")[2])
                first = again.act(code, key=key, **asked(number))  # type: ignore[arg-type]
                second = again.act(code, key=key, **asked(number))  # type: ignore[arg-type]
                assert first.status_code == 200, first.text
                assert second.json()["event"] == first.json()["event"]
            with parts.db.read() as c:
                said = c.execute(
                    select(t.events.c.stream, t.events.c.seq).where(
                        t.events.c.type == "disagreement_explained"
                    )
                ).all()
            total = sum(len(one) for one in load.answered.values()) + len(load.unanswered)
            assert len(said) == total
            assert verify_database(parts.db, parts.files).findings == ()
        finally:
            application.close()
