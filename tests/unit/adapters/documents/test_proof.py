"""The checker asks whether a letter comes out, and is told what is wrong with it."""

from __future__ import annotations

import pytest

from adapters.documents import proof
from adapters.documents.files import letter_keys, sample_of
from adapters.documents.proof import LetterProof


@pytest.mark.parametrize("key", letter_keys())
def test_every_letter_of_the_catalogue_is_proved(key: str) -> None:
    assert LetterProof().prove(key) == []


def test_a_letter_that_does_not_exist_is_a_problem() -> None:
    (vi, en) = LetterProof().prove("love")

    assert vi.startswith("vi: Không có mẫu văn bản 'love'")
    assert en.startswith("en: ")


def test_a_letter_whose_sample_is_not_enough_is_a_problem(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def poor(key: str) -> dict[str, object]:
        return {**sample_of(key), "items": []}

    monkeypatch.setattr(proof, "sample_of", poor)

    problems = LetterProof().prove("supplement")

    assert len(problems) == 2
    assert all("items" in problem for problem in problems)
