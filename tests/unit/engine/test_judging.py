"""An act alone and an act among many are judged by one function, which writes nothing."""

from dataclasses import replace
from datetime import date
from typing import Any

from engine.definition import AwardCount, Fact
from engine.dossier import Act
from engine.errors import Refusal
from engine.judging import counts_at, judge, look_ups
from engine.outcome import Outcome
from engine.ports import AwardRow
from tests.procedures import calendar, local, paper, small, text
from tests.story import BINH, CHI
from tests.world import World, asked, submitted

NOW = local("2025-11-20", "10:00")


def act(trigger: str = "accept", **more: Any) -> Act:
    return Act(id="act", trigger=trigger, actor=BINH, **more)


def test_what_fell_due_comes_before_the_act_and_stands_beside_its_refusal() -> None:
    world = World()
    ref = asked(world)
    world.at("2025-11-20")
    loaded = world.store.load(ref, "", None)
    judged = judge(
        replace(act(), actor=CHI),
        loaded,
        editions=world.shelf,
        calendar=calendar(),
        new_id=world.ids.uuid7,
    )
    assert isinstance(judged.found, Refusal)
    assert [one.type for one in judged.rungs][:1] == ["opinions_over"]
    assert world.dossier(ref) == loaded.dossier


def test_an_act_that_is_allowed_goes_on_from_the_dossier_as_loaded() -> None:
    world = World()
    loaded = world.store.load(submitted(world), "", None)
    judged = judge(act(), loaded, editions=world.shelf, calendar=calendar(), new_id=world.ids.uuid7)
    assert isinstance(judged.found, Outcome)
    assert (judged.rungs, judged.found.before) == ((), loaded.dossier)


def test_rungs_come_up_to_now_unless_the_act_is_dated_back_with_reason_and_paper() -> None:
    day = date(2025, 11, 18)
    whole: dict[str, Any] = {"effective_on": day, "reason": "mất điện", "paper": "01/BB"}

    assert counts_at(act(), NOW) == NOW
    assert counts_at(act(effective_on=day), NOW) == NOW
    assert counts_at(act(effective_on=day, reason="  ", paper="01/BB"), NOW) == NOW
    assert counts_at(act(effective_on=day, reason="mất điện"), NOW) == NOW
    back = local("2025-11-18", "23:59:59.999999")
    assert counts_at(act(**whole), NOW) == back
    assert counts_at(act(**{**whole, "paper": "", "documents": {"x": (paper(),)}}), NOW) == back
    assert counts_at(act(**{**whole, "effective_on": date(2025, 11, 20)}), NOW) == NOW


def test_look_ups_count_what_the_register_holds() -> None:
    fact = Fact(key="merits", label=text("số lần"), count=AwardCount(titles=("merit",)))
    procedure = replace(small(), facts={"merits": fact})
    world = World()
    loaded = replace(
        world.store.load(submitted(world), "", None),
        awards=(AwardRow(award="merit", year=2024), AwardRow(award="flag", year=2025)),
    )
    assert look_ups(procedure, loaded) == {"merits": 1}
