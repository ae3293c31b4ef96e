"""Acts on many dossiers at once, on every store: decided alone, written together or not at all."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.storage import rows
from engine.bulk import BulkAnswer, BulkAsk
from engine.dossier import Actor, Dossier
from engine.errors import KeyReused, VersionConflict
from engine.runtime import Ask, Engine
from tests.contract.test_engine import drafted, engine_on, go
from tests.procedures import PROVINCE, UNIT, paper
from tests.stores import START, World, in_parallel, letter, moved, new_draft, number, task_row
from tests.story import AN, BINH, CHI

COMPLETE = {"complete_on": "2026-03-02"}


@pytest.fixture(autouse=True)
def _in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let even a batch of three be written in parts."""
    monkeypatch.setattr(rows, "PART", 2)


def submitted(world: World, count: int) -> list[Dossier]:
    engine = engine_on(world.store)
    found = [drafted(world) for _ in range(count)]
    for one in found:
        go(engine, one.id, until="submit")
    return found


def accept(engine: Engine, refs: list[str], actor: Actor = BINH, **more: Any) -> BulkAnswer:
    return engine.act_many(
        BulkAsk(refs=tuple(refs), trigger="accept", actor=actor, data=COMPLETE, **more)
    )


def outcomes(answer: BulkAnswer) -> list[str]:
    return [row.code or row.outcome for row in answer.rows]


def test_numbers_of_a_batch_run_in_its_order_without_a_gap(world: World) -> None:
    dossiers = submitted(world, 5)
    refs = [one.code for one in reversed(dossiers)]
    answer = accept(engine_on(world.store), refs)

    assert outcomes(answer) == ["done"] * 5
    assert [row.ref for row in answer.rows] == refs
    assert [row.done["received_code"] for row in answer.rows] == [
        f"{PROVINCE}-260302-{n:04}-001" for n in range(1, 6)
    ]
    assert [row.done["letters"][0]["number"] for row in answer.rows] == list("12345")
    registers = {row["kind"]: row["next"] for row in world.rows("number_registers") if row["org"]}
    assert set(registers.values()) == {6}
    assert len(world.rows("numbers")) == 10
    assert accept(engine_on(world.store), [submitted(world, 1)[0].id]).rows[0].done[
        "received_code"
    ] == (f"{PROVINCE}-260302-0006-001")


def test_what_is_refused_says_why_and_does_not_stop_the_others(world: World) -> None:
    first, second, third = submitted(world, 3)
    engine = engine_on(world.store)
    engine.act(Ask(ref=second.id, trigger="accept", actor=BINH, data=COMPLETE))
    answer = accept(engine, [first.id, second.id, "N-1999-000001", third.code, first.code])

    assert outcomes(answer) == ["done", "trigger_not_allowed", "unknown", "done", "named_twice"]
    assert all(row.text and row.text.vi and row.text.en for row in answer.rows if row.code)
    assert world.store.load(third.id, "", None).dossier.received_code is not None
    assert len(world.rows("letters")) == 3


def test_all_or_none_leaves_everything_as_it_was_and_names_whoever_is_in_the_way(
    world: World,
) -> None:
    first, second = submitted(world, 2)
    engine = engine_on(world.store)
    engine.act(Ask(ref=second.id, trigger="accept", actor=BINH, data=COMPLETE))
    before = world.everything()
    answer = accept(engine, [first.id, second.id], on_refusal="abort", key="k", fingerprint="f")

    assert outcomes(answer) == ["batch_aborted", "trigger_not_allowed"]
    assert world.everything() == before
    assert not answer.any_done
    whole = accept(engine, [first.id], on_refusal="abort", key="k", fingerprint="f")
    assert outcomes(whole) == ["done"]


def test_one_key_covers_the_batch_and_gives_its_answer_again(world: World) -> None:
    first, second = submitted(world, 2)
    engine = engine_on(world.store)
    refs = [first.id, second.id, "nothing"]
    told = accept(engine, refs, key="k", fingerprint="f")
    world.clock.advance(timedelta(days=1))
    before = world.everything()

    assert accept(engine, refs, key="k", fingerprint="f") == told
    assert world.everything() == before
    with pytest.raises(KeyReused):
        accept(engine, refs[:1], key="k", fingerprint="g")
    assert [row["key"] for row in world.rows("answers")] == ["k"]


