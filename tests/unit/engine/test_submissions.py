"""Dossiers of one submission: one code, and duties that stay separate in all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from engine.bulk import BulkAnswer, BulkAsk
from engine.dossier import Actor, Dossier, Grant
from engine.permits import hat_of, separation
from tests.procedures import PROVINCE, UNIT, person, small
from tests.story import AN, BINH, CHI, DECISION, GIANG, TALLY, draft
from tests.world import REPORT, World


def submission_of(world: World, count: int, **parts: Any) -> list[Dossier]:
    """Store drafts of one submission."""
    made: list[Dossier] = []
    for _ in range(count):
        one = replace(draft(world.procedure), id=world.ids.uuid7(), stream="", **parts)
        made.append(world.store.create_draft(replace(one, submission=made[0].id) if made else one))
    return made


def many(world: World, refs: list[str], trigger: str, actor: Actor, **more: Any) -> BulkAnswer:
    return world.engine.act_many(BulkAsk(refs=tuple(refs), trigger=trigger, actor=actor, **more))


def codes(answer: BulkAnswer) -> list[str]:
    return [row.code or row.done["received_code"] for row in answer.rows]


def test_places_are_counted_and_never_given_again() -> None:
    assert [one.place for one in submission_of(World(), 3)] == [1, 2, 3]


def test_a_batch_takes_one_code_for_each_submission_and_later_names_continue_it() -> None:
    world = World()
    one, two = submission_of(world, 4), submission_of(world, 2)
    for dossier in (*one, *two):
        world.act(dossier.id, "submit", AN, documents=REPORT)
    answer = many(world, [two[0].id, one[0].id, two[1].id, one[1].id], "accept", BINH)
    assert codes(answer) == [
        "province-251103-0001-001",
        "province-251103-0002-001",
        "province-251103-0001-002",
        "province-251103-0002-002",
    ]
    world.at("2025-11-04")
    later = many(world, [one[2].id, one[3].id], "accept", BINH)
    assert codes(later) == ["province-251103-0002-003", "province-251103-0002-004"]
    assert world.folded(one[2].id) == world.dossier(one[2].id)


def test_a_code_that_could_not_be_written_goes_to_the_next_of_its_submission() -> None:
    world = World()
    bad, good = submission_of(world, 2)
    for dossier in (bad, good):
        world.act(dossier.id, "submit", AN, documents=REPORT)
    row = world.store.tables["dossiers"][bad.id,]
    row["body"] = row["body"].replace('"agencies":{}', '"agencies":{"province":"\\ud800"}')
    answer = many(world, [bad.id, good.id], "accept", BINH)
    assert [row.code or row.outcome for row in answer.rows] == ["bad_input", "done"]
    assert world.dossier(good.id).received_code == "province-251103-0001-002"


BOTH = person("chi", "specialist", "authority")
WAYS: Mapping[str, Mapping[str, Any]] = {
    "waive": {},
    "appraise": {},
    "propose": {"documents": {"minutes": REPORT["report"]}},
}


@given(first=st.sampled_from([0, 1, 2]), second=st.sampled_from([0, 1, 2]))
def test_whoever_acted_in_one_dossier_is_barred_from_the_other_role_in_all(
    first: int, second: int
) -> None:
    """Separation is over the whole submission, whichever two of its dossiers are meant."""
    world = World()
    refs = [one.id for one in submission_of(world, 3)]
    stranger = submission_of(world, 1)[0].id
    for ref in (*refs, stranger):
        world.act(ref, "submit", AN, documents=REPORT)
        world.act(ref, "accept", BINH)
        world.act(ref, "waive", BOTH if ref == refs[first] else CHI2)
        world.act(ref, "appraise", CHI2)
        world.act(ref, "propose", CHI2, **WAYS["propose"])
        world.act(ref, "record", DUNG2, data={"tally": TALLY})
    answer = many(world, [refs[second], stranger], "decide", BOTH, data=DECISION)
    assert [row.code or row.outcome for row in answer.rows] == ["duties_not_separate", "done"]
    assert world.act(refs[second], "decide", GIANG, data=DECISION)["result"] == "granted"


CHI2 = person("chi-2", "specialist")
DUNG2 = person("dung", "secretary")


def test_within_one_batch_nobody_acts_in_two_roles_that_are_kept_apart() -> None:
    kept = small(
        separate=(frozenset({"reception", "specialist"}),),
        transitions=tuple(
            replace(way, by=("reception", "specialist")) if way.trigger == "accept" else way
            for way in small().transitions
        ),
    )
    world = World(kept)
    refs = [one.id for one in submission_of(world, 2)]
    for ref in refs:
        world.act(ref, "submit", AN, documents=REPORT)
    # In the second dossier only the role of specialist is left to them, and that one is barred.
    row = world.store.tables["dossiers"][refs[1],]
    row["body"] = row["body"].replace('"people":{', '"people":{"specialist":["both"],')
    answer = many(world, refs, "accept", person("both", "reception", "specialist"))
    assert [row.code or row.outcome for row in answer.rows] == ["done", "duties_not_separate"]


def test_at_a_counter_those_who_receive_act_for_the_unit_in_their_own_role() -> None:
    world = World()
    own, counter = submission_of(world, 1)[0], submission_of(world, 1, counter=PROVINCE)[0]
    procedure = small()
    hat = hat_of(procedure, counter, ("submitter",), BINH)
    assert (hat.role, hat.org, hat.on_behalf_of) == ("reception", PROVINCE, UNIT)  # type: ignore[union-attr]
    assert hat_of(procedure, own, ("submitter",), BINH).code == "not_entitled"  # type: ignore[union-attr]
    assert hat_of(procedure, counter, ("submitter",), CHI).code == "not_entitled"  # type: ignore[union-attr]
    elsewhere = Actor(
        person="x", grants=(Grant(role="reception", org="y", covers=frozenset({"y"})),)
    )
    assert hat_of(procedure, counter, ("submitter",), elsewhere).code == "not_entitled"  # type: ignore[union-attr]

    world.act(counter.id, "submit", BINH, documents=REPORT)
    event = world.events(counter.id)[0]
    assert event["actor"]["subject"] == "binh"
    assert event["actor"]["acting_as"] == "reception"
    assert event["actor"]["on_behalf_of"] == UNIT
    assert world.dossier(counter.id).people == {"reception": {"binh"}}
    assert world.folded(counter.id).counter == PROVINCE


def test_who_acted_beside_bars_only_from_what_is_kept_apart() -> None:
    dossier = replace(draft(small()), beside={"specialist": frozenset({"chi"})})
    assert separation(small(), dossier, BOTH, "authority") is not None
    assert separation(small(), dossier, BOTH, "specialist") is None
    assert separation(small(), dossier, GIANG, "authority") is None
