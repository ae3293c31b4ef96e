"""One act, one commit: nothing is answered that is not written, nothing is written twice."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.bulk import BulkAsk
from engine.definition import AwardCount, Fact, Fault
from engine.dossier import Actor
from engine.errors import BadInput, DossierUnknown, KeyReused, NumberInUse, Refusal, VersionConflict
from engine.ports import Change
from engine.runtime import TRIES, StateChanged, SweepReport, etag
from tests.procedures import calendar, paper, small, text, way
from tests.story import (
    AN,
    BINH,
    CHI,
    DECISION,
    DUNG,
    GIANG,
    TALLY,
    changed,
    condition,
    with_more,
    with_ways,
)
from tests.world import REPORT, World, accepted, asked, decided, submitted


def test_a_dossier_is_found_by_id_code_and_received_code() -> None:
    world = World()
    ref = accepted(world)
    dossier = world.dossier(ref)

    for name in (dossier.id, dossier.code, str(dossier.received_code)):
        assert world.dossier(name).id == ref
    with pytest.raises(DossierUnknown):
        world.act("N-2025-999999", "ask", CHI)


def test_a_refused_act_writes_nothing() -> None:
    world = World()
    ref = submitted(world)
    before, changes = world.dossier(ref), len(world.store.changes)

    with pytest.raises(Refusal):
        world.act(ref, "accept", CHI)
    assert world.dossier(ref) == before
    assert len(world.store.changes) == changes


def test_a_refused_draft_stays_a_draft_without_a_stream() -> None:
    world = World()
    ref = world.draft().id

    with pytest.raises(Refusal):
        world.act(ref, "submit", AN)
    assert world.dossier(ref).version == 0
    assert world.events(ref) == []


# Faults


def faulty(**more: Any) -> World:
    broken = condition("data.award", lambda _: Fault("division by zero"))
    return World(with_ways(small(), "appraise", when=broken, refusal=text("?"), **more))


INCIDENT = "guard_faulted: condition: test(data.award), why: division by zero"


def test_a_fault_refuses_the_act_and_is_reported_as_an_incident() -> None:
    world = faulty()
    ref = accepted(world)
    before = world.dossier(ref)

    with pytest.raises(Refusal) as refused:
        world.act(ref, "appraise", CHI)
    assert refused.value.code == "guard_faulted"
    assert world.incidents() == [INCIDENT]
    assert world.dossier(ref) == before


def test_a_fault_beside_due_rungs_reports_both() -> None:
    world = faulty()
    ref = asked(world)
    world.at("2025-11-10")

    with pytest.raises(Refusal):
        world.act(ref, "appraise", CHI)
    assert world.incidents() == [INCIDENT]
    assert [e["type"] for e in world.events(ref)][-2:] == ["opinions_over", "rung_fired"]


def test_a_fault_after_the_act_lets_the_act_stand_and_is_reported() -> None:
    auto = replace(
        way("settle", "settled", "submitted", "agenda", "system", auto=True),
        when=condition("data.award", lambda _: Fault("division by zero")),
    )
    world = World(with_more(small(), auto))
    ref = submitted(world)

    assert world.dossier(ref).configuration == {"submitted"}
    assert world.incidents() == [INCIDENT]


def test_a_fault_in_a_rung_is_reported_by_the_sweep() -> None:
    broken = condition("data.award", lambda _: Fault("division by zero"))
    world = World(with_ways(small(), "silence", when=broken))
    ref = asked(world)
    world.at("2025-11-08")

    assert world.engine.sweep() == SweepReport(fired=0, skipped=1)
    assert world.incidents() == [INCIDENT]
    assert world.events(ref)[-1]["type"] == "rung_skipped"


# Idempotency


def test_the_same_key_gives_the_first_answer_again_and_acts_once() -> None:
    world = World()
    ref = submitted(world)
    ask = {"key": "k", "fingerprint": "f" * 64}
    first = world.answer(ref, "accept", BINH, **ask)
    world.at("2025-11-20")

    assert world.answer(ref, "accept", BINH, **ask).body == first.body
    assert len(world.events(ref)) == 2


def test_the_same_key_for_another_request_is_refused() -> None:
    world = World()
    ref = submitted(world)
    world.act(ref, "accept", BINH, key="k", fingerprint="f" * 64)

    with pytest.raises(KeyReused, match="'k'"):
        world.act(ref, "ask", BINH, key="k", fingerprint="e" * 64)


def test_a_key_belongs_to_who_used_it() -> None:
    world = World()
    ref = submitted(world)
    world.act(ref, "accept", BINH, key="k", fingerprint="f" * 64)

    assert world.act(ref, "ask", CHI, key="k", fingerprint="e" * 64)["version"] == 3


def test_a_refusal_is_not_kept_under_the_key() -> None:
    world = World()
    ref = world.draft().id
    ask = {"key": "k", "fingerprint": "f" * 64}
    with pytest.raises(Refusal):
        world.act(ref, "submit", AN, **ask)

    assert world.act(ref, "submit", AN, documents=REPORT, **ask)["version"] == 1


def test_without_a_key_no_answer_is_kept() -> None:
    world = World()
    submitted(world)

    assert world.store.changes[-1].answer is None
    assert world.store.tables["answers"] == {}


# ETag and versions


def test_an_act_on_what_the_caller_saw_is_done() -> None:
    world = World()
    ref = submitted(world)
    seen = etag(world.dossier(ref), calendar())

    assert world.act(ref, "accept", BINH, if_match=seen)["version"] == 2


def test_an_act_on_what_has_changed_since_is_refused_with_what_it_is_now() -> None:
    world = World()
    ref = submitted(world)
    seen = etag(world.dossier(ref), calendar())
    world.act(ref, "accept", BINH)

    with pytest.raises(StateChanged) as conflict:
        world.act(ref, "accept", BINH, if_match=seen)
    assert conflict.value.etag == etag(world.dossier(ref), calendar())
    assert conflict.value.last["version"] == 2
    assert conflict.value.ref == ref


def test_a_notice_does_not_throw_away_what_the_caller_saw() -> None:
    world = World()
    ref = accepted(world)
    seen = etag(world.dossier(ref), calendar())
    world.at("2025-11-10")
    assert world.engine.sweep().fired == 1

    assert world.act(ref, "ask", CHI, if_match=seen)["version"] == 4


def interfering(world: World, ref: str, times: int) -> list[int]:
    """Let somebody else move the dossier right before a commit, so many times."""
    seen: list[int] = []

    def step_in(change: Change) -> None:
        if change.dossier.id == ref and len(seen) < times:
            seen.append(change.expected)
            row = world.store.tables["dossiers"][ref,]
            row["version"] += 1
            row["revision"] += 0
            world.store.release()
            raise VersionConflict(ref)

    world.store.before_commit = step_in
    return seen


def test_a_version_conflict_is_tried_again_and_the_last_time_under_a_lock() -> None:
    world = World()
    ref = submitted(world)
    seen = interfering(world, ref, TRIES - 1)
    answer = world.act(ref, "accept", BINH)

    assert len(seen) == TRIES - 1
    assert world.store.locks == 1
    assert answer["state"] == ["review.appraisal.open", "review.opinions.considering"]


def test_a_conflict_that_does_not_end_is_said_clearly() -> None:
    world = World()
    ref = submitted(world)
    interfering(world, ref, TRIES)

    with pytest.raises(VersionConflict, match="tải lại"):
        world.act(ref, "accept", BINH)
    world.store.before_commit = None
    assert world.dossier(ref).configuration == {"submitted"}


def test_who_comes_second_is_told_what_the_first_left() -> None:
    world = World()
    ref = submitted(world)
    first = [True]

    def somebody_else(_: Change) -> None:
        if first.pop() if first else False:
            world.act(ref, "accept", BINH)

    world.store.before_commit = somebody_else
    with pytest.raises(Refusal) as refused:
        world.act(ref, "accept", BINH)
    assert refused.value.code == "trigger_not_allowed"
    assert world.dossier(ref).version == 2


# Rungs before acts, and sweeps


def test_rungs_that_are_due_come_before_the_act_in_the_same_commit() -> None:
    world = World()
    ref = asked(world)
    world.at("2025-11-10")
    commits = len(world.store.changes)
    world.act(ref, "appraise", CHI)

    assert len(world.store.changes) == commits + 1
    assert [e["type"] for e in world.events(ref)][-3:] == [
        "opinions_over",
        "rung_fired",
        "dossier_appraised",
    ]


def test_rungs_stand_even_if_the_act_is_refused() -> None:
    world = World()
    ref = asked(world)
    world.at("2025-11-10")

    with pytest.raises(Refusal) as refused:
        world.act(ref, "answer", CHI, data={"opinions": {"agency": "Thuế"}})
    assert refused.value.code == "trigger_not_allowed"
    assert "review.opinions.answered" in world.dossier(ref).configuration
    assert world.findings(ref) == []


@pytest.mark.parametrize("late", [False, True])
def test_a_number_that_another_letter_has_is_refused_and_what_fell_due_stands(late: bool) -> None:
    letters = small().letters
    rule = replace(letters["decision"], register="decision")
    world = World(procedure=small(letters={**letters, "decision": rule}))
    decided(world)
    ref = on_the_desk(world)
    if late:
        world.at("2026-03-02")
    before = world.events(ref)

    with pytest.raises(NumberInUse):
        world.act(ref, "decide", GIANG, data=DECISION)
    told = world.events(ref)[len(before) :]
    assert bool(told) is late
    assert "deciding" in world.dossier(ref).configuration
    assert world.findings(ref) == []


def test_a_batch_is_refused_a_number_that_another_letter_has_and_shares_a_free_one() -> None:
    letters = small().letters
    rule = replace(letters["decision"], register="decision", per="batch")
    world = World(procedure=small(letters={**letters, "decision": rule}))
    decided(world)
    refs = (on_the_desk(world), on_the_desk(world))

    def told(**data: str) -> list[str]:
        ask = BulkAsk(refs=refs, trigger="decide", actor=GIANG, data={**DECISION, **data})
        return [row.code or row.outcome for row in world.engine.act_many(ask).rows]

    assert told() == ["number_in_use"] * 2
    assert told(number="13/QĐ-UBND") == ["done"] * 2


def on_the_desk(world: World) -> str:
    """Bring one more dossier to the authority's desk."""
    ref = accepted(world)
    way: tuple[tuple[str, Actor, dict[str, Any]], ...] = (
        ("waive", CHI, {}),
        ("appraise", CHI, {}),
        ("propose", CHI, {"documents": {"minutes": (paper(),)}}),
        ("record", DUNG, {"data": {"tally": TALLY}}),
    )
    for trigger, actor, more in way:
        world.act(ref, trigger, actor, **more)
    return ref


