"""Open tasks, in the order in which they become dangerous."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    and_,
    case,
    false,
    func,
    literal,
    or_,
    select,
    tuple_,
    union_all,
    update,
)

from adapters.storage.pages import Page, after, cursor_of, page_of, values_of
from adapters.storage.reader import Reader
from adapters.storage.schema import dossiers, tasks

FEW = 20
"""Of so many places, the tasks are read off the index one place after the other."""

Place = tuple[str, str]
"""An organisation and a role held in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskFilter:
    """What a worklist is narrowed to; empty means: no matter which.

    Attributes:
        states: paths; a composite stands for all states in it.
        claimed_by: only what this person has claimed.
        unclaimed: only what nobody has claimed.
        due_before: only tasks that fall due before this instant, the overdue ones included.
    """

    states: Collection[str] = ()
    procedures: Collection[str] = ()
    dossier: str | None = None
    submission: str | None = None
    claimed_by: str | None = None
    unclaimed: bool = False
    due_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskLine:
    """One open task with what a list shows of its dossier.

    Attributes:
        due_on, due_at: None while the clock stands still, or if none drives the task.
        stopped: a clock that drives the task stands still, and no other one is running.
        subject_name: whom the dossier is about (personal).
        overdue: the dossier bears the mark.
    """

    id: str
    dossier: str
    code: str
    received_code: str | None
    procedure: str
    edition: str
    owner: str
    holder: str
    subject_name: str
    award: str
    state: str
    role: str
    org: str
    do: str
    opened_at: datetime
    due_on: date | None
    due_at: datetime | None
    latest_start_at: datetime | None
    escalated_from: str | None
    stopped: bool
    claimed_by: str | None
    overdue: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskCount:
    """How many open tasks stand in one state of one procedure.

    Attributes:
        mine: claimed by the caller.
        near: due before the instant asked about, and not over.
    """

    procedure: str
    edition: str
    state: str
    total: int
    mine: int
    near: int
    overdue: int


_DOSSIER = ("code", "received_code", "procedure", "edition", "owner", "holder", "subject_name",
            "award", "overdue")  # fmt: skip
_TASK = ("id", "dossier", "state", "role", "org", "do", "opened_at", "due_on", "due_at",
         "latest_start_at", "escalated_from", "stopped", "claimed_by")  # fmt: skip
_LINE = select(*(tasks.c[name] for name in _TASK), *(dossiers.c[name] for name in _DOSSIER)).join(
    dossiers, dossiers.c.id == tasks.c.dossier
)


