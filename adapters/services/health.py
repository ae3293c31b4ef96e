"""Whether this process can do its work: the database answers, and rungs are being looked for."""

from __future__ import annotations

from adapters.services.parts import Parts
from adapters.services.reading import Reading
from adapters.services.views import Readiness
from adapters.storage.errors import StorageError
from sqlalchemy.exc import SQLAlchemyError


class Health:
    """Liveness is answered without asking anybody; readiness asks the database."""

    def __init__(self, parts: Parts) -> None:
        """Look at `parts`."""
        self._parts = parts
        self._reading = Reading(parts.db)

    def ready(self) -> Readiness:
        """Return whether the process is ready; says nothing of what is inside the database."""
        try:
            at = self._parts.now()
            last = self._reading.last_sweep_at()
            oldest = self._reading.oldest_due_rung_at(at)
        except (SQLAlchemyError, StorageError, OSError):
            return Readiness(ready=False, problems=["database_unreachable"])
        problems = []
        if last is None or at - last > self._parts.sweep_within:
            problems.append("no_sweep")
        return Readiness(
            ready=not problems, problems=problems, last_sweep_at=last, oldest_due_rung_at=oldest
        )
