"""Early, on time, late over all dossiers: one grouped statement, however many there are.

What a caller may see is part of the query. Groups are as fine as any of the figures needs them
(procedure, edition, organisation, month, verdict, margin), so that every other figure is a sum.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Subquery,
    and_,
    case,
    extract,
    false,
    func,
    or_,
    select,
    true,
)

from adapters.storage.reader import Reader
from adapters.storage.schema import editions, measurements
from engine.calendar import TZ
from engine.definition import Result
from engine.figures import Alike

DAYS = "working days"


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresFilter:
    """What figures are narrowed to; empty means: no matter which.

    Attributes:
        orgs: dossiers that one of these submitted, or worked on under the measured clock.
        edition: name or hash of an edition.
        resolved_from, resolved_until: both inclusive; open ones are counted as they stand now.
    """

    procedure: str = ""
    orgs: Collection[str] = ()
    edition: str = ""
    resolved_from: date | None = None
    resolved_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Some that are alike: resolved ones with verdict and month, or open ones.

    Attributes:
        edition: hash of the edition.
        org: whose time was measured.
        month: the first day of the month of resolution; None for open ones.
        resolved: None for open ones.
        open, overdue_open: 0 for resolved ones.
        of_procedure: counts in figures of the procedure: by the last level that they came to.
        of_organisation: counts in figures of the organisation: by the level of its own.
    """

    procedure: str
    edition: str
    org: str
    month: date | None = None
    resolved: Alike | None = None
    open: int = 0
    overdue_open: int = 0
    of_procedure: bool = True
    of_organisation: bool = True


_M = measurements.c
_COUNTS = or_(_M.result.is_(None), _M.result.in_([Result.GRANTED, Result.NOT_GRANTED]))
_OPEN = and_(_M.verdict.is_(None), _M.result.is_(None))
_RESOLVED = and_(_M.verdict.is_not(None), _COUNTS)


class FigureQueries(Reader):
    """Counts what was resolved, and what waits."""

    def figures(
        self, orgs: Collection[str], wanted: FiguresFilter = FiguresFilter()
    ) -> list[Group]:
        """Return dossiers in groups, of those that `orgs` submitted or worked on."""
        with self._database.read() as connection:
            late = _past_due(self._now(connection))
            seen = _narrowed(orgs, wanted)
            resolved = _by_verdict(
                select(
                    _M.procedure, _M.edition, _M.org, _M.resolved_on, _M.verdict, _M.unit,
                    _M.margin, _M.elapsed_days, _M.headline.label("of_procedure"),
                    true().label("of_organisation"),
                ).where(_RESOLVED, *seen).subquery(),
                wanted,
            )  # fmt: skip
            whole = (_M.procedure, _M.edition, _M.org, _M.headline)
            waiting = (
                select(*whole, true(), func.count(), func.sum(_one_if(late)))
                .where(_OPEN, *seen)
                .group_by(*whole)
            )
            return [
                *map(_resolved, connection.execute(resolved)),
                *map(_waiting, connection.execute(waiting)),
            ]

    def submission_figures(
        self, orgs: Collection[str], wanted: FiguresFilter = FiguresFilter()
    ) -> list[Group]:
        """Return submissions in groups, the same way.

        A submission is resolved when its last dossier is, late if any is, early only if all are;
        its margin is its smallest. One with dossiers open is open, and overdue if any of them is.
        Dossiers that ended in another way, such as withdrawn, count for neither.
        """
        with self._database.read() as connection:
            late = _past_due(self._now(connection))
            seen = _narrowed(orgs, wanted)
            found = []
            for whole in (_whole(seen, late), _whole_of_level(seen, late)):
                c = whole.c
                resolved = _by_verdict(
                    select(
                        c.procedure, c.edition, c.org, c.resolved_on, c.verdict, c.unit, c.margin,
                        c.elapsed_days, c.of_procedure, c.of_organisation,
                    ).where(c.open == 0).subquery(),
                    wanted,
                )  # fmt: skip
                alike = (c.procedure, c.edition, c.org, c.of_procedure, c.of_organisation)
                waiting = (
                    select(*alike, func.count(), func.sum(_one_if(c.overdue > 0)))
                    .where(c.open > 0)
                    .group_by(*alike)
                )
                found += [
                    *map(_resolved, connection.execute(resolved)),
                    *map(_waiting, connection.execute(waiting)),
                ]
            return found


