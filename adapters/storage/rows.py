"""What one commit writes, as plain rows that both databases take.

Days and instants are ISO text (instants in UTC, of fixed width), structured values JSON text; the
only bytes are those of events and salts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from typing import Any

from adapters.storage.fold_text import fold, sort_key, subject_key
from adapters.storage.schema import stamp
from engine.dossier import Dossier
from engine.errors import VersionConflict
from engine.initiatives import Initiative
from engine.measurement import Measurement
from engine.ports import Answer, Change, ItemsMoved, Link, NumberTaken
from engine.state_json import to_json
from engine.trail import Event

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a dossier is about, as lists and the award register know them; `party` as it is told."""

    name: str
    key: str
    award: str
    party: Mapping[str, object] = field(default_factory=dict)


SubjectOf = Callable[[Dossier], Subject]


def subject_of(dossier: Dossier) -> Subject:
    """Return the first party in the dossier's data, and its field `award` if it has one."""
    award = dossier.data.get("award")
    for value in dossier.data.values():
        if isinstance(value, Mapping) and isinstance(value.get("name"), str):
            # PostgreSQL cannot keep NUL in text; no name needs it.
            name = str(value["name"]).replace("\0", "")
            proposed = award if isinstance(award, str) else ""
            return Subject(name, subject_key(value), proposed, value)
    return Subject("", "", award if isinstance(award, str) else "")


@dataclass(frozen=True, slots=True)
class CommitRows:
    """The rows of one commit; `dossier` holds the parameters of its update."""

    dossier: Row
    registers: list[Row]
    events: list[Row]
    values: list[Row]
    tasks: list[Row]
    firings: list[Row]
    letters: list[Row]
    letter_dossiers: list[Row]
    outbox: list[Row]
    numbers: list[Row]
    awards: list[Row]
    uses: list[Row]
    answers: list[Row]
    files: list[Row]
    incidents: list[Row]
    measurements: list[Row]
    people: list[Row]
    codes: list[Row]


_EMPTY: Row = {
    **dict.fromkeys(("id", "holder", "edition", "received_code", "received_on", "configuration")),
    **dict.fromkeys(("state_key", "body", "result", "resolved_on", "subject_key", "subject_name")),
    **dict.fromkeys(("name_folded", "sort_key", "award", "head_hash", "head_recorded_at", "now")),
    **dict.fromkeys(("due_on", "due_at", "next_rung_at", "submission_code")),
    **{"version": 0, "revision": 0, "expected": 0, "overdue": False},
}
LISTS = tuple(one.name for one in fields(CommitRows) if one.name != "dossier")
NO_ROWS = CommitRows(_EMPTY, *([] for _ in LISTS))
"""The update of a dossier that does not exist: changes nothing wherever it is tried."""


def commit_rows(change: Change, subject: SubjectOf, now: datetime | None) -> CommitRows:
    """Return the rows that a change writes; `now` is a story's clock, None the database's."""
    dossier = change.dossier
    last = change.events[-1].id if change.events else None
    about = subject(dossier)
    # A letter for many is one row, with its first dossier.
    new_letters = [letter for letter in change.letters if letter.place == 1]
    return CommitRows(
        dossier=_dossier_update(change, about, now),
        registers=_registers(change.numbers, dossier.code),
        events=[
            {
                "id": event.id,
                "stream": event.stream,
                "seq": event.seq,
                "log": event.log,
                "type": event.type,
                "body": event.body,
                "hash": event.hash,
                "prev": event.prev,
                "recorded_at": stamp(event.recorded_at),
            }
            for event in change.events
        ],
        values=[
            {
                "event": opening.event_id,
                "path": opening.path,
                "salt": opening.salt,
                "value": plain_json(opening.value),
            }
            for event in change.events
            for opening in event.openings
        ],
        tasks=[
            {
                "id": task.id,
                "state": task.state,
                "role": task.role,
                "org": task.org,
                "do": task.do,
                "opened_at": stamp(task.opened_at),
                "due_on": _day(task.due_on),
                "due_at": _at(task.due_at),
                "latest_start_at": _at(task.latest_start_at),
                "escalated_from": task.escalated_from,
                "stopped": task.stopped,
            }
            for task in change.tasks
        ],
        firings=[
            {
                "clock": firing.clock,
                "period": firing.period,
                "rung": firing.rung,
                "due_at": stamp(firing.due_at),
                "fired_at": stamp(firing.fired_at),
                "event": event,
                "skipped": firing.skipped,
            }
            for firing, event in change.firings
        ],
        letters=[
            {
                "id": letter.id,
                "event": letter.event,
                "key": letter.order.key,
                "template": letter.order.template,
                "edition": dossier.edition,
                "org": letter.order.org,
                "register": letter.order.register,
                "number": letter.number,
                "typed": letter.typed and letter.typed.key,
                "typed_year": letter.typed and letter.typed.year,
                "dated_on": letter.order.dated_on.isoformat(),
                "per": letter.order.per,
            }
            for letter in new_letters
        ],
        letter_dossiers=[
            {"letter": letter.id, "place": letter.place, "event": letter.event}
            for letter in change.letters
        ],
        outbox=[
            *(
                {
                    "kind": "render_letter",
                    "event": letter.event,
                    "payload": plain_json({"letter": letter.id}),
                }
                for letter in new_letters
            ),
            *(
                {
                    "kind": "notice",
                    "event": event,
                    "payload": plain_json(
                        {
                            "dossier": dossier.id,
                            "role": notice.role,
                            "org": notice.org,
                            "about": notice.about,
                            "facts": dict(notice.facts),
                        }
                    ),
                }
                for notice, event in change.notices
            ),
        ],
        numbers=[
            {"org": n.org, "kind": n.kind, "year": n.year, "number": n.number, "event": last}
            for n in change.numbers
        ],
        awards=[
            {
                **subject_columns(about.party),
                "award": award.award,
                "award_vi": award.label.vi,
                "award_en": award.label.en,
                "year": award.year,
                "period_from": _day(award.period_from),
                "period_until": _day(award.period_until),
                "level": award.level,
                "type": award.type,
                "deed": award.deed,
                "decided_on": award.decided_on.isoformat(),
                "bonus": award.bonus and award.bonus.amount,
                "org": award.org,
                "event": award.event,
            }
            for award in change.awards
        ],
        uses=[
            {
                "subject_key": about.key,
                **initiative_columns(one.initiative),
                "award": one.given.award,
                "used_for": one.used_for.value,
                "year": one.given.year,
                "deed": one.given.deed,
                "org": one.given.org,
                "event": one.given.event,
            }
            for one in change.used
        ],
        answers=[
            _answer(answer)
            for answer in (change.answer,)
            # Without a key nobody can ask for the answer again.
            if answer is not None and answer.key
        ],
        files=[file for event in change.events for file in _files(event)],
        incidents=[{"about": dossier.code, "detail": detail} for detail in change.incidents],
        measurements=[_measurement(dossier, one) for one in change.measured],
        people=[
            {"submission": dossier.submission, "role": role, "person": person}
            for role, person in change.people
        ],
        codes=[{"code": code, "org": org} for org, code in change.codes],
    )


