"""A limit says what it counts, and what is not a limit is refused with a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.limits import Limit, LimitError, Unit


@pytest.mark.parametrize(
    ("written", "number", "unit", "again"),
    [
        ("25 working days", 25, Unit.WORKING_DAYS, "25 working days"),
        ("1 working day", 1, Unit.WORKING_DAYS, "1 working day"),
        ("1 working days", 1, Unit.WORKING_DAYS, "1 working day"),
        ("2 working day", 2, Unit.WORKING_DAYS, "2 working days"),
        ("56 days", 56, Unit.DAYS, "56 days"),
        ("1 month", 1, Unit.MONTHS, "1 month"),
        ("8 hours", 8, Unit.HOURS, "8 hours"),
        ("  4   working   hours ", 4, Unit.WORKING_HOURS, "4 working hours"),
        ("10000 days", 10_000, Unit.DAYS, "10000 days"),
        ("+3 days", 3, Unit.DAYS, "3 days"),
    ],
)
def test_a_limit_is_read_in_singular_and_plural(
    written: str, number: int, unit: Unit, again: str
) -> None:
    limit = Limit.parse(written)

    assert limit == Limit(number, unit)
    assert str(limit) == again


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ("", "cannot be read"),
        ("days", "cannot be read"),
        ("25", "cannot be read"),
        ("25days", "cannot be read"),
        ("ten days", "cannot be read"),
        ("５ days", "cannot be read"),
        ("1 day 2 hours", "The unit 'day 2 hours'"),
        ("5 weeks", "The unit 'weeks'"),
        ("5 Working Days", "The unit 'Working Days'"),
        ("1.5 days", "whole number"),
        ("1,5 days", "whole number"),
        ("0 working days", "must be positive, not 0"),
        ("-5 days", "must be positive, not -5"),
        ("10001 days", "too large"),
        ("9" * 5000 + " days", "too large"),
    ],
)
def test_what_is_no_limit_is_refused_with_what_is_wrong(written: str, part: str) -> None:
    with pytest.raises(LimitError) as refused:
        Limit.parse(written)

    assert part in refused.value.text.en
    assert str(refused.value) == refused.value.text.vi


def test_a_limit_cannot_be_built_out_of_range() -> None:
    with pytest.raises(LimitError):
        Limit(0, Unit.DAYS)


def test_a_limit_has_a_label_in_both_languages() -> None:
    assert Limit(25, Unit.WORKING_DAYS).label("vi") == "25 ngày làm việc"
    assert Limit(25, Unit.WORKING_DAYS).label("en") == "25 working days"
    assert Limit(1, Unit.MONTHS).label("vi") == "1 tháng"


@given(st.integers(1, 10_000), st.sampled_from(Unit))
def test_every_limit_is_read_back_as_it_was_written(number: int, unit: Unit) -> None:
    assert Limit.parse(str(Limit(number, unit))) == Limit(number, unit)


@given(st.text(max_size=30))
def test_any_text_is_a_limit_or_a_limit_error(written: str) -> None:
    try:
        limit = Limit.parse(written)
    except LimitError:
        return

    assert Limit.parse(str(limit)) == limit
