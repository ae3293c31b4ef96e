"""A hold is a flag on the dossier: with a ground, a paper, and a release of its own."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.dossier import Actor
from engine.errors import BadInput, DateNotAllowed, HoldNotOpen, NotEntitled, TriggerNotAllowed
from engine.holds import may_hold
from tests.procedures import paper, person, small
from tests.story import BINH, CHI, GIANG, Story, changed

PRESS = {"ground": "press", "paper": "Báo Nhân Dân 4/11"}


def held() -> Story:
    story = Story().accepted()
    story.do("hold", CHI, "2025-11-04", reason="Báo nêu sai phạm", **PRESS)
    return story


def test_a_hold_changes_no_state_and_says_why() -> None:
    story = Story().accepted()
    before = story.places
    done = story.do("hold", CHI, "2025-11-04", reason="Báo nêu sai phạm", **PRESS)

    assert story.places == before
    assert done.type == "dossier_held"
    assert done.facts["ground"] == "press"
    assert story.dossier.on_hold
    hold = story.dossier.holds[0]
    assert (hold.ground, hold.placed_on, hold.paper) == ("press", date(2025, 11, 4), PRESS["paper"])
    assert hold.reason == "Báo nêu sai phạm"
    assert "chi" in story.dossier.people["specialist"]


def test_a_release_ends_the_hold_with_a_paper_of_its_own() -> None:
    story = held()
    done = story.do("release", CHI, "2025-11-06", paper="Kết luận 7", reason="Không có sai phạm")

    assert not story.dossier.on_hold
    assert done.type == "hold_released"
    assert done.facts["ground"] == "press"
    assert done.personal == {"reason": "Không có sai phạm"}
    hold = story.dossier.holds[0]
    assert (hold.released_on, hold.release_paper) == (date(2025, 11, 6), "Kết luận 7")


def test_a_release_names_the_hold_that_it_ends_and_not_the_newest_one() -> None:
    story = held()
    story.do("hold", CHI, "2025-11-05", ground="complaint", paper="Đơn 1")
    story.do("release", CHI, "2025-11-06", ground="complaint", paper="Kết luận 1")
    done = story.do("release", CHI, "2025-11-06", paper="Kết luận 2")

    assert done.facts["ground"] == "press"


def test_with_two_holds_a_release_must_say_which() -> None:
    story = held()
    story.do("hold", CHI, "2025-11-05", ground="complaint", paper="Đơn 1")
    refused = story.refuse("release", CHI, "2025-11-06", paper="Kết luận")

    assert isinstance(refused, HoldNotOpen)
    assert refused.facts == {"grounds": ["complaint", "press"], "field": "ground"}
    story.do("release", CHI, "2025-11-06", ground="press", paper="Kết luận")
    assert [h.ground for h in story.dossier.holds if h.open] == ["complaint"]


@pytest.mark.parametrize("trigger", ["hold", "release"])
def test_who_may_not_place_or_release_holds_is_refused(trigger: str) -> None:
    story = held() if trigger == "release" else Story().accepted()

    assert isinstance(story.refuse(trigger, BINH, "2025-11-05", **PRESS), NotEntitled)


def test_who_decides_may_not_have_placed_the_hold() -> None:
    procedure = small()
    procedure = changed(procedure, separate=(frozenset({"specialist", "reception"}),))
    story = Story(procedure).accepted()
    refused = story.refuse("hold", person("binh", "specialist"), "2025-11-04", **PRESS)

    assert refused.code == "duties_not_separate"


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"ground": "press"}, "paper"),
        ({"ground": "press", "paper": "  "}, "paper"),
        ({"ground": "rumour", "paper": "x"}, "ground"),
        ({"paper": "x"}, "ground"),
        ({**PRESS, "reason": "a\x00"}, "reason"),
        ({**PRESS, "data": {"award": "flag"}}, "data"),
        ({**PRESS, "documents": {"report": (paper(),)}}, "data"),
    ],
    ids=["no paper", "blank paper", "unknown ground", "no ground", "bad reason", "data", "papers"],
)
def test_a_hold_that_is_not_in_order_is_refused(given: dict[str, Any], field: str) -> None:
    refused = Story().accepted().refuse("hold", CHI, "2025-11-04", **given)

    assert isinstance(refused, BadInput)
    assert refused.facts["field"] == field


def test_one_ground_holds_once() -> None:
    refused = held().refuse("hold", CHI, "2025-11-05", **PRESS)

    assert refused.facts == {"field": "ground"}


def test_a_release_without_hold_is_refused() -> None:
    refused = Story().accepted().refuse("release", CHI, "2025-11-05", paper="x")

    assert isinstance(refused, HoldNotOpen)


def test_a_release_on_a_ground_that_is_not_open_is_refused() -> None:
    assert held().refuse("release", CHI, "2025-11-05", ground="complaint", paper="x").facts[
        "grounds"
    ] == ["press"]


def test_a_hold_does_not_end_before_it_began() -> None:
    story = held()
    back = {"effective_on": date(2025, 11, 3), "reason": "Ghi bổ sung"}
    refused = story.refuse("release", CHI, "2025-11-06", paper="x", **back)

    assert isinstance(refused, DateNotAllowed)


def test_a_back_dated_hold_says_that_it_is() -> None:
    story = Story().accepted()
    back = {"effective_on": date(2025, 11, 4), "reason": "Ghi bổ sung"}
    done = story.do("hold", CHI, "2025-11-06", **PRESS, **back)

    assert done.facts["back_dated"] is True
    assert story.dossier.holds[0].placed_on == date(2025, 11, 4)


def test_a_hold_is_placed_only_before_the_decision() -> None:
    story = Story().voted()

    assert not may_hold(story.procedure, story.dossier)
    refused = story.refuse("hold", CHI, "2025-11-07", **PRESS)
    assert isinstance(refused, TriggerNotAllowed)


def test_a_state_outside_regions_may_be_held_too() -> None:
    story = Story().submitted()
    story.do("hold", CHI, "2025-11-03", **PRESS)

    assert story.refuse("accept", BINH, "2025-11-04").code == "dossier_on_hold"


def test_a_procedure_without_holds_knows_none() -> None:
    story = Story(small(holds=None)).accepted()

    for trigger in ("hold", "release"):
        refused = story.refuse(trigger, CHI, "2025-11-04", **PRESS)
        assert isinstance(refused, TriggerNotAllowed)


def test_the_system_may_place_a_hold_where_the_procedure_says_so() -> None:
    procedure = small()
    assert procedure.holds is not None
    holds = replace(procedure.holds, by=("specialist", "system"))
    story = Story(changed(procedure, holds=holds)).accepted()
    done = story.do("hold", Actor(person=None, machine="system"), "2025-11-04", **PRESS)

    assert done.actor["subject"] == "system"
    assert story.dossier.people == {
        "submitter": frozenset({"an"}),
        "reception": frozenset({"binh"}),
    }


def test_a_hold_does_not_stop_the_decision_once_released() -> None:
    story = Story().proposed()
    story.do("hold", CHI, "2025-11-05", **PRESS)
    assert story.refuse("record", GIANG, "2025-11-06").code == "not_entitled"
    story.do("release", CHI, "2025-11-06", paper="Kết luận")
    story.do(
        "record",
        person("dung", "secretary"),
        "2025-11-06",
        data={"tally": {"members": 3, "present": 3, "yes": 3}},
    )

    assert story.places == ["deciding"]
