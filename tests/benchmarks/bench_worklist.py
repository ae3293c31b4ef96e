"""How long a page of fifty takes out of a hundred thousand open tasks, over API and pages.

One specialist holds the role of all of them. The application answers in this process, so that what
is measured is the work, not a network; the first ones warm up.
"""

import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.testclient import TestClient

from adapters.bootstrap import build
from adapters.identity.passwords import Passwords
from adapters.services.people import NewGrant, NewOrganisation, People
from adapters.settings import Settings
from adapters.storage.database import open_database
from adapters.web import pages
from adapters.web.app import create_app
from engine.copying import replace
from tests.benchmarks.bench_bulk import postgres
from tests.benchmarks.crowd import crowd
from tests.benchmarks.stage import PROVINCE, prepare
from tests.benchmarks.table import Row

TASKS = 100_000
PAGE = 50
WARM_UP, TIMES = 5, 60
PROMISED = "< 50 ms"
HOME = "http://bangvang.test"
PASSWORD = "mat khau cho do dac"


def rows() -> list[Row]:
    """Measure PostgreSQL and SQLite."""
    with tempfile.TemporaryDirectory() as folder, postgres() as url:
        found = _measure("PostgreSQL", url, Path(folder))
    with tempfile.TemporaryDirectory() as folder:
        found += _measure("SQLite", f"sqlite:///{folder}/bench.sqlite", Path(folder))
    return found


def _measure(what: str, url: str, folder: Path) -> list[Row]:
    stage = prepare(url, folder)
    database = open_database(url)
    crowd(database, stage, TASKS // len(stage.tasks))
    database.close()
    built = build(Settings(data=folder, database=url, log="bench/tdkt"))
    try:
        client = _specialist(built)
        csrf = client.post("/api/v1/session", json={"login": "chi", "password": PASSWORD}).json()[
            "csrf"
        ]
        counts = client.get("/api/v1/tasks/counts").json()
        assert counts["total"] >= TASKS, counts
        ways: dict[str, Callable[[], Any]] = {
            "API": lambda: client.post(
                "/api/v1/tasks/search",
                params={"limit": PAGE},
                json={},
                headers={"X-CSRF-Token": csrf},
            ),
            "page": lambda: client.get("/worklist"),
        }
        assert len(ways["API"]().json()["items"]) == PAGE
        assert ways["page"]().text.count("<tr") > PAGE
        return [
            Row(
                what=f"{what}: {PAGE} of {TASKS:,} open tasks, {name}, p95 (median) of {TIMES}",
                measured=_times(ask),
                promised=PROMISED,
            )
            for name, ask in ways.items()
        ]
    finally:
        built.close()


def _specialist(built: Any) -> TestClient:
    """Found the province's office with one specialist, and return a client without session."""
    passwords = Passwords(hasher=Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))
    people = People(built.parts.db, built.parts.config_log, passwords, built.parts.ids)
    people.add_organisation(
        None,
        NewOrganisation(
            id=PROVINCE,
            name_vi="Ủy ban nhân dân tỉnh",
            name_en="Provincial People's Committee",
            level="province",
        ),
    )
    account = people.add_account(None, "chi", "Lê Thị Chi", PASSWORD)
    for role in ("specialist", "reception"):
        people.grant(
            None,
            NewGrant(
                account=account, role=role, org=PROVINCE, sees="own", from_on=date(2025, 1, 1)
            ),
        )
    app = create_app(replace(built.parts, passwords=passwords))
    pages.install(app, ())
    return TestClient(app, base_url=HOME)


def _times(ask: Callable[[], Any]) -> str:
    took = []
    for _ in range(WARM_UP + TIMES):
        begun = time.perf_counter()
        answer = ask()
        took.append(1000 * (time.perf_counter() - begun))
        assert answer.status_code == 200, answer.text
    took = sorted(took[WARM_UP:])
    return f"{took[int(0.95 * TIMES)]:.0f} ms ({took[TIMES // 2]:.0f} ms)"
