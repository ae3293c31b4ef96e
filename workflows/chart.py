"""A procedure drawn as the way of a dossier, in the DOT language; pure text, nothing to click.

Identifiers are `s0`, `s1`, … in the order of the file: what people wrote stands in labels only,
where it is escaped. An act that leads from many states to one place (to withdraw, say) is drawn
once, from a box that names them, and acts that go nowhere stand inside their state.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from textwrap import wrap

from engine.definition import MACHINE_ROLES, Procedure, State, Transition
from engine.text import Text
from workflows.ways import Edge, Ways, ways_of

WIDEST = 26
MANY = 3

_MACHINES = {
    "clock": Text("đồng hồ", "the clock"),
    "session": Text("Hội đồng", "the council"),
    "system": Text("hệ thống", "the system"),
}
_HERE = Text("ĐANG Ở ĐÂY", "IS HERE")
_LIMIT = Text("Thời hạn", "Limit")
_FROM = Text("Từ", "From")
_INK, _PAPER, _LINE, _ACTIVE = "#1f2937", "#ffffff", "#64748b", "#fde68a"


def dot(procedure: Procedure, lang: str, active: Collection[str] = frozenset()) -> str:
    """Return the chart as DOT.

    Args:
        lang: `vi` or `en`.
        active: paths of the states to highlight.
    """
    return "\n".join(_Drawing(procedure, lang, active).lines()) + "\n"


def title(procedure: Procedure, lang: str) -> str:
    """Return what the chart is of."""
    return f"{procedure.title.in_(lang)} ({procedure.edition})"


def description(procedure: Procedure, lang: str, active: Collection[str] = frozenset()) -> str:
    """Return the chart in words, for those who do not see it."""
    named = {path: state.label.in_(lang) for path, state in procedure.states.items()}
    here = ", ".join(named[path] for path in procedure.states if path in active)
    parts = [f"{_HERE.in_(lang)}: {here}."] if here else []
    for transition in procedure.transitions:
        sources = ", ".join(named[path] for path in transition.sources)
        target = named.get(transition.target or transition.history or "")
        arrow = f" → {target}" if target else ""
        parts.append(f"{sources}{arrow}: {transition.label.in_(lang)}.")
    return " ".join(parts)


class _Drawing:
    def __init__(self, procedure: Procedure, lang: str, active: Collection[str]) -> None:
        self.procedure = procedure
        self.lang = lang
        self.active = active
        self.ids = {path: f"s{number}" for number, path in enumerate(procedure.states)}
        self.ways: Ways = ways_of(procedure.states, procedure.transitions)
        self.depth = _depths(self.ways)
        self.gathered = self._gathered()

    def lines(self) -> Iterator[str]:
        """Yield the lines of the drawing."""
        yield "digraph procedure {"
        yield (
            '  graph [compound=true, rankdir=TB, nodesep=0.35, ranksep=0.5, bgcolor="transparent", '
            f'fontname="Arial", fontsize=11, fontcolor="{_INK}"]'
        )
        yield (
            '  node [shape=box, style="rounded,filled", fontname="Arial", fontsize=11, '
            f'margin="0.12,0.07", color="{_LINE}", fillcolor="{_PAPER}", fontcolor="{_INK}"]'
        )
        yield (
            f'  edge [fontname="Arial", fontsize=9, color="{_LINE}", fontcolor="{_INK}", '
            "arrowsize=0.7]"
        )
        for state in sorted(self.ways.leaves(""), key=lambda s: self.depth[s.path]):
            yield from self._composite(state) if state.composite else self._leaf(state, "  ")
        yield from self._begin("", "  ")
        for region in self.ways.edges:
            yield from self._edges(region)
        for number, (indices, sources, target) in enumerate(self.gathered):
            yield from self._gathering(f"g{number}", indices, sources, target)
        yield "}"

    def _words(self, text: Text, widest: int = WIDEST) -> str:
        return "\n".join(wrap(text.in_(self.lang), widest)) or " "

    def _roles(self, roles: Sequence[str]) -> str:
        named = [
            _MACHINES[role].in_(self.lang)
            if role in MACHINE_ROLES
            else self.procedure.roles[role].label.in_(self.lang)
            for role in roles
        ]
        return "\n".join(wrap(f"({', '.join(named)})", WIDEST + 4))

    def _leaf(self, state: State, indent: str) -> Iterator[str]:
        yield f"{indent}{self.ids[state.path]} [{self._look(state, self._state_words(state))}]"

    def _state_words(self, state: State) -> str:
        lines = [self._words(state.label)]
        if state.path in self.active:
            lines.insert(0, f"● {_HERE.in_(self.lang)}")
        for clock in self.procedure.clocks.values():
            if clock.in_state == state.path:
                limits = clock.limit.values() if hasattr(clock.limit, "values") else [clock.limit]
                said = " / ".join(dict.fromkeys(limit.label(self.lang) for limit in limits))
                lines.append(f"{_LIMIT.in_(self.lang)}: {said}")
        for transition in self.procedure.transitions:
            if state.path in transition.sources and not (transition.target or transition.history):
                lines.append(f"• {self._words(transition.label)}\n{self._roles(transition.by)}")
        return "\n".join(lines)

    def _look(self, state: State, words: str) -> str:
        look = [f"label={_quoted(words)}", f"id={_quoted(self.ids[state.path])}"]
        if state.final:
            look.append("peripheries=2")
        if state.path in self.active:
            look += [f'fillcolor="{_ACTIVE}"', "penwidth=3", f'color="{_INK}"']
        return ", ".join(look)

    def _composite(self, state: State) -> Iterator[str]:
        yield f"  subgraph cluster_{self.ids[state.path]} {{"
        active = state.path in self.active
        fill = _ACTIVE if active else "#f1f5f9"
        yield (
            f'    graph [label={_quoted(self._state_words(state))}, style="rounded,filled", '
            f'color="{_LINE}", fillcolor="{fill}", fontsize=12]'
        )
        for number, region in enumerate(self.ways.regions(state.path)):
            label = state.regions[region.split(".", 1)[1]]
            yield f"    subgraph cluster_{self.ids[state.path]}_{number} {{"
            yield (
                f"      graph [label={_quoted(label.in_(self.lang))}, "
                f'style="rounded,filled,dashed", color="{_LINE}", fillcolor="#f8fafc", '
                "fontsize=10]"
            )
            for leaf in self.ways.leaves(region):
                yield from self._leaf(leaf, "      ")
            yield from self._begin(region, "      ")
            yield "    }"
        yield "  }"

    def _begin(self, region: str, indent: str) -> Iterator[str]:
        begin = self.procedure.entered_at(region).path
        dot_id = f"b_{self.ids[begin]}"
        yield f'{indent}{dot_id} [shape=point, width=0.12, label="", color="{_INK}"]'
        look = ", ".join(["minlen=1", *self._clipped(None, begin)])
        yield f"{indent}{dot_id} -> {self._head(begin)} [{look}]"

    def _tail(self, path: str) -> str:
        """Return what an edge leaves from: of a composite, which has no shape, its last leaf."""
        if not self.procedure.states[path].composite:
            return self.ids[path]
        leaves = [leaf for region in self.ways.regions(path) for leaf in self.ways.leaves(region)]
        last = max(leaves, key=lambda leaf: (self.depth[leaf.path], leaf.final))
        return self.ids[last.path]

    def _head(self, path: str) -> str:
        """Return what an edge leads to: for a composite, where its first region begins."""
        if not self.procedure.states[path].composite:
            return self.ids[path]
        region = self.ways.regions(path)[0]
        return f"b_{self.ids[self.procedure.entered_at(region).path]}"

    def _clipped(self, source: str | None, target: str) -> list[str]:
        """Return the composites at whose border an edge is cut off."""
        found = []
        if source is not None and self.procedure.states[source].composite:
            found.append(f"ltail=cluster_{self.ids[source]}")
        if self.procedure.states[target].composite:
            found.append(f"lhead=cluster_{self.ids[target]}")
        return found

    def _edges(self, region: str) -> Iterator[str]:
        """Yield one edge for each pair of states, with all the acts that go there."""
        drawn_apart = {index for indices, _, _ in self.gathered for index in indices}
        pairs: dict[tuple[str, str], list[Edge]] = {}
        for edge in self.ways.edges[region]:
            if edge.index not in drawn_apart:
                pairs.setdefault((edge.source, edge.target), []).append(edge)
        for (source, target), edges in pairs.items():
            transitions = [self.procedure.transitions[edge.index] for edge in edges]
            look = [f"label={_quoted(self._acts(transitions))}"]
            back = self.depth[target] < self.depth[source]
            if back:
                look.append("constraint=false")
            if all(t.interrupts for t in transitions) or any(edge.back for edge in edges):
                look.append("style=dashed")
            look += self._clipped(source, target)
            # A way back enters a composite at its end, which is nearer, so that its label is too.
            head = self._tail(target) if back else self._head(target)
            yield f"  {self._tail(source)} -> {head} [{', '.join(look)}]"

    def _acts(self, transitions: Sequence[Transition]) -> str:
        said: dict[str, None] = {}
        for transition in transitions:
            said[f"{self._words(transition.label)}\n{self._roles(transition.by)}"] = None
        # Padded, because the layout puts labels close to their lines.
        return "\n".join(f"  {line}  " for act in said for line in act.split("\n"))

    def _gathered(self) -> list[tuple[list[int], list[str], str]]:
        """Return the acts that lead from many states to one: their indices, sources and target."""
        found: dict[tuple[str, str], tuple[list[int], list[str]]] = {}
        for edge in self.ways.top:
            trigger = self.procedure.transitions[edge.index].trigger
            indices, sources = found.setdefault((trigger, edge.target), ([], []))
            indices.append(edge.index)
            sources.append(edge.source)
        return [
            (indices, list(dict.fromkeys(sources)), target)
            for (_, target), (indices, sources) in found.items()
            if len(set(sources)) >= MANY
        ]

    def _gathering(
        self, name: str, indices: Sequence[int], sources: Sequence[str], target: str
    ) -> Iterator[str]:
        states = self.procedure.states
        listed = [f"• {self._words(states[path].label, WIDEST + 14)}" for path in sources]
        words = "\n".join([f"{_FROM.in_(self.lang)}:", *listed, ""])
        yield (
            f'  {name} [shape=note, style="dashed", fontsize=9, label={_quoted(words, left=True)}, '
            f'color="{_LINE}"]'
        )
        acts = self._acts([self.procedure.transitions[index] for index in dict.fromkeys(indices)])
        look = [f"label={_quoted(acts)}", "style=dashed", "constraint=false"]
        look += self._clipped(None, target)
        yield f"  {name} -> {self._head(target)} [{', '.join(look)}]"
        # Unseen, so that the box stands low, beside the place to which the last of them leads.
        last = max(sources, key=lambda path: self.depth[path])
        yield f"  {self._tail(last)} -> {self._head(target)} [style=invis]"
        yield f"  {{ rank=same; {name}; {self._head(target)} }}"


def _depths(ways: Ways) -> dict[str, int]:
    """Return how far each state is from the beginning of its graph; unreached ones come last."""
    depth: dict[str, int] = {}
    for region in dict.fromkeys(state.region for state in ways.states.values()):
        begin = ways.initial(region)
        waiting = [begin] if begin is not None else []
        depth.update(dict.fromkeys(waiting, 0))
        while waiting:
            here = waiting.pop(0)
            for edge in ways.edges.get(region, ()):
                if edge.source == here and edge.target not in depth:
                    depth[edge.target] = depth[here] + 1
                    waiting.append(edge.target)
    return {path: depth.get(path, len(ways.states)) for path in ways.states}


def _quoted(text: str, *, left: bool = False) -> str:
    """Return text as a DOT string in which nothing but line ends means anything."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    escaped = escaped.replace("\n", "\\l" if left else "\\n")
    return f'"{escaped}"'
