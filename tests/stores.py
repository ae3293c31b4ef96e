"""Stores for tests: dossiers with every field filled, changes, and a look at what was written."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import select

from adapters.clock import StoryClock
from adapters.storage import schema
from adapters.storage.database import Database
from adapters.storage.fake import FakeStore
from adapters.storage.schema import stamp
from engine.dossier import Dossier, Hold, Paper, Task
from engine.legal_clock import LegalClock, Policy, Suspension
from engine.limits import Limit
from engine.outcome import LetterOrder
from engine.ports import Change, LetterIssued, Loaded, NumberTaken, Store, TaskRow
from engine.trail import Event, EventDraft, Head, build_event

START = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
LOG = "so-noi-vu.example/tdkt/2026"
_NUMBERS = itertools.count(1)


class DraftingStore(Store, Protocol):
    """A store that also keeps drafts."""

    def create_draft(self, dossier: Dossier) -> Dossier: ...
    def save_draft(self, dossier: Dossier, expected_revision: int) -> Dossier: ...


def uuid7() -> str:
    """Return a UUIDv7 that no other test uses, nor another process on the same database."""
    return f"0190163d-8694-7{os.getpid() % 4096:03x}-aea5-{next(_NUMBERS):012x}"


def salt() -> bytes:
    """Return 32 bytes that differ each time."""
    return next(_NUMBERS).to_bytes(32, "big")


def new_draft(**fields: Any) -> Dossier:
    """Return a dossier that no store knows yet."""
    known: dict[str, Any] = {
        "id": uuid7(),
        "stream": "",
        "log": LOG,
        "code": "",
        "procedure": "provincial-award",
        "edition": "e" * 64,
        "owner": "phong-noi-vu",
        "holder": "phong-noi-vu",
        "created_by": "an",
        "configuration": frozenset({"draft"}),
        "data": {"nominee": {"kind": "individual", "name": "Đặng Thị Ánh", "birth_year": 1980}},
    }
    return Dossier(**{**known, **fields})


def full_dossier() -> Dossier:
    """Return a draft in which no field is empty, with texts that are hard to keep."""
    day, at = date(2026, 3, 2), START
    return new_draft(
        levels={"unit": "phong-noi-vu", "province": "ubnd-tinh"},
        agencies={"ubnd-tinh": "H01"},
        received_code="H01-260302-0001-001",
        received_on=day,
        configuration=frozenset({"reviewing.appraisal.appraising", "reviewing.opinions.asking"}),
        data={
            "nominee": {"name": 'Nguyễn "Ân" \\ O\'Brien — ﷽ 🎖 e\u0301 \u202e', "birth_year": 1980},
            "summary": "'; DROP TABLE dossiers; -- %s %(id)s :id {} \x00 \x1f",
            "award": "flag",
            "budget": "12.5000",
            "amount": 2**53 - 1,
            "first": False,
            "empty": "",
            "period": {"from": "2021-01-01", "until": "2025-12-31"},
            "opinions": [{"agency": "Thuế", "says": "agree"}, {"agency": "BHXH", "says": "none"}],
        },
        documents={
            "report": (
                Paper(sha256="a" * 64, size=12, media_type="application/pdf", name="Báo cáo.pdf"),
                Paper(sha256="b" * 64, size=0, media_type="text/plain", name="x", signed=True),
            )
        },
        clocks={
            "resolution": LegalClock(
                key="resolution",
                limit=Limit.parse("25 working days"),
                anchor_on=day,
                anchor_at=at,
                count_first_day=True,
                suspensions=(
                    Suspension(
                        ground="awaiting_supplement",
                        policy=Policy.RESTART,
                        from_on=day,
                        from_at=at,
                        until_on=day + timedelta(days=3),
                        until_at=at + timedelta(days=3),
                        reason="thiếu báo cáo",
                    ),
                ),
                fired=frozenset({(0, 1), (1, 0)}),
            ),
            "old": LegalClock(
                key="old",
                limit=Limit.parse("8 hours"),
                anchor_on=day,
                anchor_at=at,
                ended="stopped",
                ended_on=day,
                ended_at=at,
            ),
        },
        tasks={
            "t1": Task(
                id="t1",
                state="submitted",
                role="reception",
                do="check",
                opened_at=at,
                clock="resolution",
                escalated_from="clerk",
            )
        },
        holds=(
            Hold(ground="complaint", placed_on=day, reason="đơn", paper="01/ĐK"),
            Hold(ground="press", placed_on=day, released_on=day, release_paper="02/ĐK"),
        ),
        history={"reviewing": frozenset({"reviewing.opinions.asking"})},
        pulls={"submit": 1, "return": 2},
        people={"specialist": frozenset({"an", "bình"})},
        results={"ballot": {"passed": True, "yes": 9, "needed": 9}},
        marks={"overdue": day},
        result="granted",
        resolved_on=day,
    )


def event_after(head: Head, at: datetime, **parts: Any) -> Event:
    """Return the next event of a stream."""
    draft = EventDraft(
        type=parts.pop("type", "dossier_moved"),
        actor={"subject": "s-7f", "acting_as": "specialist"},
        effective_on=at.date(),
        cause={"act": uuid7(), "event": None},
        **parts,
    )
    return build_event(LOG, head, draft, event_id=uuid7(), recorded_at=at, salts=salt)


def moved(loaded: Loaded, to: str = "submitted", **parts: Any) -> Change:
    """Return the change that one act makes: the dossier is now in state `to`."""
    event = event_after(loaded.head, loaded.now, data={"to": to}, personal={"reason": "vì thế"})
    fields = parts.pop("dossier", {})
    return Change(
        **{
            "dossier": replace(
                loaded.dossier,
                version=loaded.dossier.version + 1,
                configuration=frozenset({to}),
                **fields,
            ),
            "expected": loaded.dossier.version,
            "events": (event,),
            "tasks": (),
            "next_rung_at": None,
            "due_on": None,
            "due_at": None,
            **parts,
        }
    )


def task_row(id: str = "", **parts: Any) -> TaskRow:
    """Return an open task."""
    return TaskRow(
        **{
            "id": id or uuid7(),
            "state": "submitted",
            "role": "reception",
            "do": "check",
            "org": "ubnd-tinh",
            "opened_at": START,
            "due_on": date(2026, 3, 10),
            "due_at": START + timedelta(days=8),
            "latest_start_at": START + timedelta(days=7),
            "escalated_from": None,
            "stopped": False,
            **parts,
        }
    )


def letter(event: str, number: str | None = "12/TB") -> LetterIssued:
    """Return a letter that an event issued."""
    order = LetterOrder(
        key="receipt",
        template="receipt",
        per="dossier",
        register="tb",
        number=None,
        dated_on=date(2026, 3, 2),
        org="ubnd-tinh",
    )
    return LetterIssued(id=uuid7(), order=order, number=number, event=event, first=event)


def number(value: int, kind: str = "qd", org: str = "phong-noi-vu") -> NumberTaken:
    """Return a number of the year in which the stories begin."""
    return NumberTaken(org=org, kind=kind, year=2026, number=value)


_TABLES = {
    "values": "personal_values",
    "firings": "rung_firings",
    "people": "submission_people",
    "uses": "initiative_uses",
}


@dataclass
class World:
    """One store and what it has written, whichever kind it is."""

    store: DraftingStore
    clock: StoryClock
    database: Database | None = None
    again: Callable[[], DraftingStore] = field(kw_only=True)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """Return the rows of a table; instants and days as text."""
        if self.database is None:
            assert isinstance(self.store, FakeStore)
            if table in self.store.lists:
                return list(self.store.lists[table])
            return list(self.store.tables[table].values())
        with self.database.read() as connection:
            found = connection.execute(select(schema.metadata.tables[_TABLES.get(table, table)]))
            return [{k: _plain(v) for k, v in row._mapping.items()} for row in found]

    def everything(self) -> dict[str, list[dict[str, Any]]]:
        """Return all rows of all tables, to be compared with a later look."""
        names = ["dossiers", "events", "values", "tasks", "firings", "letters", "outbox"]
        names += ["numbers", "number_registers", "awards", "answers", "incidents"]
        return {name: sorted(self.rows(name), key=repr) for name in names}

    def submitted(self, **fields: Any) -> Dossier:
        """Store a draft, let it be submitted, and return it."""
        draft = self.store.create_draft(new_draft(**fields))
        loaded = self.store.load(draft.id, "an", None)
        change = moved(loaded)
        self.store.commit(change)
        return change.dossier


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return stamp(value)
    return value.isoformat() if isinstance(value, date) else value


def in_parallel(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Run `work(0)` … `work(count - 1)` at once; return what each returned or raised."""
    results: list[Any] = [None] * count
    start = threading.Barrier(count)

    def run(index: int) -> None:
        start.wait()
        try:
            results[index] = work(index)
        except Exception as error:
            results[index] = error

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def sqlite_world(url: str) -> Iterator[World]:
    """Give a world on a fresh SQLite file."""
    from adapters.storage.database import open_database

    return _sql_world(open_database(url))


def postgres_world(url: str) -> Iterator[World]:
    """Give a world on a PostgreSQL database."""
    from adapters.storage.database import open_database

    return _sql_world(open_database(url, pool_size=8))


def _sql_world(database: Database) -> Iterator[World]:
    from adapters.storage.migrate import migrate
    from adapters.storage.store import SqlStore

    migrate(database)
    clock = StoryClock(START)
    try:
        yield World(
            SqlStore(database, clock), clock, database, again=lambda: SqlStore(database, clock)
        )
    finally:
        database.close()


def fake_world() -> World:
    """Return a world in memory."""
    clock = StoryClock(START)
    store = FakeStore(clock)
    return World(store, clock, again=lambda: store)
