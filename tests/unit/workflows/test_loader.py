"""Bad input of any kind gives findings with places, never a traceback."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.definition import Procedure
from engine.errors import DefinitionError
from tests.definitions import SMALL, STORY, report_on, spoilt
from workflows import loader
from workflows.findings import FindingsError, Severity, closest, errors
from workflows.loader import Report, load


def is_sound(report: Report) -> bool:
    """Tell whether a report says one thing: a procedure, or why there is none, with places."""
    return (report.procedure is not None) is report.ok and all(
        finding.line >= 1 and finding.column >= 1 and finding.message and finding.message_en
        for finding in report.findings
    )


def test_findings_come_in_the_order_of_the_file_and_once_each() -> None:
    text = spoilt("letter: receipt,", "letter: reciept,", spoilt("asks: {note:", "asks: {nte:"))

    report = report_on(text)

    places = [(finding.line, finding.column) for finding in report.findings]
    assert places == sorted(places)
    assert len(set(report.findings)) == len(report.findings)


def test_a_finding_is_written_as_compilers_write_it_and_as_json() -> None:
    (finding,) = errors(report_on(spoilt("portal_status: 4", "portal_status: 0")).findings)

    assert finding.as_line("en").startswith("small.yaml:6:16: error BV106 ")
    assert finding.as_line("vi").endswith(finding.text.vi)
    assert json.loads(json.dumps(finding.as_json())) == {
        "file": "small.yaml",
        "line": 6,
        "column": 16,
        "code": "BV106",
        "severity": "error",
        "message": finding.message,
        "message_en": finding.message_en,
        "path": "portal_status",
    }
    assert "small.yaml:6:16" in str(FindingsError([finding]))


def test_nothing_is_offered_where_nothing_is_near() -> None:
    assert closest("zzz", ["award", "note"]).vi == ""


def test_an_unreadable_file_has_its_findings_only() -> None:
    report = load(b"a: [", "f.yaml")

    assert report.procedure is None
    assert [finding.code for finding in report.findings] == ["BV004"]


def test_an_anchor_is_refused_though_its_value_can_be_read() -> None:
    report = report_on(spoilt("portal_status: 4", "portal_status: &four 4"))

    assert report.procedure is None
    assert [finding.code for finding in errors(report.findings)] == ["BV005"]


def test_where_the_engine_still_refuses_it_has_the_last_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(*_: object) -> Procedure:
        raise DefinitionError("no")

    monkeypatch.setattr(loader, "procedure_of", refuse)
    report = report_on(SMALL)

    assert [finding.code for finding in errors(report.findings)] == ["BV299"]


def test_warnings_and_unchecked_points_do_not_forbid_publishing() -> None:
    report = report_on(spoilt("roles:\n", "roles:\n  idle: {label: {vi: A, en: A}}\n"))

    assert report.ok
    assert {finding.severity for finding in report.findings} == {
        Severity.WARNING,
        Severity.NOT_CHECKED,
    }


@given(st.binary(max_size=100))
def test_any_bytes_are_a_procedure_or_findings(source: bytes) -> None:
    assert is_sound(load(source, "f.yaml"))


scalars = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
)
keys = st.sampled_from(
    ["procedure", "states", "transitions", "data", "clocks", "label", "vi", "limit", "ballot",
     "by_award", "regions", "from", "to", "type", "required", "ladder", "at"]
) | st.text(max_size=5)  # fmt: skip
trees = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=4)
)


@given(st.dictionaries(keys, trees, max_size=6))
def test_any_tree_is_a_procedure_or_findings(tree: dict[str, Any]) -> None:
    source = json.dumps(tree, ensure_ascii=False).encode("utf-8", "replace")

    assert is_sound(load(source, "f.yaml"))


LINES = SMALL.split("\n")
WORDS = ["reviewing", "draft", "head", "due", "award", "[]", "{}", "3", "true", "clock", "x y", "|",
         "data.award == 'flag'", "2 days", "{history: reviewing}", "system"]  # fmt: skip


@given(st.data())
def test_a_definition_changed_at_random_is_a_procedure_or_findings(data: st.DataObject) -> None:
    lines = list(LINES)
    for _ in range(data.draw(st.integers(1, 3))):
        number = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["drop", "double", "swap", "word", "cut"])):
            case "drop":
                del lines[number]
            case "double":
                lines.insert(number, lines[number])
            case "swap":
                other = data.draw(st.integers(0, len(lines) - 1))
                lines[number], lines[other] = lines[other], lines[number]
            case "word":
                words = lines[number].split(" ")
                place = data.draw(st.integers(0, len(words) - 1))
                words[place] = data.draw(st.sampled_from(WORDS))
                lines[number] = " ".join(words)
            case _:
                lines[number] = lines[number][: data.draw(st.integers(0, len(lines[number])))]

    report = load("\n".join(lines).encode(), "f.yaml", scenarios=[STORY.encode()])

    assert is_sound(report)
