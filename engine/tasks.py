"""Tasks as worklists show them: whose they are, and which clock drives them."""

from __future__ import annotations

from datetime import date, datetime

from engine.calendar import Calendar
from engine.decide import place_of
from engine.definition import Procedure
from engine.dossier import Dossier, Task
from engine.legal_clock import derive
from engine.ports import TaskRow

Due = tuple[date | None, datetime | None]


def governing(dossier: Dossier, key: str | None, calendar: Calendar) -> Due:
    """Return when a clock of the dossier is due; nothing while it stands still or is not there."""
    clock = dossier.clocks.get(key) if key else None
    if clock is None or clock.ended is not None:
        return None, None
    found = derive(clock, calendar)
    return found.due_on, found.due_at


def task_rows(procedure: Procedure, dossier: Dossier, calendar: Calendar) -> tuple[TaskRow, ...]:
    """Return every open task, with the earliest due date of the clocks that drive it.

    Those are the clocks of the state it belongs to, the clock that opened it, those that its act
    stops, and the measured one. Without a history of how long such work takes, it must begin
    when it is due.
    """
    known = {key: governing(dossier, key, calendar) for key in dossier.clocks}
    return tuple(_row(procedure, dossier, task, known) for task in dossier.tasks.values())


def _row(procedure: Procedure, dossier: Dossier, task: Task, known: dict[str, Due]) -> TaskRow:
    drives = {
        key: known[key]
        for key, rule in procedure.clocks.items()
        if key in known
        and dossier.clocks[key].ended is None
        and (
            rule.measured
            or key == task.clock
            or rule.in_state == task.state
            or task.do in rule.stops
        )
    }
    running = [(at, on) for on, at in drives.values() if at is not None]
    due_at, due_on = min(running, key=lambda due: due[0], default=(None, None))
    return TaskRow(
        id=task.id,
        state=task.state,
        role=task.role,
        do=task.do,
        org=place_of(procedure, dossier, task.role),
        opened_at=task.opened_at,
        due_on=due_on,
        due_at=due_at,
        latest_start_at=due_at,
        escalated_from=task.escalated_from,
        stopped=bool(drives) and not running,
    )
