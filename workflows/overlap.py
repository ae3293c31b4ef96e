"""Can two conditions hold at once? Tried out on every value that could make a difference.

For names of a declared choice, all choices are tried; for numbers and text, each constant that the
conditions mention and its neighbours. That finds an overlap or gives up; it is no proof of the
opposite where a condition reads what has no finite set of values.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import product
from math import prod

from engine.definition import Guard
from workflows.guards import Kind

MOST_TRIED = 2_000

_NUMBER = re.compile(r"(?<![\w.])\d{1,9}(?![\w.])")
_TEXT = re.compile(r"'([^'\\]*)'|\"([^\"\\]*)\"")


def example_of_both(
    one: Guard, other: Guard, kinds: Mapping[str, Kind], choices: Mapping[str, Sequence[str]]
) -> dict[str, object] | None:
    """Return values under which both conditions hold, or None if none was found.

    Args:
        choices: the possible values of the names that have a closed list.
    """
    names = sorted(one.names | other.names)
    values = [
        _values(name, kinds[name], choices, f"{one.source}\n{other.source}") for name in names
    ]
    if prod(len(possible) for possible in values) > MOST_TRIED:
        return None
    for chosen in product(*values):
        facts = dict(zip(names, chosen, strict=True))
        if one(facts) is True and other(facts) is True:
            return facts
    return None


def _values(
    name: str, kind: Kind, choices: Mapping[str, Sequence[str]], source: str
) -> Sequence[object]:
    if name in choices:
        return choices[name]
    match kind:
        case Kind.BOOL:
            return (False, True)
        case Kind.INT:
            near = {int(text) + step for text in _NUMBER.findall(source) for step in (-1, 0, 1)}
            return sorted({0, *(number for number in near if number >= 0)})
        case Kind.STRING:
            return sorted({"", *("".join(found) for found in _TEXT.findall(source))})
        case _:
            return ([],)
