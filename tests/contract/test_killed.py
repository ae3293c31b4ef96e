"""A process that is killed loses nothing that it answered, and leaves nothing half done."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from engine.trail import verify_stream
from tests.stores import World

ROOT = Path(__file__).resolve().parent.parent.parent


def test_a_killed_process_loses_nothing_that_was_answered(sql_world: World) -> None:
    from adapters.storage.queries import Queries

    assert sql_world.database is not None
    ids = [sql_world.submitted().id for _ in range(4)]
    queries = Queries(sql_world.database)
    url = sql_world.database.engine.url.render_as_string(hide_password=False)
    program = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "committing.py"), url, *ids],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert program.stdout is not None
    answered: dict[str, int] = {}
    for _ in range(60):
        ref, version = program.stdout.readline().split()
        answered[ref] = int(version)
    program.send_signal(signal.SIGKILL)
    # What it said before it died counts as well; a line that was cut off was not said.
    for line in program.stdout.read().splitlines(keepends=True):
        if line.endswith("\n"):
            ref, version = line.split()
            answered[ref] = max(answered[ref], int(version))
    program.stdout.close()
    program.wait()
    assert set(answered) == set(ids)
    for ref in ids:
        stream = sql_world.store.load(ref, "an", None).dossier.stream
        # A server may still be at the statement that the process sent last: what is read first
        # bounds the row from below, what is read last from above.
        first = [event.stored.seq for event in queries.events_of(stream)]
        row = sql_world.store.load(ref, "an", None).dossier.version
        events = queries.events_of(stream)
        seen = [event.stored.seq for event in events]
        assert answered[ref] <= len(first) <= row <= len(seen) <= answered[ref] + 1
        assert seen == list(range(1, len(seen) + 1))
        assert first == seen[: len(first)]
        assert not verify_stream(
            [event.stored for event in events],
            [opening for event in events for opening in event.openings],
        )
    taken = sorted(row["number"] for row in sql_world.rows("numbers"))
    assert taken == list(range(1, len(taken) + 1))
