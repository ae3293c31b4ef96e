"""The bonuses of the law as data: base salaries by date and multiples by award, read once."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from ruamel.yaml import YAML

from engine.bonus import BaseSalary, BonusRate, BonusTable, Form
from engine.text import Text

KINDS = ("individual", "collective", "household")
_OF_A_HOUSEHOLD = Fraction(3, 2)


class BonusFileInvalid(ValueError):
    """The table of bonuses cannot be counted on; the message names what is wrong."""


@cache
def bonus_table() -> BonusTable:
    """Return the table that the product brings along."""
    return read_bonuses((files("procedures") / "bonus.yaml").read_bytes())


def read_bonuses(content: bytes) -> BonusTable:
    """Return a table of bonuses from YAML.

    Raises:
        BonusFileInvalid: a date or a deed is missing, dates do not rise, or a multiple is not a
            whole number of hundredths.
    """
    raw: Any = YAML(typ="safe", pure=True).load(content)
    salaries = tuple(_salary(one) for one in raw["base_salaries"])
    for earlier, later in pairwise(salaries):
        if earlier.since >= later.since:
            raise BonusFileInvalid(f"base_salaries: {later.since} does not follow {earlier.since}")
    return BonusTable(
        salaries=salaries, rates={key: _rate(key, one) for key, one in raw["rates"].items()}
    )


def _salary(one: dict[str, Any]) -> BaseSalary:
    since, amount, deed = one.get("from"), one.get("amount"), one.get("deed")
    if not (isinstance(since, date) and type(amount) is int and amount > 0 and deed):
        raise BonusFileInvalid(f"base_salaries: {one} needs from, amount and deed")
    return BaseSalary(since=since, amount=amount, deed=deed)


def _rate(key: str, one: dict[str, Any]) -> BonusRate:
    multiples = {kind: Fraction(one[kind]) for kind in KINDS[:2] if kind in one}
    if one.get("household"):
        multiples["household"] = multiples["individual"] * _OF_A_HOUSEHOLD
    hundredths = {kind: multiple * 100 for kind, multiple in multiples.items()}
    for kind, count in hundredths.items():
        if count.denominator != 1 or count <= 0:
            raise BonusFileInvalid(f"rates.{key}.{kind}: not a whole number of hundredths")
    if not (one.get("source") and hundredths):
        raise BonusFileInvalid(f"rates.{key}: a multiple and its source are needed")
    return BonusRate(
        key=key,
        label=Text(one["vi"], one["en"]),
        form=Form(one["form"]),
        hundredths={kind: int(count) for kind, count in hundredths.items()},
        source=one["source"],
        unverified=bool(one.get("unverified")),
    )
