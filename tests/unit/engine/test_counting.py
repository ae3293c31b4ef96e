"""Where limits end, against an oracle that walks over every day and knows no formula."""

from __future__ import annotations

from calendar import monthrange
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import TZ, CalendarRangeError
from engine.counting import Due, Span, Start, account_for, add_months, due_of, end_of_day
from engine.limits import Limit, Unit
from procedures.calendars import national_calendar

VN = national_calendar()
DAY = timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TZ)


def begun(on: str, *, counted: bool = False) -> Start:
    moment = at(on)
    return Start(on=moment.date(), at=moment, counted=counted)


def span(begin: str, end: str) -> Span:
    return Span(
        from_on=at(begin).date(),
        from_at=at(begin),
        until_on=at(end).date(),
        until_at=at(end),
    )


@pytest.mark.parametrize(
    ("start", "limit", "counted", "due"),
    [
        # The public posting under Decree 152/2025, art. 44, over National Day 2025.
        ("2025-08-20", "10 working days", True, "2025-09-04"),
        ("2025-08-20", "10 working days", False, "2025-09-05"),
        ("2025-08-20T23:59", "10 working days", False, "2025-09-05"),
        # Year ends, and the swap of 2 and 10 January 2026.
        ("2025-12-30", "3 working days", False, "2026-01-06"),
        ("2026-01-05", "5 working days", False, "2026-01-10"),
        ("2026-12-31", "1 working day", False, "2027-01-04"),
        # Tết.
        ("2026-02-11", "3 working days", False, "2026-02-23"),
        ("2026-02-14", "3 days", False, "2026-02-23"),
        ("2024-02-05", "25 working days", False, "2024-03-18"),
        # Swapped Saturdays are the last day, and are not moved from.
        ("2026-08-20", "2 working days", False, "2026-08-22"),
        ("2026-08-20", "2 days", False, "2026-08-22"),
        ("2026-08-20", "3 days", False, "2026-08-24"),
        # Counted from a day that is not open.
        ("2026-03-07", "1 working day", False, "2026-03-09"),
        ("2026-03-07", "1 working day", True, "2026-03-09"),
        # Calendar days.
        ("2026-03-02", "1 day", True, "2026-03-02"),
        ("2026-03-02", "56 days", False, "2026-04-28"),  # 27 April is closed
        ("2024-02-28", "1 day", False, "2024-02-29"),
        # Months: the leap day, a month without that day, the year's end.
        ("2024-01-31", "1 month", False, "2024-02-29"),
        ("2025-01-31", "1 month", False, "2025-02-28"),
        ("2026-01-31", "1 month", False, "2026-03-02"),  # 28 February was a Saturday
        ("2024-02-29", "12 months", False, "2025-02-28"),
        ("2026-03-31", "1 month", False, "2026-05-04"),  # 30 April to 3 May are closed
        ("2025-11-30", "3 months", False, "2026-03-02"),
        ("2026-06-01", "1 month", True, "2026-06-30"),
        ("2026-06-15", "1 month", True, "2026-07-14"),
        ("2026-03-01", "1 month", True, "2026-03-31"),
        ("2026-03-31", "3 months", True, "2026-06-30"),
    ],
)
def test_a_limit_in_days_ends_on_this_day(start: str, limit: str, counted: bool, due: str) -> None:
    found = due_of(Limit.parse(limit), begun(start, counted=counted), (), VN)

    assert found.on == date.fromisoformat(due)
    assert found.at == at(due) + DAY


@pytest.mark.parametrize(
    ("start", "limit", "due"),
    [
        ("2025-08-20", "8 hours", "2025-08-20T08:00"),
        ("2025-08-22T20:00", "8 hours", "2025-08-23T04:00"),  # hours do not roll
        ("2025-08-20", "24 hours", "2025-08-21T00:00"),
        ("2025-08-20T16:30", "4 working hours", "2025-08-21T11:00"),
        ("2025-08-29T15:00", "2 working hours", "2025-08-29T17:00"),
        ("2025-08-29T15:01", "2 working hours", "2025-09-03T07:31"),
        ("2025-08-20", "8 working hours", "2025-08-21T08:00"),
    ],
)
def test_a_limit_in_hours_ends_at_this_instant(start: str, limit: str, due: str) -> None:
    found = due_of(Limit.parse(limit), begun(start), (), VN)

    assert found == Due(on=at(due).date(), at=at(due).astimezone(UTC))


def test_a_limit_in_days_ends_at_midnight_of_vietnam_which_is_17_00_utc() -> None:
    assert end_of_day(date(2025, 9, 4)) == datetime(2025, 9, 4, 17, 0, tzinfo=UTC)


def test_the_last_day_that_moved_is_remembered() -> None:
    moved = due_of(Limit.parse("1 month"), begun("2026-01-31"), (), VN)
    kept = due_of(Limit.parse("1 month"), begun("2026-02-02"), (), VN)

    assert moved.rolled_from == date(2026, 2, 28)
    assert kept == Due(on=date(2026, 3, 2), at=end_of_day(date(2026, 3, 2)), rolled_from=None)