def test_an_answer_dated_back_with_reason_and_paper_comes_before_the_rung() -> None:
    world = World()
    ref = asked(world)
    world.at("2025-11-10")
    world.act(
        ref, "answer", CHI, data={"opinions": {"agency": "Thuế", "stance": "agree"}},
        effective_on=date(2025, 11, 7), reason="Công văn đến ngày 7/11", paper="CV 15/CT",
    )  # fmt: skip

    event = world.events(ref)[-1]
    assert (event["type"], event["effective_on"]) == ("opinion_recorded", "2025-11-07")
    assert event["data"]["back_dated"] is True
    world.engine.sweep()
    assert world.events(ref)[-2]["type"] == "opinions_over"


def test_an_answer_dated_back_may_bring_its_paper_as_a_file() -> None:
    world = World()
    ref = asked(world)
    world.at("2025-11-10")
    world.act(
        ref, "answer", CHI, data={"opinions": {"agency": "Thuế", "stance": "agree"}},
        effective_on=date(2025, 11, 7), reason="Đến ngày 7/11",
        documents={"minutes": (paper("công văn"),)},
    )  # fmt: skip

    assert world.events(ref)[-1]["type"] == "opinion_recorded"


@pytest.mark.parametrize("given", [{"reason": "Đến ngày 7/11"}, {"paper": "CV 15/CT"}])
def test_an_answer_dated_back_without_paper_or_reason_is_late(given: dict[str, str]) -> None:
    world = World()
    ref = asked(world)
    world.at("2025-11-10")

    with pytest.raises(Refusal):
        world.act(
            ref, "answer", CHI, data={"opinions": {"agency": "Thuế"}},
            effective_on=date(2025, 11, 7), **given,
        )  # fmt: skip
    assert "review.opinions.answered" in world.dossier(ref).configuration


