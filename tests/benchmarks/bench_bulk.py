"""Dossiers per second through `Engine.act_many`, beside a raw set-based statement for its rows.

One batch asks the same act of a thousand copies of a dossier under review; the act issues no
number. The raw statement writes rows of the same tables, of the same size and number, from arrays
that are ready: nothing is loaded, decided or computed while it runs. Both in turn; the median.
"""

import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import text

from adapters.bootstrap import build
from adapters.settings import Settings
from adapters.storage.database import Database, open_database
from engine.bulk import BulkAsk
from tests.benchmarks.bench_acts import CACHE
from tests.benchmarks.floors import SameRows
from tests.benchmarks.stage import SPECIALIST, STEPS, Stage, copy_dossiers, fresh_names, prepare
from tests.benchmarks.table import Row
from tests.postgres import Postgres

BATCH = 1000
ROUNDS = 5
PROMISED = 3000


def rows() -> list[Row]:
    """Measure PostgreSQL and SQLite, one client each."""
    with tempfile.TemporaryDirectory() as folder, postgres() as url:
        found = _measure("PostgreSQL", url, Path(folder), promised=f"{PROMISED:,} dossiers/s")
    with tempfile.TemporaryDirectory() as folder:
        found += _measure("SQLite", f"sqlite:///{folder}/bench.sqlite", Path(folder))
    return found


@contextmanager
def postgres() -> Iterator[str]:
    """Give a new database of the wheel's server, with the settings it comes with."""
    with postgres_databases(1) as (url,):
        yield url


@contextmanager
def postgres_databases(count: int) -> Iterator[list[str]]:
    """Give so many new databases of one server."""
    server = Postgres(CACHE / "postgres")
    names = [server.create() for _ in range(count)]
    try:
        yield [server.url(name) for name in names]
    finally:
        for name in names:
            server.drop(name)
        server.close()


def _measure(what: str, url: str, folder: Path, promised: str = "") -> list[Row]:
    stage = prepare(url, folder)
    database = open_database(url)
    built = build(Settings(data=folder, database=url))
    names = [fresh_names(stage, n) for n in range(2 * BATCH * (ROUNDS + 1))]
    _copy(database, stage, names)
    sqlite = database.dialect == "sqlite"
    trigger, data = STEPS[0]
    ours, floor = [], []
    try:
        with database.engine.connect() if not sqlite else database.connect_writing() as connection:
            raw: Any = connection.connection.driver_connection
            floors = SameRows(stage, raw, sqlite)
            for at in range(ROUNDS + 1):
                batch = [names.pop() for _ in range(BATCH)]
                job = floors.job_of_many([names.pop() for _ in range(BATCH)])
                refs = tuple(one[0] for one in batch)
                ask = BulkAsk(refs=refs, trigger=trigger, actor=SPECIALIST, data=data)
                begun = time.perf_counter()
                answer = built.parts.engine.act_many(ask)
                between = time.perf_counter()
                job()
                ended = time.perf_counter()
                assert all(row.outcome == "done" for row in answer.rows), answer.rows[0]
                if at:  # the first one plans the statements
                    ours.append(BATCH / (between - begun))
                    floor.append(BATCH / (ended - between))
    finally:
        built.close()
        database.close()
    ratios = sorted(mine / theirs for mine, theirs in zip(ours, floor, strict=True))
    return [
        Row(
            what=f"{what}: Engine.act_many, batches of {BATCH:,}",
            measured=f"{statistics.median(ours):,.0f} dossiers/s",
            promised=promised,
        ),
        Row(
            what=f"{what}: the same rows in raw set-based statements",
            measured=f"{statistics.median(floor):,.0f} dossiers/s",
        ),
        Row(
            what=f"{what}: act_many / raw",
            measured=f"{statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})",
        ),
    ]


def _copy(database: Database, stage: Stage, names: list[tuple[str, ...]]) -> None:
    database.write(lambda connection: copy_dossiers(stage, names, connection))
    if database.dialect == "postgresql":
        with database.read() as connection:
            connection.execute(text("VACUUM ANALYZE"))
