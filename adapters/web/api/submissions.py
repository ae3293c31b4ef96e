"""Submissions: one envelope with many names, made at once, changed until receipt, acted upon."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Query, Response, UploadFile
from pydantic import Field, StringConstraints

from adapters.services.bulk import BulkDone
from adapters.services.letters import PDF
from adapters.services.submission_views import SubmissionAsked, SubmissionPage, SubmissionView
from adapters.services.submissions import MOST_NAMES, SubmissionActAsked
from adapters.web.api.dossiers import Cursor, Data
from adapters.web.api.kinds import Asked, Code, Key, Line, PathKey, PathSha256, Prose, answers
from adapters.web.api.letters import GIVES_PDF
from adapters.web.asking import Asking, IdempotencyKey, Lang, Using
from adapters.web.files import ANY, attachment

router = APIRouter(prefix="/submissions", tags=["submissions"])

Ref = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,80}$")]
Rows = Annotated[list[Data], Field(min_length=1, max_length=MOST_NAMES)]

_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {ANY: {"schema": {"type": "string", "format": "binary"}}}}
}


class NewSubmission(Asked):
    """A submission to be made: all its names or none."""

    procedure: Key
    owner: Key | None = Field(
        default=None,
        description="the unit that submits; the caller submits for it, or receives at the counter "
        "of the office above it; left out: the caller's own",
    )
    shared: Data = Field(default_factory=dict, description="data that every row has")
    rows: Rows = Field(description="the data of each name")
    supplements: Ref | None = Field(
        default=None, description="a received submission of the same unit that this one adds to"
    )


class MoreNames(Asked):
    """Names to be added."""

    rows: Rows


class SubmissionAct(Asked):
    """One act on the dossiers of a submission, each of which is decided alone."""

    trigger: Key
    dossiers: list[Ref] = Field(
        default_factory=list,
        max_length=MOST_NAMES,
        description="codes or ids; empty: every dossier of it from where the act leads on",
    )
    reason: Prose = ""
    data: Data = Field(default_factory=dict)
    effective_on: date | None = Field(
        default=None, description="the local day from which it counts; earlier than today: a reason"
    )
    ground: Line = Field(default="", description="for `hold` and `release`")
    paper: Line = Field(default="", description="for `hold` and `release`")
    on_refusal: Literal["skip", "abort"] = Field(
        default="abort", description="`abort`: all or none; `skip`: do what is allowed"
    )


class SubmissionSearch(Asked):
    """Which submissions, the newest first."""

    which: Literal["all", "mine", "receive"] = "all"
    procedure: Key | None = None
    limit: int = Field(default=50, ge=1, le=200)
    after: Cursor | None = None


@router.post("", status_code=201, responses=answers(409))
def make(
    body: NewSubmission,
    response: Response,
    who: Asking,
    services: Using,
    lang: Lang,
    idempotency_key: IdempotencyKey = None,
) -> SubmissionView:
    """Open a submission with all its names as drafts; a row that cannot be taken refuses all.

    The facts of the problem `rows_refused` name every such row, its field and the reason.
    """
    asked = SubmissionAsked(
        procedure=body.procedure,
        owner=body.owner or "",
        shared=body.shared,
        rows=body.rows,
        supplements=body.supplements or "",
        key=idempotency_key,
    )
    view = services.submissions.make(who, asked, lang)
    response.headers["Location"] = f"/api/v1/submissions/{view.code}"
    return view


@router.post("/search", responses=answers())
def search(body: SubmissionSearch, who: Asking, services: Using, lang: Lang) -> SubmissionPage:
    """Return a page of the submissions of which the caller may see a dossier."""
    return services.submissions.find(
        who,
        lang,
        which=body.which,
        procedure=body.procedure or "",
        limit=body.limit,
        after=body.after,
    )


@router.get("/{code}", responses=answers())
def read(code: Code, who: Asking, services: Using, lang: Lang) -> SubmissionView:
    """Return a submission: its papers, its names and where each stands, and what may be done."""
    return services.submissions.show(who, code, lang)


@router.post("/{code}/dossiers", status_code=201, responses=answers(409))
def add(
    code: Code,
    body: MoreNames,
    who: Asking,
    services: Using,
    lang: Lang,
    idempotency_key: IdempotencyKey = None,
) -> SubmissionView:
    """Add names, all or none, until the submission is received."""
    return services.submissions.add(who, code, body.rows, lang, key=idempotency_key)


@router.delete("/{code}/dossiers/{dossier}", responses=answers(409))
def drop(
    code: Code, dossier: Ref, who: Asking, services: Using, lang: Lang, reason: Line = ""
) -> SubmissionView:
    """Take a name out until it is received; one that was submitted is withdrawn."""
    return services.submissions.drop(who, code, dossier, lang, reason=reason)


@router.post("/{code}/documents", status_code=201, responses=answers(409))
def attach(
    code: Code,
    file: Annotated[UploadFile, File(description="PDF, JPEG, PNG, .docx or .xlsx up to 20 MiB")],
    document: Annotated[str, Form(pattern=r"^[a-z][a-z0-9_]{0,79}$")],
    who: Asking,
    services: Using,
    lang: Lang,
    signed: Annotated[bool, Form()] = False,
) -> SubmissionView:
    """Put a file into the submission as a paper that all its drafts share."""
    content, name = file.file.read(), file.filename or ""
    return services.submissions.attach(who, code, document, content, name, lang, signed=signed)


@router.get(
    "/{code}/documents/{sha256}", response_class=Response, responses={**answers(), **_BYTES}
)
def fetch(code: Code, sha256: PathSha256, who: Asking, services: Using) -> Response:
    """Return a shared paper, to be saved."""
    return attachment(services.submissions.file(who, code, sha256))


@router.delete("/{code}/documents/{document}/{sha256}", responses=answers(409))
def detach(
    code: Code, document: PathKey, sha256: PathSha256, who: Asking, services: Using, lang: Lang
) -> SubmissionView:
    """Take a shared paper out of the submission and of its drafts."""
    return services.submissions.detach(who, code, document, sha256, lang)


@router.get("/{code}/letters.pdf", response_class=Response, responses={**answers(), **GIVES_PDF})
def letters(
    code: Code,
    who: Asking,
    services: Using,
    letter: Annotated[Key | None, Query(description="one kind of letter, by its key")] = None,
) -> Response:
    """Return all letters of the submission, or all of one kind, as one PDF to be printed.

    A letter for many stands in it once. While some are still being made: `letters_pending`.
    """
    ids = services.submissions.letters(who, code, letter or "")
    return attachment(services.letters.bundle(who, ids), media_type=PDF)


@router.post("/{code}/acts", responses=answers(409))
def act(
    code: Code,
    body: SubmissionAct,
    who: Asking,
    services: Using,
    lang: Lang,
    idempotency_key: IdempotencyKey = None,
) -> BulkDone:
    """Do one act on the dossiers of a submission: all or none, unless it says otherwise.

    If nothing could be done the answer is a problem `nothing_done`, whose facts hold the rows.
    """
    asked = SubmissionActAsked(
        trigger=body.trigger,
        dossiers=body.dossiers,
        reason=body.reason,
        data=body.data,
        effective_on=body.effective_on,
        ground=body.ground,
        paper=body.paper,
        on_refusal=body.on_refusal,
        key=idempotency_key,
    )
    return services.submissions.act(who, code, asked, lang)