@pytest.mark.parametrize(
    ("limit", "spans", "due"),
    [
        ("5 working days", "10/12", "18"),
        ("5 working days", "10/10", "16"),  # same day: nothing
        ("5 working days", "14/15", "16"),  # a weekend: nothing
        ("5 working days", "16/20", "16"),  # after due: nothing
        ("5 working days", "13/20", "23"),
        ("5 working days", "02/11", "18"),  # begun before the start: only what follows counts
        ("10 days", "02/11", "23"),
        # Overlapping and touching spans count once, in whatever order they come.
        ("5 working days", "10/12 11/13", "19"),
        ("5 working days", "11/13 10/12", "19"),
        ("5 working days", "10/11 11/12", "18"),
        ("5 working days", "10/13 11/12", "19"),
        # The second one reaches the limit only because the first moved it.
        ("5 working days", "10/12 17/18", "19"),
        ("10 days", "10/12", "23"),
        # Suspended between the last day, a Saturday, and the Monday to which it moved.
        ("5 days", "15/18", "19"),
        ("5 days", "14/15", "16"),
        ("1 month", "10/12", "04-13"),
    ],
)
def test_suspended_days_are_taken_out_after_the_first_up_to_and_including_the_last(
    limit: str, spans: str, due: str
) -> None:
    out = [span(*(f"2026-03-{day}" for day in pair.split("/"))) for pair in spans.split()]

    found = due_of(Limit.parse(limit), begun("2026-03-09"), out, VN)

    assert found.on == date.fromisoformat(f"2026-{due}" if "-" in due else f"2026-03-{due}")


def test_hours_stand_still_while_suspended() -> None:
    spans = [span("2026-03-09T10:00", "2026-03-09T15:00")]
    start = begun("2026-03-09T09:00")

    assert due_of(Limit.parse("8 hours"), start, spans, VN).at == at("2026-03-09T22:00")
    assert due_of(Limit.parse("2 working hours"), start, spans, VN).at == at("2026-03-09T16:00")
    assert due_of(Limit.parse("1 working hour"), start, spans, VN).at == at("2026-03-09T10:00")


def test_days_that_cannot_be_counted_are_refused() -> None:
    for start, limit in (
        ("1899-12-31", "1 day"),
        ("2399-12-31", "1 day"),
        ("2400-01-01", "1 hour"),
    ):
        with pytest.raises(CalendarRangeError):
            due_of(Limit.parse(limit), begun(start), (), VN)


def test_each_day_is_accounted_for() -> None:
    start = begun("2025-08-20", counted=True)
    limit = Limit.parse("10 working days")

    counted, skipped = account_for(limit, start, (), due_of(limit, start, (), VN), VN)

    assert " ".join(f"{d:%d/%m}" for d in counted) == (
        "20/08 21/08 22/08 25/08 26/08 27/08 28/08 29/08 03/09 04/09"
    )
    assert [f"{c.on:%d/%m} {c.why.en}" for c in skipped] == [
        "23/08 Saturday",
        "24/08 Sunday",
        "30/08 Saturday",
        "31/08 Sunday",
        "01/09 National Day",
        "02/09 National Day",
    ]


@pytest.mark.parametrize(
    ("limit", "spans", "counted", "skipped"),
    [
        ("5 days", [], "10 11 12 13 14", "15"),
        ("5 days", [("2026-03-15", "2026-03-18")], "10 11 12 13 14", "15 16 17 18"),
        ("2 working days", [("2026-03-10", "2026-03-11")], "10 12", "11"),
        ("80 hours", [], "09 10 11 12", ""),
        ("8 hours", [("2026-03-09T01:00", "2026-03-11T01:00")], "09 11", "10"),
        ("40 working hours", [], "09 10 11 12 13 16", "14 15"),
    ],
)
def test_days_are_counted_or_skipped_by_the_unit(
    limit: str, spans: list[tuple[str, str]], counted: str, skipped: str
) -> None:
    parsed, start, out = Limit.parse(limit), begun("2026-03-09"), [span(*s) for s in spans]

    days, closed = account_for(parsed, start, out, due_of(parsed, start, out, VN), VN)

    assert " ".join(f"{d:%d}" for d in days) == counted
    assert " ".join(f"{c.on:%d}" for c in closed) == skipped


def test_a_suspended_day_is_skipped_as_suspended_even_if_it_is_closed() -> None:
    limit, start, out = (
        Limit.parse("5 working days"),
        begun("2026-03-12"),
        [span("2026-03-13", "2026-03-15")],
    )

    skipped = account_for(limit, start, out, due_of(limit, start, out, VN), VN)[1]

    assert [(f"{c.on:%d}", c.why.en) for c in skipped] == [
        ("14", "The clock is suspended"),
        ("15", "The clock is suspended"),
    ]


