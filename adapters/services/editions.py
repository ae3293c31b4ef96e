"""Published editions: what is published in one process binds in all of them within a second.

An edition never changes, so what was compiled once is kept for good; only the short list of what
is published is read again.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from sqlalchemy import select

from adapters.documents.files import hash_of
from adapters.services.errors import EDITION, Unknown
from adapters.storage import schema as t
from adapters.storage.database import Database
from engine.definition import Procedure
from engine.errors import BangVangError
from procedures.bonus import bonus_table
from workflows import reader
from workflows.compile import compile_definition, procedure_of
from workflows.edition import edition_hash
from workflows.schema import DefinitionShape
from workflows.shaping import shape_of

FRESH_SECONDS = 1.0

LetterFiles = Mapping[str, Mapping[str, str]]
"""Template key -> file name -> text: the letters that an edition froze."""


class EditionBroken(BangVangError):
    """A stored edition does not compile to what its hash says: its bytes were changed."""

    def __init__(self, edition: str) -> None:
        """Name the edition by its hash."""
        super().__init__(f"Phiên bản thủ tục {edition} không còn nguyên vẹn.")
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
            Unknown: the database does not hold it.
            EditionBroken: its bytes are not those that were published.
        """
        known = self._compiled.get(edition)
        if known is not None:
            return known
        source, letters = self._stored(edition)
        compiled = compiled_of(source, letter_hashes(letters))
        if compiled is None or compiled.hash != edition:
            raise EditionBroken(edition)
        return self._compiled.setdefault(edition, compiled)

    def in_force(self, procedure: str, on: date) -> Procedure | None:
        """Return the edition that binds on a local day: the one that began last.

        Judged by the list as it was read last, so that an act costs no statement for it; whoever
        takes a request asks for `listed` before.
        """
        known = self._listed or self.listed()
        found = [e for e in known if e.procedure == procedure and e.in_force_from <= on]
        if not found:
            return None
        return self.get(max(found, key=lambda e: e.in_force_from).hash)

    def listed(self) -> tuple[Listed, ...]:
        """Return what is published, at most a second old, by procedure and then by day in force."""
        with self._lock:
            at = self._monotonic()
            if self._read_at is None or at - self._read_at >= FRESH_SECONDS:
                self._listed = self._read()
                self._read_at = at
            return self._listed

    def letter_files(self, edition: str, template: str) -> Mapping[str, bytes]:
        """Return the files of a letter as the edition froze them.

        Raises:
            Unknown: the database holds no such edition, or the edition no such letter.
        """
        _, letters = self._stored(edition)
        if template not in letters:
            raise Unknown(EDITION)
        return {name: text.encode() for name, text in letters[template].items()}

    def forget(self) -> None:
        """Read the list again when it is asked for next."""
        with self._lock:
            self._read_at, self._listed = None, ()

    def _stored(self, edition: str) -> tuple[bytes, LetterFiles]:
        e = t.editions.c
        with self._db.read() as c:
            row = c.execute(select(e.source, e.letters).where(e.hash == edition)).first()
        if row is None:
            raise Unknown(EDITION)
        return bytes(row.source), json.loads(row.letters)

    def _read(self) -> tuple[Listed, ...]:
        e = t.editions.c
        query = (
            select(e.hash, e.procedure, e.edition, e.in_force_from)
            .where(e.status == "published")
            .order_by(e.procedure, e.in_force_from, e.hash)
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


def letter_hashes(letters: LetterFiles) -> dict[str, str]:
    """Return template key -> hash of its files."""
    return {
        template: hash_of({name: text.encode() for name, text in files.items()})
        for template, files in letters.items()
    }


def compiled_of(source: bytes, letters: Mapping[str, str]) -> Procedure | None:
    """Return an edition compiled from its bytes without judging it; None if they cannot be."""
    return _compiled(source, tuple(sorted(letters.items())))


@lru_cache(maxsize=64)
def _compiled(source: bytes, letters: tuple[tuple[str, str], ...]) -> Procedure | None:
    doc = reader.read(source, "definition.yaml")
    shape = shape_of(doc, DefinitionShape)[0] if doc.root is not None else None
    if shape is None:
        return None
    parts, _ = compile_definition(doc, shape)
    named = {letter.template for letter in shape.letters.values()}
    used = {template: digest for template, digest in letters if template in named}
    # Amounts are dated on their own: a new base salary binds running editions too.
    return replace(procedure_of(parts, edition_hash(source, used)), bonuses=bonus_table())
