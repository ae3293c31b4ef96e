"""Nothing is permitted that was not granted: role, place, duties kept apart, papers, conditions."""

from dataclasses import replace
from typing import Any

import pytest

from engine.definition import ByField, Document, Fault, Procedure
from engine.dossier import Actor, Grant
from engine.errors import (
    DossierOnHold,
    DutiesNotSeparate,
    GuardFaulted,
    GuardRefused,
    NotEntitled,
    PapersMissing,
    PulledTooOften,
)
from engine.facts import View
from engine.permits import hat_of, required_papers, separation, standing
from tests.procedures import PROVINCE, UNIT, calendar, local, paper, person, small, text
from tests.story import (
    AN,
    BINH,
    CHI,
    CLOCK_ACTOR,
    GIANG,
    Story,
    changed,
    condition,
    draft,
    with_ways,
)

DEPARTMENT = "department"


def test_a_role_counts_in_the_holder_of_the_dossier() -> None:
    story = Story().submitted()

    assert story.ask("accept", BINH, "2025-11-03").facts
    assert isinstance(
        story.refuse("accept", person("binh", "reception", org=UNIT), "2025-11-03"), NotEntitled
    )


def test_a_role_held_elsewhere_counts_where_its_grant_covers() -> None:
    covers = frozenset({DEPARTMENT, PROVINCE})
    far = Actor(person="x", grants=(Grant(role="reception", org=DEPARTMENT, covers=covers),))
    story = Story().submitted()
    found = hat_of(story.procedure, story.dossier, ("reception",), far)

    assert not isinstance(found, NotEntitled)
    assert (found.role, found.org) == ("reception", DEPARTMENT)
    assert story.do("accept", far, "2025-11-03").actor["org"] == DEPARTMENT


def test_a_role_of_the_owner_counts_in_the_unit_that_submitted() -> None:
    story = Story().accepted()
    assert story.dossier.holder == PROVINCE

    story.refuse("withdraw", person("an", "submitter", org=PROVINCE), "2025-11-04")
    story.do("withdraw", AN, "2025-11-04")


@pytest.mark.parametrize(
    "stranger",
    [
        Actor(person="x"),
        person("x", "secretary"),
        CLOCK_ACTOR,
        Actor(person=None, machine="system"),
        Actor(person=None, grants=BINH.grants),
        person("x", "clock"),
    ],
    ids=["nobody", "another role", "clock", "system", "no person", "a person named clock"],
)
def test_who_holds_no_such_role_is_refused_and_told_whose_it_is(stranger: Actor) -> None:
    refused = Story().submitted().refuse("accept", stranger, "2025-11-03")

    assert isinstance(refused, NotEntitled)
    assert refused.facts == {"roles": ["reception"]}
    assert "tiếp nhận" in refused.text.vi


def test_what_the_clock_pulls_no_person_pulls() -> None:
    story = Story().asked()
    refused = story.refuse("silence", person("x", "clock", "specialist"), "2025-11-05")

    assert isinstance(refused, NotEntitled)
    assert "hệ thống" in refused.text.vi


def test_one_person_never_acts_in_two_roles_kept_apart() -> None:
    both = person("chi", "specialist", "authority")
    story = Story().voted()
    refused = story.refuse(
        "decide", both, "2025-11-07", data={"number": "1", "signed_on": "2025-11-07"}
    )

    assert isinstance(refused, DutiesNotSeparate)
    assert refused.facts == {"role": "authority", "acted_as": "specialist"}


def test_separation_looks_at_what_was_done_and_not_at_the_hat_worn_today() -> None:
    story = Story().voted()
    only_authority = person("chi", "authority")

    assert separation(story.procedure, story.dossier, only_authority, "authority")
    assert separation(story.procedure, story.dossier, GIANG, "authority") is None
    assert separation(story.procedure, story.dossier, only_authority, "secretary") is None


def test_machines_stand_outside_separation() -> None:
    story = Story().voted()

    assert separation(story.procedure, story.dossier, CLOCK_ACTOR, "authority") is None


