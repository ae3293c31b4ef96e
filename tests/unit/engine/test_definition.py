"""A procedure whose parts do not fit together cannot be built."""

from dataclasses import replace
from typing import Any

import pytest

from engine.ballot import BallotRule, Share
from engine.definition import (
    Ballot,
    ClockRule,
    LetterRule,
    Procedure,
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
