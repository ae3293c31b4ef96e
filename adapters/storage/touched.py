"""In which organisations this process has changed what there is to do, so that counts kept are not
shown to somebody who has just changed them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from threading import Lock

from engine.ports import Change


class Touched:
    """Counts, for each organisation, the commits that may have changed its work.

    Safe to share between threads. Other processes are not seen.
    """

    def __init__(self) -> None:
        """Begin with nothing touched."""
        self._times: dict[str, int] = {}
        self._lock = Lock()

    def note(self, orgs: Iterable[str]) -> None:
        """Say that the work of these organisations has changed, once that can be read."""
        with self._lock:
            for org in orgs:
                self._times[org] = self._times.get(org, 0) + 1

    def times(self, orgs: Collection[str]) -> int:
        """Return a number that is another one after each change of any of these organisations.

        Whoever keeps what was read asks before reading: what changes meanwhile then shows.
        """
        with self._lock:
            return sum(self._times.get(org, 0) for org in orgs)


def orgs_of(changes: Iterable[Change]) -> set[str]:
    """Return every organisation whose work these changes may open, move or close."""
    found: set[str] = set()
    for change in changes:
        dossier = change.dossier
        # Whoever held it before the change is one of its levels.
        found |= {dossier.owner, dossier.holder, *dossier.levels.values()}
        found.update(task.org for task in change.tasks)
    return found
