"""Every name is declared, of the kind that is needed, and declared things are used."""

from __future__ import annotations

import pytest

from tests.definitions import SMALL, found, report_on, spoilt, with_act
from workflows.findings import Severity

UNKNOWN = [
    ("separate: [[officer, head]]", "separate: [[oficer, head]]", "officer"),
    ("shared: [report]", "shared: [reprot]", "report"),
    ("award: award\n", "award: awrd\n", "award"),
    ("{count: opinions, where", "{count: opinion, where", "opinions"),
    ("where: {stance: disagree}", "where: {stanze: disagree}", "stance"),
    ("source: law\n    measured", "source: lav\n    measured", "law"),
    ("absent: written, source: law", "absent: written, source: lav", "law"),
    ("starts: {on: accept,", "starts: {on: acept,", "accept"),
    ("from: data.received_on}", "from: data.recieved_on}", "received_on"),
    ("stops: [decide, decline, fail]", "stops: [decide, decline, fale]", "fail"),
    ("cancelled_by: [withdraw,", "cancelled_by: [withdrew,", "withdraw"),
    ("suspended_in: {waiting:", "suspended_in: {waitin:", "waiting"),
    ("in: reviewing.opinions.asked", "in: reviewing.opinions.askd", "reviewing.opinions.asked"),
    ("notify: officer}\n", "notify: oficer}\n", "officer"),
    ("escalate: head}", "escalate: hed}", "head"),
    ("{at: due, pull: opinions_over}", "{at: due, pull: opinion_over}", "opinions_over"),
    ("task: {role: head, do: decide}}\n", "task: {role: haed, do: decide}}\n", "head"),
    ("number_from: data.number,", "number_from: data.numbr,", "number"),
    ("by: officer\n", "by: oficer\n", "officer"),
    ("release_by: [head]", "release_by: [heat]", "head"),
    ("in: [reviewing]", "in: [revieving]", "reviewing"),
    ("task: {role: officer, do: accept}", "task: {role: officer, do: acept}", "accept"),
    ("passed: pass\n", "passed: passs\n", "pass"),
    ("failed: fail\n", "failed: faill\n", "fail"),
    ("from: draft, to: submitted", "from: drat, to: submitted", "draft"),
    ("from: draft, to: submitted", "from: draft, to: submited", "submitted"),
    ("{history: reviewing}", "{history: revewing}", "reviewing"),
    ("notify: [submitter]", "notify: [submiter]", "submitter"),
    ("needs: [report]", "needs: [rport]", "report"),
    ("asks: {note: optional}", "asks: {not: optional}", "note"),
    ("appends: {opinions: required}", "appends: {opinons: required}", "opinions"),
    ("letter: receipt,", "letter: reciept,", "receipt"),
    ("letters: [decision]", "letters: [decison]", "decision"),
    ("required: {by_award: {flag: true", "required: {by_avard: {flag: true", "award"),
    ("required: {by_award: {flag: true", "required: {by_award: {flags: true", "flag"),
    ("limit: {by_award: {flag: 3", "limit: {by_award: {fag: 3", "flag"),
    ("flag: {quorum", "flat: {quorum", "flag"),
]


@pytest.mark.parametrize(("old", "new", "meant"), UNKNOWN)
def test_an_unknown_name_is_found_and_the_nearest_one_offered(
    old: str, new: str, meant: str
) -> None:
    text = spoilt(old, new)
    begin = SMALL.index(old)

    findings = found(text, "BV201")

    assert len(findings) == 1
    assert f"Did you mean {meant!r}?" in findings[0].message_en
    assert f"{meant!r}?" in findings[0].message
    assert findings[0].line == text[:begin].count("\n") + 1


