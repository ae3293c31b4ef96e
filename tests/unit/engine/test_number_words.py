"""Numbers in Vietnamese words say what the figures say: read back, they are the same number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.number_words import LARGEST, in_words

DIGITS = {
    **{"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "lăm": 5},
    **{"sáu": 6, "bảy": 7, "tám": 8, "chín": 9},
}
SCALES = {"nghìn": 10**3, "triệu": 10**6}


def read_back(words: str) -> int:
    """Return what a reader hears, word by word."""
    billions, total, group, last = 0, 0, 0, 0
    for word in words.split():
        if word in DIGITS:
            last = DIGITS[word]
        elif word == "trăm":
            group, last = last * 100, 0
        elif word == "mươi":
            group, last = group + last * 10, 0
        elif word == "mười":
            group += 10
        elif word == "tỷ":
            billions, total, group, last = total + group + last, 0, 0, 0
        elif word in SCALES:
            total, group, last = total + (group + last) * SCALES[word], 0, 0
        else:
            assert word == "linh"
    return billions * 10**9 + total + group + last


@given(
    st.one_of(
        st.integers(0, 10_000),
        st.integers(0, LARGEST),
        st.integers(0, LARGEST // 10_000).map(lambda n: n * 10_000),
    )
)
def test_a_number_in_words_read_back_is_that_number(number: int) -> None:
    assert read_back(in_words(number)) == number


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "không"),
        (14, "mười bốn"),
        (15, "mười lăm"),
        (21, "hai mươi mốt"),
        (24, "hai mươi tư"),
        (101, "một trăm linh một"),
        (760_000, "bảy trăm sáu mươi nghìn"),
        (11_390_000, "mười một triệu ba trăm chín mươi nghìn"),
        (1_005_000_000, "một tỷ không trăm linh năm triệu"),
        (2_000_000_010, "hai tỷ không trăm mười"),
    ],
)
def test_numbers_are_said_as_offices_say_them(number: int, words: str) -> None:
    assert in_words(number) == words


@pytest.mark.parametrize("number", [-1, LARGEST + 1])
def test_what_has_no_words_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="is not between"):
        in_words(number)
