"""Letters of a dossier: what was issued, its PDF, and how a letter would look now."""

from __future__ import annotations

from adapters.identity.who import Who
from adapters.services.access import nameable
from adapters.services.dossiers import Dossiers
from adapters.services.errors import LETTER, Unknown
from adapters.services.parts import Parts
from adapters.services.views import File, LetterView

PDF = "application/pdf"


class Letters:
    """Lists letters and hands out their PDFs to whoever may read the dossier."""

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
        """Return the PDF of a letter; it is made within moments of the act.

        Raises:
            Unknown: no such dossier for this caller, no such letter, or its PDF is not made yet.
        """
        seen = self._dossiers.seen(who, ref)
        found = self._parts.queries.letter(letter) if nameable(letter) else None
        if found is None or found.dossier != seen.dossier.id or found.pdf_sha256 is None:
            raise Unknown(LETTER)
        number = f"-{found.number}" if found.number else ""
        return File(
            content=self._parts.files.get(found.pdf_sha256),
            media_type=PDF,
            name=f"{seen.dossier.received_code or seen.dossier.code}-{found.key}{number}.pdf",
        )

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
