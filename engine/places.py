"""Where a dossier stands: active leaves, what is offered there, and what an act makes of them."""

from __future__ import annotations

from collections.abc import Collection

from engine.definition import Procedure, Transition
from engine.machine import crosses, follow


def root_of(configuration: Collection[str]) -> str:
    """Return the top-level state that is active: a leaf, or a composite through its regions."""
    return next(iter(configuration)).split(".", 1)[0]


def is_active(path: str, configuration: Collection[str]) -> bool:
    """Say whether a state is active, itself or (a composite) through its regions."""
    return path in configuration or root_of(configuration) == path


def entered(procedure: Procedure, path: str) -> frozenset[str]:
    """Return the leaves that are active once the state has been entered from outside."""
    if not procedure.states[path].composite:
        return frozenset({path})
    return frozenset(procedure.entered_at(region).path for region in procedure.region_keys(path))


def source_of(
    procedure: Procedure, transition: Transition, configuration: Collection[str]
) -> str | None:
    """Return the active source from which the transition is offered, or None.

    A composite is left when every region is in a final state; a transition that interrupts is
    offered whatever its regions are doing.
    """
    for source in transition.sources:
        if not is_active(source, configuration):
            continue
        composite = procedure.states[source].composite
        if not composite or transition.interrupts or joined(procedure, configuration):
            return source
    return None


def joined(procedure: Procedure, configuration: Collection[str]) -> bool:
    """Say whether every active leaf is final, so that the regions have come together."""
    return all(procedure.states[leaf].final for leaf in configuration)


def after(
    procedure: Procedure,
    transition: Transition,
    source: str,
    configuration: frozenset[str],
    remembered: frozenset[str] | None,
) -> frozenset[str]:
    """Return the configuration that follows.

    Args:
        remembered: what the composite named by `transition.history` remembers; without a memory
            it is entered at its beginning.
    """
    if transition.history is not None:
        return remembered or entered(procedure, transition.history)
    if transition.target is None:
        return configuration
    if crosses(procedure, transition, source):
        source = procedure.states[source].parent or source
    reached = follow(procedure, transition, source)
    if procedure.states[source].parent is None:
        return entered(procedure, reached)
    return configuration - {source} | {reached}
