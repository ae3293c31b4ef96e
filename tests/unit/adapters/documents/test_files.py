"""An edition freezes a letter by the hash of its files, so the hash covers every byte of them."""

from __future__ import annotations

import pytest

from adapters.documents.errors import LetterFilesInvalid
from adapters.documents.files import (
    LetterTemplate,
    file_of,
    hash_of,
    letter_bytes,
    letter_hash,
    letter_keys,
    letter_template,
    read_yaml,
    sample_of,
)

NAMES = {
    "common.typ",
    "common.vi.yaml",
    "common.en.yaml",
    "letter.yaml",
    "layout.typ",
    "sentences.vi.yaml",
    "sentences.en.yaml",
}


@pytest.mark.parametrize("key", letter_keys())
def test_a_letter_is_frozen_with_its_layout_its_sentences_and_what_it_shares(key: str) -> None:
    files = letter_bytes(key)

    assert set(files) == NAMES
    assert letter_hash(key) == hash_of(files)
    assert letter_template(key) == LetterTemplate(key=key, hash=letter_hash(key))


def test_any_changed_byte_changes_the_hash() -> None:
    files = letter_bytes("receipt")
    before = hash_of(files)

    after = {hash_of({**files, name: files[name] + b" "}) for name in files}

    assert len(after) == len(NAMES)
    assert before not in after


def test_a_byte_that_moves_from_one_file_to_the_next_changes_the_hash() -> None:
    assert hash_of({"a": b"xy", "b": b"z"}) != hash_of({"a": b"x", "b": b"yz"})


def test_letters_have_hashes_of_their_own() -> None:
    assert len({letter_hash(key) for key in letter_keys()}) == len(letter_keys())


def test_both_languages_have_the_same_sentences() -> None:
    for key in letter_keys():
        files = letter_bytes(key)
        for stem in ("common", "sentences"):
            vi, en = (read_yaml(stem, files[f"{stem}.{lang}.yaml"]).keys() for lang in ("vi", "en"))
            assert vi == en, key


def test_samples_are_handed_out_as_copies() -> None:
    sample_of("receipt")["dossier"]["code"] = "changed"

    assert sample_of("receipt")["dossier"]["code"] == "H27.15-250820-0007"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"a: &x 1\nb: 2\n", "line 1: anchors"),
        (b"a: &x [1]\nb: *x\n", "anchors"),
        (b"a: 1\nb: !!python/object:os.system x\n", "line 2: anchors, aliases and tags"),
        (b"a: 1\na: 2\n", "duplicate key"),
        (b"a: [1\n", "line"),
        (b"- 1\n", "a mapping of names is expected"),
        (b"1: x\n", "a mapping of names is expected"),
        (b"", "a mapping of names is expected"),
        (b"a: \xff\n", "utf-8"),
        (b"a: " + b"x" * 300_000, "larger than 256 KiB"),
    ],
)
def test_a_file_that_is_not_plain_yaml_is_refused_with_its_name(
    content: bytes, problem: str
) -> None:
    with pytest.raises(LetterFilesInvalid, match=problem) as caught:
        read_yaml("sentences.vi.yaml", content)

    assert caught.value.file == "sentences.vi.yaml"


def test_a_letter_without_one_of_its_files_is_refused() -> None:
    with pytest.raises(LetterFilesInvalid, match=r"layout\.typ"):
        file_of({}, "layout.typ")
