"""What may happen to a clock, and that its record survives storage."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import TZ
from engine.clock_record import (
    ClockRefused,
    LegalClock,
    Policy,
    Suspension,
    cancel,
    clock_from_json,
    clock_to_json,
    resume,
    start,
    stop,
    suspend,
)
from engine.errors import DateNotAllowed
from engine.limits import Limit, Unit

ON = date(2026, 3, 9)
AT = datetime(2026, 3, 9, 9, 0, tzinfo=TZ)
DAY = timedelta(days=1)


def running() -> LegalClock:
    return start("resolution", Limit(25, Unit.WORKING_DAYS), ON, AT)


def test_a_clock_starts_from_its_event() -> None:
    assert running() == LegalClock(
        key="resolution",
        limit=Limit(25, Unit.WORKING_DAYS),
        anchor_on=ON,
        anchor_at=AT,
    )


def test_a_clock_may_count_its_first_day() -> None:
    clock = start("posting", Limit(10, Unit.WORKING_DAYS), ON, AT, count_first_day=True)

    assert clock.count_first_day


def test_an_instant_without_a_time_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="time zone"):
        start("resolution", Limit(1, Unit.DAYS), ON, AT.replace(tzinfo=None))


def test_a_suspension_is_recorded_with_its_ground_and_ended() -> None:
    clock = suspend(running(), "supplement", Policy.RESTART, ON + DAY, AT + DAY, reason="papers")
    clock = suspend(clock, "hold", Policy.REMAINING, ON + DAY, AT + DAY)

    clock = resume(clock, "supplement", ON + 3 * DAY, AT + 3 * DAY)

    assert clock.suspensions == (
        Suspension(
            ground="supplement",
            policy=Policy.RESTART,
            from_on=ON + DAY,
            from_at=AT + DAY,
            until_on=ON + 3 * DAY,
            until_at=AT + 3 * DAY,
            reason="papers",
        ),
        Suspension(ground="hold", policy=Policy.REMAINING, from_on=ON + DAY, from_at=AT + DAY),
    )


def test_the_same_ground_may_suspend_again_after_it_ended() -> None:
    clock = suspend(running(), "hold", Policy.REMAINING, ON, AT)
    clock = resume(clock, "hold", ON + DAY, AT + DAY)

    clock = suspend(clock, "hold", Policy.REMAINING, ON + 2 * DAY, AT + 2 * DAY)
    clock = resume(clock, "hold", ON + 3 * DAY, AT + 3 * DAY)

    assert [(s.from_on.day, s.until_on) for s in clock.suspensions] == [
        (9, ON + DAY),
        (11, ON + 3 * DAY),
    ]


def test_one_ground_does_not_suspend_twice_at_once() -> None:
    clock = suspend(running(), "hold", Policy.REMAINING, ON, AT)

    with pytest.raises(ClockRefused) as refused:
        suspend(clock, "hold", Policy.REMAINING, ON, AT)

    assert refused.value.code == "clock_refused"
    assert refused.value.facts == {"clock": "resolution", "ground": "hold"}


def test_a_ground_that_does_not_suspend_cannot_be_ended() -> None:
    with pytest.raises(ClockRefused, match="không tạm dừng"):
        resume(running(), "hold", ON, AT)


def test_a_suspension_cannot_end_on_a_day_before_it_begins() -> None:
    clock = suspend(running(), "hold", Policy.REMAINING, ON, AT)

    with pytest.raises(DateNotAllowed) as refused:
        resume(clock, "hold", ON - DAY, AT - DAY)

    assert refused.value.facts["suspended_from"] == "2026-03-09"


def test_a_back_dated_resumption_on_the_same_day_leaves_no_time_suspended() -> None:
    clock = suspend(running(), "hold", Policy.REMAINING, ON, AT)

    clock = resume(clock, "hold", ON, AT - timedelta(hours=9))

    assert (clock.suspensions[0].until_on, clock.suspensions[0].until_at) == (ON, AT)


def test_nothing_happens_to_a_clock_that_has_ended() -> None:
    suspended = suspend(running(), "hold", Policy.REMAINING, ON, AT)

    for ended in (stop(suspended, ON, AT), cancel(suspended, ON, AT)):
        with pytest.raises(ClockRefused, match="đã kết thúc"):
            suspend(ended, "other", Policy.REMAINING, ON, AT)
        with pytest.raises(ClockRefused, match="đã kết thúc"):
            resume(ended, "hold", ON, AT)
        with pytest.raises(ClockRefused, match="đã kết thúc"):
            stop(ended, ON, AT)
        with pytest.raises(ClockRefused, match="đã kết thúc"):
            cancel(ended, ON, AT)


def test_a_clock_ends_stopped_or_cancelled() -> None:
    assert stop(running(), ON, AT) == replace(running(), ended="stopped", ended_on=ON, ended_at=AT)
    assert cancel(running(), ON, AT).ended == "cancelled"


INSTANTS = st.integers(0, 10**8).map(
    lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
DATES = st.dates(date(2024, 1, 1), date(2027, 1, 1))


@st.composite
def suspensions(draw: st.DrawFn) -> Suspension:
    ended = draw(st.booleans())
    return Suspension(
        ground=draw(st.text(max_size=8)),
        policy=draw(st.sampled_from(Policy)),
        from_on=draw(DATES),
        from_at=draw(INSTANTS),
        until_on=draw(DATES) if ended else None,
        until_at=draw(INSTANTS) if ended else None,
        reason=draw(st.text(max_size=8)),
    )


@st.composite
def clocks(draw: st.DrawFn) -> LegalClock:
    endings: list[Literal["stopped", "cancelled"] | None] = [None, "stopped", "cancelled"]
    ended = draw(st.sampled_from(endings))
    return LegalClock(
        key=draw(st.text(max_size=8)),
        limit=Limit(draw(st.integers(1, 100)), draw(st.sampled_from(Unit))),
        anchor_on=draw(DATES),
        anchor_at=draw(INSTANTS),
        count_first_day=draw(st.booleans()),
        suspensions=tuple(draw(st.lists(suspensions(), max_size=3))),
        ended=ended,
        ended_on=draw(DATES) if ended else None,
        ended_at=draw(INSTANTS) if ended else None,
        fired=draw(st.frozensets(st.tuples(st.integers(1, 9), st.integers(0, 9)))),
        first_period=draw(st.integers(1, 9)),
    )


@given(clocks())
def test_a_clock_that_is_stored_as_json_reads_back_equal(clock: LegalClock) -> None:
    stored = json.dumps(clock_to_json(clock))

    assert clock_from_json(json.loads(stored)) == clock


def test_instants_are_stored_in_utc() -> None:
    stored = clock_to_json(running())

    assert stored["anchor_at"] == "2026-03-09T02:00:00+00:00"
    assert clock_from_json(stored) == running()
