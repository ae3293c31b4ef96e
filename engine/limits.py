"""A limit has a number and a unit of its own: one working day is never 24 hours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from engine.errors import BangVangError
from engine.text import Text

LARGEST_NUMBER = 10_000


class LimitError(BangVangError):
    """A limit, or a rung that rests on one, is not written as the language wants it.

    Attributes:
        text: what is wrong and how to write it, in both languages.
    """

    def __init__(self, text: Text) -> None:
        """Keep the sentence; the message is the Vietnamese one."""
        super().__init__(text.vi)
        self.text = text


class Unit(StrEnum):
    """What a limit is counted in; the value is the word of the definition language."""

    WORKING_DAYS = "working days"
    DAYS = "days"
    MONTHS = "months"
    HOURS = "hours"
    WORKING_HOURS = "working hours"

    @property
    def singular(self) -> str:
        """Return the word for exactly one, e.g. `working day`."""
        return self.value.removesuffix("s")

    @property
    def in_days(self) -> bool:
        """Tell whether the limit ends with a day (24:00) and not at an instant of its own."""
        return self not in (Unit.HOURS, Unit.WORKING_HOURS)

    def words(self, number: int) -> str:
        """Return number and unit as the definition language writes them."""
        return f"{number} {self.singular if number == 1 else self.value}"

    def label(self, number: int, lang: str) -> str:
        """Return number and unit for people, e.g. `25 ngày làm việc`."""
        return self.words(number) if lang == "en" else f"{number} {_VIETNAMESE[self]}"


_VIETNAMESE = {
    Unit.WORKING_DAYS: "ngày làm việc",
    Unit.DAYS: "ngày",
    Unit.MONTHS: "tháng",
    Unit.HOURS: "giờ",
    Unit.WORKING_HOURS: "giờ làm việc",
}
_UNITS = {word: unit for unit in Unit for word in (unit.value, unit.singular)}
_UNIT_WORDS = ", ".join(_UNITS[unit.value].value for unit in Unit)
_WRITTEN = re.compile(r"([+-]?[0-9]+(?:[.,][0-9]+)?) +([^0-9].*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Limit:
    """How much time a rule grants, e.g. `Limit(25, Unit.WORKING_DAYS)`.

    Attributes:
        number: 1 to 10,000.
        unit: what is counted.

    Raises:
        LimitError: the number is out of range.
    """

    number: int
    unit: Unit

    def __post_init__(self) -> None:
        """Refuse what no rule can grant."""
        _in_range(self.number)

    @classmethod
    def parse(cls, written: str) -> Limit:
        """Read `25 working days`, `1 month`, `56 days`, `8 hours`, `4 working hours`.

        Singular and plural are both taken after any number.

        >>> Limit.parse("25 working days")
        Limit(number=25, unit=<Unit.WORKING_DAYS: 'working days'>)

        Raises:
            LimitError: it is not a whole positive number followed by a known unit.
        """
        number, unit = read_amount(written)
        return cls(number, unit)

    def __str__(self) -> str:
        """Return what `parse` reads back as the same limit."""
        return self.unit.words(self.number)

    def label(self, lang: str) -> str:
        """Return the limit for people: `25 ngày làm việc` or `25 working days`."""
        return self.unit.label(self.number, lang)


def read_amount(written: str) -> tuple[int, Unit]:
    """Read a number and a unit, both also used by rungs (`due + 2 working days`).

    Raises:
        LimitError: with a sentence that says which part is wrong.
    """
    match = _WRITTEN.fullmatch(written.strip())
    if match is None:
        raise LimitError(
            Text(
                f"Thời hạn {written!r} không đọc được: hãy viết một số nguyên, một dấu cách rồi "
                f"đơn vị, ví dụ '25 working days'. Đơn vị: {_UNIT_WORDS}.",
                f"The limit {written!r} cannot be read: write a whole number, a space and a unit, "
                f"as in '25 working days'. Units: {_UNIT_WORDS}.",
            )
        )
    digits, word = match.group(1), " ".join(match.group(2).split())
    if word not in _UNITS:
        raise LimitError(
            Text(
                f"Đơn vị {word!r} trong thời hạn {written!r} không có. Đơn vị: {_UNIT_WORDS}.",
                f"The unit {word!r} in the limit {written!r} is unknown. Units: {_UNIT_WORDS}.",
            )
        )
    if not digits.lstrip("+-").isdigit():
        raise LimitError(
            Text(
                f"Số {digits!r} trong thời hạn {written!r} phải là số nguyên.",
                f"The number {digits!r} in the limit {written!r} must be a whole number.",
            )
        )
    # Python refuses to read absurdly long digits; six are enough to know they are too many.
    number = int(digits[:7])
    _in_range(number)
    return number, _UNITS[word]


def _in_range(number: int) -> None:
    if number < 1:
        raise LimitError(
            Text(
                f"Thời hạn phải là số dương, không phải {number}.",
                f"A limit must be positive, not {number}.",
            )
        )
    if number > LARGEST_NUMBER:
        raise LimitError(
            Text(
                f"Thời hạn quá lớn: nhiều nhất là {LARGEST_NUMBER}.",
                f"The limit is too large: at most {LARGEST_NUMBER}.",
            )
        )
