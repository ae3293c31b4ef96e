"""A caller is told where the dossier stands and what may be done next, and nothing personal."""

from dataclasses import replace
from typing import Any

import pytest

from engine.answers import clocks_json, etag
from tests.procedures import calendar, paper
from tests.story import AN, BINH, CHI, DATA
from tests.world import World, accepted, decided, submitted


def test_an_act_writes_one_event_and_answers_what_is_next() -> None:
    world = World()
    ref = submitted(world)
    answer = world.act(ref, "accept", BINH)

    assert answer["version"] == 2
    assert answer["event"] == world.events(ref)[-1]["id"]
    assert answer["state"] == ["review.appraisal.open", "review.opinions.considering"]
    assert answer["received_code"] == "province-251103-0001-001"
    assert answer["allowed"] == []
    assert {r["trigger"]: r["code"] for r in answer["refused"]} == {
        "appraise": "not_entitled",
        "ask": "not_entitled",
        "waive": "not_entitled",
        "return": "not_entitled",
        "withdraw": "not_entitled",
        "hold": "not_entitled",
    }
    assert all(r["vi"] and r["en"] for r in answer["refused"])
    assert answer["clocks"][0]["due_on"] == "2025-11-17"
    assert [(one["key"], one["number"]) for one in answer["letters"]] == [("receipt", "1")]
    assert answer["etag"] == etag(world.dossier(ref), calendar())


def test_the_answer_names_what_the_same_caller_may_do_next() -> None:
    world = World()
    ref = accepted(world)

    assert world.act(ref, "ask", CHI)["allowed"] == ["appraise", "answer", "return", "hold"]


def test_an_answer_holds_no_personal_value() -> None:
    world = World()
    ref = submitted(world)
    answer = world.answer(ref, "accept", BINH, key="k", fingerprint="f" * 64)

    assert "Nguyễn" not in answer.body


@pytest.mark.parametrize(
    "change",
    [
        {"configuration": frozenset({"agenda"})},
        {"data": {**DATA, "award": "flag"}},
        {"documents": {"report": (paper("khác"),)}},
        {"clocks": {}},
        {"revision": 7},
    ],
    ids=["state", "data", "papers", "due dates", "draft"],
)
def test_the_etag_changes_with_what_a_decision_rests_on(change: dict[str, Any]) -> None:
    world = World()
    dossier = world.dossier(accepted(world))

    assert etag(replace(dossier, **change), calendar()) != etag(dossier, calendar())


def test_the_etag_of_an_ended_clock_stands_still() -> None:
    world = World()
    dossier = world.dossier(decided(world))

    assert etag(dossier, calendar()) == etag(replace(dossier, marks={}), calendar())


def test_clocks_are_told_running_suspended_or_ended() -> None:
    world = World()
    ref = accepted(world)
    (running,) = clocks_json(world.dossier(ref), calendar())
    assert (running["state"], running["due_at"]) == ("running", "2025-11-18T00:00:00+07:00")

    world.act(ref, "hold", CHI, ground="press", paper="Báo")
    (held,) = clocks_json(world.dossier(ref), calendar())
    assert (held["state"], held["due_on"]) == ("suspended", None)

    world.act(ref, "withdraw", AN)
    (ended,) = clocks_json(world.dossier(ref), calendar())
    assert ended["state"] == "cancelled"
