"""A linked dossier on every store: opened with the act, and its end told, in one commit each."""

from __future__ import annotations

import json
from typing import Any

import pytest

from adapters.ids import RandomIds
from engine.errors import NoEditionInForce, VersionConflict
from engine.runtime import TRIES, Ask, BulkAsk
from tests.linked import HOA, MINH, SEARCH, SON, Both, Office
from tests.stores import World


@pytest.fixture
def office(world: World) -> Office:
    """Give an office on each kind of store."""
    return Office(world.store, RandomIds())


def bodies(world: World, ref: str) -> list[dict[str, Any]]:
    """Return the events of a dossier, oldest first."""
    stream = world.store.load(ref, "", None).dossier.stream
    rows = [row for row in world.rows("events") if row["stream"] == stream]
    return [json.loads(row["body"]) for row in sorted(rows, key=lambda row: int(row["seq"]))]


def test_the_act_opens_the_linked_dossier_and_both_streams_say_so(
    world: World, office: Office
) -> None:
    opener, opened = office.waiting()

    assert office.places(opener, opened) == [["awaiting_confirmation"], ["searching"]]
    cause, begun = bodies(world, opener)[-1], bodies(world, opened)[0]
    assert (begun["type"], begun["seq"]) == ("confirmation_opened", 1)
    assert begun["cause"]["event"] == cause["id"]
    assert begun["actor"]["subject"] == "system"
    child = world.store.load(opened, "", None).dossier
    parent = world.store.load(opener, "", None).dossier
    assert (child.parent, child.owner, child.holder) == (opener, parent.holder, parent.holder)
    assert child.received_code
    assert child.code != parent.code
    (link,) = world.rows("links")
    assert (link["parent"], link["child"]) == (opener, opened)
    assert link["opened_by_event"] == cause["id"]
    assert json.loads(link["awaits"]) == ["granted", "not_granted", "withdrawn"]
    (task,) = [t for t in world.rows("tasks") if t["dossier"] == opened]
    assert (task["role"], task["do"]) == ("specialist", "propose")


def test_the_end_of_the_linked_dossier_moves_the_one_that_opened_it(
    world: World, office: Office
) -> None:
    opener, opened = office.proposed()
    office.do(opened, "deny", SON, reason="Không tìm thấy")

    assert office.places(opener, opened) == [["unconfirmed"], ["not_confirmed"]]
    end, taken = bodies(world, opened)[-1], bodies(world, opener)[-1]
    assert (taken["type"], taken["cause"]["event"]) == ("award_not_found", end["id"])


def test_many_linked_dossiers_are_opened_and_ended_in_one_commit(
    world: World, office: Office
) -> None:
    openers = (office.appraising(), office.appraising())
    asked = office.engine.act_many(BulkAsk(refs=openers, trigger="ask_confirmation", actor=MINH))
    opened = tuple(row.done["opened"][0]["dossier"] for row in asked.rows)
    for one in opened:
        office.do(one, "record_search", MINH, data={"searches": SEARCH})
        office.do(one, "propose", MINH)
    ended = office.engine.act_many(
        BulkAsk(refs=opened, trigger="deny", actor=SON, reason="Không tìm thấy")
    )

    assert [row.outcome for row in ended.rows] == ["done", "done"]
    assert office.places(*openers) == [["unconfirmed"], ["unconfirmed"]]


def test_what_nobody_waits_for_ends_alone(world: World, office: Office) -> None:
    opener, opened = office.proposed()
    office.do(opener, "withdraw", HOA, reason="Đã tìm thấy bằng")
    office.do(opened, "deny", SON, reason="Không tìm thấy")

    assert office.places(opener, opened) == [["withdrawn"], ["not_confirmed"]]


def test_where_the_linked_dossier_cannot_be_opened_nothing_happens(world: World) -> None:
    office = Office(world.store, RandomIds(), Both(confirmation=False))
    opener = office.appraising()

    with pytest.raises(NoEditionInForce):
        office.do(opener, "ask_confirmation", MINH)

    assert office.places(opener) == [["appraising"]]
    assert world.rows("links") == []
    assert len({row["stream"] for row in world.rows("events")}) == 1


def test_the_same_key_opens_nothing_twice(world: World, office: Office) -> None:
    opener = office.appraising()
    ask = Ask(ref=opener, trigger="ask_confirmation", actor=MINH, key="k-1", fingerprint="a" * 64)

    assert office.engine.act(ask).body == office.engine.act(ask).body
    assert len(world.rows("links")) == 1


def test_whoever_is_overtaken_again_and_again_ends_the_linked_dossier_under_lock(
    world: World, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener, opened = office.proposed()
    commit_many = world.store.commit_many
    tries = iter(range(TRIES))

    def overtaken(*args: Any) -> None:
        if next(tries) < TRIES - 1:
            raise VersionConflict(opened)
        commit_many(*args)

    monkeypatch.setattr(world.store, "commit_many", overtaken)
    office.do(opened, "deny", SON, reason="Không tìm thấy")

    assert office.places(opener, opened) == [["unconfirmed"], ["not_confirmed"]]
