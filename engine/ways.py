"""Which ways a trigger opens where a dossier stands, and what taking one of them does."""

from __future__ import annotations

from dataclasses import dataclass

from engine.copying import replace
from engine.definition import Procedure, Transition
from engine.dormant import reachable
from engine.dossier import Actor, Dossier
from engine.effects import Moment, moved
from engine.errors import Refusal
from engine.permits import Hat, no_such_trigger, standing
from engine.places import after, root_of


@dataclass(frozen=True, slots=True)
class Way:
    """One transition that the trigger names here and the actor may pull.

    Attributes:
        asleep: the source is only remembered; see `dormant.py`.
    """

    transition: Transition
    source: str
    asleep: bool
    hat: Hat


def ways_of(procedure: Procedure, dossier: Dossier, trigger: str, actor: Actor) -> list[Way]:
    """Return every way that the trigger opens to the actor here, as written; at least one.

    Raises:
        Refusal: there is none.
    """
    found = []
    refused: Refusal | None = None
    for transition in procedure.pulled_by(trigger):
        place = reachable(procedure, dossier, transition)
        if place is None:
            continue
        hat = standing(procedure, dossier, transition, actor)
        if isinstance(hat, Hat):
            found.append(Way(transition, *place, hat))
        else:
            refused = refused or hat
    if not found:
        raise refused or no_such_trigger(procedure, dossier, trigger)
    return found


def taken_way(procedure: Procedure, dossier: Dossier, way: Way, moment: Moment) -> Dossier:
    """Return the dossier after the way was taken, with clocks, tasks and what is remembered."""
    transition, source = way.transition, way.source
    if way.asleep:
        composite = source.split(".", 1)[0]
        memory = dossier.history[composite]
        memory = after(procedure, transition, source, memory, None)
        dossier = replace(dossier, history={**dossier.history, composite: memory})
        reached = dossier.configuration
    else:
        remembered = dossier.history.get(transition.history or "")
        reached = after(procedure, transition, source, dossier.configuration, remembered)
        dossier = replace(dossier, history=_memories(dossier, transition, reached))
    return moved(procedure, dossier, reached, transition.trigger, moment)


def _memories(
    dossier: Dossier, transition: Transition, reached: frozenset[str]
) -> dict[str, frozenset[str]]:
    """Return what is remembered once `reached` is active.

    An interrupt remembers the composite that it leaves; a memory lasts until the composite is
    entered again.
    """
    left, entered = root_of(dossier.configuration), root_of(reached)
    memories = dict(dossier.history)
    if transition.interrupts and left != entered and left not in dossier.configuration:
        memories[left] = dossier.configuration
    memories.pop(entered, None)
    return memories
