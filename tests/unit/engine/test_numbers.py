"""Numbers run without gaps in their register, and only what needs one takes one."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.numbers import Numbers, numbered
from engine.outcome import LetterOrder
from engine.ports import NumberTaken
from tests.procedures import CountedIds, local
from tests.story import BINH, Story

NOW = local("2025-11-03")


def test_numbers_go_on_from_what_the_register_says_and_a_new_register_begins_at_one() -> None:
    numbers = Numbers({("province", "receipt", 2025): 41})

    assert [numbers.take("province", "receipt", 2025) for _ in range(2)] == [41, 42]
    assert numbers.take("province", "receipt", 2026) == 1
    assert numbers.take("unit", "receipt", 2025) == 1
    assert numbers.taken[0] == NumberTaken(org="province", kind="receipt", year=2025, number=41)
    assert [n.number for n in numbers.taken] == [41, 42, 1, 1]


def test_what_is_given_back_is_the_next_number_again() -> None:
    numbers = Numbers({("province", "receipt", 2025): 41})
    numbers.take("province", "receipt", 2025)
    for kind in ("receipt", "receipt", "decision"):
        numbers.take("province", kind, 2025)
    numbers.give_back(1)

    assert [n.number for n in numbers.taken] == [41]
    assert numbers.take("province", "receipt", 2025) == 42
    assert numbers.take("province", "decision", 2025) == 1


def test_acceptance_gives_a_code_of_agency_day_and_serial_and_numbers_its_letter() -> None:
    story = Story().submitted()
    story.dossier = replace(story.dossier, agencies={"province": "H01.02"})
    outcome = story.do("accept", BINH, "2025-11-03")
    numbers = Numbers({("province", "code-1103", 2025): 7, ("province", "receipt", 2025): 3})
    dossier, letters = numbered(outcome, numbers, "event", CountedIds(), NOW)

    assert dossier.received_code == "H01.02-251103-0007-001"
    assert [(one.number, one.event, one.order.key) for one in letters] == [
        ("3", "event", "receipt")
    ]
    assert [(n.kind, n.number) for n in numbers.taken] == [("code-1103", 7), ("receipt", 3)]


def test_without_an_agency_code_the_organisation_names_the_code() -> None:
    outcome = Story().submitted().do("accept", BINH, "2025-11-03")

    assert numbered(outcome, Numbers({}), "e", CountedIds(), NOW)[0].received_code == (
        "province-251103-0001-001"
    )


def test_the_day_of_a_code_is_the_local_one() -> None:
    outcome = Story().submitted().do("accept", BINH, "2025-11-03")
    late = datetime(2025, 12, 31, 17, 30, tzinfo=UTC)
    numbers = Numbers({})

    assert "-260101-" in str(numbered(outcome, numbers, "e", CountedIds(), late)[0].received_code)
    assert (numbers.taken[0].kind, numbers.taken[0].year) == ("code-0101", 2026)


def test_an_act_that_gives_no_code_takes_no_number() -> None:
    story = Story().decided()
    numbers = Numbers({})
    dossier, letters = numbered(story.outcomes[-1], numbers, "e", CountedIds(), NOW)

    assert dossier.received_code is None
    assert [one.number for one in letters] == ["12/QĐ-UBND"]
    assert numbers.taken == ()


@pytest.mark.parametrize(
    ("register", "number", "printed", "taken"),
    [("decision", None, "1", 1), ("decision", "9/QĐ", "9/QĐ", 0), (None, None, None, 0)],
    ids=["own register", "records office", "no number"],
)
def test_a_letter_is_numbered_by_its_register_or_by_the_records_office_or_not_at_all(
    register: str | None, number: str | None, printed: str | None, taken: int
) -> None:
    order = LetterOrder(
        key="decision",
        template="decision",
        per="dossier",
        register=register,
        number=number,
        dated_on=NOW.date(),
        org="province",
    )
    outcome = replace(Story().decided().outcomes[-1], letters=(order,))
    numbers = Numbers({})
    letters = numbered(outcome, numbers, "e", CountedIds(), NOW)[1]

    assert letters[0].number == printed
    assert len(numbers.taken) == taken
