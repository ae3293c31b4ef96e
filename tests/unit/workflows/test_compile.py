"""What the file says is what the engine gets."""

from __future__ import annotations

from datetime import date

import pytest

from engine.ballot import BallotRule, Share
from engine.definition import ByField, FieldType, Result, RungRule, TaskRule
from engine.facts import names_of as names_the_engine_gives
from engine.ladder import RungAt
from engine.legal_clock import Policy
from engine.limits import Limit, Unit
from engine.text import Text
from tests.definitions import SMALL, found, line_of, report_on, small, spoilt
from workflows.edition import edition_hash
from workflows.guards import CompiledGuard
from workflows.reader import read
from workflows.schema import DefinitionShape
from workflows.shaping import shape_of
from workflows.vocabulary import names_of


def test_the_head_of_the_file_is_the_head_of_the_procedure() -> None:
    procedure = small()

    assert (procedure.key, procedure.edition, procedure.subject) == (
        "small-award", "2025-01", "nominee",
    )  # fmt: skip
    assert procedure.title == Text("Khen thưởng", "Award")
    assert procedure.in_force_from == date(2025, 1, 1)
    assert procedure.portal_status == 4
    assert procedure.award_field == "award"
    assert procedure.separate == (frozenset({"officer", "head"}),)
    assert procedure.shared_documents == ("report",)
    assert procedure.roles["submitter"].of_owner
    assert not procedure.roles["head"].of_owner
    assert procedure.sources["law"].cite == "Luật 06/2022/QH15"


def test_text_and_parties_are_personal_unless_said_otherwise() -> None:
    fields = small().fields

    personal = {key for key, field in fields.items() if field.personal}
    assert personal == {"nominee", "note", "opinions"}
    assert fields["opinions"].fields["agency"].personal
    assert not fields["opinions"].fields["stance"].personal
    assert fields["award"].choices["flag"] == Text("Cờ", "Flag")
    assert fields["tally"].type is FieldType.TALLY
    assert fields["award"].required


def test_documents_are_required_always_by_a_condition_or_by_a_table() -> None:
    documents = small().documents

    assert documents["report"].required is True
    assert isinstance(documents["proof"].required, CompiledGuard)
    assert documents["proof"].required({"data.years": 3}) is True
    assert documents["minutes"].required == ByField(
        field="award", cases={"flag": True}, otherwise=False
    )


def test_clocks_have_limits_suspensions_and_ladders() -> None:
    clocks = small().clocks

    resolution = clocks["resolution"]
    assert resolution.limit == Limit(20, Unit.WORKING_DAYS)
    assert (resolution.starts_on, resolution.starts_from) == ("accept", "received_on")
    assert resolution.stops == ("decide", "decline", "fail")
    assert resolution.cancelled_by == ("withdraw", "lapse")
    assert resolution.suspended_in == {"waiting": Policy.RESTART, "on_hold": Policy.REMAINING}
    assert resolution.ladder[1] == RungRule(
        at=RungAt(offset=-1, unit=Unit.WORKING_DAYS), task=TaskRule(role="head", do="decide")
    )
    assert clocks["asking"].in_state == "reviewing.opinions.asked"
    assert clocks["submitted"].in_state == "submitted"
    assert clocks["submitted"].label == Text("Đã nộp", "Submitted")
    assert clocks["council"].limit == ByField(
        field="award",
        cases={"flag": Limit(3, Unit.WORKING_DAYS)},
        otherwise=Limit(2, Unit.WORKING_DAYS),
    )


def test_states_are_named_by_their_paths() -> None:
    states = small().states

    assert states["reviewing"].regions == {
        "appraisal": Text("Thẩm định", "Appraisal"), "opinions": Text("Ý kiến", "Opinions"),
    }  # fmt: skip
    assert states["reviewing.opinions.answered"].final
    assert states["granted"].result is Result.GRANTED
    ballot = states["council"].ballot
    assert ballot is not None
    assert ballot.rule_of({"award": "flag"}) == BallotRule(
        quorum=Share.parse("80 % of members"), passing=Share.parse("80 % of members"),
        written=True, source="law",
    )  # fmt: skip
    assert (ballot.passed, ballot.failed) == ("pass", "fail")


def test_transitions_say_all_that_an_act_needs_and_does() -> None:
    by_trigger = {transition.trigger: transition for transition in small().transitions}

    assert by_trigger["submit"].receives
    assert by_trigger["submit"].needs == ("report",)
    assert by_trigger["accept"].accepts
    assert by_trigger["accept"].asks == {"received_on": True}
    assert by_trigger["accept"].letters == ("receipt",)
    assert by_trigger["accept"].notify == ("submitter",)
    assert by_trigger["return"].interrupts
    assert by_trigger["return"].at_most == 1
    assert by_trigger["return"].asks == {"note": False}
    assert by_trigger["resubmit"].history == "reviewing"
    assert by_trigger["resubmit"].target is None
    assert by_trigger["ask"].closed_reasons == {"usual": Text("Thường lệ", "Usual")}
    assert by_trigger["ask"].reason_required
    assert by_trigger["withdraw"].reason_required
    assert by_trigger["withdraw"].closed_reasons == {}
    assert by_trigger["record"].appends == {"opinions": True}
    assert by_trigger["record"].on_hold
    assert by_trigger["waive"].auto
    assert by_trigger["decide"].registers_award
    assert by_trigger["recommend"].refusal == Text("Có ý kiến khác.", "Somebody disagrees.")
    holds = small().holds
    assert holds is not None
    assert holds.states == {"reviewing"}


