"""Letters as whoever holds one may verify them, without logging in: nothing about any person.

What is shown stands on the letter itself. Whoever knows its id was given the letter, or may read
its dossier: the id is random, and stands in the letter's code and in what is read of the dossier.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from adapters.identity.records import Records
from adapters.services.access import nameable
from adapters.services.errors import LETTER, Unknown
from adapters.services.parts import Parts
from adapters.services.views import IssuedLetter
from adapters.storage.records import LetterLine
from engine.canonical import parse_canonical


class Issued:
    """Says whether a letter was issued here, and whether a file is that letter."""

    def __init__(self, parts: Parts) -> None:
        """Read from `parts`."""
        self._parts = parts
        self._queries = parts.queries
        self._records = Records(parts.db)

    def letter(self, id: str, lang: str) -> IssuedLetter:
        """Return what may be said of a letter to anybody who has its id.

        Raises:
            Unknown: no such letter was issued.
        """
        found = self._found(id)
        rules = self._parts.editions.get(found.edition).letters
        return IssuedLetter(
            id=found.id,
            label=rules[found.key].label.in_(lang) if found.key in rules else found.key,
            number=found.number or "",
            dated_on=found.dated_on,
            office=self._records.tree().name(self._office(found), lang),
            sha256=found.pdf_sha256 or "",
        )

    def same(self, id: str, pieces: Iterable[bytes]) -> bool:
        """Return whether a file is the letter, byte for byte; nothing of the file is kept.

        Raises:
            Unknown: no such letter was issued, or its PDF is not made yet.
        """
        found = self._found(id)
        if found.pdf_sha256 is None:
            raise Unknown(LETTER)
        digest = hashlib.sha256()
        for piece in pieces:
            digest.update(piece)
        return hmac.compare_digest(digest.hexdigest(), found.pdf_sha256)

    def _found(self, id: str) -> LetterLine:
        found = self._queries.letter(id) if nameable(id) else None
        if found is None:
            raise Unknown(LETTER)
        return found

    def _office(self, letter: LetterLine) -> str:
        """Return the organisation that the letter names at its head: of whoever issued it."""
        body = self._queries.event_body(letter.event)
        return str(parse_canonical(body)["actor"]["org"]) if body else letter.org