def test_somebody_with_two_hats_acts_under_the_one_that_is_left_to_them() -> None:
    procedure = changed(
        with_ways(small(), "decide", by=("authority", "secretary")),
        separate=(frozenset({"specialist", "authority"}),),
    )
    story = Story(procedure).voted()
    data = {"number": "1", "signed_on": "2025-11-07"}
    done = story.do("decide", person("chi", "authority", "secretary"), "2025-11-07", data=data)

    assert done.actor["acting_as"] == "secretary"


def test_a_hold_leaves_only_what_is_allowed_under_it() -> None:
    story = Story().accepted()
    story.do("hold", CHI, "2025-11-04", ground="complaint", paper="Đơn 1")
    refused = story.refuse("appraise", CHI, "2025-11-04")

    assert isinstance(refused, DossierOnHold)
    assert refused.facts == {"grounds": ["complaint"]}
    story.do("withdraw", AN, "2025-11-04")


def test_a_trigger_is_pulled_only_as_often_as_allowed() -> None:
    story = Story().accepted()
    story.do("return", CHI, "2025-11-04", reason="Thiếu số liệu")
    story.do("resubmit", AN, "2025-11-05")
    refused = story.refuse("return", CHI, "2025-11-06", reason="Vẫn thiếu")

    assert isinstance(refused, PulledTooOften)
    assert refused.facts == {"trigger": "return", "at_most": 1}


def test_entitlement_is_asked_before_anything_is_told_about_the_dossier() -> None:
    story = Story().accepted()
    story.do("hold", CHI, "2025-11-04", ground="complaint", paper="Đơn 1")
    transition = story.procedure.pulled_by("appraise")[0]

    assert isinstance(standing(story.procedure, story.dossier, transition, BINH), NotEntitled)


def test_required_papers_must_be_there_when_the_dossier_is_received() -> None:
    story = Story()
    refused = story.refuse("submit", AN, "2025-11-03")

    assert isinstance(refused, PapersMissing)
    assert refused.facts == {"documents": ["report"]}
    story.do("submit", AN, "2025-11-03", documents={"report": (paper(),)})


def test_a_paper_may_be_needed_by_one_act_alone() -> None:
    story = Story().accepted()
    story.do("appraise", CHI, "2025-11-04")
    story.do("waive", CHI, "2025-11-04")

    assert story.refuse("propose", CHI, "2025-11-04").facts == {"documents": ["minutes"]}
    story.do("propose", CHI, "2025-11-04", documents={"minutes": (paper(),)})


def with_minutes(required: Any) -> Procedure:
    procedure = small()
    minutes = Document(key="minutes", label=text("biên bản"), required=required)
    return changed(procedure, documents={**procedure.documents, "minutes": minutes})


@pytest.mark.parametrize(
    "rule",
    [
        ByField(field="award", cases={"flag": True}, otherwise=False),
        condition("data.award", lambda award: award == "flag"),
    ],
    ids=["by table", "by condition"],
)
def test_a_paper_may_be_required_of_some_awards_only(rule: Any) -> None:
    procedure = with_minutes(rule)
    merit, flag = ({"nominee": {"name": "A"}, "award": award} for award in ("merit", "flag"))

    Story(procedure, data=merit).submitted()
    refused = Story(procedure, data=flag).refuse(
        "submit", AN, "2025-11-03", documents={"report": (paper(),)}
    )
    assert refused.facts == {"documents": ["minutes"]}


def view(procedure: Procedure) -> View:
    return View(
        procedure=procedure,
        dossier=draft(procedure),
        actor=AN,
        at=local("2025-11-03"),
        calendar=calendar(),
        counts={},
    )


def test_the_papers_of_a_dossier_are_named_before_it_is_received() -> None:
    assert required_papers(small(), view(small())) == {"report"}
    assert required_papers(with_minutes(True), view(with_minutes(True))) == {"report", "minutes"}


