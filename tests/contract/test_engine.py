"""The engine on every store: one act, one commit, whatever happens beside it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from adapters.ids import RandomIds
from adapters.storage.database import open_database
from adapters.storage.queries import Queries
from adapters.storage.store import SqlStore
from engine.decide import open_draft
from engine.dossier import Dossier
from engine.errors import KeyReused, Refusal, VersionConflict
from engine.fold import fold
from engine.ports import Answer, Store
from engine.runtime import Ask, Engine
from engine.trail import verify_stream
from tests.procedures import PROVINCE, UNIT, OneCalendar, OneEdition, paper, small
from tests.stores import LOG, World, in_parallel, uuid7
from tests.story import AN, BINH, CHI, DATA, DUNG, GIANG, TALLY
from tests.wire import Relay

PROCEDURE = small()


def engine_on(store: Store) -> Engine:
    return Engine(store, OneEdition(PROCEDURE), OneCalendar(), RandomIds())


def drafted(world: World) -> Dossier:
    return world.store.create_draft(
        open_draft(
            PROCEDURE,
            id=uuid7(),
            stream="",
            log=LOG,
            code="",
            owner=UNIT,
            levels={"unit": UNIT, "province": PROVINCE},
            created_by="an",
            data=DATA,
        )
    )


WAY: list[tuple[str, Any, dict[str, Any]]] = [
    ("submit", AN, {"documents": {"report": (paper(),)}}),
    ("accept", BINH, {"data": {"complete_on": "2026-03-02"}}),
    ("waive", CHI, {}),
    ("appraise", CHI, {}),
    ("propose", CHI, {"documents": {"minutes": (paper("biên bản"),)}}),
    ("record", DUNG, {"data": {"tally": TALLY}}),
    ("decide", GIANG, {"data": {"number": "12/QĐ-UBND", "signed_on": "2026-03-02"}}),
]


def go(engine: Engine, ref: str, *, until: str = "decide", **more: Any) -> list[Answer]:
    answers = []
    for trigger, actor, parts in WAY:
        answers.append(engine.act(Ask(ref=ref, trigger=trigger, actor=actor, **{**parts, **more})))
        if trigger == until:
            break
    return answers


def test_a_dossier_goes_all_the_way_and_its_trail_yields_it_again(sql_world: World) -> None:
    assert sql_world.database is not None
    draft = drafted(sql_world)
    answers = go(engine_on(sql_world.again()), draft.code)
    assert json.loads(answers[-1].body)["result"] == "granted"

    stored = sql_world.store.load(draft.id, "an", None).dossier
    events = Queries(sql_world.database).events_of(draft.stream)
    assert stored.version == len(events) == len(WAY)
    assert not verify_stream(
        [event.stored for event in events],
        [opening for event in events for opening in event.openings],
    )
    told = fold(
        (json.loads(event.stored.body), [(o.path, o.value) for o in event.openings])
        for event in events
    )
    assert replace(told, revision=stored.revision) == stored
    assert [row["award"] for row in sql_world.rows("awards")] == ["merit"]


def test_of_fifty_who_accept_at_once_one_does_and_forty_nine_are_told_why(world: World) -> None:
    draft = drafted(world)
    engine = engine_on(world.store)
    go(engine, draft.id, until="submit")

    def accept(index: int) -> Answer:
        return engine.act(
            Ask(
                ref=draft.id,
                trigger="accept",
                actor=BINH,
                data={"complete_on": "2026-03-02"},
                key=f"k{index}",
                fingerprint=f"f{index}",
            )
        )

    results = in_parallel(50, accept)
    assert sum(isinstance(one, Answer) for one in results) == 1
    refused = [one for one in results if isinstance(one, Refusal | VersionConflict)]
    assert len(refused) == 49
    assert all(str(one) for one in refused)
    stored = world.store.load(draft.id, "an", None).dossier
    assert (stored.version, stored.pulls["accept"]) == (2, 1)
    assert len(world.rows("events")) == 2
    assert len(world.rows("letters")) == 1
    assert sorted(row["number"] for row in world.rows("numbers")) == [1, 1]


def test_of_many_with_the_same_key_all_get_the_one_answer(world: World) -> None:
    draft = drafted(world)
    engine = engine_on(world.store)
    ask = Ask(
        ref=draft.id,
        trigger="submit",
        actor=AN,
        documents={"report": (paper(),)},
        key="k",
        fingerprint="f",
    )
    results = in_parallel(12, lambda _: engine.act(ask).body)
    assert len(set(results)) == 1, results
    assert world.store.load(draft.id, "an", None).dossier.version == 1
    with pytest.raises(KeyReused):
        engine.act(replace(ask, fingerprint="g"))


def test_codes_given_at_once_to_twelve_dossiers_run_without_a_gap(world: World) -> None:
    drafts = [drafted(world) for _ in range(12)]
    engine = engine_on(world.store)
    for draft in drafts:
        go(engine, draft.id, until="submit")

    def accept(index: int) -> str:
        for _ in range(20):
            try:
                answer = engine.act(
                    Ask(
                        ref=drafts[index].id,
                        trigger="accept",
                        actor=BINH,
                        data={"complete_on": "2026-03-02"},
                    )
                )
            except VersionConflict:
                continue
            return str(json.loads(answer.body)["received_code"])
        raise AssertionError("never accepted")

    codes = in_parallel(12, accept)
    assert sorted(codes) == [f"{PROVINCE}-260302-{n:04}-001" for n in range(1, 13)]


def test_a_rung_fires_once_though_many_sweep_at_once(world: World) -> None:
    draft = drafted(world)
    engine = engine_on(world.store)
    go(engine, draft.id, until="accept")
    engine.act(Ask(ref=draft.id, trigger="ask", actor=CHI))
    world.clock.advance(timedelta(days=20))
    reports = in_parallel(6, lambda _: engine.sweep())
    assert all(not report.failed for report in reports)
    fired = [(row["clock"], row["period"], row["rung"]) for row in world.rows("firings")]
    assert len(fired) == len(set(fired)) == sum(r.fired + r.skipped for r in reports)
    assert "review.opinions.asking" in {clock for clock, _, _ in fired}


@pytest.mark.postgres
def test_no_act_costs_more_than_two_round_trips_unless_it_waits_for_a_number(
    postgres_store: World,
) -> None:
    assert postgres_store.database is not None
    draft = drafted(postgres_store)
    server = postgres_store.database.engine.url.render_as_string(hide_password=False)
    with Relay(server) as relay:
        database = open_database(relay.url)
        engine = engine_on(SqlStore(database, postgres_store.clock))
        Queries(database).now()
        for trigger, actor, parts in WAY:
            relay.reset()
            engine.act(Ask(ref=draft.id, trigger=trigger, actor=actor, key=trigger, **parts))
            assert relay.trips == 2, trigger
        database.close()
