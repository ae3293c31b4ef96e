"""A story tells of a council as it acts, and refuses what the engine refuses."""

from __future__ import annotations

from datetime import date, time
from functools import cache

import pytest

from engine.calendar import Calendar
from engine.definition import Procedure
from procedures import catalogue
from tests.definitions import STORY, small
from workflows.findings import Finding
from workflows.loader import load
from workflows.scenario import load_scenario
from workflows.simulate import Run, run

BEFORE = STORY[: STORY.index("  - {at: 2025-11-13T08:00, by: binh, do: record_result")]
COUNT = "{members: 10, present: 10, written: 0, yes: 9, no: 1, blank: 0}"
SESSION = """
scenario: {vi: Phiên họp, en: A session}
starts: 2025-12-01T08:00
owner: province
people: {thu: [secretary], quang: [chair]}
nominations:
  a: {quorum: 2/3 of members, pass: more than 1/2 of members}
  b: {quorum: 2/3 of members, pass: more than 1/2 of members}
draft: {by: thu}
steps:
  - at: 2025-12-01T08:30
    by: thu
    do: call
    data:
      held_on: 2025-12-10
      place: Phòng 1
      electorate: [{name: A, capacity: chair}, {name: B, capacity: member}]
"""


@cache
def council() -> Procedure:
    entry = next(e for e in catalogue.editions() if e.procedure == "council-session")
    procedure = load(entry.source, entry.path).procedure
    assert procedure is not None
    return procedure


def ran(text: str, on: Procedure) -> Run:
    weeks = Calendar(
        key="plain", edition="1", hash="0" * 64, marks=(), published_until=date(2030, 12, 31),
        yearly_off=(), opening=((time(7, 30), time(11, 30)), (time(13, 30), time(17, 0))),
    )  # fmt: skip
    scenario, findings = load_scenario(text.encode(), "story.yaml")
    assert scenario is not None, findings
    return run(on, scenario, weeks)


def decided(session: str, more: str = "") -> Run:
    return ran(
        f"{BEFORE}  - {{at: 2025-11-13T08:00, by: chi, session: {session}{more}}}\n", small()
    )


def only(run_: Run) -> Finding:
    (finding,) = run_.findings
    return finding


@pytest.mark.parametrize(
    ("count", "stands"),
    [(COUNT, "deciding"), (COUNT.replace("yes: 9, no: 1", "yes: 4, no: 6"), "not_granted")],
)
def test_the_count_of_a_council_sends_the_dossier_on_its_way(count: str, stands: str) -> None:
    run_ = decided(f"{{tally: {count}}}")

    assert run_.findings == ()
    assert run_.dossier is not None
    assert run_.dossier.configuration == {stands}


@pytest.mark.parametrize(
    ("session", "refused"),
    [
        (f"{{tally: {COUNT.replace('yes: 9', 'yes: 8')}}}", "ballot_invalid"),
        ("{tally: {members: 10, present: 3, written: 0, yes: 3, no: 0, blank: 0}}",
         "items_refused"),
        ("{defer: true}", "trigger_not_allowed"),
    ],
)  # fmt: skip
def test_a_count_that_moves_nothing_is_refused_and_has_to_be_told_so(
    session: str, refused: str
) -> None:
    assert decided(session, f", refused: {refused}").findings == ()
    assert refused in only(decided(session)).message_en


@pytest.mark.parametrize("session", ["{}", f"{{tally: {COUNT}, defer: true}}"])
def test_a_council_counts_or_puts_off_and_never_both(session: str) -> None:
    scenario, findings = load_scenario(
        f"{BEFORE}  - {{at: 2025-11-13T08:00, by: chi, session: {session}}}\n".encode(),
        "story.yaml",
    )

    assert scenario is None
    assert "Write either 'tally'" in findings[0].message_en


def test_a_council_decides_only_what_waits_for_it() -> None:
    first = "  - {at: 2025-11-03T09:00"
    at = BEFORE.index(first)
    early = f"{BEFORE[:at]}  - {{at: 2025-11-03T08:30, by: chi, session: {{tally: {COUNT}}}}}\n"

    assert only(ran(early, small())).code == "BV711"


def test_the_agenda_of_a_session_is_put_together_dropped_from_and_let_go() -> None:
    run_ = ran(
        f"""{SESSION}
  - {{at: 2025-12-01T09:00, by: thu, do: put_items, items: [a, b]}}
  - {{at: 2025-12-01T09:10, by: thu, do: drop_items, items: [a]}}
  - {{at: 2025-12-01T09:20, by: thu, do: drop_items, items: [a], refused: items_refused}}
  - expect: {{items: {{b: ""}}}}
  - {{at: 2025-12-01T10:00, by: thu, do: cancel, reason: Hoãn}}
  - expect: {{state: cancelled, items: {{b: ""}}}}
""",
        council(),
    )

    assert run_.findings == ()


def test_an_agenda_without_items_is_not_closed() -> None:
    run_ = ran(
        f"{SESSION}  - {{at: 2025-12-02T09:00, by: thu, do: close_agenda, refused: bad_input}}\n",
        council(),
    )

    assert run_.findings == ()


def test_a_story_that_expects_another_result_is_found() -> None:
    text = f"""{SESSION}
  - {{at: 2025-12-01T09:00, by: thu, do: put_items, items: [a]}}
  - expect: {{items: {{a: pass}}}}
"""

    assert "pass" in only(ran(text, council())).message_en


def test_a_dossier_that_the_story_does_not_know_is_found_with_the_nearest_name() -> None:
    text = f"{SESSION}  - {{at: 2025-12-01T09:00, by: thu, do: put_items, items: [aa]}}\n"

    finding = only(ran(text, council()))

    assert finding.code == "BV706"
    assert "'aa'" in finding.message_en


def test_a_whole_session_comes_out_as_its_story_says() -> None:
    entry = next(e for e in catalogue.editions() if e.procedure == "council-session")
    assert entry.scenarios
    for _, source in entry.scenarios:
        assert ran(source.decode(), council()).findings == ()