def test_of_many_batches_under_one_key_all_get_the_one_answer(world: World) -> None:
    refs = [one.id for one in submitted(world, 4)]
    engine = engine_on(world.store)
    results = in_parallel(6, lambda _: accept(engine, refs, key="k", fingerprint="f"))

    assert len({repr(one) for one in results}) == 1, results
    assert outcomes(results[0]) == ["done"] * 4
    assert len(world.rows("letters")) == 4


def test_batches_that_overlap_act_on_each_dossier_once_and_lose_no_number(world: World) -> None:
    refs = [one.id for one in submitted(world, 8)]
    engine = engine_on(world.store)

    def some(index: int) -> list[str]:
        mine = refs[index : index + 4] if index % 2 else refs[index : index + 4][::-1]
        return outcomes(accept(engine, mine))

    results = in_parallel(5, some)
    told = [code for one in results for code in one]
    assert all(isinstance(one, list) for one in results), results
    assert told.count("done") == 8
    assert set(told) <= {"done", "trigger_not_allowed", "version_conflict"}
    codes = [world.store.load(ref, "", None).dossier.received_code for ref in refs]
    assert sorted(filter(None, codes)) == [f"{PROVINCE}-260302-{n:04}-001" for n in range(1, 9)]
    assert sorted(row["number"] for row in world.rows("numbers")) == sorted([*range(1, 9)] * 2)


def test_a_batch_writes_what_the_acts_would_write_one_by_one(world: World) -> None:
    refs = [one.id for one in submitted(world, 3)]
    engine = engine_on(world.store)
    accept(engine, refs[:2])
    engine.act(Ask(ref=refs[2], trigger="accept", actor=BINH, data=COMPLETE))
    for table in ("tasks", "letters"):
        shapes = [
            sorted(
                repr(sorted((k, v) for k, v in row.items() if k in ("role", "do", "due_on", "key")))
                for row in world.rows(table)
                if row["dossier"] == ref
            )
            for ref in refs
        ]
        assert shapes[0] == shapes[1] == shapes[2] != [], table
    dossiers = [world.store.load(ref, "", None).dossier for ref in refs]
    assert len({(one.version, one.configuration) for one in dossiers}) == 1
    heads = [world.store.load(ref, "", None).head for ref in refs]
    assert [head.seq for head in heads] == [2, 2, 2]


def test_what_fell_due_stands_in_those_that_are_refused(world: World) -> None:
    dossiers = submitted(world, 2)
    engine = engine_on(world.store)
    for one in dossiers:
        engine.act(Ask(ref=one.id, trigger="accept", actor=BINH, data=COMPLETE))
        engine.act(Ask(ref=one.id, trigger="ask", actor=CHI))
    world.clock.advance(timedelta(days=20))
    answer = accept(engine, [one.id for one in dossiers])

    assert outcomes(answer) == ["trigger_not_allowed"] * 2
    fired = {row["dossier"] for row in world.rows("firings")}
    assert fired == {one.id for one in dossiers}
    assert world.rows("answers") == []


@pytest.mark.parametrize("which", [0, 1, 3])
def test_a_dossier_that_moved_on_keeps_the_whole_batch_from_being_written(
    world: World, which: int
) -> None:
    drafts = [world.store.create_draft(new_draft()) for _ in range(5)]
    found = world.store.load_many([one.id for one in drafts], "an", None)
    loaded = [one for one in found.loaded if one is not None]
    world.store.commit(moved(loaded[which]))
    before = world.everything()

    with pytest.raises(VersionConflict):
        world.store.commit_many([moved(one) for one in loaded], None)
    assert world.everything() == before


def test_a_number_taken_meanwhile_keeps_the_whole_batch_from_being_written(world: World) -> None:
    drafts = [world.store.create_draft(new_draft()) for _ in range(3)]
    loaded = [world.store.load(one.id, "an", None) for one in drafts]
    world.store.commit(moved(loaded[2], numbers=(number(1),)))
    before = world.everything()

    with pytest.raises(VersionConflict):
        world.store.commit_many(
            [moved(loaded[0], numbers=(number(1),)), moved(loaded[1], numbers=(number(2),))], None
        )
    assert world.everything() == before
    world.store.commit_many(
        [moved(loaded[0], numbers=(number(2),)), moved(loaded[1], numbers=(number(3),))], None
    )
    assert [row["number"] for row in world.rows("numbers")] == [1, 2, 3]


def test_numbers_with_a_gap_between_two_dossiers_are_not_written(world: World) -> None:
    drafts = [world.store.create_draft(new_draft()) for _ in range(2)]
    loaded = [world.store.load(one.id, "an", None) for one in drafts]

    with pytest.raises(VersionConflict):
        world.store.commit_many(
            [moved(loaded[0], numbers=(number(1),)), moved(loaded[1], numbers=(number(3),))], None
        )
    assert world.rows("numbers") == []


