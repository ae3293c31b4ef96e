"""Verifying resistance achievements: what the law says, and a mark where it was not seen."""

from __future__ import annotations

from functools import cache

import pytest

from engine.definition import ByField, Procedure, Result
from engine.limits import Limit
from procedures.catalogue import CatalogueEntry, editions, national_calendar
from workflows.loader import load

KEYS = ("youth-volunteer-medal", "resistance-award")
ENTRIES = {(e.procedure, e.edition): e for e in editions() if e.procedure in KEYS}
MEDAL_2025 = ("youth-volunteer-medal", "2025-07")
MEDAL_2026 = ("youth-volunteer-medal", "2026-01")
AWARD = ("resistance-award", "2025-07")
ALL = pytest.mark.parametrize("edition", ENTRIES, ids=" ".join)


@cache
def _procedure(edition: tuple[str, str]) -> Procedure:
    entry = ENTRIES[edition]
    procedure = load(entry.source, entry.path).procedure
    assert procedure is not None
    return procedure


def test_the_catalogue_holds_both_procedures() -> None:
    assert set(ENTRIES) == {MEDAL_2025, MEDAL_2026, AWARD}


@ALL
def test_an_edition_has_nothing_wrong_and_its_stories_cover_every_transition(
    edition: tuple[str, str],
) -> None:
    entry: CatalogueEntry = ENTRIES[edition]
    report = load(entry.source, entry.path, scenarios=entry.scenarios, calendar=national_calendar())

    assert [f for f in report.findings if f.severity != "not_checked"] == []
    assert report.procedure is not None


@pytest.mark.parametrize(
    ("edition", "commune", "posting", "province"),
    [
        (MEDAL_2025, "15 days", "5 days", "15 days"),
        (MEDAL_2026, "15 working days", "10 working days", "15 working days"),
        (AWARD, "15 days", "5 days", "15 days"),
    ],
)
def test_the_limits_of_each_level(
    edition: tuple[str, str], commune: str, posting: str, province: str
) -> None:
    clocks = _procedure(edition).clocks

    assert [clocks[key].limit for key in ("commune", "posting_period", "province")] == [
        Limit.parse(written) for written in (commune, posting, province)
    ]
    assert clocks["ministry"].limit == Limit.parse("20 days")
    assert {clocks[key].limit for key in ("copies", "notice")} == {Limit.parse("10 working days")}
    assert {clocks[key].limit for key in ("declined", "turned_down")} == {
        Limit.parse("5 working days")
    }


@ALL
def test_each_level_is_measured_and_rests_on_a_source(edition: tuple[str, str]) -> None:
    procedure = _procedure(edition)

    assert [clock.at for clock in procedure.measured_clocks] == ["commune", "province", "centre"]
    assert [c.key for c in procedure.clocks.values() if c.source not in procedure.sources] == []


@pytest.mark.parametrize(
    ("edition", "unverified"),
    [
        (MEDAL_2025, {"terms"}),
        (MEDAL_2026, {"terms", "ministry", "results"}),
        (AWARD, {"law", "terms", "commune", "posting", "province", "ministry", "results"}),
    ],
)
def test_what_was_not_seen_is_marked(edition: tuple[str, str], unverified: set[str]) -> None:
    sources = _procedure(edition).sources
    planned = {"steps", "supplement", "search", "state"}

    assert {key for key, source in sources.items() if source.unverified} == unverified | planned


@ALL
def test_one_of_four_groups_of_proof_is_needed_or_a_search_stands_in(
    edition: tuple[str, str],
) -> None:
    procedure = _procedure(edition)
    groups = [key for key in procedure.fields["proof"].choices if key != "lost"]

    assert len(groups) == 4
    for chosen in (*groups, "lost"):
        needed = {
            key
            for key, document in procedure.documents.items()
            if isinstance(document.required, ByField) and document.required.of({"proof": chosen})
        }
        assert needed == ({f"{chosen}_proof"} if chosen != "lost" else set())


@ALL
def test_each_way_out_has_its_result(edition: tuple[str, str]) -> None:
    states = _procedure(edition).states.values()

    assert {s.path: s.result for s in states if s.final} == {
        "archived": Result.GRANTED,
        "not_awarded": Result.NOT_GRANTED,
        "redirected": Result.REDIRECTED,
        "refused_intake": Result.REFUSED_INTAKE,
        "withdrawn": Result.WITHDRAWN,
    }
