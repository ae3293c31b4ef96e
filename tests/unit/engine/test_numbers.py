"""Numbers run without gaps in their register, and only what needs one takes one."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from engine.errors import NumberInUse
from engine.numbers import Numbers, numbered
from engine.outcome import LetterOrder
from engine.ports import NumberHeld, NumberTaken, NumberTyped
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
    numbers.give_back((1, 0, 0, 0))

    assert [n.number for n in numbers.taken] == [41]
    assert numbers.take("province", "receipt", 2025) == 42
    assert numbers.take("province", "decision", 2025) == 1


def ordered(per: str, **more: object) -> LetterOrder:
    order = LetterOrder(
        key="decision",
        template="decision",
        per=per,
        register="decision",
        number=None,
        dated_on=NOW.date(),
        org="province",
    )
    return replace(order, **more)  # type: ignore[arg-type]


def test_a_letter_for_many_is_one_paper_with_one_number_and_a_place_for_each() -> None:
    dossier = Story().dossier
    numbers, ids = Numbers({("province", "decision", 2025): 41}), CountedIds()
    many = [numbers.issue(ordered("batch"), dossier, f"e{n}", ids) for n in (1, 2, 3)]

    assert {(one.id, one.number, one.first) for one in many} == {(many[0].id, "41", "e1")}
    assert [(one.event, one.place) for one in many] == [("e1", 1), ("e2", 2), ("e3", 3)]
    assert len(numbers.taken) == 1


def test_each_submission_has_a_letter_of_its_own_and_so_has_each_dossier() -> None:
    dossier = Story().dossier
    other = replace(dossier, submission="other")
    numbers, ids = Numbers({}), CountedIds()
    shared = [
        numbers.issue(ordered("submission"), one, "e", ids) for one in (dossier, other, dossier)
    ]
    alone = [numbers.issue(ordered("dossier"), dossier, "e", ids) for _ in range(2)]

    assert [(one.number, one.place) for one in (*shared, *alone)] == [
        ("1", 1), ("2", 1), ("1", 2), ("3", 1), ("4", 1),
    ]  # fmt: skip
    assert shared[0].id == shared[2].id


def test_editions_share_a_letter_only_if_its_number_was_typed() -> None:
    dossier = Story().dossier
    later = replace(dossier, edition="later")
    numbers, ids = Numbers({}), CountedIds()
    taken = [numbers.issue(ordered("batch"), one, "e", ids).place for one in (dossier, later)]
    typed = [
        numbers.issue(ordered("batch", number="9/QĐ"), one, "e", ids).place
        for one in (dossier, later)
    ]
    others = [
        numbers.issue(ordered("batch", **more), dossier, "e", ids).place
        for more in ({"number": "8/QĐ"}, {"org": "unit"}, {"key": "notice"})
    ]

    assert (taken, typed, others) == ([1, 1], [1, 2], [1, 1, 1])


def test_a_letter_that_is_given_back_was_never_issued() -> None:
    dossier = Story().dossier
    numbers, ids = Numbers({}), CountedIds()
    start = numbers.mark()
    first = numbers.issue(ordered("batch"), dossier, "e1", ids)
    mark = numbers.mark()
    numbers.issue(ordered("batch"), dossier, "e2", ids)
    numbers.give_back(mark)
    assert numbers.issue(ordered("batch"), dossier, "e3", ids).place == 2

    numbers.give_back(start)
    again = numbers.issue(ordered("batch"), dossier, "e4", ids)
    assert (again.number, again.place) == ("1", 1)
    assert again.id != first.id


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


def test_a_number_that_was_typed_is_one_letters_for_ever() -> None:
    dossier = Story().dossier
    asked: list[NumberTyped] = []

    def who_holds(number: NumberTyped) -> NumberHeld | None:
        asked.append(number)
        held = NumberHeld(dossier="H01-001", dated_on=NOW.date())
        return held if number.key == "7/qđ" else None

    numbers, ids = Numbers({}, who_holds), CountedIds()
    with pytest.raises(NumberInUse) as refused:
        numbers.issue(ordered("batch", number="7 /QĐ"), dossier, "e", ids)
    assert "H01-001" in refused.value.text.vi
    mark = numbers.mark()
    one = ordered("batch", number="9/QĐ")
    assert [numbers.issue(one, dossier, "e", ids).place for _ in range(2)] == [1, 2]
    # Another paper of the same commit is another letter.
    with pytest.raises(NumberInUse):
        numbers.issue(replace(one, key="notice", number="9/qđ"), dossier, "e", ids)
    numbers.issue(replace(one, dated_on=date(2024, 12, 31)), dossier, "e", ids)
    numbers.issue(replace(one, register=None), dossier, "e", ids)
    numbers.give_back(mark)
    assert numbers.issue(replace(one, key="notice"), dossier, "e", ids).place == 1
    assert [(number.number, number.year) for number in asked] == [
        ("7 /QĐ", 2025), ("9/QĐ", 2025), ("9/QĐ", 2024), ("9/QĐ", 2025),
    ]  # fmt: skip
