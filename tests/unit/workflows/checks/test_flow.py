"""Everything is reached, everything ends, and machines pull what only they may pull."""

from __future__ import annotations

import pytest

from tests.definitions import SMALL, found, line_of, report_on, spoilt, with_act

DRAFT = "  draft: {label: {vi: Dự thảo, en: Draft}, initial: true, at: unit}\n"


def test_a_procedure_begins_somewhere() -> None:
    text = spoilt("en: Draft}, initial: true,", "en: Draft},")

    (finding,) = found(text, "BV301")

    assert finding.line == line_of("states:\n  draft", text)


def test_a_region_begins_somewhere() -> None:
    text = spoilt("en: Sorting}, initial: true}", "en: Sorting}}")

    (finding,) = found(text, "BV301")

    assert "reviewing.opinions" in finding.message_en


def test_a_procedure_begins_in_one_place_only() -> None:
    text = spoilt("en: Granted}, final: true", "en: Granted}, initial: true, final: true")

    (finding,) = found(text, "BV301")

    assert finding.line == line_of("  granted:", text)


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("draft", "reviewing.appraisal.open"),
        ("reviewing.appraisal.open", "reviewing.opinions.asked"),
    ],
)
def test_a_region_is_not_entered_from_outside(source: str, target: str) -> None:
    text = with_act(**{"from": source, "to": target, "by": "officer"})

    assert len(found(text, "BV302")) == 1


def test_only_a_composite_is_interrupted() -> None:
    text = with_act(**{"from": "council", "to": "withdrawn", "by": "head", "interrupts": "true"})

    assert len(found(text, "BV303")) == 1


def test_a_state_that_nothing_leads_to_is_found() -> None:
    text = spoilt(DRAFT, DRAFT + "  lonely: {label: {vi: Lẻ, en: Lonely}}\n")

    (unreached,) = found(text, "BV304")
    (endless,) = found(text, "BV305")

    assert unreached.line == endless.line == line_of("  lonely", text)


def test_a_state_of_a_region_that_nothing_leads_to_is_found() -> None:
    piece = "          done: {label: {vi: Xong, en: Done}, final: true}\n"
    text = spoilt(piece, piece + "          lonely: {label: {vi: Lẻ, en: Lonely}}\n")

    assert len(found(text, "BV304")) == len(found(text, "BV305")) == 1


def test_a_state_of_a_region_may_leave_its_composite_instead_of_ending() -> None:
    piece = "          done: {label: {vi: Xong, en: Done}, final: true}\n"
    text = spoilt(piece, piece + "          bad: {label: {vi: Hỏng, en: Bad}}\n")
    text = with_act(
        text,
        **{"from": "reviewing.appraisal.open", "to": "reviewing.appraisal.bad", "by": "officer"},
    )
    text = with_act(text, **{"trigger": "quit", "from": "reviewing.appraisal.bad",
                             "to": "withdrawn", "by": "officer"})  # fmt: skip

    assert report_on(text).ok


def test_a_region_without_an_end_is_found() -> None:
    text = spoilt("en: Done}, final: true}", "en: Done}}")

    (finding,) = found(text, "BV305")

    assert "reviewing.appraisal has no final state" in finding.message_en


def test_a_procedure_without_an_end_is_found() -> None:
    text = SMALL
    for result in ("granted, portal_status: 10", "not_granted", "withdrawn"):
        text = spoilt(f", final: true, result: {result}}}", "}", text)

    (finding,) = found(text, "BV305")

    assert "The procedure has no final state" in finding.message_en


def test_a_final_state_says_how_it_ended() -> None:
    assert len(found(spoilt(", result: not_granted", ""), "BV306")) == 1


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("en: Deciding}, task", "en: Deciding}, result: granted, task"),
        ("en: Done}, final: true", "en: Done}, final: true, result: granted"),
    ],
)
def test_only_a_final_state_of_the_procedure_has_a_result(old: str, new: str) -> None:
    assert len(found(spoilt(old, new), "BV306")) == 1


