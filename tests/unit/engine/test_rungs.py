"""Rungs fire once, in order, at their instants; what they find closed is recorded as skipped."""

from dataclasses import replace
from datetime import date
from typing import Any

from engine import rungs
from engine.definition import ClockRule, Fault, Procedure, RungRule, TaskRule
from engine.dossier import Dossier
from engine.ladder import RungAt
from engine.limits import Limit
from engine.outcome import Outcome
from engine.rungs import next_rung_at, waiting
from tests.procedures import PROVINCE, UNIT, calendar, local, small, text
from tests.story import AN, CHI, Story, changed, condition, with_ways


def told(fired: list[Outcome]) -> list[tuple[str, str, str]]:
    return [(o.type, str(o.facts["clock"]), str(o.facts["rung"])) for o in fired]


def test_no_rung_fires_before_its_instant() -> None:
    story = Story().accepted()

    assert story.wait(local("2025-11-10", "07:29")) == []
    assert told(story.wait(local("2025-11-10", "07:30"))) == [("rung_fired", "resolution", "50 %")]


def test_a_rung_fires_once() -> None:
    story = Story().accepted()

    assert len(story.wait("2025-11-10")) == 1
    assert story.wait("2025-11-10") == []
    assert story.wait("2025-11-13") == []


def test_after_a_silence_each_missed_rung_fires_once_in_order_and_late() -> None:
    story = Story().accepted()
    fired = story.wait("2025-11-25")

    assert told(fired) == [
        ("rung_fired", "resolution", "50 %"),
        ("rung_fired", "resolution", "due - 1 working day"),
        ("rung_fired", "resolution", "due"),
        ("rung_fired", "resolution", "due + 2 working days"),
    ]
    assert [o.firing.due_at for o in fired if o.firing] == [
        local("2025-11-10", "07:30"),
        local("2025-11-14", "07:30"),
        local("2025-11-18", "00:00"),
        local("2025-11-20", "00:00"),
    ]
    assert {o.firing.fired_at for o in fired if o.firing} == {local("2025-11-25")}
    assert [o.effective_at for o in fired] == [o.firing.due_at for o in fired if o.firing]


def test_a_rung_tells_opens_marks_and_escalates_as_declared() -> None:
    story = Story().proposed()
    notified, opened, marked, escalated = story.wait("2025-11-25")

    assert [(n.role, n.org, n.about, n.facts["rung"]) for n in notified.notices] == [
        ("specialist", PROVINCE, "rung_fired", "50 %")
    ]
    task = next(t for t in opened.dossier.tasks.values() if t.clock)
    assert (task.role, task.do, task.clock, task.state) == (
        "secretary",
        "decide",
        "resolution",
        "agenda",
    )
    assert marked.dossier.marks == {"overdue": date(2025, 11, 18)}
    assert [n.role for n in marked.notices] == ["authority"]
    assert {(t.role, t.escalated_from) for t in escalated.dossier.tasks.values()} == {
        ("authority", "secretary")
    }


def test_the_clock_acts_for_nobody() -> None:
    story = Story().accepted()
    people = story.dossier.people
    fired = story.wait("2025-11-10")[0]

    assert fired.actor["subject"] == "clock"
    assert fired.actor["acting_as"] == "clock"
    assert fired.dossier.people == people


def test_a_task_that_a_rung_opened_is_done_when_its_trigger_is_pulled() -> None:
    procedure = small()
    clock = procedure.clocks["resolution"]
    rung = RungRule(at=RungAt.parse("50 %"), task=TaskRule(role="specialist", do="answer"))
    clocks = {**procedure.clocks, "resolution": replace(clock, ladder=(rung,))}
    story = Story(changed(procedure, clocks=clocks)).asked()
    story.dossier = without_step_limit(story.dossier)
    story.wait("2025-11-10")
    assert any(t.do == "answer" for t in story.dossier.tasks.values())

    story.do("answer", CHI, "2025-11-10", data={"opinions": {"agency": "Thuế"}})
    assert not any(t.do == "answer" for t in story.dossier.tasks.values())


def without_step_limit(dossier: Dossier) -> Dossier:
    """Return the dossier without the clock of the agencies."""
    return replace(dossier, clocks={"resolution": dossier.clocks["resolution"]})


