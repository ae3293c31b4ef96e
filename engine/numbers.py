"""Numbers without gaps: what an act takes from its registers, in the order in which it needs it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from engine.calendar import TZ
from engine.dossier import Dossier
from engine.outcome import LetterOrder, Outcome
from engine.ports import Ids, LetterIssued, NumberTaken

CODES = "code"


class Numbers:
    """The registers as they were read, and what is taken from them now."""

    def __init__(self, registers: Mapping[tuple[str, str, int], int]) -> None:
        """Begin with (organisation, kind, year) -> next number; a missing register begins at 1."""
        self._next = dict(registers)
        self._taken: list[NumberTaken] = []

    def take(self, org: str, kind: str, year: int) -> int:
        """Return the next number of a register; the commit fails if somebody else was faster."""
        number = self._next.get((org, kind, year), 1)
        self._next[org, kind, year] = number + 1
        self._taken.append(NumberTaken(org=org, kind=kind, year=year, number=number))
        return number

    def give_back(self, kept: int) -> None:
        """Return to their registers all numbers but the first `kept` that were taken."""
        while len(self._taken) > kept:
            last = self._taken.pop()
            self._next[last.org, last.kind, last.year] = last.number

    @property
    def taken(self) -> tuple[NumberTaken, ...]:
        """All numbers taken so far, in order."""
        return tuple(self._taken)


def numbered(
    outcome: Outcome, numbers: Numbers, event: str, ids: Ids, now: datetime
) -> tuple[Dossier, list[LetterIssued]]:
    """Return the dossier with its received code, and the letters with their numbers."""
    dossier = outcome.dossier
    if outcome.wants_code:
        dossier = replace(dossier, received_code=_code(dossier, numbers, now))
    return dossier, [
        LetterIssued(id=ids.uuid7(), order=order, number=_number(order, numbers), event=event)
        for order in outcome.letters
    ]


def _code(dossier: Dossier, numbers: Numbers, now: datetime) -> str:
    """Return `<agency>-<YYMMDD>-<serial>-001`: the daily serial is a register of its own."""
    today = now.astimezone(TZ).date()
    serial = numbers.take(dossier.holder, f"{CODES}-{today:%m%d}", today.year)
    agency = dossier.agencies.get(dossier.holder, dossier.holder)
    return f"{agency}-{today:%y%m%d}-{serial:04d}-001"


def _number(order: LetterOrder, numbers: Numbers) -> str | None:
    if order.number is not None or order.register is None:
        return order.number
    return str(numbers.take(order.org, order.register, order.dated_on.year))
