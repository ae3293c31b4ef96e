"""A session's protocol on every store: it moves every dossier on its agenda, or none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import Any

import pytest

from adapters.demo_sessions import attendance, electorate
from adapters.ids import RandomIds
from adapters.services.editions import letter_hashes
from adapters.services.procedures import catalogue_letters
from engine import agenda as rules
from engine.agenda import facts_of
from engine.decide import open_draft
from engine.definition import Procedure
from engine.dossier import Actor
from engine.errors import ItemsRefused, KeyReused, VersionConflict
from engine.ports import Change, ItemsMoved
from engine.runtime import TRIES, Ask, Engine, StateChanged
from engine.session import Asked
from procedures import catalogue
from tests.contract.test_engine import drafted, go
from tests.procedures import PROVINCE, OneCalendar, paper, person, small
from tests.stores import LOG, World, moved, uuid7
from workflows.loader import load

SECRETARY = person("thu", "secretary")
CHAIR = person("quang", "chair")
NOMINATION = small()


@cache
def council() -> Procedure:
    entry = next(e for e in catalogue.editions() if e.procedure == "council-session")
    procedure = load(entry.source, entry.path, letters=letter_hashes(catalogue_letters())).procedure
    assert procedure is not None
    return procedure


class BothEditions:
    """The nominations' edition, and the session's."""

    def get(self, edition: str) -> Procedure:
        return NOMINATION if edition == NOMINATION.hash else council()

    def in_force(self, procedure: str, on: date) -> Procedure | None:
        return council() if procedure == "council-session" else NOMINATION


def engine_on(world: World) -> Engine:
    return Engine(world.store, BothEditions(), OneCalendar(), RandomIds())


def waiting(world: World, count: int) -> list[str]:
    """Bring nominations before the council; return their ids."""
    ids = []
    for _ in range(count):
        draft = drafted(world)
        go(engine_on(world), draft.id, until="propose")
        ids.append(draft.id)
    return ids


def act(
    world: World, session: str, trigger: str, actor: Actor = SECRETARY, **more: Any
) -> dict[str, Any]:
    asked = Asked(
        dossiers=tuple(more.pop("dossiers", ())), ballots=tuple(more.pop("ballots", {}).items())
    )
    ask = Ask(ref=session, trigger=trigger, actor=actor, **more)
    engine = engine_on(world)
    told: dict[str, Any] = json.loads(
        (engine.hold(ask, asked) if asked != Asked() else engine.act(ask)).body
    )
    return told


def called(world: World, ids: Sequence[str] = ()) -> str:
    draft = world.store.create_draft(
        open_draft(
            council(), id=uuid7(), stream="hoi-dong", log=LOG, code="", owner=PROVINCE, levels={},
            created_by="thu", data={},
        )
    )  # fmt: skip
    data = {"held_on": "2026-03-02", "place": "Phòng họp", "electorate": electorate(15)}
    act(world, draft.id, "call", data=data)
    if ids:
        act(world, draft.id, "put_items", dossiers=ids)
    return draft.id


def minuted(world: World, ids: Sequence[str]) -> str:
    """Hold a session in which everybody agrees on everything, up to the chair's signature."""
    session = called(world, ids)
    act(world, session, "close_agenda")
    act(world, session, "record_attendance", data={"attendance": attendance(15, 0)})
    act(world, session, "record_ballots", ballots={one: {} for one in ids})
    act(world, session, "sign_minutes", documents={"minutes": (paper(),)})
    return session


def places(world: World, ids: Sequence[str]) -> list[list[str]]:
    return [sorted(world.store.load(one, "", None).dossier.configuration) for one in ids]


def everything(world: World) -> dict[str, Any]:
    return {**world.everything(), "items": sorted(world.rows("session_items"), key=repr)}


def test_the_protocol_moves_all_and_each_event_names_its_cause(world: World) -> None:
    ids = waiting(world, 3)
    session = minuted(world, ids)
    items = world.store.agenda(session).items

    told = act(world, session, "sign_protocol", CHAIR)

    assert places(world, ids) == [["deciding"]] * 3
    events = [json.loads(row["body"]) for row in world.rows("events")]
    protocol = next(one for one in events if one["type"] == "protocol_signed")
    assert protocol["data"]["items"] == facts_of(items) == told["items"]
    moved = [one for one in events if one["type"] == "vote_passed"]
    assert {one["cause"]["event"] for one in moved} == {protocol["id"]}
    assert {one["actor"]["subject"] for one in moved} == {"quang"}
    assert {one["actor"]["on_behalf_of"] for one in moved} == {"hoi-dong/2026/000001"}
    assert [one.open for one in world.store.agenda(session).items] == [False] * 3


def test_one_dossier_that_refuses_holds_all_until_its_item_is_put_off(world: World) -> None:
    stays, goes = waiting(world, 2)
    session = minuted(world, [stays, goes])
    engine_on(world).act(Ask(ref=goes, trigger="hold", actor=person("chi", "specialist"),
                             ground="complaint", reason="đơn", paper="01/ĐK"))  # fmt: skip
    before = everything(world)

    with pytest.raises(ItemsRefused) as refused:
        act(world, session, "sign_protocol", CHAIR)

    rows: Any = refused.value.facts["items"]
    assert [(r["dossier"], r["place"], r["code"]) for r in rows] == [(goes, 2, "dossier_on_hold")]
    assert everything(world) == before
    act(world, session, "defer_items", dossiers=[goes], reason="Có khiếu nại")
    act(world, session, "sign_minutes")
    told = act(world, session, "sign_protocol", CHAIR)
    assert told["left"] == [goes]
    assert places(world, [stays, goes]) == [["deciding"], ["agenda"]]


