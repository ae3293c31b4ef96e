"""The database as a whole: migrations, doors that stay shut, work that is written together."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, event, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from adapters.ids import RandomIds
from adapters.storage import schema
from adapters.storage.config_log import CONFIGURATION, ConfigLog
from adapters.storage.database import Database, durability_findings, open_database
from adapters.storage.errors import (
    CommitUnknown,
    DatabaseBusy,
    DatabaseUnavailable,
    DatabaseUnsafe,
    DatabaseUnusable,
)
from adapters.storage.migrate import alembic_config, migrate
from adapters.storage.queries import Queries
from adapters.storage.writer import GREATEST_GROUP
from engine.trail import EventDraft, verify_stream
from tests.stores import START, World, in_parallel, moved, new_draft

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest) -> str:
    """Give the URL of an empty database of each kind."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    one = open_database(url)
    yield one
    one.close()


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    one = open_database(sqlite_url)
    migrate(one)
    yield one
    one.close()


def test_migrations_make_exactly_the_tables_that_the_code_knows(database: Database) -> None:
    migrate(database)
    config = alembic_config()
    with database.connect_writing() as connection:
        config.attributes["connection"] = connection
        command.check(config)


def test_several_processes_may_migrate_at_once(url: str) -> None:
    program = (
        "import sys; from adapters.storage.database import open_database;"
        "from adapters.storage.migrate import migrate; migrate(open_database(sys.argv[1]))"
    )
    started = [subprocess.Popen([sys.executable, "-c", program, url], cwd=ROOT) for _ in range(3)]
    assert [process.wait() for process in started] == [0, 0, 0]


def test_several_threads_may_migrate_at_once(url: str) -> None:
    databases = [open_database(url) for _ in range(4)]
    results = in_parallel(4, lambda n: migrate(databases[n]))
    for one in databases:
        one.close()
    assert results == [None] * 4


def test_migrations_can_be_taken_back(database: Database) -> None:
    migrate(database)
    config = alembic_config()
    with database.connect_writing() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    migrate(database)
    assert Queries(database).streams() == []


@pytest.mark.parametrize("bad", ["mysql://x/y", "sqlite://", "sqlite:///:memory:"])
def test_a_database_that_cannot_keep_what_it_confirms_is_refused(bad: str) -> None:
    with pytest.raises(DatabaseUnsafe):
        open_database(bad)


def test_what_is_no_database_is_named_without_its_password(tmp_path: Path) -> None:
    file = tmp_path / "bangvang.sqlite"
    file.write_bytes(b"no database at all, but long enough to be read as one " * 40)

    with pytest.raises(DatabaseUnusable, match=r"bangvang\.sqlite"):
        open_database(f"sqlite:///{file}")
    with pytest.raises(DatabaseUnusable) as unreachable:
        open_database("postgresql+psycopg://an:geheim@127.0.0.1:1/none")
    with pytest.raises(DatabaseUnusable) as unreadable:
        open_database("geheim")

    assert "geheim" not in f"{unreachable.value}{unreadable.value}"


def test_who_insists_may_run_on_a_database_that_forgets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGVANG_ALLOW_UNSAFE", "1")
    open_database("sqlite://").close()


def test_each_unsafe_setting_of_sqlite_is_named(sqlite: Database) -> None:
    with sqlite.connect_writing() as connection:
        assert durability_findings(connection) == []
        connection.exec_driver_sql("PRAGMA synchronous = NORMAL")
        assert durability_findings(connection) == ["synchronous is NORMAL, not FULL"]
        connection.exec_driver_sql("PRAGMA synchronous = FULL")


def test_readers_of_sqlite_cannot_write(sqlite: Database) -> None:
    with sqlite.read() as connection, pytest.raises(DBAPIError, match="readonly"):
        connection.execute(insert(schema.sweeps).values(id=1))


def organisation(id: str, parent: str | None = None) -> Callable[[Connection], Any]:
    return lambda connection: connection.execute(
        insert(schema.organisations).values(
            id=id, name_vi=id, name_en=id, level="unit", parent=parent
        )
    )


def organisations(database: Database) -> list[str]:
    with database.read() as connection:
        return sorted(connection.execute(select(schema.organisations.c.id)).scalars())


