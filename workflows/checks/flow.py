"""The way through the states has no hole: everything is reached, and everything ends."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.council import CAPACITIES, WAYS
from engine.definition import (
    CLOCK,
    MACHINE_ROLES,
    SESSION,
    SYSTEM,
    AgendaAct,
    FieldType,
    State,
)
from workflows.checks.asked import Asked
from workflows.compile import Parts
from workflows.findings import Finding
from workflows.reader import Loc
from workflows.ways import Edge, Ways, reachable, reaching, ways_of


def check(parts: Parts, asked: Asked) -> Iterator[Finding]:
    """Yield what makes states unreachable, endless or undefined."""
    work = _Flow(parts)
    yield from work.beginnings()
    yield from work.borders()
    yield from work.reach()
    yield from work.ends()
    yield from work.portal()
    yield from work.tasks()
    yield from work.ballots()
    yield from work.council()
    yield from work.machines()
    yield from work.history()
    yield from work.receipt()


class _Flow:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.ways: Ways = ways_of(parts.states, parts.transitions)
        self.regions = ["", *dict.fromkeys(s.region for s in parts.states.values() if s.region)]

    def _say(self, code: str, loc: Loc, vi: str, en: str) -> Finding:
        return self.parts.doc.finding(code, loc, vi, en)

    def _at(self, path: str) -> Loc:
        return self.parts.state_at[path]

    def beginnings(self) -> Iterator[Finding]:
        """Each flat machine begins in exactly one state."""
        for region in self.regions:
            leaves = self.ways.leaves(region)
            begins = [state for state in leaves if state.initial]
            if not begins:
                loc: Loc = ("states",) if not region else self._at(leaves[0].path)[:-1]
                yield self._say(
                    "BV301",
                    loc,
                    f"Chưa nói {region or 'thủ tục'} bắt đầu từ đâu: thêm 'initial: true' vào "
                    "một trạng thái.",
                    f"Nothing says where {region or 'the procedure'} begins: add 'initial: true' "
                    "to one state.",
                )
            for state in begins[1:]:
                yield self._say(
                    "BV301",
                    (*self._at(state.path), "initial"),
                    f"{begins[0].path} đã là trạng thái đầu; chỉ giữ một.",
                    f"{begins[0].path} is the beginning already; keep one of them.",
                )

    def borders(self) -> Iterator[Finding]:
        """A transition stays in its flat machine, or leaves its composite as a whole."""
        states = self.parts.states
        for index, transition in enumerate(self.parts.transitions):
            target = states.get(transition.target or "")
            sources = [states[path] for path in transition.sources if path in states]
            for source in sources:
                crosses = target is not None and target.region != source.region
                if target is not None and crosses and target.parent is not None:
                    yield self._say(
                        "BV302",
                        ("transitions", index, "to"),
                        f"Không vào thẳng {target.path!r} từ {source.path!r} được; hãy vào "
                        f"{target.parent!r}, hoặc viết đường đi trong cùng một nhánh.",
                        f"{target.path!r} cannot be entered from {source.path!r}; enter "
                        f"{target.parent!r}, or stay within one region.",
                    )
            if transition.interrupts and not any(source.composite for source in sources):
                yield self._say(
                    "BV303",
                    ("transitions", index, "interrupts"),
                    "Chỉ ngắt được trạng thái có nhánh song song; hãy bỏ 'interrupts'.",
                    "Only a state with regions can be interrupted; remove 'interrupts'.",
                )

    def reach(self) -> Iterator[Finding]:
        """Every state is reached, and from every state an end is reached."""
        for region in self.regions:
            begin = self.ways.initial(region)
            if begin is None:
                continue
            edges = self.ways.edges.get(region, ())
            leaves = self.ways.leaves(region)
            arrived = reachable([begin], edges)
            ends = [state.path for state in leaves if state.final]
            if not ends:
                yield self._endless(region, leaves)
                continue
            leaving = reaching(ends, edges) | self._left_sideways(region)
            for state in leaves:
                if state.path not in arrived:
                    yield self._say(
                        "BV304",
                        self._at(state.path),
                        f"Không đường nào tới được trạng thái {state.path!r}; hãy thêm chuyển "
                        "tiếp tới nó hoặc bỏ nó.",
                        f"No way leads to the state {state.path!r}; add a transition to it or "
                        "remove it.",
                    )
                if state.path not in leaving:
                    yield self._say(
                        "BV305",
                        self._at(state.path),
                        f"Từ {state.path!r} không tới được trạng thái cuối nào; hãy thêm chuyển "
                        "tiếp rời khỏi nó hoặc ghi 'final: true'.",
                        f"From {state.path!r} no final state can be reached; add a transition "
                        "that leaves it, or write 'final: true'.",
                    )

    def _left_sideways(self, region: str) -> set[str]:
        """Return the states of a region from which its composite is left directly."""
        states = self.parts.states
        return {
            path
            for transition in self.parts.transitions
            for path in transition.sources
            if path in states
            and states[path].region == region
            and region
            and transition.target in states
            and states[transition.target].parent is None
        }

    def _endless(self, region: str, leaves: list[State]) -> Finding:
        loc: Loc = ("states",) if not region else self._at(leaves[0].path)[:-1]
        return self._say(
            "BV305",
            loc,
            f"{region or 'Thủ tục'} không có trạng thái cuối; hãy ghi 'final: true' vào một "
            "trạng thái.",
            f"{region or 'The procedure'} has no final state; write 'final: true' on one.",
        )

    def ends(self) -> Iterator[Finding]:
        """Final states say how it ended, and nothing leads on from them."""
        for path, state in self.parts.states.items():
            loc, inside = self._at(path), state.parent is not None
            if state.final and not inside and state.result is None:
                yield self._say(
                    "BV306",
                    loc,
                    f"Trạng thái cuối {path!r} phải có 'result', ví dụ granted, not_granted, "
                    "withdrawn.",
                    f"The final state {path!r} needs a 'result', such as granted, not_granted, "
                    "withdrawn.",
                )
            if state.result is not None and (inside or not state.final):
                yield self._say(
                    "BV306",
                    (*loc, "result"),
                    "Chỉ trạng thái cuối của thủ tục mới có 'result'; hãy bỏ.",
                    "Only a final state of the procedure has a 'result'; remove it.",
                )
            if state.final and not inside and (state.task is not None or path in self.parts.clocks):
                key = "task" if state.task is not None else "limit"
                yield self._say(
                    "BV319",
                    (*loc, key),
                    f"Ở trạng thái cuối {path!r} không còn gì để làm; hãy bỏ {key!r}.",
                    f"Nothing is left to do in the final state {path!r}; remove {key!r}.",
                )
            if state.composite and (state.final or state.ballot is not None):
                key = "final" if state.final else "ballot"
                yield self._say(
                    "BV307",
                    (*loc, key),
                    f"Trạng thái có nhánh song song không dùng {key!r}; hãy đặt vào bên trong.",
                    f"A state with regions cannot have {key!r}; put it on a state inside.",
                )
        for edge in self.ways.top:
            if self.parts.states[edge.source].final:
                yield self._say(
                    "BV308",
                    ("transitions", edge.index, "from"),
                    f"{edge.source!r} là trạng thái cuối, không rời đi được nữa.",
                    f"{edge.source!r} is final; nothing can leave it.",
                )

    def portal(self) -> Iterator[Finding]:
        """Every state shows one of the portal's codes."""
        if self.parts.shape.portal_status is not None:
            return
        for path, state in self.parts.states.items():
            if state.parent is None and state.portal_status is None:
                yield self._say(
                    "BV309",
                    self._at(path),
                    f"Trạng thái {path!r} chưa có mã 'portal_status' (1-10); hãy thêm ở đây hoặc "
                    "đặt mặc định ở đầu tệp.",
                    f"The state {path!r} has no 'portal_status' (1 to 10); add one here or a "
                    "default at the top of the file.",
                )

    def tasks(self) -> Iterator[Finding]:
        """The work of a state can be ended there, by those whose work it is."""
        known = {transition.trigger for transition in self.parts.transitions}
        for path, state in self.parts.states.items():
            task = state.task
            if task is None or task.do not in known:
                continue
            here = [
                transition
                for transition in self.parts.transitions
                if transition.trigger == task.do and self._offered_in(path, transition.sources)
            ]
            if not here:
                yield self._say(
                    "BV310",
                    (*self._at(path), "task", "do"),
                    f"Thao tác {task.do!r} không có ở trạng thái {path!r}, nên việc này không "
                    "bao giờ xong.",
                    f"The trigger {task.do!r} is not offered in {path!r}, so this work never ends.",
                )
            elif state.ballot is not None and task.do == state.ballot.passed:
                # Whoever prepares the session has the work; the session ends it.
                continue
            elif not any(task.role in transition.by for transition in here):
                yield self._say(
                    "BV311",
                    (*self._at(path), "task", "role"),
                    f"Vai trò {task.role!r} được giao việc nhưng không được phép {task.do!r}.",
                    f"The role {task.role!r} gets the work but may not {task.do!r}.",
                )

    def _offered_in(self, path: str, sources: tuple[str, ...]) -> bool:
        parent = self.parts.states[path].parent
        return any(s in (path, parent) or s.startswith(f"{path}.") for s in sources)

    def ballots(self) -> Iterator[Finding]:
        """The triggers of a ballot lead on, pulled by the session."""
        for path, state in self.parts.states.items():
            if state.ballot is None:
                continue
            loc = (*self._at(path), "ballot")
            offered = [t for t in self.parts.transitions if self._offered_in(path, t.sources)]
            ballot = state.ballot
            named = {"passed": ballot.passed, "failed": ballot.failed}
            if ballot.deferred is not None:
                named["deferred"] = ballot.deferred
            for key, trigger in named.items():
                if not any(t.trigger == trigger and SESSION in t.by for t in offered):
                    yield self._say(
                        "BV313",
                        (*loc, key),
                        f"Ở {path!r} phải có thao tác {trigger!r} với 'by: session' để kết quả "
                        "bỏ phiếu kéo.",
                        f"{path!r} must offer {trigger!r} with 'by: session' for the ballot to "
                        "pull.",
                    )

    def council(self) -> Iterator[Finding]:
        """A session has a council and ends with its items; nothing else has either."""
        shape = self.parts.shape
        session = shape.subject == "session"
        if session is not (shape.council is not None):
            yield self._say(
                "BV321",
                ("council",) if shape.council else ("subject",),
                "Phiên họp ('subject: session') cần khóa 'council', và chỉ phiên họp mới có khóa "
                "này.",
                "A session ('subject: session') needs the key 'council', and nothing else has it.",
            )
        for index, transition in enumerate(self.parts.transitions):
            loc: Loc = ("transitions", index)
            if transition.on_items and not session:
                yield self._say(
                    "BV322",
                    (*loc, "for_each" if transition.for_each else "agenda"),
                    "Chỉ phiên họp mới có chương trình; hãy bỏ khóa này.",
                    "Only a session has an agenda; remove this key.",
                )
            if transition.for_each and transition.agenda is not None:
                yield self._say(
                    "BV322",
                    (*loc, "agenda"),
                    "'for_each' đã xét mọi mục của chương trình; hãy bỏ 'agenda'.",
                    "'for_each' goes through all items already; remove 'agenda'.",
                )
            target = self.parts.states.get(transition.target or "")
            ends = target is not None and target.final and target.parent is None
            frees = transition.for_each or transition.agenda is AgendaAct.RELEASE
            if session and ends and not frees:
                yield self._say(
                    "BV323",
                    (*loc, "to"),
                    "Phiên kết thúc mà hồ sơ vẫn nằm trong chương trình: thêm 'for_each: items' "
                    "hoặc 'agenda: release'.",
                    "The session ends with dossiers still on its agenda: add 'for_each: items' or "
                    "'agenda: release'.",
                )
        yield from self._council_fields()

    def _council_fields(self) -> Iterator[Finding]:
        council = self.parts.shape.council
        if council is None:
            return
        wanted = (
            ("electorate", council.electorate, {"capacity": CAPACITIES}),
            ("attendance", council.attendance, {"member": (), "how": WAYS}),
        )
        for key, path, parts in wanted:
            declared = self.parts.shape.data.get(path.removeprefix("data."))
            inner = (declared.fields if declared is not None else None) or {}
            for part, choices in parts.items():
                found = inner.get(part)
                type_ = FieldType.CHOICE if choices else FieldType.INT
                fits = found is not None and found.type is type_ and found.required
                if not fits or not set((found.of if found else None) or ()) <= set(choices):
                    among = f" ({', '.join(choices)})" if choices else ""
                    yield self._say(
                        "BV324",
                        ("council", key),
                        f"{path!r} phải là kiểu records với mục bắt buộc {part!r} kiểu "
                        f"{type_.value}{among}.",
                        f"{path!r} must be of type records with a required part {part!r} of type "
                        f"{type_.value}{among}.",
                    )

    def machines(self) -> Iterator[Finding]:
        """What only a machine may pull, a machine does pull."""
        by_clock = {
            rung.pull for clock in self.parts.clocks.values() for rung in clock.ladder if rung.pull
        }
        by_ballot = {
            trigger
            for state in self.parts.states.values()
            if state.ballot is not None
            for trigger in (state.ballot.passed, state.ballot.failed, state.ballot.deferred)
        }
        for index, transition in enumerate(self.parts.transitions):
            loc: Loc = ("transitions", index)
            # The system also begins a dossier that another one opens, and takes its result.
            linked = bool(transition.awaits) or self.ways.initial() in transition.sources
            auto_by_system = transition.by == (SYSTEM,)
            if transition.auto is not auto_by_system and not (auto_by_system and linked):
                yield self._say(
                    "BV314",
                    (*loc, "auto") if transition.auto else (*loc, "by"),
                    "Chuyển tiếp tự động viết 'auto: true' cùng với 'by: system', và chỉ thế.",
                    "An automatic transition is 'auto: true' together with 'by: system' alone.",
                )
            pulled = (CLOCK in transition.by and transition.trigger in by_clock) or (
                SESSION in transition.by and transition.trigger in by_ballot
            )
            asked = [*transition.asks.items(), *transition.appends.items()]
            needy = transition.reason_required or any(required for _, required in asked)
            if transition.by == (CLOCK,) and needy:
                yield self._say(
                    "BV320",
                    (*loc, "by"),
                    "Đồng hồ không nêu lý do và không nhập dữ liệu; hãy bỏ 'reason' và các mục bắt "
                    "buộc.",
                    "The clock gives no reason and enters no data; remove 'reason' and what is "
                    "required.",
                )
            pulled = pulled or transition.auto or (auto_by_system and linked)
            if MACHINE_ROLES.issuperset(transition.by) and not pulled:
                yield self._say(
                    "BV315",
                    (*loc, "by"),
                    f"Không gì kéo {transition.trigger!r}: với clock cần một mốc 'pull', với "
                    "session cần một 'ballot'.",
                    f"Nothing pulls {transition.trigger!r}: clock needs a rung with 'pull', "
                    "session a 'ballot'.",
                )

    def history(self) -> Iterator[Finding]:
        """Only what was interrupted can be taken up again."""
        for index, transition in enumerate(self.parts.transitions):
            composite = transition.history
            if composite is None or composite not in self.parts.states:
                continue
            after = {
                edge.target
                for edge in self.ways.top
                if edge.source == composite and self.parts.transitions[edge.index].interrupts
            }
            # Who enters it again forgets where it was interrupted.
            arrived = reachable(after, self.ways.top, partial(_avoids, composite))
            for source in transition.sources:
                if source in self.parts.states and source not in arrived:
                    yield self._say(
                        "BV316",
                        ("transitions", index, "to"),
                        f"Từ {composite!r} không thao tác 'interrupts' nào dẫn tới {source!r}, "
                        "nên không có gì để khôi phục.",
                        f"Nothing that interrupts {composite!r} leads to {source!r}, so there is "
                        "nothing to restore.",
                    )

    def receipt(self) -> Iterator[Finding]:
        """The act that receives the dossier binds it to an edition; every dossier passes one."""
        begin = self.ways.initial()
        if begin is None:
            return
        receiving = {i for i, t in enumerate(self.parts.transitions) if t.receives}
        unreceived = reachable([begin], self.ways.top, lambda edge: edge.index not in receiving)
        resolved = [
            state.path
            for state in self.parts.states.values()
            if state.final and state.result in ("granted", "not_granted")
        ]
        if self.parts.shape.subject != "session" and unreceived.intersection(resolved):
            yield self._say(
                "BV317",
                ("transitions",),
                "Có đường tới kết quả mà không qua thao tác 'receives: true' (ngày nhận quyết "
                "định phiên bản áp dụng).",
                "Some way to a result passes no act with 'receives: true', whose day decides "
                "which edition binds.",
            )


def _avoids(path: str, edge: Edge) -> bool:
    return edge.target != path
