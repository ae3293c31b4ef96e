"""What one load yields, from whichever database: the columns below, in this order."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from engine.ports import Answer, AwardRow, Loaded
from engine.state_json import from_json
from engine.trail import ZERO, Head

Found = tuple[Any, ...]
"""body, version, revision, stream, head_hash, head_recorded_at, now, fingerprint and body of the
stored answer, awards and registers (JSON text, arrays of arrays)."""


def loaded(row: Found, principal: str, key: str | None) -> Loaded:
    """Return what a load found, as the engine wants it."""
    (
        body,
        version,
        revision,
        stream,
        head_hash,
        head_recorded_at,
        now,
        fingerprint,
        answered,
        awards,
        registers,
    ) = row
    return Loaded(
        dossier=replace(from_json(json.loads(body)), version=version, revision=revision),
        now=_instant(now),
        head=Head(
            stream=stream,
            seq=version,
            prev=head_hash or ZERO,
            recorded_at=_instant(head_recorded_at) if head_recorded_at else None,
        ),
        answer=(
            Answer(principal=principal, key=key, fingerprint=fingerprint, body=answered)
            if key is not None and fingerprint is not None
            else None
        ),
        awards=tuple(
            AwardRow(award=award, year=year)
            for award, year in sorted(json.loads(awards or "[]"), key=lambda row: row[::-1])
        ),
        registers={
            (org, kind, year): following
            for org, kind, year, following in json.loads(registers or "[]")
        },
    )


def _instant(at: str | datetime) -> datetime:
    return (datetime.fromisoformat(at) if isinstance(at, str) else at).astimezone(UTC)
