"""A rung says where it stands, and percentages are rounded up to whole units."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ladder import RungAt
from engine.limits import Limit, LimitError, Unit


@pytest.mark.parametrize(
    ("written", "rung", "again"),
    [
        ("50 %", RungAt(percent=50), "50 %"),
        ("50%", RungAt(percent=50), "50 %"),
        ("due", RungAt(), "due"),
        ("due - 1 working day", RungAt(offset=-1, unit=Unit.WORKING_DAYS), "due - 1 working day"),
        ("due-1 working days", RungAt(offset=-1, unit=Unit.WORKING_DAYS), "due - 1 working day"),
        ("due + 2 hours", RungAt(offset=2, unit=Unit.HOURS), "due + 2 hours"),
    ],
)
def test_a_rung_is_read_and_written_back(written: str, rung: RungAt, again: str) -> None:
    assert RungAt.parse(written) == rung
    assert str(rung) == again
    assert rung.is_due is (again == "due")


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ("", "cannot be read"),
        ("overdue", "cannot be read"),
        ("due 2 days", "cannot be read"),
        ("50 percent", "cannot be read"),
        ("0 %", "1 % to 99 %"),
        ("100 %", "write 'due'"),
        ("9" * 5000 + " %", "1 % to 99 %"),
        ("due + 0 days", "must be positive"),
        ("due - -1 days", "must be positive"),
        ("due + 2 weeks", "The unit 'weeks'"),
        ("due + days", "cannot be read"),
    ],
)
def test_what_is_no_rung_is_refused_with_what_is_wrong(written: str, part: str) -> None:
    with pytest.raises(LimitError) as refused:
        RungAt.parse(written)

    assert part in refused.value.text.en


@pytest.mark.parametrize(
    ("percent", "number", "part"),
    [(50, 25, 13), (80, 25, 20), (1, 25, 1), (50, 1, 1), (99, 100, 99), (99, 25, 25)],
)
def test_a_percentage_is_rounded_up_to_a_whole_unit(percent: int, number: int, part: int) -> None:
    rung = RungAt(percent=percent)

    assert rung.part_of(Limit(number, Unit.WORKING_DAYS)) == Limit(part, Unit.WORKING_DAYS)


def test_a_rung_told_from_due_is_no_part_of_the_limit() -> None:
    assert RungAt.parse("due + 1 day").part_of(Limit(5, Unit.DAYS)) is None


@given(st.integers(1, 99), st.integers(1, 10_000), st.sampled_from(Unit))
def test_a_percentage_lies_within_the_limit(percent: int, number: int, unit: Unit) -> None:
    part = RungAt(percent=percent).part_of(Limit(number, unit))

    assert part is not None
    assert 1 <= part.number <= number
    assert (part.number - 1) * 100 < number * percent <= part.number * 100
