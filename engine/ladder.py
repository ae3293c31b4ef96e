"""When a rung of a ladder stands: at a part of the limit, at due, or some time before or after."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.limits import Limit, LimitError, Unit, read_amount
from engine.text import Text

_PERCENT = re.compile(r"([0-9]+) *%", re.ASCII)
_OFFSET = re.compile(r"due *([+-]) *(.+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class RungAt:
    """The place of a rung on its ladder.

    Attributes:
        percent: part of the limit, 1 to 99; None for a rung that is told from due.
        offset: how far after due (before, if negative), in `unit`; 0 is due itself.
        unit: the unit of `offset`; None exactly if there is no offset.
    """

    percent: int | None = None
    offset: int = 0
    unit: Unit | None = None

    @classmethod
    def parse(cls, written: str) -> RungAt:
        """Read `50 %`, `due`, `due - 1 working day` or `due + 2 working days`.

        >>> str(RungAt.parse("due - 1 working days"))
        'due - 1 working day'

        Raises:
            LimitError: with a sentence that says what is wrong.
        """
        text = written.strip()
        if text == "due":
            return cls()
        if match := _PERCENT.fullmatch(text):
            return cls._at_percent(match.group(1))
        if match := _OFFSET.fullmatch(text):
            number, unit = read_amount(match.group(2))
            return cls(offset=number if match.group(1) == "+" else -number, unit=unit)
        raise LimitError(
            Text(
                f"Mốc {written!r} không đọc được: hãy viết '50 %', 'due', "
                "'due - 1 working day' hoặc 'due + 2 working days'.",
                f"The rung {written!r} cannot be read: write '50 %', 'due', "
                "'due - 1 working day' or 'due + 2 working days'.",
            )
        )

    @classmethod
    def _at_percent(cls, digits: str) -> RungAt:
        percent = int(digits[:4])
        if not 1 <= percent <= 99:
            raise LimitError(
                Text(
                    f"Mốc {digits} % phải từ 1 % đến 99 %; hết thời hạn thì viết 'due'.",
                    f"The rung {digits} % must be 1 % to 99 %; write 'due' for the whole limit.",
                )
            )
        return cls(percent=percent)

    @property
    def is_due(self) -> bool:
        """Tell whether the rung stands at due itself."""
        return self.percent is None and self.offset == 0

    def part_of(self, limit: Limit) -> Limit | None:
        """Return the part of `limit` after which a percentage stands, rounded up to a whole unit.

        None for a rung that is told from due.
        """
        if self.percent is None:
            return None
        return Limit(-(-limit.number * self.percent // 100), limit.unit)

    def __str__(self) -> str:
        """Return what `parse` reads back as the same place."""
        if self.percent is not None:
            return f"{self.percent} %"
        if self.unit is None:
            return "due"
        sign = "+" if self.offset > 0 else "-"
        return f"due {sign} {self.unit.words(abs(self.offset))}"
