"""Figures through the API: each caller's own, in both counts, as the engine measured them."""

from typing import Any

import pytest

from tests.calling import Story

PATH = "/metrics/resolution"
NOTHING = {"early": 0, "on_time": 0, "late": 0, "open": 0, "overdue_open": 0}
NO_SPREAD = {"p10": None, "p50": None, "p90": None}


def counted(story: Story, login: str = "chi", **asked: str) -> dict[str, Any]:
    answer = story.caller(login).get(PATH, params=asked)
    assert answer.status_code == 200, answer.text
    told: dict[str, Any] = answer.json()
    return told


def numbers(told: dict[str, Any]) -> dict[str, int]:
    return {key: told[key] for key in NOTHING}


def both(story: Story) -> None:
    """Decide one nomination, then submit another."""
    story.decided()
    story.done("an", story.draft(), "submit")


def test_a_nomination_is_open_from_its_submission_and_resolved_by_its_decision(
    story: Story,
) -> None:
    story.draft()
    assert numbers(counted(story, "an")) == NOTHING
    code = story.draft()
    story.done("an", code, "submit")
    assert numbers(counted(story)) == {**NOTHING, "open": 1}
    assert counted(story)["margin"] == NO_SPREAD

    story.decided()
    told = counted(story)
    assert numbers(told) == {**NOTHING, "early": 1, "open": 1}
    assert numbers(told["submissions"]) == numbers(told)
    # Complete on 3/11, 25 working days end on 8/12; decided on 12/11: 18 working days ahead.
    assert told["margin"] == {"p10": 18, "p50": 18, "p90": 18} == told["submissions"]["margin"]
    assert told["margin_minutes"] == NO_SPREAD
    assert told["elapsed_days"] == 7


def test_figures_are_told_by_procedure_edition_organisation_and_month(story: Story) -> None:
    story.decided()
    told = counted(story, lang="en")

    assert [(g["key"], g["subjects"]["early"]) for g in told["procedures"]] == [
        ("provincial-award", 1)
    ]
    assert [(g["key"], g["label"]) for g in told["organisations"]] == [
        ("tinh", "Provincial People's Committee")
    ]
    assert [g["label"].endswith("(2025-07)") for g in told["editions"]] == [True]
    assert [(m["month"], m["subjects"]["early"]) for m in told["months"]] == [("2025-11", 1)]


@pytest.mark.parametrize(
    ("asked", "early", "open"),
    [
        ({"procedure": "provincial-award"}, 1, 1),
        ({"procedure": "another"}, 0, 0),
        ({"org": "truong"}, 1, 1),
        ({"org": "truong-khac"}, 0, 0),
        ({"edition": "2025-07"}, 1, 1),
        ({"edition": "2026-10"}, 0, 0),
        ({"from": "2025-11-12", "until": "2025-11-12"}, 1, 1),
        ({"from": "2025-11-13"}, 0, 1),
        ({"until": "2025-11-11"}, 0, 1),
    ],
)
def test_figures_are_narrowed(story: Story, asked: dict[str, str], early: int, open: int) -> None:
    both(story)

    told = counted(story, **asked)
    assert (told["early"], told["open"]) == (early, open)


def test_a_dossier_past_due_is_open_and_overdue_and_then_late(story: Story) -> None:
    story.reviewing()
    story.at("2025-12-08T23:59")
    assert counted(story)["overdue_open"] == 0
    story.at("2025-12-09T00:00")

    told = counted(story)
    assert numbers(told) == {**NOTHING, "open": 1, "overdue_open": 1}
    assert numbers(told["submissions"]) == numbers(told)


@pytest.mark.parametrize(
    ("login", "open"), [("an", 1), ("kiem", 1), ("giang", 1), ("la", 0), ("quan", 0)]
)
def test_only_those_who_may_open_a_dossier_find_it_in_their_figures(
    story: Story, login: str, open: int
) -> None:
    story.reviewing()

    told = counted(story, login)
    assert told["open"] == told["submissions"]["open"] == open
    assert len(told["organisations"]) == open


def test_a_stranger_is_told_nothing(story: Story) -> None:
    assert story.caller("").get(PATH).status_code == 401


@pytest.mark.parametrize(
    "asked",
    [{"from": "2025-12-01", "until": "2025-11-01"}, {"from": "tomorrow"}, {"org": "x\0"}],
)
def test_what_cannot_be_meant_is_refused(story: Story, asked: dict[str, str]) -> None:
    assert story.caller("chi").get(PATH, params=asked).status_code == 422
