"""Effects come in one order, and every clock runs exactly while the procedure says so."""

from dataclasses import replace
from datetime import UTC, date

from engine.definition import ByField, ClockRule, Procedure, TaskRule
from engine.effects import Moment, with_task
from engine.legal_clock import Policy, derive, margin
from engine.limits import Limit
from tests.procedures import PROVINCE, UNIT, calendar, local, small, text, way
from tests.story import AN, BINH, CHI, GIANG, Story, changed, with_more, with_ways


def due(story: Story, key: str = "resolution") -> date | None:
    return derive(story.dossier.clocks[key], calendar()).due_on


def tasks(story: Story) -> list[tuple[str, str]]:
    return sorted((t.role, t.do) for t in story.dossier.tasks.values())


def test_entering_a_level_gives_the_dossier_to_its_organisation() -> None:
    story = Story()
    assert story.dossier.holder == UNIT

    assert story.submitted().dossier.holder == PROVINCE


def test_a_level_without_organisation_leaves_the_dossier_where_it_is() -> None:
    procedure = small()
    deciding = replace(procedure.states["deciding"], at="centre")
    story = Story(changed(procedure, states={**procedure.states, "deciding": deciding})).voted()

    assert story.dossier.holder == PROVINCE


def test_tasks_belong_to_states_and_close_when_these_are_left() -> None:
    story = Story().submitted()
    assert tasks(story) == [("reception", "accept")]

    story.do("accept", BINH, "2025-11-03")
    assert tasks(story) == [("specialist", "appraise")]
    story.do("ask", CHI, "2025-11-04")
    assert tasks(story) == [("specialist", "appraise")]
    story.do("appraise", CHI, "2025-11-04")
    assert tasks(story) == []


def test_the_end_closes_every_task_and_every_clock() -> None:
    story = Story().decided()

    assert story.dossier.tasks == {}
    assert all(clock.ended for clock in story.dossier.clocks.values())
    assert story.dossier.result == "granted"


def test_the_measured_clock_stops_on_the_day_that_counts_and_yields_a_margin() -> None:
    story = Story().decided()
    clock = story.dossier.clocks["resolution"]

    assert clock.ended == "stopped"
    assert story.dossier.resolved_on == date(2025, 11, 7)
    found = margin(clock, date(2025, 11, 7), local("2025-11-07"), calendar())
    assert (found.value, found.verdict) == (6, "early")


def test_a_clock_that_is_not_measured_resolves_nothing() -> None:
    procedure = small()
    clock = replace(procedure.clocks["resolution"], measured=False)
    clocks = {**procedure.clocks, "resolution": clock}

    assert Story(changed(procedure, clocks=clocks)).decided().dossier.resolved_on is None


def test_a_withdrawal_cancels_the_measured_clock_and_resolves_nothing() -> None:
    story = Story().accepted()
    story.do("withdraw", AN, "2025-11-04")

    assert story.dossier.clocks["resolution"].ended == "cancelled"
    assert story.dossier.resolved_on is None
    assert story.dossier.result == "withdrawn"


def test_a_return_suspends_and_its_end_begins_anew() -> None:
    story = Story().accepted()
    assert due(story) == date(2025, 11, 17)

    story.do("return", CHI, "2025-11-05", reason="Thiếu")
    assert due(story) is None
    story.do("resubmit", AN, "2025-11-10")
    assert due(story) == date(2025, 11, 24)


def test_a_hold_suspends_and_keeps_what_was_left() -> None:
    story = Story().accepted()
    story.do("hold", CHI, "2025-11-05", ground="press", paper="Báo")
    assert due(story) is None

    story.do("release", CHI, "2025-11-10", paper="Kết luận")
    assert due(story) == date(2025, 11, 20)


def test_two_holds_suspend_until_the_last_is_released() -> None:
    story = Story().accepted()
    story.do("hold", CHI, "2025-11-05", ground="press", paper="Báo")
    story.do("hold", CHI, "2025-11-06", ground="complaint", paper="Đơn")
    story.do("release", CHI, "2025-11-07", ground="press", paper="Kết luận")

    assert due(story) is None
    story.do("release", CHI, "2025-11-10", paper="Kết luận")
    assert due(story) == date(2025, 11, 20)
    assert len(story.dossier.clocks["resolution"].suspensions) == 1


def test_a_clock_that_starts_in_a_suspending_state_stands_still_at_once() -> None:
    procedure = small()
    clock = ClockRule(
        key="supplement",
        label=text("bổ sung"),
        limit=Limit.parse("5 days"),
        starts_on="return",
        suspended_in={"awaiting": Policy.REMAINING},
    )
    story = Story(changed(procedure, clocks={**procedure.clocks, "supplement": clock})).accepted()
    story.do("return", CHI, "2025-11-05", reason="Thiếu")

    assert due(story, "supplement") is None


def test_a_running_clock_is_not_started_again() -> None:
    procedure = with_ways(small(), "accept", asks={})
    clock = replace(procedure.clocks["resolution"], starts_on="ask", starts_from=None)
    story = Story(changed(procedure, clocks={**procedure.clocks, "resolution": clock}))
    story.procedure = with_more(
        story.procedure,
        way("ask", "asked_again", "review.opinions.asking", None, "specialist"),
    )
    story.asked().do("ask", CHI, "2025-11-06")

    assert story.dossier.clocks["resolution"].anchor_on == date(2025, 11, 4)


