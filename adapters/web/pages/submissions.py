"""Submissions as pages: a list, one with many names made in one form, and what is done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import Response

from adapters.services.errors import PROCEDURE, Unknown
from adapters.services.forms import draft_form
from adapters.services.letters import PDF
from adapters.services.media import disposition
from adapters.services.submission_views import (
    RowsRefused,
    SubmissionAsked,
    SubmissionOffer,
    SubmissionView,
)
from adapters.services.submissions import SubmissionActAsked
from adapters.services.views import Choice, FormField
from adapters.web import forms
from adapters.web.files import attachment
from adapters.web.i18n import say
from adapters.web.pages.asking import Looking, Posting, Sent, Visitor, files, text
from adapters.web.pages.rendering import go, page
from adapters.web.pages.route import PageRoute
from adapters.web.problems import TABLE, told
from engine.errors import BadInput, BangVangError, SubmissionClosed

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PAGE = 50
FIRST_ROWS = 5
MORE_ROWS = 10
MOST_ROWS = 100
"""Names that one form takes; a longer list comes as a workbook."""

ROWS = "rows"
SUPPLEMENTS = "supplements"
Which = Literal["all", "mine", "receive"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NamesForm:
    """The form of many names: what they share, what each has, and what stands in it.

    Attributes:
        shared: fields that are filled in once.
        own: fields that each row has.
        count: rows that are drawn.
        supplements: code of a received submission of the unit that this one adds to; else empty.
    """

    procedure: str
    title: str
    owner: Choice
    shared: Sequence[FormField]
    own: Sequence[FormField]
    count: int
    filled: forms.Filled
    key: str = ""
    detail: str = ""
    supplements: str = ""


@router.get("/submissions")
def listed(request: Request, visitor: Looking, which: str = "", after: str = "") -> Response:
    """Show submissions, the newest first."""
    chosen = cast(Which, which if which in ("mine", "receive") else "all")
    found = visitor.services.submissions.find(
        visitor.who, visitor.lang, which=chosen, limit=PAGE, after=after or None
    )
    asked = {"which": chosen if chosen != "all" else "", "after": after}
    startable = bool(visitor.services.submissions.startable(visitor.who, visitor.lang))
    return page(request, "submissions.html", found=found, asked=asked, startable=startable)


@router.get("/submissions/new")
def begin(request: Request, visitor: Looking, procedure: str = "", owner: str = "") -> Response:
    """Show what may be submitted for whom; once that is chosen, the form of the names."""
    if not procedure:
        startable = visitor.services.submissions.startable(visitor.who, visitor.lang)
        return page(request, "submission_new.html", startable=startable, names=None)
    return _names_page(request, _blank(visitor, procedure, owner))


@router.post("/submissions/new")
def make(request: Request, visitor: Posting, form: Sent) -> Response:
    """Make a submission; the button for more rows only draws the form again, with all typed."""
    names = _blank(visitor, text(form, "procedure"), text(form, "owner"))
    typed = forms.typed(form)
    count = _count(form)
    shared, rows, wrong = _read(names, typed, count, visitor.lang)
    names = _with(names, forms.Filled(typed), count=count, key=text(form, "key"))
    names = replace(names, supplements=text(form, SUPPLEMENTS))
    if text(form, "more"):
        more = _with(names, forms.Filled(typed), count=min(MOST_ROWS, count + MORE_ROWS))
        return _names_page(request, more)
    if not rows:
        wrong = {**wrong, "": say("no_names_typed", visitor.lang)}
    if wrong:
        detail = " ".join(dict.fromkeys(wrong.values()))
        return _names_page(request, _with(names, forms.Filled(typed, wrong), detail), status=422)
    asked = SubmissionAsked(
        procedure=names.procedure,
        owner=names.owner.key,
        shared=shared,
        rows=[data for _, data in rows],
        key=names.key or None,
        supplements=names.supplements,
    )
    try:
        view = visitor.services.submissions.make(visitor.who, asked, visitor.lang)
    except RowsRefused as refused:
        wrong = _places(names, refused, [place for place, _ in rows], visitor.lang)
        detail = refused.text.in_(visitor.lang)
        return _names_page(request, _with(names, forms.Filled(typed, wrong), detail), status=422)
    except (BadInput, Unknown) as error:
        _status, _code, _title, detail = told(error, visitor.lang)
        about = SUPPLEMENTS if isinstance(error, Unknown) else error.facts.get("field")
        wrong = {SUPPLEMENTS: detail} if about == SUPPLEMENTS else {}
        return _names_page(request, _with(names, forms.Filled(typed, wrong), detail), status=422)
    return go(f"/submissions/{view.code}", done="submission_made")


@router.get("/submissions/{ref}")
def show(request: Request, visitor: Looking, ref: str) -> Response:
    """Show a submission."""
    view = visitor.services.submissions.show(visitor.who, ref, visitor.lang)
    return _page(request, view)


@router.get("/submissions/{ref}/names")
def more_names(request: Request, visitor: Looking, ref: str) -> Response:
    """Show the form of further names."""
    view = visitor.services.submissions.show(visitor.who, ref, visitor.lang)
    if not view.editable:
        return go(f"/submissions/{view.code}")
    return _names_page(request, _further(view), view=view)


@router.post("/submissions/{ref}/names")
def add_names(request: Request, visitor: Posting, form: Sent, ref: str) -> Response:
    """Add names; what cannot be taken is shown where it was typed, and nothing is stored."""
    view = visitor.services.submissions.show(visitor.who, ref, visitor.lang)
    typed = forms.typed(form)
    count = _count(form)
    names = _with(_further(view), forms.Filled(typed), count=count, key=text(form, "key"))
    shared, rows, wrong = _read(names, typed, count, visitor.lang)
    if text(form, "more"):
        more = _with(names, forms.Filled(typed), count=min(MOST_ROWS, count + MORE_ROWS))
        return _names_page(request, more, view=view)
    if not rows:
        wrong = {**wrong, "": say("no_names_typed", visitor.lang)}
    detail = " ".join(dict.fromkeys(wrong.values()))
    status = 422
    if not wrong:
        try:
            visitor.services.submissions.add(
                visitor.who,
                view.line.id,
                [{**shared, **data} for _, data in rows],
                visitor.lang,
                key=names.key or None,
            )
        except RowsRefused as refused:
            wrong = _places(names, refused, [place for place, _ in rows], visitor.lang)
            detail = refused.text.in_(visitor.lang)
        except (BadInput, SubmissionClosed) as error:
            status, _code, _title, detail = told(error, visitor.lang)
        else:
            return go(f"/submissions/{view.code}", done="names_added")
    shown = _with(names, forms.Filled(typed, wrong), detail)
    return _names_page(request, shown, view=view, status=status)


@router.post("/submissions/{ref}/names/{dossier}/drop")
def drop(request: Request, visitor: Posting, ref: str, dossier: str) -> Response:
    """Take a name out."""
    try:
        view = visitor.services.submissions.drop(visitor.who, ref, dossier, visitor.lang)
    except BangVangError as error:
        return _refused(request, visitor, ref, error)
    return go(f"/submissions/{view.code}", done="name_dropped")


@router.post("/submissions/{ref}/papers/{document}")
def add_papers(request: Request, visitor: Posting, form: Sent, ref: str, document: str) -> Response:
    """Put files into the submission and its drafts."""
    submissions = visitor.services.submissions
    try:
        for name, content in files(form, "file"):
            submissions.attach(visitor.who, ref, document, content, name, visitor.lang)
    except BangVangError as error:
        return _refused(request, visitor, ref, error)
    return go(f"/submissions/{ref}", done="paper_added")


@router.post("/submissions/{ref}/papers/{document}/{sha256}/remove")
def remove_paper(
    request: Request, visitor: Posting, ref: str, document: str, sha256: str
) -> Response:
    """Take a file out of the submission and its drafts."""
    try:
        visitor.services.submissions.detach(visitor.who, ref, document, sha256, visitor.lang)
    except BangVangError as error:
        return _refused(request, visitor, ref, error)
    return go(f"/submissions/{ref}", done="paper_removed")


@router.get("/submissions/{ref}/papers/{sha256}")
def paper(visitor: Looking, ref: str, sha256: str) -> Response:
    """Give a shared paper, to be saved."""
    file = visitor.services.submissions.file(visitor.who, ref, sha256)
    headers = {
        "Content-Disposition": disposition(file.name),
        "X-Content-Type-Options": "nosniff",
    }
    return Response(file.content, media_type=file.media_type, headers=headers)


@router.get("/submissions/{ref}/letters/{letter}")
def letter(visitor: Looking, ref: str, letter: str) -> Response:
    """Go on to a letter as one of the submission's dossiers has it."""
    dossier = visitor.services.submissions.with_letter(visitor.who, ref, letter)
    return go(f"/dossiers/{dossier}/letters/{letter}")


