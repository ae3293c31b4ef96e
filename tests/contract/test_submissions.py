"""Submissions of many names, on every store."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from adapters.storage.queries import Queries
from adapters.storage.search import DossierFilter, Sight
from adapters.storage.store import SqlStore
from engine.dossier import Dossier, Paper
from engine.errors import SubmissionClosed, VersionConflict
from engine.ports import Answer
from engine.runtime import Ask
from tests.contract.test_engine import drafted, engine_on, go
from tests.procedures import PROVINCE
from tests.stores import World, in_parallel, moved, new_draft, uuid7
from tests.story import BINH

PAPER = Paper(sha256="c" * 64, size=3, media_type="application/pdf", name="Tờ trình.pdf")
SIGHT = Sight(orgs={"phong-noi-vu"}, drafts={"provincial-award": {"phong-noi-vu"}})


def named(count: int, submission: str, **more: Any) -> list[Dossier]:
    return [
        new_draft(submission=submission, data={"nominee": {"name": f"Người {n}"}}, **more)
        for n in range(1, count + 1)
    ]


def made(world: World, count: int, **more: Any) -> tuple[SqlStore, Queries, str]:
    assert isinstance(world.store, SqlStore)
    assert world.database is not None
    ref = uuid7()
    world.store.submissions.make(named(count, ref, **more))
    return world.store, Queries(world.database), ref


def answer(key: str) -> Answer:
    return Answer(principal="an", key=key, fingerprint="f", body="{}")


def test_who_acted_anywhere_in_a_submission_and_its_code_are_told_to_each_dossier(
    world: World,
) -> None:
    first = world.store.create_draft(new_draft())
    others = [world.store.create_draft(new_draft(submission=first.submission)) for _ in range(2)]
    stranger = world.store.create_draft(new_draft())
    assert [one.place for one in (first, *others)] == [1, 2, 3]
    loaded = world.store.load(first.id, "an", None)
    people = (("specialist", "chi"), ("head", "em"))
    code = {"received_code": "H01-260302-0001-001"}
    world.store.commit(moved(loaded, people=people, dossier=code))
    again = world.store.load(first.id, "an", None)
    world.store.commit(moved(again, people=people[:1], dossier=code))

    refs = [stranger.id, *(one.id for one in others)]
    many = world.store.load_many(refs, "an", None).loaded
    single = [world.store.load(ref, "an", None) for ref in refs]
    for found in (single, many):
        codes = [one.submission_code for one in found if one]
        assert codes == [None, "H01-260302-0001", "H01-260302-0001"]
        known = {"specialist": frozenset({"chi"}), "head": frozenset({"em"})}
        assert [dict(one.dossier.beside) for one in found if one] == [{}, known, known]
    assert len(world.rows("people")) == 2


def test_a_batch_notes_each_person_once_and_keeps_the_code_that_there_is(world: World) -> None:
    first = world.store.create_draft(new_draft())
    second = world.store.create_draft(new_draft(submission=first.submission))
    loaded = world.store.load_many([first.id, second.id], "an", None).loaded
    people = (("reception", "binh"),)
    world.store.commit_many([moved(one, people=people) for one in loaded if one], None)
    assert [(row["role"], row["person"]) for row in world.rows("people")] == [("reception", "binh")]


def test_a_submission_is_made_by_one_statement_for_each_table(sql_world: World) -> None:
    assert sql_world.database is not None
    said: list[str] = []

    def heard(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        said.append(" ".join(statement.split()[:3]))

    for engine in {sql_world.database.engine, sql_world.database.connect_writing().engine}:
        event.listen(engine, "before_cursor_execute", heard)
    _, queries, ref = made(sql_world, 200)
    wrote = [one for one in said if one.startswith("INSERT")]
    assert sorted(wrote) == [
        "INSERT INTO dossiers",
        "INSERT INTO number_registers",
        "INSERT INTO number_registers",
        "INSERT INTO submissions",
    ]
    lines = queries.dossiers_in(ref)
    assert [one.place for one in lines] == list(range(1, 201))
    assert [one.code for one in lines[:2]] == ["N-2026-000001", "N-2026-000002"]
    held = queries.submission("T-2026-000001")
    assert held is not None
    assert (held.id, held.places, held.code) == (ref, 200, None)


def test_names_come_and_go_until_the_first_is_received(sql_world: World) -> None:
    store, queries, ref = made(sql_world, 2)
    store.submissions.attach(ref, "submission", PAPER)
    store.submissions.attach(ref, "submission", PAPER)
    lines = queries.dossiers_in(ref)
    store.submissions.drop(ref, lines[1].id)
    added = store.submissions.add(ref, named(1, ref))[0]
    assert (added.place, added.documents) == (3, {"submission": (PAPER,)})
    kept = [store.load(line.id, "an", None).dossier for line in queries.dossiers_in(ref)]
    assert [one.documents for one in kept] == [{"submission": (PAPER,)}] * 2
    store.submissions.detach(ref, "submission", PAPER.sha256)
    assert not store.load(added.id, "an", None).dossier.documents
    with pytest.raises(VersionConflict):
        store.submissions.drop(ref, lines[1].id)

    loaded = store.load(lines[0].id, "an", None)
    store.commit(moved(loaded, dossier={"received_code": "H01-260302-0004-001"}))
    before = sql_world.everything()
    for refused in (
        lambda: store.submissions.add(ref, named(1, ref)),
        lambda: store.submissions.drop(ref, added.id),
        lambda: store.submissions.attach(ref, "submission", PAPER),
    ):
        with pytest.raises(SubmissionClosed):
            refused()
    assert sql_world.everything() == before
    assert queries.submission("H01-260302-0004") is not None


def test_the_last_name_stays(sql_world: World) -> None:
    store, queries, ref = made(sql_world, 1)
    with pytest.raises(SubmissionClosed):
        store.submissions.drop(ref, queries.dossiers_in(ref)[0].id)


def test_what_is_asked_twice_under_one_key_is_stored_once(sql_world: World) -> None:
    store, queries, ref = made(sql_world, 1)

    def ask(_: int) -> None:
        store.submissions.add(ref, named(2, ref), answer("k"))

    results = in_parallel(5, ask)
    assert [type(one) for one in results if one is not None] == [IntegrityError] * 4
    assert len(queries.dossiers_in(ref)) == 3
    assert queries.answer("an", "k") == answer("k")
    assert queries.answer("binh", "k") is None


def test_a_name_is_not_added_while_the_submission_is_received(sql_world: World) -> None:
    store, queries, ref = made(sql_world, 1)
    first = queries.dossiers_in(ref)[0]

    def work(index: int) -> None:
        if index:
            store.submissions.add(ref, named(1, ref))
        else:
            loaded = store.load(first.id, "an", None)
            store.commit(moved(loaded, dossier={"received_code": "H01-260302-0004-001"}))

    results = in_parallel(4, work)
    refused = [one for one in results if isinstance(one, SubmissionClosed)]
    assert results[0] is None
    assert len(queries.dossiers_in(ref)) == 4 - len(refused)
    assert sorted(one.place for one in queries.dossiers_in(ref)) == list(range(1, 5 - len(refused)))


def test_submissions_are_found_by_what_the_caller_may_see_of_them(sql_world: World) -> None:
    store, queries, ref = made(sql_world, 3)
    other = made(sql_world, 1, owner="so-y-te", holder="so-y-te")[2]
    for line in queries.dossiers_in(ref)[:2]:
        store.commit(moved(store.load(line.id, "an", None)))
    found = queries.submissions(SIGHT, DossierFilter())
    assert [one.id for one in found.items] == [ref]
    tallies = queries.tallies(SIGHT, [ref, other])
    assert [(one.configuration, one.count) for one in tallies] == [
        (("draft",), 1),
        (("submitted",), 2),
    ]
    submitted_only = replace(SIGHT, drafts={})
    assert queries.around(submitted_only, ref, 2).names == 2
    near = queries.around(SIGHT, ref, 2)
    assert (near.before, near.after) == ("N-2026-000001", "N-2026-000003")
    waiting = DossierFilter(states=["submitted"])
    assert [one.id for one in queries.submissions(SIGHT, waiting).items] == [ref]
    assert queries.submissions(SIGHT, DossierFilter(states=["no-such"])).items == []
    many = [made(sql_world, 1)[2] for _ in range(3)]
    page = queries.submissions(SIGHT, DossierFilter(), limit=3)
    rest = queries.submissions(SIGHT, DossierFilter(), limit=3, after_cursor=page.end_cursor)
    assert {one.id for one in (*page.items, *rest.items)} == {ref, *many}


def test_names_that_are_received_at_the_same_time_get_one_code(world: World) -> None:
    first = drafted(world)
    others = [
        world.store.create_draft(
            replace(first, id=uuid7(), stream="", code="", submission=first.submission)
        )
        for _ in range(3)
    ]
    refs = [one.id for one in (first, *others)]
    for ref in refs:
        go(engine_on(world.store), ref, until="submit")

    def accept(index: int) -> None:
        data = {"complete_on": "2026-03-02"}
        ask = Ask(ref=refs[index], trigger="accept", actor=BINH, data=data)
        engine_on(world.store).act(ask)

    assert in_parallel(4, accept) == [None] * 4
    codes = [world.store.load(ref, "", None).dossier.received_code for ref in refs]
    assert codes == [f"{PROVINCE}-260302-0001-{place:03}" for place in (1, 2, 3, 4)]