def subject_columns(party: Mapping[str, object]) -> Row:
    """Return the columns by which the award register finds a person or a collective."""
    name, unit = (str(party.get(part) or "").replace("\0", "") for part in ("name", "unit"))
    born = party.get("birth_year")
    return {
        "subject_key": subject_key(party),
        "subject_name": name,
        "kind": str(party.get("kind") or ""),
        "birth_year": born if isinstance(born, int) else None,
        "unit": unit,
        "name_folded": fold(name),
        "unit_folded": fold(unit),
        "sort_key": sort_key(name),
    }


def initiative_columns(initiative: Initiative) -> Row:
    """Return the columns by which the register knows an initiative."""
    return {
        "decision": initiative.decision.replace("\0", ""),
        "recognised_on": _day(initiative.recognised_on),
        "title": initiative.title.replace("\0", ""),
        "title_folded": initiative.folded,
    }


def dossier_columns(
    dossier: Dossier, subject: SubjectOf, state: Mapping[str, Any] | None = None
) -> Row:
    """Return the columns that follow from the dossier alone; `state` is its JSON, where known."""
    about = subject(dossier)
    return {
        "version": dossier.version,
        "revision": dossier.revision,
        "holder": dossier.holder,
        "edition": dossier.edition,
        "received_code": dossier.received_code,
        "received_on": _day(dossier.received_on),
        "configuration": plain_json(sorted(dossier.configuration)),
        "state_key": " ".join(sorted(dossier.configuration)),
        "body": plain_json(to_json(dossier) if state is None else state),
        "result": dossier.result,
        "resolved_on": _day(dossier.resolved_on),
        "subject_key": about.key,
        "subject_name": about.name,
        "name_folded": fold(about.name),
        "sort_key": sort_key(about.name),
        "award": about.award,
        "levels": plain_json(sorted(set(dossier.levels.values()))),
        "overdue": "overdue" in dossier.marks,
    }


def _dossier_update(change: Change, about: Subject, now: datetime | None) -> Row:
    dossier = change.dossier
    last = change.events[-1] if change.events else None
    received = dossier.received_code
    return {
        **dossier_columns(dossier, lambda _: about, change.state),
        "id": dossier.id,
        "expected": change.expected,
        "head_hash": last and last.hash,
        "head_recorded_at": last and stamp(last.recorded_at),
        "due_on": _day(change.due_on),
        "due_at": _at(change.due_at),
        "next_rung_at": _at(change.next_rung_at),
        "submission_code": received and received.rpartition("-")[0],
        "now": _at(now),
    }


