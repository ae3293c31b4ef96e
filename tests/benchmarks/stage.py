"""The stage on which acts are measured: many dossiers of the provincial award under review.

One dossier goes from draft to review through the engine itself, and one further through the acts
that are measured; the others are copies of their rows under names of their own.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select

from adapters.bootstrap import build
from adapters.ids import RandomIds
from adapters.settings import Settings
from adapters.storage import schema as t
from adapters.storage.rows import CommitRows, commit_rows, subject_of
from adapters.storage.store import SqlStore
from engine.calendar import TZ
from engine.decide import open_draft
from engine.dossier import Actor, Dossier, Grant, Paper
from engine.ports import Change, TaskRow
from engine.runtime import Ask, Engine

UNIT, PROVINCE = "so-giao-duc", "tinh"
LOG = "bench/tdkt/2026"


def _person(name: str, role: str, org: str) -> Actor:
    grant = Grant(role=role, org=org, covers=frozenset({org}))
    return Actor(person=name, grants=(grant,), auth="password", session="5" * 64)


SUBMITTER = _person("an", "submitter", UNIT)
RECEPTION = _person("binh", "reception", PROVINCE)
SPECIALIST = _person("chi", "specialist", PROVINCE)

DATA: Mapping[str, object] = {
    "award": "merit",
    "commendation_type": "regular",  # asked by newer editions only
    "nominee": {
        "kind": "individual",
        "name": "Nguyễn Thị Hồng Nhung",
        "birth_year": 1984,
        "gender": "female",
        "position": "Tổ trưởng chuyên môn",
        "unit": "Trường Trung học cơ sở Lê Văn Thiêm",
    },
    "period": {"from": "2023-09-01", "until": "2025-08-31"},
    "achievement": "Hai năm liên tục hoàn thành xuất sắc nhiệm vụ, hai sáng kiến được áp dụng",
    "excellent_years": 2,
    "initiatives": 2,
}
PAPERS = ("submission", "report", "minutes", "initiative_recognition")


def _opinion(agency: str) -> dict[str, object]:
    return {"opinions": {"agency": agency, "stance": "agree", "on": "2026-10-05"}}


# The consultation of one dossier: clocks and tasks begin and end, a condition holds, no number.
STEPS: tuple[tuple[str, Mapping[str, object]], ...] = (
    ("ask", {"agencies": "Thanh tra tỉnh; Thuế tỉnh", "agencies_count": 2}),
    ("record_opinion", _opinion("Thanh tra tỉnh")),
    ("record_opinion", _opinion("Thuế tỉnh")),
    ("close_opinions", {}),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What one act wrote: the rows of the commit, and which tasks it closed or touched."""

    rows: CommitRows
    touched: tuple[str, ...]
    closed: tuple[str, ...]
    act: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A dossier under review to copy, as rows; and what the measured acts write on another one.

    Attributes:
        names: the texts that stand for the one dossier, in the order id, code, stream, received
            code, act of acceptance; `told_names` those of the other.
    """

    url: str
    dossier: Mapping[str, Any]
    submission: Mapping[str, Any]
    tasks: tuple[Mapping[str, Any], ...]
    names: tuple[str, ...]
    told: tuple[Written, ...]
    told_names: tuple[str, ...]


class _Recorder(SqlStore):
    """A store that also remembers what it was told to write."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.written: list[Written] = []
        self._open: dict[str, TaskRow] = {}

    def commit(self, change: Change) -> None:
        """Remember, then write."""
        super().commit(change)
        now = {task.id: task for task in change.tasks}
        touched = tuple(key for key, task in now.items() if self._open.get(key) != task)
        closed = tuple(key for key in self._open if key not in now)
        self._open = now
        rows = commit_rows(change, subject_of, None)
        act = json.loads(change.events[-1].body)["cause"]["act"]
        self.written.append(Written(rows=rows, touched=touched, closed=closed, act=act))


