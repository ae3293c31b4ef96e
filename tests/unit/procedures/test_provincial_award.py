"""The provincial awards say what the law says, mark what was not seen, and every story holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

import pytest

from engine.ballot import BallotRule
from engine.definition import ByField, Procedure, Result
from engine.limits import Limit
from procedures.catalogue import editions, national_calendar
from workflows.loader import load
from workflows.scenario import load_scenario
from workflows.simulate import Run, run

ENTRIES = {entry.edition: entry for entry in editions() if entry.procedure == "provincial-award"}
BOTH = pytest.mark.parametrize("edition", ENTRIES)
STORIES = [(edition, name) for edition, entry in ENTRIES.items() for name, _ in entry.scenarios]


@cache
def _procedure(edition: str) -> Procedure:
    entry = ENTRIES[edition]
    procedure = load(entry.source, entry.path).procedure
    assert procedure is not None
    return procedure


def _ballots(procedure: Procedure) -> ByField[BallotRule]:
    ballot = procedure.states["on_agenda"].ballot
    assert ballot is not None
    assert isinstance(ballot.rule, ByField)
    return ballot.rule


def _told(edition: str, name: str, content: bytes) -> Run:
    scenario, unreadable = load_scenario(content, name)
    assert unreadable == ()
    assert scenario is not None
    return run(_procedure(edition), scenario, national_calendar())


@BOTH
def test_an_edition_has_nothing_wrong_and_its_stories_cover_every_transition(edition: str) -> None:
    entry = ENTRIES[edition]
    report = load(entry.source, entry.path, scenarios=entry.scenarios, calendar=national_calendar())
    assert report.procedure is not None
    assert [f for f in report.findings if f.severity != "not_checked"] == []


@pytest.mark.parametrize(("edition", "name"), STORIES)
def test_a_story_goes_as_it_is_told(edition: str, name: str) -> None:
    told = _told(edition, name, dict(ENTRIES[edition].scenarios)[name])
    assert [(f.line, f.message_en) for f in told.findings] == []


@BOTH
def test_no_transition_is_without_a_story(edition: str) -> None:
    gone: set[int] = set()
    for name, content in ENTRIES[edition].scenarios:
        gone |= _told(edition, name, content).covered
    transitions = _procedure(edition).transitions
    assert [t.trigger for index, t in enumerate(transitions) if index not in gone] == []


@BOTH
def test_a_story_with_a_wrong_date_is_found_out(edition: str) -> None:
    due = {"2025-07": b"2025-12-08", "2026-10": b"2026-11-09"}[edition]
    story = dict(ENTRIES[edition].scenarios)["granted-merit.yaml"]
    assert story.count(due) == 1
    told = _told(edition, "granted-merit.yaml", story.replace(due, b"2026-12-31"))
    assert [f.code for f in told.findings] == ["BV702"]


@BOTH
def test_a_story_that_is_refused_where_it_should_pass_is_found_out(edition: str) -> None:
    story = dict(ENTRIES[edition].scenarios)["granted-flag.yaml"]
    told = _told(edition, "granted-flag.yaml", story.replace(b"yes: 12, no: 0", b"yes: 11, no: 1"))
    assert [f.code for f in told.findings][:1] == ["BV703"]


def test_the_editions_bind_from_the_days_on_which_the_law_changed() -> None:
    assert _procedure("2025-07").in_force_from == date(2025, 7, 1)
    assert _procedure("2026-10").in_force_from == date(2026, 10, 1)


def test_only_the_edition_whose_law_was_not_seen_is_unverified_as_a_whole() -> None:
    assert not _procedure("2025-07").unverified
    assert _procedure("2026-10").unverified


@BOTH
def test_every_limit_rests_on_a_source(edition: str) -> None:
    procedure = _procedure(edition)
    assert [c.key for c in procedure.clocks.values() if c.source not in procedure.sources] == []


@BOTH
@pytest.mark.parametrize("key", ["resolution", "ballot", "council", "opinions", "steps"])
def test_figures_whose_text_was_not_seen_are_marked(edition: str, key: str) -> None:
    assert _procedure(edition).sources[key].unverified


@BOTH
def test_every_ballot_rule_rests_on_a_source_and_waits_for_confirmation(edition: str) -> None:
    procedure = _procedure(edition)
    for rule in _ballots(procedure).values():
        assert rule.source in procedure.sources
        assert rule.unverified


# Decree 98/2023, Article 30.7: of all members, rounded up.
@BOTH
@pytest.mark.parametrize(
    ("award", "members", "needed"),
    [
        ("soldier", 17, 16),
        ("soldier", 15, 14),
        ("soldier", 11, 10),
        ("flag", 17, 14),
        ("flag", 15, 12),
        ("flag", 11, 9),
        ("merit", 15, 8),
        ("collective", 16, 9),
    ],
)
def test_the_votes_that_an_award_needs(edition: str, award: str, members: int, needed: int) -> None:
    rule = _ballots(_procedure(edition)).of({"award": award})
    assert rule.passing.needed(members) == needed


@BOTH
def test_absent_members_write_only_where_the_law_lets_them(edition: str) -> None:
    rules = _ballots(_procedure(edition))
    written = [
        a for a in ("merit", "flag", "soldier", "collective") if rules.of({"award": a}).written
    ]
    assert written == ["flag", "soldier"]


@BOTH
@pytest.mark.parametrize(
    ("award", "papers"),
    [
        ("merit", {"submission", "report", "minutes"}),
        ("collective", {"submission", "report", "minutes"}),
        ("flag", {"submission", "report", "minutes", "vote_result", "cluster_minutes"}),
        ("soldier", {"submission", "report", "minutes", "vote_result", "initiative_certificate"}),
    ],
)
def test_the_papers_of_an_award(edition: str, award: str, papers: set[str]) -> None:
    documents = _procedure(edition).documents.values()
    needed = {d.key for d in documents if d.required is True}
    needed |= {
        d.key
        for d in documents
        if isinstance(d.required, ByField) and d.required.of({"award": award})
    }
    assert needed == papers


@BOTH
def test_resolution_takes_at_most_25_working_days(edition: str) -> None:
    measured = _procedure(edition).measured
    assert measured is not None
    assert measured.limit == Limit.parse("25 working days")
    assert set(measured.stops) == {"decide", "reject", "decline", "fail"}


@BOTH
def test_each_way_out_has_its_result(edition: str) -> None:
    states = _procedure(edition).states.values()
    assert {s.path: s.result for s in states if s.final and s.parent is None} == {
        "archived": Result.GRANTED,
        "not_awarded": Result.NOT_GRANTED,
        "merged": Result.REDIRECTED,
        "refused_intake": Result.REFUSED_INTAKE,
        "withdrawn": Result.WITHDRAWN,
    }


@BOTH
def test_no_one_may_both_appraise_and_decide(edition: str) -> None:
    assert frozenset({"specialist", "authority"}) in _procedure(edition).separate


def test_the_later_edition_adds_the_type_of_commendation_and_takes_nothing_away() -> None:
    earlier, later = _procedure("2025-07"), _procedure("2026-10")
    assert later.fields.keys() - earlier.fields.keys() == {"commendation_type", "innovation"}
    assert earlier.fields.keys() <= later.fields.keys()
    assert earlier.documents.keys() == later.documents.keys()
    assert earlier.states.keys() == later.states.keys()


def _words(procedure: Procedure) -> Iterator[tuple[str, str]]:
    for kind in ("states", "roles", "fields", "documents", "clocks", "letters", "facts"):
        for key, part in getattr(procedure, kind).items():
            yield f"{kind} {key}", part.label.vi
    for transition in procedure.transitions:
        yield f"transition {transition.event}", transition.label.vi
        if transition.refusal is not None:
            yield f"refusal {transition.event}", transition.refusal.vi


@BOTH
def test_vietnamese_words_bear_their_diacritics(edition: str) -> None:
    assert [where for where, words in _words(_procedure(edition)) if words.isascii()] == []
