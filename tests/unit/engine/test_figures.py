"""Percentiles are margins that occurred, and figures of parts add up to figures of the whole."""

from fractions import Fraction
from math import ceil
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.figures import Alike, Spread, figures_of, rounded, share, spread


def alike(verdict: Any, margin: int, count: int = 1, **more: Any) -> Alike:
    known: dict[str, Any] = {"unit": "working days", "elapsed_days": count}
    return Alike(verdict=verdict, margin=margin, count=count, **{**known, **more})


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([7], (7, 7, 7)),
        ([1, 2], (1, 1, 2)),
        (range(1, 11), (1, 5, 9)),
        (range(1, 12), (2, 6, 10)),
        ([-3, -2, -1], (-3, -2, -1)),
        ([-5, 0, 0, 0, 4], (-5, 0, 4)),
    ],
)
def test_percentiles_are_by_nearest_rank(values: list[int], expected: tuple[int, int, int]) -> None:
    counts = {value: list(values).count(value) for value in values}
    p10, p50, p90 = expected

    assert spread(counts) == Spread(p10=p10, p50=p50, p90=p90)


@given(st.lists(st.integers(-300, 300), min_size=1, max_size=200))
def test_a_percentile_is_the_value_at_its_rank_in_the_sorted_list(values: list[int]) -> None:
    found = spread({value: values.count(value) for value in values})
    ranked = sorted(values)

    assert found is not None
    for percent, value in ((10, found.p10), (50, found.p50), (90, found.p90)):
        assert value == ranked[ceil(Fraction(percent * len(values), 100)) - 1]


def test_nothing_has_no_percentiles_and_no_average() -> None:
    found = figures_of([], open=3, overdue_open=1)

    assert spread({}) is None
    assert (found.resolved, found.margin, found.margin_minutes) == (0, None, None)
    assert found.elapsed_tenths is None
    assert (found.open, found.overdue_open) == (3, 1)


def test_verdicts_are_counted_whatever_the_unit_and_margins_in_their_own() -> None:
    found = figures_of(
        [
            alike("early", 3, 2, elapsed_days=9),
            alike("late", -1),
            alike("on_time", 0, 3),
            alike("late", -45, 2, unit="working minutes", elapsed_days=0),
        ],
        open=0,
        overdue_open=0,
    )

    assert (found.early, found.on_time, found.late, found.resolved) == (2, 3, 3, 8)
    assert found.margin == Spread(p10=-1, p50=0, p90=3)
    assert found.margin_minutes == Spread(p10=-45, p50=-45, p90=-45)
    assert found.elapsed_tenths == 16


def test_groups_of_the_same_margin_are_one() -> None:
    whole = figures_of([alike("early", 3, 5)], open=0, overdue_open=0)

    assert figures_of([alike("early", 3, 2), alike("early", 3, 3)], open=0, overdue_open=0) == whole


@pytest.mark.parametrize(
    ("part", "whole", "tenths"), [(0, 0, 0), (1, 3, 333), (2, 3, 667), (1, 2000, 1), (7, 7, 1000)]
)
def test_a_share_is_in_tenths_of_a_percent(part: int, whole: int, tenths: int) -> None:
    assert share(part, whole) == tenths


@pytest.mark.parametrize(("number", "by", "whole"), [(5, 2, 3), (-5, 2, -2), (4, 2, 2), (1, 3, 0)])
def test_halves_are_rounded_up(number: int, by: int, whole: int) -> None:
    assert rounded(number, by) == whole
