"""Submissions as people read them: a line of a list, and the papers that all its dossiers share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adapters.identity.directory import Tree
from adapters.services.showing import label_of, paper_slot
from adapters.services.submission_views import SubmissionLine
from adapters.services.views import PaperSlot, StateCount
from adapters.storage.submissions import StateTally, Submission
from engine.definition import Procedure
from engine.ports import Editions


def submission_line(
    tree: Tree,
    editions: Editions,
    held: Submission,
    tallies: Iterable[StateTally],
    lang: str,
) -> SubmissionLine:
    """Return a submission as lists show it; `tallies` may be those of many submissions."""
    counts: dict[str, StateCount] = {}
    title = held.procedure
    names = 0
    for one in tallies:
        if one.submission != held.id:
            continue
        edition = editions.get(one.edition)
        title = edition.title.in_(lang)
        names += one.count
        for state in sorted({path.split(".", 1)[0] for path in one.configuration}):
            known = counts.get(state)
            counts[state] = StateCount(
                procedure=held.procedure,
                state=state,
                label=label_of(edition, state, lang),
                count=one.count + (known.count if known else 0),
            )
    return SubmissionLine(
        id=held.id,
        code=held.code or held.draft_code,
        draft_code=held.draft_code,
        received_code=held.code or "",
        procedure=held.procedure,
        procedure_title=title,
        owner=held.owner,
        owner_name=tree.name(held.owner, lang),
        counter_name=tree.name(held.counter, lang) if held.counter else "",
        created_at=held.created_at,
        names=names,
        counts=list(counts.values()),
    )


def shared_papers(edition: Procedure) -> Sequence[str]:
    """Return the papers that a submission has once for all its dossiers."""
    return edition.shared_documents or tuple(edition.documents)


def shared_slots(edition: Procedure, held: Submission, lang: str) -> Sequence[PaperSlot]:
    """Return every paper that the submission shares, with what is there and what is missing."""
    return [
        paper_slot(
            key,
            edition.documents[key],
            held.documents.get(key, ()),
            edition.documents[key].required is True,
            lang,
        )
        for key in shared_papers(edition)
    ]
