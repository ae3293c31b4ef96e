"""What the engine needs from the world, as small as its use."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from engine.ballot import BallotRule, Tally
from engine.bonus import Bonus
from engine.calendar import Calendar
from engine.definition import Procedure, UsedFor
from engine.dossier import Dossier
from engine.initiatives import Initiative, UsedRow
from engine.measurement import Measurement
from engine.outcome import Firing, LetterOrder, Notice
from engine.text import Text
from engine.trail import Event, Head


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a caller was told, kept under the idempotency key; holds no personal value.

    Attributes:
        fingerprint: SHA-256 (hex) of the request it answers.
        body: JSON text, given back as it is.
    """

    principal: str
    key: str
    fingerprint: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardRow:
    """One award that the register knows of the dossier's subject; `deed` is its number."""

    award: str
    year: int
    deed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberTaken:
    """One number out of a register without gaps: `number` must be the register's next."""

    org: str
    kind: str
    year: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberTyped:
    """A number that a records office gave: unique in the register of an organisation and year.

    Attributes:
        number: as it was typed; `key` is what two spellings of it have in common.
    """

    org: str
    kind: str
    year: int
    number: str

    @property
    def key(self) -> str:
        """The number without spaces and in small letters: `12/QĐ-UBND` is `12 /qđ-ubnd`."""
        return "".join(unicodedata.normalize("NFC", self.number).casefold().split())


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberHeld:
    """Who has a number already: code of the (first) dossier of the letter, and its date."""

    dossier: str
    dated_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """All that one decision needs, read by one statement.

    Attributes:
        now: the database's clock, UTC.
        head: where the dossier's stream stands.
        answer: the stored answer under the caller's key, if there is one.
        awards: what the register holds for the subject.
        registers: (organisation, kind, year) -> next number, for the dossier's holder and for
            every level that it can be handed to.
        used: what the register knows of initiatives that the subject used.
        submission_code: the code that another dossier of the submission brought it; None: none yet.
        state: the dossier as `to_json` writes it, if it was read from that; nobody may change it.
    """

    dossier: Dossier
    now: datetime
    head: Head
    answer: Answer | None = None
    awards: tuple[AwardRow, ...] = ()
    used: tuple[UsedRow, ...] = ()
    registers: Mapping[tuple[str, str, int], int] = field(default_factory=dict)
    state: Mapping[str, Any] | None = None
    submission_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedMany:
    """All that the decisions on many dossiers need.

    Attributes:
        loaded: for each reference, in order, what `Loaded` says; None: there is no such dossier.
            All share one instant and one look at the registers.
        answer: the stored answer under the caller's key, if there is one.
    """

    loaded: tuple[Loaded | None, ...]
    answer: Answer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterIssued:
    """A letter with its number, to be rendered after the commit, as one dossier has it.

    Attributes:
        id, number: the same for all dossiers that one letter is for. `number` is what is printed,
            e.g. `12` or the records office's own text; None: no number.
        event: id of the event that issued it to this dossier.
        first: id of the event that issued it to the first of its dossiers.
        place: of the dossier in the letter's list, from 1.
    """

    id: str
    order: LetterOrder
    number: str | None
    event: str
    first: str
    place: int = 1

    @property
    def typed(self) -> NumberTyped | None:
        """Its place in a records office's register, if that gave the number."""
        return typed(self.order)


