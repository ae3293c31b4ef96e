"""A notice is delivered once, read by the roles it was meant for, and names no person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert

from adapters.storage import schema
from adapters.storage.chores import LEASE, Message
from adapters.storage.notices import MOST_COUNTED
from adapters.storage.queries import Queries
from engine.errors import BadInput
from engine.outcome import Notice
from tests.stores import START, World, in_parallel, moved, uuid7

RECEPTION = ("ubnd-tinh", "reception")
HEAD = ("ubnd-tinh", "head")


@pytest.fixture
def queries(sql_world: World) -> Queries:
    assert sql_world.database is not None
    sql_world.database.write(
        lambda connection: connection.execute(
            insert(schema.accounts).values(id="an", login="an", name="an", lang="vi")
        )
    )
    return Queries(sql_world.database, sql_world.clock)


def tell(world: World, role: str = "reception", org: str = "ubnd-tinh") -> str:
    """Let an act tell a role; return the event."""
    dossier, event = world.submitted(), uuid7()
    notice = Notice(role=role, org=org, about="dossier_submitted", facts={"trigger": "submit"})
    loaded = world.store.load(dossier.id, "an", None)
    world.store.commit(moved(loaded, notices=((notice, event),)))
    return event


def delivered(world: World, queries: Queries) -> list[Message]:
    """Deliver what waits, as the worker does; return it."""
    found = queries.take_messages(["notice"], 500)
    for message in found:
        queries.deliver(message)
        assert queries.message_done(message)
    return found


def test_a_notice_is_read_by_the_role_it_was_meant_for_there_and_by_no_other(
    sql_world: World, queries: Queries
) -> None:
    event = tell(sql_world)
    tell(sql_world, role="head")
    tell(sql_world, org="elsewhere")
    delivered(sql_world, queries)

    (one,) = queries.notices([RECEPTION]).items
    assert (one.event, one.about, one.facts) == (
        event, "dossier_submitted", {"trigger": "submit"},
    )  # fmt: skip
    assert (one.role, one.org, one.created_at) == ("reception", "ubnd-tinh", START)
    assert (one.procedure, one.subject_name, one.code) == (
        "provincial-award", "Đặng Thị Ánh", "N-2026-000001",
    )  # fmt: skip
    assert len(queries.notices([RECEPTION, HEAD]).items) == 2
    assert queries.notices([("elsewhere", "head")]).items == []
    assert queries.notices([]).items == []
    assert queries.notices_since([], None) == 0


def test_a_message_that_comes_again_tells_nobody_twice(sql_world: World, queries: Queries) -> None:
    tell(sql_world)
    (message,) = queries.take_messages(["notice"])
    queries.deliver(message)
    sql_world.clock.advance(LEASE + timedelta(seconds=1))
    (again,) = queries.take_messages(["notice"])
    assert again.id == message.id

    in_parallel(4, lambda _: queries.deliver(again))

    (one,) = queries.notices([RECEPTION]).items
    assert (one.id, one.created_at) == (message.id, START)


def test_many_are_told_in_one_transaction_that_closes_only_what_is_still_ours(
    sql_world: World, queries: Queries
) -> None:
    events = [tell(sql_world) for _ in range(3)]
    first = queries.take_messages(["notice"])
    sql_world.clock.advance(LEASE + timedelta(seconds=1))
    second = queries.take_messages(["notice"])
    assert [one.id for one in first] == [one.id for one in second]

    queries.deliver_all(first)  # the lease ran out: somebody else closes them
    assert queries.pulse().waiting == 3
    queries.deliver_all(second)

    assert queries.pulse().waiting == 0
    found = queries.notices([RECEPTION]).items
    assert sorted(one.event for one in found) == sorted(events)


def test_notices_come_newest_first_a_page_at_a_time(sql_world: World, queries: Queries) -> None:
    events = []
    for minutes in (0, 0, 0, 5, 5):
        sql_world.clock.move_to(START + timedelta(minutes=minutes))
        events.append(tell(sql_world))
        delivered(sql_world, queries)

    for size in (1, 2, 5, 6):
        found: list[Any] = []
        cursor = None
        while True:
            page = queries.notices([RECEPTION], after_cursor=cursor, limit=size)
            found += page.items
            cursor = page.end_cursor
            if cursor is None:
                break
        assert [line.event for line in found] == events[::-1]


@pytest.mark.parametrize(
    "cursor",
    ["", "x", "WzFd", "W251bGwsICIxIl0", "WyIyMDI2LTAzLTAyVDAwOjAwOjAwKzAwOjAwIiwgIng7Il0",
     "WyIyMDI2LTAzLTAyVDAwOjAwOjAwKzAwOjAwIiwgIjk5OTk5OTk5OTk5OTk5OTk5OTk5OTkiXQ"],
)  # fmt: skip
def test_a_cursor_of_another_list_is_refused(queries: Queries, cursor: str) -> None:
    with pytest.raises(BadInput):
        queries.notices([RECEPTION], after_cursor=cursor)


def test_what_is_new_is_counted_up_to_a_hundred_and_looking_never_goes_back(
    sql_world: World, queries: Queries
) -> None:
    tell(sql_world)
    delivered(sql_world, queries)
    later = START + timedelta(minutes=1)
    sql_world.clock.move_to(later)
    tell(sql_world)
    delivered(sql_world, queries)

    assert queries.notices_since([RECEPTION], None) == 2
    assert queries.notices_since([RECEPTION], START) == 1
    assert queries.notices_seen_at("an") is None
    queries.notices_seen("an", later)
    queries.notices_seen("an", START)
    assert queries.notices_seen_at("an") == later
    assert queries.notices_since([RECEPTION], later) == 0
    assert queries.notices_seen_at("nobody") is None

    (line, *_) = queries.notices([RECEPTION]).items
    message = Message(
        id=0,
        kind="notice",
        event=line.event,
        payload={
            "dossier": sql_world.submitted().id, "role": "reception", "org": "ubnd-tinh",
            "about": "x", "facts": {},
        },
        attempt=1,
    )  # fmt: skip
    for n in range(1000, 1000 + MOST_COUNTED):
        queries.deliver(Message(**{**_fields(message), "id": n}))
    assert queries.notices_since([RECEPTION], None) == MOST_COUNTED


def test_a_notice_holds_no_personal_value(sql_world: World, queries: Queries) -> None:
    tell(sql_world)
    delivered(sql_world, queries)

    assert "Ánh" not in str(sql_world.rows("notices"))
    assert "Ánh" in str(sql_world.rows("dossiers"))


def _fields(message: Message) -> dict[str, Any]:
    return {name: getattr(message, name) for name in Message.__dataclass_fields__}