def test_a_sweep_fires_what_is_due_once_and_says_so() -> None:
    world = World()
    refs = [accepted(world) for _ in range(3)]
    assert world.engine.sweep() == SweepReport(fired=0, skipped=0)

    world.at("2025-11-10")
    assert world.engine.sweep() == SweepReport(fired=3, skipped=0)
    assert world.engine.sweep() == SweepReport(fired=0, skipped=0)
    assert all(world.events(ref)[-1]["actor"]["subject"] == "clock" for ref in refs)


def test_a_sweep_looks_at_so_many_dossiers_and_the_oldest_first() -> None:
    world = World()
    for _ in range(3):
        accepted(world)
    world.at("2025-11-10")

    assert world.engine.sweep(limit=2).fired == 2
    assert world.engine.sweep(limit=2).fired == 1


def test_a_skipped_rung_is_counted_as_skipped() -> None:
    world = World(with_ways(small(), "silence", needs=("minutes",)))
    asked(world)
    world.at("2025-11-08")

    assert world.engine.sweep() == SweepReport(fired=0, skipped=1)
    assert world.engine.sweep() == SweepReport(fired=0, skipped=0)


def test_a_dossier_that_fails_does_not_stop_the_others() -> None:
    world = World()
    bad, good = accepted(world), accepted(world)
    world.at("2025-11-10")

    def fail(change: Change) -> None:
        if change.dossier.id == bad:
            raise ValueError("disk")

    world.store.before_commit = fail
    report = world.engine.sweep()
    assert report == SweepReport(fired=1, skipped=0, failed=((bad, "ValueError: disk"),))
    assert world.events(good)[-1]["type"] == "rung_fired"


