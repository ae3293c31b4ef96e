"""Whether this process can do its work: the database answers, and rungs are being looked for."""

from __future__ import annotations

from sqlalchemy.exc import SQLAlchemyError

from adapters.services.parts import Parts
from adapters.services.views import Readiness
from adapters.storage.errors import StorageError


class Health:
    """Liveness is answered without asking anybody; readiness asks the database."""

    def __init__(self, parts: Parts) -> None:
        """Look at `parts`."""
        self._parts = parts

    def ready(self) -> Readiness:
        """Return whether the process is ready; says nothing of what is inside the database."""
        try:
            pulse = self._parts.queries.pulse()
        except (SQLAlchemyError, StorageError, OSError):
            return Readiness(ready=False, problems=["database_unreachable"])
        problems = []
        last = pulse.last_sweep_at
        if last is None or pulse.now - last > self._parts.sweep_within:
            problems.append("no_sweep")
        return Readiness(
            ready=not problems,
            problems=problems,
            at=pulse.now,
            last_sweep_at=last,
            oldest_due_rung_at=pulse.oldest_due_rung_at,
            waiting_messages=pulse.waiting,
            open_incidents=pulse.open_incidents,
        )
