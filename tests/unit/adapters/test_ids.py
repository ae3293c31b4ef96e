"""Ids are UUIDs of version 7 in the order of their making; salts are never the same."""

import time
import uuid

import pytest

from adapters.ids import RandomIds
from engine.envelope import is_event_id


def test_ids_are_of_version_7_and_all_different() -> None:
    made = [RandomIds().uuid7() for _ in range(1000)]
    assert len(set(made)) == 1000
    assert all(is_event_id(one) for one in made)


@pytest.mark.parametrize("later", [1, 1_000, 999_999, 1_000_000, 3_600_000_000_000])
def test_ids_made_later_sort_later(monkeypatch: pytest.MonkeyPatch, later: int) -> None:
    begin = 1_772_415_000_000_000_000
    monkeypatch.setattr(time, "time_ns", lambda: begin)
    early = RandomIds().uuid7()
    assert int(uuid.UUID(early).hex[:12], 16) == begin // 1_000_000
    monkeypatch.setattr(time, "time_ns", lambda: begin + later)
    # 12 bits divide a millisecond into steps of 244 nanoseconds.
    assert early[:18] < RandomIds().uuid7()[:18] or later < 245


def test_salts_are_32_bytes_and_never_the_same() -> None:
    salts = {RandomIds().salt() for _ in range(1000)}
    assert len(salts) == 1000
    assert {len(one) for one in salts} == {32}
