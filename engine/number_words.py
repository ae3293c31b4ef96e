"""Whole numbers in Vietnamese words, as decisions write the total of the money beside the figures.

The words are those of the north: `linh`, `nghìn`; `mốt` after a ten, `lăm` after a ten, `tư` after
twenty and above.
"""

from __future__ import annotations

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", "nghìn", "triệu")
_BILLION = 10**9
LARGEST = 10**18 - 1


def in_words(number: int) -> str:
    """Return a number from 0 to `LARGEST` in Vietnamese words, without a capital.

    >>> in_words(0), in_words(21), in_words(105)
    ('không', 'hai mươi mốt', 'một trăm linh năm')
    >>> in_words(1_005_015)
    'một triệu không trăm linh năm nghìn không trăm mười lăm'

    Raises:
        ValueError: the number is negative or larger.
    """
    if not 0 <= number <= LARGEST:
        raise ValueError(f"{number} is not between 0 and {LARGEST}")
    if number == 0:
        return _DIGITS[0]
    above, below = divmod(number, _BILLION)
    words = [*_below_a_billion(above, first=True), "tỷ"] if above else []
    words += _below_a_billion(below, first=not above)
    return " ".join(words)


def _below_a_billion(number: int, *, first: bool) -> list[str]:
    """Return the words of a number below a billion; `first`: no word stands before it."""
    words: list[str] = []
    for power in (2, 1, 0):
        group = number // 1000**power % 1000
        if group:
            words += _group(group, first=first and not words)
            words += [_SCALES[power]] if power else []
    return words


def _group(number: int, *, first: bool) -> list[str]:
    """Return the words of 1 to 999; after other groups the hundreds are said even if none."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    words = [] if first and not hundreds else [_DIGITS[hundreds], "trăm"]
    if tens == 0:
        if ones:
            words += ["linh", _DIGITS[ones]] if words else [_DIGITS[ones]]
        return words
    words += ["mười"] if tens == 1 else [_DIGITS[tens], "mươi"]
    if ones:
        words.append(_one_after(tens, ones))
    return words


def _one_after(tens: int, ones: int) -> str:
    if ones == 1 and tens > 1:
        return "mốt"
    if ones == 4 and tens > 1:
        return "tư"
    return "lăm" if ones == 5 else _DIGITS[ones]
