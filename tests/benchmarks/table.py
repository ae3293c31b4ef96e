"""One row of the table that `make bench` prints."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What was measured, what came out, and what was promised (empty where nothing was)."""

    what: str
    measured: str
    promised: str = ""
