"""What lists and searches show, in which order, and what they never show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from adapters.storage import schema, worklist
from adapters.storage.chores import FIRST_WAIT, LEASE, MOST_ATTEMPTS
from adapters.storage.pages import Page
from adapters.storage.queries import Queries
from adapters.storage.search import DossierFilter, Sight, Sort
from adapters.storage.worklist import TaskFilter
from engine.errors import BadInput
from engine.ports import Answer
from tests.stores import START, World, in_parallel, letter, moved, new_draft, task_row, uuid7

RECEPTION = ("ubnd-tinh", "reception")
HEAD = ("ubnd-tinh", "head")


@pytest.fixture
def queries(sql_world: World) -> Queries:
    assert sql_world.database is not None
    sql_world.database.write(
        lambda connection: connection.execute(
            insert(schema.accounts),
            [{"id": name, "login": name, "name": name, "lang": "vi"} for name in ("an", "bình")],
        )
    )
    return Queries(sql_world.database, sql_world.clock)


def all_pages(ask: Callable[[str | None], Page[Any]]) -> list[Any]:
    found: list[Any] = []
    cursor = None
    while True:
        page = ask(cursor)
        found += page.items
        cursor = page.end_cursor
        if cursor is None:
            return found


def with_tasks(world: World, *tasks: Any, **fields: Any) -> str:
    dossier = world.submitted(**fields)
    world.store.commit(moved(world.store.load(dossier.id, "an", None), tasks=tasks))
    return dossier.id


def day(number: int | None) -> Any:
    return None if number is None else START + timedelta(days=number)


def test_a_worklist_is_in_the_order_of_danger_with_stopped_clocks_last(
    sql_world: World, queries: Queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in (5, None, 1, 3, 3, None, 2):
        with_tasks(sql_world, task_row(latest_start_at=day(n)))
    for size, few in ((1, 20), (2, 20), (3, 20), (7, 20), (8, 20), (2, 0)):
        monkeypatch.setattr(worklist, "FEW", few)
        found = all_pages(
            lambda cursor, size=size: queries.worklist(  # type: ignore[misc]
                [RECEPTION], after_cursor=cursor, limit=size
            )
        )
        starts = [line.latest_start_at for line in found]
        assert starts == [day(1), day(2), day(3), day(3), day(5), None, None]
        assert len({line.id for line in found}) == 7


def test_a_worklist_shows_the_tasks_of_its_places_alone(sql_world: World, queries: Queries) -> None:
    mine = task_row()
    with_tasks(
        sql_world, mine, task_row(org="elsewhere"), task_row(role="head"), task_row("closed-soon")
    )
    assert {x.id for x in queries.worklist([RECEPTION]).items} == {mine.id, "closed-soon"}
    assert {x.role for x in queries.worklist([HEAD]).items} == {"head"}
    assert len(queries.worklist([RECEPTION, HEAD]).items) == 3
    assert queries.worklist([("elsewhere", "head")]).items == []
    assert queries.worklist([]).items == []
    (one,) = queries.worklist([("elsewhere", "reception")]).items
    assert (one.procedure, one.subject_name, one.code) == (
        "provincial-award", "Đặng Thị Ánh", "N-2026-000001",
    )  # fmt: skip


def test_a_closed_task_is_on_no_worklist(sql_world: World, queries: Queries) -> None:
    ref = with_tasks(sql_world, task_row("t1"))
    assert [x.id for x in queries.tasks_of(ref)] == ["t1"]
    sql_world.store.commit(moved(sql_world.store.load(ref, "an", None)))
    assert queries.worklist([RECEPTION]).items == []
    assert queries.tasks_of(ref) == []
    assert queries.task("t1") is None
    assert not queries.claim("t1", "an")


def test_a_worklist_can_be_narrowed(sql_world: World, queries: Queries) -> None:
    with_tasks(sql_world, task_row("a", state="reviewing.opinions.asking", due_at=day(2)))
    ref = with_tasks(sql_world, task_row("b", due_at=day(9)), procedure="other")
    with_tasks(sql_world, task_row("c", due_at=None, due_on=None))
    queries.claim("c", "an")

    def ids(**wanted: Any) -> set[str]:
        return {x.id for x in queries.worklist([RECEPTION], TaskFilter(**wanted)).items}

    assert ids() == {"a", "b", "c"}
    assert ids(states=["reviewing"]) == {"a"}
    assert ids(states=["reviewing.opinions.asking", "submitted"]) == {"a", "b", "c"}
    assert ids(states=["review"]) == set()
    assert ids(procedures=["other"]) == {"b"}
    assert ids(dossier=ref) == {"b"}
    assert ids(claimed_by="an") == {"c"}
    assert ids(unclaimed=True) == {"a", "b"}
    assert ids(due_before=day(9)) == {"a"}


def test_counts_say_how_many_are_mine_near_and_over(sql_world: World, queries: Queries) -> None:
    for due in (-1, 0, 1, 2, None):
        with_tasks(sql_world, task_row(f"t{due}", due_at=day(due)))
    with_tasks(sql_world, task_row("r", role="head"), task_row("s", state="registered"))
    queries.claim("t1", "an")
    counts = queries.task_counts([RECEPTION], person="an", now=START, near_before=day(2))
    assert [(c.state, c.total, c.mine, c.near, c.overdue) for c in counts] == [
        ("registered", 1, 0, 0, 0),
        ("submitted", 5, 1, 1, 2),
    ]
    assert queries.task_counts([], person="an", now=START, near_before=day(2)) == []


def test_of_many_who_claim_a_task_at_once_one_has_it(sql_world: World, queries: Queries) -> None:
    with_tasks(sql_world, task_row("t1"))
    claims = in_parallel(8, lambda n: queries.claim("t1", "an" if n % 2 else "bình"))
    task = queries.task("t1")
    assert task is not None
    won = [bool(n % 2) for n, done in enumerate(claims) if done]
    assert won
    assert set(won) == {task.claimed_by == "an"}


def test_a_claimed_task_changes_hands_only_through_whoever_has_it(
    sql_world: World, queries: Queries
) -> None:
    with_tasks(sql_world, task_row("t1"))
    assert queries.claim("t1", "an")
    assert not queries.claim("t1", "bình")
    assert not queries.unclaim("t1", "bình")
    assert not queries.delegate("t1", "bình", "bình")
    assert not queries.complete("t1", "bình", START)
    assert queries.delegate("t1", "an", "bình")
    assert queries.unclaim("t1", "bình")
    assert queries.complete("t1", "an", START)
    assert not queries.complete("t1", "an", START)


def test_an_escalated_task_is_nobodys_and_an_unchanged_one_keeps_its_holder(
    sql_world: World, queries: Queries
) -> None:
    ref = with_tasks(sql_world, task_row("t1"), task_row("t2"))
    queries.claim("t1", "an")
    queries.claim("t2", "an")
    escalated = task_row("t2", role="head", escalated_from="reception")
    sql_world.store.commit(
        moved(sql_world.store.load(ref, "an", None), tasks=(task_row("t1"), escalated))
    )
    assert {x.id: x.claimed_by for x in queries.tasks_of(ref)} == {"t1": "an", "t2": None}


@pytest.mark.parametrize(
    "cursor", ["", "x", "bnVsbA", "W10", "WzEsMl0", "WyJ4IiwgIngiXQ", "é", "A" * 5000, "e30"]
)
def test_a_cursor_that_no_page_gave_is_refused(
    sql_world: World, queries: Queries, cursor: str
) -> None:
    with pytest.raises(BadInput):
        queries.worklist([RECEPTION], after_cursor=cursor)
    with pytest.raises(BadInput):
        queries.search(Sight(orgs=["x"]), sort=Sort.NAME, after_cursor=cursor + "W")


def names(page: Page[Any]) -> list[str]:
    return [line.subject_name for line in page.items]


def person(name: str) -> dict[str, Any]:
    return {"nominee": {"name": name}}


def test_search_shows_only_what_was_submitted_within_sight(
    sql_world: World, queries: Queries
) -> None:
    sql_world.submitted(data=person("A"), owner="x", holder="x")
    ref = sql_world.submitted(data=person("B"), owner="y", holder="y").id
    sql_world.store.create_draft(new_draft(data=person("C"), owner="x", holder="x"))
    sql_world.store.commit(moved(sql_world.store.load(ref, "an", None), dossier={"holder": "z"}))
    sql_world.store.commit(moved(sql_world.store.load(ref, "an", None), dossier={"holder": "w"}))

    def seen(*orgs: str, **drafts: list[str]) -> list[str]:
        sight = Sight(orgs=orgs, drafts={k.replace("_", "-"): v for k, v in drafts.items()})
        found = names(queries.search(sight, sort=Sort.NAME))
        assert queries.count(sight) == len(found)
        return found

    assert seen() == []
    assert seen("x") == ["A"]
    assert seen("y") == seen("z") == seen("w") == ["B"]
    assert seen("x", "w") == ["A", "B"]
    assert seen(provincial_award=["x"]) == ["C"]
    assert seen(provincial_award=["y"]) == seen(other=["x"]) == seen(provincial_award=[]) == []
    assert seen("x", provincial_award=["x"]) == ["A", "C"]


def test_a_name_is_found_however_it_is_spelt(sql_world: World, queries: Queries) -> None:
    sql_world.submitted(data=person("Đặng Thùy Trâm"))
    sql_world.submitted(data=person("100% _thật_"))
    sight = Sight(orgs=["phong-noi-vu"])

    def found(text: str) -> list[str]:
        return names(queries.search(sight, DossierFilter(text=text)))

    for text in ("dang", "ĐẶNG THÙY", "  thuy   tram ", "Thu\u0300y", "g thuy t", "n-2026-000001"):
        assert found(text) == ["Đặng Thùy Trâm"], text
    assert found("0%") == found("_that") == ["100% _thật_"]
    assert found("a_g") == found("%dang") == found("' OR 1=1 --") == found("\0x") == []
    assert len(found("")) == len(found(" \0")) == 2


def test_search_can_be_narrowed(sql_world: World, queries: Queries) -> None:
    def submitted(name: str, to: str = "s", fields: Any = None, **parts: Any) -> None:
        draft = sql_world.store.create_draft(new_draft(data=person(name), owner=name))
        loaded = sql_world.store.load(draft.id, "an", None)
        sql_world.store.commit(moved(loaded, to, dossier=fields or {}, **parts))

    submitted("a", due_on=date(2026, 3, 9), due_at=day(7))
    submitted("b", "reviewing.opinions.asking", due_on=date(2026, 3, 10), due_at=day(8))
    submitted("c", fields={"result": "granted"})
    submitted("d", fields={"marks": {"overdue": date(2026, 3, 2)}, "procedure": "p"})
    sql_world.store.create_draft(new_draft(data=person("e"), owner="a"))
    sight = Sight(orgs=["a", "b", "c", "d"], drafts={"provincial-award": ["a"]})

    def found(**wanted: Any) -> str:
        return "".join(names(queries.search(sight, DossierFilter(**wanted), sort=Sort.NAME)))

    assert found() == "abcde"
    assert found(states=["reviewing"]) == found(states=["reviewing.opinions"]) == "b"
    assert found(states=["reviewing.opinions.asking", "s"]) == "abcd"
    assert found(states=["asking"]) == found(states=["review"]) == ""
    assert found(owners=["b", "c"]) == "bc"
    assert found(results=["granted"]) == "c"
    assert found(open=True) == "abde"
    assert found(open=False) == "c"
    assert found(overdue=True) == "d"
    assert found(overdue=False) == "abce"
    assert found(drafts=True) == "e"
    assert found(drafts=False) == "abcd"
    assert found(due_from=date(2026, 3, 10)) == "b"
    assert found(due_until=date(2026, 3, 9)) == "a"
    assert found(procedures=["p"]) == ""
    assert found(procedures=["provincial-award"]) == "abcde"


def test_every_order_comes_in_pages_without_loss_or_repetition(
    sql_world: World, queries: Queries
) -> None:
    for name, due in (("Đà", 3), ("An", 1), ("Ân", None), ("An", 1), ("Ăn", None), ("Dũng", 2)):
        draft = sql_world.store.create_draft(new_draft(data=person(name)))
        sql_world.store.commit(moved(sql_world.store.load(draft.id, "an", None), due_at=day(due)))
        sql_world.clock.advance(timedelta(minutes=1))
    sight = Sight(orgs=["phong-noi-vu"])
    expected = {
        Sort.NAME: ["An", "An", "Ăn", "Ân", "Dũng", "Đà"],
        Sort.DUE: ["An", "An", "Dũng", "Đà", "Ân", "Ăn"],
        Sort.NEWEST: ["Dũng", "Ăn", "An", "Ân", "An", "Đà"],
    }
    for sort, order in expected.items():
        for size in (1, 2, 5, 6, 7):
            found = all_pages(
                lambda cursor, sort=sort, size=size: queries.search(  # type: ignore[misc]
                    sight, sort=sort, after_cursor=cursor, limit=size
                )
            )
            assert [line.subject_name for line in found] == order, (sort, size)
            assert len({line.id for line in found}) == 6


def test_a_dossier_is_read_by_any_of_its_names(sql_world: World, queries: Queries) -> None:
    dossier = sql_world.submitted()
    sql_world.store.commit(
        moved(sql_world.store.load(dossier.id, "an", None), dossier={"received_code": "H01-1-001"})
    )
    for ref in (dossier.id, dossier.code, "H01-1-001"):
        record = queries.dossier(ref)
        assert record is not None
        assert record.dossier == sql_world.store.load(ref, "an", None).dossier
        assert (record.line.version, record.line.configuration) == (2, ("submitted",))
    assert queries.dossier("nothing") is None


def test_events_come_in_order_with_what_opens_them(sql_world: World, queries: Queries) -> None:
    dossier = sql_world.submitted()
    other = sql_world.submitted()
    sql_world.store.commit(moved(sql_world.store.load(dossier.id, "an", None)))
    events = queries.events_of(dossier.stream)
    assert [event.stored.seq for event in events] == [1, 2]
    assert [opening.value for event in events for opening in event.openings] == ["vì thế"] * 2
    assert all(not e.openings for e in queries.events_of(dossier.stream, openings=False))
    event_id = events[1].stored.id
    assert event_id is not None
    assert queries.event(event_id) == events[1]
    assert queries.event(uuid7()) is None
    assert queries.events_of("ho-so/1999/000001") == []
    assert queries.streams() == [dossier.stream, other.stream]


def test_a_stream_whose_events_were_taken_away_is_still_named(
    sql_world: World, queries: Queries
) -> None:
    dossier = sql_world.submitted()
    assert sql_world.database is not None
    for table in ("personal_values", "events"):
        sql_world.database.write(
            lambda connection, table=table: connection.exec_driver_sql(  # type: ignore[misc]
                f"DELETE FROM {table}"
            )
        )
    assert queries.streams() == [dossier.stream]


def test_a_letter_is_rendered_after_it_was_issued(sql_world: World, queries: Queries) -> None:
    dossier = sql_world.submitted()
    change = moved(sql_world.store.load(dossier.id, "an", None))
    issued = [letter(change.events[0].id), letter(change.events[0].id, None)]
    sql_world.store.commit(
        moved(sql_world.store.load(dossier.id, "an", None), letters=tuple(issued))
    )
    queries.letter_rendered(
        issued[0].id, pdf_sha256="a" * 64, pdf_size=9, data_hash="b" * 64, now=START
    )
    queries.letter_failed(issued[1].id)
    queries.letter_failed(issued[0].id)
    assert {x.id: (x.status, x.pdf_sha256) for x in queries.letters_of(dossier.id)} == {
        issued[0].id: ("rendered", "a" * 64),
        issued[1].id: ("failed", None),
    }
    one = queries.letter(issued[0].id)
    assert one is not None
    assert (one.number, one.rendered_at) == ("12/TB", START)
    assert queries.letter("x") is None
    assert [row["sha256"] for row in sql_world.rows("files")] == ["a" * 64]


def send(world: World, count: int = 1) -> None:
    for _ in range(count):
        dossier = world.submitted()
        loaded = world.store.load(dossier.id, "an", None)
        world.store.commit(moved(loaded, letters=(letter(uuid7()),)))


def test_a_message_is_taken_by_one_worker_alone(sql_world: World, queries: Queries) -> None:
    send(sql_world, 12)
    taken = in_parallel(4, lambda _: queries.take_messages(["render_letter"], 5))
    ids = [message.id for batch in taken for message in batch]
    assert len(ids) == len(set(ids))
    rest = queries.take_messages(["render_letter"], 20)
    assert len(ids) + len(rest) == 12
    assert queries.take_messages(["render_letter"]) == []
    assert queries.take_messages(["notice"]) == []


def test_a_message_comes_back_when_its_lease_runs_out_and_the_late_worker_is_fenced_off(
    sql_world: World, queries: Queries
) -> None:
    send(sql_world)
    (late,) = queries.take_messages(["render_letter"])
    sql_world.clock.advance(LEASE)
    (quick,) = queries.take_messages(["render_letter"])
    assert (late.attempt, quick.attempt) == (1, 2)
    assert not queries.message_done(late)
    assert not queries.message_failed(late, "too late")
    assert queries.message_done(quick)
    assert not queries.message_done(quick)
    sql_world.clock.advance(LEASE)
    assert queries.take_messages(["render_letter"]) == []


def test_a_message_that_fails_is_tried_later_and_later_and_then_is_an_incident(
    sql_world: World, queries: Queries
) -> None:
    send(sql_world)
    waits = []
    for attempt in range(1, MOST_ATTEMPTS + 1):
        (message,) = queries.take_messages(["render_letter"])
        assert message.attempt == attempt
        assert queries.message_failed(message, f"failure {attempt}")
        before = sql_world.clock.now()
        while not sql_world.rows("outbox")[0]["done_at"]:
            (row,) = sql_world.rows("outbox")
            if row["next_try_at"] <= schema.stamp(sql_world.clock.now()):
                break
            sql_world.clock.advance(FIRST_WAIT)
        waits.append(sql_world.clock.now() - before)
    assert waits[:4] == [FIRST_WAIT, FIRST_WAIT * 2, FIRST_WAIT * 4, FIRST_WAIT * 8]
    assert waits[-2] == timedelta(seconds=2560)
    assert queries.take_messages(["render_letter"]) == []
    (incident,) = queries.incidents()
    assert (incident.kind, incident.detail) == ("outbox", f"failure {MOST_ATTEMPTS}")
    queries.close_incident(incident.id)
    assert queries.incidents() == []
    assert [x.closed_at is not None for x in queries.incidents(only_open=False)] == [True]


def test_the_pulse_tells_of_rungs_and_messages_that_wait(
    sql_world: World, queries: Queries
) -> None:
    pulse = queries.pulse()
    assert (pulse.last_sweep_at, pulse.oldest_due_rung_at, pulse.waiting) == (None, None, 0)
    dossier = sql_world.submitted()
    sql_world.store.commit(
        moved(
            sql_world.store.load(dossier.id, "an", None),
            next_rung_at=day(1),
            letters=(letter(uuid7()),),
        )
    )
    assert queries.pulse().oldest_due_rung_at is None
    sql_world.clock.advance(timedelta(days=2))
    queries.swept("one failed")
    queries.swept()
    queries.incident("sweep", dossier.code, "boom")
    pulse = queries.pulse()
    assert (pulse.oldest_due_rung_at, pulse.last_sweep_at) == (day(1), day(2))
    assert (pulse.last_error, pulse.waiting, pulse.open_incidents) == (None, 1, 1)
    assert pulse.oldest_waiting_at == START
    assert queries.now() == day(2)


def test_answers_are_kept_for_ninety_days(sql_world: World, queries: Queries) -> None:
    dossier = sql_world.submitted()
    for key in ("old", "new"):
        answer = Answer(principal="an", key=key, fingerprint="f", body="{}")
        sql_world.store.commit(moved(sql_world.store.load(dossier.id, "an", None), answer=answer))
        sql_world.clock.advance(timedelta(days=90, seconds=1) if key == "old" else timedelta(0))
    assert queries.forget_answers() == 1
    assert [row["key"] for row in sql_world.rows("answers")] == ["new"]
