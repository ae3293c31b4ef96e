"""What every store promises, whatever it is made of."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from adapters.storage.errors import DraftChanged, DraftSubmitted
from adapters.storage.files_known import known_files
from engine.errors import DossierUnknown, VersionConflict
from engine.initiatives import Initiative, UsedRow
from engine.outcome import Firing, Notice
from engine.parts import UsedFor
from engine.ports import Answer, AwardGiven, AwardRow, InitiativeUsed
from engine.text import Text
from engine.trail import ZERO, Opening, StoredEvent, verify_stream
from tests.stores import (
    START,
    World,
    event_after,
    full_dossier,
    in_parallel,
    letter,
    moved,
    new_draft,
    number,
    task_row,
    uuid7,
)


def answer(key: str = "k1", principal: str = "an") -> Answer:
    return Answer(
        principal=principal, key=key, fingerprint="f" * 64, body='{"state":["submitted"]}'
    )


def test_drafts_are_numbered_one_after_the_other_within_the_local_year(world: World) -> None:
    first = world.store.create_draft(new_draft())
    second = world.store.create_draft(new_draft())
    world.clock.move_to(START.replace(month=12, day=31, hour=17))
    in_the_new_year = world.store.create_draft(new_draft())
    assert (first.code, first.stream) == ("N-2026-000001", "ho-so/2026/000001")
    assert (second.code, second.stream) == ("N-2026-000002", "ho-so/2026/000002")
    assert (in_the_new_year.code, in_the_new_year.stream) == ("N-2027-000001", "ho-so/2027/000001")


def test_thirty_drafts_created_at_once_get_thirty_codes_without_a_gap(world: World) -> None:
    made = in_parallel(30, lambda _: world.store.create_draft(new_draft()).code)
    assert sorted(made) == [f"N-2026-{n:06}" for n in range(1, 31)]


def test_every_field_of_a_dossier_comes_back_as_it_was_stored(world: World) -> None:
    stored = world.store.create_draft(full_dossier())
    assert world.store.load(stored.id, "an", None).dossier == stored
    assert world.again().load(stored.code, "an", None).dossier == stored


def test_every_field_of_a_dossier_that_moved_comes_back(world: World) -> None:
    draft = world.store.create_draft(new_draft())
    change = moved(world.store.load(draft.id, "an", None))
    full = replace(
        full_dossier(),
        id=draft.id,
        code=draft.code,
        stream=draft.stream,
        submission=draft.submission,
        version=1,
    )
    world.store.commit(replace(change, dossier=full))
    assert world.store.load(draft.id, "an", None).dossier == full


def test_a_draft_has_a_submission_of_its_own_and_no_events(world: World) -> None:
    draft = world.store.create_draft(new_draft())
    loaded = world.store.load(draft.id, "an", None)
    assert draft.submission
    assert (loaded.head.seq, loaded.head.prev, loaded.head.recorded_at) == (0, ZERO, None)
    assert loaded.head.stream == draft.stream
    assert world.rows("events") == []


def test_a_dossier_is_found_by_id_and_by_either_code(world: World) -> None:
    draft = world.store.create_draft(new_draft())
    received = {"received_code": "H01-260302-0001-001"}
    world.store.commit(moved(world.store.load(draft.id, "an", None), dossier=received))
    for ref in (draft.id, draft.code, "H01-260302-0001-001"):
        assert world.store.load(ref, "an", None).dossier.id == draft.id
    assert world.rows("submissions")[0]["code"] == "H01-260302-0001"


@pytest.mark.parametrize("ref", ["N-2026-999999", "", "x' OR '1'='1", "%", "_" * 13])
@pytest.mark.parametrize("lock", [False, True])
def test_what_is_not_there_is_unknown(world: World, ref: str, lock: bool) -> None:
    world.store.create_draft(new_draft())
    with pytest.raises(DossierUnknown):
        world.store.load(ref, "an", None, lock=lock)
    # Nobody is left waiting for the one who found nothing.
    assert world.store.create_draft(new_draft()).code == "N-2026-000002"


def test_saving_a_draft_raises_its_revision_and_writes_no_event(world: World) -> None:
    draft = world.store.create_draft(new_draft())
    saved = world.store.save_draft(replace(draft, data={"award": "flag"}), 0)
    assert saved.revision == 1
    loaded = world.store.load(draft.id, "an", None)
    assert (loaded.dossier, loaded.dossier.version) == (saved, 0)
    assert world.rows("events") == []


def test_a_draft_saved_over_somebody_elses_revision_is_refused(world: World) -> None:
    draft = world.store.create_draft(new_draft())
    saved = world.store.save_draft(replace(draft, data={"award": "flag"}), 0)
    before = world.everything()
    with pytest.raises(DraftChanged):
        world.store.save_draft(replace(draft, data={"award": "merit"}), 0)
    assert world.everything() == before
    assert world.store.load(draft.id, "an", None).dossier == saved


def test_what_was_submitted_cannot_be_saved_as_a_draft(world: World) -> None:
    dossier = world.submitted()
    with pytest.raises(DraftSubmitted):
        world.store.save_draft(dossier, 0)
    with pytest.raises(DossierUnknown):
        world.store.save_draft(new_draft(), 0)


def test_a_draft_saved_meanwhile_cannot_be_submitted_as_it_was_before(world: World) -> None:
    draft = world.store.create_draft(new_draft())
    loaded = world.store.load(draft.id, "an", None)
    world.store.save_draft(replace(draft, data={"award": "flag"}), 0)
    with pytest.raises(VersionConflict):
        world.store.commit(moved(loaded))
    assert world.store.load(draft.id, "an", None).dossier.data == {"award": "flag"}


def full_change(world: World, dossier_id: str) -> Any:
    """Return a change that writes a row to every table."""
    loaded = world.store.load(dossier_id, "an", "k1")
    change = moved(loaded)
    event = change.events[0].id
    firing = Firing(
        clock="resolution", period=0, rung=1, due_at=START, fired_at=loaded.now, skipped="vắng"
    )
    notice = Notice(role="head", org="ubnd-tinh", about="due_soon", facts={"left": 3})
    given = AwardGiven(
        award="flag",
        year=2025,
        deed="12/QĐ",
        decided_on=date(2026, 3, 2),
        event=event,
        label=Text("Cờ thi đua", "Flag"),
        period_from=date(2024, 1, 1),
        period_until=date(2025, 12, 31),
        level="province",
        org="ubnd-tinh",
        type="merit",
    )
    return replace(
        change,
        tasks=(task_row("t1"), task_row("t2", due_on=None, due_at=None, latest_start_at=None)),
        next_rung_at=START + timedelta(days=1),
        due_on=date(2026, 4, 6),
        due_at=START + timedelta(days=35),
        firings=((firing, event),),
        letters=(letter(event), letter(event, None)),
        notices=((notice, event),),
        numbers=(number(1), number(2), number(1, "tb")),
        awards=(given,),
        answer=answer(),
        incidents=("guard g: no such key",),
    )


def test_one_commit_writes_everything_that_follows_from_the_act(world: World) -> None:
    draft = world.store.create_draft(new_draft())
    change = full_change(world, draft.id)
    world.store.commit(change)
    event = change.events[0]

    (stored,) = world.rows("events")
    assert bytes(stored["body"]) == event.body
    assert [stored[k] for k in ("id", "stream", "seq", "log", "type", "hash", "prev")] == [
        event.id, draft.stream, 1, event.log, event.type, event.hash, ZERO,
    ]  # fmt: skip
    (value,) = world.rows("values")
    assert (bytes(value["salt"]), json.loads(value["value"])) == (
        event.openings[0].salt,
        "vì thế",
    )
    assert {
        t["id"]: (t["state"], t["role"], t["org"], t["due_on"]) for t in world.rows("tasks")
    } == {
        "t1": ("submitted", "reception", "ubnd-tinh", "2026-03-10"),
        "t2": ("submitted", "reception", "ubnd-tinh", None),
    }
    (fired,) = world.rows("firings")
    assert (fired["clock"], fired["period"], fired["rung"], fired["event"], fired["skipped"]) == (
        "resolution", 0, 1, event.id, "vắng",
    )  # fmt: skip
    assert sorted(
        (x["key"], x["number"], x["dossier"]) for x in world.rows("letters") if x["number"]
    ) == [("receipt", "12/TB", draft.id)]
    assert [(x["kind"], x["event"]) for x in world.rows("outbox")] == [
        ("render_letter", event.id),
        ("render_letter", event.id),
        ("notice", event.id),
    ]
    assert json.loads(world.rows("outbox")[2]["payload"])["facts"] == {"left": 3}
    assert sorted((n["kind"], n["number"], n["event"]) for n in world.rows("numbers")) == [
        ("qd", 1, event.id), ("qd", 2, event.id), ("tb", 1, event.id),
    ]  # fmt: skip
    (award,) = world.rows("awards")
    assert (award["award"], award["year"], award["deed"], award["decided_on"]) == (
        "flag", 2025, "12/QĐ", "2026-03-02",
    )  # fmt: skip
    assert [award[k] for k in ("award_vi", "award_en", "level", "type", "org", "event")] == [
        "Cờ thi đua", "Flag", "province", "merit", "ubnd-tinh", event.id,
    ]  # fmt: skip
    assert (award["period_from"], award["period_until"]) == ("2024-01-01", "2025-12-31")
    assert [award[k] for k in ("subject_name", "kind", "birth_year", "unit", "unit_folded")] == [
        "Đặng Thị Ánh", "individual", 1980, "", "",
    ]  # fmt: skip
    (incident,) = world.rows("incidents")
    assert (incident["about"], incident["detail"]) == (draft.code, "guard g: no such key")
    (row,) = world.rows("dossiers")
    assert (row["due_on"], row["state_key"], row["name_folded"]) == (
        "2026-04-06", "submitted", "dang thi anh",
    )  # fmt: skip

    loaded = world.store.load(draft.id, "an", "k1")
    assert loaded.dossier == change.dossier
    assert loaded.head == event.head
    assert loaded.answer == answer()


def test_a_commit_on_a_version_that_is_gone_writes_nothing_at_all(world: World) -> None:
    dossier = world.submitted()
    stale = full_change(world, dossier.id)
    world.store.commit(moved(world.store.load(dossier.id, "bình", None), "elsewhere"))
    before = world.everything()
    with pytest.raises(VersionConflict):
        world.store.commit(stale)
    assert world.everything() == before


def test_a_commit_on_a_dossier_that_does_not_exist_writes_nothing(world: World) -> None:
    dossier = world.submitted()
    change = full_change(world, dossier.id)
    before = world.everything()
    with pytest.raises(VersionConflict):
        world.store.commit(replace(change, dossier=replace(change.dossier, id=uuid7())))
    assert world.everything() == before


def test_of_fifty_commits_on_one_version_one_wins_and_forty_nine_are_told(world: World) -> None:
    dossier = world.submitted()
    seen = world.store.load(dossier.id, "an", None)
    changes = [moved(seen, f"state_{n}", tasks=(task_row(),)) for n in range(50)]
    results = in_parallel(50, lambda n: world.store.commit(changes[n]))
    winners = [n for n, result in enumerate(results) if result is None]
    assert len(winners) == 1
    assert sum(isinstance(result, VersionConflict) for result in results) == 49
    assert world.store.load(dossier.id, "an", None).dossier == changes[winners[0]].dossier
    assert len(world.rows("events")) == 2
    assert len(world.rows("tasks")) == 1


def test_an_answer_is_given_back_to_its_principal_under_its_key_alone(world: World) -> None:
    dossier = world.submitted()
    world.store.commit(moved(world.store.load(dossier.id, "an", "k1"), answer=answer()))
    assert world.store.load(dossier.id, "an", "k1").answer == answer()
    assert world.store.load(dossier.id, "an", "k2").answer is None
    assert world.store.load(dossier.id, "bình", "k1").answer is None
    assert world.store.load(dossier.id, "an", None).answer is None


def test_one_key_used_twice_at_once_leaves_one_act_and_one_answer(world: World) -> None:
    ids = [world.submitted().id for _ in range(8)]
    seen = [world.store.load(ref, "an", "k1") for ref in ids]
    results = in_parallel(8, lambda n: world.store.commit(moved(seen[n], answer=answer())))
    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, VersionConflict) for result in results) == 7
    assert len(world.rows("events")) == 8 + 1
    assert world.store.load(ids[0], "an", "k1").answer == answer()


def test_an_answer_without_a_key_is_not_kept(world: World) -> None:
    dossier = world.submitted()
    for _ in range(2):
        world.store.commit(moved(world.store.load(dossier.id, "an", None), answer=answer(key="")))
    assert world.rows("answers") == []


def test_numbers_taken_by_thirty_at_once_have_no_gap_though_some_are_rolled_back(
    world: World,
) -> None:
    ids = [world.submitted().id for _ in range(30)]

    def issue(index: int) -> int | None:
        loaded = world.store.load(ids[index], "an", None, lock=True)
        following = loaded.registers.get(("phong-noi-vu", "qd", 2026), 1)
        if index % 3 == 0:
            world.store.release()
            return None
        world.store.commit(moved(loaded, numbers=(number(following),)))
        return following

    issued = in_parallel(30, issue)
    assert all(n is None or isinstance(n, int) for n in issued), issued
    taken = sorted(n for n in issued if n is not None)
    assert taken == list(range(1, 21))
    assert sorted(row["number"] for row in world.rows("numbers")) == taken


def test_the_first_number_of_a_register_wanted_by_many_at_once_is_given_once(
    world: World,
) -> None:
    ids = [world.submitted().id for _ in range(8)]
    seen = [world.store.load(ref, "an", None) for ref in ids]
    results = in_parallel(8, lambda n: world.store.commit(moved(seen[n], numbers=(number(1),))))
    assert sum(result is None for result in results) == 1
    assert sum(isinstance(result, VersionConflict) for result in results) == 7
    assert [row["number"] for row in world.rows("numbers")] == [1]


def test_whoever_holds_the_lock_is_never_refused_the_number_that_was_read(world: World) -> None:
    ids = [world.submitted().id for _ in range(12)]

    def issue(index: int) -> bool:
        holds = index % 2 == 0
        loaded = world.store.load(ids[index], "an", None, lock=holds)
        following = loaded.registers.get(("phong-noi-vu", "qd", 2026), 1)
        try:
            world.store.commit(moved(loaded, numbers=(number(following),)))
        except VersionConflict:
            assert not holds
            return False
        return True

    issued = in_parallel(12, issue)
    assert all(isinstance(done, bool) for done in issued), issued
    assert sorted(row["number"] for row in world.rows("numbers")) == list(
        range(1, issued.count(True) + 1)
    )


def test_a_number_taken_meanwhile_undoes_the_whole_act(world: World) -> None:
    one, other = world.submitted(), world.submitted()
    seen = world.store.load(one.id, "an", None)
    world.store.commit(moved(world.store.load(other.id, "an", None), numbers=(number(1),)))
    before = world.everything()
    with pytest.raises(VersionConflict):
        world.store.commit(moved(seen, numbers=(number(1),)))
    assert world.everything() == before
    assert world.store.load(one.id, "an", None).registers == {
        ("", "ho-so", 2026): 3,
        ("phong-noi-vu", "qd", 2026): 2,
    }


@pytest.mark.parametrize("wrong", [(0,), (2,), (1, 3), (2, 1), (1, 1)])
def test_numbers_that_would_leave_a_gap_are_refused(world: World, wrong: tuple[int, ...]) -> None:
    dossier = world.submitted()
    before = world.everything()
    with pytest.raises(VersionConflict):
        world.store.commit(
            moved(
                world.store.load(dossier.id, "an", None),
                numbers=tuple(number(value) for value in wrong),
            )
        )
    assert world.everything() == before


def test_only_the_holders_useful_registers_are_loaded(world: World) -> None:
    dossier = world.submitted()
    taken = (
        number(1),
        number(1, "qd", "elsewhere"),
        number(1, "code-0302"),
        number(1, "code-0301"),
        replace(number(1), year=2025),
        replace(number(1), year=2024),
    )
    world.store.commit(moved(world.store.load(dossier.id, "an", None), numbers=taken))
    for lock in (False, True):
        assert world.store.load(dossier.id, "an", None, lock=lock).registers == {
            # An act may open a dossier, which needs a stream.
            ("", "ho-so", 2026): 2,
            ("phong-noi-vu", "qd", 2026): 2,
            ("phong-noi-vu", "qd", 2025): 2,
            ("phong-noi-vu", "code-0302", 2026): 2,
        }
        world.store.release()


def test_a_rung_is_recorded_once_and_never_again(world: World) -> None:
    dossier = world.submitted()

    def fire(rung: int) -> None:
        loaded = world.store.load(dossier.id, "clock", None)
        change = moved(loaded)
        firing = Firing(clock="c", period=0, rung=rung, due_at=START, fired_at=START)
        world.store.commit(replace(change, firings=((firing, change.events[0].id),)))

    fire(0)
    fire(1)
    before = world.everything()
    with pytest.raises(VersionConflict):
        fire(0)
    assert world.everything() == before


def test_a_change_without_an_event_may_set_the_next_rung(world: World) -> None:
    dossier = world.submitted()
    loaded = world.store.load(dossier.id, "clock", None)
    still = replace(moved(loaded), dossier=dossier, events=(), next_rung_at=START)
    world.store.commit(still)
    after = world.store.load(dossier.id, "clock", None)
    assert (after.dossier, after.head) == (dossier, loaded.head)
    assert list(world.store.due(5)) == [dossier.id]


def test_rungs_that_are_due_come_in_order_and_only_once_their_time_has_come(world: World) -> None:
    ids = []
    for days in (3, 1, 2, 9):
        draft = world.store.create_draft(new_draft())
        loaded = world.store.load(draft.id, "an", None)
        world.store.commit(moved(loaded, next_rung_at=START + timedelta(days=days)))
        ids.append(draft.id)
    assert list(world.store.due(10)) == []
    world.clock.move_to(START + timedelta(days=3))
    assert list(world.store.due(10)) == [ids[1], ids[2], ids[0]]
    assert list(world.store.due(2)) == [ids[1], ids[2]]


def test_tasks_that_are_not_open_any_more_are_closed(world: World) -> None:
    dossier, other = world.submitted(), world.submitted()
    for ref, tasks in (
        (dossier.id, (task_row("t1"), task_row("t2"))),
        (other.id, (task_row("t9"),)),
    ):
        world.store.commit(moved(world.store.load(ref, "an", None), tasks=tasks))
    world.clock.advance(timedelta(hours=1))
    later = task_row(
        "t2", role="head", due_on=None, due_at=None, escalated_from="reception", stopped=True
    )
    change = moved(world.store.load(dossier.id, "an", None), tasks=(later, task_row("t3")))
    world.store.commit(change)
    assert {t["id"] for t in world.rows("tasks") if t["stopped"]} == {"t2"}
    found = {t["id"]: (t["role"], t["closed_at"], t["due_on"]) for t in world.rows("tasks")}
    assert found == {
        "t1": ("reception", "2026-03-02T02:30:00.000000Z", "2026-03-10"),
        "t2": ("head", None, None),
        "t3": ("reception", None, "2026-03-10"),
        "t9": ("reception", None, "2026-03-10"),
    }


def test_what_the_register_holds_for_a_subject_is_loaded_for_that_subject_alone(
    world: World,
) -> None:
    who = {"name": "Nguyễn Văn Đức", "birth_year": 1979, "unit": "Sở Y tế"}
    spelt_otherwise = {**who, "name": " NGUYỄN  VĂN ĐỨC", "unit": "sở y tế"}
    younger = {**who, "birth_year": 1999}
    first, same, another, nobody = (
        world.submitted(data=data)
        for data in ({"n": who}, {"n": spelt_otherwise}, {"n": younger}, {})
    )
    given = [
        AwardGiven(
            award="soldier", year=year, deed="1/QĐ", decided_on=date(2026, 1, 5), event=uuid7()
        )
        for year in (2024, 2022)
    ]
    world.store.commit(moved(world.store.load(first.id, "an", None), awards=tuple(given)))
    world.store.commit(moved(world.store.load(nobody.id, "an", None), awards=(given[0],)))
    assert world.store.load(same.id, "an", None).awards == (
        AwardRow(award="soldier", year=2022, deed="1/QĐ"),
        AwardRow(award="soldier", year=2024, deed="1/QĐ"),
    )
    assert world.store.load(another.id, "an", None).awards == ()
    assert world.store.load(nobody.id, "an", None).awards == ()


def test_who_held_a_dossier_before_is_remembered(world: World) -> None:
    dossier = world.submitted()
    for holder in ("so-noi-vu", "so-noi-vu", "ubnd-tinh"):
        world.store.commit(
            moved(world.store.load(dossier.id, "an", None), dossier={"holder": holder})
        )
    (row,) = world.rows("dossiers")
    former = row["former_holders"]
    assert (json.loads(former) if isinstance(former, str) else former) == [
        "phong-noi-vu",
        "so-noi-vu",
    ]


def test_the_stored_stream_proves_itself(world: World) -> None:
    dossier = world.submitted()
    for n in range(3):
        world.store.commit(moved(world.store.load(dossier.id, "an", None), f"s{n}"))
    stored = sorted(world.rows("events"), key=lambda row: row["seq"])
    events = [
        StoredEvent(
            body=bytes(row["body"]),
            **{k: row[k] for k in ("hash", "stream", "seq", "id", "type", "log", "prev")},
        )
        for row in stored
    ]
    assert [row["seq"] for row in stored] == [1, 2, 3, 4]
    assert len({row["recorded_at"] for row in stored}) == 4
    openings = [
        Opening(
            event_id=row["event"],
            path=row["path"],
            salt=bytes(row["salt"]),
            value=json.loads(row["value"]),
        )
        for row in world.rows("values")
    ]
    assert verify_stream(events, openings) == []


def test_a_locked_dossier_is_another_threads_only_after_release(world: World) -> None:
    dossier = world.submitted()
    loaded = world.store.load(dossier.id, "an", None, lock=True)
    seen: list[int] = []

    def wait() -> None:
        seen.append(world.store.load(dossier.id, "bình", None, lock=True).dossier.version)
        world.store.release()

    waiting = threading.Thread(target=wait)
    waiting.start()
    world.store.commit(moved(loaded))
    waiting.join()
    assert seen == [2]


def test_a_lock_ends_with_the_next_load_of_the_thread_and_with_a_refused_commit(
    world: World,
) -> None:
    dossier = world.submitted()
    stale = world.store.load(dossier.id, "an", None)
    world.store.commit(moved(stale))
    world.store.load(dossier.id, "an", None, lock=True)
    world.store.load(dossier.id, "an", None, lock=True)
    with pytest.raises(VersionConflict):
        world.store.commit(moved(stale))
    world.store.release()
    results = in_parallel(2, lambda n: world.store.load(dossier.id, "x", None, lock=n == 0))
    assert [result.dossier.version for result in results] == [2, 2]


def test_files_that_a_draft_or_an_act_brings_in_are_known(sql_world: World) -> None:
    assert sql_world.database is not None
    draft = sql_world.store.create_draft(full_dossier())
    loaded = sql_world.store.load(draft.id, "an", None)
    files = [{"sha256": "c" * 64, "size": 1, "media_type": "application/pdf"}]
    event = event_after(loaded.head, loaded.now, files=files)
    for _ in range(2):
        sql_world.store.commit(replace(moved(loaded), events=(event,)))
        loaded = sql_world.store.load(draft.id, "an", None)
        event = event_after(loaded.head, loaded.now, files=files)
    known = known_files(sql_world.database, [letter * 64 for letter in "abcd"])
    assert known == {"a" * 64, "b" * 64, "c" * 64}


def test_what_the_register_holds_of_initiatives_is_loaded_for_their_user_alone(
    world: World,
) -> None:
    who = {"name": "Nguyễn Văn Đức", "birth_year": 1979, "unit": "Sở Y tế"}
    spelt_otherwise = {**who, "name": " NGUYỄN  VĂN ĐỨC", "unit": "sở y tế"}
    younger = {**who, "birth_year": 1999}
    first, second, same, another, nobody = (
        world.submitted(data=data)
        for data in ({"n": who}, {"n": who}, {"n": spelt_otherwise}, {"n": younger}, {})
    )
    given = AwardGiven(
        award="soldier",
        year=2024,
        deed="1/QĐ",
        decided_on=date(2026, 1, 5),
        event=uuid7(),
        org="ubnd-tinh",
    )
    one = InitiativeUsed(
        initiative=Initiative(
            decision="12/QĐ-HĐSK", title="Sổ “tiêm” \\ chủng", recognised_on=date(2024, 3, 2)
        ),
        used_for=UsedFor.TITLE,
        given=given,
    )
    other = replace(one, used_for=UsedFor.FORM, given=replace(given, year=2025))

    world.store.commit(moved(world.store.load(first.id, "an", None), used=(one,)))
    loaded = world.store.load_many([second.id, nobody.id], "an", None).loaded
    changes = [moved(found, used=(other,)) for found in loaded if found]
    world.store.commit_many(changes, None)

    told = [
        UsedRow(
            initiative=replace(one.initiative, recognised_on=None),
            award="soldier",
            used_for=use.used_for,
            year=use.given.year,
            deed="1/QĐ",
            dossier=dossier.id,
        )
        for use, dossier in ((one, first), (other, second))
    ]
    assert list(world.store.load(same.id, "an", None).used) == told
    refs = [same.id, another.id, nobody.id]
    many = world.again().load_many(refs, "an", None).loaded
    assert [list(found.used) for found in many if found] == [told, [], []]
    (row, *_) = world.rows("uses")
    assert (row["recognised_on"], row["title_folded"], row["org"], row["event"]) == (
        "2024-03-02",
        "so “tiem” \\ chung",
        "ubnd-tinh",
        given.event,
    )
