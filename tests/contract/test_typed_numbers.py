"""A number that a records office gave belongs to one letter for ever, on every store."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from adapters.ids import RandomIds
from engine.bulk import BulkAsk
from engine.errors import NumberInUse, VersionConflict
from engine.ports import Change, NumberHeld, NumberTyped
from engine.runtime import Ask, Engine
from tests.contract.test_engine import drafted, go
from tests.procedures import OneCalendar, OneEdition, small
from tests.stores import World, in_parallel, letter, moved
from tests.story import GIANG

_DECISION = replace(small().letters["decision"], register="decision", per="batch")
NUMBERED = replace(small(), letters={**small().letters, "decision": _DECISION})
TWELVE = {"number": "12/QĐ-UBND", "signed_on": "2026-03-02"}


def engine_on(world: World) -> Engine:
    return Engine(world.store, OneEdition(NUMBERED), OneCalendar(), RandomIds())


def with_authority(world: World, count: int) -> list[str]:
    found = [drafted(world).id for _ in range(count)]
    for ref in found:
        go(engine_on(world), ref, until="record")
    return found


def decide(engine: Engine, ref: str, **data: str) -> object:
    return engine.act(Ask(ref=ref, trigger="decide", actor=GIANG, data={**TWELVE, **data}))


def test_a_number_that_was_typed_before_is_refused_with_who_has_it(world: World) -> None:
    first, second, third, fourth = with_authority(world, 4)
    engine = engine_on(world)
    decide(engine, first)
    holder = world.store.load(first, "", None).dossier.received_code
    assert holder is not None
    before = world.everything()

    for number in ("12/QĐ-UBND", " 12/qđ-ubnd"):
        with pytest.raises(NumberInUse) as refused:
            decide(engine, second, number=number)
        assert holder in refused.value.text.vi
        assert "02/03/2026" in refused.value.text.en
        assert refused.value.facts["dossier"] == holder
    assert world.everything() == before
    # A request of many shares one paper; what was signed before gets no further names.
    many = BulkAsk(refs=(second, third), trigger="decide", actor=GIANG, data=TWELVE)
    again = engine.act_many(many)
    assert [row.code for row in again.rows] == ["number_in_use"] * 2
    assert world.everything() == before
    other = engine.act_many(replace(many, data={**TWELVE, "number": "13/QĐ-UBND"}))
    assert len({row.done["letters"][0]["id"] for row in other.rows}) == 1
    decide(engine, fourth, signed_on="2025-12-31")


def test_of_many_who_type_one_number_at_once_one_has_it(world: World) -> None:
    refs = with_authority(world, 4)
    engine = engine_on(world)

    def work(index: int) -> Any:
        if index % 2:
            return (
                engine.act_many(
                    BulkAsk(refs=(refs[index],), trigger="decide", actor=GIANG, data=TWELVE)
                )
                .rows[0]
                .outcome
            )
        return decide(engine, refs[index])

    told = in_parallel(4, work)
    done = [one for one in told if one != "refused" and not isinstance(one, NumberInUse)]
    assert len(done) == 1, told
    assert len([row for row in world.rows("letters") if row["typed"]]) == 1


def test_no_commit_brings_a_second_letter_with_a_number(world: World) -> None:
    def change() -> Change:
        made = world.store.load(drafted(world).id, "", None)
        moved_on = moved(made)
        one = letter(moved_on.events[-1].id, "7/TB")
        return replace(moved_on, letters=(replace(one, order=replace(one.order, number="7/TB")),))

    first, second, third = change(), change(), change()
    world.store.commit(first)
    asked = NumberTyped(org="ubnd-tinh", kind="tb", year=2026, number="7 /tb")
    held = world.store.number_held(asked)
    assert held == NumberHeld(dossier=first.dossier.code, dated_on=date(2026, 3, 2))
    assert world.store.number_held(replace(asked, year=2025)) is None
    with pytest.raises(VersionConflict):
        world.store.commit(second)
    with pytest.raises(VersionConflict):
        world.store.commit_many([second, third], None)
    world.store.load(second.dossier.id, "", None, lock=True)
    assert world.store.number_held(asked) == held
    world.store.release()
