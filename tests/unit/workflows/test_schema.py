"""The published schema is the one that is checked against, and errors speak to authors."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import pytest
from pydantic import Field, model_validator

from tests.definitions import SMALL, report_on, spoilt
from workflows.findings import Finding
from workflows.reader import read
from workflows.schema import (
    DIALECT,
    SCHEMA_ID,
    DefinitionShape,
    Shape,
    json_schema,
    schema_text,
)
from workflows.shaping import shape_of

PUBLISHED = Path(__file__).resolve().parents[3] / "workflows" / "procedure.schema.json"


def errors_of(old: str, new: str, text: str = SMALL) -> list[Finding]:
    report = report_on(spoilt(old, new, text))
    assert not report.ok
    assert report.procedure is None
    return [finding for finding in report.findings if finding.code.startswith("BV1")]


def test_the_published_schema_is_made_from_the_models() -> None:
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text(), (
        "run: python -m workflows.schema > workflows/procedure.schema.json"
    )


def test_the_published_schema_says_what_it_is() -> None:
    schema = json.loads(schema_text())

    assert schema["$schema"] == DIALECT
    assert schema["$id"] == SCHEMA_ID
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == {
        "procedure", "edition", "title", "subject", "in_force", "roles", "states", "transitions",
    }  # fmt: skip


def test_the_schema_lets_a_ballot_be_a_table_and_a_name_be_a_list() -> None:
    definitions = json_schema()["$defs"]

    ballot = definitions["BallotShape"]
    assert list(ballot["patternProperties"]) == ["^by_[a-z][a-z0-9_]*$"]
    assert "table" not in ballot["properties"]
    by = definitions["TransitionShape"]["properties"]["by"]
    assert {option["type"] for option in by["anyOf"]} == {"string", "array"}


def test_an_unknown_key_is_found_with_the_nearest_known_one_at_the_key() -> None:
    (finding,) = errors_of("    measured: true", "    mesured: true")

    assert (finding.code, finding.line, finding.column) == ("BV101", 53, 5)
    assert finding.path == "clocks.resolution.mesured"
    assert "Did you mean 'measured'?" in finding.message_en
    assert "'measured'?" in finding.message


def test_an_unknown_key_of_a_ballot_is_found_with_the_nearest_known_one() -> None:
    (finding,) = errors_of("      passed: pass\n", "      passed: pass\n      faild: fail\n")

    assert "Did you mean 'failed'?" in finding.message_en


def test_after_an_unknown_key_the_rest_is_still_checked() -> None:
    text = spoilt("    measured: true", "    measured: true\n    colour: red")
    report = report_on(spoilt("letter: receipt,", "letter: reciept,", text))

    assert {"BV101", "BV201"} <= {finding.code for finding in report.findings}


def test_a_missing_language_is_found_and_the_rest_is_still_checked() -> None:
    text = spoilt("{vi: Bằng khen, en: Merit}", "{vi: Bằng khen}")
    text = spoilt("      flag: {vi: Cờ, en: Flag}", "      flag: {}", text)
    report = report_on(spoilt("letter: receipt,", "letter: reciept,", text))

    missing = [finding for finding in report.findings if finding.code == "BV102"]
    assert [finding.path for finding in missing] == [
        "data.award.of.merit.en", "data.award.of.flag.en", "data.award.of.flag.vi",
    ]  # fmt: skip
    assert "BV201" in {finding.code for finding in report.findings}


def test_a_missing_label_is_found_and_the_rest_is_still_checked() -> None:
    text = spoilt("label: {vi: Hội đồng, en: Council}\n", "")
    text = spoilt("  council:\n    ", "  council:\n", text)
    report = report_on(spoilt("letter: receipt,", "letter: reciept,", text))

    assert {"BV102", "BV201"} <= {finding.code for finding in report.findings}


@pytest.mark.parametrize(
    ("old", "new", "code", "says"),
    [
        ("subject: nominee\n", "", "BV102", "The key 'subject' is missing"),
        ("subject: nominee", "subject: person", "BV104", "'nominee', 'claimant', 'object'"),
        ("subject: nominee", "subject: 3", "BV104", "The value 3 is not possible"),
        ("type: party", "type: [party]", "BV104", "The value […] is not possible"),
        ("portal_status: 4", "portal_status: 0", "BV106", "must be 1 up"),
        ("portal_status: 4", "portal_status: 11", "BV106", "must be 10 at most"),
        ("portal_status: 4", "portal_status: four", "BV103", "must be a whole number, not 'four'"),
        ("portal_status: 4", "portal_status: true", "BV103", "must be a whole number, not True"),
        ("    measured: true", "    measured: 1", "BV103", "must be true or false, not 1"),
        ("    measured: true", "    measured:", "BV103", "must be true or false, not rỗng/empty"),
        ("in_force: {from: 2025-01-01}", "in_force: 2025-01-01", "BV103", "mapping of keys"),
        ("in_force: {from: 2025-01-01}", "in_force: {from: 2025-02-30}", "BV106", "must exist"),
        ("in_force: {from: 2025-01-01}", "in_force: {from: 2025}", "BV106", "2025-07-01"),
        ("edition: \"2025-01\"", "edition: 2025", "BV103", "must be text, not 2025"),
        ("edition: \"2025-01\"", "edition: \"20 25\"", "BV105", "must match"),
        ("procedure: small-award", "procedure: Small_Award", "BV105", "use a-z, 0-9, '-' only"),
        ("from: data.received_on}", "from: received_on}", "BV105", "'data.<field>'"),
        ("required: {by_award: {flag: true", "required: {award: {flag: true", "BV105",
         "'by_<field>'"),
        ("needs: [report]", "needs: report", "BV103", "must be a list, not 'report'"),
        ("needs: [report]", "needs: {report: 1}", "BV103", "must be a list, not {…}"),
        ("from: draft, to: submitted", "from: [], to: submitted", "BV106", "not be empty"),
        ("from: draft, to: submitted", "from: a.b.c.d, to: submitted", "BV105", "must match"),
        ("title: {vi: Khen thưởng, en: Award}", "title: {vi: ' ', en: Award}", "BV106",
         "not be empty"),
        ("cite: \"Luật 06/2022/QH15\"", "cite: " + "x" * 2001, "BV106", "Too long: at most 2000"),
        ("limit: {by_award: {flag: 3 working days, otherwise: 2 working days}}",
         "limit: {by_award: {flag: 3 days, otherwise: 2 days}, by_note: {otherwise: 1 day}}",
         "BV106", "Too long"),
        ("limit: 20 working days", "limit: 20", "BV103", "must be text, not 20"),
        ("submitter: {label", "Submitter: {label", "BV105", "use a-z, 0-9, '_' only"),
        ("      passed: pass\n", "      passed: pass\n      quorum: 1/2 of members\n", "BV106",
         "exactly one table"),
        ("      passed: pass\n", "      passed: pass\n      table: {}\n", "BV106", "by_<field>"),
        ("reason: {usual: {vi: Thường lệ, en: Usual}}", "reason: {}", "BV106", "not be empty"),
        ("reason: {usual: {vi: Thường lệ, en: Usual}}", "reason: optional", "BV104", "'required'"),
        ("at_most: 1", "at_most: 1.5", "BV103", "whole number"),
        ("ballot:\n", "ballot: [1]\n    x:\n", "BV103", "mapping"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_both_languages(old: str, new: str, code: str, says: str) -> None:
    findings = errors_of(old, new)

    told = [finding for finding in findings if finding.code == code]
    assert told
    assert says in told[0].message_en
    assert told[0].message
    assert told[0].message != told[0].message_en


def test_a_number_that_is_not_finite_is_text() -> None:
    (finding,) = errors_of("portal_status: 4", "portal_status: 1e999")

    assert finding.code == "BV103"


def test_a_ballot_may_have_one_rule_for_all() -> None:
    begin, end = SMALL.index("      by_award:\n        flag: {quorum"), SMALL.index("      passed:")
    rule = "      quorum: 2/3 of members\n      pass: more than 1/2 of valid\n"

    assert report_on(SMALL[:begin] + rule + SMALL[end:]).ok
    half = "      quorum: 2/3 of members\n"
    assert "BV106" in {f.code for f in report_on(SMALL[:begin] + half + SMALL[end:]).findings}


def test_a_shape_names_the_keys_of_the_file() -> None:
    assert "in_force" in DefinitionShape.names()


def test_a_shape_that_is_hidden_by_another_error_is_found_in_the_next_run() -> None:
    # With its label mended the state is whole, but no ladder stands without its rungs' places.
    text = spoilt("label: {vi: Chờ bổ sung, en: Waiting}\n    ", "")
    text = spoilt("[{at: due, pull: lapse}]", "[{pull: lapse}]", text)

    codes = [f.code for f in report_on(text).findings]

    assert codes == ["BV102", "BV102"]


class Odd(Shape):
    """A shape that is wrong whatever it holds."""

    vi: str
    number: Annotated[int, Field(multiple_of=2)] = 2

    @model_validator(mode="after")
    def _refuse(self) -> Odd:
        raise ValueError("never")


def test_what_was_mended_and_is_still_wrong_is_not_used() -> None:
    shape, findings = shape_of(read(b"number: 2\n", "f.yaml"), Odd)

    assert shape is None
    assert [finding.code for finding in findings] == ["BV102"]


def test_an_error_of_an_unknown_kind_is_said_in_its_own_words() -> None:
    shape, (finding,) = shape_of(read(b"vi: a\nnumber: 3\n", "f.yaml"), Odd)

    assert shape is None
    assert finding.code == "BV106"
    assert "multiple of 2" in finding.message_en


def test_a_definition_fits_the_published_schema_and_a_spoilt_one_does_not() -> None:
    jsonschema = pytest.importorskip("jsonschema_rs")
    validator = jsonschema.validator_for(json_schema())

    def fits(text: str) -> bool:
        root = read(text.encode(), "f.yaml").root
        assert root is not None
        return bool(validator.is_valid(root.plain()))

    assert fits(SMALL)
    assert not fits(spoilt("      passed: pass\n", "      passed: pass\n      faild: fail\n"))
    assert not fits(spoilt("    measured: true", "    mesured: true"))
    assert not fits(spoilt("subject: nominee", "subject: person"))
