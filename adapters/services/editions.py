"""Published editions: what is published in one process binds in all of them within a second.

An edition never changes, so what was compiled once is kept for good; only the short list of what
is published is read again.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from adapters.storage import schema as t
from adapters.storage.database import Database
from engine.definition import Procedure
from engine.errors import BangVangError
from workflows.loader import load

FRESH_SECONDS = 1.0


class EditionMissing(BangVangError):
    """A dossier names an edition that this database does not hold."""

    def __init__(self, edition: str) -> None:
        """Name the edition by its hash."""
        super().__init__(f"Không có phiên bản thủ tục {edition}.")
        self.edition = edition


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One published edition as the list names it."""

    hash: str
    procedure: str
    edition: str
    in_force_from: date


class PublishedEditions:
    """The port `engine.ports.Editions` on the database. Safe to share between threads."""

    def __init__(self, db: Database, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Read editions from `db`."""
        self._db = db
        self._monotonic = monotonic
        self._compiled: dict[str, Procedure] = {}
        self._listed: tuple[Listed, ...] = ()
        self._read_at: float | None = None
        self._lock = threading.Lock()

    def get(self, edition: str) -> Procedure:
        """Return the edition with this hash, published or still a draft.

        Raises:
            EditionMissing: the database does not hold it.
        """
        known = self._compiled.get(edition)
        if known is not None:
            return known
        with self._lock, self._db.read() as c:
            row = c.execute(select(t.editions).where(t.editions.c.hash == edition)).first()
            if row is None:
                raise EditionMissing(edition)
            compiled = compiled_of(bytes(row.source), row.procedure, json.loads(row.letters))
            self._compiled[edition] = compiled
            return compiled

    def in_force(self, procedure: str, on: date) -> Procedure | None:
        """Return the edition that binds on a local day: the one that began last."""
        found = [e for e in self.listed() if e.procedure == procedure and e.in_force_from <= on]
        if not found:
            return None
        return self.get(max(found, key=lambda e: (e.in_force_from, e.edition)).hash)

    def listed(self) -> tuple[Listed, ...]:
        """Return what is published, at most a second old."""
        with self._lock:
            at = self._monotonic()
            if self._read_at is None or at - self._read_at >= FRESH_SECONDS:
                self._listed = self._read()
                self._read_at = at
            return self._listed

    def forget(self) -> None:
        """Read the list again when it is asked for next."""
        with self._lock:
            self._read_at = None

    def _read(self) -> tuple[Listed, ...]:
        query = (
            select(
                t.editions.c.hash,
                t.editions.c.procedure,
                t.editions.c.edition,
                t.editions.c.in_force_from,
            )
            .where(t.editions.c.status == "published")
            .order_by(t.editions.c.procedure, t.editions.c.in_force_from)
        )
        with self._db.read() as c:
            return tuple(
                Listed(
                    hash=row.hash,
                    procedure=row.procedure,
                    edition=row.edition,
                    in_force_from=row.in_force_from,
                )
                for row in c.execute(query)
            )


def compiled_of(source: bytes, name: str, letters: Mapping[str, str]) -> Procedure:
    """Return an edition that has been checked before, compiled from its bytes.

    Raises:
        EditionMissing: the bytes do not compile any more.
    """
    report = load(source, name, letters=letters, proof=None, directory=None, scenarios=None)
    if report.procedure is None:
        raise EditionMissing(name)
    return report.procedure
