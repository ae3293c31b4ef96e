"""HTML forms of whatever a procedure asks for: values to inputs, and what was typed back to values.

An input is named by the path of its value, e.g. `data.nominee.name`; a list adds the row,
`data.members.0.name`. What cannot be understood is refused where it was typed, and kept as it was
typed; what it may mean is for the engine to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from adapters.services.views import FormField
from adapters.web.i18n import say

DATA = "data"
EMPTY_ROWS = 2
MOST_ROWS = 200

_GROUPED = re.compile(r"-?\d{1,3}(\.\d{3})+")
_ENGLISH_GROUPED = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
_WHOLE = re.compile(r"-?\d{1,15}", re.ASCII)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LOCAL_DATE = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Filled:
    """A form with what stands in it: text by input name, and what is wrong, by input name."""

    typed: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Understood:
    """What was typed, as values by field key (empty ones as None), and what was not understood."""

    data: Mapping[str, Any]
    wrong: Mapping[str, str]


def shown(fields: Iterable[FormField]) -> Filled:
    """Return the form as it looks before anybody types: the values that the dossier holds."""
    return Filled(dict(_typed_of_all(fields)))


def typed(form: Mapping[str, Any]) -> Mapping[str, str]:
    """Return the texts of a form that was sent, by input name; files are left out."""
    return {name: value for name, value in form.items() if isinstance(value, str)}


def understood(fields: Iterable[FormField], sent: Mapping[str, str], lang: str) -> Understood:
    """Return what was typed into the form of these fields.

    Dates are taken as 2025-08-20 and as 20/08/2025; numbers with or without thousands set apart.
    """
    reader = _Reader(sent, lang)
    data = {one.name: reader.value(one, f"{DATA}.{one.name}") for one in fields}
    return Understood(data, reader.wrong)


def place_of(field_path: object, names: Iterable[str]) -> str:
    """Return the input that a refusal is about, given the path of the value; empty if none.

    >>> place_of("nominee.name", ["data.nominee.name", "data.award"])
    'data.nominee.name'
    >>> place_of("period", ["data.period.from", "data.period.until"])
    'data.period.from'
    """
    if not isinstance(field_path, str) or not field_path:
        return ""
    path = f"{DATA}.{field_path}"
    known = list(names)
    if path in known:
        return path
    return next((name for name in known if name.startswith(path + ".")), "")


def day_of(text: str) -> date | None:
    """Return the day that was typed, as 20/08/2025 or 2025-08-20; None if it is no real date.

    >>> day_of("2/9/2025"), day_of("2025-09-02"), day_of("31/02/2025")
    (datetime.date(2025, 9, 2), datetime.date(2025, 9, 2), None)
    """
    local = _LOCAL_DATE.fullmatch(text)
    try:
        if local:
            return date(int(local[3]), int(local[2]), int(local[1]))
        return date.fromisoformat(text) if _ISO_DATE.fullmatch(text) else None
    except ValueError:
        return None


def written_day(text: str) -> str:
    """Return a stored day as people here write it; anything else as it was typed.

    >>> written_day("2025-09-02"), written_day("31/2")
    ('02/09/2025', '31/2')
    """
    on = day_of(text)
    return f"{on:%d/%m/%Y}" if on else text


def rows(one: FormField, filled: Filled) -> int:
    """Return how many rows of a list to draw: what is there, and a few empty ones."""
    prefix = f"{DATA}.{one.name}."
    used = {
        name[len(prefix) :].partition(".")[0] for name in filled.typed if name.startswith(prefix)
    }
    given = [int(row) for row in used if row.isascii() and row.isdigit()]
    return min(MOST_ROWS, max(given, default=-1) + 1 + EMPTY_ROWS)


def names(fields: Sequence[FormField], path: str = DATA) -> Iterator[str]:
    """Yield the name of every input, the rows of lists left out."""
    for one in fields:
        here = f"{path}.{one.name}"
        if one.type == "records" and not one.appends:
            continue
        if one.fields:
            yield from names(one.fields, here)
        else:
            yield here


def _typed_of_all(fields: Iterable[FormField]) -> Iterator[tuple[str, str]]:
    for one in fields:
        if not one.appends:
            yield from _typed(one.value, f"{DATA}.{one.name}")


def _typed(value: object, path: str) -> Iterator[tuple[str, str]]:
    match value:
        case None:
            return
        case bool():
            yield path, "true" if value else "false"
        case Mapping():
            for key, part in value.items():
                yield from _typed(part, f"{path}.{key}")
        case list() | tuple():
            for row, part in enumerate(value):
                yield from _typed(part, f"{path}.{row}")
        case _:
            yield path, str(value)


class _Reader:
    """Reads one form, and collects what it could not understand."""

    def __init__(self, sent: Mapping[str, str], lang: str) -> None:
        self._sent = sent
        self._lang = lang
        self.wrong: dict[str, str] = {}

    def value(self, one: FormField, path: str) -> Any:
        """Return the value of one field; None when nothing was typed, or nothing sensible."""
        match one.type:
            case "records" if one.appends:
                return self._parts(one, path)
            case "records":
                return self._rows(one, path)
            case "party":
                parts = self._parts(one, path)
                # The kind is a choice that is always made; alone it names nobody.
                return parts if parts and set(parts) - {"kind"} else None
            case "period" | "tally":
                return self._parts(one, path)
            case _:
                return self._scalar(one, path)

    def _parts(self, one: FormField, path: str) -> dict[str, Any] | None:
        parts = {part.name: self.value(part, f"{path}.{part.name}") for part in one.fields}
        return {key: part for key, part in parts.items() if part is not None} or None

    def _rows(self, one: FormField, path: str) -> list[dict[str, Any]] | None:
        found = [self._parts(one, f"{path}.{row}") for row in range(self._count(path))]
        return [row for row in found if row] or None

    def _count(self, path: str) -> int:
        used = (
            n[len(path) + 1 :].partition(".")[0] for n in self._sent if n.startswith(path + ".")
        )
        given = [int(row) for row in used if row.isascii() and row.isdigit() and len(row) < 4]
        return min(MOST_ROWS, max(given, default=-1) + 1)

    def _scalar(self, one: FormField, path: str) -> Any:
        text = self._sent.get(path, "").strip()
        if not text:
            return None
        match one.type:
            case "int":
                return self._int(text, path)
            case "bool":
                return self._bool(text, path)
            case "date":
                return self._date(text, path)
            case "decimal":
                return self._decimal(text)
            case _:
                return text

    def _int(self, text: str, path: str) -> int | None:
        plain = text.replace("\u00a0", "").replace(" ", "")
        for grouped, mark in ((_GROUPED, "."), (_ENGLISH_GROUPED, ",")):
            if grouped.fullmatch(plain):
                plain = plain.replace(mark, "")
        if _WHOLE.fullmatch(plain):
            return int(plain)
        self._wrong(path, "wrong_int")
        return None

    def _bool(self, text: str, path: str) -> bool | None:
        if text not in ("true", "false"):
            self._wrong(path, "wrong_bool")
            return None
        return text == "true"

    def _date(self, text: str, path: str) -> str | None:
        on = day_of(text)
        if on is None:
            self._wrong(path, "wrong_date")
            return None
        return on.isoformat()

    def _decimal(self, text: str) -> str:
        # Written as people here write it; the engine says whether it is a decimal at all.
        plain = text.replace("\u00a0", "").replace(" ", "")
        if self._lang == "en" and _ENGLISH_GROUPED.fullmatch(plain):
            return plain.replace(",", "")
        if "," in plain or (self._lang == "vi" and _GROUPED.fullmatch(plain)):
            return plain.replace(".", "").replace(",", ".")
        return plain

    def _wrong(self, path: str, word: str) -> None:
        self.wrong[path] = say(word, self._lang)
