"""A story's time stands still unless it is moved, and never goes back."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from adapters.clock import StoryClock

START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def test_a_story_moves_only_when_it_is_told_to() -> None:
    clock = StoryClock(START)
    assert clock.now() == clock.now() == START
    assert clock.advance(timedelta(hours=1)) == START + timedelta(hours=1)
    assert clock.move_to(START + timedelta(days=1)) == clock.now() == START + timedelta(days=1)


def test_a_story_tells_its_time_in_utc() -> None:
    clock = StoryClock(START.astimezone(timezone(timedelta(hours=7))))
    assert (clock.now(), clock.now().tzinfo) == (START, UTC)


def test_a_story_does_not_go_back() -> None:
    clock = StoryClock(START)
    with pytest.raises(ValueError, match="cannot go back"):
        clock.move_to(START - timedelta(microseconds=1))
    with pytest.raises(ValueError, match="cannot go back"):
        clock.advance(timedelta(seconds=-1))
    assert clock.now() == START


def test_an_instant_without_a_zone_is_no_instant() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        StoryClock(START.replace(tzinfo=None))
