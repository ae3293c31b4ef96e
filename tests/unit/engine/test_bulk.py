"""A batch does what the acts would do one by one, tells each dossier's reason, and writes once."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.bulk import BulkAnswer, BulkAsk, BulkRow
from engine.definition import Fault, Procedure
from engine.dossier import Actor
from engine.errors import Refusal, VersionConflict
from engine.ports import Change
from engine.runtime import etag
from engine.state_json import to_json
from engine.text import Text
from tests.procedures import calendar, small, text
from tests.story import AN, BINH, CHI, condition, with_ways
from tests.strategies import PEOPLE, procedures
from tests.world import REPORT, World, accepted, asked, submitted

BRING = {
    "note": "ghi chú",
    "award": "flag",
    "opinions": {"who": {"name": "Trần Thị B"}, "stance": 1},
}


def many(world: World, refs: list[str], trigger: str, actor: Actor, **more: Any) -> BulkAnswer:
    return world.engine.act_many(BulkAsk(refs=tuple(refs), trigger=trigger, actor=actor, **more))


def codes(answer: BulkAnswer) -> list[str]:
    return [row.code or row.outcome for row in answer.rows]


def test_an_answer_is_kept_and_read_again_as_it_was() -> None:
    answer = BulkAnswer(
        rows=(
            BulkRow(ref="a", outcome="done", done={"dossier": "1", "state": ["x"]}),
            BulkRow(ref="b", outcome="refused", code="c", text=Text("vì thế", "therefore")),
        )
    )
    assert BulkAnswer.from_json(answer.to_json()) == answer
    assert answer.any_done
    assert not answer.overtaken().any_done
    assert codes(answer.overtaken()) == ["version_conflict", "c"]


def test_what_was_seen_differently_is_a_conflict_and_the_others_go_on() -> None:
    world = World()
    first, second, third = (submitted(world) for _ in range(3))
    seen = {second: "0" * 32, third: etag(world.dossier(third), calendar())}
    answer = many(world, [first, second, third], "accept", BINH, if_match=seen)

    assert codes(answer) == ["done", "state_changed", "done"]
    assert answer.rows[1].outcome == "conflict"
    assert world.dossier(second).version == 1


def test_a_dossier_named_twice_is_acted_upon_once() -> None:
    world = World()
    ref = submitted(world)
    answer = many(world, [ref, world.dossier(ref).code], "accept", BINH, key="k", fingerprint="f")

    assert codes(answer) == ["done", "named_twice"]
    assert many(world, [ref], "accept", BINH, key="k", fingerprint="f") == answer


def test_what_cannot_be_written_down_is_refused_and_gives_its_numbers_back() -> None:
    world = World()
    refs = [submitted(world) for _ in range(3)]
    # No event can hold half of a character; the code that it would take goes to the next one.
    bad = world.store.tables["dossiers"][refs[1],]
    body = json.loads(bad["body"])
    body["agencies"] = {"province": "\ud800"}
    bad["body"] = json.dumps(body)
    answer = many(world, refs, "accept", BINH)

    assert codes(answer) == ["done", "bad_input", "done"]
    received = [world.dossier(ref).received_code for ref in (refs[0], refs[2])]
    assert received == ["province-251103-0001-001", "province-251103-0002-001"]
    whole = many(world, [submitted(world), refs[1]], "accept", BINH, on_refusal="abort")
    assert codes(whole) == ["batch_aborted", "bad_input"]


def test_a_fault_is_told_as_an_incident_and_stops_nobody_else() -> None:
    broken = condition("data.award", lambda award: Fault("x") if award == "flag" else True)
    world = World(with_ways(small(), "appraise", when=broken, refusal=text("?")))
    good = accepted(world)
    world.act(good, "waive", CHI)
    bad = world.draft(nominee={"name": "B"}, award="flag").id
    world.act(bad, "submit", AN, documents=REPORT)
    world.act(bad, "accept", BINH)
    world.act(bad, "waive", CHI)
    answer = many(world, [bad, good], "appraise", CHI)

    assert codes(answer) == ["guard_faulted", "done"]
    assert len(world.incidents()) == 1


def test_a_batch_that_was_overtaken_is_decided_once_more_under_lock() -> None:
    world = World()
    refs = [submitted(world) for _ in range(2)]
    locks: list[bool] = []
    stepping_in(world, locks, lambda: world.act(refs[0], "accept", BINH), times=1)
    answer = many(world, refs, "accept", BINH)

    assert locks == [False, True]
    assert codes(answer) == ["trigger_not_allowed", "done"]
    assert [len(world.events(ref)) for ref in refs] == [2, 2]


def test_a_batch_that_is_overtaken_again_is_told_as_a_conflict() -> None:
    world = World()
    refs = [submitted(world), "unknown"]
    locks: list[bool] = []
    stepping_in(world, locks, lambda: None, times=2)
    answer = many(world, refs, "accept", BINH, key="k", fingerprint="f")

    assert locks == [False, True]
    assert [(row.outcome, row.code) for row in answer.rows] == [
        ("conflict", "version_conflict"),
        ("refused", "unknown"),
    ]
    assert world.dossier(refs[0]).version == 1
    # Nothing was kept under the key, so that the same request may be sent again.
    assert codes(many(world, refs, "accept", BINH, key="k", fingerprint="f"))[0] == "done"


def stepping_in(world: World, locks: list[bool], work: Callable[[], object], times: int) -> None:
    """Let others be faster: `work` is done before the first commit, and that many commits fail."""
    load, commit = world.store.load_many, world.store.commit_many

    def watched(*given: Any, lock: bool = False) -> Any:
        locks.append(lock)
        return load(*given, lock=lock)

    def overtaken(changes: list[Change], answer: Any) -> None:
        if len(locks) == 1:
            work()
        if len(locks) <= times:
            raise VersionConflict("x")
        commit(changes, answer)

    world.store.load_many = watched  # type: ignore[assignment,method-assign]
    world.store.commit_many = overtaken  # type: ignore[assignment,method-assign]


@given(
    procedure=procedures(),
    ways=st.lists(
        st.lists(st.tuples(st.integers(0, 9), st.sampled_from(PEOPLE)), max_size=4),
        min_size=1,
        max_size=4,
    ),
    who=st.sampled_from(PEOPLE),
    choice=st.integers(0, 9),
    hours=st.sampled_from((0, 5, 200)),
    given=st.booleans(),
)
def test_a_batch_does_what_the_acts_would_do_one_by_one(
    procedure: Procedure,
    ways: list[list[tuple[int, Actor]]],
    who: Actor,
    choice: int,
    hours: int,
    given: bool,
) -> None:
    triggers = sorted({t.trigger for t in procedure.transitions})
    one, all = World(procedure), World(procedure)
    refs = [[on_its_way(world, triggers, way) for way in ways] for world in (one, all)]
    for world in (one, all):
        world.wait(hours=hours)
    trigger = triggers[choice % len(triggers)]
    ways_of = procedure.pulled_by(trigger)
    data = {k: BRING[k] for t in ways_of for k in (*t.asks, *t.appends)} if given else {}
    told = []
    for ref in refs[0]:
        try:
            one.act(ref, trigger, who, data=data, reason="lý do")
            told.append("done")
        except Refusal as refusal:
            told.append(refusal.code)
    assert codes(many(all, refs[1], trigger, who, data=data, reason="lý do")) == told
    for alone, among in zip(*refs, strict=True):
        assert seen(all, among) == seen(one, alone)
        assert not all.findings(among)
        if all.dossier(among).version:
            assert replace(all.folded(among), revision=0) == replace(all.dossier(among), revision=0)
    assert numbers(all) == numbers(one)


def on_its_way(world: World, triggers: list[str], way: list[tuple[int, Actor]]) -> str:
    """Return a dossier after some acts, of which those that are refused do nothing."""
    ref = world.draft(nominee={"name": "A"}).id
    for choice, who in [(0, PEOPLE[0]), *way]:
        with suppress(Refusal):
            world.act(ref, triggers[choice % len(triggers)], who, reason="lý do")
    return ref


def seen(world: World, ref: str) -> dict[str, Any]:
    """Return what a batch must leave as acts alone would; ids and salts differ."""
    dossier = to_json(world.dossier(ref))
    for key in ("id", "stream", "code", "submission", "tasks", "results", "created_by"):
        dossier.pop(key, None)
    return {
        **dossier,
        "events": [
            (
                *(e["type"], e["actor"], e["data"].get("from"), e["data"].get("to")),
                [{**one, "id": ""} for one in e["data"].get("letters", ())],
            )
            for e in world.events(ref)
        ],
        "tasks": sorted((t.role, t.do, t.state) for t in world.dossier(ref).tasks.values()),
    }


def numbers(world: World) -> list[tuple[Any, ...]]:
    return sorted(
        (row["org"], row["kind"], row["year"], row["number"])
        for row in world.store.tables["numbers"].values()
    )


def test_all_or_none_keeps_what_fell_due() -> None:
    world = World()
    first, second = asked(world), submitted(world)
    world.at("2025-11-20")
    answer = many(world, [first, second, "nobody"], "accept", BINH, on_refusal="abort")

    assert codes(answer) == ["trigger_not_allowed", "batch_aborted", "unknown"]
    assert world.dossier(second).version == 1
    assert "opinions_over" in [event["type"] for event in world.events(first)]
