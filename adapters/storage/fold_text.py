"""Texts in a form that Python, SQLite and PostgreSQL all compare alike.

Databases disagree about `Đ`, about accents and about the Vietnamese alphabet. What is searched and
sorted by is therefore made here, stored, and compared by code points alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
# 33 letters onto code points that stand in the same order: A–Z, then a–g.
_RANK = {letter: chr(65 + i) if i < 26 else chr(97 + i - 26) for i, letter in enumerate(_ALPHABET)}
# Order of the tones: level, falling, asking, tumbling, rising, heavy.
_TONES = {"\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0301": "5", "\u0323": "6"}
# Marks that make another letter of a vowel, as against tones.
_SHAPES = frozenset("\u0306\u0302\u031b")


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Return the text without marks and capitals, for search.

    >>> fold("  Đặng  THÙY Trâm ")
    'dang thuy tram'
    """
    plain = "".join(
        "d" if letter == "đ" else letter
        for letter in unicodedata.normalize("NFKD", text.lower())
        if not unicodedata.combining(letter)
    )
    return " ".join(_printable(plain).split())


@lru_cache(maxsize=4096)
def sort_key(text: str) -> str:
    """Return a key whose code-point order is the order of the Vietnamese alphabet.

    Letters count first, over the whole text; tones decide between texts of the same letters.

    >>> sorted(["Đà", "Dũng", "Ân", "Án", "An", "Ăn"], key=sort_key)
    ['An', 'Án', 'Ăn', 'Ân', 'Dũng', 'Đà']
    """
    letters: list[str] = []
    tones: list[str] = []
    for word in unicodedata.normalize("NFC", text.lower()).split():
        if letters:
            letters.append("-")
        for written in word:
            letter, tone = _letter_and_tone(written)
            if letter in _RANK:
                letters.append(_RANK[letter])
                tones.append(tone)
            elif letter.isascii() and letter.isdigit():
                letters.append(letter)
            elif letter.isalnum():
                letters.append("~" + letter)
    # "!" stands before every character of the first part, so that "an" comes before "an b".
    return "".join(letters) + "!" + "".join(tones)


def subject_key(party: Mapping[str, object]) -> str:
    """Return what the award register knows a person or a collective by.

    Folded name and year of birth, joined by `|`: people take their awards along to another unit,
    and two units may propose the same person. Whoever has no year of birth, as collectives, is
    told apart by the folded unit instead.
    """
    name = fold(str(party.get("name") or ""))
    if not name:
        return ""
    if party.get("birth_year"):
        return f"{name}|{party['birth_year']}"
    return f"{name}||{fold(str(party.get('unit') or ''))}"


def _letter_and_tone(written: str) -> tuple[str, str]:
    base, shape, tone = "", "", "1"
    for part in unicodedata.normalize("NFD", written):
        if part in _TONES:
            tone = _TONES[part]
        elif part in _SHAPES:
            shape += part
        elif not unicodedata.combining(part):
            base += part
    return unicodedata.normalize("NFC", base + shape), tone


def _printable(text: str) -> str:
    return "".join(c for c in text if c.isspace() or unicodedata.category(c)[0] != "C")