def test_work_that_fails_writes_nothing_and_harms_nobody_else(sql_world: World) -> None:
    database = sql_world.database
    assert database is not None

    def half(connection: Connection) -> None:
        organisation("half")(connection)
        raise ValueError("enough")

    def work(n: int) -> Any:
        return database.write(half if n % 4 == 0 else organisation(f"o{n:02}"))

    results = in_parallel(20, work)
    assert [isinstance(r, ValueError) for r in results] == [n % 4 == 0 for n in range(20)]
    assert organisations(database) == [f"o{n:02}" for n in range(20) if n % 4]


def test_references_are_enforced(sql_world: World) -> None:
    assert sql_world.database is not None
    with pytest.raises(IntegrityError):
        sql_world.database.write(organisation("x", parent="nobody"))
    assert organisations(sql_world.database) == []


def test_what_waits_is_written_in_one_transaction(sqlite: Database) -> None:
    commits: list[str] = []
    writing = sqlite.connect_writing().engine
    inside, go_on = threading.Event(), threading.Event()

    def slow(connection: Connection) -> None:
        raw: Any = connection.connection.driver_connection
        raw.set_trace_callback(commits.append)
        inside.set()
        go_on.wait()

    first = threading.Thread(target=sqlite.write, args=(slow,))
    first.start()
    inside.wait()
    others = [
        threading.Thread(target=sqlite.write, args=(organisation(f"o{n}"),)) for n in range(9)
    ]
    for thread in others:
        thread.start()
    while sqlite.writer is not None and sqlite.writer.waiting < 9:
        pass
    go_on.set()
    for thread in (first, *others):
        thread.join()
    assert writing is not None
    assert len(organisations(sqlite)) == 9
    assert commits.count("COMMIT") == 1
    assert GREATEST_GROUP > 9


def test_a_group_whose_commit_fails_is_told_so_as_a_whole(sqlite: Database) -> None:
    def breaks_the_transaction(connection: Connection) -> None:
        raw: Any = connection.connection.driver_connection
        raw.execute("PRAGMA defer_foreign_keys = ON")
        organisation("orphan", parent="nobody")(connection)

    with pytest.raises(Exception, match="FOREIGN KEY"):
        sqlite.write(breaks_the_transaction)
    assert organisations(sqlite) == []
    sqlite.write(organisation("later"))
    assert organisations(sqlite) == ["later"]


def test_the_writer_does_not_wait_for_itself(sqlite: Database) -> None:
    with pytest.raises(RuntimeError, match="own writer"):
        sqlite.write(lambda _: sqlite.write(organisation("x")))


