"""What is measured is said when it changes, and what was said at the stop stays said."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from engine.calendar import TZ
from engine.clock_record import LegalClock, Policy, cancel, resume, start, stop, suspend
from engine.effects import Moment, moved
from engine.limits import Limit
from engine.measurement import Measurement, Resolution, measurements, resolution
from tests.procedures import PROVINCE, calendar, small
from tests.story import CHI, with_ways
from tests.world import World, accepted, decided, submitted

VN = calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TZ)


def clock(limit: str = "10 working days", begun: str = "2025-11-03T09:00") -> LegalClock:
    return start("resolution", Limit.parse(limit), at(begun).date(), at(begun))


def stopped(one: LegalClock, when: str) -> Resolution:
    return resolution(stop(one, at(when).date(), at(when)), VN)


def out(one: LegalClock, policy: Policy, begin: str, end: str) -> LegalClock:
    ground = f"g{len(one.suspensions)}"
    one = suspend(one, ground, policy, at(begin).date(), at(begin))
    return resume(one, ground, at(end).date(), at(end))


# Resolution


@pytest.mark.parametrize(
    ("when", "verdict", "margin"),
    [
        ("2025-11-14T16:59", "early", 1),
        ("2025-11-17T07:30", "on_time", 0),
        ("2025-11-17T23:59", "on_time", 0),
        ("2025-11-18T00:00", "late", -1),
        ("2025-11-20T09:00", "late", -3),
    ],
)
def test_a_limit_in_days_is_judged_by_the_day(when: str, verdict: str, margin: int) -> None:
    found = stopped(clock(), when)

    assert (found.verdict, found.margin, found.unit) == (verdict, margin, "working days")


@pytest.mark.parametrize(
    ("when", "verdict", "margin"),
    [
        # Four working hours from 09:00 end at 15:00; there is no work from 11:30 to 13:30.
        ("2025-11-03T13:59", "early", 61),
        ("2025-11-03T14:00", "early", 60),
        ("2025-11-03T14:01", "on_time", 59),
        ("2025-11-03T15:00", "on_time", 0),
        ("2025-11-03T15:01", "late", -1),
        ("2025-11-04T07:30", "late", -120),
    ],
)
def test_a_limit_in_hours_is_judged_by_the_instant(when: str, verdict: str, margin: int) -> None:
    found = stopped(clock("4 working hours"), when)

    assert (found.verdict, found.margin, found.unit) == (verdict, margin, "working minutes")


def test_elapsed_days_leave_suspensions_out_and_count_an_overlap_once() -> None:
    held = out(clock(), Policy.REMAINING, "2025-11-04T09:00", "2025-11-06T09:00")
    held = out(held, Policy.REMAINING, "2025-11-05T09:00", "2025-11-07T09:00")

    assert stopped(clock(), "2025-11-12T09:00").elapsed_days == 7
    assert stopped(held, "2025-11-12T09:00").elapsed_days == 4


def test_after_a_restart_the_last_period_gives_the_margin_and_all_periods_the_time() -> None:
    again = out(clock(), Policy.RESTART, "2025-11-06T09:00", "2025-11-11T09:00")
    found = stopped(again, "2025-11-13T09:00")

    assert (found.margin, found.verdict) == (8, "early")
    assert found.elapsed_days == 5


def test_a_suspension_that_moves_no_date_is_time_that_passed() -> None:
    absolute = out(clock(), Policy.ABSOLUTE, "2025-11-04T09:00", "2025-11-06T09:00")

    assert stopped(absolute, "2025-11-12T09:00").elapsed_days == 7


def test_suspensions_apart_are_taken_out_each_and_one_left_open_ends_with_the_stop() -> None:
    held = out(clock(), Policy.REMAINING, "2025-11-04T09:00", "2025-11-05T09:00")
    held = suspend(held, "late", Policy.REMAINING, date(2025, 11, 7), at("2025-11-07T09:00"))

    assert stopped(held, "2025-11-12T09:00").elapsed_days == 3


def test_a_clock_that_was_not_stopped_was_not_resolved() -> None:
    for one in (clock(), cancel(clock(), date(2025, 11, 4), at("2025-11-04T09:00"))):
        with pytest.raises(ValueError, match="was not stopped"):
            resolution(one, VN)


# What a commit says


def said(world: World) -> list[Measurement | None]:
    return [next(iter(change.measured), None) for change in world.store.changes]


def test_a_submitted_dossier_is_measured_though_its_clock_does_not_run_yet() -> None:
    world = World()
    submitted(world)

    assert said(world) == [Measurement(org=PROVINCE, due_on=None, due_at=None, result=None)]


def test_the_start_of_the_clock_says_when_it_is_due() -> None:
    world = World()
    accepted(world)
    found = said(world)[-1]

    assert found is not None
    assert (found.org, found.due_on) == (PROVINCE, date(2025, 11, 17))
    assert found.due_at == at("2025-11-18T00:00")
    assert (found.resolved_on, found.resolution) == (None, None)


def test_an_act_and_a_rung_that_move_no_date_say_nothing() -> None:
    world = World()
    ref = accepted(world)
    world.act(ref, "waive", CHI)
    world.at("2025-11-11")
    world.engine.sweep()

    assert said(world)[-2:] == [None, None]
    assert world.dossier(ref).clocks["resolution"].fired


def test_the_stop_says_how_the_dossier_was_resolved_and_by_whom() -> None:
    world = World()
    decided(world)
    found = said(world)[-1]

    assert found is not None
    assert found.org == PROVINCE
    assert (found.due_on, found.resolved_on) == (date(2025, 11, 17), date(2025, 11, 7))
    assert found.resolution == Resolution(
        verdict="early", margin=6, unit="working days", elapsed_days=4
    )


def test_a_procedure_without_a_measured_clock_measures_nothing() -> None:
    world = World(with_ways(small(clocks={}), "accept", asks={}))
    accepted(world)

    assert said(world) == [None, None]


def test_a_final_state_after_the_stop_says_its_result_and_no_new_verdict() -> None:
    world = World()
    ref = decided(world)
    after = world.dossier(ref)
    ended = replace(after, result="annulled")

    (found,) = measurements(world.procedure, after, ended, VN)
    assert found is not None
    assert (found.result, found.resolved_on) == ("annulled", date(2025, 11, 7))
    assert found.resolution is None


def test_a_cancelled_clock_says_neither_due_nor_verdict() -> None:
    world = World()
    ref = accepted(world)
    before = world.dossier(ref)
    ended = replace(
        before,
        clocks={
            "resolution": cancel(
                before.clocks["resolution"], date(2025, 11, 4), at("2025-11-04T09:00")
            )
        },
        result="withdrawn",
    )

    assert measurements(world.procedure, before, ended, VN)[0] == Measurement(
        org=PROVINCE, due_on=None, due_at=None, result="withdrawn"
    )


def test_a_dossier_whose_clock_starts_anew_is_open_again_and_loses_its_verdict() -> None:
    world = World()
    ref = decided(world)
    before = world.dossier(ref)
    assert before.resolved_on == date(2025, 11, 7)
    moment = Moment(
        on=date(2025, 11, 10),
        at=at("2025-11-10T09:00"),
        recorded_at=at("2025-11-10T09:00"),
        act="x",
    )
    asked = replace(before, data={**before.data, "complete_on": "2025-11-10"}, result=None)
    after = moved(world.procedure, asked, frozenset({"submitted"}), "accept", moment)

    assert after.resolved_on is None
    found = next(iter(measurements(world.procedure, before, after, VN)), None)
    assert found is not None
    assert (found.due_on, found.resolved_on) == (date(2025, 11, 24), None)
    assert found.resolution is None
