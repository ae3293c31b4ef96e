"""The protocol of a session on 1,000 dossiers: from the chair's signature to the answer.

Each dossier is a copy of one that waits for the council, each counted on; the last act loads the
session and all of them, decides each, and commits all in one transaction. Once for planning, then
the median of the next.
"""

import statistics
import tempfile
import time
from pathlib import Path

from adapters.bootstrap import Application, build
from adapters.demo_sessions import attendance, call_session
from adapters.settings import Settings
from adapters.storage.database import open_database
from engine.bulk import BulkAsk
from engine.dossier import Actor, Grant, Paper
from engine.runtime import Ask
from engine.session import Asked
from tests.benchmarks.bench_acts import CACHE
from tests.benchmarks.stage import (
    PROVINCE,
    SPECIALIST,
    copy_dossiers,
    fresh_names,
    prepare,
)
from tests.benchmarks.table import Row
from tests.postgres import Postgres

ITEMS = 1_000
ROUNDS = 3
WAY = (("waive", "not_needed"), ("appraise", ""), ("recommend", ""), ("put_on_agenda", ""))


def rows() -> list[Row]:
    """Measure PostgreSQL and SQLite."""
    server = Postgres(CACHE / "postgres")
    name = server.create()
    try:
        with tempfile.TemporaryDirectory() as folder:
            found = [_measure("PostgreSQL", server.url(name), Path(folder))]
    finally:
        server.drop(name)
        server.close()
    with tempfile.TemporaryDirectory() as folder:
        found.append(_measure("SQLite", f"sqlite:///{folder}/bench.sqlite", Path(folder)))
    return found


def _measure(what: str, url: str, folder: Path) -> Row:
    stage = prepare(url, folder)
    database = open_database(url)
    built = build(Settings(data=folder, database=url))
    try:
        names = [fresh_names(stage, n) for n in range(ITEMS * (ROUNDS + 1))]
        database.write(lambda connection: copy_dossiers(stage, names, connection))
        taken = []
        for at in range(ROUNDS + 1):
            ids = [one[0] for one in names[at * ITEMS : (at + 1) * ITEMS]]
            taken.append(_protocol(built, ids))
    finally:
        built.close()
        database.close()
    return Row(
        what=f"{what}: the protocol of a session on {ITEMS:,} dossiers",
        measured=f"{statistics.median(taken[1:]):.2f} s",
        promised="2 s",
    )


def _protocol(built: Application, ids: list[str]) -> float:
    engine = built.parts.engine
    head, secretary, chair = (_who(role) for role in ("head", "secretary", "chair"))
    for trigger, reason in WAY:
        actor = head if trigger == "put_on_agenda" else SPECIALIST
        told = engine.act_many(
            BulkAsk(refs=tuple(ids), trigger=trigger, actor=actor, reason=reason)
        )
        assert all(row.outcome == "done" for row in told.rows), (trigger, told.rows[0])
    code = call_session(built.parts, secretary, PROVINCE)

    def act(trigger: str, asked: Asked, actor: Actor = secretary, **more: object) -> None:
        engine.hold(Ask(ref=code, trigger=trigger, actor=actor, **more), asked)  # type: ignore[arg-type]

    act("put_items", Asked(dossiers=tuple(ids)))
    act("close_agenda", Asked())
    came = {"attendance": attendance(15, 0)}
    engine.act(Ask(ref=code, trigger="record_attendance", actor=secretary, data=came))
    act("record_ballots", Asked(ballots=tuple((one, {}) for one in ids)))
    paper = Paper(sha256="0" * 64, size=1, media_type="application/pdf", name="bien-ban.pdf")
    act("sign_minutes", Asked(), documents={"minutes": (paper,)})
    begun = time.perf_counter()
    act("sign_protocol", Asked(), chair)
    return time.perf_counter() - begun


def _who(role: str) -> Actor:
    grant = Grant(role=role, org=PROVINCE, covers=frozenset({PROVINCE}))
    return Actor(person=f"{role}-1", grants=(grant,), auth="password", session="5" * 64)