def test_the_small_definition_is_without_error() -> None:
    report = report_on(SMALL)

    assert report.ok
    assert {finding.severity for finding in report.findings} == {Severity.NOT_CHECKED}


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("from: data.received_on}", "from: data.number}", "'number' is of type text"),
        ("dated_from: data.decided_on", "dated_from: data.years", "'years' is of type int"),
        ("appends: {opinions: required}", "appends: {note: required}", "'note' is of type text"),
        ("{count: opinions, where: {stance: disagree}}", "{count: note}", "'note' is of type text"),
        ("award: award\n", "award: note\n", "'note' is of type text"),
        ("by_award: {flag: true, otherwise", "by_note: {flag: true, otherwise", "'note' is of"),
    ],
)
def test_a_field_of_another_type_than_needed_is_found(old: str, new: str, named: str) -> None:
    (finding,) = found(spoilt(old, new), "BV203")

    assert named in finding.message_en


def test_a_rung_pulls_only_what_the_clock_may_pull() -> None:
    (finding,) = found(spoilt("{at: due, pull: opinions_over}", "{at: due, pull: record}"), "BV204")

    assert "'record'" in finding.message_en


def test_registering_an_award_needs_to_know_which() -> None:
    assert found(spoilt("award: award\n", ""), "BV205")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("years: {label: {vi: Số năm, en: Years}, type: int}",
         "years: {label: {vi: Số năm, en: Years}, type: choice}", "needs the key 'of'"),
        ("note: {label: {vi: Ghi chú, en: Note}, type: text}",
         "note: {label: {vi: Ghi chú, en: Note}, type: text, of: {a: {vi: A, en: A}}}",
         "is for the type choice only"),
        ("note: {label: {vi: Ghi chú, en: Note}, type: text}",
         "note: {label: {vi: Ghi chú, en: Note}, type: records}", "needs the key 'fields'"),
    ],
)  # fmt: skip
def test_choices_and_records_say_what_is_in_them_and_nothing_else_does(
    old: str, new: str, says: str
) -> None:
    (finding,) = found(spoilt(old, new), "BV206")

    assert says in finding.message_en


def test_a_record_holds_only_simple_values() -> None:
    text = spoilt("agency: {label: {vi: Cơ quan, en: Agency}, type: text}",
                  "agency: {label: {vi: Cơ quan, en: Agency}, type: party}")  # fmt: skip

    assert len(found(text, "BV207")) == 1


@pytest.mark.parametrize(
    ("old", "new", "unused"),
    [
        ("roles:\n", "roles:\n  idle: {label: {vi: A, en: A}}\n", "idle"),
        ("letter: receipt, ", "", "receipt"),
        ("appends: {opinions: required}, ", "", "opinions"),
        (" && facts.titles >= 1", "", "titles"),
        ("aggregates.against == 0 || ", "", "against"),
    ],
)
def test_what_is_declared_and_never_used_is_a_warning(old: str, new: str, unused: str) -> None:
    (finding,) = found(spoilt(old, new), "BV202")

    assert finding.severity is Severity.WARNING
    assert f"'{unused}'" in finding.message_en


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("{trigger: withdraw,", "{trigger: hold,"),
        ("{trigger: withdraw,", "{trigger: release,"),
        ("roles:\n", "roles:\n  clock: {label: {vi: A, en: A}}\n"),
    ],
)
def test_what_the_engine_gave_a_meaning_is_not_named_anew(old: str, new: str) -> None:
    assert len(found(spoilt(old, new), "BV208")) == 1


def test_a_hold_that_an_act_places_has_a_declared_ground() -> None:
    text = with_act(trigger="stop", by="officer", places_hold="nothing", **{"from": "reviewing"})

    assert any("ground of a hold 'nothing'" in f.message_en for f in found(text, "BV201"))


def test_the_deed_of_a_decision_made_elsewhere_is_a_text_and_a_date() -> None:
    def with_deed(number: str, on: str) -> str:
        deed = f"deed: {{number: data.{number}, on: data.{on}}}\n"
        return spoilt("award: award\n", f"award: award\n{deed}")

    assert found(with_deed("number", "decided_on"), "BV203") == []
    assert len(found(with_deed("years", "number"), "BV203")) == 2
    assert len(found(with_deed("numbr", "decided_on"), "BV201")) == 1
