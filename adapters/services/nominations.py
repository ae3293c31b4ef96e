"""A list of nominees sent as a workbook: one submission of drafts, or each wrong cell named."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from adapters.documents.sheets import read_sheet
from adapters.identity.who import Who
from adapters.services.access import owner_roles
from adapters.services.award_lists import BadCell
from adapters.services.cells import wrong_rows
from adapters.services.drafting import Drafting
from adapters.services.media import XLSX
from adapters.services.nomination_lists import (
    NoList,
    NominationList,
    headings_of,
    nomination_template,
    read_nominations,
)
from adapters.services.parts import Parts
from adapters.services.register_views import BadCellView
from adapters.services.submission_views import SubmissionAsked
from adapters.services.submissions import Submissions
from adapters.services.views import File
from engine.calendar import TZ
from engine.definition import Procedure
from engine.errors import BadInput
from engine.text import Text

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how many rows of it are done, and how many there are."""


def silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListAsked:
    """A list that somebody sends.

    Attributes:
        owner: the unit that submits; empty: the caller's own, if there is just one.
        only_accepted: leave wrong rows out instead of refusing the list.
        dry_run: only say what is wrong.
    """

    procedure: str
    content: bytes
    owner: str = ""
    only_accepted: bool = False
    dry_run: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListDone:
    """What became of a list.

    Attributes:
        done: there is a submission now, `code`; False: nothing was written.
        known: it was there already: the same file had been sent before.
        names: rows that went in, or would have.
        refused: rows that are wrong, each with its cells in `bad`.
    """

    done: bool
    code: str
    known: bool
    names: int
    refused: int
    bad: Sequence[BadCellView]


class Nominations:
    """Gives the workbook of a procedure, and takes filled ones."""

    def __init__(self, parts: Parts, submissions: Submissions) -> None:
        """Make submissions through `submissions`."""
        self._parts = parts
        self._submissions = submissions
        self._drafting = Drafting(parts)

    def takes(self, edition: Procedure) -> bool:
        """Return whether an edition can be filled in as a list."""
        try:
            headings_of(edition)
        except NoList:
            return False
        return True

    def template(self, procedure: str) -> File:
        """Return the workbook to fill in, as the edition in force today has it.

        Raises:
            Unknown: there is no such procedure.
            NoEditionInForce: no edition binds today.
            NoList: the procedure cannot be filled in as a list.
        """
        edition = self._edition(procedure)
        name = f"danh-sach-{edition.key}-{edition.edition}.xlsx"
        return File(content=nomination_template(edition), media_type=XLSX, name=name)

    def send(
        self, who: Who, asked: ListAsked, lang: str, *, progress: Progress = silent
    ) -> ListDone:
        """Make one submission of all rows, or of the right ones; the same file makes only one.

        Raises:
            Unknown: no such procedure, or the caller may not submit for this unit.
            NoEditionInForce: no edition binds today.
            NoList: the procedure cannot be filled in as a list.
            WorkbookRefused: the file is not read at all.
            BadInput: the unit must be named.
        """
        owner = asked.owner or self._own_unit(who, asked.procedure)
        edition = self._drafting.opening(who, asked.procedure, owner).edition
        progress("Đọc tệp / reading the file", 0, 1)
        today = self._parts.now().astimezone(TZ).date()
        found = read_nominations(read_sheet(asked.content), edition, today=today)
        progress("Kiểm tra / checking", 0, len(found.rows))
        wanted = SubmissionAsked(
            procedure=asked.procedure, owner=owner, rows=[data for _, data in found.rows]
        )
        bad = [*found.bad, *self._also_bad(who, wanted, found)]
        wrong = {_row_of(one) for one in bad}
        rows = [(number, data) for number, data in found.rows if number not in wrong]
        done = not asked.dry_run and bool(rows) and (asked.only_accepted or not bad)
        code, known = "", False
        if done:
            progress("Ghi hồ sơ trình / writing", 0, len(rows))
            numbers = ",".join(str(number) for number, _ in rows)
            told = (asked.content, asked.procedure, owner, edition.hash, numbers)
            key = f"list-{_digest(*told)}"
            known = self._parts.queries.answer(who.account, key) is not None
            made = SubmissionAsked(
                procedure=asked.procedure, owner=owner, rows=[data for _, data in rows], key=key
            )
            there = self._parts.queries.submission(self._submissions.made(who, made))
            assert there is not None
            code = there.code or there.draft_code
            progress("Ghi hồ sơ trình / writing", len(rows), len(rows))
        return ListDone(
            done=done,
            code=code,
            known=known,
            names=len(rows),
            refused=wrong_rows(bad),
            bad=[
                BadCellView(cell=one.cell, column=one.column, detail=one.text.in_(lang))
                for one in sorted(bad, key=_row_of)
            ],
        )

    def _also_bad(
        self, who: Who, wanted: SubmissionAsked, found: NominationList
    ) -> Sequence[BadCell]:
        """Return what a submission would refuse of rows that are right as far as the list goes."""
        if not found.rows:
            return []
        return [
            found.bad_cell(found.rows[one.row - 1][0], one.field, one.text)
            for one in self._submissions.check(who, wanted, complete=True)
        ]

    def _edition(self, procedure: str) -> Procedure:
        return self._drafting.in_force(procedure, self._parts.now())

    def _own_unit(self, who: Who, procedure: str) -> str:
        own = who.orgs_of(owner_roles(self._edition(procedure)))
        if len(own) != 1:
            raise BadInput(Text("Hãy nêu đơn vị trình.", "Say which unit submits."), field="owner")
        return next(iter(own))


def _row_of(one: BadCell) -> int:
    return int("".join(letter for letter in one.cell if letter.isdigit()))


def _digest(content: bytes, *more: str) -> str:
    whole = hashlib.sha256(hashlib.sha256(content).digest())
    whole.update("\n".join(more).encode())
    return whole.hexdigest()
