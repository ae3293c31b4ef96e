"""A procedure whose parts do not fit together cannot be built."""

from dataclasses import replace
from typing import Any

import pytest

from engine.ballot import BallotRule, Share
from engine.definition import (
    Ballot,
    ByField,
    ClockRule,
    LetterRule,
    Procedure,
    Result,
    RungRule,
    State,
    TaskRule,
)
from engine.errors import DefinitionError
from engine.ladder import RungAt
from engine.limits import Limit
from tests.procedures import small, text, way


def state(path: str, **more: Any) -> State:
    return State(path=path, label=text(path), **more)


def with_states(*states: State) -> dict[str, Any]:
    return {"states": {**small().states, **{s.path: s for s in states}}}


def with_way(*args: Any, **more: Any) -> dict[str, Any]:
    return {"transitions": (*small().transitions, way(*args, **more))}


def with_clock(**parts: Any) -> dict[str, Any]:
    clock = ClockRule(
        key="more",
        label=text("thêm"),
        limit=Limit.parse("5 days"),
        **{"starts_on": "accept", **parts},
    )
    return {"clocks": {**small().clocks, "more": clock}}


def with_letter(**parts: Any) -> dict[str, Any]:
    letter = LetterRule(key="more", label=text("thêm"), template="notice", **parts)
    return {"letters": {**small().letters, "more": letter}}


def rung(**what: Any) -> tuple[RungRule, ...]:
    return (RungRule(at=RungAt.parse("due"), **what),)


RULE = BallotRule(
    quorum=Share.parse("2/3 of members"), passing=Share.parse("1/2 of members"), written=False
)

MISFITS: list[tuple[dict[str, Any], str]] = [
    (with_way("go", "gone", "nowhere", "granted", "submitter"), "state nowhere"),
    (with_way("go", "gone", "agenda", "nowhere", "submitter"), "state nowhere"),
    (with_way("go", "gone", "agenda", None, "submitter", history="nowhere"), "state nowhere"),
    (with_way("go", "gone", "agenda", None, "submitter", history="deciding"), "no regions"),
    (with_way("go", "gone", "agenda", "granted", "king"), "role king"),
    (with_way("go", "gone", "agenda", "granted", "submitter", needs=("oath",)), "document oath"),
    (with_way("go", "gone", "agenda", "granted", "submitter", asks={"age": True}), "field age"),
    (with_way("go", "gone", "agenda", "granted", "submitter", appends={"age": True}), "field age"),
    (with_way("go", "gone", "agenda", "granted", "submitter", letters=("x",)), "letter x"),
    (with_way("go", "gone", "agenda", "granted", "submitter", notify=("clock",)), "role clock"),
    (with_way("go", "gone", "agenda", "review.opinions.asking", "submitter"), "into the region"),
    (
        with_way("go", "gone", "review.appraisal.open", "review.opinions.asking", "specialist"),
        "into the region",
    ),
    (with_clock(starts_on="begin"), "trigger begin"),
    (with_clock(stops=("end",)), "trigger end"),
    (with_clock(cancelled_by=("end",)), "trigger end"),
    (with_clock(starts_from="birthday"), "field birthday"),
    (with_clock(starts_on=None, in_state="nowhere"), "state nowhere"),
    (with_clock(suspended_in={"nowhere": "restart"}), "state nowhere"),
    (with_clock(ladder=rung(pull="end")), "trigger end"),
    (with_clock(ladder=rung(notify="king")), "role king"),
    (with_clock(ladder=rung(escalate="king")), "role king"),
    (with_clock(ladder=rung(task=TaskRule(role="king", do="decide"))), "role king"),
    (with_clock(ladder=rung(task=TaskRule(role="authority", do="end"))), "trigger end"),
    (with_letter(number_from="ghost"), "field ghost"),
    (with_letter(dated_from="ghost"), "field ghost"),
    (with_letter(number_from="nominee"), "which is personal"),
    (with_states(state("more", task=TaskRule(role="king", do="submit"))), "role king"),
    (with_states(state("more", task=TaskRule(role="authority", do="end"))), "trigger end"),
    (
        with_states(state("more", ballot=Ballot(rule=RULE, passed="end", failed="fail"))),
        "trigger end",
    ),
    (with_states(state("more", initial=True)), "must begin in one state"),
    (with_states(state("lost.region.leaf", initial=True)), "lies in lost"),
    (with_states(state("more", final=True)), "declares no result"),
    (with_states(*(replace(s, final=False) for s in small().states.values())), "no state is final"),
]


@pytest.mark.parametrize(
    ("parts", "problem"), MISFITS, ids=[f"{n}: {p}" for n, (_, p) in enumerate(MISFITS)]
)
def test_a_procedure_that_does_not_fit_together_is_refused(
    parts: dict[str, Any], problem: str
) -> None:
    with pytest.raises(DefinitionError, match=problem):
        small(**parts)


def test_the_procedure_without_these_misfits_is_built() -> None:
    assert isinstance(small(), Procedure)


def test_a_procedure_without_beginning_is_refused() -> None:
    with pytest.raises(DefinitionError, match="the procedure must begin in one state, not in none"):
        small(**with_states(state("draft")))


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


def test_a_procedure_knows_its_beginning_its_regions_and_its_measured_clock() -> None:
    procedure = small()

    assert procedure.initial.path == "draft"
    assert procedure.measured is procedure.clocks["resolution"]
    assert small(clocks={}).measured is None
    assert procedure.region_keys("review") == ["review.appraisal", "review.opinions"]
    assert procedure.entered_at("review.opinions").path == "review.opinions.considering"
    assert [s.path for s in procedure.leaves("review.appraisal")] == [
        "review.appraisal.open",
        "review.appraisal.closed",
    ]


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
