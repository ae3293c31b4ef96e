"""What PostgreSQL alone must keep: few round trips, life behind a pooler, life after a break."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pytest

from adapters.storage.database import Database, open_database
from adapters.storage.errors import CommitUnknown, DatabaseUnavailable, DatabaseUnsafe
from adapters.storage.queries import Queries
from adapters.storage.store import SqlStore
from engine.errors import VersionConflict
from engine.ports import Answer
from tests.stores import World, moved, new_draft, number, task_row
from tests.wire import Relay

pytestmark = pytest.mark.postgres


@contextlib.contextmanager
def through(relay: Relay, **settings: Any) -> Iterator[tuple[Database, SqlStore]]:
    database = open_database(relay.url, **settings)
    try:
        yield database, SqlStore(database)
    finally:
        database.close()


def relay_to(world: World) -> Relay:
    assert world.database is not None
    return Relay(world.database.engine.url.render_as_string(hide_password=False))


def act(store: SqlStore, ref: str, *, lock: bool = False, **parts: Any) -> None:
    loaded = store.load(ref, "an", "k", lock=lock)
    if lock:
        following = loaded.registers.get(("phong-noi-vu", "qd", 2026), 1)
        parts["numbers"] = (number(following),)
    store.commit(moved(loaded, **parts))


def test_an_act_that_issues_no_number_costs_two_round_trips(postgres_store: World) -> None:
    draft = postgres_store.store.create_draft(new_draft())
    with relay_to(postgres_store) as relay, through(relay) as (_, store):
        store.due(1)
        for n in range(8):
            relay.reset()
            act(store, draft.id, tasks=(task_row(), task_row()))
            assert relay.trips == 2, (n, relay.statements)


def test_an_act_that_issues_a_number_under_lock_costs_four(postgres_store: World) -> None:
    draft = postgres_store.store.create_draft(new_draft())
    with relay_to(postgres_store) as relay, through(relay) as (_, store):
        store.due(1)
        for n in range(8):
            relay.reset()
            act(store, draft.id, lock=True)
            assert relay.trips == 4, (n, relay.statements)


def test_statements_are_prepared_once_for_each_connection(postgres_store: World) -> None:
    draft = postgres_store.store.create_draft(new_draft())
    with relay_to(postgres_store) as relay, through(relay, pool_size=1) as (_, store):
        act(store, draft.id)
        relay.reset()
        for _ in range(5):
            act(store, draft.id, tasks=(task_row(),))
        assert relay.statements == []


def test_behind_a_pooler_nothing_is_prepared(postgres_store: World) -> None:
    draft = postgres_store.store.create_draft(new_draft())
    with (
        relay_to(postgres_store) as relay,
        through(relay, pool_size=1, prepared_statements=False) as (database, store),
    ):
        relay.reset()
        for _ in range(7):
            act(store, draft.id)
            act(store, draft.id, lock=True)
        with database.read() as connection:
            names = connection.exec_driver_sql("SELECT name FROM pg_prepared_statements").all()
        assert names == []


def test_a_connection_that_died_unnoticed_is_replaced_when_reading(postgres_store: World) -> None:
    draft = postgres_store.store.create_draft(new_draft())
    with relay_to(postgres_store) as relay, through(relay) as (_, store):
        store.load(draft.id, "an", None)
        relay.cut()
        assert store.load(draft.id, "an", None).dossier.id == draft.id


def test_a_commit_whose_connection_breaks_is_unknown_and_its_key_tells_the_truth(
    postgres_store: World,
) -> None:
    draft = postgres_store.store.create_draft(new_draft())
    answer = Answer(principal="an", key="k", fingerprint="f", body="{}")
    with relay_to(postgres_store) as relay, through(relay) as (_, store):
        loaded = store.load(draft.id, "an", "k")
        relay.cut()
        with pytest.raises(CommitUnknown):
            store.commit(moved(loaded, answer=answer))
        again = store.load(draft.id, "an", "k")
        assert again.answer is None
        store.commit(moved(again, answer=answer))
        assert store.load(draft.id, "an", "k").answer == answer


def test_a_lock_whose_connection_breaks_is_unknown_and_the_next_act_goes_on(
    postgres_store: World,
) -> None:
    draft = postgres_store.store.create_draft(new_draft())
    with relay_to(postgres_store) as relay, through(relay) as (_, store):
        loaded = store.load(draft.id, "an", None, lock=True)
        relay.cut()
        with pytest.raises(CommitUnknown):
            store.commit(moved(loaded, numbers=(number(1),)))
        assert store.load(draft.id, "an", None).dossier.version == 0


def test_without_a_server_the_database_is_unavailable(postgres_store: World) -> None:
    with relay_to(postgres_store) as relay, through(relay) as (database, store):
        store.due(1)
        database.engine.dispose()
        relay.refuse()
        with pytest.raises(DatabaseUnavailable):
            store.due(1)
        with pytest.raises(DatabaseUnavailable):
            store.load("x", "an", None, lock=True)
        with pytest.raises(DatabaseUnavailable):
            Queries(database).now()
        with pytest.raises(CommitUnknown):
            store.create_draft(new_draft())


@pytest.mark.parametrize("setting", ["synchronous_commit"])
def test_a_database_that_may_lose_commits_is_not_opened(
    postgres_store: World, setting: str
) -> None:
    assert postgres_store.database is not None
    url = postgres_store.database.engine.url
    with postgres_store.database.read() as connection:
        connection.exec_driver_sql(f'ALTER DATABASE "{url.database}" SET {setting} = off')
    with pytest.raises(DatabaseUnsafe, match=setting):
        open_database(url)
    open_database(url, allow_unsafe=True).close()


def test_a_deadlock_is_a_conflict_that_may_be_tried_again(postgres_store: World) -> None:
    import threading

    one, other = (postgres_store.submitted() for _ in range(2))
    assert postgres_store.database is not None
    store = postgres_store.store
    loaded = store.load(one.id, "an", None, lock=True)
    met = threading.Event()
    outcome: list[Any] = []

    def rival() -> None:
        assert postgres_store.database is not None
        try:
            with postgres_store.database.engine.connect() as connection:
                connection.exec_driver_sql("BEGIN")
                connection.exec_driver_sql(
                    "INSERT INTO number_registers VALUES ('phong-noi-vu', 'qd', 2026, 5)"
                )
                met.set()
                connection.exec_driver_sql(
                    "SELECT 1 FROM dossiers WHERE id = %(id)s FOR UPDATE", {"id": one.id}
                )
                connection.exec_driver_sql("COMMIT")
            outcome.append("committed")
        except Exception as error:
            outcome.append(error)

    thread = threading.Thread(target=rival)
    thread.start()
    met.wait()
    try:
        store.commit(moved(loaded, numbers=(number(1),)))
    except VersionConflict:
        outcome.append("conflict")
    thread.join()
    # One of the two was chosen to give way; whichever it was, it was told so.
    assert len(outcome) == 2 or not isinstance(outcome[0], str)
    assert store.load(other.id, "an", None).dossier.version == 1
