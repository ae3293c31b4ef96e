"""Whether acts stay as fast with a hundred thousand open dossiers as with a thousand.

One client acts on dossiers picked at random out of two databases, a small and a large one, in turn;
so do raw statements that write the same rows, which tells what the database itself loses.
"""

import gc
import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path

from adapters.storage.database import open_database
from tests.benchmarks.bench_bulk import postgres_databases
from tests.benchmarks.clients import ACT, SAME, THREE, Threads
from tests.benchmarks.crowd import crowd
from tests.benchmarks.stage import STEPS, copy_dossiers, fresh_names, prepare
from tests.benchmarks.table import Row

SMALL, LARGE = 1_000, 100_000
ROUNDS = 5
WARM_UP, ACTS = 24, 160
PROMISED = "≥ 0.90"


def rows() -> list[Row]:
    """Measure PostgreSQL and SQLite."""
    found = []
    with postgres_databases(2) as urls:
        found += _measure("PostgreSQL", urls)
    with tempfile.TemporaryDirectory() as folder:
        urls = [f"sqlite:///{folder}/{size}.sqlite" for size in (SMALL, LARGE)]
        found += _measure("SQLite", urls)
    return found


def _measure(what: str, urls: list[str]) -> list[Row]:
    with ExitStack() as stack:
        clients = {}
        for size, url in zip((SMALL, LARGE), urls, strict=True):
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            clients[size] = _client(url, folder, size)
            stack.callback(clients[size].close)
        quotients: dict[str, list[float]] = {ACT: [], SAME: []}
        for at in range(ROUNDS + 1):
            for kind, found in quotients.items():
                rate = {}
                for size, client in clients.items():
                    gc.collect()
                    (slot,) = client.slot(kind, ACTS if at else WARM_UP, 60.0)
                    rate[size] = slot.acts / slot.seconds
                if at:
                    found.append(rate[LARGE] / rate[SMALL])
    of = {kind: statistics.median(found) for kind, found in quotients.items()}
    name = f"{what}: acts/s at {LARGE:,} open dossiers over those at {SMALL:,}"
    return [
        Row(what=name, measured=f"{of[ACT]:.2f}"),
        Row(what=f"{name}, in raw statements", measured=f"{of[SAME]:.2f}"),
        Row(
            what=f"{what}: the first of these over the second",
            measured=f"{of[ACT] / of[SAME]:.2f}",
            promised=PROMISED,
        ),
    ]


def _client(url: str, folder: Path, size: int) -> Threads:
    stage = prepare(url, folder)
    database = open_database(url)
    count = -(-(WARM_UP + ACTS * ROUNDS) // len(STEPS))
    names = [fresh_names(stage, number) for number in range(2 * count)]
    database.write(lambda connection: copy_dossiers(stage, names, connection))
    crowd(database, stage, size - len(names))
    database.close()
    return Threads(stage, [{ACT: names[:count], SAME: names[count:], THREE: []}])
