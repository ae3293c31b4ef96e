"""Conditions do not hang on how somebody spelt something."""

from __future__ import annotations

import pytest

from tests.definitions import found, spoilt
from workflows.findings import Severity


@pytest.mark.parametrize(
    ("name", "warned"),
    [
        ("data.note == 'x'", True),
        ("data.nominee.name == 'x'", True),
        ("data.nominee.unit == 'x'", True),
        ("data.nominee.kind == 'individual'", False),
        ("data.nominee.birth_year > 1990", False),
        ("data.number == 'x'", False),
        ("filled.data.note", False),
        ("data.award == 'flag'", False),
        ("today == 'x'", False),
    ],
)
def test_a_condition_on_personal_free_text_is_a_warning(name: str, warned: bool) -> None:
    findings = found(spoilt('required: "data.years > 2"', f'required: "{name}"'), "BV802")

    assert bool(findings) is warned
    assert all(finding.severity is Severity.WARNING for finding in findings)


def test_text_that_is_declared_to_be_not_personal_may_be_read() -> None:
    text = spoilt("en: Note}, type: text}", "en: Note}, type: text, personal: false}")

    assert not found(spoilt('"data.years > 2"', "\"data.note == 'x'\"", text), "BV802")