def test_a_dossier_that_is_stopped_between_load_and_commit_lets_nothing_move(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    stays, goes = waiting(world, 2)
    session = minuted(world, [stays, goes])
    commit_many = world.store.commit_many
    tried: list[int] = []

    def withdrawn_first(changes: Sequence[Change], answer: Any, agenda: Any = None) -> None:
        if not tried:
            tried.append(len(changes))
            other = world.again()
            Engine(other, BothEditions(), OneCalendar(), RandomIds()).act(
                Ask(ref=goes, trigger="hold", actor=person("chi", "specialist"),
                    ground="complaint", reason="đơn", paper="01/ĐK")
            )  # fmt: skip
        commit_many(changes, answer, agenda)

    monkeypatch.setattr(world.store, "commit_many", withdrawn_first)
    with pytest.raises(ItemsRefused):
        act(world, session, "sign_protocol", CHAIR)

    assert tried == [3]
    assert places(world, [stays, goes, session]) == [["agenda"], ["agenda"], ["minuted"]]
    assert not [e for e in world.rows("events") if e["type"] in ("protocol_signed", "vote_passed")]


def test_a_dossier_has_one_open_item_whoever_is_faster(world: World) -> None:
    (one,) = waiting(world, 1)
    first, second = called(world, [one]), called(world)

    with pytest.raises(ItemsRefused) as refused:
        act(world, second, "put_items", dossiers=[one])

    rows: Any = refused.value.facts["items"]
    assert rows[0]["code"] == "on_another_agenda"
    items = tuple(rules.put((), [(one, world.store.load(one, "", None))],
                            world.store.load(second, "", None).dossier, frozenset(),
                            BothEditions()))  # fmt: skip
    loaded = world.store.load(second, "", None)
    with pytest.raises(VersionConflict):
        world.store.commit_many(
            [moved(loaded, to="called")], None, ItemsMoved(session=second, items=items)
        )
    assert world.store.agenda(second).items == ()
    act(world, first, "cancel", reason="Không họp")
    act(world, second, "put_items", dossiers=[one])


def test_a_repeated_protocol_gives_the_first_answer_and_moves_nothing_more(world: World) -> None:
    ids = waiting(world, 1)
    session = minuted(world, ids)
    told = act(world, session, "sign_protocol", CHAIR, key="k", fingerprint="f")
    before = everything(world)

    assert act(world, session, "sign_protocol", CHAIR, key="k", fingerprint="f") == told
    with pytest.raises(KeyReused):
        act(world, session, "sign_protocol", CHAIR, key="k", fingerprint="g")
    assert everything(world) == before


def test_what_is_asked_of_items_is_answered_once_under_its_key(world: World) -> None:
    ids = waiting(world, 1)
    session = called(world)
    told = act(world, session, "put_items", dossiers=ids, key="k", fingerprint="f")
    before = everything(world)

    assert act(world, session, "put_items", dossiers=ids, key="k", fingerprint="f") == told
    with pytest.raises(KeyReused):
        act(world, session, "put_items", dossiers=ids, key="k", fingerprint="g")
    assert everything(world) == before


def test_a_session_that_is_not_as_the_secretary_saw_it_is_left_alone(world: World) -> None:
    ids = waiting(world, 1)
    session = called(world)
    before = everything(world)

    with pytest.raises(StateChanged):
        act(world, session, "put_items", dossiers=ids, if_match="another")

    assert everything(world) == before


def test_a_session_that_others_always_overtake_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = waiting(world, 1)
    session = called(world, ids)
    tried: list[int] = []

    def overtaken(changes: Sequence[Change], answer: Any, agenda: Any = None) -> None:
        tried.append(len(changes))
        raise VersionConflict(session)

    monkeypatch.setattr(world.store, "commit_many", overtaken)
    with pytest.raises(VersionConflict):
        act(world, session, "drop_items", dossiers=ids)
    assert len(tried) == TRIES

    with pytest.raises(VersionConflict):
        act(world, session, "close_agenda")
    assert len(tried) == 2 * TRIES


def test_an_act_between_the_cut_off_and_the_protocol_is_noticed(world: World) -> None:
    (one,) = waiting(world, 1)
    session = minuted(world, [one])
    engine = engine_on(world)
    chi = person("chi", "specialist")
    engine.act(Ask(ref=one, trigger="hold", actor=chi, ground="complaint", reason="đ", paper="1"))
    engine.act(
        Ask(ref=one, trigger="release", actor=person("bich", "specialist"), ground="complaint",
            paper="2")
    )  # fmt: skip

    with pytest.raises(ItemsRefused) as refused:
        act(world, session, "sign_protocol", CHAIR)

    rows: Any = refused.value.facts["items"]
    assert rows[0]["code"] == "changed_since_cut_off"