def test_conditions_may_name_exactly_what_the_engine_gives() -> None:
    shape, _ = shape_of(read(SMALL.encode(), "f"), DefinitionShape)
    assert shape is not None

    assert sorted(names_of(shape)) == sorted(names_the_engine_gives(small()))


def test_the_limit_of_a_step_stands_still_under_a_hold() -> None:
    steps = [c for key, c in small().clocks.items() if c.in_state == key]

    assert steps
    assert all(c.suspended_in == {"on_hold": Policy.REMAINING} for c in steps)


def test_a_procedure_without_holds_has_none() -> None:
    begin, end = SMALL.index("holds:\n"), SMALL.index("states:\n  draft")
    text = (SMALL[:begin] + SMALL[end:]).replace(", on_hold: remaining", "")

    procedure = report_on(text).procedure

    assert procedure is not None
    assert procedure.holds is None


@pytest.mark.parametrize(
    ("old", "new", "code", "count"),
    [
        ("limit: 20 working days", "limit: 20 workdays", "BV107", 1),
        ("limit: 8 working hours", "limit: 0 hours", "BV107", 1),
        ("flag: 3 working days, otherwise: 2 working days}", "flag: x, otherwise: y}", "BV107", 2),
        ("limit: 30 days\n", "limit: 30 days\n    worst_case: soon\n", "BV107", 1),
        ("in: reviewing.opinions.asked\n", "in: reviewing.opinions.asked\n    worst_case: x\n",
         "BV107", 1),
        ("at: 50 %", "at: half", "BV108", 1),
        ("quorum: 2/3 of members", "quorum: 3/2 of members", "BV109", 1),
        ("pass: more than 1/2 of present", "pass: half", "BV109", 1),
        ("{flag: 3 working days, otherwise: 2 working days}", "{flag: 3 working days}", "BV110", 1),
        ("{by_award: {flag: true, otherwise: false}}", "{by_award: {flag: true}}", "BV110", 1),
        ("        otherwise: {quorum: 2/3 of members, pass: more than 1/2 of present}\n", "",
         "BV110", 1),
        ("{at: due, mark: overdue}", "{at: due}", "BV111", 1),
        ("    in: reviewing.opinions.asked\n", "", "BV112", 1),
        ("    in: reviewing.opinions.asked\n",
         "    in: reviewing.opinions.asked\n    starts: {on: ask}\n", "BV112", 1),
        ("limit: 30 days\n", "at: unit\n", "BV113", 1),
        ("  asking:\n", "  waiting:\n", "BV115", 1),
        (", refusal: {vi: Phải hỏi., en: Must ask.}", "", "BV114", 1),
        ("notify: [submitter]}", "notify: [submitter], refusal: {vi: A, en: A}}", "BV114", 1),
        ('"data.years > 2"', '"data.yers > 2"', "BV801", 1),
        ("when: \"data.award == 'flag' && facts.titles >= 1\"", 'when: "facts.titles"', "BV801", 1),
        ("  years: {label", "  in: {label", "BV803", 1),
        ("  titles: {label", "  function: {label", "BV803", 1),
    ],
)  # fmt: skip
def test_what_cannot_be_built_is_found(old: str, new: str, code: str, count: int) -> None:
    findings = found(spoilt(old, new), code)

    assert len(findings) == count
    assert all(finding.message and finding.message_en for finding in findings)


def test_a_misspelt_name_in_a_condition_is_found_at_its_own_column() -> None:
    text = spoilt("facts.titles >= 1", "facts.titel >= 1")
    line = line_of("facts.titel", text)

    (finding,) = found(text, "BV801")

    assert finding.line == line
    assert finding.column == text.split("\n")[line - 1].index("facts.titel") + 1


def test_an_edition_is_its_bytes_and_the_letters_it_names() -> None:
    alone = report_on(SMALL).procedure
    with_letters = report_on(SMALL, letters={"receipt": "a", "decision": "b"}).procedure
    with_more = report_on(SMALL, letters={"receipt": "a", "decision": "b", "x": "c"}).procedure
    changed = report_on(SMALL, letters={"receipt": "a", "decision": "z"}).procedure
    commented = report_on(SMALL + "# seen\n").procedure

    assert alone is not None
    assert with_letters is not None
    assert with_more is not None
    assert changed is not None
    assert commented is not None
    assert with_letters.hash == with_more.hash
    assert len({alone.hash, with_letters.hash, changed.hash, commented.hash}) == 4
    assert alone.hash == edition_hash(SMALL.encode(), {})


def test_what_stands_in_the_file_cannot_be_moved_into_a_letter() -> None:
    assert edition_hash(b"a", {"bc": "d"}) != edition_hash(b"a", {"b": "cd"})
