"""What one commit writes: events in canonical bytes, numbers, letters, tasks, all that follows."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from engine.bonus import Bonus
from engine.calendar import TZ, Calendar
from engine.copying import replace
from engine.definition import SYSTEM, FieldType, Procedure
from engine.delta import delta
from engine.dossier import Dossier, Paper
from engine.facts import period_of
from engine.initiatives import initiatives_of
from engine.levels import current
from engine.measurement import measurements
from engine.numbers import Numbers, numbered
from engine.outcome import Outcome
from engine.places import root_of
from engine.ports import AwardGiven, Change, Ids, InitiativeUsed, LetterIssued, Loaded
from engine.rungs import next_rung_at
from engine.state_json import to_json, to_json_after
from engine.tasks import governing, task_rows
from engine.text import Text
from engine.trail import Event, EventDraft, build_event


def change_of(
    procedure: Procedure,
    loaded: Loaded,
    outcomes: tuple[Outcome, ...],
    *,
    calendar: Calendar,
    ids: Ids,
    numbers: Numbers | None = None,
) -> Change:
    """Return everything that these outcomes write, numbered and in canonical bytes.

    Args:
        numbers: registers from which dossiers of the same commit have taken before; None: those
            that were loaded, untouched.

    Raises:
        NotCanonical: something does not fit into an event.
    """
    numbers = Numbers(loaded.registers) if numbers is None else numbers
    numbers.know(loaded.dossier, loaded.submission_code)
    taken = len(numbers.taken)
    head = loaded.head
    dossier = loaded.dossier
    before = dossier if dossier.version else None
    state = to_json(dossier) if loaded.state is None else loaded.state
    events: list[Event] = []
    letters: list[LetterIssued] = []
    awards: list[AwardGiven] = []
    for outcome in outcomes:
        event_id = ids.uuid7()
        after, issued = numbered(outcome, numbers, event_id, ids, loaded.now)
        after = replace(after, version=head.seq + 1)
        given = _awards(procedure, outcome, after, issued, event_id)
        new = to_json_after(after, dossier, state)
        draft = _draft(procedure, outcome, before, after, state, new, issued, given)
        event = build_event(
            after.log,
            head,
            draft,
            event_id=event_id,
            recorded_at=loaded.now,
            salts=ids.salt,
        )
        head = event.head
        events.append(event)
        letters += issued
        awards += given
        before = dossier = after
        state = new
    measured = current(procedure, dossier)
    due = governing(dossier, measured.key if measured else None, calendar)
    return Change(
        dossier=dossier,
        state=state,
        expected=loaded.dossier.version,
        events=tuple(events),
        tasks=task_rows(procedure, dossier, calendar),
        next_rung_at=next_rung_at(procedure, dossier, calendar),
        due_on=due[0],
        due_at=due[1],
        firings=tuple((o.firing, e.id) for o, e in zip(outcomes, events, strict=True) if o.firing),
        letters=tuple(letters),
        notices=tuple((n, e.id) for o, e in zip(outcomes, events, strict=True) for n in o.notices),
        numbers=numbers.taken[taken:],
        awards=tuple(awards),
        used=_used(procedure, dossier, awards),
        incidents=tuple(text for o in outcomes for text in o.incidents),
        measured=measurements(procedure, loaded.dossier, dossier, calendar) if events else (),
        codes=tuple(
            (org, code)
            for org, code in dossier.codes.items()
            if org not in loaded.dossier.codes and code != dossier.received_code
        ),
        people=tuple(
            (role, person)
            for role, acted in dossier.people.items()
            for person in sorted(acted - loaded.dossier.people.get(role, frozenset()))
        ),
    )


def noted(
    dossier: Dossier,
    type: str,
    facts: Mapping[str, object],
    files: tuple[Paper, ...],
    act: str,
    at: datetime,
) -> Outcome:
    """Return the outcome in which the system only says something of a dossier."""
    place = sorted(dossier.configuration)
    return Outcome(
        before=dossier,
        dossier=dossier,
        type=type,
        facts={**facts, "from": place, "to": place},
        personal={},
        actor={
            "subject": SYSTEM,
            "acting_as": SYSTEM,
            "org": dossier.holder,
            "on_behalf_of": None,
            "auth": "",
            "session": "",
        },
        effective_on=at.astimezone(TZ).date(),
        effective_at=None,
        act_id=act,
        rules={},
        files=files,
    )


def _draft(
    procedure: Procedure,
    outcome: Outcome,
    before: Dossier | None,
    after: Dossier,
    old: Mapping[str, Any],
    new: Mapping[str, Any],
    letters: list[LetterIssued],
    awards: list[AwardGiven],
) -> EventDraft:
    change = delta(procedure, old if before is not None else {}, new)
    personal = {**change.personal, **outcome.personal}
    data: dict[str, object] = {**outcome.facts, "change": change.as_data()}
    for award in awards:
        if award.bonus is not None:
            data["bonus"] = award.bonus.told()
    if letters:
        data["letters"] = [
            {
                "id": one.id,
                "key": one.order.key,
                "register": one.order.register,
                "number": one.number,
                "template": one.order.template,
                "dated_on": one.order.dated_on.isoformat(),
                # A letter for many is told of where it begins: in the stream of its first dossier.
                **({"place": one.place, "first": one.first} if one.place > 1 else {}),
            }
            for one in letters
        ]
        # What a letter says follows from the dossier at this moment; the digest is committed to,
        # because an open digest of few unknown words could be guessed.
        state = hashlib.sha256(json.dumps(new, sort_keys=True).encode()).hexdigest()
        for index in range(len(letters)):
            personal[f"letters.{index}.data"] = state
    known = {p.sha256 for papers in (before.documents if before else {}).values() for p in papers}
    added = {p.sha256: p for papers in after.documents.values() for p in papers}
    return EventDraft(
        type=outcome.type,
        actor=outcome.actor,
        effective_on=outcome.effective_on,
        effective_at=outcome.effective_at,
        cause={"act": outcome.act_id, "event": outcome.cause},
        rules=outcome.rules,
        data=data,
        personal=personal,
        files=[
            {"sha256": p.sha256, "size": p.size, "media_type": p.media_type}
            for p in (*added.values(), *outcome.files)
            if p.sha256 not in known
        ],
    )


def _awards(
    procedure: Procedure,
    outcome: Outcome,
    dossier: Dossier,
    letters: list[LetterIssued],
    event: str,
) -> list[AwardGiven]:
    if not outcome.registers_award or procedure.award_field is None:
        return []
    award = dossier.data.get(procedure.award_field)
    deed = next((one.number for one in letters if one.number), None)
    if not isinstance(award, str):
        return []
    since, until = period_of(procedure, dossier)
    decided_on = letters[0].order.dated_on if letters else outcome.effective_on
    if procedure.deed is not None:
        number, on = (dossier.data.get(key) for key in procedure.deed)
        deed = number if isinstance(number, str) else deed
        decided_on = date.fromisoformat(on) if isinstance(on, str) else decided_on
    return [
        AwardGiven(
            award=award,
            year=(until or outcome.effective_on).year,
            deed=deed or "",
            decided_on=decided_on,
            event=event,
            label=procedure.fields[procedure.award_field].choices.get(award, Text(award, award)),
            period_from=since,
            period_until=until,
            level=_decided_at(procedure, outcome, dossier),
            org=dossier.holder,
            type=procedure.award_type.value if procedure.award_type else "",
            bonus=bonus_of(procedure, dossier, decided_on),
        )
    ]


def _used(
    procedure: Procedure, dossier: Dossier, awards: list[AwardGiven]
) -> tuple[InitiativeUsed, ...]:
    rule = procedure.initiatives
    if rule is None:
        return ()
    return tuple(
        InitiativeUsed(initiative=one, used_for=rule.classes[given.award], given=given)
        for given in awards
        if given.award in rule.classes
        for one in initiatives_of(rule, dossier.data)
    )


def bonus_of(procedure: Procedure, dossier: Dossier, on: date) -> Bonus | None:
    """Return what goes with the award that a dossier proposes, if it is decided on a local day."""
    award = dossier.data.get(procedure.award_field or "")
    parties = (
        dossier.data.get(field.key)
        for field in procedure.fields.values()
        if field.type is FieldType.PARTY
    )
    party = next((one for one in parties if isinstance(one, Mapping)), {})
    rate = procedure.bonus.get(award) if isinstance(award, str) else None
    return procedure.bonuses.bonus(rate, str(party.get("kind")), on) if rate else None


def _decided_at(procedure: Procedure, outcome: Outcome, dossier: Dossier) -> str:
    """Return on whose level it was decided; what is decided outside is entered by the holder."""
    level = procedure.states[root_of(outcome.before.configuration)].at
    if level is not None and dossier.levels.get(level) in dossier.outside:
        return level
    return next((name for name, org in dossier.levels.items() if org == dossier.holder), "")
