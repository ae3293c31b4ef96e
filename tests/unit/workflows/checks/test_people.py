"""Somebody is left to do each step."""

from __future__ import annotations

from collections.abc import Set

import pytest

from tests.definitions import SMALL, found, spoilt
from workflows.findings import Severity


class People:
    """A directory that is a table."""

    def __init__(self, **roles: str) -> None:
        self.roles = roles

    def holders(self, role: str) -> Set[str]:
        return frozenset(self.roles.get(role, "").split())


def test_without_a_directory_nothing_is_said_to_be_right() -> None:
    (finding,) = found(SMALL, "BV503")

    assert finding.severity is Severity.NOT_CHECKED


def test_enough_people_are_enough() -> None:
    people = People(submitter="an", officer="binh", head="chi")

    assert not [
        *found(SMALL, "BV501", directory=people),
        *found(SMALL, "BV502", directory=people),
        *found(SMALL, "BV503", directory=people),
    ]


def test_a_role_that_nobody_holds_is_named() -> None:
    (finding,) = found(SMALL, "BV501", directory=People(submitter="an", officer="binh"))

    assert "'head'" in finding.message_en


@pytest.mark.parametrize(
    ("people", "possible"),
    [
        ({"officer": "an", "head": "an"}, False),
        ({"officer": "an", "head": "an binh"}, True),
        ({"officer": "an binh", "head": "an binh"}, True),
    ],
)
def test_duties_that_are_kept_apart_need_different_people(
    people: dict[str, str], possible: bool
) -> None:
    findings = found(SMALL, "BV502", directory=People(submitter="an", **people))

    assert (findings == []) is possible


def test_a_duty_that_nobody_does_needs_nobody() -> None:
    text = spoilt("roles:\n", "roles:\n  idle: {label: {vi: A, en: A}}\n")
    text = spoilt("separate: [[officer, head]]", "separate: [[officer, idle]]", text)
    people = People(submitter="an", officer="an", head="an")

    assert found(text, "BV502", directory=people) == []


def test_three_duties_among_two_people_cannot_be_kept_apart() -> None:
    text = spoilt(
        "separate: [[officer, head]]",
        "separate: [[officer, head], [submitter, head], [officer, submitter]]",
    )
    two = "an binh"

    assert found(text, "BV502", directory=People(submitter=two, officer=two, head=two))
    assert not found(text, "BV502", directory=People(submitter=two, officer=two, head="chi"))


def test_too_many_duties_among_too_few_people_are_not_called_right() -> None:
    keys = [f"r{number}" for number in range(12)]
    declared = "".join(f"  {key}: {{label: {{vi: A, en: A}}}}\n" for key in keys)
    text = spoilt("roles:\n", f"roles:\n{declared}")
    text = spoilt("release_by: [head]", f"release_by: [head, {', '.join(keys)}]", text)
    text = spoilt(
        "from: draft, to: submitted, by: submitter",
        f"from: draft, to: submitted, by: [submitter, {', '.join(keys)}]",
        text,
    )
    text = spoilt("separate: [[officer, head]]", f"separate: [[{', '.join(keys)}]]", text)
    people = People(submitter="s", officer="o", head="h", **dict.fromkeys(keys, "an binh chi"))

    (finding,) = found(text, "BV504", directory=people)

    assert finding.severity is Severity.NOT_CHECKED
