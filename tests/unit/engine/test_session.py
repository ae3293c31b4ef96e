"""One act on a session and on all its items: everything of it happens, or nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from adapters.demo_sessions import attendance, electorate
from adapters.services.editions import letter_hashes
from adapters.services.procedures import catalogue_letters
from engine.decide import decide, open_draft
from engine.definition import SESSION, Procedure
from engine.dossier import Act, Actor
from engine.errors import BadInput, GuardRefused, ItemsRefused, TriggerNotAllowed, VersionConflict
from engine.runtime import Ask, Engine
from engine.session import Asked, Held, sit
from procedures import catalogue
from tests.procedures import PROVINCE, calendar, paper, person, small, way
from tests.story import CHI, changed
from tests.world import Calendars, Shelf, World, accepted
from workflows.loader import load

THU = person("thu", "secretary")
QUANG = person("quang", "chair")
BICH = person("bich", "specialist")


@cache
def council() -> Procedure:
    """Return the edition of sessions that the catalogue holds."""
    entry = next(e for e in catalogue.editions() if e.procedure == "council-session")
    procedure = load(entry.source, entry.path, letters=letter_hashes(catalogue_letters())).procedure
    assert procedure is not None
    return procedure


@cache
def nominations() -> Procedure:
    """Return a procedure whose dossiers can also be put off: back to who appraises."""
    agenda = small().states["agenda"]
    assert agenda.ballot is not None
    put_off = replace(agenda, ballot=replace(agenda.ballot, deferred="defer"))
    return changed(
        small(),
        states={**small().states, "agenda": put_off},
        transitions=(
            *small().transitions,
            way("defer", "item_deferred", "agenda", "awaiting", SESSION),
        ),
    )


class Council(World):
    """Nominations that wait for a council, and the council."""

    def __init__(self, procedure: Procedure | None = None) -> None:
        super().__init__(procedure or nominations())
        self.shelf = Shelf([self.procedure, council()])
        self.engine = Engine(self.store, self.shelf, Calendars(), self.ids)

    def waiting(self, count: int) -> list[str]:
        """Bring nominations before the council; return their ids."""
        found = []
        for _ in range(count):
            ref = accepted(self)
            self.act(ref, "waive", CHI)
            self.act(ref, "appraise", CHI)
            self.act(ref, "propose", CHI, documents={"minutes": (paper(),)})
            found.append(ref)
        return found

    def called(self) -> str:
        """Call a session of fifteen members; return its id."""
        draft = open_draft(
            council(), id=self.ids.uuid7(), stream="hoi-dong", log="so/2025", code="",
            owner=PROVINCE, levels={}, created_by="thu", data={},
        )  # fmt: skip
        ref = self.store.create_draft(draft).id
        data = {"held_on": "2025-11-03", "place": "Phòng họp", "electorate": electorate(15)}
        self.act(ref, "call", THU, data=data)
        return ref

    def hold(
        self, ref: str, trigger: str, actor: Actor = THU, *, items: Sequence[str] = (),
        ballots: Sequence[tuple[str, dict[str, object]]] = (), **more: Any,
    ) -> dict[str, Any]:  # fmt: skip
        """Do one act on the session with its items; return the body of the answer."""
        ask = Ask(ref=ref, trigger=trigger, actor=actor, **more)
        asked = Asked(dossiers=tuple(items), ballots=tuple(ballots))
        body: dict[str, Any] = json.loads(self.engine.hold(ask, asked).body)
        return body

    def sitting(self, items: Sequence[str]) -> str:
        """Hold a session of which all fifteen members come; return its id."""
        ref = self.called()
        self.hold(ref, "put_items", items=items)
        self.hold(ref, "close_agenda")
        self.act(ref, "record_attendance", THU, data={"attendance": attendance(15, 0)})
        return ref

    def minuted(self, items: Sequence[str], no: int = 0) -> str:
        """Count on every item, and let the secretary sign; return the session."""
        ref = self.sitting(items)
        self.hold(ref, "record_ballots", ballots=[(one, {"no": no}) for one in items])
        self.hold(ref, "sign_minutes", documents={"minutes": (paper(),)})
        return ref

    def stands(self, refs: Sequence[str]) -> list[str]:
        """Return where dossiers stand."""
        return [min(self.dossier(one).configuration) for one in refs]


def refused(told: pytest.ExceptionInfo[ItemsRefused]) -> list[tuple[str, int, str]]:
    rows: Any = told.value.facts["items"]
    return [(row["dossier"], row["place"], row["code"]) for row in rows]


def test_nobody_is_counted_present_before_the_day_for_which_the_session_is_called() -> None:
    world = Council()
    ids = world.waiting(1)
    ref = world.called()
    world.hold(ref, "put_items", items=ids)
    world.hold(ref, "close_agenda")
    came = {"attendance": attendance(15, 0)}
    later = {"held_on": "2030-01-02"}
    world.act(ref, "reschedule", THU, data=later, reason="Chủ tịch đi công tác")

    with pytest.raises(GuardRefused, match="đổi ngày họp"):
        world.act(ref, "record_attendance", THU, data=came)

    earlier = {"held_on": "2025-11-03"}
    world.act(ref, "reschedule", THU, data=earlier, reason="Họp sớm hơn")
    world.act(ref, "record_attendance", THU, data=came)
    assert world.stands([ref]) == ["sitting"]


def test_each_dossier_goes_where_its_own_count_sends_it() -> None:
    world = Council()
    passes, fails, waits = ids = world.waiting(3)
    ref = world.sitting(ids)
    world.hold(ref, "record_ballots", ballots=[(passes, {}), (fails, {"no": 9})])
    world.hold(ref, "defer_items", items=[waits], reason="Chờ xác minh")
    world.hold(ref, "sign_minutes", documents={"minutes": (paper(),)})

    told = world.hold(ref, "sign_protocol", QUANG)

    assert world.stands(ids) == ["deciding", "refused", "awaiting"]
    assert [told["items"][key] for key in ("count", "passed", "failed", "deferred")] == [3, 1, 1, 1]
    assert told["left"] == []
    assert {world.events(one)[-1]["cause"]["event"] for one in ids} == {
        world.events(ref)[-1]["id"],
    }


def test_the_minutes_are_signed_only_when_every_item_has_its_result() -> None:
    world = Council()
    counted, open_ = ids = world.waiting(2)
    ref = world.sitting(ids)
    world.hold(ref, "record_ballots", ballots=[(counted, {})])

    with pytest.raises(ItemsRefused) as told:
        world.hold(ref, "sign_minutes", documents={"minutes": (paper(),)})

    assert refused(told) == [(open_, 2, "no_result")]
    assert world.stands([ref]) == ["sitting"]


def test_one_dossier_that_is_stopped_lets_no_other_move_until_its_item_is_put_off() -> None:
    world = Council()
    _, goes = ids = world.waiting(2)
    ref = world.minuted(ids)
    world.act(goes, "hold", CHI, ground="complaint", reason="đơn", paper="01")

    with pytest.raises(ItemsRefused) as told:
        world.hold(ref, "sign_protocol", QUANG)

    assert refused(told) == [(goes, 2, "dossier_on_hold")]
    assert world.stands([*ids, ref]) == ["agenda", "agenda", "minuted"]
    world.hold(ref, "defer_items", items=[goes], reason="Có khiếu nại")
    world.hold(ref, "sign_minutes")
    # It is still on hold, and so stays where it is: that is why it was put off.
    assert world.hold(ref, "sign_protocol", QUANG)["left"] == [goes]
    assert world.stands(ids) == ["deciding", "agenda"]


def test_a_dossier_of_a_procedure_without_deferral_stays_where_it_is_when_put_off() -> None:
    world = Council(small())
    ids = world.waiting(1)
    ref = world.sitting(ids)
    world.hold(ref, "defer_items", items=ids, reason="Chưa đủ giấy tờ")
    world.hold(ref, "sign_minutes", documents={"minutes": (paper(),)})

    assert world.hold(ref, "sign_protocol", QUANG)["left"] == ids
    assert world.stands(ids) == ["agenda"]


def test_a_dossier_that_left_the_agenda_by_another_way_does_not_stop_the_others() -> None:
    world = Council()
    gone, stays = ids = world.waiting(2)
    ref = world.minuted(ids)
    world.hold(ref, "defer_items", items=[gone], reason="Chờ xác minh")
    world.hold(ref, "sign_minutes")
    other = world.store.load(gone, "", None).dossier
    elsewhere = replace(other, configuration=frozenset({"withdrawn"}))
    held = _held(world, ref, ids)
    moved = replace(held.dossiers[gone], dossier=elsewhere)

    sitting = _sit(world, replace(held, dossiers={**held.dossiers, gone: moved}))

    assert sitting.body["left"] == [gone]
    assert [one.dossier.id for one in sitting.changes] == [ref, stays]


def test_what_changed_after_the_cut_off_is_not_decided_on_what_the_council_saw() -> None:
    world = Council()
    ids = world.waiting(1)
    ref = world.minuted(ids)
    world.act(ids[0], "hold", CHI, ground="complaint", reason="đơn", paper="1")
    world.act(ids[0], "release", BICH, ground="complaint", paper="2")

    with pytest.raises(ItemsRefused) as told:
        world.hold(ref, "sign_protocol", QUANG)

    assert refused(told) == [(ids[0], 1, "changed_since_cut_off")]


def test_an_event_that_changes_nothing_of_a_dossier_does_not_make_the_council_vote_again() -> None:
    world = Council()
    ids = world.waiting(1)
    ref = world.minuted(ids)
    held = _held(world, ref, ids)
    later = held.dossiers[ids[0]]
    newer = replace(later, dossier=replace(later.dossier, version=later.dossier.version + 1))

    sitting = _sit(world, replace(held, dossiers={ids[0]: newer}))

    assert [one.dossier.id for one in sitting.changes] == [ref, *ids]


def test_an_item_is_dropped_before_the_cut_off_and_waits_for_another_session() -> None:
    world = Council()
    first, second = ids = world.waiting(2)
    ref = world.called()
    world.hold(ref, "put_items", items=ids)

    world.hold(ref, "drop_items", items=[first])

    assert [one.dossier for one in world.store.agenda(ref).items] == [second]
    world.hold(world.called(), "put_items", items=[first])


def test_a_cancelled_session_sets_its_dossiers_free() -> None:
    world = Council()
    ids = world.waiting(1)
    ref = world.sitting(ids)

    told = world.hold(ref, "cancel", reason="Không đủ thành viên")

    assert told["items"]["count"] == 1
    assert [one.open for one in world.store.agenda(ref).items] == [False]
    assert world.stands([*ids, ref]) == ["agenda", "cancelled"]


def test_counts_that_exceed_a_corrected_attendance_are_corrected_first() -> None:
    world = Council()
    ids = world.waiting(1)
    ref = world.sitting(ids)
    world.hold(ref, "record_ballots", ballots=[(ids[0], {})])
    fewer = {"attendance": attendance(12, 0)}

    with pytest.raises(ItemsRefused) as told:
        world.hold(ref, "record_attendance", data=fewer, reason="Ghi nhầm")

    assert refused(told) == [(ids[0], 1, "ballot_invalid")]


def test_an_act_on_items_is_refused_whole_in_the_words_of_the_session_or_for_what_is_too_long() -> (
    None
):
    world = Council()
    ids = world.waiting(1)
    ref = world.called()

    with pytest.raises(TriggerNotAllowed):
        world.hold(ref, "sign_protocol", QUANG)
    alone = decide(
        council(),
        world.dossier(ref),
        Act(id=world.ids.uuid7(), trigger="put_items", actor=THU),
        at=world.clock.now(),
        calendar=calendar(),
        counts={},
    )
    assert isinstance(alone, TriggerNotAllowed)
    many = tuple(paper(f"{n}.pdf") for n in range(9_000))
    with pytest.raises(BadInput, match="64000"):
        world.hold(ref, "put_items", items=ids, documents={"invitation": many})
    assert world.store.agenda(ref).items == ()


def test_an_agenda_that_was_read_before_the_session_moved_on_is_read_again() -> None:
    world = Council()
    ids = world.waiting(1)
    ref = world.minuted(ids)
    held = _held(world, ref, ids)
    stale = replace(held, agenda=replace(held.agenda, version=held.agenda.version - 1))

    with pytest.raises(VersionConflict):
        _sit(world, stale)


def _held(world: Council, ref: str, ids: Sequence[str]) -> Held:
    return Held(
        session=world.store.load(ref, "", None),
        agenda=world.store.agenda(ref),
        dossiers={one: world.store.load(one, "", None) for one in ids},
    )


def _sit(world: Council, held: Held) -> Any:
    return sit(
        Act(id=world.ids.uuid7(), trigger="sign_protocol", actor=QUANG),
        Asked(),
        held,
        editions=world.shelf,
        calendar=calendar(),
        ids=world.ids,
        numbered=lambda _: None,
    )
