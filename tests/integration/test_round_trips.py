"""What one act of the real procedure costs on PostgreSQL: two round trips, four with a number."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.bootstrap import build
from adapters.clock import StoryClock
from engine.runtime import Ask
from tests.province import MONDAY, NOMINATIONS, Ground
from tests.wire import Relay

pytestmark = pytest.mark.postgres

# who, trigger, what else the act says, round trips at most (BEGIN and COMMIT included)
WAY: tuple[tuple[str, str, dict[str, Any], int], ...] = (
    ("tiep-nhan", "accept", {"data": {"received_complete_on": "2025-11-03"}}, 4),
    ("chuyen-vien", "waive", {"reason": "not_needed"}, 2),
    ("chuyen-vien", "appraise", {}, 2),
    ("chuyen-vien", "recommend", {}, 2),
    ("lanh-dao", "put_on_agenda", {}, 2),
)


def test_an_act_costs_two_round_trips_and_four_if_it_issues_a_number(
    ground: Ground, tmp_path: Path
) -> None:
    with ground.settings("postgres", tmp_path / "data") as (settings, tokens):
        with ground.province_at(settings, tokens) as province:
            codes = province.submitted_many(NOMINATIONS["merit"], 3)
            actors = {login: province.actor(login) for login in tokens}
        with Relay(settings.database_url) as relay:
            url = relay.url.render_as_string(hide_password=False)
            application = build(replace(settings, database=url), StoryClock(MONDAY))
            try:
                # What is published is read once a second and not by acts.
                application.parts.editions.listed()
                for code in codes:
                    for login, trigger, more, most in WAY:
                        key = f"{code}-{trigger}"
                        ask = Ask(ref=code, trigger=trigger, actor=actors[login], key=key, **more)
                        relay.reset()
                        application.parts.engine.act(ask)
                        assert 0 < relay.trips <= most, (trigger, relay.statements)
            finally:
                application.close()