class Worklists(Reader):
    """Reads worklists and records who has taken which task."""

    def worklist(
        self,
        places: Collection[Place],
        wanted: TaskFilter = TaskFilter(),
        *,
        after_cursor: str | None = None,
        limit: int = 50,
    ) -> Page[TaskLine]:
        """Return the open tasks of these places: least slack first, stopped clocks last.

        Raises:
            BadInput: the cursor is not one of this list.
        """
        query = _LINE.order_by(tasks.c.latest_start_at.asc().nulls_last(), tasks.c.id)
        query = query.limit(limit + 1)
        last = None if after_cursor is None else values_of(after_cursor, datetime, str)
        if 0 < len(places) <= FEW:
            heads = [_head(place, wanted, last, limit + 1) for place in sorted(places)]
            ids = union_all(*(head for pair in heads for head in pair))
            query = query.where(tasks.c.id.in_(ids))
        else:
            query = query.where(_open_in(places), *_narrowed(wanted))
            if last is not None:
                query = query.where(after(tasks.c.latest_start_at, last[0], tasks.c.id, last[1]))
        rows = [_line(row) for row in self._rows(query)]
        return page_of(rows, limit, lambda line: cursor_of(line.latest_start_at, line.id))

    def task_counts(
        self,
        places: Collection[Place],
        *,
        person: str,
        now: datetime,
        near_before: datetime,
        wanted: TaskFilter = TaskFilter(),
    ) -> list[TaskCount]:
        """Return how many open tasks stand in which state, for the places of one person."""
        over = tasks.c.due_at <= now
        query = (
            select(
                dossiers.c.procedure,
                dossiers.c.edition,
                tasks.c.state,
                func.count().label("total"),
                _sum(tasks.c.claimed_by == person).label("mine"),
                _sum(and_(tasks.c.due_at > now, tasks.c.due_at < near_before)).label("near"),
                _sum(over).label("overdue"),
            )
            .join(dossiers, dossiers.c.id == tasks.c.dossier)
            .where(_open_in(places), *_narrowed(wanted))
            .group_by(dossiers.c.procedure, dossiers.c.edition, tasks.c.state)
            .order_by(dossiers.c.procedure, dossiers.c.edition, tasks.c.state)
        )
        return [TaskCount(**row._mapping) for row in self._rows(query)]

    def tasks_of(self, dossier: str) -> list[TaskLine]:
        """Return the open tasks of a dossier, the oldest first."""
        query = _LINE.where(tasks.c.dossier == dossier, tasks.c.closed_at.is_(None))
        return [_line(row) for row in self._rows(query.order_by(tasks.c.opened_at, tasks.c.id))]

    def task(self, task: str) -> TaskLine | None:
        """Return one task if it is open."""
        query = _LINE.where(tasks.c.id == task, tasks.c.closed_at.is_(None))
        return next((_line(row) for row in self._rows(query)), None)

    def claim(self, task: str, person: str) -> bool:
        """Give an open task that nobody has to a person; False: somebody was faster."""
        free = or_(tasks.c.claimed_by.is_(None), tasks.c.claimed_by == person)
        return self._change_task(task, free, claimed_by=person)

    def unclaim(self, task: str, person: str) -> bool:
        """Take an open task back from the person who has it; False: that person has it not."""
        return self._change_task(task, tasks.c.claimed_by == person, claimed_by=None)

    def delegate(self, task: str, person: str, to: str) -> bool:
        """Hand an open task on; False: somebody else than `person` has it."""
        free = or_(tasks.c.claimed_by.is_(None), tasks.c.claimed_by == person)
        return self._change_task(task, free, claimed_by=to)

    def complete(self, task: str, person: str, now: datetime) -> bool:
        """Close a task that needs no act; False: somebody else has it, or it is closed."""
        free = or_(tasks.c.claimed_by.is_(None), tasks.c.claimed_by == person)
        return self._change_task(task, free, claimed_by=person, closed_at=now)

    def _change_task(self, task: str, who: ColumnElement[bool], **values: object) -> bool:
        change = (
            update(tasks).where(tasks.c.id == task, tasks.c.closed_at.is_(None), who).values(values)
        )
        return self._database.write(lambda connection: connection.execute(change).rowcount == 1)


def _open_in(places: Collection[Place]) -> ColumnElement[bool]:
    return and_(tasks.c.closed_at.is_(None), tuple_(tasks.c.org, tasks.c.role).in_(sorted(places)))


def _open_at(place: Place) -> ColumnElement[bool]:
    org, role = place
    return and_(tasks.c.closed_at.is_(None), tasks.c.org == org, tasks.c.role == role)


def _head(
    place: Place, wanted: TaskFilter, last: list[Any] | None, count: int
) -> list[Select[tuple[str]]]:
    """Return the ids of the first tasks of one place after `last`: with a limit, then without.

    Each is the beginning of a stretch of the index; asked for together, all tasks would be sorted.
    """
    slack, name = tasks.c.latest_start_at, tasks.c.id
    limited: ColumnElement[bool] = slack.is_not(None)
    unlimited: ColumnElement[bool] = slack.is_(None)
    if last is not None:
        at, key = last
        if at is None:
            limited, unlimited = false(), and_(unlimited, name > key)
        else:
            limited = tuple_(slack, name) > tuple_(literal(at, slack.type), literal(key))
    found = []
    for stretch in (limited, unlimited):
        query = select(name).where(_open_at(place), stretch, *_narrowed(wanted))
        if wanted.procedures or wanted.submission is not None:
            query = query.join(dossiers, dossiers.c.id == tasks.c.dossier)
        inner = query.order_by(slack, name).limit(count).subquery()
        found.append(select(inner.c.id))
    return found


def _narrowed(wanted: TaskFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.states:
        found.append(
            or_(
                tasks.c.state.in_(list(wanted.states)),
                *(
                    tasks.c.state.startswith(f"{state}.", autoescape=True)
                    for state in wanted.states
                ),
            )
        )
    if wanted.procedures:
        found.append(dossiers.c.procedure.in_(list(wanted.procedures)))
    if wanted.dossier is not None:
        found.append(tasks.c.dossier == wanted.dossier)
    if wanted.submission is not None:
        found.append(dossiers.c.submission == wanted.submission)
    if wanted.claimed_by is not None:
        found.append(tasks.c.claimed_by == wanted.claimed_by)
    if wanted.unclaimed:
        found.append(tasks.c.claimed_by.is_(None))
    if wanted.due_before is not None:
        found.append(tasks.c.due_at < wanted.due_before)
    return found


def _sum(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _line(row: Row[Any]) -> TaskLine:
    return TaskLine(**row._mapping)
