"""Proving a letter: does it come out, in both languages, with the sample beside it?"""

from __future__ import annotations

from collections.abc import Sequence

from adapters.documents.errors import LetterError
from adapters.documents.files import LANGUAGES, sample_of
from adapters.documents.render import render_letter


class LetterProof:
    """Answers the checker's question whether a letter that a procedure names can be rendered."""

    def prove(self, template: str) -> Sequence[str]:
        """Return what is wrong with the letter `template`; empty when it renders in vi and en."""
        problems: list[str] = []
        for lang in LANGUAGES:
            for draft in (False, True):
                try:
                    render_letter(template, sample_of(template), lang=lang, draft=draft)
                except LetterError as error:
                    problem = f"{lang}: {error}"
                    if problem not in problems:
                        problems.append(problem)
        return problems