def test_a_paper_whose_condition_cannot_be_evaluated_refuses_the_receipt() -> None:
    procedure = with_minutes(condition("data.award", lambda _: Fault("division by zero")))
    refused = Story(procedure).refuse("submit", AN, "2025-11-03", documents={"report": (paper(),)})

    assert isinstance(refused, GuardFaulted)
    assert required_papers(procedure, view(procedure)) == {"report"}


NO = text("Chưa đủ ba lần.")


def guarded(holds: Any, name: str = "data.award", **more: Any) -> Story:
    rule = condition(name, holds)
    return Story(with_ways(small(), "appraise", when=rule, refusal=NO, **more)).accepted()


def test_a_condition_that_holds_lets_the_act_pass_and_is_recorded() -> None:
    story = guarded(lambda award: award == "merit")
    done = story.do("appraise", CHI, "2025-11-04")

    assert done.facts["condition"] == {
        "hash": story.procedure.pulled_by("appraise")[0].when.hash,  # type: ignore[union-attr]
        "inputs": {"data_award": "merit"},
        "result": True,
    }


def test_a_condition_that_does_not_hold_speaks_its_own_sentence() -> None:
    refused = guarded(lambda award: award == "flag").refuse("appraise", CHI, "2025-11-04")

    assert isinstance(refused, GuardRefused)
    assert refused.text == NO
    assert refused.facts == {"trigger": "appraise", "condition": "test(data.award)"}


def test_a_condition_without_a_sentence_still_says_that_it_does_not_hold() -> None:
    story = guarded(lambda _: False)
    story.procedure = with_ways(story.procedure, "appraise", refusal=None)

    assert "Điều kiện" in story.refuse("appraise", CHI, "2025-11-04").text.vi


@pytest.mark.parametrize(
    ("yields", "why"),
    [
        (Fault("no such overload"), "no such overload"),
        (1, "it yields int"),
        ("true", "it yields str"),
        (None, "it yields NoneType"),
    ],
    ids=["fault", "number", "text", "nothing"],
)
def test_whatever_is_no_yes_or_no_never_passes(yields: Any, why: str) -> None:
    refused = guarded(lambda _: yields).refuse("appraise", CHI, "2025-11-04")

    assert isinstance(refused, GuardFaulted)
    assert refused.code == "guard_faulted"
    assert refused.facts == {"condition": "test(data.award)", "why": why}


def test_a_condition_on_an_unknown_name_never_passes() -> None:
    refused = guarded(lambda _: True, name="data.ghost").refuse("appraise", CHI, "2025-11-04")

    assert isinstance(refused, GuardFaulted)
    assert "ghost" in str(refused.facts["why"])


def test_personal_inputs_of_a_condition_stay_out_of_the_record() -> None:
    story = guarded(lambda name: name == "Nguyễn Văn A", name="data.nominee.name")
    done = story.do("appraise", CHI, "2025-11-04")

    assert done.facts["condition"]["inputs"] == {}  # type: ignore[index]
    assert "Nguyễn" not in str(done.facts)


def test_a_trigger_that_is_not_offered_names_the_state() -> None:
    refused = Story().accepted().refuse("submit", AN, "2025-11-04")

    assert refused.code == "trigger_not_allowed"
    assert "đang thẩm định" in refused.text.vi
    assert refused.facts["trigger"] == "submit"


def test_an_unknown_trigger_is_refused_like_any_other() -> None:
    assert Story().refuse("fly", AN, "2025-11-03").facts == {"trigger": "fly", "state": ["draft"]}


def test_an_event_says_who_acted_in_which_role_where_and_for_whom() -> None:
    who = replace(BINH, on_behalf_of="bao", session="ab" * 32)
    done = Story().submitted().do("accept", who, "2025-11-03")

    assert done.actor == {
        "subject": "binh",
        "acting_as": "reception",
        "org": PROVINCE,
        "on_behalf_of": "bao",
        "auth": "password",
        "session": "ab" * 32,
    }
