"""Words for people, always in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """One label or sentence in Vietnamese and in English."""

    vi: str
    en: str

    def in_(self, lang: str) -> str:
        """Return the English words for `en`, the Vietnamese ones for any other language."""
        return self.en if lang == "en" else self.vi
