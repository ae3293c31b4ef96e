"""Where one dossier stands, who asks, and what is asked: plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.legal_clock import LegalClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A file in a dossier: its content by SHA-256 (hex), its size in bytes, its name (personal)."""

    sha256: str
    size: int
    media_type: str
    name: str
    signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """A stop on the decision: why, by which paper, since when, and by which paper it ended."""

    ground: str
    placed_on: date
    reason: str = ""
    paper: str = ""
    released_on: date | None = None
    release_paper: str = ""

    @property
    def open(self) -> bool:
        """Whether the hold still binds."""
        return self.released_on is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Work for people of a role, belonging to a state, until the state is left or it is done."""

    id: str
    state: str
    role: str
    do: str
    opened_at: datetime
    clock: str | None = None
    escalated_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """One run of a procedure about one subject.

    Attributes:
        id: UUID, for machines.
        stream: the trail's name of the dossier, e.g. `ho-so/2026/000123`; for life.
        code: provisional code `N-2026-000123`, for life.
        received_code: the first code given at acceptance, or None.
        version: number of events so far; 0 is a draft that was never submitted.
        revision: counts saved drafts.
        edition: hash of the edition; binding once `received_on` is set.
        owner, holder: organisation ids: who submitted, who works on it.
        levels: level (`unit`, `province`, …) -> the organisation of that level above the owner.
        outside: those of these organisations that keep no dossiers here; whoever held the dossier
            last goes on holding it and enters what they answer.
        codes: organisation -> the code under which it received the dossier.
        agencies: organisation -> the agency code that dossier codes begin with.
        configuration: the active leaf states.
        data: values by field key, in JSON form (dates as ISO text).
        documents: papers by document key.
        history: composite -> remembered leaves.
        pulls: trigger -> how often it was pulled.
        people: role -> persons who acted in it.
        results: what ballots yielded, e.g. {"ballot": {"passed": True, …}}.
        marks: such as `overdue`, to the day they were set.
        parent: id of the dossier that opened this one; None: nobody did.
        place: which name of its submission it is, from 1; never given to another one.
        counter: the organisation at whose counter the submission was made for the owner; None:
            the owner made it.
        beside: role -> persons who acted in it anywhere in the submission. It is told by the
            store and no part of what is stored or compared.
    """

    id: str
    stream: str
    log: str
    code: str
    procedure: str
    edition: str
    owner: str
    holder: str
    created_by: str
    levels: Mapping[str, str] = field(default_factory=dict)
    outside: frozenset[str] = frozenset()
    codes: Mapping[str, str] = field(default_factory=dict)
    agencies: Mapping[str, str] = field(default_factory=dict)
    submission: str = ""
    received_code: str | None = None
    version: int = 0
    revision: int = 0
    received_on: date | None = None
    configuration: frozenset[str] = frozenset()
    data: Mapping[str, object] = field(default_factory=dict)
    documents: Mapping[str, tuple[Paper, ...]] = field(default_factory=dict)
    clocks: Mapping[str, LegalClock] = field(default_factory=dict)
    tasks: Mapping[str, Task] = field(default_factory=dict)
    holds: tuple[Hold, ...] = ()
    history: Mapping[str, frozenset[str]] = field(default_factory=dict)
    pulls: Mapping[str, int] = field(default_factory=dict)
    people: Mapping[str, frozenset[str]] = field(default_factory=dict)
    results: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    marks: Mapping[str, date] = field(default_factory=dict)
    result: str | None = None
    resolved_on: date | None = None
    parent: str | None = None
    place: int = 1
    counter: str | None = None
    beside: Mapping[str, frozenset[str]] = field(default_factory=dict, compare=False)

    @property
    def on_hold(self) -> bool:
        """Whether any hold is open."""
        return any(hold.open for hold in self.holds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role held in an organisation; `covers` are the organisations in which it counts."""

    role: str
    org: str
    covers: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks: a person with the grants of the moment, or a machine role without a person.

    Attributes:
        person: stable opaque id of the account; None for a machine.
        machine: `clock`, `session` or `system`, else None.
        auth: how the person proved who they are, e.g. `password`, `token`.
        session: SHA-256 of the session's secret, in hex, or empty.
    """

    person: str | None
    grants: tuple[Grant, ...] = ()
    machine: str | None = None
    auth: str = ""
    session: str = ""
    on_behalf_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One actor pulling one trigger.

    Attributes:
        id: UUIDv7 of the act.
        data: values by field key, JSON form; for `appends` one record by field key.
        documents: papers added by the act.
        effective_on: local date on which it counts; None: the day it is recorded.
        reason: free text, or one of the closed keys.
        ground, paper: for `hold` and `release`.
        agenda: the act is judged together with the items of the session that it is asked of.
        merging: the act is judged together with the dossier in which this one is to end.
        ballot: the result by which a session pulls the trigger: what the trail keeps of it.
        cause: id of the event of another stream that brought the act about, or None.
    """

    id: str
    trigger: str
    actor: Actor
    reason: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    documents: Mapping[str, tuple[Paper, ...]] = field(default_factory=dict)
    effective_on: date | None = None
    ground: str = ""
    paper: str = ""
    agenda: bool = False
    merging: bool = False
    ballot: Mapping[str, object] | None = None
    cause: str | None = None