@pytest.mark.parametrize(
    "key", ["final: true", "ballot: {quorum: 1/2 of members, pass: 1/2 of valid, "
            "passed: pass, failed: fail}"]
)  # fmt: skip
def test_a_composite_is_neither_final_nor_voted_on(key: str) -> None:
    text = spoilt("    task: {role: officer, do: recommend}\n",
                  f"    task: {{role: officer, do: recommend}}\n    {key}\n")  # fmt: skip

    assert len(found(text, "BV307")) == 1


def test_a_final_state_is_not_left() -> None:
    text = with_act(**{"from": "granted", "to": "withdrawn", "by": "head"})

    assert len(found(text, "BV308")) == 1


def test_every_state_shows_a_code_of_the_portal() -> None:
    text = spoilt("portal_status: 4\n", "")

    findings = found(text, "BV309")

    assert len(findings) == 8  # all top-level states but `granted`, which has its own


def test_work_that_can_never_be_ended_is_found() -> None:
    text = spoilt("task: {role: officer, do: accept}", "task: {role: officer, do: recommend}")

    assert len(found(text, "BV310")) == 1


def test_work_goes_to_those_who_may_do_it() -> None:
    text = spoilt("task: {role: officer, do: accept}", "task: {role: head, do: accept}")

    assert len(found(text, "BV311")) == 1


@pytest.mark.parametrize(("key", "wrong"), [("passed: pass", "passed: decide"),
                                            ("failed: fail", "failed: withdraw")])  # fmt: skip
def test_a_ballot_pulls_what_the_session_may_pull_there(key: str, wrong: str) -> None:
    assert len(found(spoilt(f"{key}\n", f"{wrong}\n"), "BV313")) == 1


@pytest.mark.parametrize(
    "keys", [{"by": "officer", "auto": "true"}, {"by": "system"}, {"by": "[system, head]",
                                                                    "auto": "true"}]
)  # fmt: skip
def test_automatic_is_what_the_system_pulls(keys: dict[str, str]) -> None:
    text = with_act(**{"from": "deciding", "to": "council", "at_most": "1", **keys})

    assert len(found(text, "BV314")) == 1


@pytest.mark.parametrize("role", ["clock", "session", "system"])
def test_what_only_a_machine_may_pull_a_machine_pulls(role: str) -> None:
    text = with_act(**{"from": "deciding", "to": "withdrawn", "by": role})

    assert len(found(text, "BV315")) == 1


def test_what_a_person_may_pull_too_needs_no_machine() -> None:
    text = with_act(**{"from": "deciding", "to": "withdrawn", "by": "[clock, head]"})

    assert found(text, "BV315") == []


def test_only_what_was_interrupted_is_taken_up_again() -> None:
    text = with_act(**{"from": "[deciding, council]", "to": "{history: reviewing}", "by": "head",
                       "at_most": "1"})  # fmt: skip

    assert len(found(text, "BV316")) == 2


def test_nobody_is_resolved_who_was_never_received() -> None:
    assert len(found(spoilt("receives: true, ", ""), "BV317")) == 1


def test_a_session_is_not_received() -> None:
    text = spoilt("receives: true, ", "", spoilt("subject: nominee", "subject: session"))

    assert found(text, "BV317") == []


@pytest.mark.parametrize(
    "key", ["task: {role: head, do: decide}", "limit: 3 days", "limit: 3 days, ladder: []"]
)
def test_nothing_is_left_to_do_in_a_final_state(key: str) -> None:
    text = spoilt("final: true, result: withdrawn}", f"final: true, result: withdrawn, {key}}}")

    assert len(found(text, "BV319")) == 1


@pytest.mark.parametrize(
    "keys", ["reason: required", "asks: {note: required}", "appends: {opinions: required}"]
)
def test_the_clock_is_asked_for_nothing(keys: str) -> None:
    text = spoilt("to: withdrawn, by: clock}", f"to: withdrawn, by: clock, {keys}}}")

    assert len(found(text, "BV320")) == 1


def test_the_clock_may_leave_out_what_is_optional() -> None:
    text = spoilt("to: withdrawn, by: clock}",
                  "to: withdrawn, by: clock, asks: {note: optional}}")  # fmt: skip

    assert found(text, "BV320") == []