def test_another_process_that_does_not_let_go_makes_the_database_busy(
    sqlite: Database, sqlite_url: str
) -> None:
    from adapters.storage.store import SqlStore

    def impatient(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA busy_timeout = 0")

    other = open_database(sqlite_url)
    with other.connect_writing() as holder:
        holder.exec_driver_sql("BEGIN IMMEDIATE")
        event.listen(sqlite.connect_writing().engine, "connect", impatient)
        sqlite.connect_writing().engine.dispose()
        with pytest.raises(DatabaseBusy):
            sqlite.write(organisation("x"))
        with pytest.raises(DatabaseBusy):
            SqlStore(sqlite).load("x", "an", None, lock=True)
        holder.exec_driver_sql("ROLLBACK")
    sqlite.write(organisation("x"))
    assert SqlStore(sqlite).create_draft(new_draft()).version == 0
    other.close()


def test_a_full_disk_is_told_to_everyone_and_leaves_nothing_half_done(sqlite: Database) -> None:
    from adapters.storage.store import SqlStore

    store = SqlStore(sqlite)
    draft = store.create_draft(new_draft())

    def full(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 1")

    writing = sqlite.connect_writing().engine
    sqlite.close()
    event.listen(writing, "connect", full)
    long = "x" * 100_000
    results = in_parallel(
        6, lambda n: store.save_draft(replace(draft, data={"summary": f"{n}{long}"}), 0)
    )
    assert {type(result) for result in results} == {DatabaseUnavailable}
    locked = store.load(draft.id, "an", None, lock=True)
    with pytest.raises(DatabaseUnavailable):
        store.commit(moved(locked, dossier={"data": {"summary": long}}))
    assert store.load(draft.id, "an", None).dossier == draft
    event.remove(writing, "connect", full)
    sqlite.close()
    assert store.save_draft(replace(draft, data={"summary": long}), 0).revision == 1


@pytest.mark.parametrize(
    ("code", "told"),
    [
        (sqlite3.SQLITE_IOERR | 4 << 8, CommitUnknown),
        (sqlite3.SQLITE_FULL, DatabaseUnavailable),
        (sqlite3.SQLITE_ERROR, sqlite3.OperationalError),
    ],
)
def test_what_the_disk_does_to_a_commit_is_told_as_what_it_is(
    sqlite: Database, code: int, told: type[Exception]
) -> None:
    def fails(_: Connection) -> None:
        error = sqlite3.OperationalError("disk")
        error.sqlite_errorcode = code
        raise error

    with pytest.raises(told):
        sqlite.write(fails)
    sqlite.write(organisation("x"))


def test_a_database_whose_folder_is_gone_says_so(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnusable, match="unable to open"):
        open_database(f"sqlite:///{tmp_path}/nowhere/x.sqlite")


def edition_event(at: Any) -> EventDraft:
    return EventDraft(
        type="edition_published",
        actor={"subject": "a-1", "acting_as": "administrator"},
        effective_on=date(2026, 3, 2),
        cause={"act": "0190163d-8694-739b-aea5-966c26f8ad90", "event": None},
        data={"edition": "e" * 64},
        personal={"reason": "có hiệu lực"},
    )


def test_events_about_the_rules_form_a_chain_of_their_own(sql_world: World) -> None:
    assert sql_world.database is not None
    log = ConfigLog(sql_world.database, RandomIds(), "so.example/2026", sql_world.clock)
    results = in_parallel(
        8, lambda n: log.append_config_event(CONFIGURATION, edition_event, organisation(f"o{n}"))
    )
    assert sorted(event.seq for event in results) == list(range(1, 9))
    events = Queries(sql_world.database).events_of(CONFIGURATION)
    assert not verify_stream(
        [one.stored for one in events], [opening for one in events for opening in one.openings]
    )
    assert len(organisations(sql_world.database)) == 8


def test_an_event_about_the_rules_and_what_it_tells_of_commit_together(sql_world: World) -> None:
    assert sql_world.database is not None
    log = ConfigLog(sql_world.database, RandomIds(), "so.example/2026", sql_world.clock)
    log.append_config_event(CONFIGURATION, edition_event, organisation("o1"))
    with pytest.raises(IntegrityError):
        log.append_config_event(CONFIGURATION, edition_event, organisation("o1"))
    assert len(Queries(sql_world.database).events_of(CONFIGURATION)) == 1


def test_a_stream_stays_in_the_log_in_which_it_began(sql_world: World) -> None:
    assert sql_world.database is not None
    for year in (2026, 2027):
        ConfigLog(
            sql_world.database, RandomIds(), f"so.example/{year}", sql_world.clock
        ).append_config_event(CONFIGURATION, edition_event)
    events = Queries(sql_world.database).events_of(CONFIGURATION)
    assert {one.stored.log for one in events} == {"so.example/2026"}


def test_the_databases_own_clock_counts_when_no_story_is_told(sql_world: World) -> None:
    from adapters.storage.store import SqlStore

    assert sql_world.database is not None
    store = SqlStore(sql_world.database)
    draft = store.create_draft(new_draft())
    loaded = store.load(draft.id, "an", None)
    with sql_world.database.read() as connection:
        from adapters.storage.drafts import database_now

        later = database_now(connection, None)
    assert START < loaded.now <= later
    assert loaded.now.utcoffset() is not None


def test_an_instant_without_a_zone_is_not_stored(sql_world: World) -> None:
    assert sql_world.database is not None
    naive = START.replace(tzinfo=None)
    with pytest.raises(Exception, match="no time zone"):
        sql_world.database.write(
            lambda connection: connection.execute(
                insert(schema.sweeps).values(id=1, last_sweep_at=naive)
            )
        )