def test_a_step_limit_that_runs_again_counts_its_periods_on() -> None:
    procedure = with_ways(small(), "return", at_most=2)
    story = Story(procedure).accepted()
    for day in ("2025-11-04", "2025-11-06"):
        story.do("return", CHI, day, reason="Thiếu")
        story.do("resubmit", AN, day)

    assert story.dossier.clocks["awaiting"].first_period == 2


def test_a_limit_may_depend_on_the_award() -> None:
    procedure = small()
    limits = ByField(
        field="award", cases={"merit": Limit.parse("3 days")}, otherwise=Limit.parse("9 days")
    )
    clock = replace(procedure.clocks["resolution"], limit=limits)
    story = Story(changed(procedure, clocks={**procedure.clocks, "resolution": clock})).accepted()

    assert str(story.dossier.clocks["resolution"].limit) == "3 days"


def test_a_clock_that_the_edition_does_not_know_is_left_alone() -> None:
    story = Story().accepted()
    kept = {k: c for k, c in story.procedure.clocks.items() if k != "resolution"}
    story.procedure = changed(story.procedure, clocks=kept)
    before = story.dossier.clocks["resolution"]
    story.do("appraise", CHI, "2025-11-04")

    assert story.dossier.clocks["resolution"] is before


def test_a_limit_in_hours_of_a_back_dated_act_runs_from_the_beginning_of_its_day() -> None:
    procedure = small()
    clock = replace(
        procedure.clocks["review.opinions.asking"], limit=Limit.parse("8 hours"), ladder=()
    )
    clocks = {**procedure.clocks, "review.opinions.asking": clock}
    story = Story(changed(procedure, clocks=clocks)).accepted()
    story.do("ask", CHI, "2025-11-06", effective_on=date(2025, 11, 5), reason="Ghi bổ sung")

    anchored = story.dossier.clocks["review.opinions.asking"]
    assert anchored.anchor_at == local("2025-11-05", "00:00")


def test_a_back_dated_suspension_lasts_from_the_end_of_its_day() -> None:
    story = Story().accepted()
    story.do(
        "hold", CHI, "2025-11-06", ground="press", paper="Báo",
        effective_on=date(2025, 11, 5), reason="Ghi bổ sung",
    )  # fmt: skip
    suspension = story.dossier.clocks["resolution"].suspensions[0]

    assert suspension.from_on == date(2025, 11, 5)
    assert suspension.from_at.astimezone(UTC) == local("2025-11-06", "00:00")


def test_tasks_of_one_act_never_share_a_name() -> None:
    moment = Moment(
        on=date(2025, 11, 3), at=local("2025-11-03"), recorded_at=local("2025-11-03"), act="a"
    )
    rule = TaskRule(role="specialist", do="appraise")
    dossier = Story().dossier
    for _ in range(3):
        dossier = with_task(dossier, rule, "agenda", moment)
    left = {key: task for key, task in dossier.tasks.items() if key != "a.1"}
    dossier = with_task(replace(dossier, tasks=left), rule, "agenda", moment)

    assert sorted(dossier.tasks) == ["a.0", "a.1", "a.2"]


def test_a_composite_may_have_a_task_and_a_limit_of_its_own() -> None:
    procedure = small()
    review = replace(procedure.states["review"], task=TaskRule(role="specialist", do="propose"))
    clock = ClockRule(
        key="review", label=text("thẩm định"), limit=Limit.parse("9 days"), in_state="review"
    )
    story = Story(
        changed(
            procedure,
            states={**procedure.states, "review": review},
            clocks={**procedure.clocks, "review": clock},
        )
    ).asked()

    assert ("specialist", "propose") in tasks(story)
    assert story.dossier.clocks["review"].ended is None
    story.do("withdraw", AN, "2025-11-05")
    assert story.dossier.clocks["review"].ended == "cancelled"


def test_a_final_state_in_a_region_ends_nothing() -> None:
    story = Story().accepted()
    story.do("appraise", CHI, "2025-11-04")

    assert story.dossier.result is None
    assert story.dossier.clocks["resolution"].ended is None


def test_the_order_of_effects_ends_the_old_before_it_begins_the_new() -> None:
    story = Story().voted()
    procedure: Procedure = story.procedure
    again = replace(
        procedure.clocks["resolution"], key="handover", starts_on="decide", starts_from=None,
        measured=False, stops=(), cancelled_by=(), suspended_in={}, ladder=(),
    )  # fmt: skip
    story.procedure = changed(procedure, clocks={**procedure.clocks, "handover": again})
    done = story.do("decide", GIANG, "2025-11-07", data={"number": "1", "signed_on": "2025-11-07"})

    assert done.dossier.clocks["resolution"].ended == "stopped"
    # The end of the dossier is the last effect: what it would start is not left running.
    assert done.dossier.clocks["handover"].ended == "cancelled"
