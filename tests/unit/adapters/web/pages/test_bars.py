"""The bar of a term: passed, stopped and over, always within its length."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from adapters.services.views import ClockView
from adapters.web.pages.bars import WIDTH, Segment, bar_of

START = date(2025, 11, 3)


def clock(
    due_on: date | None,
    *,
    state: str = "running",
    statutory: bool = True,
    suspended: tuple[tuple[date, date | None], ...] = (),
) -> ClockView:
    return ClockView(
        key="k", label="", limit="", state=state, measured=True, anchor_on=START, due_on=due_on,
        due_at=None, left=0, left_text="", percent=None, overdue=False, provisional=False,
        statutory=statutory, suspended=suspended,
    )  # fmt: skip


def at(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 3, tzinfo=UTC)


def test_half_a_term_is_half_a_bar() -> None:
    bar = bar_of(clock(date(2025, 11, 13)), at(date(2025, 11, 8)))

    assert bar == [Segment("used", 0, WIDTH // 2)]


def test_a_stop_is_drawn_where_it_was() -> None:
    stop = (date(2025, 11, 5), date(2025, 11, 7))

    bar = bar_of(clock(date(2025, 11, 13), suspended=(stop,)), at(date(2025, 11, 8)))

    assert bar == [Segment("used", 0, 500), Segment("still", 200, 200)]


def test_a_stop_that_lasts_reaches_today() -> None:
    bar = bar_of(
        clock(None, state="suspended", suspended=((date(2025, 11, 5), None),)),
        at(date(2025, 11, 13)),
    )

    assert bar == [Segment("used", 0, 1000), Segment("still", 200, 800)]


def test_only_a_limit_of_law_is_over_in_red() -> None:
    law = bar_of(clock(date(2025, 11, 8)), at(date(2025, 11, 13)))
    plan = bar_of(clock(date(2025, 11, 8), statutory=False), at(date(2025, 11, 13)))

    assert law == [Segment("used", 0, 500), Segment("over", 500, 500)]
    assert plan == [Segment("used", 0, 500), Segment("beyond", 500, 500)]


def test_an_ended_clock_has_no_bar() -> None:
    assert bar_of(clock(date(2025, 11, 8), state="stopped"), at(date(2025, 11, 13))) == ()


def test_a_term_of_no_length_has_no_bar() -> None:
    assert bar_of(clock(START), at(START)) == ()


@given(st.integers(0, 400), st.integers(0, 400), st.integers(-5, 400), st.integers(-5, 400))
def test_no_segment_leaves_the_bar(due: int, today: int, after: int, length: int) -> None:
    stop = (START + timedelta(days=after), START + timedelta(days=after + length))

    bar = bar_of(
        clock(START + timedelta(days=due), suspended=(stop,)), at(START + timedelta(days=today))
    )

    assert all(s.x >= 0 and s.width > 0 and s.x + s.width <= WIDTH for s in bar)