def prepare(url: str, folder: Path) -> Stage:
    """Fill an empty database with the catalogue and two dossiers, and read them."""
    app = build(Settings(data=folder, database=url, log="bench/tdkt"))
    parts = app.parts
    try:
        store = _Recorder(parts.db)
        engine = Engine(store, parts.editions, parts.calendars, parts.ids)
        first = _under_review(store, engine, parts)
        second = _under_review(store, engine, parts)
        accepted = store.written[-1].act
        before = len(store.written)
        for trigger, data in STEPS:
            engine.act(ask(second.id, trigger, data))
        told = tuple(store.written[before:])
        with parts.db.read() as c:
            d, s, k = t.dossiers, t.submissions, t.tasks
            dossier = c.execute(select(d).where(d.c.id == first.id)).mappings().one()
            submission = c.execute(select(s).where(s.c.id == first.submission)).mappings().one()
            tasks = c.execute(select(k).where(k.c.dossier == first.id)).mappings().all()
        return Stage(
            url=url,
            dossier=dict(dossier),
            submission=dict(submission),
            tasks=tuple(dict(task) for task in tasks if task["closed_at"] is None),
            names=_names(first, store.written[1].act),
            told=told,
            told_names=_names(second, accepted),
        )
    finally:
        app.close()


def ask(ref: str, trigger: str, data: Mapping[str, object]) -> Ask:
    """Return what the specialist asks."""
    return Ask(ref=ref, trigger=trigger, actor=SPECIALIST, data=data)


def _under_review(store: _Recorder, engine: Engine, parts: Any) -> Dossier:
    today = datetime.now(TZ).date()
    procedure = parts.editions.in_force("provincial-award", today)
    draft = open_draft(
        procedure,
        id=RandomIds().uuid7(),
        stream="",
        log=LOG,
        code="",
        owner=UNIT,
        levels={"unit": UNIT, "province": PROVINCE},
        created_by="an",
        data={key: value for key, value in DATA.items() if key in procedure.fields},
    )
    ref = store.create_draft(replace(draft, agencies={PROVINCE: "H28"})).id
    papers = {
        key: (
            Paper(
                sha256=f"{at:064x}", size=80_000, media_type="application/pdf", name=f"{key}.pdf"
            ),
        )
        for at, key in enumerate(PAPERS)
    }
    engine.act(Ask(ref=ref, trigger="submit", actor=SUBMITTER, documents=papers))
    complete = {"received_complete_on": today.isoformat()}
    engine.act(Ask(ref=ref, trigger="accept", actor=RECEPTION, data=complete))
    return store.load(ref, "", None).dossier


def _names(dossier: Dossier, accepted: str) -> tuple[str, ...]:
    return (dossier.id, dossier.code, dossier.stream, dossier.received_code or "", accepted)


def fresh_names(stage: Stage, number: int) -> tuple[str, ...]:
    """Return the names of the copy with this number."""
    _, code, stream, received, _ = stage.names
    serial = f"{900_000 + number}"
    day = received.split("-")[1]
    return (
        str(uuid.uuid4()),
        f"{code[:-6]}{serial}",
        f"{stream[:-6]}{serial}",
        f"H28-{day}-{serial}-001",
        RandomIds().uuid7(),
    )


def copy_dossiers(stage: Stage, copies: Iterable[tuple[str, ...]], connection: Any) -> None:
    """Insert a copy of the dossier, its submission and its tasks under each of these names."""
    dossiers, submissions, tasks = [], [], []
    for names in copies:
        swap = dict(zip(stage.names, names, strict=True))
        swap[names_head(stage.names[3])] = names_head(names[3])
        dossiers.append(renamed(stage.dossier, swap))
        submissions.append({**renamed(stage.submission, swap), "draft_code": f"T-{names[1]}"})
        tasks += [renamed(task, swap) for task in stage.tasks]
    connection.execute(insert(t.submissions), submissions)
    connection.execute(insert(t.dossiers), dossiers)
    connection.execute(insert(t.tasks), tasks)


def names_head(received: str) -> str:
    """Return the code of the submission that a received code belongs to."""
    return received.rpartition("-")[0]


def renamed(row: Mapping[str, Any], swap: Mapping[str, str]) -> dict[str, Any]:
    """Return the row with every name replaced, in texts and in bytes."""
    return {key: _renamed(value, swap) for key, value in row.items()}


def _renamed(value: Any, swap: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        for old, new in swap.items():
            value = value.replace(old, new)
    elif isinstance(value, bytes):
        for old, new in swap.items():
            value = value.replace(old.encode(), new.encode())
    return value


def in_any_order(count: int, steps: int, seed: int) -> list[tuple[int, int]]:
    """Return (which, step) for every step of `count` things picked at random; steps in order."""
    picks = [which for which in range(count) for _ in range(steps)]
    random.Random(seed).shuffle(picks)
    done = [0] * count
    found = []
    for which in picks:
        found.append((which, done[which]))
        done[which] += 1
    return found
