"""The bars of a chart stand where their counts say."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.web.pages.stacks import LONGEST, ROW, WIDTH, Line, stacks

counts = st.tuples(*[st.integers(0, 200_000)] * 3).filter(any)


def test_the_line_with_the_most_is_the_longest_bar() -> None:
    chart = stacks([Line(label="A", counts=(2, 1, 1)), Line(label="B", counts=(0, 0, 2))])

    first, second = chart.bars
    assert [(p.kind, p.x, p.width, p.count) for p in first.parts] == [
        ("early", 0, 240, 2),
        ("on_time", 240, 120, 1),
        ("late", 360, 120, 1),
    ]
    assert [(p.kind, p.x, p.width) for p in second.parts] == [("late", 0, 240)]
    assert (chart.width, chart.height) == (WIDTH, 2 * ROW)
    assert second.y - first.y == ROW


def test_one_late_among_many_is_seen() -> None:
    (bar,) = stacks([Line(label="A", counts=(100_000, 0, 1))]).bars

    assert [part.width for part in bar.parts] == [479, 1]


def test_nothing_is_drawn_of_nothing() -> None:
    chart = stacks([])

    assert (chart.bars, chart.height) == ([], 0)


def test_a_long_label_is_cut_with_a_mark() -> None:
    (bar,) = stacks([Line(label="Sở " * 60, counts=(1, 0, 0))]).bars

    assert len(bar.label) <= 80
    assert bar.label.endswith("…")


@given(st.lists(counts, min_size=1, max_size=8))
def test_parts_stand_side_by_side_and_leave_room_for_their_numbers(
    each: list[tuple[int, int, int]],
) -> None:
    for bar in stacks([Line(label="A", counts=one) for one in each]).bars:
        x = 0
        for part in bar.parts:
            assert part.x == x
            assert part.width >= 1
            x += part.width
        assert x <= LONGEST + 3
        assert bar.end == x + 8
