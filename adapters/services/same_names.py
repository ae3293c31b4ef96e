"""Who stands in one list twice: told apart by what the rows say, never by folded names."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from adapters.storage.fold_text import fold
from engine.definition import FieldType, Procedure
from engine.text import Text


@dataclass(frozen=True, slots=True)
class Twice:
    """Why a row is one too many, and the path of the value that says so."""

    path: str
    text: Text


@dataclass(slots=True)
class Names:
    """The names of one list so far; only rows that are right in themselves are to be shown it."""

    procedure: Procedure
    _first: dict[object, int] = field(default_factory=dict)
    _numbers: dict[str, tuple[object, int]] = field(default_factory=dict)

    def twice(self, row: int, data: Mapping[str, Any]) -> Twice | None:
        """Return why the row repeats an earlier one; None where it does not, and it is kept."""
        for key, declared in self.procedure.fields.items():
            party = data.get(key)
            if declared.type is FieldType.PARTY and isinstance(party, Mapping):
                return self._party(row, key, party, data.get(self.procedure.award_field or ""))
        return None

    def _party(self, row: int, key: str, party: Mapping[str, Any], award: object) -> Twice | None:
        # Folded names are alike for An and Ân, who are two people.
        name = " ".join(unicodedata.normalize("NFC", str(party["name"])).casefold().split())
        number = party.get("id_number")
        person = name, party.get("kind"), party.get("birth_year")
        place = fold(str(party.get("unit") or ""))
        known = (*person, place, number, award)
        if known in self._first:
            first = self._first[known]
            vi, en = " và hình thức đề nghị", " and award"
            if award is None:
                vi, en = "", ""
            return Twice(
                f"{key}.name",
                Text(
                    f"Trùng với dòng {first}: cùng tên, năm sinh, đơn vị{vi}.",
                    f"The same as row {first}: name, year of birth, unit{en}.",
                ),
            )
        if number is not None:
            whose, first = self._numbers.setdefault(number, (person, row))
            if whose != person:
                return Twice(
                    f"{key}.id_number",
                    Text(
                        f"Số định danh này đã ghi cho người khác ở dòng {first}.",
                        f"Row {first} gives this identity number to somebody else.",
                    ),
                )
        self._first[known] = row
        return None
