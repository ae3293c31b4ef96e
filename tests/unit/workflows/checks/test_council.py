"""A session has a council and lets go of its items; nothing else has either."""

from __future__ import annotations

from functools import cache

import pytest

from procedures import catalogue
from tests.definitions import SMALL, found, line_of, spoilt, with_act

COUNCIL = "council: {electorate: data.electorate, attendance: data.attendance}\n"


@cache
def session() -> str:
    entry = next(e for e in catalogue.editions() if e.procedure == "council-session")
    return entry.source.decode()


def test_the_session_of_the_catalogue_keeps_all_of_it() -> None:
    for code in ("BV321", "BV322", "BV323", "BV324"):
        assert found(session(), code) == []


def test_a_session_without_a_council_is_found() -> None:
    text = spoilt(COUNCIL, "", session())

    (finding,) = found(text, "BV321")

    assert finding.line == line_of("subject: session", text)


def test_a_council_without_a_session_is_found() -> None:
    text = spoilt("subject: session", "subject: nominee", session())

    (finding,) = found(text, "BV321")

    assert finding.line == line_of("council: {", text)


@pytest.mark.parametrize("key", ["agenda: put", "for_each: items"])
def test_only_a_session_has_an_agenda(key: str) -> None:
    name, _, value = key.partition(": ")
    text = with_act(**{"from": "draft", "by": "unit", name: value})

    (finding,) = found(text, "BV322")

    assert "Only a session" in finding.message_en
    assert found(SMALL, "BV322") == []


def test_what_goes_through_all_items_needs_no_second_word_for_it() -> None:
    text = spoilt("    for_each: items\n", "    for_each: items\n    agenda: settled\n", session())

    (finding,) = found(text, "BV322")

    assert finding.line == line_of("    agenda: settled\n    letter", text)


@pytest.mark.parametrize("key", ["    for_each: items\n", "    agenda: release\n"])
def test_a_session_that_ends_with_dossiers_on_its_agenda_is_found(key: str) -> None:
    (finding,) = found(spoilt(key, "", session()), "BV323")

    assert "agenda: release" in finding.message_en


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("electorate: data.electorate,", "electorate: data.nobody,", "capacity"),
        ("electorate: data.electorate,", "electorate: data.place,", "capacity"),
        (
            "how:\n        label: {vi: Hình thức tham gia, en: How}\n        type: choice\n"
            "        required: true",
            "how:\n        label: {vi: Hình thức tham gia, en: How}\n        type: choice",
            "how",
        ),
        ("type: int, required: true}", "type: text, required: true}", "member"),
        ("          non_voting: {", "          guest: {", "capacity"),
    ],
)
def test_a_council_whose_members_or_attendance_cannot_be_counted_is_found(
    old: str, new: str, part: str
) -> None:
    findings = found(spoilt(old, new, session()), "BV324")

    assert [f"{part!r}" in one.message_en for one in findings] == [True]
