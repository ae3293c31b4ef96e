"""Submissions: envelopes in which a unit sends its dossiers; made, changed and found as a whole.

Whatever changes one holds its row first, as the act that gives it its code does: so nothing is
added to or taken out of a submission that is being received.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, exists, func, or_, select, update

from adapters.clock import Clock
from adapters.storage.database import Database
from adapters.storage.drafts import (
    database_now,
    insert_drafts,
    keep_answer,
    next_place,
    open_envelope,
    typed,
)
from adapters.storage.files_known import remember_file
from adapters.storage.pages import Page, cursor_of, page_of, values_of
from adapters.storage.records import LetterLine
from adapters.storage.rows import SubjectOf, dossier_columns, plain_json
from adapters.storage.schema import (
    answers,
    dossiers,
    letter_dossiers,
    letters,
    submissions,
    uploads,
)
from adapters.storage.search import DossierFilter, DossierLine, Searches, Sight, narrowed
from engine.dossier import Dossier, Paper
from engine.errors import DossierUnknown, SubmissionClosed, VersionConflict
from engine.ports import Answer
from engine.state_json import from_json
from engine.text import Text

Papers = Mapping[str, tuple[Paper, ...]]

_RECEIVED = Text(
    "Hồ sơ trình đã được tiếp nhận: chỉ còn rút từng hồ sơ, hoặc lập hồ sơ trình bổ sung.",
    "The submission has been received: dossiers can be withdrawn, others go into a supplementary "
    "submission.",
)
_LAST = Text(
    "Hồ sơ trình phải còn ít nhất một người hoặc tập thể.",
    "A submission has at least one name.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One submission.

    Attributes:
        draft_code: `T-2026-000123`, for life.
        code: given when its first dossier is received, else None.
        counter: the organisation that made it for the owner, else None.
        documents: the papers that all its dossiers share, by document key.
        places: how many names were ever in it.
        supplements: id of the received submission that it adds to, else None.
    """

    id: str
    draft_code: str
    code: str | None
    owner: str
    counter: str | None
    procedure: str
    documents: Papers
    places: int
    supplements: str | None
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class StateTally:
    """How many dossiers of a submission stand in one state of an edition."""

    submission: str
    edition: str
    configuration: tuple[str, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What lies around one place of a submission: its code, how many names, the two next to it."""

    code: str
    names: int
    before: str
    after: str


class Submissions:
    """Makes and changes submissions, each in one transaction with one statement for each table."""

    def __init__(self, database: Database, clock: Clock | None, subject: SubjectOf) -> None:
        """Store in `database`; see `SqlStore`."""
        self._database = database
        self._clock = clock
        self._subject = subject

    def make(
        self,
        drafts: Sequence[Dossier],
        *,
        supplements: str | None = None,
        answer: Answer | None = None,
    ) -> None:
        """Store a new submission of these drafts, which name it, and what was answered.

        Raises:
            IntegrityError: an answer under this key is kept already; nothing was written.
        """
        numbered = [replace(draft, place=place) for place, draft in enumerate(drafts, 1)]

        def work(connection: Connection) -> None:
            now = database_now(connection, self._clock)
            more = {"places": len(numbered), "supplements": supplements}
            open_envelope(connection, numbered[0], now, **more)
            insert_drafts(connection, numbered, self._subject, now)
            keep_answer(connection, answer, now)

        self._database.write(work)

    def add(
        self, submission: str, drafts: Sequence[Dossier], answer: Answer | None = None
    ) -> Sequence[Dossier]:
        """Store further drafts in a submission, with the papers that it shares; return them.

        Raises:
            SubmissionClosed: it has been received.
            IntegrityError: an answer under this key is kept already; nothing was written.
        """

        def work(connection: Connection) -> list[Dossier]:
            now = database_now(connection, self._clock)
            held = _held(connection, submission)
            first = next_place(connection, submission, len(drafts))
            placed = [
                replace(draft, place=place, counter=held.counter, documents=held.documents)
                for place, draft in enumerate(drafts, first)
            ]
            made = insert_drafts(connection, placed, self._subject, now)
            keep_answer(connection, answer, now)
            return made

        return self._database.write(work)

    def drop(self, submission: str, dossier: str) -> None:
        """Take a draft out of a submission; its code and its place are not given again.

        Raises:
            SubmissionClosed: it has been received, or this is its last name.
            VersionConflict: the dossier is no draft any more.
        """

        def work(connection: Connection) -> None:
            _held(connection, submission)
            c = dossiers.c
            left = select(func.count()).where(c.submission == submission)
            if connection.execute(left).scalar_one() < 2:
                raise SubmissionClosed(_LAST)
            connection.execute(delete(uploads).where(uploads.c.dossier == dossier))
            gone = connection.execute(
                delete(dossiers).where(c.id == dossier, c.submission == submission, c.version == 0)
            )
            if gone.rowcount != 1:
                raise VersionConflict(dossier)

        self._database.write(work)

    def attach(self, submission: str, document: str, paper: Paper) -> None:
        """Put a paper into a submission and into every draft of it.

        Raises:
            SubmissionClosed: it has been received.
        """

        def more(papers: Papers) -> Papers:
            held = [one for one in papers.get(document, ()) if one.sha256 != paper.sha256]
            return {**papers, document: (*held, paper)}

        def known(connection: Connection, now: datetime) -> None:
            remember_file(connection, paper.sha256, paper.size, paper.media_type, now)

        self._change_papers(submission, more, known)

    def detach(self, submission: str, document: str, sha256: str) -> None:
        """Take a paper out of a submission and out of every draft of it.

        Raises:
            SubmissionClosed: it has been received.
        """

        def less(papers: Papers) -> Papers:
            kept = tuple(one for one in papers.get(document, ()) if one.sha256 != sha256)
            others = {key: held for key, held in papers.items() if key != document}
            return {**others, document: kept} if kept else others

        self._change_papers(submission, less, lambda connection, now: None)

    def _change_papers(
        self,
        submission: str,
        change: Callable[[Papers], Papers],
        first: Callable[[Connection, datetime], None],
    ) -> None:
        def work(connection: Connection) -> None:
            now = database_now(connection, self._clock)
            held = _held(connection, submission)
            first(connection, now)
            connection.execute(
                update(submissions)
                .where(submissions.c.id == submission)
                .values(documents=_papers_text(change(held.documents)))
            )
            drafts = [
                replace(one, documents=change(one.documents))
                for one in _drafts_of(connection, submission)
            ]
            if drafts:
                self._save_all(connection, drafts, now)

        self._database.write(work)

    def _save_all(self, connection: Connection, drafts: Sequence[Dossier], now: datetime) -> None:
        rows = [
            {
                **typed(dossier_columns(replace(one, revision=one.revision + 1), self._subject)),
                "updated_at": now,
            }
            for one in drafts
        ]
        # All values are bound by name: the rows have the same columns.
        statement = (
            update(dossiers)
            .where(
                dossiers.c.id == bindparam("p_id"),
                dossiers.c.version == 0,
                dossiers.c.revision == bindparam("p_revision"),
            )
            .values({name: bindparam(f"v_{name}") for name in rows[0]})
        )
        connection.execute(
            statement,
            [
                {
                    "p_id": one.id,
                    "p_revision": one.revision,
                    **{f"v_{name}": value for name, value in row.items()},
                }
                for one, row in zip(drafts, rows, strict=True)
            ],
        )


class SubmissionQueries(Searches):
    """Finds submissions, and what belongs to one."""

    def submission(self, ref: str) -> Submission | None:
        """Return a submission by id, draft code or code, whoever asks; None: unknown."""
        c = submissions.c
        found = self._rows(
            select(submissions).where(or_(c.id == ref, c.draft_code == ref, c.code == ref))
        )
        return _submission(found[0]) if found else None

    def submissions_with(self, ids: Collection[str]) -> list[Submission]:
        """Return the submissions with these ids, whoever asks."""
        query = select(submissions).where(submissions.c.id.in_(sorted(ids)))
        return [_submission(row) for row in self._rows(query)]

    def dossiers_in(self, submission: str) -> list[DossierLine]:
        """Return all dossiers of a submission in the order of their places, whoever asks."""
        query = self._lines().where(dossiers.c.submission == submission)
        return self._lines_of(query.order_by(dossiers.c.place))

    def around(self, sight: Sight, submission: str, place: int) -> Around:
        """Return what lies around a place of a submission, as far as it is within sight."""
        c = dossiers.c
        inside = (c.submission == submission, self._visible(sight))
        code = select(func.coalesce(c.received_code, c.code)).where(*inside).limit(1)
        names = select(func.count()).select_from(dossiers).where(*inside)
        before = code.where(c.place < place).order_by(c.place.desc())
        after = code.where(c.place > place).order_by(c.place)
        query = select(
            func.coalesce(submissions.c.code, submissions.c.draft_code),
            names.scalar_subquery(),
            before.scalar_subquery(),
            after.scalar_subquery(),
        ).where(submissions.c.id == submission)
        found: Sequence[Any] = self._rows(query)[0]
        return Around(code=found[0], names=found[1], before=found[2] or "", after=found[3] or "")

    def letters_in(self, sight: Sight, submission: str) -> list[LetterLine]:
        """Return the letters of the submission's dossiers within sight, each once, oldest first."""
        of_it = (
            select(letter_dossiers.c.letter)
            .join(dossiers, dossiers.c.id == letter_dossiers.c.dossier)
            .where(dossiers.c.submission == submission, self._visible(sight))
        )
        query = select(letters).where(letters.c.id.in_(of_it))
        return [
            LetterLine(**row._mapping)
            for row in self._rows(query.order_by(letters.c.issued_at, letters.c.id))
        ]

    def submissions(
        self,
        sight: Sight,
        wanted: DossierFilter,
        *,
        after_cursor: str | None = None,
        limit: int = 50,
    ) -> Page[Submission]:
        """Return submissions of which a dossier within sight is as wanted, the newest first.

        Raises:
            BadInput: the cursor is not one of this list.
        """
        c = submissions.c
        inside = (
            select(1)
            .select_from(dossiers)
            .where(dossiers.c.submission == c.id, self._visible(sight), *narrowed(wanted))
        )
        query = select(submissions).where(exists(inside))
        if after_cursor is not None:
            at, last_id = values_of(after_cursor, datetime, str)
            earlier = (c.created_at == at) & (c.id < last_id)
            query = query.where(or_(c.created_at < at, earlier))
        query = query.order_by(c.created_at.desc(), c.id.desc()).limit(limit + 1)
        rows = [_submission(row) for row in self._rows(query)]
        return page_of(rows, limit, lambda one: cursor_of(one.created_at, one.id))

    def tallies(self, sight: Sight, ids: Collection[str]) -> list[StateTally]:
        """Return how many dossiers within sight stand where, for these submissions."""
        c = dossiers.c
        by = (c.submission, c.edition, c.configuration)
        query = (
            select(*by, func.count().label("count"))
            .where(c.submission.in_(sorted(ids)), self._visible(sight))
            .group_by(*by)
            .order_by(*by)
        )
        return [
            StateTally(
                submission=row.submission,
                edition=row.edition,
                configuration=tuple(json.loads(row.configuration)),
                count=int(row._mapping["count"]),
            )
            for row in self._rows(query)
        ]

    def answer(self, principal: str, key: str) -> Answer | None:
        """Return what was answered under an idempotency key, or None."""
        query = select(answers).where(answers.c.principal == principal, answers.c.key == key)
        found = self._rows(query)
        if not found:
            return None
        row = found[0]
        return Answer(
            principal=row.principal, key=row.key, fingerprint=row.fingerprint, body=row.body
        )


def _held(connection: Connection, submission: str) -> Submission:
    """Return a submission that nobody else can change until the transaction ends.

    Raises:
        SubmissionClosed: it has been received.
    """
    query = select(submissions).where(submissions.c.id == submission).with_for_update()
    row = connection.execute(query).first()
    if row is None:
        raise DossierUnknown(submission)
    if row.code is not None:
        raise SubmissionClosed(_RECEIVED)
    return _submission(row)


def _drafts_of(connection: Connection, submission: str) -> list[Dossier]:
    c = dossiers.c
    query = select(c.body, c.revision).where(c.submission == submission, c.version == 0)
    return [
        replace(from_json(json.loads(row.body)), revision=row.revision)
        for row in connection.execute(query.with_for_update())
    ]


def _papers_text(papers: Papers) -> str:
    return plain_json({key: [asdict(one) for one in held] for key, held in papers.items()})


def _submission(row: Row[Any]) -> Submission:
    told = json.loads(row.documents)
    papers = {key: tuple(Paper(**one) for one in held) for key, held in told.items()}
    return Submission(**{**row._mapping, "documents": papers})
