"""A dossier ends in another one only by an act that says in which, why, and counts as no result."""

from __future__ import annotations

import pytest

from tests.definitions import SMALL, found, report_on, spoilt, with_act

MERGED = spoilt(
    "  withdrawn: {label:",
    "  merged: {label: {vi: Đã nhập, en: Merged}, final: true, result: redirected}\n"
    "  withdrawn: {label:",
    SMALL,
)
ACT = {
    "from": "submitted",
    "to": "merged",
    "by": "officer",
    "reason": "required",
    "asks": "{number: required}",
    "merges": "number",
}


def test_an_act_that_says_all_of_it_is_in_order() -> None:
    text = with_act(MERGED, **ACT)

    assert found(text, "BV340") == []
    procedure = report_on(text).procedure
    assert procedure is None or procedure.pulled_by("extra")[0].merges == "number"


@pytest.mark.parametrize(
    "wrong",
    [
        {"merges": "nothing"},
        {"merges": "years", "asks": "{years: required}"},
        {"asks": "{number: optional}"},
        {"asks": "{decided_on: required}"},
        {"reason": ""},
        {"to": "withdrawn"},
        {"to": ""},
    ],
    ids=str,
)
def test_whatever_is_missing_is_named(wrong: dict[str, str]) -> None:
    keys = {key: value for key, value in {**ACT, **wrong}.items() if value}

    (finding,) = found(with_act(MERGED, **keys), "BV340")

    assert finding.path.endswith("merges")