def test_a_rung_pulls_its_trigger_at_its_due_instant() -> None:
    story = Story().asked()
    fired = story.wait("2025-11-20")

    pulled = next(o for o in fired if o.type == "opinions_over")
    assert pulled.facts["trigger"] == "silence"
    assert pulled.facts["rung"] == "due"
    assert pulled.effective_at == local("2025-11-08", "00:00")
    assert "back_dated" not in pulled.facts
    assert "review.opinions.answered" in pulled.dossier.configuration


def test_a_rung_of_a_state_pulls_the_dossier_out_of_it() -> None:
    story = Story().accepted()
    story.do("return", CHI, "2025-11-05", reason="Thiếu")
    fired = story.wait("2025-12-10")

    assert [o.type for o in fired] == ["dossier_lapsed"]
    assert (story.places, story.dossier.result) == (["withdrawn"], "withdrawn")


def test_a_suspended_clock_fires_nothing_until_it_runs_again() -> None:
    story = Story().accepted()
    story.do("hold", CHI, "2025-11-05", ground="press", paper="Báo")
    assert story.wait("2025-12-01") == []
    assert next_rung_at(story.procedure, story.dossier, calendar()) is None

    story.do("release", CHI, "2025-12-01", paper="Kết luận")
    assert len(story.wait("2025-12-04")) == 1


def test_after_a_restart_the_ladder_begins_anew() -> None:
    story = Story().accepted()
    story.wait("2025-11-10")
    story.do("return", CHI, "2025-11-11", reason="Thiếu")
    story.do("resubmit", AN, "2025-11-12")
    fired = story.wait("2025-11-19")

    assert [(o.firing.period, o.firing.rung) for o in fired if o.firing] == [(2, 0)]


def test_a_step_limit_that_runs_again_fires_under_a_new_number() -> None:
    procedure = small()
    rung = RungRule(at=RungAt.parse("50 %"), notify="submitter")
    awaiting = replace(procedure.clocks["awaiting"], ladder=(rung,))
    procedure = with_ways(procedure, "return", at_most=2)
    procedure = changed(procedure, clocks={**procedure.clocks, "awaiting": awaiting})
    story = Story(procedure).accepted()
    names = []
    for gone, back in (("2025-11-04", "2025-11-25"), ("2025-11-26", "2025-12-20")):
        story.do("return", CHI, gone, reason="Thiếu")
        fired = story.wait(back)
        names += [(o.firing.clock, o.firing.period) for o in fired if o.firing]
        assert [n.org for o in fired for n in o.notices] == [UNIT]
        story.do("resubmit", AN, back)

    assert names == [("awaiting", 1), ("awaiting", 2)]


def test_a_trigger_that_is_not_offered_is_skipped_with_the_reason_and_not_tried_again() -> None:
    story = Story(with_ways(small(), "silence", needs=("minutes",))).asked()
    fired = [o for o in story.wait("2025-11-09") if o.facts["rung"] == "due"]

    assert [(o.type, o.facts["skipped"]) for o in fired] == [("rung_skipped", "papers_missing")]
    assert fired[0].firing
    assert fired[0].firing.skipped == "papers_missing"
    assert fired[0].incidents == ()
    assert fired[0].dossier.configuration == fired[0].before.configuration
    assert story.wait("2025-11-09") == []


def test_a_rung_under_a_hold_that_does_not_suspend_it_is_skipped() -> None:
    story = Story().asked()
    story.do("hold", CHI, "2025-11-05", ground="press", paper="Báo")

    assert [o.facts["skipped"] for o in story.wait("2025-11-20")] == ["dossier_on_hold"]


def test_a_rung_whose_condition_faults_is_skipped_and_is_an_incident() -> None:
    broken = condition("today", lambda _: Fault("broken"))
    story = Story(with_ways(small(), "silence", when=broken)).asked()
    fired = story.wait("2025-11-09")

    assert [o.facts["skipped"] for o in fired] == ["guard_faulted"]
    assert fired[0].incidents == ("guard_faulted: condition: test(today), why: broken",)


def test_a_rung_may_do_several_things_at_once() -> None:
    procedure = small()
    rung = RungRule(
        at=RungAt.parse("due"),
        pull="silence",
        notify="authority",
        mark="silent",
        task=TaskRule(role="specialist", do="appraise"),
    )
    step = replace(procedure.clocks["review.opinions.asking"], ladder=(rung,), in_state="review",
                   key="review")  # fmt: skip
    clocks: dict[str, ClockRule] = {**procedure.clocks, "review": step}
    del clocks["review.opinions.asking"]
    story = Story(changed(procedure, clocks=clocks)).asked()
    fired = story.wait("2025-11-09")

    assert [o.type for o in fired] == ["opinions_over"]
    assert story.dossier.marks == {"silent": date(2025, 11, 7)}
    assert [n.role for n in fired[0].notices] == ["authority"]
    assert [t.state for t in story.dossier.tasks.values() if t.clock] == ["review"]