@router.get("/submissions/{ref}/letters.pdf")
def letters(visitor: Looking, ref: str, kind: str = "") -> Response:
    """Give all letters of a submission, or all of one kind, as one PDF."""
    ids = visitor.services.submissions.letters(visitor.who, ref, kind)
    return attachment(
        visitor.services.letters.bundle(visitor.who, ids), media_type=PDF, inline=True
    )


@router.post("/submissions/{ref}/acts/choose")
def choose(request: Request, visitor: Posting, form: Sent, ref: str) -> Response:
    """Show the form of an act on the ticked names, or on all that stand where it begins."""
    view = visitor.services.submissions.show(visitor.who, ref, visitor.lang)
    offer = _offer(view, text(form, "trigger"))
    if offer is None:
        return _page(request, view, detail=say("choose_an_act", visitor.lang), status=422)
    ticked = _ticked(form)
    return _act_page(request, view, offer, ticked, forms.shown(offer.fields))


@router.post("/submissions/{ref}/acts/do")
def act(request: Request, visitor: Posting, form: Sent, ref: str) -> Response:
    """Do an act on the chosen names, and show what became of each."""
    submissions, who, lang = visitor.services.submissions, visitor.who, visitor.lang
    view = submissions.show(who, ref, lang)
    offer = _offer(view, text(form, "trigger"))
    ticked, typed = _ticked(form), forms.typed(form)
    if offer is None:
        # A form sent twice finds the act done; its key brings the answer again.
        offer = SubmissionOffer(trigger=text(form, "trigger"), label="", names=ticked)
    read = forms.understood(offer.fields, typed, lang)
    wrong = dict(read.wrong)
    effective_on = forms.day_of(text(form, "effective_on"))
    if text(form, "effective_on") and effective_on is None:
        wrong["effective_on"] = say("wrong_date", lang)
    if wrong:
        filled = forms.Filled(typed, wrong)
        return _act_page(request, view, offer, ticked, filled, " ".join(wrong.values()), 422)
    asked = SubmissionActAsked(
        trigger=offer.trigger,
        dossiers=ticked,
        reason=text(form, "reason"),
        data={key: value for key, value in read.data.items() if value is not None},
        effective_on=effective_on,
        on_refusal="skip" if text(form, "on_refusal") == "skip" else "abort",
        key=text(form, "key") or None,
    )
    try:
        done = submissions.told(who, view.line.id, asked, lang)
    except BangVangError as error:
        if not any(kind in TABLE for kind in type(error).__mro__):
            raise
        status, _code, _title, detail = told(error, lang)
        return _act_page(request, view, offer, ticked, forms.Filled(typed), detail, status)
    after = submissions.show(who, view.line.id, lang)
    return page(
        request,
        "acts.html",
        status=200 if done.done else 422,
        told=done,
        back=f"/submissions/{after.code}",
    )


