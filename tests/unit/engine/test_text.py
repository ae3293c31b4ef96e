"""Words for people are there in both languages."""

from engine.text import Text


def test_words_are_given_in_the_language_asked_for_and_in_vietnamese_otherwise() -> None:
    words = Text("hồ sơ", "dossier")

    assert [words.in_(lang) for lang in ("vi", "en", "fr")] == ["hồ sơ", "dossier", "hồ sơ"]
