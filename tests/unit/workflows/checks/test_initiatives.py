"""Where an initiative is named, and what it is used for, must be there and of the right kind."""

from pathlib import Path

import pytest

import procedures
from engine.definition import InitiativeRule, InitiativeUse, NamedInitiative, UsedFor
from tests.definitions import report_on, spoilt

FOLDER = Path(str(procedures.__file__)).parent / "provincial-award" / "2025-07"
AWARD = (FOLDER / "definition.yaml").read_text(encoding="utf-8")
FIRST = "{decision: data.initiative_1_decision, title: data.initiative_1_title, on:"
COUNT = "count: {initiatives: spent}"


def codes(text: str) -> list[str]:
    return [finding.code for finding in report_on(text).findings if finding.code < "BV5"]


def test_an_edition_says_which_fields_name_an_initiative_and_what_each_award_is() -> None:
    procedure = report_on(AWARD).procedure
    assert procedure is not None
    one, two = (
        NamedInitiative(
            decision=f"initiative_{n}_decision",
            title=f"initiative_{n}_title",
            on=f"initiative_{n}_on",
        )
        for n in (1, 2)
    )
    assert procedure.initiatives == InitiativeRule(
        named=(one, two),
        classes={
            "merit": UsedFor.FORM,
            "flag": UsedFor.TITLE,
            "soldier": UsedFor.TITLE,
            "collective": UsedFor.TITLE,
        },
        title_after_title=InitiativeUse.LOOK,
        source="one_use",
    )
    assert procedure.facts["initiatives_spent"].count.initiatives is InitiativeUse.SPENT


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (FIRST, FIRST.replace("1_decision", "9_decision"), ["BV201"]),
        (FIRST, FIRST.replace("1_title", "1_on"), ["BV203"]),
        ("on: data.initiative_2_on}", "on: data.initiative_2_title}", ["BV203"]),
        ("for: {merit: form, flag", "for: {merits: form, flag", ["BV201"]),
        ("  source: one_use\n\n", "  source: two_uses\n\n", ["BV201"]),
        (COUNT, "count: {initiatives: spent, deed: data.decision_number}", ["BV209"]),
        (COUNT, "count: {initiatives: spent, consecutive: true}", ["BV209"]),
        (COUNT, "count: {}", ["BV209"]),
        ("title_after_title: look", "title_after_title: perhaps", ["BV104"]),
        ("for: {merit: form, flag", "for: {merit: medal, flag", ["BV104"]),
    ],
)
def test_what_does_not_fit_is_named(old: str, new: str, expected: list[str]) -> None:
    assert codes(spoilt(old, new, AWARD)) == expected


def test_a_look_up_of_initiatives_needs_to_know_where_they_are_named() -> None:
    begin, end = AWARD.index("initiatives:\n  named"), AWARD.index("# Verified sources")
    assert codes(AWARD[:begin] + AWARD[end:]) == ["BV205"]
