"""What a caller is shown: plain values in one language, with nothing left to look up.

Every date is a legal date in Asia/Ho_Chi_Minh, every instant is aware. Whoever holds a view has
been found entitled to all of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One value that may be chosen, with its words."""

    key: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One thing that a form asks for.

    Attributes:
        name: what the value is called in `data`, e.g. `award`, or `nominee` for a party.
        type: a word of `engine.definition.FieldType`; `line` is a text of one line.
        choices: for `choice`.
        fields: for `party`, `period`, `tally` and `records`: the parts, in the order to ask.
        appends: the act adds one record made of `fields` to a list.
        value: what the dossier holds now, in JSON form; None when nothing.
    """

    name: str
    label: str
    type: str
    required: bool
    help: str = ""
    choices: Sequence[Choice] = ()
    fields: Sequence[FormField] = ()
    appends: bool = False
    value: object = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One act, and whether this caller could do it now.

    Attributes:
        code: stable name of the refusal, empty when allowed.
        detail: why it is refused, in the words of the rule.
        needs: papers that must be there: (document key, label), those missing in `missing`.
        reason: `none`, `required` (free text) or `closed` (one of `reasons`).
        grounds: for `hold`: why a dossier may be held.
        paper: the act names a paper (for `hold` and `release`).
        merges: the act ends the dossier in another one, which this field names; else empty.
    """

    trigger: str
    label: str
    allowed: bool
    code: str = ""
    detail: str = ""
    fields: Sequence[FormField] = ()
    needs: Sequence[Choice] = ()
    missing: Sequence[Choice] = ()
    reason: str = "none"
    reasons: Sequence[Choice] = ()
    grounds: Sequence[Choice] = ()
    paper: bool = False
    letters: Sequence[Choice] = ()
    merges: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StateView:
    """One active state; `region` names the region it lies in, or is empty."""

    path: str
    label: str
    region: str = ""
    final: bool = False
    portal_status: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One act of the dossier's way so far.

    Attributes:
        by: label of the role that acted; `clock` and its like included.
        late: recorded after the day on which it counts had passed.
    """

    seq: int
    trigger: str
    label: str
    states: Sequence[str]
    by: str
    effective_on: date
    recorded_at: datetime
    late: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockView:
    """One clock of a dossier.

    Attributes:
        state: `running`, `suspended`, `stopped` or `cancelled`.
        limit: in words, e.g. `25 ngày làm việc`.
        left: in the limit's own unit, negative when over; None unless running.
        left_text: the same in words.
        percent: share of the limit that is used, 0 to 100; None while it cannot be said.
        statutory: a limit of law (it names a source), not a step of the office's own plan.
        source: the source's citation; `unverified` until an administrator confirms it.
        suspended: (after, until) of each time it stood still in this period; `until` inclusive,
            None while it still does.
    """

    key: str
    label: str
    limit: str
    state: str
    measured: bool
    anchor_on: date
    due_on: date | None
    due_at: datetime | None
    left: int | None
    left_text: str
    percent: int | None
    overdue: bool
    provisional: bool
    statutory: bool
    source: str = ""
    unverified: bool = False
    suspended: Sequence[tuple[date, date | None]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperView:
    """One file of a dossier."""

    sha256: str
    name: str
    size: int
    media_type: str
    signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperSlot:
    """One kind of paper: whether this dossier must have it, and what it has."""

    key: str
    label: str
    required: bool
    missing: bool
    files: Sequence[PaperView]
    form: str = ""
    help: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterView:
    """One letter that was issued.

    Attributes:
        status: `issued` (its PDF is still to be made), `rendered` or `failed`.
    """

    id: str
    key: str
    label: str
    number: str
    dated_on: date
    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MergedView:
    """A dossier of the same subject that ended in this one, and when its unit filed it."""

    code: str
    owner: str
    owner_name: str
    received_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeView:
    """The code under which an organisation received the dossier."""

    org: str
    org_name: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldView:
    """A stop on the decision."""

    ground: str
    label: str
    placed_on: date
    reason: str
    paper: str
    released_on: date | None
    release_paper: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """Work that is open in a dossier; `mine` when this caller may do it."""

    id: str
    do: str
    label: str
    role: str
    role_label: str
    state: str
    due_on: date | None
    claimed_by: str
    mine: bool
    escalated_from: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueView:
    """One value of a dossier: as data, and as people read it."""

    key: str
    label: str
    type: str
    value: object
    text: str
    personal: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionLink:
    """The submission that a dossier belongs to.

    Attributes:
        code: the code it was received under, else its draft code.
        place: of the dossier in it, from 1.
        names: how many of its dossiers the caller may see.
        before, after: codes of the dossiers next to this one; empty when there is none.
    """

    code: str
    place: int
    names: int
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkView:
    """Another dossier that this one opened, or was opened by.

    Attributes:
        relation: `opened` (this dossier opened the other one) or `opened_by`.
        code: empty if the caller may not read the other dossier, as are `state` and `result`.
        awaited: this dossier waits for the other one's result.
    """

    relation: Literal["opened", "opened_by"]
    dossier: str
    code: str
    procedure: str
    procedure_title: str
    state: Sequence[Choice]
    result: str
    result_label: str
    awaited: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierView:
    """One dossier as this caller may see it.

    Attributes:
        code: the received code if it has one, else the provisional one.
        codes: every code that it was received under, one for each level.
        etag: strong ETag (with quotes) to send back as `If-Match`.
        draft: nothing was submitted yet; `revision` is then what saving must name.
        editable: this caller may save the draft.
        fields: the draft's form, empty once submitted.
        offers: every act of where it stands, allowed ones first.
        auditable: this caller may read the trail.
        merged: dossiers of the same subject that ended in this one.
        links: dossiers that this one opened, or that opened it.
    """

    id: str
    code: str
    draft_code: str
    received_code: str
    codes: Sequence[CodeView]
    title: str
    subject: str
    procedure: str
    procedure_title: str
    edition: str
    edition_name: str
    unverified: bool
    etag: str
    version: int
    revision: int
    draft: bool
    editable: bool
    auditable: bool
    owner: str
    owner_name: str
    holder: str
    holder_name: str
    received_on: date | None
    result: str
    result_label: str
    resolved_on: date | None
    on_hold: bool
    portal_status: int | None
    marks: Mapping[str, date]
    states: Sequence[StateView]
    path: Sequence[Step]
    clocks: Sequence[ClockView]
    papers: Sequence[PaperSlot]
    letters: Sequence[LetterView]
    holds: Sequence[HoldView]
    tasks: Sequence[TaskView]
    data: Sequence[ValueView]
    fields: Sequence[FormField]
    submission: SubmissionLink
    offers: Sequence[Offer]
    links: Sequence[LinkView] = ()
    merged: Sequence[MergedView] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierRow:
    """One line of a list of dossiers."""

    code: str
    title: str
    subject: str
    procedure: str
    procedure_title: str
    edition_name: str
    states: Sequence[Choice]
    owner: str
    owner_name: str
    due_on: date | None
    overdue: bool
    result: str
    result_label: str
    received_on: date | None
    draft: bool
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """One line of a worklist.

    Attributes:
        stopped: the clock that drives the task stands still; where none drives it, it is False and
            there is no due date either.
        near: due within two working days, and not overdue.
        claimed_by: name of the person who took it, or empty; `mine` if it is the caller.
    """

    id: str
    dossier: str
    title: str
    procedure: str
    procedure_title: str
    edition_name: str
    do: str
    do_label: str
    state: str
    state_label: str
    role: str
    role_label: str
    org: str
    org_name: str
    opened_at: datetime
    due_on: date | None
    due_at: datetime | None
    latest_start_at: datetime | None
    stopped: bool
    left: int | None
    left_text: str
    overdue: bool
    near: bool
    claimed_by: str
    mine: bool
    escalated_from: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StateCount:
    """How many open tasks stand in one state."""

    procedure: str
    state: str
    label: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """The worklist in numbers: all, mine, near the limit, over it, and by state."""

    total: int
    mine: int
    near: int
    overdue: int
    states: Sequence[StateCount]


@dataclass(frozen=True, slots=True, kw_only=True)
class PageInfo:
    """Where a page of a list ends; `end_cursor` is None on the last one."""

    end_cursor: str | None
    total: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierPage:
    """One page of dossiers."""

    items: Sequence[DossierRow]
    page: PageInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskPage:
    """One page of a worklist, least slack first."""

    items: Sequence[TaskRow]
    page: PageInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedLetter:
    """What anybody who holds a letter may learn of it.

    Attributes:
        office: name of the organisation that issued it.
        sha256: of its PDF in hex; empty until the PDF is made, moments after the act.
    """

    id: str
    label: str
    number: str
    dated_on: date
    office: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRow:
    """One notice to the holders of a role of the caller's.

    Attributes:
        dossier: its code; `title` says whom and what it is about.
        event: id of the event that it tells of.
        about: event type of the act, or `rung_fired` for a limit; `label` says it in words.
        created_at: when it was delivered.
        new: the caller has not looked since.
    """

    id: int
    dossier: str
    title: str
    procedure_title: str
    event: str
    about: str
    label: str
    role: str
    role_label: str
    org: str
    org_name: str
    created_at: datetime
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticePage:
    """One page of notices, the newest first; `new`: how many are new in all, at most 100."""

    items: Sequence[NoticeRow]
    page: PageInfo
    new: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """One thing the checker says; lines and columns count from 1."""

    file: str
    line: int
    column: int
    code: str
    severity: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureView:
    """One edition of a procedure.

    Attributes:
        id: hash of the edition, its identity.
        status: `draft`, `published` or `withdrawn`.
        in_force: it is the edition that binds what is received today.
        publishable: this caller may publish it (an administrator who did not draft it).
        startable: organisations in which this caller may open a dossier of it.
    """

    id: str
    procedure: str
    edition: str
    title: str
    status: str
    in_force_from: date
    in_force: bool
    unverified: bool
    drafted_by: str
    drafted_at: datetime | None
    published_by: str
    published_at: datetime | None
    publishable: bool
    startable: Sequence[Choice]
    findings: Sequence[FindingView]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What the checker says of a file; `ok` when no finding is an error."""

    ok: bool
    procedure: str
    edition: str
    findings: Sequence[FindingView]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailRow:
    """One event of a dossier, as an auditor reads it.

    Attributes:
        who: the person's name, or `clock` and its like.
        late: recorded after the instant from which it counts.
        back_dated: counts from an earlier day than it was recorded.
        opened: personal values of the event, those that can still be opened.
    """

    seq: int
    id: str
    type: str
    label: str
    trigger: str
    who: str
    role: str
    role_label: str
    org: str
    org_name: str
    on_behalf_of: str
    edition: str
    effective_on: date
    recorded_at: datetime
    late: bool
    back_dated: bool
    reason: str
    hash: str
    facts: Mapping[str, object]
    opened: Mapping[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailView:
    """All events of a dossier."""

    stream: str
    log: str
    rows: Sequence[TrailRow]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailFault:
    """The first thing that is wrong in a stream."""

    stream: str
    seq: int
    code: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """Whether a stream proves itself, from its bytes alone."""

    stream: str
    events: int
    ok: bool
    faults: Sequence[TrailFault]


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantView:
    """A role that the caller holds."""

    role: str
    label: str
    org: str
    org_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """The caller."""

    account: str
    login: str
    name: str
    lang: str
    grants: Sequence[GrantView]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether this process can do its work, and what speaks against it."""

    ready: bool
    problems: Sequence[str]
    at: datetime | None = None
    last_sweep_at: datetime | None = None
    oldest_due_rung_at: datetime | None = None
    waiting_messages: int = 0
    open_incidents: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """Bytes to hand out; `name` is fit for a Content-Disposition of type attachment."""

    content: bytes
    media_type: str
    name: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AllowedAct:
    """An act that this caller may do next."""

    trigger: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedAct:
    """An act that this caller may not do next, and why."""

    trigger: str
    label: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActClock:
    """A clock after an act; `due_at` has the offset of Asia/Ho_Chi_Minh."""

    key: str
    limit: str
    due_on: date | None
    due_at: datetime | None
    state: str
    provisional: bool
    calendar: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActLetter:
    """A letter that an act issued."""

    id: str
    key: str
    number: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ActOpened:
    """A linked dossier that an act opened."""

    dossier: str
    code: str
    procedure: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ActDone:
    """What an act did, and what this caller may do next."""

    dossier: str
    code: str
    received_code: str | None
    version: int
    event: str
    etag: str
    state: Sequence[Choice]
    result: str | None
    allowed: Sequence[AllowedAct]
    refused: Sequence[RefusedAct]
    clocks: Sequence[ActClock]
    letters: Sequence[ActLetter]
    opened: Sequence[ActOpened] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """A file that was kept, to be named by an act or a draft of the same dossier."""

    sha256: str
    size: int
    media_type: str
    name: str
