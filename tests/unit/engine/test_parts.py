"""Each part of a procedure is right by itself, or is refused."""

from dataclasses import replace
from typing import Any

import pytest

from engine.ballot import BallotRule, Share
from engine.definition import (
    Ballot,
    ByField,
    ClockRule,
    Result,
    RungRule,
    State,
    TaskRule,
)
from engine.errors import DefinitionError
from engine.ladder import RungAt
from engine.limits import Limit
from tests.procedures import text


def state(path: str, **more: Any) -> State:
    return State(path=path, label=text(path), **more)


def rung(**what: Any) -> tuple[RungRule, ...]:
    return (RungRule(at=RungAt.parse("due"), **what),)


RULE = BallotRule(
    quorum=Share.parse("2/3 of members"), passing=Share.parse("1/2 of members"), written=False
)


def test_a_rung_that_does_nothing_is_refused() -> None:
    with pytest.raises(DefinitionError, match="does nothing"):
        RungRule(at=RungAt.parse("due"))


@pytest.mark.parametrize(
    ("what", "legal"),
    [
        ({"notify": "authority"}, False),
        ({"mark": "overdue"}, True),
        ({"pull": "lapse"}, True),
        ({"escalate": "authority"}, True),
        ({"task": TaskRule(role="authority", do="decide")}, True),
    ],
)
def test_a_rung_has_legal_effect_unless_it_only_tells(what: dict[str, Any], legal: bool) -> None:
    assert rung(**what)[0].legal is legal


@pytest.mark.parametrize("wrong", [{}, {"starts_on": "accept", "in_state": "agenda"}])
def test_a_clock_needs_one_beginning(wrong: dict[str, Any]) -> None:
    with pytest.raises(DefinitionError, match="either a trigger"):
        ClockRule(key="c", label=text("c"), limit=Limit.parse("1 day"), **wrong)


def test_a_value_by_field_follows_the_choice_and_otherwise_stands_for_the_rest() -> None:
    limits = ByField(
        field="award",
        cases={"flag": Limit.parse("20 days")},
        otherwise=Limit.parse("10 days"),
    )
    clock = ClockRule(key="c", label=text("c"), limit=limits, starts_on="accept")

    assert clock.limit_of({"award": "flag"}) == Limit.parse("20 days")
    assert clock.limit_of({"award": "merit"}) == Limit.parse("10 days")
    assert clock.limit_of({}) == Limit.parse("10 days")
    assert list(limits.values()) == [Limit.parse("20 days"), Limit.parse("10 days")]


def test_a_ballot_rule_may_depend_on_the_award() -> None:
    strict = replace(RULE, passing=Share.parse("90 % of members"))
    by_award = ByField(field="award", cases={"flag": strict}, otherwise=RULE)
    ballot = Ballot(rule=by_award, passed="pass", failed="fail")

    assert ballot.rule_of({"award": "flag"}) == strict
    assert ballot.rule_of({"award": "merit"}) == RULE
    assert Ballot(rule=RULE, passed="pass", failed="fail").rule_of({}) == RULE


def test_a_state_knows_where_it_lies() -> None:
    leaf, top = state("review.opinions.asking"), state("agenda")

    assert (leaf.parent, leaf.region, leaf.composite) == ("review", "review.opinions", False)
    assert (top.parent, top.region) == (None, "")
    assert state("review", regions={"a": text("a")}).composite


def test_a_final_state_declares_one_of_the_known_results() -> None:
    assert {r.value for r in Result} == {
        "granted",
        "not_granted",
        "refused_intake",
        "withdrawn",
        "redirected",
        "annulled",
    }
