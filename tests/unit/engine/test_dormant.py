"""What agencies were asked goes on while a dossier waits for its supplement."""

from dataclasses import replace

import pytest

from engine.definition import ClockRule, Procedure
from engine.dormant import dormant, reachable
from engine.errors import TriggerNotAllowed
from tests.procedures import small
from tests.story import AN, CHI, Story, changed, with_ways


@pytest.fixture
def agencies() -> Procedure:
    """Give the small procedure with a declared clock of the agencies instead of a step limit."""
    procedure = small()
    step = procedure.clocks["review.opinions.asking"]
    asked = replace(step, key="agencies")
    clocks: dict[str, ClockRule] = {**procedure.clocks, "agencies": asked}
    del clocks["review.opinions.asking"]
    return changed(procedure, clocks=clocks)


def returned(procedure: Procedure) -> Story:
    story = Story(procedure).asked()
    story.do("return", CHI, "2025-11-04", reason="Thiếu số liệu")
    return story


def test_the_agencies_clock_goes_on_during_a_return(agencies: Procedure) -> None:
    story = returned(agencies)

    assert story.dossier.clocks["agencies"].ended is None
    assert story.dossier.clocks["resolution"].suspensions[-1].ground == "awaiting"


def test_a_step_limit_does_not_go_on_during_a_return() -> None:
    story = returned(small())

    assert story.dossier.clocks["review.opinions.asking"].ended == "cancelled"
    assert isinstance(
        story.refuse(
            "answer", CHI, "2025-11-05", data={"opinions": {"agency": "Thuế", "stance": "agree"}}
        ),
        TriggerNotAllowed,
    )


def test_the_rung_of_the_agencies_moves_what_is_remembered(agencies: Procedure) -> None:
    story = returned(agencies)
    fired = story.wait("2025-11-10")

    assert [o.type for o in fired] == ["opinions_over"]
    assert story.places == ["awaiting"]
    assert story.dossier.history["review"] == {
        "review.appraisal.open",
        "review.opinions.answered",
    }
    assert story.dossier.clocks["agencies"].ended == "cancelled"

    story.do("resubmit", AN, "2025-11-10")
    assert story.places == ["review.appraisal.open", "review.opinions.answered"]


def test_a_late_answer_is_accepted_during_a_return(agencies: Procedure) -> None:
    story = returned(agencies)
    story.do("answer", CHI, "2025-11-05", data={"opinions": {"agency": "Thuế", "stance": "agree"}})

    assert story.places == ["awaiting"]
    assert story.dossier.data["opinions"] == [{"agency": "Thuế", "stance": "agree"}]


def test_nothing_else_is_done_in_a_remembered_state(agencies: Procedure) -> None:
    story = returned(agencies)

    assert story.refuse("appraise", CHI, "2025-11-05").code == "trigger_not_allowed"


def test_the_clock_runs_on_unbroken_once_the_dossier_is_back(agencies: Procedure) -> None:
    story = returned(agencies)
    before = story.dossier.clocks["agencies"]
    story.do("resubmit", AN, "2025-11-05")

    assert story.dossier.clocks["agencies"] == before
    assert "review" not in story.dossier.history


def test_the_clock_ends_once_nothing_leads_back(agencies: Procedure) -> None:
    story = returned(agencies)
    story.wait("2025-12-20")

    assert story.places == ["withdrawn"]
    assert dormant(agencies, story.dossier) == frozenset()
    assert all(clock.ended for clock in story.dossier.clocks.values())


def test_a_way_that_restores_or_leaves_the_composite_is_not_offered_from_memory(
    agencies: Procedure,
) -> None:
    way_out = with_ways(agencies, "silence", target="withdrawn")
    story = returned(way_out)
    silence = way_out.pulled_by("silence")[0]
    restoring = replace(silence, target=None, history="review")

    assert reachable(way_out, story.dossier, silence) is None
    assert reachable(way_out, story.dossier, restoring) is None


def test_a_memory_that_nothing_restores_is_not_dormant(agencies: Procedure) -> None:
    procedure = with_ways(agencies, "resubmit", target="submitted", history=None)
    story = returned(procedure)

    assert dormant(procedure, story.dossier) == frozenset()
    assert story.dossier.clocks["agencies"].ended == "cancelled"