def _offer(view: SubmissionView, trigger: str) -> SubmissionOffer | None:
    return next((one for one in view.offers if one.trigger == trigger), None)


def _ticked(form: FormData) -> list[str]:
    found = [one for one in form.getlist("dossier") if isinstance(one, str)]
    return list(dict.fromkeys(found))


def _refused(request: Request, visitor: Visitor, ref: str, error: BangVangError) -> Response:
    if isinstance(error, Unknown) or not any(kind in TABLE for kind in type(error).__mro__):
        raise error
    status, _code, _title, detail = told(error, visitor.lang)
    view = visitor.services.submissions.show(visitor.who, ref, visitor.lang)
    return _page(request, view, detail=detail, status=status)


def _page(
    request: Request, view: SubmissionView, *, detail: str = "", status: int = 200
) -> Response:
    return page(request, "submission.html", status=status, view=view, detail=detail)


def _act_page(
    request: Request,
    view: SubmissionView,
    offer: SubmissionOffer,
    ticked: Sequence[str],
    filled: forms.Filled,
    detail: str = "",
    status: int = 200,
) -> Response:
    return page(
        request,
        "submission_act.html",
        status=status,
        view=view,
        offer=offer,
        chosen=ticked or offer.names,
        key=filled.typed.get("key", ""),
        filled=filled,
        detail=detail,
        rows=forms.rows,
    )