def typed(order: LetterOrder) -> NumberTyped | None:
    """Return which number of which register a letter is to have, if somebody typed it."""
    if order.number is None or order.register is None:
        return None
    return NumberTyped(
        org=order.org, kind=order.register, year=order.dated_on.year, number=order.number
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """A task as worklists show it: everything but the people.

    Attributes:
        due_on, due_at: of the clock that governs the task; None while that clock stands still, or
            if there is none.
        stopped: a clock that governs the task stands still, and no other one is running.
        latest_start_at: the order of the worklist; None sorts last.
        org: organisation whose holders of the role see it.
    """

    id: str
    state: str
    role: str
    do: str
    org: str
    opened_at: datetime
    due_on: date | None
    due_at: datetime | None
    latest_start_at: datetime | None
    escalated_from: str | None
    stopped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """How a dossier came to be opened by another one.

    Attributes:
        parent: id of the dossier that opened it, by the event `event` of its stream.
        awaits: results of the new dossier that some transition of the parent waits for.
    """

    parent: str
    event: str
    awaits: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One commit: a dossier that moved from `expected` to its new version, and all that follows.

    Attributes:
        expected: version the dossier must still have.
        tasks: every task that is now open; all others of the dossier are closed.
        next_rung_at: when the sweep must look again; None: never.
        due_on, due_at: of the measured clock; None while it stands still or is not running.
        statutory_due_on: of the measured clock under the limit of the law.
        awards: award rows that the act adds to the register.
        used: initiatives that were used for those awards.
        measured: how the dossier now stands against its measured clocks, where not as before.
        codes: (organisation, code) of each further level that received the dossier.
        link: the dossier is new, opened by another one in this commit; None: it was there before.
        people: (role, person) who acted in that role for the first time in this dossier.
        state: the dossier as `to_json` writes it; None: whoever needs it asks.
    """

    dossier: Dossier
    expected: int
    events: tuple[Event, ...]
    tasks: tuple[TaskRow, ...]
    next_rung_at: datetime | None
    due_on: date | None
    due_at: datetime | None
    firings: tuple[tuple[Firing, str], ...] = ()
    letters: tuple[LetterIssued, ...] = ()
    notices: tuple[tuple[Notice, str], ...] = ()
    numbers: tuple[NumberTaken, ...] = ()
    awards: tuple[AwardGiven, ...] = ()
    used: tuple[InitiativeUsed, ...] = ()
    answer: Answer | None = None
    incidents: tuple[str, ...] = ()
    measured: tuple[Measurement, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    link: Link | None = None
    people: tuple[tuple[str, str], ...] = ()
    state: Mapping[str, Any] | None = None


NO_WORDS = Text("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardGiven:
    """A row of the award register: what the dossier's subject received, by which deed.

    Attributes:
        award, label: key and words of the award.
        year: what the award counts for: the last year of its period, else that of the decision.
        period_from, period_until: of the achievement, both inclusive.
        level, org: on whose level it was decided, and which organisation keeps it in its register.
        type: of commendation, e.g. `merit`; empty when the procedure does not say.
        bonus: the money that goes with it; None: none that is known.
    """

    award: str
    year: int
    deed: str
    decided_on: date
    event: str
    label: Text = NO_WORDS
    period_from: date | None = None
    period_until: date | None = None
    level: str = ""
    org: str = ""
    type: str = ""
    bonus: Bonus | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiativeUsed:
    """An initiative that the dossier's subject used for an award that was decided."""

    initiative: Initiative
    used_for: UsedFor
    given: AwardGiven

    def as_row(self, dossier: str) -> UsedRow:
        """Return the use as the register tells it, by the dossier of this id."""
        given = self.given
        return UsedRow(
            initiative=self.initiative,
            award=given.award,
            used_for=self.used_for,
            year=given.year,
            deed=given.deed,
            dossier=dossier,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One dossier on the agenda of a session.

    Attributes:
        dossier: its id.
        place: its number on the agenda, from 1.
        edition, version, seen, rule: what was frozen at the cut-off: edition (hash), version and
            ETag of the dossier, and the ballot rule of that edition; empty before.
        tally: what was counted, or None.
        result: `pass`, `fail`, `defer`, `not_quorate`; empty: none yet.
        open: the session is not over; a dossier has one open item at most.
    """

    dossier: str
    place: int
    edition: str = ""
    version: int = 0
    seen: str = ""
    rule: BallotRule | None = None
    tally: Tally | None = None
    result: str = ""
    open: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """The items of a session, in their order, as they were when the session had `version`."""

    session: str
    edition: str
    version: int
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemsMoved:
    """What a commit writes of an agenda: items that are new or changed, and ids of those gone."""

    session: str
    items: tuple[Item, ...] = ()
    gone: tuple[str, ...] = ()


class Store(Protocol):
    """Keeps dossiers and their trail; each call is durable when it returns."""

    def load(self, ref: str, principal: str, key: str | None, *, lock: bool = False) -> Loaded:
        """Return all that a decision on the dossier needs (`ref`: id, code or received code).

        With `lock`, a unit of work is opened that `commit` or `release` ends, and dossier and
        registers stay locked until then (where the database can do that).

        Raises:
            DossierUnknown: there is no such dossier.
        """

    def commit(self, change: Change) -> None:
        """Write everything or nothing.

        Raises:
            VersionConflict: the dossier has moved on, or a number has been taken meanwhile.
        """

    def load_many(
        self, refs: Sequence[str], principal: str, key: str | None, *, lock: bool = False
    ) -> LoadedMany:
        """Return all that decisions on these dossiers need; `lock` as for `load`."""

    def commit_many(
        self,
        changes: Sequence[Change],
        answer: Answer | None,
        agenda: ItemsMoved | None = None,
    ) -> None:
        """Write all changes, one for each dossier, and one answer: everything or nothing.

        Numbers of the changes continue one another. The changes' own answers must be None.

        Raises:
            VersionConflict: a dossier has moved on, a number has been taken meanwhile, or an item
                of the agenda is on that of another open session.
        """

    def agenda(self, ref: str) -> Agenda:
        """Return the items of a session (`ref`: id or code).

        Raises:
            DossierUnknown: there is no such dossier.
        """

    def on_open_agendas(self, dossiers: Sequence[str], but: str) -> frozenset[str]:
        """Return which of these (ids) are open items of other sessions than `but` (id)."""

    def number_held(self, number: NumberTyped) -> NumberHeld | None:
        """Return which letter has a typed number, voided or not, within the open unit of work.

        A commit that brings a second letter with it is a `VersionConflict`.
        """

    def beside(self, refs: Sequence[str]) -> tuple[Loaded | None, ...]:
        """Return what decisions on further dossiers need, within the unit of work that is open."""

    def release(self) -> None:
        """End a unit of work that was opened with `lock` and is not needed any more."""

    def due(self, limit: int) -> Sequence[str]:
        """Return ids of dossiers whose next rung is due, the oldest first."""


class Editions(Protocol):
    """The published editions."""

    def get(self, edition: str) -> Procedure:
        """Return the edition with this hash."""

    def in_force(self, procedure: str, on: date) -> Procedure | None:
        """Return the edition that binds on a local day, or None."""


class Calendars(Protocol):
    """The calendar in force."""

    def current(self) -> Calendar:
        """Return the calendar edition that counts today."""


class Ids(Protocol):
    """Identity and randomness."""

    def uuid7(self) -> str:
        """Return a fresh UUIDv7, lower-case and hyphenated."""

    def salt(self) -> bytes:
        """Return 32 random bytes."""
