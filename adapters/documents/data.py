"""The data of a letter: what may be in them, what must be, and what is worked out from them."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from adapters.documents.errors import LetterDataInvalid, LetterDataMissing
from engine.number_words import in_words

_DEEPEST: Final = 6
_MOST_VALUES: Final = 200_000
_LONGEST: Final = 20_000
_GROUPS: Final = ("letter", "organisation", "dossier", "submitter", "decision", "bonus")
_LISTS: Final = ("subjects", "documents", "items")


def plain_data(data: Mapping[str, Any], lang: str) -> dict[str, Any]:
    """Return a copy that holds nothing but dict, list, str, int and bool, in one language.

    Text is brought to Unicode NFC, `{vi, en}` pairs become the words of `lang`, and values that are
    None or empty text are left out, so that "absent" has one form. The groups and lists that every
    letter may ask about are always there, if empty.

    Raises:
        LetterDataInvalid: a value of another kind, a control character, or too much of it.
    """
    budget = [_MOST_VALUES]
    made: dict[str, Any] = _plain(data, "", lang, budget, 0)
    for name in (*_GROUPS, *_LISTS):
        kind = dict if name in _GROUPS else list
        if not isinstance(made.setdefault(name, kind()), kind):
            raise LetterDataInvalid(name, f"a {kind.__name__} is expected")
    return made


def _plain(value: Any, path: str, lang: str, budget: list[int], depth: int) -> Any:
    budget[0] -= 1
    if budget[0] < 0:
        raise LetterDataInvalid(path, f"more than {_MOST_VALUES} values in one letter")
    if depth > _DEEPEST:
        raise LetterDataInvalid(path, f"nested more than {_DEEPEST} deep")
    if isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return _text(value, path)
    if isinstance(value, Mapping):
        if set(value) == {"vi", "en"}:
            return _plain(value[lang], f"{path}.{lang}", lang, budget, depth + 1)
        return _mapping(value, path, lang, budget, depth)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [
            _plain(each, f"{path}[{place}]", lang, budget, depth + 1)
            for place, each in enumerate(value)
        ]
    raise LetterDataInvalid(
        path, f"a {type(value).__name__} is not taken; give text, whole numbers or ISO dates"
    )


def _mapping(
    value: Mapping[Any, Any], path: str, lang: str, budget: list[int], depth: int
) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for key, each in value.items():
        if not isinstance(key, str):
            raise LetterDataInvalid(path, f"the key {key!r} is not text")
        if each is None or (isinstance(each, str) and not each.strip()):
            continue
        here = f"{path}.{key}" if path else key
        made[key] = _plain(each, here, lang, budget, depth + 1)
        if key.endswith("_on"):
            _check_date(made[key], here)
    return made


def _check_date(value: Any, path: str) -> None:
    try:
        if not isinstance(value, str):
            raise LetterDataInvalid(path, "an ISO date as text is expected")
        if len(value) == len("2025-08-20"):
            date.fromisoformat(value)
        else:
            datetime.fromisoformat(value)
    except ValueError as error:
        raise LetterDataInvalid(path, f"{value!r} is not an ISO date or instant") from error


def _text(value: str, path: str) -> str:
    if len(value) > _LONGEST:
        raise LetterDataInvalid(path, f"longer than {_LONGEST} characters")
    text = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\t", " ")).strip()
    for character in text:
        # Surrogates and invisible controls would end up in the PDF as nothing or as a broken file.
        if character != "\n" and unicodedata.category(character) in {"Cc", "Cs", "Cn", "Co"}:
            raise LetterDataInvalid(path, f"the character U+{ord(character):04X} cannot be printed")
    return text


def require(key: str, data: Mapping[str, Any], paths: Sequence[str]) -> None:
    """Refuse data that lack a required value.

    A path is dotted; `subjects[].name` asks for at least one subject and for a name in each.

    Raises:
        LetterDataMissing: naming every value that is absent.
    """
    missing = [absent for path in paths for absent in _absent(data, path.split("."), "")]
    if missing:
        raise LetterDataMissing(key, list(dict.fromkeys(missing)))


def _absent(value: Any, steps: Sequence[str], path: str) -> list[str]:
    if not steps:
        return []
    name = steps[0].removesuffix("[]")
    here = f"{path}.{name}" if path else name
    inner = value.get(name) if isinstance(value, Mapping) else None
    if inner is None or inner in ([], {}):
        return [here]
    if steps[0] == name:
        return _absent(inner, steps[1:], here)
    if not isinstance(inner, list):
        raise LetterDataInvalid(here, "a list is expected")
    return [
        absent
        for place, each in enumerate(inner)
        for absent in _absent(each, steps[1:], f"{here}[{place}]")
    ]


def with_derived(data: dict[str, Any], *, draft: bool) -> dict[str, Any]:
    """Return the data with what sentences and layouts need and callers should not repeat.

    Adds `letter.number_text` (`1250/QĐ-UBND`; in a draft only the register), `subjects[].no` where
    it is absent and `bonus_text` where there is a bonus, `summary` = {listed: rows of the whole
    list, awards: [labels in order of first appearance]}, `groups` (awards that stand together, with
    their sums), `bonus.total_text` and `bonus.total_words`, `draft`.
    """
    letter = dict(data["letter"])
    number, register = letter.get("number"), letter.get("register")
    if draft or number is None:
        letter.pop("number", None)
        letter["number_text"] = f"……/{register}" if register else "……"
    else:
        whole = "/" in str(number) or not register
        letter["number_text"] = str(number) if whole else f"{number}/{register}"
    subjects = [
        {"no": place, **each, **_in_figures("bonus", each)} if isinstance(each, dict) else each
        for place, each in enumerate(data["subjects"], start=1)
    ]
    labels = [s["award_label"] for s in subjects if isinstance(s, dict) and "award_label" in s]
    extract = data.get("extract", {})
    summary = {
        "listed": extract.get("of", len(subjects)),
        "awards": extract.get("awards", list(dict.fromkeys(labels))),
    }
    full = {**data, "letter": letter, "subjects": subjects, "summary": summary, "draft": draft}
    if "bonus" in data:
        bonus = data["bonus"]
        full["bonus"] = {**bonus, **_in_figures("base", bonus), **_in_figures("total", bonus)}
        if "total" in bonus:
            full["bonus"]["total_words"] = in_words(bonus["total"])
    if len(summary["awards"]) > 1:
        full["groups"] = [
            _group(label, list(rows), whole="extract" not in data)
            for label, rows in groupby(subjects, key=lambda each: each.get("award_label", ""))
        ]
    return full


def _in_figures(name: str, values: Mapping[str, Any]) -> dict[str, str]:
    """Return an amount as offices write it: `1.250.000`."""
    return {f"{name}_text": f"{values[name]:,}".replace(",", ".")} if name in values else {}


def _group(label: str, rows: list[dict[str, Any]], *, whole: bool) -> dict[str, Any]:
    paid = [row["bonus"] for row in rows if "bonus" in row]
    sums = _in_figures("bonus", {"bonus": sum(paid)}) if paid and whole else {}
    return {"label": label, "count": len(rows), **sums}
