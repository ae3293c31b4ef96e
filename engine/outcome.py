"""What follows from one act, before it is numbered, written and told to anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.dossier import Dossier, Paper


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterOrder:
    """A letter to be issued: its rule's key and, if the records office gave them, number and date.

    Attributes:
        register: kind of the register the number is taken from; None: the letter has no number.
        number: given by the records office (text), else None: taken from the register.
    """

    key: str
    template: str
    per: str
    register: str | None
    number: str | None
    dated_on: date
    org: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message to the holders of a role in an organisation."""

    role: str
    org: str
    about: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrder:
    """A linked dossier to be opened: of which procedure, with which data."""

    procedure: str
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Firing:
    """One rung that fired, or was skipped because its trigger was not offered."""

    clock: str
    period: int
    rung: int
    due_at: datetime
    fired_at: datetime
    skipped: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The dossier as it stands after one act, and what the world must be told.

    Attributes:
        type: event type (snake_case participle).
        facts: what the event's `data` holds besides the change of the dossier.
        letters, notices: in the order in which they were declared.
        wants_code: the act gives the dossier its received code.
        registers_award: the act is a decision that writes the award register.
        actor: the event's `actor` member.
        rules: hashes of the editions that were used.
        files: contents that the event names besides new papers of the dossier.
        opens: linked dossiers that are opened in the same commit.
        cause: id of the event of another stream that brought this one about, or None.
    """

    before: Dossier
    dossier: Dossier
    type: str
    facts: Mapping[str, object]
    personal: Mapping[str, object]
    actor: Mapping[str, object]
    effective_on: date
    effective_at: datetime | None
    act_id: str
    rules: Mapping[str, str]
    letters: tuple[LetterOrder, ...] = ()
    notices: tuple[Notice, ...] = ()
    firing: Firing | None = None
    wants_code: bool = False
    registers_award: bool = False
    incidents: tuple[str, ...] = ()
    files: tuple[Paper, ...] = ()
    opens: tuple[OpenOrder, ...] = ()
    cause: str | None = None
