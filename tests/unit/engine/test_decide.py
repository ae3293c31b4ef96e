"""What is decided follows from the procedure, the dossier and the act, and from nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.ballot import BallotRule, Share
from engine.decide import MOST_AUTO, incident_of, place_of
from engine.definition import Ballot, ByField, Fault, Procedure, State
from engine.dossier import Actor
from engine.errors import AutomaticTooMany, BallotInvalid, GuardRefused
from engine.outcome import Outcome
from engine.permits import Hat
from tests.procedures import PROVINCE, UNIT, local, paper, person, small, text, way
from tests.story import (
    AN,
    BINH,
    CHI,
    DECISION,
    DUNG,
    GIANG,
    TALLY,
    Condition,
    Story,
    changed,
    condition,
    with_more,
    with_ways,
)


def test_the_whole_way_of_a_dossier_is_told_by_its_events() -> None:
    story = Story().decided()

    assert [o.type for o in story.outcomes] == [
        "dossier_submitted",
        "dossier_accepted",
        "opinions_waived",
        "dossier_appraised",
        "dossier_proposed",
        "result_recorded",
        "award_decided",
    ]
    assert story.places == ["granted"]
    assert story.dossier.result == "granted"


def test_an_outcome_says_from_where_to_where_and_by_which_rules() -> None:
    story = Story().asked()
    done = story.outcomes[-1]

    assert done.facts["trigger"] == "ask"
    assert done.facts["from"] == ["review.appraisal.open", "review.opinions.considering"]
    assert done.facts["to"] == ["review.appraisal.open", "review.opinions.asking"]
    assert done.rules["edition"] == story.procedure.hash
    assert len(done.rules["calendar"]) == 64


def test_deciding_changes_nothing_that_was_given() -> None:
    story = Story().accepted()
    before = repr(story.dossier)
    story.ask("ask", CHI, "2025-11-04")

    assert repr(story.dossier) == before


def test_the_same_question_has_the_same_answer() -> None:
    story = Story().accepted()
    one, other = (Story().accepted().ask("ask", CHI, "2025-11-04") for _ in range(2))

    assert isinstance(one, Outcome)
    assert one == other
    assert story.dossier.configuration


def test_persons_and_pulls_are_remembered() -> None:
    dossier = Story().decided().dossier

    assert dossier.people["specialist"] == {"chi"}
    assert dossier.people["authority"] == {"giang"}
    assert "session" not in dossier.people
    assert dossier.pulls["record"] == 1
    assert dossier.pulls["pass"] == 1


def test_an_interrupt_remembers_and_history_restores() -> None:
    story = Story().asked()
    stood = story.dossier.configuration
    story.do("return", CHI, "2025-11-05", reason="Thiếu")
    assert story.dossier.history == {"review": stood}

    story.do("resubmit", AN, "2025-11-06")
    assert story.dossier.configuration == stood
    assert story.dossier.history == {}


def test_a_memory_is_used_once() -> None:
    back = replace(way("reopen", "reopened", "agenda", None, "secretary"), history="review")
    story = Story(with_more(small(), back)).asked()
    story.do("return", CHI, "2025-11-05", reason="Thiếu")
    story.do("resubmit", AN, "2025-11-05")
    story.wait("2025-11-11")
    story.do("appraise", CHI, "2025-11-11")
    story.do("propose", CHI, "2025-11-11", documents={"minutes": (paper(),)})
    story.do("reopen", DUNG, "2025-11-12")

    assert story.places == ["review.appraisal.open", "review.opinions.considering"]


def test_an_interrupt_out_of_one_region_remembers_the_whole_composite() -> None:
    out = way("pause", "paused", "review.appraisal.open", "awaiting", "specialist", interrupts=True)
    story = Story(with_more(small(), out)).asked()
    stood = story.dossier.configuration
    story.do("pause", CHI, "2025-11-05")

    assert story.dossier.history == {"review": stood}


def test_leaving_without_interrupt_remembers_nothing() -> None:
    assert Story().proposed().dossier.history == {}


def test_a_vote_is_counted_and_its_consequence_pulled_in_the_same_event() -> None:
    story = Story().proposed()
    done = story.do("record", DUNG, "2025-11-06", data={"tally": TALLY})

    assert done.type == "result_recorded"
    assert done.facts["then"] == ["pass"]
    assert done.facts["to"] == ["deciding"]
    assert story.dossier.results["ballot"] == {
        "passed": True,
        "yes": 12,
        "needed": 12,
        "whole": 15,
        "present": 14,
        "quorum": 10,
    }


def test_a_failed_vote_ends_the_dossier_and_stops_its_clock() -> None:
    story = Story().proposed()
    story.do("record", DUNG, "2025-11-06", data={"tally": {**TALLY, "yes": 11, "no": 3}})

    assert (story.places, story.dossier.result) == (["refused"], "not_granted")
    assert story.dossier.resolved_on == date(2025, 11, 6)


def test_a_vote_that_is_not_quorate_moves_nothing() -> None:
    few = {"members": 15, "present": 9, "written": 6, "yes": 15, "no": 0, "blank": 0}
    refused = Story().proposed().refuse("record", DUNG, "2025-11-06", data={"tally": few})

    assert isinstance(refused, BallotInvalid)


def test_the_rule_of_the_vote_depends_on_the_award() -> None:
    procedure = small()
    agenda = procedure.states["agenda"]
    assert isinstance(agenda.ballot, Ballot)
    strict = BallotRule(
        quorum=Share.parse("2/3 of members"),
        passing=Share.parse("90 % of members"),
        written=True,
    )
    assert isinstance(agenda.ballot.rule, BallotRule)
    by_award = ByField(field="award", cases={"merit": strict}, otherwise=agenda.ballot.rule)
    agenda = replace(agenda, ballot=replace(agenda.ballot, rule=by_award))
    story = Story(changed(procedure, states={**procedure.states, "agenda": agenda})).proposed()
    story.do("record", DUNG, "2025-11-06", data={"tally": TALLY})

    assert story.places == ["refused"]


def test_what_only_the_session_pulls_nobody_pulls() -> None:
    story = Story().proposed()

    assert story.refuse("pass", DUNG, "2025-11-06").code == "not_entitled"
    assert story.refuse("pass", person("x", "session"), "2025-11-06").code == "not_entitled"


def test_a_tally_where_nothing_is_voted_on_is_only_data() -> None:
    procedure = with_ways(small(), "decide", asks={"tally": False})
    story = Story(procedure).voted()
    done = story.do("decide", GIANG, "2025-11-07", data={"tally": TALLY})

    assert "then" not in done.facts


def test_a_vote_without_a_new_tally_counts_nothing() -> None:
    procedure = with_ways(small(), "record", asks={"tally": False})
    story = Story(procedure).proposed()
    story.dossier = replace(story.dossier, data={**story.dossier.data, "tally": TALLY})
    story.do("record", DUNG, "2025-11-06")

    assert story.places == ["agenda"]


def test_the_consequence_of_a_vote_may_be_refused_and_then_nothing_moves() -> None:
    procedure = with_ways(small(), "pass", needs=("minutes",))
    story = Story(procedure).proposed()
    story.dossier = replace(story.dossier, documents={"report": story.dossier.documents["report"]})
    refused = story.refuse("record", DUNG, "2025-11-06", data={"tally": TALLY})

    assert refused.code == "papers_missing"


def by_condition(trigger: str = "route") -> Procedure:
    """Return a procedure in which one trigger leads two ways, told apart by the award."""
    procedure = small()
    deciding_ = replace(
        way(trigger, "routed_merit", "submitted", "deciding", "reception"),
        when=condition("data.award", lambda award: award == "merit"),
        refusal=text("Không phải bằng khen."),
        asks={"number": True},
    )
    agenda = replace(
        way(trigger, "routed_flag", "submitted", "agenda", "reception"),
        when=condition("data.award", lambda award: award == "flag"),
        refusal=text("Không phải cờ."),
        asks={"signed_on": True},
    )
    return with_more(procedure, deciding_, agenda)


@pytest.mark.parametrize(
    ("award", "data", "place"),
    [
        ("merit", {"number": "1"}, "deciding"),
        ("flag", {"signed_on": "2025-11-03"}, "agenda"),
    ],
)
def test_conditions_tell_the_ways_of_one_trigger_apart(
    award: str, data: dict[str, object], place: str
) -> None:
    story = Story(by_condition(), data={"nominee": {"name": "A"}, "award": award}).submitted()
    story.do("route", BINH, "2025-11-03", data=data)

    assert story.places == [place]


def test_what_is_missing_is_said_of_the_way_that_is_open() -> None:
    story = Story(by_condition(), data={"nominee": {"name": "A"}, "award": "flag"}).submitted()

    assert story.refuse("route", BINH, "2025-11-03").facts == {"field": "signed_on"}


def test_if_no_way_is_open_the_first_condition_speaks() -> None:
    procedure = by_condition()
    never = condition("data.award", lambda _: False)
    story = Story(with_ways(procedure, "route", when=never)).submitted()
    refused = story.refuse("route", BINH, "2025-11-03", data={"number": "1"})

    assert isinstance(refused, GuardRefused)
    assert refused.text == text("Không phải bằng khen.")


def test_conditions_on_what_the_act_brings_are_asked_with_it() -> None:
    one = replace(
        way("route", "routed_one", "submitted", "deciding", "reception"),
        when=condition("data.number", lambda number: number == "1"),
        refusal=text("Không phải một."),
        asks={"number": True},
    )
    other = replace(
        way("route", "routed_two", "submitted", "agenda", "reception"),
        when=condition("data.number", lambda number: number == "2"),
        refusal=text("Không phải hai."),
        asks={"number": True},
    )
    story = Story(with_more(small(), one, other)).submitted()

    refused = story.refuse("route", BINH, "2025-11-03", data={"number": "3"})
    assert refused.text == text("Không phải một.")
    story.do("route", BINH, "2025-11-03", data={"number": "2"})
    assert story.places == ["agenda"]


def test_a_condition_that_faults_closes_the_trigger_even_if_another_way_is_open() -> None:
    procedure = by_condition()
    broken = condition("data.award", lambda _: Fault("division by zero"))
    ways = [t for t in procedure.transitions if t.trigger != "route"]
    merit, flag = procedure.pulled_by("route")
    procedure = changed(procedure, transitions=(*ways, replace(merit, when=broken), flag))
    story = Story(procedure, data={"nominee": {"name": "A"}, "award": "flag"}).submitted()
    refused = story.refuse("route", BINH, "2025-11-03", data={"number": "1"})

    assert refused.code == "guard_faulted"


def automatic(when: Condition | None = None, **more: Any) -> Procedure:
    auto = way("settle", "settled", "review", "agenda", "system", auto=True, **more)
    return with_more(small(), replace(auto, when=when, refusal=text("Chưa.")))


def test_an_automatic_transition_follows_in_the_same_event() -> None:
    story = Story(automatic()).accepted()
    story.do("waive", CHI, "2025-11-04")
    done = story.do("appraise", CHI, "2025-11-04")

    assert done.facts["then"] == ["settle"]
    assert story.places == ["agenda"]
    assert story.dossier.pulls["settle"] == 1
    assert "system" not in story.dossier.people


@pytest.mark.parametrize(
    "change",
    [
        {"when": condition("data.award", lambda award: award == "flag")},
        {"needs": ("minutes",)},
        {"at_most": 0},
    ],
    ids=["condition", "paper", "count"],
)
def test_an_automatic_transition_waits_until_nothing_refuses_it(change: dict[str, Any]) -> None:
    story = Story(automatic(**change)).accepted()
    story.do("waive", CHI, "2025-11-04")
    done = story.do("appraise", CHI, "2025-11-04")

    assert "then" not in done.facts
    assert done.incidents == ()


def test_an_automatic_condition_that_faults_is_an_incident_and_not_a_pass() -> None:
    story = Story(automatic(condition("data.award", lambda _: Fault("broken")))).accepted()
    story.do("waive", CHI, "2025-11-04")
    done = story.do("appraise", CHI, "2025-11-04")

    assert "then" not in done.facts
    assert done.incidents == ("guard_faulted: condition: test(data.award), why: broken",)


def test_automatic_transitions_that_never_rest_refuse_the_act() -> None:
    there = way("there", "went", "submitted", "agenda", "system", auto=True)
    back = way("back", "came", "agenda", "submitted", "system", auto=True)
    refused = Story(with_more(small(), there, back)).refuse(
        "submit", AN, "2025-11-03", documents={"report": (paper(),)}
    )

    assert isinstance(refused, AutomaticTooMany)
    assert incident_of(refused) == "automatic_too_many: trigger: there"


def chain(length: int) -> Procedure:
    procedure = small()
    steps = {f"step{n}": State(path=f"step{n}", label=text("bước")) for n in range(length)}
    ways = [
        way(f"go{n}", "went", f"step{n - 1}" if n else "submitted", f"step{n}", "system", auto=True)
        for n in range(length)
    ]
    return changed(
        procedure,
        states={**procedure.states, **steps},
        transitions=(*procedure.transitions, *ways),
    )


def test_as_many_automatic_transitions_as_allowed_are_allowed() -> None:
    story = Story(chain(MOST_AUTO)).submitted()

    assert story.places == [f"step{MOST_AUTO - 1}"]
    refused = Story(chain(MOST_AUTO + 1)).refuse(
        "submit", AN, "2025-11-03", documents={"report": (paper(),)}
    )
    assert isinstance(refused, AutomaticTooMany)


def test_a_refusal_that_is_nobodys_fault_is_no_incident() -> None:
    assert incident_of(Story().refuse("fly", AN, "2025-11-03")) is None


def test_letters_and_notices_come_in_the_order_in_which_they_are_declared() -> None:
    story = Story().submitted()
    done = story.do("accept", BINH, "2025-11-03")

    assert [(o.key, o.register, o.number, o.org) for o in done.letters] == [
        ("receipt", "receipt", None, PROVINCE)
    ]
    assert done.letters[0].dated_on == date(2025, 11, 3)
    assert [(n.role, n.org, n.about) for n in done.notices] == [
        ("submitter", UNIT, "dossier_accepted")
    ]
    assert done.wants_code
    assert not done.registers_award


def test_a_letter_of_the_records_office_bears_its_number_and_date() -> None:
    done = Story().decided().outcomes[-1]

    assert [(o.key, o.number, o.dated_on) for o in done.letters] == [
        ("decision", "12/QĐ-UBND", date(2025, 11, 7))
    ]
    assert done.registers_award


def test_a_letter_whose_number_was_not_given_has_none_and_is_dated_by_the_act() -> None:
    story = Story(with_ways(small(), "decide", asks={"number": False, "signed_on": False})).voted()
    done = story.do("decide", GIANG, "2025-11-07")

    assert [(o.number, o.dated_on) for o in done.letters] == [(None, date(2025, 11, 7))]


def test_a_code_is_given_once() -> None:
    story = Story().submitted()
    code = "H01-251103-0001-001"
    story.dossier = replace(story.dossier, received_code=code, codes={PROVINCE: code})

    assert not story.do("accept", BINH, "2025-11-03").wants_code


def test_an_organisation_is_told_by_the_role() -> None:
    story = Story().accepted()

    assert place_of(story.procedure, story.dossier, "submitter") == UNIT
    assert place_of(story.procedure, story.dossier, "specialist") == PROVINCE
    assert place_of(story.procedure, story.dossier, "clock") == PROVINCE


def test_a_back_dated_act_sees_its_own_day() -> None:
    seen: list[object] = []

    def watch(facts: Mapping[str, object]) -> bool:
        seen.append(dict(facts))
        return True

    rule = Condition("watch", frozenset({"today", "clocks.resolution.left"}), watch)
    story = Story(with_ways(small(), "appraise", when=rule, refusal=text("?"))).accepted()
    back = {"effective_on": date(2025, 11, 5), "reason": "Ghi bổ sung"}
    story.do("appraise", CHI, "2025-11-07", **back)

    assert seen == [{"today": "2025-11-05", "clocks.resolution.left": 8}]


def held() -> Story:
    """Return a story with an open hold."""
    story = Story().accepted()
    story.do("hold", CHI, "2025-11-04", ground="press", paper="Báo")
    return story


def anchored_later() -> Story:
    """Return a story before its decision, in which the limit began a day after the vote."""
    story = Story().voted()
    clock = replace(story.dossier.clocks["resolution"], anchor_on=date(2025, 11, 6))
    story.dossier = replace(story.dossier, clocks={**story.dossier.clocks, "resolution": clock})
    return story


# What is asked, by which check it must be refused, and how that check would be left out.
CHECKS: list[tuple[str, str, str, Callable[..., Any], Story, str, Actor, dict[str, Any]]] = [
    (
        "role", "not_entitled", "permits._hats", lambda *_: iter([Hat("authority", PROVINCE)]),
        Story().voted(), "decide", DUNG, {"data": DECISION},
    ),
    (
        "separation", "duties_not_separate", "permits.separation", lambda *_: None,
        Story().voted(), "decide", person("chi", "authority"), {"data": DECISION},
    ),
    (
        "hold", "dossier_on_hold", "ways.standing", lambda *_: Hat("specialist", PROVINCE),
        held(), "ask", CHI, {},
    ),
    (
        "count", "pulled_too_often", "ways.standing", lambda *_: Hat("specialist", PROVINCE),
        Story(with_ways(small(), "ask", at_most=0)).accepted(), "ask", CHI, {},
    ),
    (
        "papers", "papers_missing", "decide.papers", lambda *_: None,
        Story(), "submit", AN, {},
    ),
    (
        "condition", "guard_refused", "decide.guard", lambda *_: (None, None),
        Story(with_ways(small(), "ask", when=condition("today", lambda _: False))).accepted(),
        "ask", CHI, {},
    ),
    (
        "fault", "guard_faulted", "decide.guard", lambda *_: (None, None),
        Story(with_ways(small(), "ask", when=condition("today", lambda _: Fault("x")))).accepted(),
        "ask", CHI, {},
    ),
    (
        "reason", "reason_required", "decide.check_reason", lambda *_: None,
        Story().accepted(), "return", CHI, {},
    ),
    (
        "place", "trigger_not_allowed", "ways.reachable",
        lambda *_: ("review.opinions.asking", False),
        Story().accepted(), "answer", CHI, {"data": {"opinions": {"agency": "Thuế"}}},
    ),
    (
        "ground", "bad_input", "decide.unknown_ground", lambda _: None,
        Story().accepted(), "ask", CHI, {"ground": "press"},
    ),
    (
        "day", "date_not_allowed", "intake._wrong_day", lambda *_: None,
        Story().accepted(), "ask", CHI, {"effective_on": date(2025, 11, 4)},
    ),
    (
        "anchor", "date_not_allowed", "intake._check_anchor", lambda *_: None,
        Story().submitted(), "accept", BINH, {"data": {"complete_on": "2025-11-05"}},
    ),
    (
        "end before start", "date_not_allowed", "effects._not_before_its_start", lambda *_: None,
        anchored_later(), "decide", GIANG,
        {"data": DECISION, "effective_on": date(2025, 11, 5), "reason": "Ghi bổ sung"},
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "check", "without", "story", "trigger", "actor", "more"),
    [row[1:] for row in CHECKS],
    ids=[row[0] for row in CHECKS],
)
def test_it_is_this_check_that_refuses_and_without_it_the_act_would_pass(
    code: str,
    check: str,
    without: Callable[..., Any],
    story: Story,
    trigger: str,
    actor: Actor,
    more: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at = local("2025-11-07")
    assert story.refuse(trigger, actor, at, **more).code == code

    monkeypatch.setattr(f"engine.{check}", without)
    assert isinstance(story.ask(trigger, actor, at, **more), Outcome)
