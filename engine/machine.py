"""The one door to the `transitions` library: which state follows which trigger.

Each flat machine of an edition (the procedure itself, and every region) is one library machine
without automatic transitions and without a model of its own: the default settings would add a way
from every state to every other one, and a model per dossier would cost memory that grows with use.
Transitions are known to the library by their index, so that two that share a trigger stay apart.
"""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

from transitions import Machine

from engine.definition import Procedure, Transition
from engine.remembered import Remembered

_KEPT = 512


class _Place:
    """The least that the library needs: something that is in a state."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


_machines: OrderedDict[tuple[str, str, str, str], Machine] = OrderedDict()
_lock = Lock()


def follow(procedure: Procedure, transition: Transition, state: str) -> str:
    """Return the state of the same flat machine that follows when `state` is left.

    Args:
        state: the source of the transition that is active; for a composite, its own path.

    Raises:
        MachineError: the machine knows no such way; the caller has asked before it was offered.
    """
    known = _followed(procedure, transition)
    if state not in known:
        machine = _machine(procedure, procedure.states[state].region)
        place = _Place(state)
        machine.events[_name(procedure, transition)].trigger(place)
        known[state] = place.state
    return known[state]


def _nowhere(_procedure: Procedure, _transition: Transition) -> dict[str, str]:
    return {}


# Its conditions are asked elsewhere, so the library answers the same question always alike.
_followed = Remembered(_nowhere, 2048)


def crosses(procedure: Procedure, transition: Transition, source: str) -> bool:
    """Say whether the transition leaves the flat machine of `source` (and so its composite)."""
    if transition.target is None:
        return False
    return procedure.states[source].region != procedure.states[transition.target].region


def _name(procedure: Procedure, transition: Transition) -> str:
    return f"t{procedure.transitions.index(transition)}"


def _machine(procedure: Procedure, region: str) -> Machine:
    key = (procedure.key, procedure.edition, procedure.hash, region)
    with _lock:
        known = _machines.get(key)
        if known is None:
            known = _machines[key] = _build(procedure, region)
            if len(_machines) > _KEPT:
                _machines.popitem(last=False)
        else:
            _machines.move_to_end(key)
        return known


def _build(procedure: Procedure, region: str) -> Machine:
    leaves = [state.path for state in procedure.leaves(region)]
    machine = Machine(
        model=None,
        states=leaves,
        initial=procedure.entered_at(region).path,
        auto_transitions=False,
    )
    for transition in procedure.transitions:
        for source in transition.sources:
            leaving = (
                procedure.states[source].parent
                if crosses(procedure, transition, source)
                else source
            )
            if transition.target is not None and leaving in leaves:
                machine.add_transition(_name(procedure, transition), leaving, transition.target)
    return machine
