"""What this caller could do now: the acts that are offered, and why the others are not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.calendar import Calendar
from engine.definition import MACHINE_ROLES, Procedure, Transition
from engine.dormant import reachable
from engine.dossier import Actor, Dossier
from engine.errors import Refusal
from engine.facts import View
from engine.holds import HOLD, RELEASE, hold_hat, may_hold
from engine.permits import Hat, guard, papers, reads_own_input, standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One trigger that the dossier offers where it stands.

    Attributes:
        transition: how it is declared; None for the built-in `hold` and `release`.
        refusal: why this caller may not pull it now; None if they may.
    """

    trigger: str
    transition: Transition | None
    refusal: Refusal | None


def offers(
    procedure: Procedure,
    dossier: Dossier,
    actor: Actor,
    *,
    at: datetime,
    calendar: Calendar,
    counts: Mapping[str, int],
) -> tuple[Offer, ...]:
    """Return the triggers that people may pull where the dossier stands, as written.

    What an act will ask for is not judged here, unless its condition or papers need it already.
    """
    view = View(
        procedure=procedure, dossier=dossier, actor=actor, at=at, calendar=calendar, counts=counts
    )
    found: dict[str, Offer] = {}
    for transition in procedure.transitions:
        if MACHINE_ROLES.issuperset(transition.by):
            continue
        if reachable(procedure, dossier, transition) is None:
            continue
        known = found.get(transition.trigger)
        if known is None or known.refusal is not None:
            refusal = _refusal(procedure, dossier, transition, view)
            found[transition.trigger] = Offer(
                trigger=transition.trigger, transition=transition, refusal=refusal
            )
    for trigger in (HOLD, RELEASE):
        if may_hold(procedure, dossier) if trigger == HOLD else dossier.on_hold:
            hat = hold_hat(procedure, dossier, trigger, actor)
            refusal = hat if isinstance(hat, Refusal) else None
            found[trigger] = Offer(trigger=trigger, transition=None, refusal=refusal)
    return tuple(found.values())


def _refusal(
    procedure: Procedure, dossier: Dossier, transition: Transition, view: View
) -> Refusal | None:
    hat = standing(procedure, dossier, transition, view.actor)
    if not isinstance(hat, Hat):
        return hat
    lacking = papers(procedure, dossier, transition, view)
    if lacking is not None:
        return lacking
    if reads_own_input(transition):
        return None
    return guard(transition, view)[0]
