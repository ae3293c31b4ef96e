"""Progress of long work, for whoever looks at a terminal; a file or a pipe is told nothing."""

from __future__ import annotations

import sys
import time

SECONDS_BETWEEN = 0.1


class Meter:
    """One line on standard error that is written over as work goes on."""

    def __init__(self) -> None:
        """Begin silent."""
        self._shown_at = 0.0
        self._shown = ""

    def __call__(self, what: str, done: int, total: int) -> None:
        """Show how much is done of how much, not more than ten times a second."""
        now = time.monotonic()
        if not sys.stderr.isatty() or (now - self._shown_at < SECONDS_BETWEEN and done < total):
            return
        self._shown_at = now
        self._show(f"{what}: {done:,} / {total:,} ({100 * done // max(total, 1)} %)")

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            self._show("")

    def _show(self, line: str) -> None:
        sys.stderr.write(f"\r{line.ljust(len(self._shown))}\r{line}")
        sys.stderr.flush()
        self._shown = line
