"""No two transitions compete undecided: for each act there is one that is meant."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from engine.definition import FieldType, Transition
from workflows.checks.asked import Asked
from workflows.compile import Parts
from workflows.findings import Finding
from workflows.overlap import example_of_both
from workflows.vocabulary import names_of

PARTY_KINDS = ("individual", "collective", "household")


def check(parts: Parts, asked: Asked) -> Iterator[Finding]:
    """Yield pairs of transitions of which nothing says which one is meant."""
    work = _Competition(parts)
    for one, other in combinations(range(len(parts.transitions)), 2):
        yield from work.between(one, other)


class _Competition:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.kinds = names_of(parts.shape)
        self.choices = {
            f"data.{key}": tuple(field.of or ())
            for key, field in parts.shape.data.items()
            if field.type is FieldType.CHOICE
        } | {
            f"data.{key}.kind": PARTY_KINDS
            for key, field in parts.shape.data.items()
            if field.type is FieldType.PARTY
        }

    def between(self, first: int, second: int) -> Iterator[Finding]:
        one, other = self.parts.transitions[first], self.parts.transitions[second]
        both_auto = one.auto and other.auto
        if one.trigger != other.trigger and not both_auto:
            return
        meeting = self._meeting(one, other)
        if meeting is None or not (both_auto or set(one.by) & set(other.by)):
            return
        shape = self.parts.shape.transitions
        broken = any(
            shape[index].when is not None and self.parts.transitions[index].when is None
            for index in (first, second)
        )
        if broken:
            return
        why = self._undecided(one, other)
        if why is not None:
            line = self.parts.doc.place(("transitions", first)).line
            vi, en = why
            yield self.parts.doc.finding(
                "BV318",
                ("transitions", second),
                f"{other.trigger!r} ở {meeting!r} tranh với {one.trigger!r} ở dòng {line}: {vi}",
                f"{other.trigger!r} in {meeting!r} competes with {one.trigger!r} of line {line}: "
                f"{en}",
            )

    def _meeting(self, one: Transition, other: Transition) -> str | None:
        """Return a source at which both can be offered at once, or None."""
        for mine in one.sources:
            for theirs in other.sources:
                if mine == theirs or self._side_by_side(mine, theirs):
                    return theirs
        return None

    def _side_by_side(self, mine: str, theirs: str) -> bool:
        a, b = self.parts.states.get(mine), self.parts.states.get(theirs)
        if a is None or b is None:
            return False
        if a.parent is not None and a.parent == b.parent:
            return a.region != b.region
        return mine == b.parent or theirs == a.parent

    def _undecided(self, one: Transition, other: Transition) -> tuple[str, str] | None:
        if one.when is None or other.when is None:
            return (
                "cả hai phải có điều kiện 'when' phân biệt, hoặc vai trò khác nhau.",
                "give both a condition 'when' that tells them apart, or different roles.",
            )
        both = example_of_both(one.when, other.when, self.kinds, self.choices)
        if both is None:
            return None
        values = ", ".join(f"{name} = {value!r}" for name, value in both.items()) or "…"
        return (
            f"cả hai điều kiện cùng đúng, chẳng hạn khi {values}.",
            f"both conditions hold, for instance when {values}.",
        )
