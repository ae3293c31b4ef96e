"""What goes on in a composite that was interrupted: asked agencies still owe their answer.

A return for supplement interrupts the regions and remembers where they stood. A remembered state
in which a declared clock still runs stays reachable: the clock's rungs and late answers move the
memory, and the dossier comes back to it. Step limits of states do not go on.
"""

from __future__ import annotations

from collections.abc import Collection

from engine.definition import Procedure, Transition
from engine.dossier import Dossier
from engine.places import is_active, source_of


def dormant(procedure: Procedure, dossier: Dossier) -> frozenset[str]:
    """Return the leaves that are remembered and may be restored from where the dossier stands."""
    return frozenset(
        leaf
        for composite, leaves in dossier.history.items()
        if not is_active(composite, dossier.configuration)
        and _restorable(procedure, composite, dossier.configuration)
        for leaf in leaves
    )


def goes_on(procedure: Procedure, clock: str, asleep: Collection[str]) -> bool:
    """Say whether a clock lives on because its state is only interrupted."""
    rule = procedure.clocks[clock]
    return rule.in_state in asleep and rule.in_state != rule.key


def reachable(
    procedure: Procedure, dossier: Dossier, transition: Transition
) -> tuple[str, bool] | None:
    """Return the source from which a transition is offered and whether it is dormant, or None."""
    source = source_of(procedure, transition, dossier.configuration)
    if source is not None:
        return source, False
    if not dossier.history:
        return None
    asleep = dormant(procedure, dossier)
    awake = {
        procedure.clocks[key].in_state
        for key, clock in dossier.clocks.items()
        if clock.ended is None and goes_on(procedure, key, asleep)
    }
    for source in transition.sources:
        if source in awake and _stays_inside(procedure, transition, source):
            return source, True
    return None


def _stays_inside(procedure: Procedure, transition: Transition, source: str) -> bool:
    if transition.target is None:
        return transition.history is None
    return procedure.states[transition.target].region == procedure.states[source].region


def _restorable(procedure: Procedure, composite: str, configuration: Collection[str]) -> bool:
    return any(
        transition.history == composite
        and source_of(procedure, transition, configuration) is not None
        for transition in procedure.transitions
    )
