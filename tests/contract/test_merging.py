"""Two nominations of one subject become one dossier, on every store: in one commit, or not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.ids import RandomIds
from engine.drafts import open_draft
from engine.errors import BadInput, Conflict, Refusal
from engine.runtime import Ask, Engine
from tests.merging import mergeable
from tests.procedures import PROVINCE, UNIT, OneCalendar, OneEdition, paper
from tests.stores import LOG, World, in_parallel, uuid7
from tests.story import AN, BINH, DATA, DUNG

PROCEDURE = mergeable()


def engine_on(world: World) -> Engine:
    return Engine(world.store, OneEdition(PROCEDURE), OneCalendar(), RandomIds())


def accepted(world: World, complete_on: str) -> str:
    draft = world.store.create_draft(
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
    engine = engine_on(world)
    engine.act(Ask(ref=draft.id, trigger="submit", actor=AN, documents={"report": (paper(),)}))
    data = {"complete_on": complete_on}
    engine.act(Ask(ref=draft.id, trigger="accept", actor=BINH, data=data, reason="nhận đủ"))
    return draft.id


def merge(world: World, ending: str, leading: str) -> dict[str, Any]:
    asked = Ask(
        ref=ending, trigger="merge", actor=DUNG, reason="cùng một người", data={"kept": leading}
    )
    told: dict[str, Any] = json.loads(engine_on(world).act(asked).body)
    return told


def test_one_goes_on_with_the_earlier_due_date_and_the_other_ends_unresolved(world: World) -> None:
    ending, leading = accepted(world, "2026-02-27"), accepted(world, "2026-03-02")
    due = {row["id"]: row["due_on"] for row in world.rows("dossiers")}
    assert due[ending] < due[leading]

    told = merge(world, ending, leading)

    rows = {row["id"]: row for row in world.rows("dossiers")}
    assert told["result"] == rows[ending]["result"] == "redirected"
    assert (rows[leading]["result"], rows[leading]["due_on"]) == (None, due[ending])
    kept: Any = world.store.load(leading, "", None).dossier.results["merged"]
    assert kept[ending]["received_on"] == "2026-03-02"
    assert kept[ending]["due_on"] == due[ending]


def test_a_merge_with_more_papers_than_an_event_holds_is_refused(world: World) -> None:
    ending, leading = accepted(world, "2026-02-27"), accepted(world, "2026-03-02")
    many = {"report": tuple(paper(f"tệp {number}") for number in range(600))}
    asked = Ask(
        ref=ending,
        trigger="merge",
        actor=DUNG,
        reason="một",
        data={"kept": leading},
        documents=many,
    )
    before = world.everything()

    with pytest.raises(BadInput):
        engine_on(world).act(asked)

    assert world.everything() == before


def test_of_two_who_merge_crosswise_at_once_one_does(world: World) -> None:
    pair = accepted(world, "2026-02-27"), accepted(world, "2026-03-02")

    def cross(index: int) -> Any:
        return merge(world, pair[index], pair[1 - index])

    told = in_parallel(2, cross)

    assert sum(isinstance(one, dict) for one in told) == 1, told
    assert sum(isinstance(one, Refusal | Conflict) for one in told) == 1
    results = [row["result"] for row in world.rows("dossiers") if row["id"] in pair]
    assert sorted(map(str, results)) == ["None", "redirected"]
