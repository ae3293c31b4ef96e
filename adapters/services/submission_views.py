"""What a caller is shown of submissions: plain values in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adapters.services.views import (
    Choice,
    DossierRow,
    FormField,
    LetterView,
    PageInfo,
    PaperSlot,
    StateCount,
)
from engine.errors import Refusal
from engine.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionAsked:
    """A submission to be made.

    Attributes:
        procedure: key of the procedure.
        rows: for each name its data: field key -> JSON value, as a draft of a dossier takes them.
        owner: the unit that submits; empty: the caller's own, if there is just one.
        shared: data that every row has unless it says otherwise.
        key: idempotency key, or None.
        supplements: code or id of a received submission of the same unit that this one adds to.
    """

    procedure: str
    rows: Sequence[Mapping[str, object]]
    owner: str = ""
    shared: Mapping[str, object] = field(default_factory=dict)
    key: str | None = None
    supplements: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """Why one row of a list cannot be taken.

    Attributes:
        row: place in the list, from 1.
        field: dotted name of the value, e.g. `nominee.birth_year`; empty: the row as a whole.
    """

    row: int
    field: str
    text: Text


class RowsRefused(Refusal):
    """Rows of a list cannot be taken; `problems` names each of them, and nothing is stored."""

    code = "rows_refused"

    def __init__(self, text: Text, problems: Sequence[RowProblem] = ()) -> None:
        """Keep what is wrong with each row."""
        told = [
            {"row": one.row, "field": one.field, "vi": one.text.vi, "en": one.text.en}
            for one in problems
        ]
        super().__init__(text, rows=told)
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRow:
    """One name of a submission: its place, and the line of its dossier.

    Attributes:
        droppable: the caller may take it out: as a draft, or by withdrawing it before intake.
    """

    place: int
    dossier: DossierRow
    droppable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionOffer:
    """One act that the caller's roles may do on names of the submission where they stand.

    Attributes:
        names: codes of the dossiers from which the act leads on.
        fields: what the act asks for, the same for all of them.
        reason: `none`, `required` (free text) or `closed` (one of `reasons`).
    """

    trigger: str
    label: str
    names: Sequence[str]
    fields: Sequence[FormField] = ()
    reason: str = "none"
    reasons: Sequence[Choice] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionLine:
    """One line of a list of submissions.

    Attributes:
        code: the code it was received under, else its draft code.
        names: how many of its dossiers the caller may see; `counts` are those by state.
    """

    id: str
    code: str
    draft_code: str
    received_code: str
    procedure: str
    procedure_title: str
    owner: str
    owner_name: str
    counter_name: str
    created_at: datetime
    names: int
    counts: Sequence[StateCount]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionPage:
    """A page of submissions, the newest first."""

    items: Sequence[SubmissionLine]
    page: PageInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionView:
    """A submission as the caller may see it.

    Attributes:
        editable: the caller may add and drop names and papers: it has not been received.
        papers: the papers that all its dossiers share.
        items: its names in the order of their places.
        fields: the form of a further name, empty unless `editable`.
        supplements: code of the submission it adds to; empty when none.
    """

    line: SubmissionLine
    editable: bool
    papers: Sequence[PaperSlot]
    items: Sequence[NameRow]
    letters: Sequence[LetterView]
    offers: Sequence[SubmissionOffer]
    fields: Sequence[FormField]
    supplements: str = ""

    @property
    def code(self) -> str:
        """The code by which it goes now."""
        return self.line.code
