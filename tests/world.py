"""A whole engine on a store in memory, in a time that the test tells."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from adapters.clock import StoryClock
from adapters.storage.fake import FakeStore
from engine.calendar import Calendar
from engine.canonical import parse_canonical
from engine.definition import Procedure
from engine.dossier import Actor, Dossier
from engine.fold import fold
from engine.ports import Answer, Change
from engine.runtime import Ask, Engine
from engine.trail import Opening, StoredEvent, verify_stream
from tests.procedures import CountedIds, calendar, local, paper, small
from tests.story import AN, BINH, CHI, DECISION, DUNG, GIANG, TALLY, draft


@dataclass
class Shelf:
    """Editions; the newest that binds on a day is in force."""

    editions: list[Procedure]

    def get(self, edition: str) -> Procedure:
        """Return the edition with this hash."""
        return next(e for e in self.editions if e.hash == edition)

    def in_force(self, procedure: str, on: date) -> Procedure | None:
        """Return the newest edition that binds on a day."""
        known = [e for e in self.editions if e.key == procedure and e.in_force_from <= on]
        return max(known, key=lambda e: e.in_force_from, default=None)


class Calendars:
    """The national calendar."""

    def current(self) -> Calendar:
        """Return it."""
        return calendar()


class WatchedStore(FakeStore):
    """A store that lets a test look at each change, and step in before it is written."""

    changes: list[Change]
    before_commit: Callable[[Change], None] | None = None
    locks: int

    def __init__(self, clock: StoryClock) -> None:
        """Begin empty."""
        super().__init__(clock)
        self.changes = []
        self.locks = 0

    def load(self, ref: str, principal: str, key: str | None, *, lock: bool = False) -> Any:
        """Load, and count the locks."""
        self.locks += lock
        return super().load(ref, principal, key, lock=lock)

    def commit(self, change: Change) -> None:
        """Let the test step in, then write."""
        if self.before_commit is not None:
            self.before_commit(change)
        super().commit(change)
        self.changes.append(change)


@dataclass
class World:
    """Dossiers of one procedure, and the engine that moves them."""

    procedure: Procedure = field(default_factory=small)
    starts: str = "2025-11-03"

    def __post_init__(self) -> None:
        """Open the office in the morning."""
        self.clock = StoryClock(local(self.starts))
        self.store = WatchedStore(self.clock)
        self.shelf = Shelf([self.procedure])
        self.ids = CountedIds()
        self.engine = Engine(self.store, self.shelf, Calendars(), self.ids)

    def draft(self, **data: object) -> Dossier:
        """Store a draft."""
        made = draft(self.procedure, data) if data else draft(self.procedure)
        return self.store.create_draft(replace(made, id=self.ids.uuid7(), stream=""))

    def at(self, when: str | datetime) -> None:
        """Move the clock on."""
        self.clock.move_to(local(when) if isinstance(when, str) else when)

    def wait(self, **by: float) -> None:
        """Move the clock on by a span."""
        self.clock.advance(timedelta(**by))

    def act(self, ref: str, trigger: str, actor: Actor, **more: Any) -> dict[str, Any]:
        """Act, and return the body of the answer."""
        answer = self.answer(ref, trigger, actor, **more)
        body: dict[str, Any] = json.loads(answer.body)
        return body

    def answer(self, ref: str, trigger: str, actor: Actor, **more: Any) -> Answer:
        """Act, and return the answer."""
        return self.engine.act(Ask(ref=ref, trigger=trigger, actor=actor, **more))

    def dossier(self, ref: str) -> Dossier:
        """Return the dossier as it is stored."""
        found: Dossier = self.store.load(ref, "", None).dossier
        return found

    def events(self, ref: str) -> list[dict[str, Any]]:
        """Return the dossier's events, parsed, oldest first."""
        return [parse_canonical(row["body"]) for row in self._rows(ref)]

    def bytes(self, ref: str) -> bytes:
        """Return the bytes of all events of the dossier."""
        return b"\n".join(row["body"] for row in self._rows(ref))

    def folded(self, ref: str) -> Dossier:
        """Return the dossier that its events yield."""
        opened = self.openings()
        return fold(
            (event, [(o.path, o.value) for o in opened if o.event_id == event["id"]])
            for event in self.events(ref)
        )

    def findings(self, ref: str) -> Sequence[object]:
        """Return what is wrong with the dossier's trail."""
        rows = self._rows(ref)
        ids = {row["id"] for row in rows}
        columns = ("body", "hash", "stream", "seq", "id", "type", "log", "prev")
        stored = [
            StoredEvent(
                **{key: row[key] for key in columns},
                recorded_at=datetime.fromisoformat(row["recorded_at"]),
            )
            for row in rows
        ]
        return verify_stream(
            stored,
            [o for o in self.openings() if o.event_id in ids],
            version=self.dossier(ref).version,
        )

    def incidents(self) -> list[str]:
        """Return what a person must look at."""
        return [row["detail"] for row in self.store.lists["incidents"]]

    def _rows(self, ref: str) -> list[dict[str, Any]]:
        stream = self.dossier(ref).stream
        rows = [row for row in self.store.tables["events"].values() if row["stream"] == stream]
        return sorted(rows, key=lambda row: int(row["seq"]))

    def openings(self) -> list[Opening]:
        """Return what opens all commitments."""
        return [
            Opening(
                event_id=row["event"],
                path=row["path"],
                salt=row["salt"],
                value=json.loads(row["value"]),
            )
            for row in self.store.tables["values"].values()
        ]


REPORT = {"report": (paper(),)}


def submitted(world: World) -> str:
    """Submit a dossier on 2025-11-03; return its id."""
    ref = world.draft().id
    world.act(ref, "submit", AN, documents=REPORT)
    return ref


def accepted(world: World) -> str:
    """Submit and accept a dossier on 2025-11-03; return its id."""
    ref = submitted(world)
    world.act(ref, "accept", BINH)
    return ref


def asked(world: World) -> str:
    """Go on to 2025-11-04 and ask agencies; return the id."""
    ref = accepted(world)
    world.at("2025-11-04")
    world.act(ref, "ask", CHI)
    return ref


def decided(world: World) -> str:
    """Go on to the decision on 2025-11-07; return the id."""
    ref = accepted(world)
    world.act(ref, "waive", CHI)
    world.act(ref, "appraise", CHI)
    world.act(ref, "propose", CHI, documents={"minutes": (paper(),)})
    world.act(ref, "record", DUNG, data={"tally": TALLY})
    world.at("2025-11-07")
    world.act(ref, "decide", GIANG, data=DECISION)
    return ref
