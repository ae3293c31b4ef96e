"""The steps on every path fit into the limit of the law, loops included.

A path runs from the act that starts the measured clock to the first that stops it. Limits of states
add up in the clock's unit; a state in which the clock is suspended counts nothing, and with
`restart` the sum begins anew; regions count their longest; a loop counts as often as `at_most`
allows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod

from engine.definition import ByField, ClockRule
from engine.legal_clock import Policy
from workflows.checks.asked import Asked
from workflows.checks.clocks import limits_of
from workflows.compile import Parts
from workflows.findings import Finding
from workflows.reader import Loc
from workflows.ways import Edge, on_loops, reachable, ways_of

MOST_ROUNDS = 20_000

Pulls = tuple[int, ...]
Step = tuple[str, Pulls]
Way = tuple[int, tuple[str, ...]]


def check(parts: Parts, asked: Asked) -> Iterator[Finding]:
    """Yield measured clocks whose steps do not fit, and what keeps that from being known."""
    if not parts.sound:
        return
    for clock in parts.clocks.values():
        if clock.measured and clock.starts_on is not None:
            yield from _Sums(parts, clock).findings()


class _Rounds:
    """Edges of one graph, gone no more often than `at_most` allows those that lie on loops."""

    def __init__(self, parts: Parts, edges: Sequence[Edge]) -> None:
        triggers = [t.trigger for t in parts.transitions]
        at_most: dict[str, int] = {}
        for edge in on_loops(edges):
            number = parts.transitions[edge.index].at_most
            if number is not None:
                trigger = triggers[edge.index]
                at_most[trigger] = max(number, at_most.get(trigger, 0))
        counted = sorted(at_most)
        self.most: Pulls = tuple(at_most[trigger] for trigger in counted)
        self._after: dict[str, list[tuple[str, int | None]]] = {}
        for edge in edges:
            trigger = triggers[edge.index]
            place = counted.index(trigger) if trigger in at_most else None
            self._after.setdefault(edge.source, []).append((edge.target, place))

    def next(self, path: str, left: Pulls) -> list[Step]:
        """Return where one edge leads, with what is left of the rounds then."""
        found = []
        for target, place in self._after.get(path, ()):
            if place is None:
                found.append((target, left))
            elif left[place]:
                found.append((target, (*left[:place], left[place] - 1, *left[place + 1 :])))
        return found

    def walked(self, starts: Iterable[Step]) -> set[Step]:
        """Return every step that can be come to."""
        seen: set[Step] = set()
        waiting = list(starts)
        while waiting:
            step = waiting.pop()
            if step not in seen:
                seen.add(step)
                waiting += self.next(*step)
        return seen


class _Sums:
    def __init__(self, parts: Parts, clock: ClockRule) -> None:
        self.parts = parts
        self.clock = clock
        self.ways = ways_of(parts.states, parts.transitions)
        self.loc: Loc = parts.clock_at[clock.key]
        triggers = [t.trigger for t in parts.transitions]
        ends = {*clock.stops, *clock.cancelled_by}
        self.trigger_of = triggers
        self.begins = {
            (t.target or t.history or source).split(".", 1)[0]
            for t in parts.transitions
            if t.trigger == clock.starts_on
            for source in t.sources
            if source in parts.states
        } & parts.states.keys()
        going = [edge for edge in self.ways.top if triggers[edge.index] not in ends]
        span = reachable(self.begins, going)
        self.span = [path for path in parts.states if path in span]
        self.edges = [edge for edge in going if edge.source in span]
        self.rounds = _Rounds(parts, self.edges)
        self.inner = {
            region: _Rounds(parts, self.ways.edges.get(region, ()))
            for path in self.span
            for region in self.ways.regions(path)
        }

    def findings(self) -> Iterator[Finding]:
        endless = list(self._endless())
        foreign = list(self._foreign_units())
        yield from (*endless, *foreign)
        if endless or foreign:
            return
        rounds = max(
            prod(number + 1 for number in one.most) for one in (self.rounds, *self.inner.values())
        )
        if rounds * len(self.parts.states) > MOST_ROUNDS:
            yield self.parts.doc.finding(
                "BV414",
                self.loc,
                "Quá nhiều vòng lặp kết hợp để cộng thời hạn; hãy giảm 'at_most'.",
                "Too many rounds of loops to add up; lower 'at_most'.",
            )
            return
        ways = [(*_Longest(self, case).way(), case) for case in self._cases()]
        over = [
            (total - self.clock.limit_of(case).number, total, path, case)
            for total, path, case in ways
        ]
        excess, total, path, case = max(over, key=lambda way: way[0])
        if excess > 0:
            yield self._too_long(total, path, case)

    def _most(self, edge: Edge) -> int | None:
        return self.parts.transitions[edge.index].at_most

    def _endless(self) -> Iterator[Finding]:
        """Yield the transitions that close a loop which nothing bounds."""
        unbounded = [edge for edge in self.edges if self._most(edge) is None]
        for region in self.inner:
            unbounded += [e for e in self.ways.edges.get(region, ()) if self._most(e) is None]
        for index in sorted({edge.index for edge in on_loops(unbounded)}):
            trigger = self.trigger_of[index]
            yield self.parts.doc.finding(
                "BV412",
                ("transitions", index, "trigger"),
                f"{trigger!r} nằm trên một vòng lặp không giới hạn khi đồng hồ {self.clock.key!r} "
                "đang chạy; hãy thêm 'at_most' vào một thao tác của vòng.",
                f"{trigger!r} lies on an endless loop while the clock {self.clock.key!r} runs; add "
                "'at_most' to one act of the loop.",
            )

    def _foreign_units(self) -> Iterator[Finding]:
        """Yield states whose limit cannot be added, for want of a worst case in the right unit."""
        for unit in {limit.unit for limit in limits_of(self.clock)}:
            for key, clock in self.step_clocks():
                worst = self.parts.worst.get(key)
                fits = all(limit.unit is unit for limit in limits_of(clock))
                if not (fits if worst is None else worst.unit is unit):
                    yield self.parts.doc.finding(
                        "BV413",
                        (*self.parts.clock_at[key], "limit" if worst is None else "worst_case"),
                        f"Thời hạn này không cộng được vào {self.clock.key!r} ({unit.value}); hãy "
                        f"thêm 'worst_case' tính bằng {unit.value}.",
                        f"This limit cannot be added to {self.clock.key!r} ({unit.value}); add a "
                        f"'worst_case' in {unit.value}.",
                    )

    def step_clocks(self) -> Iterator[tuple[str, ClockRule]]:
        """Yield the clocks of the states that count."""
        for key, clock in self.parts.clocks.items():
            place = clock.in_state
            if place is None or place not in self.parts.states:
                continue
            top = place.split(".", 1)[0]
            if top in self.span and not self.stands_still(place):
                yield key, clock

    def stands_still(self, path: str) -> bool:
        policy = self.policy(path)
        return policy is not None and policy is not Policy.ABSOLUTE

    def policy(self, path: str) -> Policy | None:
        suspended = self.clock.suspended_in
        return suspended.get(path) or suspended.get(path.split(".", 1)[0])

    def _cases(self) -> Iterator[Mapping[str, str]]:
        """Yield each combination of choices on which a limit depends; `` is any other choice."""
        tables: dict[str, set[str]] = {}
        for clock in (self.clock, *(clock for _, clock in self.step_clocks())):
            if isinstance(clock.limit, ByField):
                tables.setdefault(clock.limit.field, {""}).update(clock.limit.cases)
        fields = sorted(tables)
        for chosen in product(*(sorted(tables[field]) for field in fields)):
            yield dict(zip(fields, chosen, strict=True))

    def _too_long(self, total: int, path: Sequence[str], case: Mapping[str, str]) -> Finding:
        limit = self.clock.limit_of(case)
        steps = " → ".join(path)
        when = ", ".join(f"{field} = {value or '…'}" for field, value in case.items())
        vi_when, en_when = (f" (khi {when})", f" (when {when})") if when else ("", "")
        unit = limit.unit
        return self.parts.doc.finding(
            "BV415",
            (*self.loc, "limit"),
            f"Các bước {steps} cộng lại {unit.label(total, 'vi')}, quá {limit.label('vi')} của "
            f"{self.clock.key!r}{vi_when}; hãy rút ngắn thời hạn các bước.",
            f"The steps {steps} add up to {unit.words(total)}, more than the {limit} of "
            f"{self.clock.key!r}{en_when}; shorten the limits of the steps.",
        )


class _Longest:
    """The longest stretch of counted time for one combination of choices."""

    def __init__(self, sums: _Sums, case: Mapping[str, str]) -> None:
        self.sums = sums
        self.steps: dict[str, int] = {}
        for key, clock in sums.step_clocks():
            place = str(clock.in_state)
            number = (sums.parts.worst.get(key) or clock.limit_of(case)).number
            self.steps[place] = max(number, self.steps.get(place, 0))
        self.costs = {path: self._cost(path) for path in sums.span}

    def way(self) -> Way:
        """Return the longest sum and the states it passes.

        Every stretch begins with the clock, or where a restart lets it begin anew.
        """
        rounds = self.sums.rounds
        starts = {(path, rounds.most) for path in self.sums.begins}
        everywhere = rounds.walked(starts)
        starts |= {
            step
            for path, left in everywhere
            if self._restarts(path)
            for step in rounds.next(path, left)
        }
        known = _longest(starts, self._following, self.costs)
        return max((known[start] for start in starts), default=(0, ()))

    def _restarts(self, path: str) -> bool:
        return self.sums.policy(path) is Policy.RESTART

    def _following(self, path: str, left: Pulls) -> list[Step]:
        return [] if self._restarts(path) else self.sums.rounds.next(path, left)

    def _cost(self, path: str) -> int:
        if self.sums.stands_still(path):
            return 0
        inner = [self._region(region) for region in self.sums.ways.regions(path)]
        return max([self.steps.get(path, 0), *inner])

    def _region(self, region: str) -> int:
        """Return the longest sum through a region."""
        ways = self.sums.ways
        begin = ways.initial(region)
        if begin is None:
            return 0
        rounds = self.sums.inner[region]
        costs = {
            state.path: 0 if self.sums.stands_still(state.path) else self.steps.get(state.path, 0)
            for state in ways.leaves(region)
        }
        start = (begin, rounds.most)
        return _longest({start}, rounds.next, costs)[start][0]


def _longest(
    starts: Iterable[Step],
    following: Callable[[str, Pulls], list[Step]],
    costs: Mapping[str, int],
) -> dict[Step, Way]:
    """Return the longest sum from each step on; nothing may come round for ever.

    Not recursive: a path may be longer than Python's stack is deep.
    """
    known: dict[Step, Way] = {}
    stack = list(starts)
    while stack:
        at = stack[-1]
        after = following(*at)
        unknown = [step for step in after if step not in known]
        if unknown and at not in known:
            stack += unknown
            continue
        stack.pop()
        rest = max((known[step] for step in after), default=(0, ()))
        known[at] = (rest[0] + costs[at[0]], (at[0], *rest[1]))
    return known
