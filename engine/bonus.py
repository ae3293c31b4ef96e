"""The money that goes with an award: a multiple of the base salary of the day of the decision.

Amounts are whole đồng, rounded up to ten thousand; multiples are whole hundredths, so that nothing
is lost on the way (Decree 152/2025/NĐ-CP, Articles 49 to 54).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from engine.text import Text

STEP = 10_000
"""Amounts are rounded up to a whole number of these, in đồng."""


class Form(StrEnum):
    """What an award is by law: a title of emulation, or a form of commendation."""

    TITLE = "title"
    FORM = "form"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseSalary:
    """The base salary in đồng a month from a day on, by a deed."""

    since: date
    amount: int
    deed: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BonusRate:
    """What goes with one award.

    Attributes:
        hundredths: kind of subject (`individual`, `collective`, `household`) -> multiple of the
            base salary in hundredths; a kind that is not named gets none.
        source: where it is written; `unverified`: the text itself was not seen.
    """

    key: str
    label: Text
    form: Form
    hundredths: Mapping[str, int]
    source: str
    unverified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bonus:
    """One amount, with all that it follows from.

    Attributes:
        amount: in đồng.
        base: the base salary of the day of the decision.
        hundredths: how many times the base salary, in hundredths.
    """

    amount: int
    base: BaseSalary
    hundredths: int
    rate: BonusRate

    def told(self) -> dict[str, object]:
        """Return what the event of the decision keeps of it."""
        return {
            "amount": self.amount,
            "base": self.base.amount,
            "base_deed": self.base.deed,
            "times": times(self.hundredths),
            "rate": self.rate.key,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class BonusTable:
    """Base salaries by date, and what goes with each award.

    Attributes:
        salaries: the oldest first; each counts until the day before the next begins.
    """

    salaries: tuple[BaseSalary, ...] = ()
    rates: Mapping[str, BonusRate] = field(default_factory=dict)

    def salary(self, on: date) -> BaseSalary | None:
        """Return the base salary in force on a local day, or None before the first that is known.

        >>> since = date(2024, 7, 1)
        >>> table = BonusTable(salaries=(BaseSalary(since=since, amount=2_340_000, deed=""),))
        >>> table.salary(date(2024, 6, 30)) is None, table.salary(since).amount
        (True, 2340000)
        """
        return next((one for one in reversed(self.salaries) if one.since <= on), None)

    def bonus(self, rate: str, kind: str, on: date) -> Bonus | None:
        """Return what goes with an award decided on a local day; None: nothing that is known.

        Args:
            kind: of the subject: `individual`, `collective` or `household`.
        """
        known = self.rates.get(rate)
        base = self.salary(on)
        hundredths = known.hundredths.get(kind) if known else None
        if known is None or base is None or hundredths is None:
            return None
        return Bonus(
            amount=rounded_up(base.amount * hundredths),
            base=base,
            hundredths=hundredths,
            rate=known,
        )


NO_BONUSES = BonusTable()


def rounded_up(hundredths_of_dong: int) -> int:
    """Return đồng, rounded up to ten thousand.

    >>> rounded_up(75_900_000), rounded_up(76_000_000)
    (760000, 760000)
    """
    return -(-hundredths_of_dong // (100 * STEP)) * STEP


def times(hundredths: int) -> str:
    """Return a multiple as it is written in Vietnam.

    >>> times(150), times(225), times(800)
    ('1,5', '2,25', '8')
    """
    whole, rest = divmod(hundredths, 100)
    return f"{whole},{rest:02d}".rstrip("0") if rest else str(whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class Won:
    """One award of a subject, to be weighed against its others.

    Attributes:
        since, until: of the achievement, both inclusive; None: not known.
    """

    form: Form
    amount: int
    since: date | None
    until: date | None


def paid(won: Sequence[Won]) -> tuple[bool, ...]:
    """Return for each award of one subject whether its bonus is paid.

    Of several titles for the same period only the highest counts (of equal ones the first); titles
    for different periods all do, and so does each form of commendation, beside a title too
    (Decree 152/2025/NĐ-CP, Article 49). Whether two forms are for one achievement is not for a
    program to say.
    """
    highest: dict[tuple[date | None, date | None], int] = {}
    for place, one in enumerate(won):
        if one.form is Form.TITLE:
            best = highest.setdefault((one.since, one.until), place)
            if one.amount > won[best].amount:
                highest[one.since, one.until] = place
    kept = set(highest.values())
    return tuple(one.form is Form.FORM or place in kept for place, one in enumerate(won))