def _whole(seen: list[ColumnElement[bool]], late: ColumnElement[bool]) -> Subquery:
    """Return one row for each submission, by the last level that each of its dossiers came to."""
    of_one_level = func.max(_M.level) == ""
    return (
        select(*_as_one(late), true().label("of_procedure"), of_one_level.label("of_organisation"))
        .where(_M.headline, or_(_OPEN, _RESOLVED), *seen)
        .group_by(_M.submission)
        .subquery()
    )


def _whole_of_level(seen: list[ColumnElement[bool]], late: ColumnElement[bool]) -> Subquery:
    """Return one row for each submission and level, where a procedure measures several."""
    return (
        select(*_as_one(late), false().label("of_procedure"), true().label("of_organisation"))
        .where(_M.level != "", or_(_OPEN, _RESOLVED), *seen)
        .group_by(_M.submission, _M.level)
        .subquery()
    )


def _as_one(late: ColumnElement[bool]) -> list[ColumnElement[Any]]:
    """Return what many measurements say as one."""
    early = func.sum(_one_if(_M.verdict == "early"))
    any_late = func.sum(_one_if(_M.verdict == "late"))
    in_days = func.min(case((_M.unit == DAYS, _M.margin)))
    return [
        func.min(_M.procedure).label("procedure"),
        func.max(_M.edition).label("edition"),
        func.max(_M.org).label("org"),
        func.max(_M.resolved_on).label("resolved_on"),
        func.sum(_one_if(_OPEN)).label("open"),
        func.sum(_one_if(and_(_OPEN, late))).label("overdue"),
        case((any_late > 0, "late"), (early == func.count(), "early"), else_="on_time").label(
            "verdict"
        ),
        # "working days" sorts first: where limits are of both kinds, days are what is told.
        func.min(_M.unit).label("unit"),
        func.coalesce(in_days, func.min(_M.margin)).label("margin"),
        func.max(_M.elapsed_days).label("elapsed_days"),
    ]


def _by_verdict(one: Subquery, wanted: FiguresFilter) -> Select[Any]:
    """Return how many of the resolved ones are alike, of the period that is asked for."""
    c = one.c
    alike = (
        c.procedure,
        c.edition,
        c.org,
        c.of_procedure,
        c.of_organisation,
        extract("year", c.resolved_on),
        extract("month", c.resolved_on),
        c.verdict,
        c.unit,
        c.margin,
    )
    query = select(*alike, func.count(), func.sum(c.elapsed_days)).group_by(*alike)
    if wanted.resolved_from is not None:
        query = query.where(c.resolved_on >= wanted.resolved_from)
    if wanted.resolved_until is not None:
        query = query.where(c.resolved_on <= wanted.resolved_until)
    return query


def _narrowed(orgs: Collection[str], wanted: FiguresFilter) -> list[ColumnElement[bool]]:
    found = [_of(orgs)]
    if wanted.procedure:
        found.append(_M.procedure == wanted.procedure)
    if wanted.orgs:
        found.append(_of(wanted.orgs))
    if wanted.edition:
        named = select(editions.c.hash).where(editions.c.edition == wanted.edition)
        found.append(or_(_M.edition == wanted.edition, _M.edition.in_(named)))
    return found


def _of(orgs: Collection[str]) -> ColumnElement[bool]:
    known = sorted(orgs)
    return or_(_M.owner.in_(known), _M.org.in_(known)) if known else false()


def _past_due(now: datetime) -> ColumnElement[bool]:
    """Say whether due has passed: its day, or the instant of a limit in hours."""
    today = now.astimezone(TZ).date()
    return and_(_M.due_on.is_not(None), or_(_M.due_on < today, _M.due_at < now))


def _one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


def _resolved(row: Row[Any]) -> Group:
    values: tuple[Any, ...] = tuple(row)
    procedure, edition, org, of_procedure, of_organisation, year, month, *rest = values
    verdict, unit, margin, count, elapsed = rest
    return Group(
        procedure=procedure,
        edition=edition,
        org=org,
        month=date(int(year), int(month), 1),
        resolved=Alike(
            verdict=verdict, unit=unit, margin=margin, count=count, elapsed_days=int(elapsed)
        ),
        of_procedure=bool(of_procedure),
        of_organisation=bool(of_organisation),
    )


def _waiting(row: Row[Any]) -> Group:
    values: tuple[Any, ...] = tuple(row)
    procedure, edition, org, of_procedure, of_organisation, waiting, overdue = values
    return Group(
        procedure=procedure,
        edition=edition,
        org=org,
        open=waiting,
        overdue_open=int(overdue),
        of_procedure=bool(of_procedure),
        of_organisation=bool(of_organisation),
    )