def test_a_task_that_a_rung_opened_ends_with_its_clock() -> None:
    procedure = small()
    rung = RungRule(at=RungAt.parse("50 %"), task=TaskRule(role="specialist", do="propose"))
    clock = replace(procedure.clocks["resolution"], ladder=(rung,), cancelled_by=("appraise",))
    story = Story(changed(procedure, clocks={"resolution": clock})).accepted()
    story.wait("2025-11-10")
    assert {t.do for t in story.dossier.tasks.values()} == {"appraise", "propose"}

    story.do("appraise", CHI, "2025-11-10")
    assert story.dossier.tasks == {}


def test_a_rung_that_ends_its_own_clock_opens_no_task() -> None:
    procedure = small()
    rung = RungRule(
        at=RungAt.parse("due"), pull="lapse", task=TaskRule(role="specialist", do="resubmit")
    )
    awaiting = replace(procedure.clocks["awaiting"], ladder=(rung,))
    clocks = {**procedure.clocks, "awaiting": awaiting}
    story = Story(changed(procedure, clocks=clocks)).accepted()
    story.do("return", CHI, "2025-11-05", reason="Thiếu")
    story.wait("2025-12-10")

    assert (story.places, story.dossier.tasks) == (["withdrawn"], {})


def escalating(**state: Any) -> Procedure:
    procedure = small()
    clock = ClockRule(
        key="step",
        label=text("bước"),
        limit=Limit.parse("1 working day"),
        ladder=(RungRule(at=RungAt.parse("due"), escalate="authority"),),
        **state,
    )
    return changed(procedure, clocks={**procedure.clocks, "step": clock})


def test_escalation_of_a_state_moves_only_the_tasks_of_that_state() -> None:
    story = Story(escalating(in_state="review.opinions.asking")).asked()
    story.wait("2025-11-06")
    assert {t.role for t in story.dossier.tasks.values()} == {"specialist"}

    whole = Story(escalating(in_state="review")).asked()
    whole.wait("2025-11-06")
    assert {t.role for t in whole.dossier.tasks.values()} == {"authority"}
    again = rungs._escalated(whole.procedure, whole.dossier, "secretary", "step")
    assert {(t.role, t.escalated_from) for t in again.tasks.values()} == {
        ("secretary", "specialist")
    }


def test_escalation_to_who_has_the_task_already_changes_nothing() -> None:
    story = Story(escalating(in_state="review")).asked()
    story.wait("2025-11-06")
    same = rungs._escalated(story.procedure, story.dossier, "authority", "step")

    assert same.tasks == story.dossier.tasks


def test_rungs_of_several_clocks_fire_in_the_order_of_time() -> None:
    story = Story().asked()
    fired = story.wait("2025-11-15")

    assert [o.facts["clock"] for o in fired] == [
        "review.opinions.asking",
        "resolution",
        "resolution",
    ]


def test_the_next_rung_is_the_first_that_waits() -> None:
    story = Story().asked()

    assert next_rung_at(story.procedure, story.dossier, calendar()) == local("2025-11-08", "00:00")
    assert [w.clock for w in waiting(story.procedure, story.dossier, calendar())][:2] == [
        "review.opinions.asking",
        "resolution",
    ]


def test_a_clock_that_has_ended_or_has_no_ladder_or_no_rule_waits_for_nothing() -> None:
    story = Story().decided()
    assert waiting(story.procedure, story.dossier, calendar()) == []

    bare = Story().accepted()
    clocks = {k: replace(c, ladder=()) for k, c in bare.procedure.clocks.items()}
    assert waiting(changed(bare.procedure, clocks=clocks), bare.dossier, calendar()) == []
    assert waiting(changed(bare.procedure, clocks={}), bare.dossier, calendar()) == []


def test_more_rungs_than_one_look_may_fire_wait_for_the_next(monkeypatch: Any) -> None:
    monkeypatch.setattr(rungs, "MOST_AT_ONCE", 3)
    story = Story().accepted()

    assert len(story.wait("2025-11-25")) == 3
    assert len(story.wait("2025-11-25")) == 1
