"""A scenario runs through the engine on a virtual clock, and is held to its word."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache

import pytest

from engine.calendar import TZ, Calendar
from engine.definition import Procedure
from engine.limits import Limit
from tests.definitions import SMALL, STORY, report_on, small, spoilt, with_act
from workflows.findings import Finding
from workflows.scenario import Scenario, load_scenario
from workflows.simulate import Run, later, run


@cache
def procedure() -> Procedure:
    return small()


def calendar() -> Calendar:
    """Return a calendar of plain weeks: nothing but weekends is off."""
    return Calendar(
        key="plain", edition="1", hash="0" * 64, marks=(), published_until=date(2030, 12, 31),
        yearly_off=(), opening=((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0))),
    )  # fmt: skip


def told(text: str = STORY, on: Procedure | None = None) -> Run:
    scenario, findings = load_scenario(text.encode(), "story.yaml")
    assert scenario is not None, findings
    return run(on or procedure(), scenario, calendar())


def only(text: str, on: Procedure | None = None) -> Finding:
    (finding,) = told(text, on).findings
    return finding


def test_a_story_that_is_true_has_no_findings_and_says_its_way() -> None:
    run_ = told()

    assert run_.findings == ()
    assert [(f"{step.at:%m-%d %H:%M}", step.who, step.what) for step in run_.steps] == [
        ("11-03 09:00", "an", "submit"),
        ("11-03 10:00", "binh", "accept"),
        ("11-04 08:00", "binh", "appraise"),
        ("11-04 08:10", "binh", "ask"),
        ("11-12 00:00", "clock", "asking: due"),
        ("11-12 08:20", "chi", "recommend"),
        ("11-12 08:30", "binh", "recommend"),
        ("11-13 08:00", "binh", "record_result"),
        ("11-14 08:00", "chi", "decide"),
    ]
    assert run_.dossier is not None
    assert run_.dossier.result == "granted"


def test_the_transitions_that_were_gone_are_known_one_by_one() -> None:
    triggers = [
        (transition.trigger, transition.event)
        for index, transition in enumerate(procedure().transitions)
        if index in told().covered
    ]

    assert triggers == [
        ("submit", "submitted"), ("accept", "accepted"), ("appraise", "appraised"),
        ("ask", "asked"), ("opinions_over", "opinions_ended"), ("recommend", "recommended"),
        ("record_result", "counted"), ("pass", "passed"), ("decide", "decided"),
    ]  # fmt: skip


def test_each_step_is_a_line_for_people() -> None:
    lines = [step.as_line("en") for step in told().steps]

    assert lines[1] == (
        "2025-11-03 10:00  binh         accept (Accept)  → reviewing.appraisal.open, "
        "reviewing.opinions.sorting  [due: resolution 2025-12-01, reviewing.appraisal.open "
        "2025-11-11]  [letters: receipt]"
    )
    assert lines[4].startswith("2025-11-12 00:00  clock        asking: due  → ")
    assert "✗ not_entitled: " in lines[5]
    assert "[hạn: submitted 2025-11-04]" in told().steps[0].as_line()


ACCEPTED = "state: reviewing\n"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("state: reviewing\n", "state: council\n", "state: expected [council], found [reviewing."),
        ("due: {resolution: 2025-12-01}", "due: {resolution: 2025-12-02}",
         "due: expected [2025-12-02], found [2025-12-01]"),
        ("due: {resolution: 2025-12-01}", "due: {asking: 2025-12-01}", "not running"),
        ("due: {resolution: 2025-12-01}", "due: {resolution: null}", "expected [-]"),
        ("letters: [receipt]", "letters: []", "letters: expected [], found [receipt]"),
        ("marks: []", "marks: [overdue]", "marks: expected [overdue], found []"),
        ("tasks: [{role: officer, do: recommend}]", "tasks: []", "found [officer: recommend]"),
        ("binh: [appraise, ask, hold, return]", "binh: [appraise]",
         "allowed: expected [appraise], found [appraise, ask, hold, return]"),
        ("fired: 0", "fired: 1", "fired: expected [1], found [0]"),
        ("result: granted,", "result: withdrawn,", "result: expected [withdrawn], found [granted]"),
    ],
)  # fmt: skip
def test_what_is_not_as_expected_is_said_at_its_place(old: str, new: str, says: str) -> None:
    text = spoilt(old, new, STORY)
    finding = only(text)

    assert finding.code == "BV702"
    assert says in finding.message_en
    assert finding.line == STORY[: STORY.index(old)].count("\n") + 1


def test_the_leaves_may_be_expected_one_by_one() -> None:
    leaves = "state: [reviewing.opinions.sorting, reviewing.appraisal.open]\n"

    assert told(spoilt(ACCEPTED, leaves, STORY)).findings == ()


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("by: chi, do: recommend, refused: not_entitled", "by: chi, do: recommend", "BV703",
         "'recommend' is refused (not_entitled)"),
        ("refused: not_entitled", "refused: guard_refused", "BV704",
         "must be refused as 'guard_refused', but is refused as 'not_entitled'"),
        ("by: an, do: submit", "by: an, do: submit, refused: papers_missing", "BV704",
         "but it is allowed"),
        ("by: an, do: submit", "by: nobody, do: submit", "BV706", "no person 'nobody'"),
        ("binh: [appraise, ask", "nobody: [appraise, ask", "BV706", "no person 'nobody'"),
        ("by: an\n", "by: ann\n", "BV706", "Did you mean 'an'?"),
        ("[report, minutes]", "[report, minuts]", "BV706", "Did you mean 'minutes'?"),
        ("by: an, do: submit", "by: an, do: submit, signed: [reprt]", "BV706", "'report'?"),
        ("award: flag,", "award: flagg,", "BV703", "The draft is refused"),
        ("at: 2025-11-04T08:00", "at: 2025-11-03T09:59", "BV705", "2025-11-03T10:00 already"),
        ("wait: 6 working days", "wait: six days", "BV707", "cannot be read"),
        ("by: an, do: submit", "by: an, do: submit, effective_on: 2025-11-04", "BV703",
         "date_not_allowed"),
    ],
)  # fmt: skip
def test_a_story_that_goes_otherwise_stops_with_the_reason(
    old: str, new: str, code: str, says: str
) -> None:
    finding = only(spoilt(old, new, STORY))

    assert finding.code == code
    assert says in finding.message_en
    assert finding.line == STORY[: STORY.index(old)].count("\n") + 1


def test_a_wrong_reason_of_a_refusal_does_not_stop_the_story() -> None:
    run_ = told(spoilt("refused: not_entitled", "refused: guard_refused", STORY))

    assert run_.steps[-1].what == "decide"


@pytest.mark.parametrize(
    ("starts", "wait"),
    [("2399-12-30T08:00", "6 working days"), ("9999-01-01T08:00", "10000 days"),
     ("9999-01-01T08:00", "10000 months"), ("9999-12-31T08:00", "100 hours")],
)  # fmt: skip
def test_nobody_waits_beyond_the_years_that_can_be_counted(starts: str, wait: str) -> None:
    text = spoilt("starts: 2025-11-03T08:00", f"starts: {starts}", STORY)
    text = text[: text.index("  - {at: 2025-11-03T09")] + f"  - {{wait: {wait}}}\n"

    finding = only(text)

    assert finding.code == "BV707"
    assert f"not possible to wait so long: {wait}" in finding.message_en


def test_a_date_that_cannot_be_counted_is_a_finding() -> None:
    text = spoilt("starts: 2025-11-03T08:00", "starts: 2399-12-31T08:00", STORY)
    text = text[: text.index("  - {at: 2025-11-03T09")]

    finding = only(text + "  - {at: 2399-12-31T17:00, by: an, do: submit}\n")

    assert finding.code == "BV703"
    assert "2399" in finding.message_en


def test_papers_may_be_signed_and_later_ones_come_with_the_act() -> None:
    on = report_on(
        with_act(trigger="seal", by="officer", when="documents.proof.signed",
                 refusal="{vi: A, en: A}", **{"from": "submitted"})
    ).procedure  # fmt: skip
    refused = "  - {at: 2025-11-03T09:10, by: binh, do: seal, REST}\n  - {at: 2025-11-03T10:00"
    text = spoilt("  - {at: 2025-11-03T10:00", refused, STORY)

    assert only(text.replace(", REST", ", documents: [proof]"), on).code == "BV703"
    assert told(text.replace(", REST", ", signed: [proof]"), on).findings == ()


def test_time_may_pass_up_to_an_instant_and_rungs_fire_on_the_way() -> None:
    steps = STORY.index("  - {at: 2025-11-04T08:00, by: binh, do: appraise}")
    text = STORY[:steps] + (
        "  - {until: 2025-12-03T23:00}\n"
        "  - expect:\n"
        "      state: [reviewing.appraisal.open, reviewing.opinions.sorting]\n"
        "      marks: [overdue]\n"
        "      tasks: [{role: officer, do: recommend}, {role: head, do: decide}]\n"
        "      fired: 3\n"
        "  - {until: 2025-12-04T00:00}\n"
        "  - expect: {fired: 4, letters: []}\n"
    )

    assert told(text).findings == ()


def test_a_hold_and_its_release_are_acts_of_the_story_that_go_no_transition() -> None:
    steps = STORY.index("  - {at: 2025-11-04T08:00, by: binh, do: appraise}")
    text = STORY[:steps] + (
        "  - {at: 2025-11-04T08:00, by: binh, do: hold, ground: complaint, paper: 12/KN}\n"
        "  - expect: {due: {resolution: null}, allowed: {chi: [release], binh: [hold]}}\n"
        "  - {at: 2025-11-06T08:00, by: chi, do: release, paper: 13/KN}\n"
        "  - expect: {due: {resolution: 2025-12-03}}\n"
    )

    run_ = told(text)

    assert run_.findings == ()
    assert run_.covered == {0, 1}
    assert run_.steps[-1].as_line("en").startswith("2025-11-06 08:00  chi          release  →")


def test_a_rung_that_finds_nothing_to_pull_is_told_as_skipped() -> None:
    on = report_on(
        spoilt("from: reviewing.opinions.asked, to: reviewing.opinions.answered, by: clock",
               "from: reviewing.opinions.asked, to: reviewing.opinions.answered, by: clock, "
               "when: facts.titles > 5, refusal: {vi: A, en: A}")
    ).procedure  # fmt: skip
    steps = STORY.index("  - {at: 2025-11-12T08:20")

    run_ = told(STORY[:steps] + "  - expect: {fired: 1}\n", on)

    assert run_.findings == ()
    assert run_.steps[-1].what == "asking: due (guard_refused)"


def test_late_answers_are_gone_though_the_dossier_is_elsewhere() -> None:
    steps = STORY.index("  - {at: 2025-11-12T08:20")
    text = spoilt("  - {wait: 6 working days}", "  - {at: 2025-11-05T08:00, by: binh, do: return}",
                  STORY[:steps])  # fmt: skip

    run_ = told(text + "  - {until: 2025-11-12T00:00}\n  - expect: {state: waiting, fired: 1}\n")

    assert run_.findings == ()
    over = [t.trigger for t in procedure().transitions].index("opinions_over")
    assert over in run_.covered


def test_of_two_acts_of_one_name_the_one_that_happened_is_gone() -> None:
    steps = STORY.index("  - {at: 2025-11-04T08:10")
    text = spoilt("award: flag,", "award: merit,", STORY[:steps])
    line = "      allowed: {an: [], binh: [appraise, ask, hold, return]}\n"
    first, second = (i for i, t in enumerate(procedure().transitions) if t.trigger == "appraise")

    run_ = told(spoilt(line, "", text))

    assert run_.findings == ()
    assert second in run_.covered
    assert first not in run_.covered


def test_an_act_of_one_name_elsewhere_is_not_gone() -> None:
    on = report_on(
        with_act(trigger="withdraw", by="submitter", event="withdrawn",
                 **{"from": "reviewing", "to": "withdrawn", "interrupts": "true"})
    ).procedure  # fmt: skip
    steps = STORY.index("  - {at: 2025-11-03T10:00")

    run_ = told(
        STORY[:steps] + "  - {at: 2025-11-03T09:30, by: an, do: withdraw, reason: Xin rút}\n", on
    )

    assert run_.findings == ()
    assert run_.covered == {1, len(procedure().transitions)}


def test_clocks_that_pull_each_other_in_circles_are_stopped() -> None:
    circle = spoilt("limit: 8 working hours\n    ladder: [{at: due, notify: head}]",
                    "limit: 1 hour\n    ladder: [{at: due, pull: park}]\n"
                    "  parked:\n    label: {vi: A, en: A}\n"
                    "    limit: 1 hour\n    ladder: [{at: due, pull: unpark}]")  # fmt: skip
    for trigger, source, target in (
        ("park", "submitted", "parked"), ("unpark", "parked", "submitted"),
    ):  # fmt: skip
        keys = {"from": source, "to": target}
        circle = with_act(circle, trigger=trigger, by="clock", **keys)
    on = report_on(circle)
    steps = STORY.index("  - {at: 2025-11-03T10:00")
    assert on.procedure is not None, on.findings

    finding = only(STORY[:steps] + "  - {wait: 12 months}\n", on.procedure)

    assert finding.code == "BV707"
    assert "in circles" in finding.message_en


@pytest.mark.parametrize(
    ("limit", "expected"),
    [
        ("3 working days", "2025-11-05T16:00"),
        ("3 days", "2025-11-03T16:00"),
        ("1 month", "2025-11-30T16:00"),
        ("10 hours", "2025-11-01T02:00"),
        ("2 working hours", "2025-11-03T08:30"),
    ],
)
def test_time_passes_in_the_unit_that_is_named(limit: str, expected: str) -> None:
    start = datetime(2025, 10, 31, 16, 0, tzinfo=TZ)

    assert later(start, Limit.parse(limit), calendar()) == datetime.fromisoformat(expected).replace(
        tzinfo=TZ
    )


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("starts: 2025-11-03T08:00", "starts: 2025-11-03", "BV106"),
        ("starts: 2025-11-03T08:00", "starts: 2025-11-31T08:00", "BV106"),
        ("by: an, do: submit", "by: an, do: submit, wen: 3", "BV101"),
        ("  - {wait: 6 working days}", "  - nothing", "BV103"),
        ("people: {an: [submitter], binh", "people: {Ân: [submitter], binh", "BV105"),
        ("owner: school\n", "owner: &a school\n", "BV005"),
        ("steps:", "steps: []\nrest:", "BV106"),
    ],
)
def test_a_scenario_that_cannot_be_read_is_found_out(old: str, new: str, code: str) -> None:
    scenario, findings = load_scenario(spoilt(old, new, STORY).encode(), "story.yaml")

    assert scenario is None
    assert code in {finding.code for finding in findings}


def test_a_scenario_that_is_no_yaml_is_found_out() -> None:
    scenario, findings = load_scenario(b"a: [", "story.yaml")

    assert scenario is None
    assert [finding.code for finding in findings] == ["BV004"]


def test_a_scenario_knows_its_name() -> None:
    scenario, _ = load_scenario(STORY.encode(), "story.yaml")

    assert isinstance(scenario, Scenario)
    assert scenario.name == "story.yaml"


def test_transitions_that_no_scenario_goes_are_found() -> None:
    report = report_on(SMALL, scenarios=[STORY.encode()], calendar=calendar())

    untried = [finding for finding in report.findings if finding.code == "BV708"]
    assert {finding.message_en.split("'")[1] for finding in untried} == {
        "appraise", "waive", "record", "decline", "return", "resubmit", "lapse", "fail",
        "withdraw",
    }  # fmt: skip
    assert not report.ok


def test_a_scenario_that_fails_or_cannot_be_read_is_named_by_its_file() -> None:
    wrong = spoilt("result: granted,", "result: withdrawn,", STORY).encode()
    report = report_on(SMALL, scenarios=[("a.yaml", wrong), b"a: ["], calendar=calendar())

    files = {(finding.file, finding.code) for finding in report.findings}
    assert {("a.yaml", "BV702"), ("scenario-2.yaml", "BV004")} <= files


def test_scenarios_without_a_calendar_are_not_called_right() -> None:
    report = report_on(SMALL, scenarios=[STORY.encode()])

    assert "BV709" in {finding.code for finding in report.findings}
