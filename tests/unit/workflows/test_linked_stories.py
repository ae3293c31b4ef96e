"""Scenarios of linked dossiers: what is opened, and how the opener takes the end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from engine.definition import Procedure
from procedures import catalogue
from tests.definitions import spoilt
from tests.linked import declared
from tests.procedures import calendar
from tests.story import with_more
from workflows.scenario import load_scenario
from workflows.simulate import Run, run

STORIES = {
    name: text.decode()
    for one in catalogue.editions()
    if one.procedure == "award-reissue"
    for name, text in one.scenarios
}
LOST = STORIES["lost-reissued.yaml"]


def told(text: str, procedure: Procedure | None = None) -> Run:
    scenario, findings = load_scenario(text.encode(), "story.yaml")
    assert scenario is not None, findings
    return run(procedure or declared("award-reissue"), scenario, calendar())


@pytest.mark.parametrize("name", STORIES)
def test_a_story_of_the_catalogue_goes_as_it_is_told(name: str) -> None:
    assert told(STORIES[name]).findings == ()


def test_what_an_act_opens_is_compared_with_the_story() -> None:
    text = spoilt("opened: [award-confirmation]", "opened: []", LOST)
    (finding,) = told(text).findings

    assert finding.code == "BV702"
    assert "award-confirmation" in finding.message_en


def test_an_end_that_nobody_waits_for_stops_the_story() -> None:
    (finding,) = told(spoilt("linked_ends: granted", "linked_ends: annulled", LOST)).findings

    assert finding.code == "BV710"


def test_an_end_that_the_opener_refuses_stops_the_story_with_the_reason() -> None:
    reissue = declared("award-reissue")
    circle = replace(
        reissue.pulled_by("take_confirmation")[0],
        trigger="again",
        sources=("appraised",),
        target="appraised",
        awaits=(),
        auto=True,
    )
    (finding,) = told(LOST, with_more(reissue, circle)).findings

    assert finding.code == "BV703"
    assert "automatic_too_many" in finding.message_en