def test_a_dossier_that_somebody_else_is_at_waits_for_the_next_sweep() -> None:
    world = World()
    ref = accepted(world)
    world.at("2025-11-10")

    def step_in(_: Change) -> None:
        raise VersionConflict(ref)

    world.store.before_commit = step_in
    assert world.engine.sweep() == SweepReport(fired=0, skipped=0)
    world.store.before_commit = None
    assert world.engine.sweep().fired == 1


def test_what_was_swept_is_recorded_with_both_instants() -> None:
    world = World()
    ref = accepted(world)
    world.at("2025-11-12")
    world.engine.sweep()
    event = world.events(ref)[-1]
    (row,) = world.store.tables["firings"].values()

    assert event["effective_at"].startswith("2025-11-10T00:30:00")
    assert event["recorded_at"].startswith("2025-11-12T02:00:00")
    assert row["due_at"] < row["fired_at"]


def test_a_step_limit_that_runs_again_is_swept_again() -> None:
    procedure = with_ways(with_ways(small(), "return", at_most=2), "lapse", needs=("minutes",))
    world = World(procedure, starts="2025-01-06")
    ref = accepted(world)
    for back in ("2025-03-03", "2025-05-05"):
        world.act(ref, "return", CHI, reason="Thiếu")
        world.at(back)
        assert world.engine.sweep().skipped == 1
        world.act(ref, "resubmit", AN)

    keys = [key[1:] for key in world.store.tables["firings"]]
    assert ("awaiting", 1, 0) in keys
    assert ("awaiting", 2, 0) in keys


def test_numbers_go_on_without_gaps_and_a_refusal_takes_none() -> None:
    world = World()
    refs = [submitted(world) for _ in range(3)]
    numbers = []
    for ref in refs:
        with pytest.raises(Refusal):
            world.act(ref, "accept", CHI)
        numbers.append(world.act(ref, "accept", BINH)["letters"][0]["number"])

    assert numbers == ["1", "2", "3"]


def test_look_ups_in_the_register_reach_the_conditions() -> None:
    procedure = changed(
        small(),
        facts={"merits": Fact(key="merits", label=text("số"), count=AwardCount(titles=("merit",)))},
    )
    first = condition("facts.merits", lambda count: count == 0)
    world = World(with_ways(procedure, "submit", when=first, refusal=text("Đã được khen.")))
    decided(world)

    with pytest.raises(Refusal, match="Đã được khen"):
        submitted(world)


def test_a_draft_is_bound_to_the_edition_in_force_when_it_is_submitted() -> None:
    world = World()
    ref = world.draft().id
    new = replace(changed(small(), title=text("Mới")), in_force_from=date(2025, 11, 1))
    world.shelf.editions.append(new)
    world.act(ref, "submit", AN, documents=REPORT)

    assert world.dossier(ref).edition == new.hash
    assert world.events(ref)[0]["rules"]["edition"] == new.hash


def test_what_does_not_fit_into_an_event_is_refused_by_its_path() -> None:
    world = World()
    ref = asked(world)
    opinions = {f"opinions{n}": None for n in range(3)}
    many = tuple(paper(f"tệp {n}") for n in range(600))

    with pytest.raises(BadInput):
        world.act(ref, "answer", CHI, data={"opinions": {"agency": "Thuế"}, **opinions},
                  documents={"minutes": many})  # fmt: skip
    assert world.dossier(ref).version == 3


def test_a_machine_may_ask_too() -> None:
    world = World()
    ref = asked(world)
    world.at("2025-11-05")
    clock = Actor(person=None, machine="clock")

    assert world.act(ref, "silence", clock)["state"] == [
        "review.appraisal.open",
        "review.opinions.answered",
    ]
    nobody = Actor(person=None)
    with pytest.raises(Refusal):
        world.act(ref, "appraise", nobody)


# What the system says


def test_what_the_system_notes_is_tried_again_like_any_act() -> None:
    world = World()
    ref = accepted(world)
    seen = interfering(world, ref, TRIES - 1)
    world.engine.record(ref, "letter_rendered", {"letter": "x"})
    assert (len(seen), world.store.locks) == (TRIES - 1, 1)

    interfering(world, ref, TRIES)
    with pytest.raises(VersionConflict):
        world.engine.record(ref, "letter_rendered", {"letter": "x"})
