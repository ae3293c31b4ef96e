"""Clocks start, stand still, go on and stop where they can, and their ladders stand in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.definition import ON_HOLD, ByField, ClockRule
from engine.ladder import RungAt
from engine.limits import Limit, Unit
from workflows.checks.asked import Asked
from workflows.compile import Parts
from workflows.findings import Finding
from workflows.reader import Loc
from workflows.ways import Ways, reachable, ways_of

# How long a unit is at most, in hours: good enough to tell what order two rungs stand in.
_HOURS = {
    Unit.HOURS: 1,
    Unit.WORKING_HOURS: 3,
    Unit.DAYS: 24,
    Unit.WORKING_DAYS: 24,
    Unit.MONTHS: 24 * 31,
}

_LEVELS = ("unit", "commune", "province", "centre")


def limits_of(clock: ClockRule) -> tuple[Limit, ...]:
    """Return every limit that may bind a dossier."""
    return tuple(clock.limit.values()) if isinstance(clock.limit, ByField) else (clock.limit,)


def check(parts: Parts, asked: Asked) -> Iterator[Finding]:
    """Yield what is wrong with clocks, one by one and together."""
    work = _Clocks(parts)
    yield from work.ladders()
    yield from work.suspensions()
    yield from work.measured()
    yield from work.beginnings()


class _Clocks:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.ways: Ways = ways_of(parts.states, parts.transitions)

    def _say(self, code: str, loc: Loc, vi: str, en: str) -> Finding:
        return self.parts.doc.finding(code, loc, vi, en)

    def ladders(self) -> Iterator[Finding]:
        """Rungs are in units that fit the limit, in order, and none stands before the start."""
        if not self.parts.sound:
            return
        for key, clock in self.parts.clocks.items():
            loc: Loc = (*self.parts.clock_at[key], "ladder")
            for limit in limits_of(clock):
                yield from self._ladder(loc, clock, limit)
            yield from self._pulls(loc, clock)

    def _ladder(self, loc: Loc, clock: ClockRule, limit: Limit) -> Iterator[Finding]:
        before: tuple[int, RungAt] | None = None
        for index, rung in enumerate(clock.ladder):
            at: Loc = (*loc, index, "at")
            if rung.at.unit is not None and rung.at.unit.in_days is not limit.unit.in_days:
                yield self._say(
                    "BV401",
                    at,
                    f"Mốc {rung.at} không cùng loại đơn vị với thời hạn {limit}; hãy dùng "
                    f"{limit.unit.value}.",
                    f"The rung {rung.at} is not in a unit that fits the limit {limit}; use "
                    f"{limit.unit.value}.",
                )
                continue
            place = _place(rung.at, limit)
            if place < 0:
                yield self._say(
                    "BV402",
                    at,
                    f"Mốc {rung.at} đứng trước lúc bắt đầu của thời hạn {limit}.",
                    f"The rung {rung.at} stands before the limit of {limit} begins.",
                )
            if before is not None and place < before[0]:
                yield self._say(
                    "BV403",
                    at,
                    f"Mốc {rung.at} đứng sau {before[1]} trong thang nhưng đến sớm hơn; hãy xếp "
                    "lại.",
                    f"The rung {rung.at} is written after {before[1]} and comes earlier; put them "
                    "in order.",
                )
            before = (place, rung.at)

    def _pulls(self, loc: Loc, clock: ClockRule) -> Iterator[Finding]:
        """A rung of a state's clock pulls something that the state offers."""
        place = clock.in_state
        if place is None:
            return
        for index, rung in enumerate(clock.ladder):
            pulled = [t for t in self.parts.transitions if t.trigger == rung.pull]
            if pulled and not any(self._offers(place, t.sources) for t in pulled):
                yield self._say(
                    "BV404",
                    (*loc, index, "pull"),
                    f"{rung.pull!r} không có ở trạng thái {place!r}, nên mốc này sẽ luôn bị bỏ "
                    "qua.",
                    f"{rung.pull!r} is not offered in {place!r}, so this rung is always skipped.",
                )

    @staticmethod
    def _offers(place: str, sources: tuple[str, ...]) -> bool:
        parent = place.split(".", 1)[0]
        return any(s in (place, parent) or s.startswith(f"{place}.") for s in sources)

    def suspensions(self) -> Iterator[Finding]:
        """A clock that stands still goes on again, and does not stand still for ever."""
        for key, clock in self.parts.clocks.items():
            for path in clock.suspended_in:
                loc: Loc = (*self.parts.clock_at[key], "suspended_in", path)
                if path == ON_HOLD:
                    if self.parts.shape.holds is None:
                        yield self._say(
                            "BV405",
                            loc,
                            "Có 'on_hold' nhưng tệp không khai báo 'holds'; hãy khai báo ai được "
                            "tạm dừng, ai được cho tiếp tục.",
                            "It names 'on_hold', but the file declares no 'holds'; say who may "
                            "place and release a hold.",
                        )
                elif path in self.parts.states:
                    yield from self._suspended(loc, clock, path)

    def _suspended(self, loc: Loc, clock: ClockRule, path: str) -> Iterator[Finding]:
        state = self.parts.states[path]
        ends = {*clock.stops, *clock.cancelled_by}
        resumes = any(
            edge.source == path
            and edge.target not in clock.suspended_in
            and self.parts.transitions[edge.index].trigger not in ends
            for edge in self.ways.edges.get(state.region, ())
        )
        if not resumes:
            yield self._say(
                "BV406",
                loc,
                f"Từ {path!r} không thao tác nào cho đồng hồ {clock.key!r} chạy tiếp; hãy thêm "
                "chuyển tiếp trở lại.",
                f"Nothing that leaves {path!r} lets the clock {clock.key!r} go on; add a "
                "transition that resumes.",
            )
        capped = path in self.parts.worst or any(
            rung.pull is not None
            for other in self.parts.clocks.values()
            if other.in_state == path
            for rung in other.ladder
        )
        if not capped:
            yield self._say(
                "BV407",
                loc,
                f"Tạm dừng ở {path!r} không có giới hạn: thêm 'limit' với một mốc 'pull', hoặc "
                "'worst_case'.",
                f"The suspension in {path!r} has no cap: add a 'limit' with a rung that pulls, or "
                "a 'worst_case'.",
            )

    def measured(self) -> Iterator[Finding]:
        """One clock of each level defines resolution, and whoever is resolved has passed it."""
        if self.parts.shape.subject == "session":
            return
        measured = [clock for clock in self.parts.clocks.values() if clock.measured]
        if not measured:
            yield self._say(
                "BV408",
                ("clocks",),
                "Chưa có đồng hồ nào ghi 'measured: true'; phải có đúng một cho mỗi cấp.",
                "No clock is 'measured: true'; there must be exactly one for each level.",
            )
        levels: dict[str, str] = {}
        for clock in measured:
            loc: Loc = (*self.parts.clock_at[clock.key], "measured")
            yield from self._level_told(clock, several=len(measured) > 1)
            for level in sorted({clock.at} if clock.at else self._levels(clock)):
                if level in levels:
                    yield self._say(
                        "BV408",
                        loc,
                        f"Đồng hồ {levels[level]!r} đã được đo ở cùng cấp; mỗi cấp chỉ một.",
                        f"The clock {levels[level]!r} is measured at the same level; keep one.",
                    )
                    break
                levels[level] = clock.key
            yield from self._passed(clock)
        yield from self._in_order(measured)
        yield from self._resolved(measured)

    def _level_told(self, clock: ClockRule, *, several: bool) -> Iterator[Finding]:
        """Say what is wrong with the level that a measured clock names, or does not name."""
        loc = self.parts.clock_at[clock.key]
        known = self._levels(clock)
        if clock.at is None and several:
            yield self._say(
                "BV418",
                (*loc, "measured"),
                "Có nhiều đồng hồ được đo; mỗi đồng hồ phải nói của cấp nào bằng 'at'.",
                "Several clocks are measured; each must say of which level it is, with 'at'.",
            )
        if clock.at is not None and clock.at not in known:
            yield self._say(
                "BV418",
                (*loc, "at"),
                f"Đồng hồ {clock.key!r} được đo ở cấp {clock.at!r}, nhưng bắt đầu khi hồ sơ không "
                "ở cấp đó.",
                f"The clock {clock.key!r} is measured at the level {clock.at!r}, but starts while "
                "the dossier is not there.",
            )

    def _in_order(self, measured: list[ClockRule]) -> Iterator[Finding]:
        """Measured clocks stand from the lowest level upwards, as the dossier goes."""
        places = [_LEVELS.index(clock.at) for clock in measured if clock.at is not None]
        if places != sorted(places):
            yield self._say(
                "BV418",
                ("clocks",),
                "Hãy xếp các đồng hồ được đo từ cấp thấp lên cấp cao.",
                "Put the measured clocks in order, from the lowest level upwards.",
            )

    def _resolved(self, measured: list[ClockRule]) -> Iterator[Finding]:
        """Whoever is resolved has passed a stop of a measured clock."""
        begin = self.ways.initial()
        if begin is None or not measured:
            return
        stops = {trigger for clock in measured for trigger in clock.stops}
        yield from self._unstopped([begin], stops, measured[0])

    def _unstopped(
        self, begins: Iterable[str], stops: set[str], clock: ClockRule
    ) -> Iterator[Finding]:
        triggers = [t.trigger for t in self.parts.transitions]
        found = reachable(begins, self.ways.top, lambda edge: triggers[edge.index] not in stops)
        for path in sorted(found):
            if self.parts.states[path].result in ("granted", "not_granted"):
                yield self._say(
                    "BV409",
                    (*self.parts.clock_at[clock.key], "stops"),
                    f"Có đường tới {path!r} mà không qua thao tác nào dừng đồng hồ {clock.key!r}; "
                    "hãy thêm thao tác đó vào 'stops'.",
                    f"Some way to {path!r} passes no trigger that stops the clock {clock.key!r}; "
                    "add that trigger to 'stops'.",
                )

    def _levels(self, clock: ClockRule) -> set[str]:
        """Return the levels at which the dossier may be when the clock starts; `` is unknown."""
        known: dict[str, set[str]] = {}
        begin = self.ways.initial()
        if begin is not None:
            known[begin] = {self.parts.states[begin].at or ""}
        for _ in self.parts.states:
            for edge in self.ways.top:
                own = self.parts.states[edge.target].at
                arriving = {own} if own else known.get(edge.source, set())
                known.setdefault(edge.target, set()).update(arriving)
        started = self._started_in(clock)
        return {level for path in started for level in known.get(path, ())} or {""}

    def _started_in(self, clock: ClockRule) -> set[str]:
        return {
            (transition.target or transition.history or source).split(".", 1)[0]
            for transition in self.parts.transitions
            if transition.trigger == clock.starts_on
            for source in transition.sources
        }

    def _passed(self, clock: ClockRule) -> Iterator[Finding]:
        begin = self.ways.initial()
        if begin is None:
            return
        stops = set(clock.stops)
        triggers = [t.trigger for t in self.parts.transitions]
        if clock.at is not None:
            # Below its level a dossier may be resolved without it; once it runs, it is stopped.
            running = [e.target for e in self.ways.top if triggers[e.index] == clock.starts_on]
            yield from self._unstopped(running, stops, clock)
        unstarted = reachable(
            [begin], self.ways.top, lambda edge: triggers[edge.index] != clock.starts_on
        )
        for edge in self.ways.top:
            if edge.source in unstarted and triggers[edge.index] in stops - {clock.starts_on}:
                yield self._say(
                    "BV410",
                    ("transitions", edge.index, "trigger"),
                    f"{triggers[edge.index]!r} có thể dừng đồng hồ {clock.key!r} trước khi nó bắt "
                    "đầu.",
                    f"{triggers[edge.index]!r} may stop the clock {clock.key!r} before it has "
                    "started.",
                )

    def beginnings(self) -> Iterator[Finding]:
        """A clock that starts is stopped; a clock of a state ends with the state."""
        for key, shape in self.parts.shape.clocks.items():
            if shape.at is not None and not shape.measured:
                yield self._say(
                    "BV418",
                    ("clocks", key, "at"),
                    "Chỉ đồng hồ được đo mới nói 'at'; hãy bỏ khóa này.",
                    "Only a measured clock says 'at'; remove this key.",
                )
            if shape.in_ is not None and (shape.stops or shape.cancelled_by):
                yield self._say(
                    "BV411",
                    ("clocks", key, "stops" if shape.stops else "cancelled_by"),
                    "Đồng hồ của một trạng thái ('in') kết thúc cùng trạng thái đó; hãy bỏ khóa "
                    "này.",
                    "A clock that runs in a state ('in') ends with the state; remove this key.",
                )
            if shape.starts is not None and not shape.stops:
                yield self._say(
                    "BV411",
                    ("clocks", key),
                    "Đồng hồ có 'starts' phải có 'stops', nếu không nó chạy mãi.",
                    "A clock with 'starts' needs 'stops', or it runs for ever.",
                )


def _place(at: RungAt, limit: Limit) -> int:
    """Return where a rung stands after the start, roughly, in hours."""
    whole = limit.number * _HOURS[limit.unit]
    part = at.part_of(limit)
    if part is not None:
        return part.number * _HOURS[part.unit]
    return whole + at.offset * _HOURS[at.unit or limit.unit]
