"""What is offered is exactly what would be allowed, and what is not says why."""

from dataclasses import replace

from engine.dossier import Actor
from engine.offers import offers
from engine.outcome import Outcome
from tests.procedures import calendar, local, small, text, way
from tests.story import AN, BINH, CHI, DUNG, GIANG, Story, condition, with_more, with_ways


def offered(story: Story, actor: Actor, at: str = "2025-11-05") -> dict[str, str | None]:
    found = offers(
        story.procedure,
        story.dossier,
        actor,
        at=local(at),
        calendar=calendar(),
        counts=story.counts,
    )
    return {o.trigger: o.refusal.code if o.refusal else None for o in found}


def test_a_draft_offers_its_submission_and_says_what_is_missing() -> None:
    assert offered(Story(), AN) == {"submit": "papers_missing"}
    assert offered(Story(), BINH) == {"submit": "not_entitled"}


def test_the_triggers_of_every_region_are_offered_and_those_of_machines_are_not() -> None:
    assert offered(Story().asked(), CHI) == {
        "appraise": None,
        "answer": None,
        "return": None,
        "withdraw": "not_entitled",
        "hold": None,
    }


def test_a_composite_is_left_once_its_regions_have_come_together() -> None:
    story = Story().accepted()
    assert "propose" not in offered(story, CHI)

    story.do("waive", CHI, "2025-11-04")
    story.do("appraise", CHI, "2025-11-04")
    assert offered(story, CHI)["propose"] == "papers_missing"


def test_under_a_hold_everything_else_is_greyed_and_the_release_is_offered() -> None:
    story = Story().asked()
    story.do("hold", CHI, "2025-11-05", ground="press", paper="Báo")

    assert offered(story, CHI) == {
        "appraise": "dossier_on_hold",
        "answer": "dossier_on_hold",
        "return": "dossier_on_hold",
        "withdraw": "not_entitled",
        "hold": None,
        "release": None,
    }
    assert offered(story, AN)["withdraw"] is None
    assert offered(story, AN)["release"] == "not_entitled"


def test_a_hold_is_not_offered_where_none_may_be_placed() -> None:
    assert "hold" not in offered(Story().voted(), CHI)
    assert "hold" not in offered(Story(small(holds=None)).accepted(), CHI)


def test_a_condition_is_judged_before_the_act_unless_it_looks_at_what_the_act_brings() -> None:
    never = condition("data.award", lambda _: False)
    brought = condition("filled.data.number", lambda _: False)
    early = Story(with_ways(small(), "appraise", when=never, refusal=text("?"))).accepted()
    late = Story(with_ways(small(), "decide", when=brought, refusal=text("?"))).voted()

    assert offered(early, CHI)["appraise"] == "guard_refused"
    assert offered(late, GIANG)["decide"] is None


def test_of_two_ways_of_one_trigger_the_open_one_counts() -> None:
    merit = replace(
        way("route", "routed", "submitted", "deciding", "reception"),
        when=condition("data.award", lambda award: award == "merit"),
        refusal=text("Không phải bằng khen."),
    )
    flag = replace(
        way("route", "routed", "submitted", "agenda", "reception"),
        when=condition("data.award", lambda award: award == "flag"),
        refusal=text("Không phải cờ."),
    )
    for ways in ((merit, flag), (flag, merit)):
        assert offered(Story(with_more(small(), *ways)).submitted(), BINH)["route"] is None


def test_what_is_offered_is_allowed_and_what_is_refused_is_refused_alike() -> None:
    for story in (Story().submitted(), Story().asked(), Story().proposed(), Story().decided()):
        for actor in (AN, BINH, CHI, DUNG, GIANG):
            for trigger, code in offered(story, actor, "2025-11-10").items():
                found = story.ask(trigger, actor, "2025-11-10", reason="Lý do", ground="", paper="")
                if code is None:
                    assert isinstance(found, Outcome) or found.code in {"bad_input"}
                else:
                    assert not isinstance(found, Outcome)
                    assert found.code == code


def test_an_ended_dossier_offers_nothing() -> None:
    assert offered(Story().decided(), CHI, "2025-11-10") == {}