def test_each_row_is_written_to_its_own_dossier(world: World) -> None:
    drafts = [world.store.create_draft(new_draft()) for _ in range(2)]
    loaded = [world.store.load(one.id, "an", None) for one in drafts]
    old = task_row()
    world.store.commit(moved(loaded[0], tasks=(old,)))
    loaded[0] = world.store.load(drafts[0].id, "an", None)
    changes = [moved(one, tasks=(task_row(),)) for one in loaded]
    changes = [
        replace(one, letters=(letter(one.events[-1].id),), incidents=(f"xem {one.dossier.id}",))
        for one in changes
    ]
    world.store.commit_many(changes, None)

    tasks = {row["id"]: row for row in world.rows("tasks")}
    assert tasks[old.id]["closed_at"] is not None
    for one in changes:
        assert tasks[one.tasks[0].id]["dossier"] == one.dossier.id
        assert tasks[one.tasks[0].id]["closed_at"] is None
    assert {row["dossier"] for row in world.rows("letters")} == {one.id for one in drafts}
    assert len(world.rows("incidents")) == len(world.rows("outbox")) == 2
    heads = [world.store.load(one.id, "an", None).head for one in drafts]
    assert [head.prev for head in heads] == [one.events[-1].hash for one in changes]


def test_the_first_dossier_of_the_batch_names_the_submission(world: World) -> None:
    first = world.store.create_draft(new_draft())
    second = world.store.create_draft(new_draft(submission=first.submission))
    loaded = [world.store.load(one.id, "an", None) for one in (second, first)]
    codes = ("H01-260302-0009-001", "H01-260302-0007-001")
    world.store.commit_many(
        [
            moved(one, dossier={"received_code": code})
            for one, code in zip(loaded, codes, strict=True)
        ],
        None,
    )
    assert [row["code"] for row in world.rows("submissions")] == ["H01-260302-0009"]


def test_a_load_sees_the_registers_of_every_level(world: World) -> None:
    """An act may hand the dossier on and take a number where it then lies."""
    levels = {"unit": "phong-noi-vu", "province": "ubnd-tinh"}
    drafts = [world.store.create_draft(new_draft(levels=levels)) for _ in range(2)]
    loaded = world.store.load(drafts[0].id, "an", None)
    world.store.commit(
        moved(loaded, numbers=(number(1, org="ubnd-tinh"), number(1), number(1, org="stranger")))
    )
    wanted = {
        ("", "ho-so", 2026): 3,
        ("phong-noi-vu", "qd", 2026): 2,
        ("ubnd-tinh", "qd", 2026): 2,
    }
    for lock in (False, True):
        assert world.store.load(drafts[1].id, "an", None, lock=lock).registers == wanted
        world.store.release()
        many = world.store.load_many([one.id for one in drafts], "an", None, lock=lock)
        world.store.release()
        assert [one and one.registers for one in many.loaded] == [wanted, wanted]


def test_a_load_of_many_keeps_their_order_and_knows_the_unknown(world: World) -> None:
    drafts = [world.store.create_draft(new_draft()) for _ in range(3)]
    refs = [drafts[2].code, "nobody", drafts[0].id, drafts[1].id]
    found = world.store.load_many(refs, "an", "k")

    assert [one and one.dossier.id for one in found.loaded] == [
        drafts[2].id,
        None,
        drafts[0].id,
        drafts[1].id,
    ]
    assert found.answer is None
    assert {one.now for one in found.loaded if one} == {START}


def test_a_batch_of_strangers_writes_nothing(world: World) -> None:
    answer = accept(engine_on(world.store), ["x", "y"])
    assert outcomes(answer) == ["unknown", "unknown"]
    assert world.rows("events") == []


def test_an_act_on_many_drafts_brings_each_its_papers(world: World) -> None:
    drafts = [drafted(world) for _ in range(3)]
    answer = engine_on(world.store).act_many(
        BulkAsk(
            refs=tuple(one.id for one in drafts),
            trigger="submit",
            actor=AN,
            documents={"report": (paper(),)},
        )
    )
    assert outcomes(answer) == ["done"] * 3
    told = [json.loads(row["body"])["files"] for row in world.rows("events")]
    assert told == [told[0]] * 3 != [[]] * 3
    assert {one.owner for one in drafts} == {UNIT}
