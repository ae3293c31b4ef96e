"""Finding dossiers: what a caller may see is part of the query, never a filter after it."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, cast, exists, false, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from adapters.storage.fold_text import fold
from adapters.storage.pages import Page, after, cursor_of, page_of, values_of
from adapters.storage.reader import Reader
from adapters.storage.schema import dossier_codes, dossiers
from engine.dossier import Dossier
from engine.state_json import from_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """What a caller may see.

    Attributes:
        orgs: submitted dossiers that these organisations submitted, work on or worked on.
        drafts: procedure -> organisations whose drafts may be read.
        counters: procedure -> organisations at whose counter drafts may be read.
    """

    orgs: Collection[str] = ()
    drafts: Mapping[str, Collection[str]] = field(default_factory=dict)
    counters: Mapping[str, Collection[str]] = field(default_factory=dict)


class Sort(StrEnum):
    """The orders in which dossiers are listed."""

    DUE = "due"
    NAME = "name"
    NEWEST = "newest"


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierFilter:
    """What a search is narrowed to; empty means: no matter which.

    Attributes:
        text: part of a name, in any spelling, or the beginning of a code.
        states: paths; a composite stands for all states in it.
        due_from, due_until, received_from, received_until: inclusive.
        open: True: without a result yet; False: with one.
        drafts: True: only drafts; False: only submitted dossiers.
        submission: id of the submission; empty: no matter which.
        subject_key: exactly this person or collective, as the award register knows them.
    """

    text: str = ""
    states: Collection[str] = ()
    procedures: Collection[str] = ()
    owners: Collection[str] = ()
    results: Collection[str] = ()
    due_from: date | None = None
    due_until: date | None = None
    received_from: date | None = None
    received_until: date | None = None
    overdue: bool | None = None
    open: bool | None = None
    drafts: bool | None = None
    subject_key: str = ""
    submission: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierLine:
    """One line of a list of dossiers.

    Attributes:
        subject_name: whom it is about (personal).
        configuration: the active leaf states.
        former_holders: organisations that worked on it before.
    """

    id: str
    stream: str
    log: str
    code: str
    received_code: str | None
    submission: str
    place: int
    counter: str | None
    procedure: str
    edition: str
    owner: str
    holder: str
    former_holders: frozenset[str]
    configuration: tuple[str, ...]
    version: int
    revision: int
    received_on: date | None
    due_on: date | None
    due_at: datetime | None
    result: str | None
    resolved_on: date | None
    subject_name: str
    award: str
    overdue: bool
    sort_key: str
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DossierRecord:
    """One dossier: its line, and the dossier itself."""

    line: DossierLine
    dossier: Dossier


_LINE = [dossiers.c[name] for name in DossierLine.__dataclass_fields__]


class Searches(Reader):
    """Finds dossiers."""

    def search(
        self,
        sight: Sight,
        wanted: DossierFilter = DossierFilter(),
        *,
        sort: Sort = Sort.DUE,
        after_cursor: str | None = None,
        limit: int = 50,
    ) -> Page[DossierLine]:
        """Return dossiers within sight, a page at a time.

        Raises:
            BadInput: the cursor is not one of this list.
        """
        query = select(*_LINE).where(self._visible(sight), *narrowed(wanted)).limit(limit + 1)
        rows = [_line(row) for row in self._rows(_sorted(query, sort, after_cursor))]
        return page_of(rows, limit, lambda line: _cursor(line, sort))

    def count(
        self,
        sight: Sight,
        wanted: DossierFilter = DossierFilter(),
    ) -> int:
        """Return how many dossiers a search finds in all."""
        query = select(func.count()).select_from(dossiers)
        return int(self._rows(query.where(self._visible(sight), *narrowed(wanted)))[0][0])

    def dossier(self, ref: str) -> DossierRecord | None:
        """Return a dossier by id, provisional or received code, whoever asks; None: unknown."""
        by_any = or_(
            *(dossiers.c[name] == ref for name in ("id", "code", "received_code")),
            dossiers.c.id == _of_code(ref).scalar_subquery(),
        )
        found = self._rows(select(*_LINE, dossiers.c.body).where(by_any))
        if not found:
            return None
        line = _line(found[0])
        stored = from_json(json.loads(found[0].body))
        return DossierRecord(
            line=line, dossier=replace(stored, version=line.version, revision=line.revision)
        )

    def dossiers_named(self, refs: Collection[str]) -> list[DossierLine]:
        """Return the dossiers with these ids, provisional or received codes, whoever asks."""
        names = sorted(set(refs))
        by_any = or_(
            *(dossiers.c[name].in_(names) for name in ("id", "code", "received_code")),
            dossiers.c.id.in_(
                select(dossier_codes.c.dossier).where(dossier_codes.c.code.in_(names))
            ),
        )
        return [_line(row) for row in self._rows(select(*_LINE).where(by_any))]

    def further_codes(self, refs: Collection[str]) -> dict[str, str]:
        """Return code -> dossier id of those that are codes of a further level."""
        query = select(dossier_codes.c.code, dossier_codes.c.dossier)
        found = self._rows(query.where(dossier_codes.c.code.in_(sorted(set(refs)))))
        return {row.code: row.dossier for row in found}

    def _lines(self) -> Select[Any]:
        return select(*_LINE)

    def _lines_of(self, query: Select[Any]) -> list[DossierLine]:
        return [_line(row) for row in self._rows(query)]

    def _visible(self, sight: Sight) -> ColumnElement[bool]:
        orgs = sorted(sight.orgs)
        submitted = and_(
            dossiers.c.version > 0,
            or_(
                dossiers.c.owner.in_(orgs),
                dossiers.c.holder.in_(orgs),
                and_(dossiers.c.former_holders != "[]", self._worked_before(orgs)),
            ),
        )
        drafts = [
            and_(
                dossiers.c.version == 0,
                dossiers.c.procedure == procedure,
                column.in_(sorted(owners)),
            )
            for column, seen in (
                (dossiers.c.owner, sight.drafts),
                (dossiers.c.counter, sight.counters),
            )
            for procedure, owners in seen.items()
            if owners
        ]
        return or_(submitted if orgs else false(), *drafts)

    def _worked_before(self, orgs: list[str]) -> ColumnElement[bool]:
        if self._database.dialect == "sqlite":
            former = func.json_each(dossiers.c.former_holders).table_valued("value")
        else:
            former = func.jsonb_array_elements_text(
                cast(dossiers.c.former_holders, JSONB)
            ).table_valued("value")
        return exists(select(1).select_from(former).where(former.c.value.in_(orgs)))


def _of_code(code: str) -> Select[Any]:
    return select(dossier_codes.c.dossier).where(dossier_codes.c.code == code)


def narrowed(wanted: DossierFilter) -> list[ColumnElement[bool]]:
    """Return the conditions of a search."""
    c = dossiers.c
    found: list[ColumnElement[bool]] = []
    text = wanted.text.replace("\0", "").strip()
    if text:
        found.append(
            or_(
                c.name_folded.contains(fold(text), autoescape=True),
                c.code.startswith(text.upper(), autoescape=True),
                c.received_code.startswith(text.upper(), autoescape=True),
                c.id.in_(
                    select(dossier_codes.c.dossier).where(
                        dossier_codes.c.code.startswith(text.upper(), autoescape=True)
                    )
                ),
            )
        )
    if wanted.states:
        padded = " " + c.state_key + " "
        found.append(
            or_(
                *(padded.contains(f" {state} ", autoescape=True) for state in wanted.states),
                *(padded.contains(f" {state}.", autoescape=True) for state in wanted.states),
            )
        )
    for column, values in (
        (c.procedure, wanted.procedures),
        (c.owner, wanted.owners),
        (c.result, wanted.results),
    ):
        if values:
            found.append(column.in_(sorted(values)))
    if wanted.due_from is not None:
        found.append(c.due_on >= wanted.due_from)
    if wanted.due_until is not None:
        found.append(c.due_on <= wanted.due_until)
    if wanted.received_from is not None:
        found.append(c.received_on >= wanted.received_from)
    if wanted.received_until is not None:
        found.append(c.received_on <= wanted.received_until)
    if wanted.overdue is not None:
        found.append(c.overdue.is_(wanted.overdue))
    if wanted.open is not None:
        found.append(c.result.is_(None) if wanted.open else c.result.is_not(None))
    if wanted.submission:
        found.append(c.submission == wanted.submission)
    if wanted.subject_key:
        found.append(c.subject_key == wanted.subject_key)
    if wanted.drafts is not None:
        found.append(c.version == 0 if wanted.drafts else c.version > 0)
    return found


def _sorted(query: Select[Any], sort: Sort, after_cursor: str | None) -> Select[Any]:
    c = dossiers.c
    if sort is Sort.DUE:
        if after_cursor is not None:
            due_at, last_id = values_of(after_cursor, datetime, str)
            query = query.where(after(c.due_at, due_at, c.id, last_id))
        return query.order_by(c.due_at.asc().nulls_last(), c.id)
    if sort is Sort.NAME:
        if after_cursor is not None:
            key, last_id = values_of(after_cursor, str, str)
            query = query.where(after(c.sort_key, key, c.id, last_id))
        return query.order_by(c.sort_key, c.id)
    if after_cursor is not None:
        at, last_id = values_of(after_cursor, datetime, str)
        query = query.where(or_(c.created_at < at, and_(c.created_at == at, c.id < last_id)))
    return query.order_by(c.created_at.desc(), c.id.desc())


def _cursor(line: DossierLine, sort: Sort) -> str:
    key = {Sort.DUE: line.due_at, Sort.NAME: line.sort_key, Sort.NEWEST: line.created_at}[sort]
    return cursor_of(key, line.id)


def _line(row: Row[Any]) -> DossierLine:
    values = {name: row._mapping[name] for name in DossierLine.__dataclass_fields__}
    values["former_holders"] = frozenset(json.loads(values["former_holders"]))
    values["configuration"] = tuple(json.loads(values["configuration"]))
    return DossierLine(**values)
