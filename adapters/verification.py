"""Verifying a whole database: every stream, every opened value, every file, every dossier row."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, select

from adapters.files import FileStore
from adapters.storage import schema as t
from adapters.storage.database import Database
from adapters.storage.rows import dossier_columns, subject_of
from engine.canonical import parse_canonical
from engine.commitment import Opening
from engine.dossier import Dossier
from engine.errors import BangVangError
from engine.fold import fold
from engine.state_json import from_json
from engine.text import Text
from engine.trail import StoredEvent, TrailFinding, verify_stream

_OWN = ("id", "log", "code", "procedure", "owner", "created_by")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a verification."""

    streams: int
    events: int
    findings: tuple[TrailFinding, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.findings


def verify_database(
    db: Database,
    files: FileStore,
    stream: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Verdict:
    """Recompute everything from what is stored; the first thing wrong in each stream is named.

    Beyond the stream itself: a submitted dossier must have its stream, must be what its events
    fold to, and the files that events name must be kept unchanged.

    Args:
        stream: only this one.
        progress: is told how many streams of how many are done.
    """
    findings: list[TrailFinding] = []
    streams = events = 0
    with db.read() as c:
        names = _streams(c, stream)
        for name in names:
            if progress is not None:
                progress(streams, len(names))
            streams += 1
            stored, openings = _stored(c, name), _openings(c, name)
            events += len(stored)
            findings += _check(c, files, name, stored, openings)
    return Verdict(streams=streams, events=events, findings=tuple(findings))


def _streams(c: Connection, only: str | None) -> list[str]:
    """Return the streams that events name, and those that dossiers say they have."""
    names = set(c.execute(select(t.events.c.stream).distinct()).scalars())
    names |= set(c.execute(select(t.dossiers.c.stream).where(t.dossiers.c.version > 0)).scalars())
    return sorted(name for name in names if only is None or name == only)


def _check(
    c: Connection,
    files: FileStore,
    stream: str,
    stored: list[StoredEvent],
    openings: list[Opening],
) -> list[TrailFinding]:
    row = c.execute(select(t.dossiers).where(t.dossiers.c.stream == stream)).first()
    version = row.version if row is not None else None
    found = list(verify_stream(stored, openings, stream=stream, version=version))
    if found:
        return found
    missing = _files(files, stream, stored)
    if missing is not None:
        return [missing]
    if row is not None:
        differs = _state(stream, stored, openings, row)
        if differs is not None:
            return [differs]
    return []


def _files(files: FileStore, stream: str, stored: list[StoredEvent]) -> TrailFinding | None:
    for event in stored:
        for file in parse_canonical(event.body)["files"]:
            if not files.intact(file["sha256"]):
                return TrailFinding(
                    stream=stream,
                    seq=event.seq or 0,
                    code="file_differs",
                    message=Text(
                        f"Tệp {file['sha256']} không còn hoặc đã bị thay đổi.",
                        f"The file {file['sha256']} is missing or was changed.",
                    ),
                )
    return None


def _state(
    stream: str, stored: list[StoredEvent], openings: list[Opening], row: Row[Any]
) -> TrailFinding | None:
    opened: dict[str, list[tuple[str, object]]] = {}
    for opening in openings:
        opened.setdefault(opening.event_id, []).append((opening.path, opening.value))
    try:
        events = [parse_canonical(event.body) for event in stored]
        folded = fold([(event, opened.get(event["id"], [])) for event in events])
        differing = [] if folded == _kept(row) else ["body"]
        differing += _columns(folded, stored[-1].hash, row)
    except (BangVangError, ValueError, KeyError, TypeError):
        # What cannot even be read is not what the events yield.
        differing = ["body"]
    if not differing:
        return None
    return TrailFinding(
        stream=stream,
        seq=row.version,
        code="state_differs",
        message=Text(
            "Hồ sơ đang lưu không phải là kết quả của các sự kiện trong luồng: "
            f"{', '.join(differing)}.",
            "The dossier as it is stored is not what the events of its stream yield: "
            f"{', '.join(differing)}.",
        ),
    )


def _kept(row: Row[Any]) -> Dossier:
    return replace(from_json(json.loads(row.body)), version=row.version)


def _columns(dossier: Dossier, head: str, row: Row[Any]) -> list[str]:
    """Return the columns that are not what the dossier yields: lists and rights rest on them."""
    expected = {
        **dossier_columns(dossier, subject_of),
        **{name: getattr(dossier, name) for name in _OWN},
        "head_hash": head,
    }
    # A draft's revision is no matter of the trail, and the body was compared as a value.
    del expected["revision"], expected["body"]
    return [name for name, value in expected.items() if _text(row._mapping[name]) != _text(value)]


def _text(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _stored(c: Connection, stream: str) -> list[StoredEvent]:
    e = t.events.c
    query = select(t.events).where(e.stream == stream).order_by(e.seq)
    return [
        StoredEvent(
            body=bytes(row.body),
            hash=row.hash,
            stream=row.stream,
            seq=row.seq,
            id=row.id,
            type=row.type,
            log=row.log,
            prev=row.prev,
            recorded_at=row.recorded_at,
        )
        for row in c.execute(query)
    ]


def _openings(c: Connection, stream: str) -> list[Opening]:
    v = t.personal_values.c
    query = (
        select(v.event, v.path, v.salt, v.value)
        .join(t.events, t.events.c.id == v.event)
        .where(t.events.c.stream == stream)
    )
    return [
        Opening(event_id=r.event, path=r.path, salt=bytes(r.salt), value=json.loads(r.value))
        for r in c.execute(query)
    ]
