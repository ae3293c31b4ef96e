"""One act on many dossiers: each is decided alone, and what is allowed is written together.

Every dossier is judged as it stands before the batch; numbers are taken in the order of the list,
so that registers run without a gap. What is refused says why and does not stop the others, unless
the caller wants all or none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from engine.answers import etag, opened_json
from engine.calendar import Calendar
from engine.canonical import NotCanonical
from engine.copying import replace
from engine.decide import incident_of
from engine.definition import Procedure
from engine.dossier import Act, Actor, Dossier, Paper
from engine.errors import BadInput, BatchAborted, LinkNotPossible, NamedTwice, Refusal
from engine.initiatives import UsedRow, bearer_of
from engine.judging import Judged, judge
from engine.links import Opened
from engine.numbers import Numbers, WhoHolds
from engine.outcome import Outcome
from engine.ports import Answer, Change, Editions, Ids, Loaded, LoadedMany
from engine.text import Text
from engine.together import Beside, changes_of

DONE: Literal["done"] = "done"
REFUSED: Literal["refused"] = "refused"
CONFLICT: Literal["conflict"] = "conflict"

_UNKNOWN = Text("Không tìm thấy hồ sơ.", "There is no such dossier.")
_CHANGED = Text(
    "Hồ sơ đã thay đổi sau khi bạn xem. Hãy xem lại rồi thực hiện lại.",
    "The dossier is not as you saw it. Look again, then redo this.",
)
_OVERTAKEN = Text(
    "Có người vừa thay đổi hồ sơ này; chưa ghi gì. Hãy thực hiện lại.",
    "Somebody has just changed this dossier; nothing was written. Do this again.",
)
_ABORTED = Text(
    "Chưa thực hiện vì có hồ sơ khác trong danh sách bị từ chối.",
    "Not done, because another dossier of the list was refused.",
)
_TWICE = Text(
    "Hồ sơ đã có tên ở trên trong cùng danh sách.",
    "The dossier stands further up in the same list.",
)
_LINKED = Text(
    "Hồ sơ chính chờ kết quả này cũng thay đổi trong cùng danh sách; hãy thực hiện riêng.",
    "The dossier that waits for this result changes in the same list too; do this one alone.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAsk:
    """What a caller asks of many dossiers.

    Attributes:
        refs: ids, provisional codes or received codes; answered in this order.
        on_refusal: `skip`: do what is allowed; `abort`: do all or none.
        if_match: reference -> the ETag that the caller has seen, where that matters.
        key, fingerprint: idempotency key of the whole batch and SHA-256 (hex) of the request.
    """

    refs: tuple[str, ...]
    trigger: str
    actor: Actor
    reason: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    documents: Mapping[str, tuple[Paper, ...]] = field(default_factory=dict)
    effective_on: date | None = None
    ground: str = ""
    paper: str = ""
    on_refusal: Literal["skip", "abort"] = "skip"
    if_match: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    fingerprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRow:
    """What became of one reference.

    Attributes:
        outcome: `done`; `refused`, with the reason; `conflict`: changed by somebody else.
        code, text: of the reason, empty and None when done.
        done: what there is to tell of a dossier that moved: `dossier`, `code`, `received_code`,
            `version`, `event`, `state`, `result`, `letters`; nothing personal.
    """

    ref: str
    outcome: Literal["done", "refused", "conflict"]
    code: str = ""
    text: Text | None = None
    done: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAnswer:
    """What became of each reference, in the order of the request."""

    rows: tuple[BulkRow, ...]

    @property
    def any_done(self) -> bool:
        """Whether anything was done."""
        return any(row.outcome == DONE for row in self.rows)

    def overtaken(self) -> BulkAnswer:
        """Return the answer when nothing of this could be written after all."""
        rows = [
            _failed(row.ref, CONFLICT, "version_conflict", _OVERTAKEN)
            if row.outcome == DONE
            else row
            for row in self.rows
        ]
        return BulkAnswer(rows=tuple(rows))

    def to_json(self) -> str:
        """Return the text under which the answer is kept."""
        rows = [
            {
                "ref": row.ref,
                "outcome": row.outcome,
                "code": row.code,
                "text": [row.text.vi, row.text.en] if row.text else None,
                "done": row.done,
            }
            for row in self.rows
        ]
        return json.dumps({"rows": rows}, ensure_ascii=False)

    @classmethod
    def from_json(cls, kept: str) -> BulkAnswer:
        """Return the answer that was kept."""
        return cls(
            rows=tuple(
                BulkRow(**{**row, "text": Text(*row["text"]) if row["text"] else None})
                for row in json.loads(kept)["rows"]
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """All that a bulk act writes, and what is answered once it is written."""

    changes: tuple[Change, ...]
    answer: BulkAnswer

    def kept(self, principal: str, ask: BulkAsk) -> Answer | None:
        """Return the answer to keep: under a key, and if anything was done."""
        if not (ask.key and self.answer.any_done):
            return None
        return Answer(
            principal=principal,
            key=ask.key,
            fingerprint=ask.fingerprint,
            body=self.answer.to_json(),
        )


def judge_many(
    ask: BulkAsk,
    act: Act,
    found: LoadedMany,
    *,
    editions: Editions,
    calendar: Calendar,
    ids: Ids,
    beside: Beside,
    held: WhoHolds,
) -> Batch:
    """Return what the act brings about in each dossier; nothing is written.

    What fell due before stands, even where the act is refused and if all is given up. `beside`
    loads a dossier that waits for the end of one in the list; `held` knows who has a number.
    """
    writer = _Writer(editions, calendar, ids, found, beside, held)
    judged: list[Judged | None] = []
    acted: dict[str, dict[str, frozenset[str]]] = {}
    spent: dict[tuple[str, ...], tuple[UsedRow, ...]] = {}
    seen: set[str] = set()
    for ref, loaded in zip(ask.refs, found.loaded, strict=True):
        one: Judged | None = None
        if loaded is None:
            writer.told.append(_failed(ref, REFUSED, "unknown", _UNKNOWN))
        elif loaded.dossier.id in seen:
            writer.told.append(_refused(ref, NamedTwice(_TWICE)))
        elif ref in ask.if_match and ask.if_match[ref] != etag(loaded.dossier, calendar):
            writer.told.append(_failed(ref, CONFLICT, "state_changed", _CHANGED))
        else:
            one = judge(
                replace(act, id=ids.uuid7()),
                _heeding(_spending(loaded, spent), acted),
                editions=editions,
                calendar=calendar,
                new_id=ids.uuid7,
            )
            # At once, while what was worked out for this dossier is still at hand.
            before = len(writer.changes)
            writer.write(ref, one)
            _note_used(writer.changes[before:], spent)
            if not isinstance(one.found, Refusal):
                _note(one.found.dossier, acted)
        judged.append(one)
        if loaded is not None:
            seen.add(loaded.dossier.id)
    if ask.on_refusal == "abort" and any(row.outcome != DONE for row in writer.told):
        again = _Writer(editions, calendar, ids, found, beside, held)
        writer = _given_up(judged, writer.told, again)
    return Batch(changes=tuple(writer.changes), answer=BulkAnswer(rows=tuple(writer.told)))


def _heeding(loaded: Loaded, acted: Mapping[str, Mapping[str, frozenset[str]]]) -> Loaded:
    """Return the dossier as it stands once others of its submission have moved in this batch.

    Whoever acted there in one role is barred here from those that must stay separate from it.
    """
    dossier = loaded.dossier
    told = acted.get(dossier.submission)
    if told is None:
        return loaded
    if all(who <= dossier.beside.get(role, frozenset()) for role, who in told.items()):
        return loaded
    return replace(loaded, dossier=replace(dossier, beside=_joined(dossier.beside, told)))


def _spending(loaded: Loaded, spent: Mapping[tuple[str, ...], tuple[UsedRow, ...]]) -> Loaded:
    """Return the dossier with what its subject used up further above in this batch."""
    more = spent.get(bearer_of(loaded.dossier.data), ()) if spent else ()
    return replace(loaded, used=(*loaded.used, *more)) if more else loaded


def _note_used(
    changes: Sequence[Change], spent: dict[tuple[str, ...], tuple[UsedRow, ...]]
) -> None:
    for change in changes:
        bearer = bearer_of(change.dossier.data) if change.used else ()
        if bearer:
            rows = tuple(one.as_row(change.dossier.id) for one in change.used)
            spent[bearer] = (*spent.get(bearer, ()), *rows)


def _note(dossier: Dossier, acted: dict[str, dict[str, frozenset[str]]]) -> None:
    told = acted.get(dossier.submission, {})
    acted[dossier.submission] = _joined(told, dossier.people)


def _joined(
    one: Mapping[str, frozenset[str]], other: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    return {
        role: one.get(role, frozenset()) | other.get(role, frozenset()) for role in {**one, **other}
    }


def _given_up(judged: Sequence[Judged | None], told: Sequence[BulkRow], again: _Writer) -> _Writer:
    """Write only what stands without the acts; what was refused keeps its reason."""
    for one, row in zip(judged, told, strict=True):
        if one is None:
            again.told.append(row)
        elif row.outcome == DONE:
            again.write(row.ref, replace(one, found=BatchAborted(_ABORTED)))
        else:
            again.write(row.ref, one)
    return again


class _Writer:
    """Makes changes out of what is judged, in order, all from the same registers."""

    def __init__(
        self,
        editions: Editions,
        calendar: Calendar,
        ids: Ids,
        found: LoadedMany,
        beside: Beside,
        held: WhoHolds,
    ) -> None:
        self._load_beside = beside
        self._touched = {one.dossier.id for one in found.loaded if one}
        self._editions = editions
        self._calendar = calendar
        self._ids = ids
        registers = {k: v for one in found.loaded if one for k, v in one.registers.items()}
        self._numbers = Numbers(registers, held)
        self.told: list[BulkRow] = []
        self.changes: list[Change] = []

    def write(self, ref: str, one: Judged) -> None:
        """Add what to tell of a dossier, and what to write."""
        found, changes = self._one(one, self._numbers)
        self.changes += changes
        self._touched.update(change.dossier.id for change in changes)
        if isinstance(found, Refusal):
            self.told.append(_refused(ref, found))
        else:
            self.told.append(_done(ref, changes))

    def _one(self, one: Judged, numbers: Numbers) -> tuple[Outcome | Refusal, tuple[Change, ...]]:
        found = one.found
        if not isinstance(found, Refusal):
            mark = numbers.mark()
            bound = self._editions.get(found.dossier.edition)
            try:
                outcomes = (*one.rungs, found)
                return found, self._changes(bound, one.loaded, outcomes, one.opened)
            except NotCanonical as fault:
                found = BadInput(fault.text, field=fault.path)
            except Refusal as refusal:
                found = refusal
            numbers.give_back(mark)
        incident = incident_of(found)
        if not (one.rungs or incident):
            return found, ()
        mark = numbers.mark()
        try:
            own, *more = self._changes(one.procedure, one.loaded, one.rungs, ())
        except LinkNotPossible as refusal:
            # The sweep fires what is due once the other dossier is not being changed.
            numbers.give_back(mark)
            return refusal, ()
        told = (incident,) if incident else ()
        return found, (replace(own, incidents=(*own.incidents, *told)), *more)

    def _changes(
        self,
        procedure: Procedure,
        loaded: Loaded,
        outcomes: tuple[Outcome, ...],
        opened: tuple[Opened, ...],
    ) -> tuple[Change, ...]:
        return changes_of(
            procedure,
            loaded,
            outcomes,
            opened,
            editions=self._editions,
            calendar=self._calendar,
            ids=self._ids,
            numbers=self._numbers,
            beside=self._beside,
        )

    def _beside(self, ref: str) -> Loaded:
        if ref in self._touched:
            raise LinkNotPossible(_LINKED)
        return self._load_beside(ref)


def _done(ref: str, changes: tuple[Change, ...]) -> BulkRow:
    change = changes[0]
    dossier = change.dossier
    return BulkRow(
        ref=ref,
        outcome=DONE,
        done={
            "dossier": dossier.id,
            "code": dossier.code,
            "received_code": dossier.received_code,
            "version": dossier.version,
            "event": change.events[-1].id,
            "state": sorted(dossier.configuration),
            "result": dossier.result,
            "letters": [
                {"id": one.id, "key": one.order.key, "number": one.number} for one in change.letters
            ],
            "opened": opened_json([one for one in changes if one.link]),
        },
    )


def _refused(ref: str, refusal: Refusal) -> BulkRow:
    return BulkRow(ref=ref, outcome=REFUSED, code=refusal.code, text=refusal.text)


def _failed(ref: str, outcome: Literal["refused", "conflict"], code: str, text: Text) -> BulkRow:
    return BulkRow(ref=ref, outcome=outcome, code=code, text=text)
