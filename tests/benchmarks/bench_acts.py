"""Acts per second through `Engine.act`, as ratios to two floors measured in the same run.

The acts are the consultation of provincial awards (ask, two opinions, close): they issue no number.
Eight clients, each with dossiers of its own picked at random; slots of a second, in turn; the
median of the ratios within one round.
"""

import os
import platform
import sqlite3
import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import text

from adapters.storage.database import open_database
from tests.benchmarks.clients import ACT, KINDS, SAME, THREE, Processes, Threads
from tests.benchmarks.floors import THREE_TABLES
from tests.benchmarks.stage import STEPS, copy_dossiers, fresh_names, prepare
from tests.benchmarks.table import Row
from tests.postgres import Postgres

CLIENTS = 8
ROUNDS = 3
SECONDS = 1.0
WARM_UP = 12
INSTANCES = 500
# Acts that one client can do in all rounds; whoever runs out ends its slot earlier.
MOST = {ACT: 500, SAME: 900, THREE: 1500}
CACHE = Path(os.environ.get("BANGVANG_TEST_CACHE") or Path(__file__).parents[2] / ".cache")


def rows() -> list[Row]:
    """Measure PostgreSQL with processes, SQLite with threads and with processes."""
    busy = os.getloadavg()[0]
    with _postgres() as (url, version), tempfile.TemporaryDirectory() as folder:
        found = _measure("PostgreSQL, 8 processes", url, Path(folder), Processes)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite"
        found += _measure("SQLite, 8 threads", url, Path(folder), Threads)
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite"
        found += _measure("SQLite, 8 processes", url, Path(folder), Processes)
    machine = (
        f"{len(os.sched_getaffinity(0))} cores, Python {platform.python_version()}, "
        f"PostgreSQL {version}, SQLite {sqlite3.sqlite_version}, psycopg {psycopg.__version__}; "
        f"load before {busy:.1f} (ratios count on a quiet machine)"
    )
    return [Row(what="measured on", measured=machine), *found]


@contextmanager
def _postgres() -> Iterator[tuple[str, str]]:
    """Give a database of the wheel's server, with the settings it comes with."""
    server = Postgres(CACHE / "postgres")
    name = server.create()
    try:
        database = open_database(server.url(name))
        with database.read() as c:
            version = str(c.execute(text("SHOW server_version")).scalar())
        database.close()
        yield server.url(name), version
    finally:
        server.drop(name)
        server.close()


def _measure(what: str, url: str, folder: Path, kind: Any) -> list[Row]:
    stage = prepare(url, folder)
    windows = _windows(stage)
    clients = kind(stage, windows)
    rounds = []
    try:
        for k in KINDS:  # so that nothing is compiled or planned while we measure
            clients.slot(k, WARM_UP, 60.0)
        for _ in range(ROUNDS):
            rounds.append({k: clients.slot(k, MOST[k], SECONDS) for k in KINDS})
    finally:
        clients.close()
    rates = [{k: sum(s.acts / s.seconds for s in slots[k]) for k in KINDS} for slots in rounds]
    took = sorted(second for slots in rounds for slot in slots[ACT] for second in slot.took)
    computed = sum(kind.cpu(slots[ACT]) for slots in rounds)
    return [
        Row(
            what=f"{what}: Engine.act",
            measured=f"{_median(rates, ACT):,.0f} acts/s; half within "
            f"{1000 * _share(took, 0.5):.1f} ms, 99 % within {1000 * _share(took, 0.99):.1f} ms; "
            f"{1000 * computed / len(took):.2f} ms CPU in the client",
        ),
        Row(
            what=f"{what}: three rows in one raw statement",
            measured=f"{_median(rates, THREE):,.0f}/s",
        ),
        Row(
            what=f"{what}: the rows of an act in one raw statement",
            measured=f"{_median(rates, SAME):,.0f}/s",
        ),
        Row(what=f"{what}: act / three rows", measured=_ratio(rates, THREE)),
        Row(what=f"{what}: act / its rows", measured=_ratio(rates, SAME), promised="aim 0.40"),
    ]


def _windows(stage: Any) -> list[dict[str, list[Any]]]:
    database = open_database(stage.url)
    count = {k: -(-(WARM_UP + MOST[k] * ROUNDS) // len(STEPS)) for k in (ACT, SAME)}
    windows: list[dict[str, list[Any]]] = []
    serial = 0
    for client in range(CLIENTS):
        window: dict[str, list[Any]] = {}
        for kind in (ACT, SAME):
            window[kind] = [fresh_names(stage, serial + n) for n in range(count[kind])]
            serial += count[kind]
        window[THREE] = list(range(client * INSTANCES, (client + 1) * INSTANCES))
        windows.append(window)

    def work(connection: Any) -> None:
        for statement in THREE_TABLES[database.dialect].split(";"):
            connection.execute(text(statement))
        connection.execute(
            text(
                "INSERT INTO bench_instance (id, workflow, state, version, assignee, due_at, data) "
                "VALUES (:id, 'award', 'asking', 0, 'chi', '2026-12-05 00:00:00+07:00', '{}')"
            ),
            [{"id": instance} for window in windows for instance in window[THREE]],
        )
        for window in windows:
            copy_dossiers(stage, [*window[ACT], *window[SAME]], connection)

    database.write(work)
    if database.dialect == "postgresql":
        with database.read() as c:
            c.execute(text("VACUUM ANALYZE"))
    database.close()
    return windows


def _median(rates: list[dict[str, float]], kind: str) -> float:
    return statistics.median(rate[kind] for rate in rates)


def _ratio(rates: list[dict[str, float]], floor: str) -> str:
    ratios = sorted(rate[ACT] / rate[floor] for rate in rates)
    return f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"


def _share(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(share * len(values)))]
