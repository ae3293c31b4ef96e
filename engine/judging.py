"""One dossier judged: the rungs that come before an act, then what the act brings about.

An act alone and an act among many go through here, so that both are decided alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from engine.calendar import Calendar
from engine.decide import decide
from engine.definition import Procedure
from engine.dossier import Act
from engine.effects import start_of
from engine.errors import Refusal
from engine.facts import look_ups as looked_up
from engine.links import Opened, opened
from engine.outcome import Outcome
from engine.ports import Editions, Loaded
from engine.rungs import apply_due


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What follows for one dossier.

    Attributes:
        procedure: edition by which the rungs fired.
        rungs: what fell due before the act; it stands even if the act is refused.
        found: what the act brings about, or why it is refused.
        opened: linked dossiers that the act opens.
    """

    procedure: Procedure
    loaded: Loaded
    rungs: tuple[Outcome, ...]
    found: Outcome | Refusal
    opened: tuple[Opened, ...] = ()


def look_ups(procedure: Procedure, loaded: Loaded) -> dict[str, int]:
    """Return the look-ups that the procedure declares, from what the register holds."""
    return looked_up(
        procedure,
        loaded.dossier.data,
        awards=[(row.award, row.year, row.deed) for row in loaded.awards],
        used=loaded.used,
        dossier=loaded.dossier.id,
    )


def judge(
    act: Act, loaded: Loaded, *, editions: Editions, calendar: Calendar, new_id: Callable[[], str]
) -> Judged:
    """Return what follows if this act is asked of this dossier; nothing is written."""
    procedure = editions.get(loaded.dossier.edition)
    counts = look_ups(procedure, loaded)
    rungs = apply_due(
        procedure,
        loaded.dossier,
        at=loaded.now,
        until=counts_at(act, loaded.now),
        calendar=calendar,
        counts=counts,
        new_id=new_id,
    )
    found = decide(
        procedure,
        rungs[-1].dossier if rungs else loaded.dossier,
        act,
        at=loaded.now,
        calendar=calendar,
        counts=counts,
        editions=editions,
        recount=lambda binding: look_ups(binding, loaded),
    )
    begun: tuple[Opened, ...] = ()
    if isinstance(found, Outcome) and found.opens:
        try:
            begun = opened(
                found,
                loaded,
                editions=editions,
                calendar=calendar,
                counts=look_ups,
                new_id=new_id,
            )
        except Refusal as refusal:
            found = refusal
    return Judged(procedure=procedure, loaded=loaded, rungs=rungs, found=found, opened=begun)


def counts_at(act: Act, now: datetime) -> datetime:
    """Return up to which instant rungs come before the act.

    An act dated back with reason and paper counts on its day: what fell due later waits.
    """
    if act.effective_on is None or not act.reason.strip():
        return now
    if not (act.paper or any(act.documents.values())):
        return now
    return min(now, start_of(act.effective_on + timedelta(days=1)) - timedelta(microseconds=1))
