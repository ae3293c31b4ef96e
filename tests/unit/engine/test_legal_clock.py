"""When a clock is due, suspended or not, what its ladder asks next, and by how much it was met."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar import TZ
from engine.ladder import RungAt
from engine.legal_clock import (
    ClockRefused,
    LegalClock,
    Margin,
    Policy,
    RungDue,
    cancel,
    derive,
    is_overdue,
    left,
    margin,
    resume,
    rung_dues,
    start,
    stop,
    suspend,
)
from engine.limits import Limit
from procedures.calendars import national_calendar

VN = national_calendar()
DAY = timedelta(days=1)
RESTART, REMAINING, ABSOLUTE = Policy.RESTART, Policy.REMAINING, Policy.ABSOLUTE


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TZ)


def clock(limit: str, begun: str = "2026-03-09T09:00", *, counted: bool = False) -> LegalClock:
    moment = at(begun)
    return start("c", Limit.parse(limit), moment.date(), moment, count_first_day=counted)


def out(
    c: LegalClock, policy: Policy, begin: str, end: str | None = None, ground: str = ""
) -> LegalClock:
    ground = ground or f"g{len(c.suspensions)}"
    c = suspend(c, ground, policy, at(begin).date(), at(begin))
    return c if end is None else resume(c, ground, at(end).date(), at(end))


def ladder(*rungs: str) -> list[RungAt]:
    return [RungAt.parse(rung) for rung in rungs]


def test_a_due_date_knows_what_it_rests_on() -> None:
    derived = derive(clock("10 working days", "2025-08-20T10:00", counted=True), VN)

    assert derived.due_on == date(2025, 9, 4)
    assert derived.due_at == datetime(2025, 9, 4, 17, tzinfo=UTC)
    assert (derived.period, derived.period_anchor_on) == (1, date(2025, 8, 20))
    assert len(derived.counted) == 10
    assert [closed.on.day for closed in derived.skipped] == [23, 24, 30, 31, 1, 2]
    assert (derived.suspended, derived.rolled_from, derived.pending) == ((), None, ())
    assert not derived.provisional
    assert derived.calendar_edition == VN.edition
    assert derived.calendar_hash == VN.hash


def test_nothing_is_due_while_a_clock_is_suspended() -> None:
    suspended = out(clock("5 working days"), REMAINING, "2026-03-10T10:00")

    derived = derive(suspended, VN)

    assert (derived.due_on, derived.due_at) == (None, None)
    assert (derived.counted, derived.skipped, derived.pending) == ((), (), ())
    assert derived.suspended == ((date(2026, 3, 10), None),)
    assert not derived.provisional
    assert rung_dues(suspended, ladder("due"), VN) == ()
    assert not is_overdue(suspended, at("2027-01-01"), VN)


def test_what_remained_is_left_after_a_suspension() -> None:
    resumed = out(clock("5 working days"), REMAINING, "2026-03-10T10:00", "2026-03-12T10:00")

    derived = derive(resumed, VN)

    assert derived.due_on == date(2026, 3, 18)
    assert derived.suspended == ((date(2026, 3, 10), date(2026, 3, 12)),)
    assert derived.period == 1


def test_a_restart_begins_anew_with_the_day_of_resumption_as_its_event() -> None:
    resumed = out(clock("5 working days"), RESTART, "2026-03-10T10:00", "2026-03-12T10:00")

    derived = derive(resumed, VN)

    assert derived.due_on == date(2026, 3, 19)
    assert (derived.period, derived.period_anchor_on) == (2, date(2026, 3, 12))
    assert derived.suspended == ()
    assert derived.counted[0] == date(2026, 3, 13)


def test_a_restart_counts_its_first_day_if_the_rule_counts_first_days() -> None:
    resumed = out(
        clock("5 working days", counted=True), RESTART, "2026-03-10T10:00", "2026-03-12T10:00"
    )

    assert derive(resumed, VN).counted[0] == date(2026, 3, 12)


@pytest.mark.parametrize("end", [None, "2026-03-20T10:00"])
def test_an_absolute_limit_is_not_moved_by_a_suspension(end: str | None) -> None:
    suspended = out(clock("5 working days"), ABSOLUTE, "2026-03-10T10:00", end)

    assert derive(suspended, VN).due_on == date(2026, 3, 16)
    assert derive(suspended, VN).suspended == ()


def test_hours_begin_anew_at_the_instant_of_resumption() -> None:
    resumed = out(clock("8 hours"), RESTART, "2026-03-09T10:00", "2026-03-10T12:30")

    assert derive(resumed, VN).due_at == at("2026-03-10T20:30")


def test_suspensions_that_overlap_count_once() -> None:
    c = out(clock("5 working days"), REMAINING, "2026-03-10T10:00", "2026-03-12T10:00")

    c = out(c, REMAINING, "2026-03-11T10:00", "2026-03-13T10:00")

    assert derive(c, VN).due_on == date(2026, 3, 19)


def test_restart_wins_over_what_remains_at_the_same_instant() -> None:
    c = out(clock("5 working days"), REMAINING, "2026-03-10T10:00", "2026-03-12T10:00")

    c = out(c, RESTART, "2026-03-10T10:00", "2026-03-12T10:00")

    assert derive(c, VN).due_on == date(2026, 3, 19)
    assert derive(c, VN).period == 2


def test_a_suspension_that_outlasts_a_restart_stops_the_new_period() -> None:
    c = out(clock("5 working days"), REMAINING, "2026-03-10T10:00", "2026-03-17T10:00")

    c = out(c, RESTART, "2026-03-10T10:00", "2026-03-12T10:00")

    derived = derive(c, VN)
    assert derived.due_on == date(2026, 3, 24)
    assert derived.suspended == ((date(2026, 3, 12), date(2026, 3, 17)),)


def test_restarts_that_overlap_begin_one_new_period() -> None:
    c = suspend(clock("5 working days"), "a", RESTART, date(2026, 3, 10), at("2026-03-10T10:00"))
    c = suspend(c, "b", RESTART, date(2026, 3, 11), at("2026-03-11T10:00"))
    c = resume(c, "a", date(2026, 3, 12), at("2026-03-12T10:00"))

    assert derive(c, VN).due_on is None

    c = resume(c, "b", date(2026, 3, 13), at("2026-03-13T10:00"))

    assert (derive(c, VN).period, derive(c, VN).period_anchor_on) == (2, date(2026, 3, 13))


def test_a_restart_that_is_suspended_anew_at_the_same_instant_begins_no_period() -> None:
    c = out(clock("5 working days"), RESTART, "2026-03-10T10:00", "2026-03-12T10:00")

    c = out(c, RESTART, "2026-03-12T10:00", "2026-03-16T10:00")

    assert (derive(c, VN).period, derive(c, VN).due_on) == (2, date(2026, 3, 23))


def test_each_restart_begins_a_period_of_its_own() -> None:
    c = out(clock("5 working days"), RESTART, "2026-03-10T10:00", "2026-03-12T10:00")

    c = out(c, RESTART, "2026-03-12T11:00", "2026-03-16T10:00")

    assert (derive(c, VN).period, derive(c, VN).due_on) == (3, date(2026, 3, 23))


def test_a_pending_day_is_counted_and_shown_with_what_it_would_move() -> None:
    derived = derive(clock("3 working days", "2026-11-20"), VN)

    assert derived.due_on == date(2026, 11, 25)
    assert derived.pending == ((date(2026, 11, 24), date(2026, 11, 26)),)


def test_a_pending_day_that_would_move_nothing_is_not_shown() -> None:
    assert derive(clock("10 days", "2026-11-20"), VN).pending == ()
    assert derive(clock("4 days", "2026-11-20"), VN).pending == (
        (date(2026, 11, 24), date(2026, 11, 25)),
    )


@pytest.mark.parametrize(
    ("limit", "begun", "provisional"),
    [
        ("25 working days", "2026-11-26", False),
        ("25 working days", "2026-11-27", True),
        ("1 month", "2026-12-15", True),
        ("72 hours", "2026-12-31", False),
        ("8 working hours", "2026-12-31T09:00", True),
        ("5 working days", "2023-12-27", True),
        ("5 working days", "2024-01-02", False),
    ],
)
def test_a_date_beyond_the_published_years_is_provisional(
    limit: str, begun: str, provisional: bool
) -> None:
    assert derive(clock(limit, begun), VN).provisional is provisional


LADDER = ladder("50 %", "80 %", "due - 1 working day", "due", "due + 2 working days")


def test_rungs_stand_at_the_opening_hour_before_due_and_at_midnight_after_it() -> None:
    assert rung_dues(clock("25 working days"), LADDER, VN) == (
        RungDue(period=1, index=0, due_at=at("2026-03-26T07:30")),
        RungDue(period=1, index=1, due_at=at("2026-04-06T07:30")),
        RungDue(period=1, index=2, due_at=at("2026-04-10T07:30")),
        RungDue(period=1, index=3, due_at=at("2026-04-14T00:00")),
        RungDue(period=1, index=4, due_at=at("2026-04-16T00:00")),
    )


def test_a_rung_that_has_fired_is_gone_until_a_new_period_arms_it_again() -> None:
    fired = replace(clock("5 working days"), fired=frozenset({(1, 0), (1, 1)}))

    kept = rung_dues(out(fired, REMAINING, "2026-03-12T10:00", "2026-03-13T10:00"), LADDER, VN)
    anew = rung_dues(out(fired, RESTART, "2026-03-12T10:00", "2026-03-13T10:00"), LADDER, VN)

    assert [(rung.period, rung.index) for rung in kept] == [(1, 2), (1, 3), (1, 4)]
    assert [(rung.period, rung.index) for rung in anew] == [(2, 0), (2, 1), (2, 2), (2, 3), (2, 4)]


def test_an_ended_clock_has_no_rungs() -> None:
    for ended in (stop, cancel):
        assert (
            rung_dues(ended(clock("5 days"), date(2026, 3, 10), at("2026-03-10")), LADDER, VN) == ()
        )


@pytest.mark.parametrize(
    ("limit", "rung", "due"),
    [
        ("8 hours", "50 %", "2026-03-09T13:00"),
        ("8 hours", "due - 2 hours", "2026-03-09T15:00"),
        ("8 hours", "due + 1 hour", "2026-03-09T18:00"),
        ("8 hours", "due + 1 working day", "2026-03-11T00:00"),
        ("4 working hours", "50 %", "2026-03-09T11:00"),
        ("4 working hours", "due - 1 working hour", "2026-03-09T14:00"),
        ("4 working hours", "due + 3 working hours", "2026-03-10T08:30"),
        ("10 days", "50 %", "2026-03-16T07:30"),  # the fifth day is a Saturday: moves on
        ("10 days", "due - 4 days", "2026-03-13T07:30"),  # a Sunday: moves back
        ("10 days", "due + 3 days", "2026-03-23T00:00"),
        ("2 months", "50 %", "2026-04-09T07:30"),
        ("2 months", "due - 1 month", "2026-04-10T07:30"),  # due moved to Monday 11 May
        ("2 months", "due + 1 month", "2026-06-12T00:00"),
        ("1 working day", "50 %", "2026-03-10T07:30"),
        ("1 working day", "due - 5 working days", "2026-03-09T09:00"),  # not before the start
    ],
)
def test_a_rung_stands_where_its_unit_says(limit: str, rung: str, due: str) -> None:
    (armed,) = rung_dues(clock(limit), ladder(rung), VN)

    assert armed.due_at == at(due)


def test_rungs_come_in_the_order_of_time() -> None:
    dues = rung_dues(clock("5 working days"), ladder("due", "due - 1 working day", "50 %"), VN)

    assert [rung.index for rung in dues] == [2, 1, 0]


@pytest.mark.parametrize(
    ("limit", "now", "rest"),
    [
        ("5 working days", "2026-03-09T23:59", 5),
        ("5 working days", "2026-03-10T00:00", 4),
        ("5 working days", "2026-03-14T12:00", 1),
        ("5 working days", "2026-03-16T23:59", 0),
        ("5 working days", "2026-03-18T08:00", -2),
        ("10 days", "2026-03-12T08:00", 7),
        ("10 days", "2026-03-20T08:00", -1),
        ("2 months", "2026-03-09T10:00", 2),
        ("2 months", "2026-03-12T10:00", 1),
        ("2 months", "2026-05-11T10:00", 0),
        ("2 months", "2026-05-12T10:00", -1),
        ("8 hours", "2026-03-09T10:30", 6),
        ("8 hours", "2026-03-09T17:01", -1),
        ("4 working hours", "2026-03-09T10:00", 3),
        ("4 working hours", "2026-03-09T16:00", -1),
    ],
)
def test_what_is_left_is_told_in_the_unit_of_the_limit(limit: str, now: str, rest: int) -> None:
    assert left(clock(limit), at(now), VN) == rest


def test_what_is_left_stands_still_while_suspended() -> None:
    later = at("2026-06-01T10:00")
    remaining = out(clock("5 working days"), REMAINING, "2026-03-11T10:00")

    assert left(remaining, later, VN) == 3
    assert left(remaining, at("2026-03-10T10:00"), VN) == 4
    assert left(out(remaining, RESTART, "2026-03-12T10:00"), later, VN) == 5


@pytest.mark.parametrize(
    ("limit", "now", "overdue"),
    [
        ("5 working days", "2026-03-16T23:59:59", False),
        ("5 working days", "2026-03-17T00:00", True),
        ("8 hours", "2026-03-09T17:00", False),
        ("8 hours", "2026-03-09T17:00:01", True),
    ],
)
def test_a_dossier_is_overdue_from_the_end_of_its_limit(
    limit: str, now: str, overdue: bool
) -> None:
    running = clock(limit)

    assert is_overdue(running, at(now), VN) is overdue
    assert not is_overdue(stop(running, at(now).date(), at(now)), at(now), VN)


@pytest.mark.parametrize(
    ("limit", "resolved", "expected"),
    [
        ("5 working days", "2026-03-13T16:00", (1, "working days", "early")),
        ("5 working days", "2026-03-15T16:00", (1, "working days", "early")),
        ("5 working days", "2026-03-16T23:59", (0, "working days", "on_time")),
        ("5 working days", "2026-03-17T00:00", (-1, "working days", "late")),
        ("10 days", "2026-03-09T16:00", (8, "working days", "early")),
        ("1 month", "2026-04-10T08:00", (-1, "working days", "late")),
        ("5 days", "2026-03-14T08:00", (1, "working days", "early")),
        ("8 hours", "2026-03-09T16:00", (60, "working minutes", "early")),
        ("8 hours", "2026-03-09T16:01", (59, "working minutes", "on_time")),
        ("8 hours", "2026-03-09T17:00", (0, "working minutes", "on_time")),
        ("8 hours", "2026-03-09T17:01", (0, "working minutes", "late")),
        ("4 working hours", "2026-03-09T14:00", (60, "working minutes", "early")),
        ("4 working hours", "2026-03-09T14:30", (30, "working minutes", "on_time")),
        ("4 working hours", "2026-03-09T15:30", (-30, "working minutes", "late")),
        ("2 working hours", "2026-03-09T10:30", (30, "working minutes", "on_time")),
    ],
)
def test_early_on_time_and_late_are_told_apart(
    limit: str, resolved: str, expected: tuple[int, str, str]
) -> None:
    found = margin(clock(limit), at(resolved).date(), at(resolved), VN)

    assert (found.value, found.unit, found.verdict) == expected


def test_a_weekend_late_is_late_though_no_working_day_passed() -> None:
    found = margin(clock("4 working days"), date(2026, 3, 14), at("2026-03-14T09:00"), VN)

    assert found == Margin(value=0, unit="working days", verdict="late")


def test_a_limit_in_working_hours_is_late_after_its_instant_even_before_the_next_minute() -> None:
    running = clock("4 working hours", "2026-03-09T13:30")
    due = derive(running, VN).due_at
    assert due is not None

    found = margin(running, date(2026, 3, 10), due + timedelta(seconds=1), VN)

    assert found.verdict == "late"


def test_a_suspended_clock_has_no_margin_until_it_is_stopped() -> None:
    suspended = out(clock("5 working days"), REMAINING, "2026-03-11T10:00")
    with pytest.raises(ClockRefused, match="đang tạm dừng"):
        margin(suspended, date(2026, 3, 20), at("2026-03-20T10:00"), VN)

    stopped = stop(suspended, date(2026, 3, 20), at("2026-03-20T10:00"))

    assert margin(stopped, date(2026, 3, 20), at("2026-03-20T10:00"), VN) == Margin(
        value=3, unit="working days", verdict="early"
    )


def test_a_stop_dated_before_a_suspension_leaves_that_suspension_without_effect() -> None:
    suspended = out(clock("5 working days"), REMAINING, "2026-03-11T10:00")

    stopped = stop(suspended, date(2026, 3, 10), at("2026-03-10T10:00"))

    assert derive(stopped, VN).due_on == date(2026, 3, 16)
    assert margin(stopped, date(2026, 3, 10), at("2026-03-10T10:00"), VN).value == 4


def test_after_a_restart_the_last_period_gives_the_margin() -> None:
    c = out(clock("5 working days"), RESTART, "2026-03-16T10:00", "2026-03-20T10:00")

    assert margin(c, date(2026, 3, 24), at("2026-03-24T10:00"), VN).value == 3


@settings(max_examples=200, deadline=None)
@given(
    st.dates(date(2024, 1, 1), date(2026, 11, 30)),
    st.integers(1, 60),
    st.integers(0, 80),
    st.integers(0, 40),
)
def test_the_margin_says_early_exactly_if_an_open_day_is_left(
    begun: date, number: int, after: int, length: int
) -> None:
    moment = datetime.combine(begun, at("2026-01-01T09:00").timetz())
    c = start("c", Limit.parse(f"{number} working days"), begun, moment)
    pause = begun + after * DAY
    c = suspend(c, "g", REMAINING, pause, moment + after * DAY)
    c = resume(c, "g", pause + length * DAY, moment + (after + length) * DAY)
    due = derive(c, VN).due_on
    assert due is not None

    verdicts = {offset: margin(c, due + offset * DAY, moment, VN) for offset in (-7, -1, 0, 1, 7)}

    assert [verdicts[n].verdict for n in (-7, -1, 0, 1, 7)] == (
        ["early", "early", "on_time", "late", "late"]
    )
    assert verdicts[-1].value == 1
    assert verdicts[0].value == 0
    assert verdicts[7].value <= 0