def _measurement(dossier: Dossier, measured: Measurement) -> Row:
    how = measured.resolution
    return {
        "level": measured.level,
        "headline": measured.headline,
        "submission": dossier.submission,
        "procedure": dossier.procedure,
        "edition": dossier.edition,
        "owner": dossier.owner,
        "org": measured.org,
        "due_on": _day(measured.due_on),
        "due_at": _at(measured.due_at),
        "result": measured.result,
        "resolved_on": _day(measured.resolved_on),
        "verdict": how and how.verdict,
        "margin": how and how.margin,
        "unit": how and how.unit,
        "elapsed_days": how and how.elapsed_days,
    }


def _files(event: Event) -> list[Row]:
    """Return the files that an event brought in; from then on they are no orphans."""
    if b'"files":[]' in event.body:
        return []
    found: list[Row] = json.loads(event.body)["files"]
    return found


@dataclass(frozen=True, slots=True)
class ManyRows:
    """The rows of one commit of many dossiers, or of some of them.

    Attributes:
        opened: rows of the dossiers that the commit opens; see `linked.py`.
        dossiers: parameters of the update of each, in the order of the batch.
        lists: as the lists of `CommitRows`, by their names; each row names its `dossier`.
        ref: what to call the batch when it cannot be written.
        agenda: what is written of a session's items, or None.
    """

    dossiers: list[Row]
    lists: Mapping[str, list[Row]]
    ref: str
    agenda: ItemsMoved | None = None
    opened: Sequence[Row] = ()


PART = 200
"""Dossiers that are written at once: while the database writes some, the next are made ready."""


def many_rows(
    changes: Sequence[Change],
    answer: Answer | None,
    subject: SubjectOf,
    now: datetime | None,
    agenda: ItemsMoved | None = None,
) -> Iterator[ManyRows]:
    """Yield the rows that these changes and one answer write, in parts; `now` as `commit_rows`.

    What belongs to the batch as a whole is written once, with its first dossier, and the agenda
    after all of them.

    Raises:
        VersionConflict: the numbers of the changes do not continue one another.
    """
    first = changes[0].dossier
    numbers = [number for change in changes for number in change.numbers]
    registers = [{"dossier": first.id, **row} for row in _registers(numbers, first.code)]
    answers = [{"dossier": first.id, **_answer(answer)}] if answer is not None else []
    opened = [
        opened_row(change.dossier, change.link, subject, now)
        for change in changes
        if change.link is not None
    ]
    for begin in range(0, len(changes), PART):
        each = [commit_rows(change, subject, now) for change in changes[begin : begin + PART]]
        lists: dict[str, list[Row]] = {
            name: [
                {"dossier": one.dossier["id"], **row} for one in each for row in getattr(one, name)
            ]
            for name in LISTS
        }
        lists["people"] = list({tuple(row.items())[1:]: row for row in lists["people"]}.values())
        lists["registers"], lists["answers"] = ([], []) if begin else (registers, answers)
        yield ManyRows(
            dossiers=[{**one.dossier, "at": at} for at, one in enumerate(each, begin + 1)],
            lists=lists,
            ref=first.received_code or first.code,
            opened=() if begin else opened,
            agenda=agenda if begin + PART >= len(changes) else None,
        )


def opened_row(dossier: Dossier, link: Link, subject: SubjectOf, now: datetime | None) -> Row:
    """Return a dossier that is opened by another one as its row is inserted: without an event."""
    return {
        **dossier_columns(dossier, subject),
        **{"version": 0, "revision": 0, "id": dossier.id, "stream": dossier.stream},
        **{"log": dossier.log, "code": dossier.code, "submission": dossier.submission},
        **{"place": dossier.place, "procedure": dossier.procedure, "owner": dossier.owner},
        "created_by": dossier.created_by,
        # The code of a dossier names the year of its number.
        "year": int(dossier.code.split("-")[1]),
        "parent": link.parent,
        "event": link.event,
        "awaits": plain_json(link.awaits),
        "now": _at(now),
    }


def _answer(answer: Answer) -> Row:
    return {
        "principal": answer.principal,
        "key": answer.key,
        "fingerprint": answer.fingerprint,
        "body": answer.body,
    }


def _registers(numbers: Sequence[NumberTaken], ref: str) -> list[Row]:
    """Return for each register what its next number must be, and what it will be.

    Raises:
        VersionConflict: the numbers leave a gap.
    """
    taken: dict[tuple[str, str, int], list[NumberTaken]] = {}
    for number in numbers:
        taken.setdefault((number.org, number.kind, number.year), []).append(number)
    found = []
    for (org, kind, year), held in sorted(taken.items()):
        sequence = [n.number for n in held]
        first, following = sequence[0], sequence[-1] + 1
        if first < 1 or sequence != list(range(first, following)):
            # A gap would be written: the caller counted wrong, or counted on what has moved.
            raise VersionConflict(ref)
        found.append({"org": org, "kind": kind, "year": year, "first": first, "next": following})
    return found


def plain_json(value: object) -> str:
    return _PLAIN.encode(value)


# What is stored comes from JSON and holds no circle.
_PLAIN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


def _day(on: date | None) -> str | None:
    return None if on is None else on.isoformat()


def _at(at: datetime | None) -> str | None:
    return None if at is None else stamp(at)