def _names_page(
    request: Request, names: NamesForm, *, view: SubmissionView | None = None, status: int = 200
) -> Response:
    return page(
        request,
        "submission_new.html",
        status=status,
        names=names,
        view=view,
        startable=(),
        rows=forms.rows,
        most=MOST_ROWS,
    )


def _blank(visitor: Visitor, procedure: str, owner: str) -> NamesForm:
    """Return the empty form of a procedure and a unit.

    Raises:
        Unknown: the visitor may not submit this for that unit.
    """
    for edition, units in visitor.services.submissions.startable(visitor.who, visitor.lang):
        if edition.key == procedure:
            unit = next((one for one in units if one.key == owner), None)
            if unit is None:
                raise Unknown(PROCEDURE)
            fields = draft_form(edition, {}, visitor.lang)
            return _form(edition.key, edition.title.in_(visitor.lang), unit, fields)
    raise Unknown(PROCEDURE)


def _further(view: SubmissionView) -> NamesForm:
    line = view.line
    owner = Choice(key=line.owner, label=line.owner_name)
    return _form(line.procedure, line.procedure_title, owner, view.fields)


def _form(procedure: str, title: str, owner: Choice, fields: Sequence[FormField]) -> NamesForm:
    """Return the form: each name has its party, all else is shared; without a party, nothing is."""
    party = next((one for one in fields if one.type == "party"), None)
    own = [party] if party else list(fields)
    return NamesForm(
        procedure=procedure,
        title=title,
        owner=owner,
        shared=[one for one in fields if one not in own],
        own=own,
        count=FIRST_ROWS,
        filled=forms.Filled(),
    )


def _with(
    names: NamesForm,
    filled: forms.Filled,
    detail: str = "",
    *,
    count: int | None = None,
    key: str | None = None,
) -> NamesForm:
    return replace(
        names,
        count=names.count if count is None else count,
        filled=filled,
        key=names.key if key is None else key,
        detail=detail,
    )


def _count(form: FormData) -> int:
    given = text(form, "count")
    known = int(given) if given.isascii() and given.isdigit() and len(given) < 5 else FIRST_ROWS
    return max(1, min(MOST_ROWS, known))


def _read(
    names: NamesForm, typed: Mapping[str, str], count: int, lang: str
) -> tuple[Mapping[str, object], list[tuple[int, Mapping[str, object]]], dict[str, str]]:
    """Return what is shared, (row, data) of each row with something in it, and what is wrong."""
    read = forms.understood(names.shared, typed, lang)
    wrong = dict(read.wrong)
    rows: list[tuple[int, Mapping[str, object]]] = []
    for row in range(count):
        prefix = f"{ROWS}.{row}."
        mine = {
            f"{forms.DATA}.{name[len(prefix) :]}": value
            for name, value in typed.items()
            if name.startswith(prefix)
        }
        if not any(value.strip() for value in mine.values()):
            continue
        one = forms.understood(names.own, mine, lang)
        wrong |= {
            prefix + name.removeprefix(f"{forms.DATA}."): why for name, why in one.wrong.items()
        }
        rows.append((row, _filled(one.data)))
    return _filled(read.data), rows, wrong


def _filled(data: Mapping[str, object]) -> Mapping[str, object]:
    return {key: value for key, value in data.items() if value is not None}


def _places(
    names: NamesForm, refused: RowsRefused, rows: Sequence[int], lang: str
) -> dict[str, str]:
    """Return the input that each refusal is about, with its sentence."""
    shared = {one.name for one in names.shared}
    wrong: dict[str, str] = {}
    for one in refused.problems:
        if one.field.split(".")[0] in shared:
            place = f"{forms.DATA}.{one.field}"
        else:
            place = f"{ROWS}.{rows[one.row - 1]}.{one.field or names.own[0].name}"
        wrong.setdefault(place, one.text.in_(lang))
    return wrong
