"""Letters of a dossier: what was issued, its PDF, and how a letter would look now.

A letter for many names people of many units. Whoever may read all of its dossiers, or works where
it was issued, is given the letter as it is kept; whoever may read only some of them is given an
extract (trích sao) with their rows, which keep their numbers in the list, and with nothing of the
others but how many there are. To all others there is no such letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

from pypdf import PdfReader, PdfWriter

from adapters.identity.who import Who
from adapters.services.access import Place, may_see, nameable
from adapters.services.dossiers import Dossiers
from adapters.services.errors import LETTER, Unknown
from adapters.services.parts import Parts
from adapters.services.views import File, LetterView
from adapters.storage.records import LetterLine
from engine.errors import BadInput, Refusal
from engine.text import Text

PDF = "application/pdf"
MOST = 1000
"""Letters that one bundle may hold."""


class LettersPending(Refusal):
    """Some of the letters are still being made; `facts["pending"]` says how many."""

    code = "letters_pending"


class Letters:
    """Lists letters and hands out their PDFs to whoever may read their dossiers."""

    def __init__(self, parts: Parts, dossiers: Dossiers) -> None:
        """Read from `parts`."""
        self._parts = parts
        self._dossiers = dossiers

    def list(self, who: Who, ref: str, lang: str) -> list[LetterView]:
        """Return the letters that were issued.

        Raises:
            Unknown: there is no such dossier for this caller.
        """
        return list(self._dossiers.letters(self._dossiers.seen(who, ref), lang))

    def pdf(self, who: Who, ref: str, letter: str) -> File:
        """Return the PDF of a letter, or an extract; it is made within moments of the act.

        Raises:
            Unknown: no such dossier for this caller, no such letter, or its PDF is not made yet.
        """
        seen = self._dossiers.seen(who, ref)
        found = self._parts.queries.letter(letter) if nameable(letter) else None
        listed = self._parts.queries.dossiers_of(letter) if found else []
        if found is None or seen.dossier.id not in dict(listed):
            raise Unknown(LETTER)
        return File(
            content=self._content(who, found),
            media_type=PDF,
            name=_name(seen.dossier.received_code or seen.dossier.code, found),
        )

    def bundle(self, who: Who, letters: Sequence[str]) -> File:
        """Return many letters as one PDF, in the order in which they are asked for.

        Raises:
            BadInput: too many letters, or none, are named.
            LettersPending: the worker has not made all of them yet.
            Unknown: one of them is none that the caller may read.
        """
        if not 0 < len(letters) <= MOST:
            raise BadInput(
                Text(f"Hãy chọn từ 1 đến {MOST} văn bản.", f"Choose 1 to {MOST} letters."),
                field="letters",
            )
        # A letter for many is asked for by each of its dossiers, and printed once.
        named = [
            self._parts.queries.letter(letter) if nameable(letter) else None
            for letter in dict.fromkeys(letters)
        ]
        pending = sum(one is not None and one.pdf_sha256 is None for one in named)
        if pending:
            raise LettersPending(
                Text(
                    f"Còn {pending} văn bản đang được tạo. Hãy thử lại sau ít phút.",
                    f"{pending} letters are still being made. Try again in a moment.",
                ),
                pending=pending,
            )
        whole = PdfWriter()
        for found in named:
            if found is None:
                raise Unknown(LETTER)
            whole.append(PdfReader(BytesIO(self._content(who, found))))
        made = BytesIO()
        whole.write(made)
        return File(content=made.getvalue(), media_type=PDF, name="van-ban.pdf")

    def preview(self, who: Who, ref: str, key: str, lang: str) -> File:
        """Return how a letter would look now: without number, marked as a draft.

        Raises:
            Unknown: no such dossier for this caller, or the procedure has no such letter.
            BangVangError: the data are not complete enough to set it.
        """
        seen = self._dossiers.seen(who, ref)
        if key not in seen.procedure.letters:
            raise Unknown(LETTER)
        content = self._parts.letters.preview(seen.procedure, seen.dossier, key, lang)
        return File(content=content, media_type=PDF, name=f"{key}-du-thao.pdf")

    def _content(self, who: Who, letter: LetterLine) -> bytes:
        """Return what the caller may read of a letter.

        Raises:
            Unknown: nothing, or its PDF is not made yet.
        """
        ids = [dossier for dossier, _ in self._parts.queries.dossiers_of(letter.id)]
        readable = {
            line.id
            for line in self._parts.queries.dossiers_named(ids)
            if may_see(who, self._parts.editions.get(line.edition), Place.of(line))
        }
        whole = readable.issuperset(ids) or letter.org in who.sees
        if letter.pdf_sha256 is None or not (whole or readable):
            raise Unknown(LETTER)
        if whole:
            return self._parts.files.get(letter.pdf_sha256)
        return self._parts.letters.extract(letter.id, readable).pdf


def _name(code: str, letter: LetterLine) -> str:
    number = f"-{letter.number}" if letter.number else ""
    return f"{code}-{letter.key}{number}.pdf"
