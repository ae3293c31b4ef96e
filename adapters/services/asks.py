"""What callers ask for, as services take it: plain values that have been read, not yet judged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperGiven:
    """A file that was uploaded before, named by its content."""

    sha256: str
    name: str
    signed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ActAsked:
    """One act on one dossier.

    Attributes:
        documents: document key -> files that the caller uploaded to this dossier.
        if_match: the ETag the caller saw, with or without quotes; None or `*`: whatever it is.
        key: idempotency key, or None.
    """

    trigger: str
    reason: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
    documents: Mapping[str, Sequence[PaperGiven]] = field(default_factory=dict)
    effective_on: date | None = None
    ground: str = ""
    paper: str = ""
    if_match: str | None = None
    key: str | None = None

    def doing(self, trigger: str) -> ActAsked:
        """Return the same with another trigger."""
        return replace(self, trigger=trigger)

    def fingerprint(self, ref: str) -> str:
        """Return the SHA-256 (hex) of what is asked of which dossier; the key is no part of it."""
        told = {**asdict(self), "ref": ref}
        del told["key"]
        whole = json.dumps(told, sort_keys=True, default=str, ensure_ascii=True)
        return hashlib.sha256(whole.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierFilter:
    """Which dossiers; empty means all that the caller may see.

    Attributes:
        text: part of a name or a code; marks and capitals do not matter.
        states: state paths.
        due_from, due_until: due days, both inclusive.
        open: True: not ended; False: ended.
        drafts: True: only drafts; False: only what was submitted.
        submission: id or code of a submission; empty: no matter which.
        subject_key: exactly this person or collective, as the award register knows them.
    """

    text: str = ""
    states: Sequence[str] = ()
    procedures: Sequence[str] = ()
    owners: Sequence[str] = ()
    results: Sequence[str] = ()
    due_from: date | None = None
    due_until: date | None = None
    overdue: bool | None = None
    open: bool | None = None
    drafts: bool | None = None
    submission: str = ""
    subject_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """Which tasks of the caller's roles; empty means all.

    Attributes:
        submission: id or code of a submission; empty: no matter which.
        mine: only those the caller has claimed.
        near: only those due within two working days, or over.
    """

    states: Sequence[str] = ()
    procedures: Sequence[str] = ()
    roles: Sequence[str] = ()
    submission: str = ""
    mine: bool = False
    unclaimed: bool = False
    near: bool = False
    overdue: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresAsked:
    """Which figures; empty means all that the caller may see.

    Attributes:
        org: an organisation that submitted the dossier, or worked on it.
        edition: name or hash of an edition.
        first, last: days of resolution, both inclusive.
    """

    procedure: str = ""
    org: str = ""
    edition: str = ""
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterAsked:
    """Which register book: of what was received from `first` to `last`, both inclusive.

    Attributes:
        procedure: key; empty: all.
        as_sheet: as a workbook and not as a PDF.
    """

    first: date
    last: date
    procedure: str = ""
    as_sheet: bool = False
