"""From the decision on 441 names to its PDF: what whoever signed waits for.

The province is set up on SQLite and brings 441 nominations through reception, appraisal and a
session of the council; what is measured is the making of the letter out of their trails, as the
worker does it: 441 dossiers folded, the list set, the file kept, and the event that says so.
"""

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from adapters.storage import schema as t
from engine.bulk import BulkAsk
from tests.benchmarks.table import Row
from tests.province import NOMINATIONS, Ground, Province

NAMES = 441
ROUNDS = 3
PROMISED = 5


def rows() -> list[Row]:
    """Measure the letter, and an extract of one row."""
    with tempfile.TemporaryDirectory() as folder:
        ground = Ground(Path(folder), lambda: None)
        with ground.province("sqlite", Path(folder) / "data") as province:
            letter = _decided(province)
            maker: Any = province.application.parts.letters
            whole, pages = [], 0
            for _ in range(ROUNDS):
                begun = time.perf_counter()
                pages = maker.render(letter.id).pages
                whole.append(time.perf_counter() - begun)
                # As if it had not been made yet.
                province.application.parts.db.write(
                    lambda c: c.execute(update(t.letters).values(status="issued"))
                )
            begun = time.perf_counter()
            maker.extract(letter.id, [letter.dossier])
            extract = time.perf_counter() - begun
    return [
        Row(
            what=f"decision on {NAMES} names as a PDF of {pages} pages, SQLite",
            measured=f"{statistics.median(whole):.2f} s",
            promised=f"{PROMISED} s",
        ),
        Row(what="extract of one of its rows", measured=f"{extract:.2f} s"),
    ]


def _decided(province: Province) -> Any:
    codes = province.submitted_many(NOMINATIONS["merit"], NAMES)
    _all(province, codes, "tiep-nhan", "accept", data={"received_complete_on": "2025-11-03"})
    province.at("2025-11-05T08:00")
    _all(province, codes, "chuyen-vien", "waive", reason="not_needed")
    _all(province, codes, "chuyen-vien", "appraise")
    _all(province, codes, "chuyen-vien", "recommend")
    province.at("2025-11-06T09:00")
    _all(province, codes, "lanh-dao", "put_on_agenda")
    province.at("2025-11-07T15:00")
    tally = NOMINATIONS["merit"].tally
    with province.application.parts.db.read() as c:
        found = c.execute(select(t.dossiers.c.code, t.dossiers.c.received_code)).all()
    received = {row.code: row.received_code for row in found}
    province.session({received[code]: tally for code in codes})
    province.at("2025-11-12T09:00")
    data = {"decision_number": "3187/QĐ-UBND", "decision_on": "2025-11-12"}
    _all(province, codes, "chu-tich", "decide", data=data)
    with province.application.parts.db.read() as c:
        return c.execute(select(t.letters).where(t.letters.c.key == "decision")).one()


def _all(province: Province, codes: list[str], login: str, trigger: str, **asked: Any) -> None:
    ask = BulkAsk(refs=tuple(codes), trigger=trigger, actor=province.actor(login), **asked)
    answer = province.application.parts.engine.act_many(ask)
    assert all(row.outcome == "done" for row in answer.rows), answer.rows[0]
