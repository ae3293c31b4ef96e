"""Texts compare alike wherever they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.storage.fold_text import fold, sort_key, subject_key

# In the order of a Vietnamese dictionary: letters first, tones between equal letters.
IN_ORDER = [
    "1", "9", "a", "à", "ả", "ã", "á", "ạ", "a b", "ab", "ă", "ằ", "ắ", "ặ", "â", "ấ", "b", "d",
    "đ", "e", "ê", "ế", "f", "g", "i", "í", "j", "o", "ò", "ô", "ồ", "ơ", "ờ", "p", "u", "ụ", "ư",
    "ữ", "v", "w", "x", "y", "ỵ", "z",
]  # fmt: skip


def test_keys_are_in_the_order_of_the_vietnamese_alphabet() -> None:
    assert _shuffled_and_sorted(IN_ORDER) == IN_ORDER


def test_keys_of_names_are_in_the_order_of_a_list_of_names() -> None:
    names = [
        "Ân Đỗ", "Bùi An", "Cao Ánh", "Đào Ân", "Đặng An", "Lê Á", "Lê Ạ", "Lê Anh", "Ỷ Lan",
    ]  # fmt: skip
    assert _shuffled_and_sorted(names) == names


def _shuffled_and_sorted(texts: list[str]) -> list[str]:
    """Sort from another order, so that a key that changes nothing would be seen."""
    shuffled = texts[::-1]
    return sorted(shuffled, key=sort_key)


@pytest.mark.parametrize(
    ("one", "other"),
    [("ĐẶNG", "đặng"), ("a\u0323\u0306", "ặ"), ("  An   Bình ", "an bình"), ("O'Brien", "obrien")],
)
def test_spelling_that_means_the_same_gives_the_same_key(one: str, other: str) -> None:
    assert sort_key(one) == sort_key(other)


def test_a_letter_of_another_script_comes_after_all_of_ours() -> None:
    assert sort_key("zz") < sort_key("Ω") < sort_key("字")


@given(st.text())
def test_keys_and_folded_texts_can_be_stored_anywhere(text: str) -> None:
    for made in (fold(text), sort_key(text)):
        made.encode()
        assert "\0" not in made
    assert fold(fold(text)) == fold(text)


@given(st.text(), st.text())
def test_a_part_of_a_text_folds_to_a_part_of_the_folded_text(one: str, other: str) -> None:
    assert fold(one) in fold(f"{other} {one}")


@pytest.mark.parametrize("letter", list("đĐơƯặỄﬁ"))
def test_no_mark_survives_folding(letter: str) -> None:
    assert fold(letter).isascii()


def test_a_person_is_known_by_name_and_birth_year_whatever_the_unit() -> None:
    party = {"name": "Nguyễn Văn Đức", "birth_year": 1979, "unit": "Sở Y tế"}
    assert subject_key(party) == "nguyen van duc|1979"
    assert subject_key({**party, "name": "NGUYEN VAN DUC "}) == subject_key(party)
    assert subject_key({**party, "birth_year": 1980}) != subject_key(party)
    assert subject_key({**party, "unit": "Sở Nội vụ"}) == subject_key(party)


def test_whoever_has_no_birth_year_is_known_by_name_and_unit() -> None:
    party = {"name": "Tổ Hành chính", "unit": "Sở Y tế"}
    assert subject_key(party) == "to hanh chinh||so y te"
    assert subject_key({**party, "unit": "Sở Nội vụ"}) != subject_key(party)


@pytest.mark.parametrize("party", [{}, {"name": ""}, {"name": None}, {"name": " \u0301"}])
def test_whoever_has_no_name_is_nobody_in_the_register(party: dict[str, object]) -> None:
    assert subject_key({**party, "birth_year": 1979}) == ""
