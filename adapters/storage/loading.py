"""What one load yields, from whichever database: the columns below, in this order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from engine.copying import replace
from engine.definition import UsedFor
from engine.initiatives import Initiative, UsedRow
from engine.ports import Answer, AwardRow, Loaded, LoadedMany
from engine.state_json import from_json
from engine.trail import ZERO, Head

Found = tuple[Any, ...]
"""body, version, revision, stream, head_hash, head_recorded_at, now, fingerprint and body of the
stored answer, awards and registers, people of the submission (JSON text, arrays of arrays), code
of the submission, initiatives used (as the awards)."""


def loaded(row: Found, principal: str, key: str | None) -> Loaded:
    """Return what a load found, as the engine wants it."""
    now, fingerprint, answered, _, registers = row[6:11]
    found = _loaded(row, _registers(registers), _instant(now))
    return replace(found, answer=_answer(principal, key, fingerprint, answered))


def loaded_many(
    rows: Iterable[Found], refs: Sequence[str], principal: str, key: str | None
) -> LoadedMany:
    """Return what a load of many found: first the row of the batch, then one for each dossier.

    Before the columns of `Found` stands the place in `refs`, from 1; 0 for the row of the batch,
    which alone holds the instant, the stored answer and the registers.
    """
    by_place = {row[0]: row[1:] for row in rows}
    now, fingerprint, answered, _, registers = by_place[0][6:11]
    common = (_registers(registers), _instant(now))
    return LoadedMany(
        loaded=tuple(
            _loaded(by_place[place], *common) if place in by_place else None
            for place in range(1, len(refs) + 1)
        ),
        answer=_answer(principal, key, fingerprint, answered),
    )


def _loaded(row: Found, registers: Mapping[tuple[str, str, int], int], now: datetime) -> Loaded:
    body, version, revision, stream, head_hash, head_recorded_at = row[:6]
    awards, people, code = row[9], row[11], row[12]
    state = json.loads(body)
    return Loaded(
        state=state,
        dossier=replace(
            from_json(state),
            version=version,
            revision=revision,
            beside=_people(people),
        ),
        now=now,
        head=Head(
            stream=stream,
            seq=version,
            prev=head_hash or ZERO,
            recorded_at=_instant(head_recorded_at) if head_recorded_at else None,
        ),
        awards=tuple(
            AwardRow(award=award, year=year, deed=deed)
            for award, year, deed in sorted(_array(awards), key=lambda row: row[::-1])
        ),
        used=tuple(
            sorted(
                (_use(*one) for one in json.loads(row[13] or "[]")),
                key=lambda one: (one.year, one.deed, one.award, one.initiative.decision),
            )
        ),
        registers=registers,
        submission_code=code,
    )


def _use(
    decision: str, title: str, award: str, used_for: str, year: int, deed: str, dossier: str | None
) -> UsedRow:
    return UsedRow(
        initiative=Initiative(decision=decision, title=title),
        award=award,
        used_for=UsedFor(used_for),
        year=year,
        deed=deed,
        dossier=dossier,
    )


def _answer(
    principal: str, key: str | None, fingerprint: str | None, body: str | None
) -> Answer | None:
    if key is None or fingerprint is None or body is None:
        return None
    return Answer(principal=principal, key=key, fingerprint=fingerprint, body=body)


def _registers(found: str | None) -> dict[tuple[str, str, int], int]:
    return {(org, kind, year): following for org, kind, year, following in _array(found)}


def _people(found: str | None) -> dict[str, frozenset[str]]:
    told: dict[str, set[str]] = {}
    for role, person in _array(found):
        told.setdefault(role, set()).add(person)
    return {role: frozenset(persons) for role, persons in told.items()}


def _array(found: str | None) -> list[Any]:
    # Most dossiers have none of what could be told.
    return [] if found in (None, "[]") else json.loads(found)


def _instant(at: str | datetime) -> datetime:
    return (datetime.fromisoformat(at) if isinstance(at, str) else at).astimezone(UTC)
