"""Whether two conditions can hold at once is tried out where it can be."""

from __future__ import annotations

import pytest

from workflows.guards import GuardEnv, Kind
from workflows.overlap import example_of_both

KINDS = {"data.award": Kind.STRING, "data.unit": Kind.STRING, "facts.n": Kind.INT,
         "documents.a": Kind.BOOL, "actor.roles": Kind.STRINGS}  # fmt: skip
CHOICES = {"data.award": ("merit", "flag", "soldier")}
ENV = GuardEnv(KINDS)


@pytest.mark.parametrize(
    ("one", "other", "example"),
    [
        ("data.award == 'flag'", "data.award != 'flag'", None),
        ("data.award == 'flag'", "data.award != 'merit'", {"data.award": "flag"}),
        ("facts.n >= 3", "facts.n < 3", None),
        ("facts.n >= 3", "facts.n <= 3", {"facts.n": 3}),
        ("facts.n > 3", "facts.n < 5", {"facts.n": 4}),
        ("documents.a", "!documents.a", None),
        ("documents.a", "true", {"documents.a": True}),
        ("data.unit == 'x'", 'data.unit == "y"', None),
        ("data.unit == 'x'", "data.unit != ''", {"data.unit": "x"}),
        ("'head' in actor.roles", "true", None),
        ("1 / facts.n == 0", "facts.n == 0", None),
        ("true", "true", {}),
    ],
)
def test_two_conditions_are_tried_on_the_values_that_make_a_difference(
    one: str, other: str, example: dict[str, object] | None
) -> None:
    assert example_of_both(ENV.compile(one), ENV.compile(other), KINDS, CHOICES) == example


def test_too_many_combinations_are_not_tried() -> None:
    kinds = {f"documents.d{number}": Kind.BOOL for number in range(12)}
    env = GuardEnv(kinds)
    every = env.compile(" && ".join(kinds))

    assert example_of_both(every, every, kinds, {}) is None
