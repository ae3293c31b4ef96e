"""All changes of one commit: a dossier's own, those it opened, and its opener's when it ended."""

from __future__ import annotations

from collections.abc import Callable

from engine.calendar import Calendar
from engine.changes import change_of
from engine.definition import Procedure
from engine.errors import TriggerNotAllowed
from engine.judging import judge
from engine.links import Opened, act_of_end, change_of_opened, waiting_for
from engine.numbers import Numbers
from engine.outcome import Outcome
from engine.ports import Change, Editions, Ids, Loaded

Beside = Callable[[str], Loaded]
"""Returns one more dossier by its id, within the unit of work that is open."""


def changes_of(
    procedure: Procedure,
    loaded: Loaded,
    outcomes: tuple[Outcome, ...],
    opened: tuple[Opened, ...] = (),
    *,
    editions: Editions,
    calendar: Calendar,
    ids: Ids,
    numbers: Numbers,
    beside: Beside,
) -> tuple[Change, ...]:
    """Return what these outcomes write, the dossier's own change first.

    Args:
        opened: what the last outcome opens.

    Raises:
        NotCanonical: something does not fit into an event.
        Refusal: whoever waits for the end cannot take it.
    """
    own = change_of(procedure, loaded, outcomes, calendar=calendar, ids=ids, numbers=numbers)
    new = [
        change_of_opened(one, procedure, own, calendar=calendar, ids=ids, numbers=numbers)
        for one in opened
    ]
    waiting = waiting_for(loaded.dossier, outcomes)
    if waiting is None:
        return own, *new
    told = _told(
        beside(waiting),
        str(own.dossier.result),
        own.events[-1].id,
        editions=editions,
        calendar=calendar,
        ids=ids,
        numbers=numbers,
    )
    return own, *new, *told


def _told(
    parent: Loaded,
    result: str,
    event: str,
    *,
    editions: Editions,
    calendar: Calendar,
    ids: Ids,
    numbers: Numbers,
) -> tuple[Change, ...]:
    procedure = editions.get(parent.dossier.edition)
    act = act_of_end(procedure, parent.dossier, result, event, ids.uuid7)
    if act is None:
        return ()
    judged = judge(act, parent, editions=editions, calendar=calendar, new_id=ids.uuid7)
    outcomes = judged.rungs
    if isinstance(judged.found, Outcome):
        outcomes = (*outcomes, judged.found)
    elif not (outcomes and isinstance(judged.found, TriggerNotAllowed)):
        # Only what fell due before may have taken the opener away from where it waited.
        raise judged.found
    numbers.also(parent.registers)
    return (change_of(procedure, parent, outcomes, calendar=calendar, ids=ids, numbers=numbers),)
