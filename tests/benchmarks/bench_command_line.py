"""How long a person waits for `bangvang --help`."""

import statistics
import subprocess
import sys
import time
from pathlib import Path

from tests.benchmarks.table import Row

RUNS = 10


def rows() -> list[Row]:
    """Start the command ten times, after one start that fills the caches."""
    command = [str(Path(sys.executable).with_name("bangvang")), "--help"]
    _seconds(command)

    median = statistics.median(_seconds(command) for _ in range(RUNS))

    return [
        Row(
            what=f"bangvang --help, median of {RUNS}",
            measured=f"{median:.3f} s",
            promised="< 0.300 s",
        )
    ]


def _seconds(command: list[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start