def test_months_are_added_to_the_same_day_or_the_last_one() -> None:
    assert add_months(date(2024, 12, 31), 2) == date(2025, 2, 28)
    assert add_months(date(2024, 3, 31), -1) == date(2024, 2, 29)
    assert add_months(date(2024, 1, 15), -1) == date(2023, 12, 15)


# The oracle: one day after the other, one microscopic rule each.


def oracle(limit: Limit, start: Start, spans: list[Span]) -> date:
    def suspended(on: date) -> bool:
        return any(s.from_on < on <= s.until_on for s in spans)

    def next_working(on: date) -> date:
        while not VN.is_open(on) or suspended(on):
            on += DAY
        return on

    budget = limit.number
    on = start.on - DAY if start.counted else start.on
    if limit.unit is Unit.MONTHS:
        budget = (months_by_hand(start, limit.number) - on).days
    while budget:
        on += DAY
        if not suspended(on) and (limit.unit is not Unit.WORKING_DAYS or VN.is_open(on)):
            budget -= 1
    return next_working(on)


def months_by_hand(start: Start, number: int) -> date:
    """Count months one by one; the day sought is the one before the event's, if that counts."""
    wanted = start.on.day - start.counted
    year, month = start.on.year, start.on.month
    for _ in range(number):
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    if wanted == 0:
        return date(year, month, 1) - DAY
    return date(year, month, min(wanted, monthrange(year, month)[1]))


DAYS = st.dates(date(2023, 10, 1), date(2027, 6, 30))


@st.composite
def starts(draw: st.DrawFn) -> Start:
    on = draw(DAYS)
    return Start(on=on, at=end_of_day(on - DAY), counted=draw(st.booleans()))


@st.composite
def suspensions(draw: st.DrawFn, start: Start) -> list[Span]:
    spans = []
    for _ in range(draw(st.integers(0, 4))):
        begin = start.on + draw(st.integers(0, 90)) * DAY
        end = begin + draw(st.integers(0, 40)) * DAY
        spans.append(
            Span(
                from_on=begin,
                from_at=end_of_day(begin),
                until_on=end,
                until_at=end_of_day(end),
            )
        )
    return spans


@st.composite
def problems(draw: st.DrawFn) -> tuple[Limit, Start, list[Span]]:
    unit = draw(st.sampled_from([Unit.WORKING_DAYS, Unit.DAYS, Unit.MONTHS]))
    number = draw(st.integers(1, 6 if unit is Unit.MONTHS else 90))
    start = draw(starts())
    return Limit(number, unit), start, draw(suspensions(start))


@settings(max_examples=600, deadline=None)
@given(problems())
def test_due_agrees_with_an_oracle_that_walks_over_every_day(
    problem: tuple[Limit, Start, list[Span]],
) -> None:
    limit, start, spans = problem

    assert due_of(limit, start, spans, VN).on == oracle(limit, start, spans)


@settings(max_examples=300, deadline=None)
@given(problems())
def test_as_many_days_are_counted_as_the_limit_has(
    problem: tuple[Limit, Start, list[Span]],
) -> None:
    limit, start, spans = problem

    due = due_of(limit, start, spans, VN)
    counted, skipped = account_for(limit, start, spans, due, VN)

    if limit.unit is not Unit.MONTHS:
        assert len(counted) == limit.number
    assert not set(counted) & {closed.on for closed in skipped}
    last = due.rolled_from or due.on
    assert counted[-1] == last
    assert VN.is_open(due.on)


@settings(max_examples=300, deadline=None)
@given(starts(), st.integers(1, 60), st.data())
def test_hours_agree_with_an_oracle_that_walks_over_every_hour(
    start: Start, number: int, data: st.DataObject
) -> None:
    spans = data.draw(suspensions(start))

    left, moment = number, start.at
    while left:
        if not any(s.from_at <= moment < s.until_at for s in spans):
            left -= 1
        moment += timedelta(hours=1)

    assert due_of(Limit(number, Unit.HOURS), start, spans, VN).at == moment


@settings(max_examples=200, deadline=None)
@given(starts(), st.integers(1, 40), st.data())
def test_working_hours_agree_with_an_oracle_that_walks_over_every_half_hour(
    start: Start, number: int, data: st.DataObject
) -> None:
    spans = data.draw(suspensions(start))

    left, moment = number * 2, start.at
    while left:
        local = moment.astimezone(TZ)
        clock = local.hour * 60 + local.minute
        in_hours = 450 <= clock < 690 or 810 <= clock < 1020
        in_span = any(s.from_at <= moment < s.until_at for s in spans)
        left -= in_hours and VN.is_open(local.date()) and not in_span
        moment += timedelta(minutes=30)

    assert due_of(Limit(number, Unit.WORKING_HOURS), start, spans, VN).at == moment
