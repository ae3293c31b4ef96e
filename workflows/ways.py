"""The ways a dossier can go: every flat machine as a graph, with the edges that acts make.

Top-level states are the nodes of one graph; what lies in a composite is seen as that composite.
Each region is a graph of its own. Names that nothing declares are passed over: other checks tell
of them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.definition import State, Transition


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One transition between two states of one graph.

    Attributes:
        index: of the transition, in the order of the file.
        joins: it leaves a composite when all its regions are final, not before.
        back: it restores what the target remembers, instead of beginning it anew.
    """

    index: int
    source: str
    target: str
    joins: bool = False
    back: bool = False


@dataclass(frozen=True, slots=True)
class Ways:
    """Graphs by name: `` is the procedure, `composite.region` is a region."""

    states: Mapping[str, State]
    transitions: Sequence[Transition]
    edges: Mapping[str, tuple[Edge, ...]]

    @property
    def top(self) -> tuple[Edge, ...]:
        """Return the edges between top-level states."""
        return self.edges.get("", ())

    def leaves(self, region: str) -> list[State]:
        """Return the states of one graph, as written."""
        return [state for state in self.states.values() if state.region == region]

    def regions(self, composite: str) -> list[str]:
        """Return the names of the graphs inside a state; none for a plain state."""
        state = self.states[composite]
        return [f"{composite}.{key}" for key in state.regions]

    def initial(self, region: str = "") -> str | None:
        """Return where a graph begins, or None if nothing says so."""
        return next((state.path for state in self.leaves(region) if state.initial), None)


def ways_of(states: Mapping[str, State], transitions: Sequence[Transition]) -> Ways:
    """Return the graphs of a procedure."""
    edges: dict[str, list[Edge]] = {}
    for index, transition in enumerate(transitions):
        for region, edge in _edges(states, index, transition):
            edges.setdefault(region, []).append(edge)
    return Ways(states, transitions, {region: tuple(found) for region, found in edges.items()})


def _edges(
    states: Mapping[str, State], index: int, transition: Transition
) -> Iterator[tuple[str, Edge]]:
    target = states.get(transition.history or transition.target or "")
    if target is None:
        return
    for source in (states[path] for path in transition.sources if path in states):
        if source.region == target.region:
            yield (
                source.region,
                Edge(
                    index=index,
                    source=source.path,
                    target=target.path,
                    joins=source.composite and not transition.interrupts,
                    back=transition.history is not None,
                ),
            )
        elif source.parent is not None and target.parent is None:
            yield "", Edge(index=index, source=source.parent, target=target.path)


def reachable(
    start: Iterable[str], edges: Collection[Edge], usable: Callable[[Edge], bool] = lambda _: True
) -> set[str]:
    """Return the states that can be reached from `start` over usable edges, `start` included."""
    return _closed(start, [(e.source, e.target) for e in edges if usable(e)])


def reaching(goal: Iterable[str], edges: Collection[Edge]) -> set[str]:
    """Return the states from which one of `goal` can be reached, `goal` included."""
    return _closed(goal, [(edge.target, edge.source) for edge in edges])


def _closed(start: Iterable[str], steps: Sequence[tuple[str, str]]) -> set[str]:
    following: dict[str, list[str]] = {}
    for one, other in steps:
        following.setdefault(one, []).append(other)
    found = set(start)
    waiting = list(found)
    while waiting:
        for step in following.get(waiting.pop(), ()):
            if step not in found:
                found.add(step)
                waiting.append(step)
    return found


def on_loops(edges: Collection[Edge]) -> set[Edge]:
    """Return the edges that can be gone more than once."""
    after: dict[str, set[str]] = {}
    found = set()
    for edge in edges:
        if edge.target not in after:
            after[edge.target] = reachable([edge.target], edges)
        if edge.source in after[edge.target]:
            found.add(edge)
    return found
