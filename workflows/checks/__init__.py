"""What a checker proves before anything may be published; each module holds one subject."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from workflows.checks import (
    clocks,
    competition,
    conditions,
    flow,
    letters,
    links,
    names,
    people,
    sums,
)
from workflows.checks.asked import Asked
from workflows.compile import Parts
from workflows.findings import Finding

__all__ = ["Asked", "check"]

Check = Callable[[Parts, Asked], Iterator[Finding]]

CHECKS: tuple[Check, ...] = (
    names.check,
    flow.check,
    links.check,
    competition.check,
    clocks.check,
    sums.check,
    people.check,
    letters.check,
    conditions.check,
)


def check(parts: Parts, asked: Asked) -> list[Finding]:
    """Return everything that is wrong with what was compiled, in no particular order."""
    return [finding for one in CHECKS for finding in one(parts, asked)]
