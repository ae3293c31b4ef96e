"""The files that make a letter, as bytes: what an edition freezes and what its hash covers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files as resources_of
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent, NodeEvent

from adapters.documents.errors import LetterFilesInvalid, UnknownLetter

LANGUAGES: Final = ("vi", "en")
_LARGEST: Final = 256 * 1024
_SHARED: Final = ("common.typ", "common.vi.yaml", "common.en.yaml")
_OWN: Final = ("letter.yaml", "layout.typ", "sentences.vi.yaml", "sentences.en.yaml")
_SAMPLE: Final = "sample.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterTemplate:
    """One letter as an edition freezes it: its key and the hash of its files."""

    key: str
    hash: str


def letter_keys() -> tuple[str, ...]:
    """Return the keys of the catalogue's letters, in alphabetical order."""
    folders = (entry for entry in _catalogue().iterdir() if entry.is_dir())
    return tuple(sorted(entry.name for entry in folders if (entry / "letter.yaml").is_file()))


def letter_bytes(key: str) -> Mapping[str, bytes]:
    """Return the files of a letter by name, shared ones included, ready to be stored.

    Raises:
        UnknownLetter: the catalogue has no letter of that key.
    """
    if key not in letter_keys():
        raise UnknownLetter(key)
    shared, own = _catalogue(), _catalogue() / key
    return {name: (shared / name).read_bytes() for name in _SHARED} | {
        name: (own / name).read_bytes() for name in _OWN
    }


def letter_hash(key: str) -> str:
    """Return the SHA-256 (64 hex digits) over the files of a letter, shared ones included."""
    return hash_of(letter_bytes(key))


def letter_template(key: str) -> LetterTemplate:
    """Return the letter as an edition freezes it."""
    return LetterTemplate(key=key, hash=letter_hash(key))


def hash_of(files: Mapping[str, bytes]) -> str:
    """Return the SHA-256 over names and contents, in the order of the names.

    Names and contents enter with their lengths, so that moving a byte from one file into the next
    changes the hash.
    """
    digest = hashlib.sha256()
    for name in sorted(files):
        for part in (name.encode(), files[name]):
            digest.update(len(part).to_bytes(8, "big"))
            digest.update(part)
    return digest.hexdigest()


def sample_of(key: str) -> dict[str, Any]:
    """Return the sample data that lie beside a letter, with which it is proved and tested."""
    if key not in letter_keys():
        raise UnknownLetter(key)
    return deepcopy(read_yaml(f"{key}/{_SAMPLE}", (_catalogue() / key / _SAMPLE).read_bytes()))


def file_of(files: Mapping[str, bytes], name: str) -> bytes:
    """Return one file of a letter; raises `LetterFilesInvalid` when it is not there."""
    if name not in files:
        raise LetterFilesInvalid(name, "the file is missing from the letter")
    return files[name]


@lru_cache(maxsize=256)
def read_yaml(name: str, content: bytes) -> dict[str, Any]:
    """Read a mapping in YAML 1.2; anchors, aliases, tags and duplicate keys are refused.

    What is returned is shared between callers: read it, do not change it.

    Raises:
        LetterFilesInvalid: with the place and the reason.
    """
    if len(content) > _LARGEST:
        raise LetterFilesInvalid(name, f"larger than {_LARGEST // 1024} KiB")
    reader = YAML(typ="safe", pure=True)
    try:
        text = content.decode()
        for event in reader.parse(text):
            tagged = getattr(event, "tag", None) is not None
            if isinstance(event, AliasEvent) or (
                isinstance(event, NodeEvent) and (event.anchor is not None or tagged)
            ):
                line = event.start_mark.line + 1
                raise LetterFilesInvalid(
                    name, f"line {line}: anchors, aliases and tags are refused"
                )
        value = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, UnicodeDecodeError) as error:
        raise LetterFilesInvalid(name, str(error)) from error
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise LetterFilesInvalid(name, "a mapping of names is expected at the top")
    return value


def _catalogue() -> Any:
    return resources_of("procedures") / "letters"
