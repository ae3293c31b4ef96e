"""Acts as forms: what was typed becomes an act, and a refusal goes back to where it was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from starlette.datastructures import FormData

from adapters.services.asks import ActAsked, PaperGiven
from adapters.services.errors import FileRefused
from adapters.services.views import DossierView, Offer, Step
from adapters.web import forms
from adapters.web.i18n import say
from adapters.web.pages.asking import Visitor, files, text
from engine.errors import BangVangError, Refusal

PAPER = "paper:"
"""Prefix of the inputs that take files, before the document's key."""
KEPT = "kept:"
"""Prefix of the inputs that name files uploaded with an earlier try, before the document's key."""
ANY = "any"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One form that was sent and not accepted: all it takes to show it again.

    Attributes:
        detail: the reason, in words.
        wrong: reasons by input name.
        kept: document key -> files that were uploaded and need not be chosen again.
        since: acts that others did after the form was opened.
    """

    trigger: str
    key: str
    detail: str
    typed: Mapping[str, str]
    wrong: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, Sequence[PaperGiven]] = field(default_factory=dict)
    since: Sequence[Step] = ()

    @property
    def filled(self) -> forms.Filled:
        """What stands in the form."""
        return forms.Filled(self.typed, self.wrong)


class NotUnderstood(Exception):
    """Something in the form cannot be read; `wrong` says what, by input name."""

    def __init__(self, wrong: Mapping[str, str]) -> None:
        """Keep what was wrong."""
        super().__init__("; ".join(wrong.values()))
        self.wrong = wrong


def openable(offer: Offer) -> bool:
    """Return whether the act has a form: allowed, or lacking only papers that the form takes."""
    return offer.allowed or (offer.code == "papers_missing" and bool(offer.missing))


def uploaded(visitor: Visitor, dossier: str, form: FormData) -> dict[str, list[PaperGiven]]:
    """Keep the files of a form, and return all files that it names, by document key.

    Raises:
        FileRefused: a file is empty, too large, or of a kind that is not taken.
    """
    found: dict[str, list[PaperGiven]] = {}
    for name, value in form.multi_items():
        if name.startswith(KEPT) and isinstance(value, str):
            sha256, _, label = value.partition(" ")
            found.setdefault(name.removeprefix(KEPT), []).append(
                PaperGiven(sha256=sha256, name=label)
            )
    for name in dict.fromkeys(form.keys()):
        if not name.startswith(PAPER):
            continue
        document = name.removeprefix(PAPER)
        if document == ANY:
            document = text(form, "paper_kind")
        for label, content in files(form, name):
            given = visitor.services.papers.upload(visitor.who, dossier, content, label)
            found.setdefault(document, []).append(PaperGiven(sha256=given.sha256, name=given.name))
    return found


def asked(
    offer: Offer, form: FormData, documents: Mapping[str, Sequence[PaperGiven]], lang: str
) -> ActAsked:
    """Return the act that a form asks for.

    Raises:
        NotUnderstood: a date or a number is not one, or a file has no kind.
    """
    sent = forms.typed(form)
    read = forms.understood(offer.fields, sent, lang)
    wrong = dict(read.wrong)
    effective_on: date | None = None
    if text(form, "effective_on"):
        effective_on = forms.day_of(text(form, "effective_on"))
        if effective_on is None:
            wrong["effective_on"] = say("wrong_date", lang)
    if "" in documents:
        wrong["paper_kind"] = say("wrong_paper_kind", lang)
    if wrong:
        raise NotUnderstood(wrong)
    return ActAsked(
        trigger=offer.trigger,
        reason=text(form, "reason"),
        data={key: value for key, value in read.data.items() if value is not None},
        documents=documents,
        effective_on=effective_on,
        ground=text(form, "ground"),
        paper=text(form, "paper"),
        if_match=text(form, "etag") or None,
        key=text(form, "key") or None,
    )


def places(offer: Offer, error: BangVangError, detail: str) -> dict[str, str]:
    """Return the input that a refusal is about, with its sentence; empty when about none."""
    if isinstance(error, FileRefused):
        return {"papers": detail}
    if not isinstance(error, Refusal):
        return {}
    about = error.facts.get("field")
    own = {"reason", "effective_on", "ground", "paper"}
    if isinstance(about, str) and about in own:
        return {about: detail}
    place = forms.place_of(about, forms.names(offer.fields))
    return {place: detail} if place else {}


def changed_since(view: DossierView, form: FormData) -> Sequence[Step]:
    """Return the acts that happened after the form was opened."""
    opened = text(form, "version")
    if not (opened.isascii() and opened.isdigit()):
        return ()
    return [step for step in view.path if step.seq > int(opened)]
