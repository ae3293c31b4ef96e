"""Which clock counts: the database's, unless a story is told in which time is made up.

In production nothing here is used: instants of record are read by the statement that loads a
dossier. A `StoryClock` is handed to the store by tests, simulations and demonstration data alone.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> datetime:
        """Return the present instant, aware."""
        ...


class StoryClock:
    """Stands still until it is told to move, and never goes back."""

    def __init__(self, starts_at: datetime) -> None:
        """Begin at an aware instant."""
        self._now = _utc(starts_at)

    def now(self) -> datetime:
        """Return the present instant of the story, UTC."""
        return self._now

    def advance(self, by: timedelta) -> datetime:
        """Move on and return the new instant.

        Raises:
            ValueError: the story would go back.
        """
        return self.move_to(self._now + by)

    def move_to(self, at: datetime) -> datetime:
        """Move on to an aware instant and return it, in UTC.

        Raises:
            ValueError: the story would go back, or the instant has no zone.
        """
        later = _utc(at)
        if later < self._now:
            raise ValueError(f"The story stands at {self._now}; it cannot go back to {later}.")
        self._now = later
        return later


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at} has no time zone.")
    return at.astimezone(UTC)
