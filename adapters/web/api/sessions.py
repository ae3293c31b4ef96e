"""Sessions of councils: called, put together, counted, and signed for all their dossiers."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from adapters.services.asks import PaperGiven
from adapters.services.letters import PDF
from adapters.services.session_views import SessionDone, SessionLine, SessionView, WaitingView
from adapters.services.sessions import MOST_ROWS, SessionAct, SessionCalled
from adapters.web.api.dossiers import Data, GivenPaper
from adapters.web.api.kinds import Asked, Code, Key, Prose, answers
from adapters.web.api.letters import GIVES_PDF
from adapters.web.asking import Asking, IdempotencyKey, IfMatch, Lang, Using
from adapters.web.files import attachment

router = APIRouter(prefix="/sessions", tags=["sessions"])

Ref = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._-]{1,80}$")]
Count = Annotated[int, Field(ge=0, le=10_000)]


class NewSession(Asked):
    """A session to be called."""

    procedure: Key = "council-session"
    owner: Key | None = Field(
        default=None, description="whose council it is; left out: the only one the caller may call"
    )
    data: Data = Field(
        default_factory=dict, description="what the call asks for: day, place, electorate"
    )


class Items(Asked):
    """Dossiers to be put on the agenda, in this order."""

    dossiers: list[Ref] = Field(min_length=1, max_length=MOST_ROWS)


class BallotRow(Asked):
    """What was counted on one item; what is left out follows from the attendance."""

    dossier: Ref
    members: Count | None = None
    present: Count | None = None
    written: Count | None = None
    yes: Count | None = None
    no: Count | None = None
    blank: Count | None = None
    recused: Count | None = None
    consensus: bool = Field(default=False, description="recorded in the minutes, nobody counted")


class Ballots(Asked):
    """What was counted on many items: all are entered, or none."""

    ballots: list[BallotRow] = Field(min_length=1, max_length=MOST_ROWS)


class SessionActs(Asked):
    """One act on a session."""

    trigger: Key
    dossiers: list[Ref] = Field(
        default_factory=list,
        max_length=MOST_ROWS,
        description="the items that the act is about, where it is about some",
    )
    reason: Prose = ""
    data: Data = Field(default_factory=dict)
    documents: dict[Key, Annotated[list[GivenPaper], Field(max_length=50)]] = Field(
        default_factory=dict, max_length=50
    )


@router.post("", status_code=201, responses=answers(409))
def call_session(
    body: NewSession,
    response: Response,
    who: Asking,
    services: Using,
    lang: Lang,
    idempotency_key: IdempotencyKey = None,
) -> SessionView:
    """Call a session; a call that is refused leaves nothing behind."""
    asked = SessionCalled(
        procedure=body.procedure, owner=body.owner or "", data=body.data, key=idempotency_key
    )
    view = services.sessions.call(who, asked, lang)
    response.headers["Location"] = f"/api/v1/sessions/{view.code}"
    return view


@router.get("", responses=answers())
def list_sessions(who: Asking, services: Using, lang: Lang) -> list[SessionLine]:
    """Return the newest sessions that the caller may see."""
    return services.sessions.find(who, lang)


@router.get("/{code}", responses=answers())
def show_session(
    code: Code, response: Response, who: Asking, services: Using, lang: Lang
) -> SessionView:
    """Return a session with its council, all its items, and what the caller may do."""
    view = services.sessions.show(who, code, lang)
    response.headers["ETag"] = view.etag
    return view


@router.get("/{code}/minutes", response_class=Response, responses={**answers(), **GIVES_PDF})
def minutes(code: Code, who: Asking, services: Using, lang: Lang) -> Response:
    """Return the minutes as they were issued; before that, as they would be now."""
    return attachment(services.session_papers.minutes(who, code, lang), media_type=PDF)


@router.get("/{code}/proposal", response_class=Response, responses={**answers(), **GIVES_PDF})
def proposal(code: Code, who: Asking, services: Using, lang: Lang) -> Response:
    """Return the submission to whoever decides, a draft without number: all that passed."""
    return attachment(services.session_papers.proposal(who, code, lang), media_type=PDF)


@router.get("/{code}/waiting", responses=answers())
def list_waiting(code: Code, who: Asking, services: Using, lang: Lang) -> list[WaitingView]:
    """Return the dossiers that wait for this council and are on no agenda."""
    return services.sessions.waiting(who, code, lang)


@router.post("/{code}/items", responses=answers(409))
def put_items(
    code: Code,
    body: Items,
    who: Asking,
    services: Using,
    lang: Lang,
    idempotency_key: IdempotencyKey = None,
) -> SessionDone:
    """Put dossiers on the agenda: all of them, or none; the problem names those that refuse."""
    asked = SessionAct(trigger="put_items", dossiers=body.dossiers, key=idempotency_key)
    return services.sessions.act(who, code, asked, lang)


@router.delete("/{code}/items/{dossier}", responses=answers(409))
def drop_item(code: Code, dossier: Code, who: Asking, services: Using, lang: Lang) -> SessionDone:
    """Take a dossier off the agenda, before the cut-off."""
    asked = SessionAct(trigger="drop_items", dossiers=[dossier])
    return services.sessions.act(who, code, asked, lang)


@router.put("/{code}/ballots", responses=answers(409))
def enter_ballots(
    code: Code,
    body: Ballots,
    who: Asking,
    services: Using,
    lang: Lang,
    idempotency_key: IdempotencyKey = None,
) -> SessionDone:
    """Enter what was counted on many items: all, or none.

    The facts of the problem `items_refused` name every bad row: its dossier, its number on the
    agenda, the part that is wrong, and why.
    """
    rows: list[dict[str, Any]] = [one.model_dump(exclude_none=True) for one in body.ballots]
    asked = SessionAct(trigger="record_ballots", ballots=rows, key=idempotency_key)
    return services.sessions.act(who, code, asked, lang)


@router.post("/{code}/acts", responses=answers(409, 412))
def act_on_session(
    code: Code,
    body: SessionActs,
    who: Asking,
    services: Using,
    lang: Lang,
    if_match: IfMatch = None,
    idempotency_key: IdempotencyKey = None,
) -> SessionDone:
    """Do one act on a session; signing its protocol moves every dossier of it, or none.

    The facts of the problem `items_refused` name the dossiers that refuse: put those items off,
    and sign again.
    """
    asked = SessionAct(
        trigger=body.trigger,
        dossiers=body.dossiers,
        reason=body.reason,
        data=body.data,
        documents={
            key: [PaperGiven(**one.model_dump()) for one in given]
            for key, given in body.documents.items()
        },
        key=idempotency_key,
        if_match=if_match,
    )
    return services.sessions.act(who, code, asked, lang)
