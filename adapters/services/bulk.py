"""One act on many dossiers, asked at once: entitlement and decision are those of each dossier."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Literal

from adapters.identity.who import Who
from adapters.services import words
from adapters.services.access import Place, check_key, may_see, nameable
from adapters.services.errors import DOSSIER, Unknown
from adapters.services.parts import Parts
from adapters.services.showing import label_of
from adapters.services.views import ActLetter, Choice
from adapters.storage.search import DossierLine
from engine.bulk import CONFLICT, DONE, REFUSED, BulkAsk, BulkRow
from engine.definition import Transition
from engine.errors import BadInput, Refusal
from engine.text import Text

MOST = 1000
"""Dossiers that one request may name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkAsked:
    """One act on many dossiers.

    Attributes:
        dossiers: codes or ids; answered in this order.
        on_refusal: `skip`: do what is allowed; `abort`: all or none.
        if_match: code or id -> ETag that the caller saw, for those where it matters.
        key: idempotency key of the whole request, or None.
        request: fingerprint of the request that named these dossiers by something else; empty:
            they were named one by one.
    """

    dossiers: Sequence[str]
    trigger: str
    reason: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    effective_on: date | None = None
    ground: str = ""
    paper: str = ""
    on_refusal: Literal["skip", "abort"] = "skip"
    if_match: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    request: str = ""

    def fingerprint(self) -> str:
        """Return the SHA-256 (hex) of what is asked; the key is no part of it."""
        if self.request:
            return self.request
        told = {**asdict(self), "acts": "many"}
        del told["key"]
        whole = json.dumps(told, sort_keys=True, default=str, ensure_ascii=True)
        return hashlib.sha256(whole.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkLine:
    """What became of one dossier of the request.

    Attributes:
        ref: as it was asked for.
        outcome: `done`, `refused` or `conflict` (somebody else has changed it).
        reason: stable code and words of why not; empty when done.
        code: received code, else provisional code; empty where nothing was done.
    """

    ref: str
    outcome: Literal["done", "refused", "conflict"]
    reason: str = ""
    detail: str = ""
    code: str = ""
    version: int | None = None
    event: str = ""
    state: Sequence[Choice] = ()
    result: str = ""
    result_label: str = ""
    letters: Sequence[ActLetter] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkDone:
    """What became of each dossier of a request, in its order, and how many of each."""

    done: int
    refused: int
    conflicts: int
    items: Sequence[BulkLine]


class NothingDone(Refusal):
    """Not one dossier of the list could be acted upon; `facts["items"]` says why for each."""

    code = "nothing_done"


class Bulk:
    """Acts on many dossiers."""

    def __init__(self, parts: Parts) -> None:
        """Act through the engine of `parts`."""
        self._parts = parts

    def act(self, who: Who, asked: BulkAsked, lang: str) -> BulkDone:
        """Do one act on every dossier that allows it; see `told`.

        Raises:
            NothingDone: no dossier allowed it, or all or none was asked and one did not.
            BadInput, KeyReused: as `told`.
        """
        told = self.told(who, asked, lang)
        if not told.done:
            raise NothingDone(
                Text(
                    "Không thực hiện được với hồ sơ nào; xem lý do ở từng hồ sơ.",
                    "Nothing could be done; each dossier says why.",
                ),
                items=[asdict(one) for one in told.items],
            )
        return told

    def told(self, who: Who, asked: BulkAsked, lang: str) -> BulkDone:
        """Do one act on every dossier that allows it, in one commit; say what became of each.

        A dossier that the caller may not see is as unknown as one that does not exist.

        Raises:
            BadInput: too many dossiers, or none, are named, or the key is malformed.
            KeyReused: the key belongs to another request.
        """
        refs = list(asked.dossiers)
        if not 0 < len(refs) <= MOST:
            raise BadInput(
                Text(f"Hãy chọn từ 1 đến {MOST} hồ sơ.", f"Choose 1 to {MOST} dossiers."),
                field="dossiers",
            )
        check_key(asked.key)
        # What another process has published binds here too.
        self._parts.editions.listed()
        seen = self._seen(who, refs)
        ids = {ref: line.id for ref, line in seen.items()}
        answer = self._parts.engine.act_many(
            BulkAsk(
                # No dossier goes by no name at all.
                refs=tuple(ids.get(ref, "") for ref in refs),
                trigger=asked.trigger,
                actor=who.actor,
                reason=asked.reason,
                data=asked.data,
                effective_on=asked.effective_on,
                ground=asked.ground,
                paper=asked.paper,
                on_refusal=asked.on_refusal,
                if_match={ids[ref]: tag for ref, tag in asked.if_match.items() if ref in ids},
                key=asked.key,
                fingerprint=asked.fingerprint(),
            )
        )
        items = [
            self._line(ref, row, seen.get(ref), lang)
            for ref, row in zip(refs, answer.rows, strict=True)
        ]
        count = [one.outcome for one in items].count
        return BulkDone(
            done=count(DONE), refused=count(REFUSED), conflicts=count(CONFLICT), items=items
        )

    def choices(self, who: Who, found: Iterable[tuple[str, str]], lang: str) -> list[Choice]:
        """Return the acts that a list can offer: those that ask nothing but one closed reason.

        Args:
            found: (procedure, state path) of the dossiers in the list.
        """
        places = set(found)
        roles = {role for role, _ in who.works}
        choices: dict[str, Choice] = {}
        for listed in self._parts.editions.listed():
            here = {state for procedure, state in places if procedure == listed.procedure}
            if not here:
                continue
            for way in self._parts.editions.get(listed.hash).transitions:
                if roles.intersection(way.by) and _asks_nothing(way) and _from(way, here):
                    for one in _ways_to_ask(way, lang):
                        choices.setdefault(one.key, one)
        return list(choices.values())

    def _seen(self, who: Who, refs: Sequence[str]) -> dict[str, DossierLine]:
        found: dict[str, DossierLine] = {}
        lines = self._parts.queries.dossiers_named([ref for ref in refs if nameable(ref)])
        for line in lines:
            if may_see(who, self._parts.editions.get(line.edition), Place.of(line)):
                for name in (line.id, line.code, line.received_code):
                    if name:
                        found[name] = line
        if len(found.keys() & set(refs)) < len(set(refs)):
            further = self._parts.queries.further_codes([ref for ref in refs if nameable(ref)])
            found |= {code: found[one] for code, one in further.items() if one in found}
        return {ref: found[ref] for ref in refs if ref in found}

    def _line(self, ref: str, row: BulkRow, line: DossierLine | None, lang: str) -> BulkLine:
        if line is None:
            unknown = Unknown(DOSSIER)
            return BulkLine(
                ref=ref, outcome=REFUSED, reason=unknown.code, detail=unknown.text.in_(lang)
            )
        if row.outcome != DONE:
            return BulkLine(
                ref=ref,
                outcome=row.outcome,
                reason=row.code,
                detail=row.text.in_(lang) if row.text else "",
                code=line.received_code or line.code,
            )
        done = row.done
        procedure = self._parts.editions.get(line.edition)
        return BulkLine(
            ref=ref,
            outcome=DONE,
            code=done["received_code"] or done["code"],
            version=done["version"],
            event=done["event"],
            state=[
                Choice(key=path, label=label_of(procedure, path, lang)) for path in done["state"]
            ],
            result=done["result"] or "",
            result_label=words.result_label(done["result"], lang),
            letters=[ActLetter(**one) for one in done["letters"]],
        )


SEPARATOR = "|"
"""Between trigger and closed reason in the key of a choice."""


def _asks_nothing(way: Transition) -> bool:
    if way.auto or way.needs or any(way.asks.values()) or any(way.appends.values()):
        return False
    return bool(way.closed_reasons) or not way.reason_required


def _from(way: Transition, states: set[str]) -> bool:
    return any(
        state == source or state.startswith(f"{source}.")
        for state in states
        for source in way.sources
    )


def _ways_to_ask(way: Transition, lang: str) -> list[Choice]:
    label = way.label.in_(lang)
    if not way.closed_reasons:
        return [Choice(key=way.trigger, label=label)]
    return [
        Choice(key=f"{way.trigger}{SEPARATOR}{key}", label=f"{label}: {reason.in_(lang)}")
        for key, reason in way.closed_reasons.items()
    ]
