"""The award register: found by name, year of birth and unit; old lists enter row by row, once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.storage.fold_text import fold
from adapters.storage.pages import Page, after, cursor_of, page_of, values_of
from adapters.storage.reader import Reader
from adapters.storage.schema import awards, initiative_uses


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardFilter:
    """What the register is searched for; empty means: no matter which.

    Attributes:
        name, unit: parts, in any spelling.
        awards: keys.
        subject_key: exactly this person or collective.
    """

    name: str = ""
    birth_year: int | None = None
    unit: str = ""
    awards: Collection[str] = ()
    year: int | None = None
    deed: str = ""
    subject_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardLine:
    """One award as the register has it; name, birth year and unit are personal.

    Attributes:
        year: what it counts for; `period_from`, `period_until` (inclusive) where they are known.
        org: the organisation that decided it, or whose list brought it.
        bonus: in đồng, as the decision has it; None: none is known.
        dossier: id of the dossier by which it was given; None for an imported row.
    """

    id: int
    subject_key: str
    subject_name: str
    kind: str
    birth_year: int | None
    unit: str
    unit_folded: str
    sort_key: str
    award: str
    award_vi: str
    award_en: str
    year: int
    period_from: date | None
    period_until: date | None
    level: str
    type: str
    deed: str
    decided_on: date
    bonus: int | None
    org: str
    dossier: str | None


_LINE = [awards.c[name] for name in AwardLine.__dataclass_fields__]
_AT_ONCE = 200


class Awards(Reader):
    """Reads the award register."""

    def awards(
        self,
        orgs: Collection[str],
        wanted: AwardFilter,
        *,
        after_cursor: str | None = None,
        limit: int = 50,
    ) -> Page[AwardLine]:
        """Return awards that these organisations gave, by name, a page at a time.

        Raises:
            BadInput: the cursor is not one of this list.
        """
        query = select(*_LINE).where(awards.c.org.in_(sorted(orgs)), *_narrowed(wanted))
        if after_cursor is not None:
            key, last_id = values_of(after_cursor, str, str)
            last = int(last_id) if last_id.isascii() and last_id.isdigit() else 0
            query = query.where(after(awards.c.sort_key, key, awards.c.id, min(last, 2**62)))
        rows = self._rows(query.order_by(awards.c.sort_key, awards.c.id).limit(limit + 1))
        lines = [AwardLine(**row._mapping) for row in rows]
        return page_of(lines, limit, lambda line: cursor_of(line.sort_key, str(line.id)))

    def count_awards(self, orgs: Collection[str], wanted: AwardFilter) -> int:
        """Return how many awards a search finds in all."""
        query = select(func.count()).select_from(awards)
        query = query.where(awards.c.org.in_(sorted(orgs)), *_narrowed(wanted))
        return int(self._rows(query)[0][0])


def write_awards(c: Connection, rows: Sequence[dict[str, Any]]) -> int:
    """Write rows of a list and return how many the register did not have yet.

    A row is known by its organisation, the digest of its list and its place there.
    """
    return _write(c, awards, rows)


def write_uses(c: Connection, rows: Sequence[dict[str, Any]]) -> int:
    """Write which initiatives a list says were used; known by their rows as awards are."""
    return _write(c, initiative_uses, rows)


def _write(c: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> int:
    insert = sqlite.insert if c.dialect.name == "sqlite" else postgresql.insert
    written = 0
    for start in range(0, len(rows), _AT_ONCE):
        statement = insert(table).values(list(rows[start : start + _AT_ONCE]))
        known = ["org", "list_sha256", "list_row"]
        new = c.execute(
            statement.on_conflict_do_nothing(index_elements=known).returning(table.c.id)
        )
        written += len(new.all())
    return written


def _narrowed(wanted: AwardFilter) -> list[ColumnElement[bool]]:
    c = awards.c
    found: list[ColumnElement[bool]] = []
    for column, text in ((c.name_folded, wanted.name), (c.unit_folded, wanted.unit)):
        if folded := fold(text):
            found.append(column.contains(folded, autoescape=True))
    if deed := wanted.deed.replace("\0", "").strip():
        found.append(or_(c.deed.startswith(deed, autoescape=True), c.deed == deed))
    if wanted.awards:
        found.append(c.award.in_(sorted(wanted.awards)))
    if wanted.birth_year is not None:
        found.append(c.birth_year == wanted.birth_year)
    if wanted.year is not None:
        found.append(c.year == wanted.year)
    if wanted.subject_key:
        found.append(c.subject_key == wanted.subject_key)
    return found
