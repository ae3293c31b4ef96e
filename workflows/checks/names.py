"""Every name means something that is declared, and what is declared is used."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from engine.definition import CLOCK, MACHINE_ROLES, ON_HOLD, SESSION, FieldType
from engine.holds import HOLD, RELEASE
from engine.text import Text
from workflows import schema
from workflows.checks.asked import Asked
from workflows.compile import Parts, leaves_and_composites
from workflows.findings import Finding, Severity, closest
from workflows.reader import Loc

_THINGS = {
    "state": Text("trạng thái", "state"),
    "trigger": Text("thao tác", "trigger"),
    "role": Text("vai trò", "role"),
    "document": Text("giấy tờ", "document"),
    "field": Text("trường dữ liệu", "data field"),
    "letter": Text("văn bản", "letter"),
    "source": Text("căn cứ pháp lý", "source"),
    "choice": Text("lựa chọn", "choice"),
    "ground": Text("căn cứ tạm dừng", "ground of a hold"),
}


def check(parts: Parts, asked: Asked) -> Iterator[Finding]:
    """Yield what names something that is not there, or is there and never named."""
    work = _Names(parts)
    yield from work.unknown()
    yield from work.misfits()
    yield from work.unused()


class _Names:
    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.shape = parts.shape
        self.doc = parts.doc
        self.used: dict[str, set[str]] = {thing: set() for thing in _THINGS}
        self.triggers = {t.trigger for t in self.shape.transitions}

    def unknown(self) -> Iterator[Finding]:
        """Yield the names that nothing declares."""
        yield from self._heads()
        yield from self._clocks()
        yield from self._letters()
        yield from self._holds()
        for loc, _, state in leaves_and_composites(self.shape):
            yield from self._state(loc, state)
        for index, transition in enumerate(self.shape.transitions):
            yield from self._transition(("transitions", index), transition)
        for loc, table in self._tables():
            yield from self._table(loc, table)

    def _name(
        self, thing: str, loc: Loc, name: str, known: Collection[str], *, key: bool = False
    ) -> Iterator[Finding]:
        self.used[thing].add(name)
        if name not in known:
            near, what = closest(name, known), _THINGS[thing]
            yield self.doc.finding(
                "BV201",
                loc,
                f"Không có {what.vi} {name!r}.{near.vi} Hãy khai báo hoặc sửa tên.",
                f"There is no {what.en} {name!r}.{near.en} Declare it or correct the name.",
                place=self.doc.key_place(loc) if key else None,
            )

    def _each(
        self, thing: str, loc: Loc, names: Iterable[str], known: Collection[str]
    ) -> Iterator[Finding]:
        for index, name in enumerate(names):
            yield from self._name(thing, (*loc, index), name, known)

    def _keys(
        self, thing: str, loc: Loc, names: Iterable[str], known: Collection[str]
    ) -> Iterator[Finding]:
        for name in names:
            yield from self._name(thing, (*loc, name), name, known, key=True)

    def _maybe(
        self, thing: str, loc: Loc, name: str | None, known: Collection[str]
    ) -> Iterator[Finding]:
        if name is not None:
            yield from self._name(thing, loc, name, known)

    def _heads(self) -> Iterator[Finding]:
        shape = self.shape
        for index, roles in enumerate(shape.separate):
            # Whoever signs for a council may be kept apart from those who prepared a dossier.
            known = {*shape.roles, SESSION}
            yield from self._each("role", ("separate", index), roles, known)
        yield from self._each(
            "document", ("submission", "shared"), shape.submission.shared, shape.documents
        )
        yield from self._maybe("field", ("award",), shape.award, shape.data)
        if shape.deed is not None:
            yield from self._data(("deed", "number"), shape.deed.number, FieldType.TEXT)
            yield from self._data(("deed", "on"), shape.deed.on, FieldType.DATE)
        award = shape.data.get(shape.award or "")
        choices = award.of if award is not None and award.of else {}
        yield from self._keys("choice", ("bonus",), shape.bonus, choices)
        for key, fact in shape.facts.items():
            at: Loc = ("facts", key, "count")
            yield from self._data((*at, "deed"), fact.count.deed, FieldType.TEXT)
            asked = (fact.count.titles, fact.count.deed, fact.count.initiatives)
            if sum(one is not None for one in asked) != 1 or (
                fact.count.consecutive and fact.count.titles is None
            ):
                yield self.doc.finding(
                    "BV209",
                    at,
                    "Tra cứu cần đúng một trong ba: 'titles' (danh hiệu), 'deed' (số quyết định) "
                    "hoặc 'initiatives' (sáng kiến); 'consecutive' chỉ đi với 'titles'.",
                    "A look-up needs one of 'titles', 'deed' and 'initiatives'; 'consecutive' goes "
                    "with 'titles'.",
                )
            if fact.count.initiatives is not None and shape.initiatives is None:
                yield self.doc.finding(
                    "BV205",
                    (*at, "initiatives"),
                    "Tra cứu sáng kiến mà không biết trường nào: hãy thêm khóa 'initiatives' ở đầu "
                    "tệp.",
                    "It looks up initiatives, but which? Add the key 'initiatives' to the file.",
                )
        if shape.initiatives is not None:
            yield from self._initiatives(shape.initiatives, choices)
        for key, aggregate in shape.aggregates.items():
            loc: Loc = ("aggregates", key)
            yield from self._name("field", (*loc, "count"), aggregate.count, shape.data)
            records = shape.data.get(aggregate.count)
            inner = (records.fields if records else None) or {}
            if records is not None and records.type is FieldType.RECORDS:
                yield from self._keys("field", (*loc, "where"), aggregate.where, inner)

    def _clocks(self) -> Iterator[Finding]:
        for key, clock in self.shape.clocks.items():
            loc: Loc = ("clocks", key)
            yield from self._maybe("source", (*loc, "source"), clock.source, self.shape.sources)
            if clock.starts:
                start = clock.starts
                yield from self._name("trigger", (*loc, "starts", "on"), start.on, self.triggers)
                yield from self._data((*loc, "starts", "from"), start.from_, FieldType.DATE)
            yield from self._maybe("state", (*loc, "in"), clock.in_, self.parts.states)
            yield from self._each("trigger", (*loc, "stops"), clock.stops, self.triggers)
            cancels = (*loc, "cancelled_by")
            yield from self._each("trigger", cancels, clock.cancelled_by, self.triggers)
            states = {*self.parts.states, ON_HOLD}
            yield from self._keys("state", (*loc, "suspended_in"), clock.suspended_in, states)
            yield from self._ladder((*loc, "ladder"), clock.ladder)

    def _ladder(self, loc: Loc, rungs: Iterable[schema.RungShape]) -> Iterator[Finding]:
        for index, rung in enumerate(rungs):
            at: Loc = (*loc, index)
            yield from self._maybe("role", (*at, "notify"), rung.notify, self.shape.roles)
            yield from self._maybe("role", (*at, "escalate"), rung.escalate, self.shape.roles)
            yield from self._maybe("trigger", (*at, "pull"), rung.pull, self.triggers)
            yield from self._task((*at, "task"), rung.task, must_pull=False)
            if rung.pull in self.triggers:
                pulled = [t for t in self.shape.transitions if t.trigger == rung.pull]
                if not any(CLOCK in t.by for t in pulled):
                    yield self.doc.finding(
                        "BV204",
                        (*at, "pull"),
                        f"Đồng hồ không được phép {rung.pull!r}; hãy thêm 'clock' vào 'by' của "
                        "thao tác đó.",
                        f"The clock may not pull {rung.pull!r}; add 'clock' to its 'by'.",
                    )

    def _task(
        self, loc: Loc, task: schema.TaskShape | None, *, must_pull: bool
    ) -> Iterator[Finding]:
        if task is None:
            return
        yield from self._name("role", (*loc, "role"), task.role, self.shape.roles)
        if must_pull:
            yield from self._name("trigger", (*loc, "do"), task.do, self.triggers)

    def _initiatives(
        self, shape: schema.InitiativesShape, choices: Collection[str]
    ) -> Iterator[Finding]:
        for index, one in enumerate(shape.named):
            at: Loc = ("initiatives", "named", index)
            yield from self._data((*at, "decision"), one.decision, FieldType.TEXT)
            yield from self._data((*at, "title"), one.title, FieldType.TEXT)
            yield from self._data((*at, "on"), one.on, FieldType.DATE)
        yield from self._keys("choice", ("initiatives", "for"), shape.for_, choices)
        yield from self._maybe(
            "source", ("initiatives", "source"), shape.source, self.shape.sources
        )

    def _data(self, loc: Loc, path: str | None, *types: FieldType) -> Iterator[Finding]:
        if path is None:
            return
        key = path.removeprefix("data.")
        yield from self._name("field", loc, key, self.shape.data)
        field = self.shape.data.get(key)
        if field is not None and field.type not in types:
            yield self._wrong_type(loc, key, field.type, types)

    def _wrong_type(
        self,
        loc: Loc,
        key: str,
        found: FieldType,
        types: Iterable[FieldType],
        *,
        key_: bool = False,
    ) -> Finding:
        wanted = ", ".join(one.value for one in types)
        return self.doc.finding(
            "BV203",
            loc,
            f"Trường {key!r} có kiểu {found.value}, ở đây cần kiểu {wanted}.",
            f"The field {key!r} is of type {found.value}; this needs {wanted}.",
            place=self.doc.key_place(loc) if key_ else None,
        )

    def _letters(self) -> Iterator[Finding]:
        for key, letter in self.shape.letters.items():
            loc: Loc = ("letters", key)
            yield from self._data((*loc, "number_from"), letter.number_from, FieldType.TEXT)
            yield from self._data((*loc, "dated_from"), letter.dated_from, FieldType.DATE)

    def _holds(self) -> Iterator[Finding]:
        holds = self.shape.holds
        if holds is None:
            return
        yield from self._each("role", ("holds", "by"), holds.by, self.shape.roles)
        yield from self._each("role", ("holds", "release_by"), holds.release_by, self.shape.roles)
        yield from self._each("state", ("holds", "in"), holds.in_, self.parts.states)

    def _state(self, loc: Loc, state: schema.LeafShape) -> Iterator[Finding]:
        yield from self._task((*loc, "task"), state.task, must_pull=True)
        yield from self._maybe("source", (*loc, "source"), state.source, self.shape.sources)
        yield from self._ladder((*loc, "ladder"), state.ladder)
        ballot = state.ballot
        if ballot is None:
            return
        at: Loc = (*loc, "ballot")
        yield from self._name("trigger", (*at, "passed"), ballot.passed, self.triggers)
        yield from self._name("trigger", (*at, "failed"), ballot.failed, self.triggers)
        yield from self._maybe("trigger", (*at, "deferred"), ballot.deferred, self.triggers)
        yield from self._maybe("source", (*at, "source"), ballot.source, self.shape.sources)
        for by, rows in (ballot.table or {}).items():
            for case, rule in rows.items():
                source = (*at, by, case, "source")
                yield from self._maybe("source", source, rule.source, self.shape.sources)

    def _transition(self, loc: Loc, shape: schema.TransitionShape) -> Iterator[Finding]:
        self.used["trigger"].add(shape.trigger)
        yield from self._each("state", (*loc, "from"), shape.from_, self.parts.states)
        if isinstance(shape.to, schema.HistoryShape):
            composites = [key for key, state in self.shape.states.items() if state.regions]
            yield from self._name("state", (*loc, "to", "history"), shape.to.history, composites)
        else:
            yield from self._maybe("state", (*loc, "to"), shape.to, self.parts.states)
        roles = {*self.shape.roles, *MACHINE_ROLES}
        yield from self._each("role", (*loc, "by"), shape.by, roles)
        yield from self._each("role", (*loc, "notify"), shape.notify, self.shape.roles)
        yield from self._each("document", (*loc, "needs"), shape.needs, self.shape.documents)
        yield from self._keys("field", (*loc, "asks"), shape.asks, self.shape.data)
        yield from self._keys("field", (*loc, "appends"), shape.appends, self.shape.data)
        for key in shape.appends:
            field = self.shape.data.get(key)
            if field is not None and field.type is not FieldType.RECORDS:
                at = (*loc, "appends", key)
                yield self._wrong_type(at, key, field.type, [FieldType.RECORDS], key_=True)
        yield from self._maybe("letter", (*loc, "letter"), shape.letter, self.shape.letters)
        yield from self._each("letter", (*loc, "letters"), shape.letters, self.shape.letters)
        yield from self._maybe("source", (*loc, "source"), shape.source, self.shape.sources)
        grounds = self.shape.holds.grounds if self.shape.holds else {}
        yield from self._maybe("ground", (*loc, "places_hold"), shape.places_hold, grounds)

    def _tables(self) -> Iterator[tuple[Loc, Mapping[str, Mapping[str, object]]]]:
        for key, document in self.shape.documents.items():
            if isinstance(document.required, dict):
                yield ("documents", key, "required"), document.required
        for key, clock in self.shape.clocks.items():
            if isinstance(clock.limit, dict):
                yield ("clocks", key, "limit"), clock.limit
        for loc, _, state in leaves_and_composites(self.shape):
            if isinstance(state.limit, dict):
                yield (*loc, "limit"), state.limit
            if state.ballot is not None and state.ballot.table is not None:
                yield (*loc, "ballot"), state.ballot.table

    def _table(self, loc: Loc, table: Mapping[str, Mapping[str, object]]) -> Iterator[Finding]:
        for by, rows in table.items():
            at: Loc = (*loc, by)
            key = by.removeprefix("by_")
            yield from self._name("field", at, key, self.shape.data, key=True)
            field = self.shape.data.get(key)
            if field is None:
                continue
            if field.type is not FieldType.CHOICE:
                yield self._wrong_type(at, key, field.type, [FieldType.CHOICE], key_=True)
                continue
            known = {*(field.of or {}), "otherwise"}
            yield from self._keys("choice", at, rows, known)

    def misfits(self) -> Iterator[Finding]:
        """Yield declarations that contradict themselves."""
        for key, field in self.shape.data.items():
            yield from self._field(("data", key), field)
            for name, inner in (field.fields or {}).items():
                yield from self._field(("data", key, "fields", name), inner)
        for key, aggregate in self.shape.aggregates.items():
            counted = self.shape.data.get(aggregate.count)
            if counted is not None and counted.type is not FieldType.RECORDS:
                at: Loc = ("aggregates", key, "count")
                yield self._wrong_type(at, aggregate.count, counted.type, [FieldType.RECORDS])
        award = self.shape.data.get(self.shape.award or "")
        if award is not None and award.type is not FieldType.CHOICE:
            found = self._wrong_type(
                ("award",), str(self.shape.award), award.type, [FieldType.CHOICE]
            )
            yield found
        for index, transition in enumerate(self.shape.transitions):
            if transition.registers is not None and self.shape.award is None:
                yield self.doc.finding(
                    "BV205",
                    ("transitions", index, "registers"),
                    "Ghi sổ khen thưởng mà không biết loại: hãy thêm khóa 'award' ở đầu tệp.",
                    "It registers an award, but which one? Add the key 'award' to the file.",
                )

        yield from self._built_in()

    def _built_in(self) -> Iterator[Finding]:
        """Yield names that the engine itself has given a meaning already."""
        for index, transition in enumerate(self.shape.transitions):
            if transition.trigger in (HOLD, RELEASE):
                yield self._taken(("transitions", index, "trigger"), transition.trigger)
        for role in self.shape.roles.keys() & MACHINE_ROLES:
            yield self._taken(("roles", role), role)

    def _taken(self, loc: Loc, name: str) -> Finding:
        return self.doc.finding(
            "BV208",
            loc,
            f"Hệ thống đã dùng tên {name!r} với nghĩa riêng; hãy chọn tên khác.",
            f"The name {name!r} has a meaning of its own already; choose another.",
        )

    def _field(self, loc: Loc, field: schema.InnerField) -> Iterator[Finding]:
        kinds = {
            "of": (field.of, FieldType.CHOICE),
            "fields": (getattr(field, "fields", None), FieldType.RECORDS),
        }
        for key, (given, wanted) in kinds.items():
            if (given is not None) is not (field.type is wanted):
                missing = given is None
                yield self.doc.finding(
                    "BV206",
                    loc if missing else (*loc, key),
                    f"Kiểu {wanted.value} cần khóa {key!r}."
                    if missing
                    else f"Khóa {key!r} chỉ dùng cho kiểu {wanted.value}.",
                    f"The type {wanted.value} needs the key {key!r}."
                    if missing
                    else f"The key {key!r} is for the type {wanted.value} only.",
                )
        nested = (FieldType.RECORDS, FieldType.PARTY, FieldType.TALLY)
        if not isinstance(field, schema.FieldShape) and field.type in nested:
            yield self.doc.finding(
                "BV207",
                (*loc, "type"),
                f"Kiểu {field.type.value} không dùng được bên trong một bản ghi.",
                f"The type {field.type.value} cannot stand inside a record.",
            )

    def unused(self) -> Iterator[Finding]:
        """Yield what is declared and never named; machines notice data by conditions alone."""
        self._note_what_conditions_read()
        used = self.used
        for part, thing in (("roles", "role"), ("letters", "letter")):
            for key in getattr(self.shape, part):
                if key not in used[thing]:
                    yield self._unused((part, key), _THINGS[thing])
        filled = {key for t in self.shape.transitions for key in (*t.asks, *t.appends)}
        for key, field in self.shape.data.items():
            # Everything else can be given with the draft.
            if field.type in (FieldType.RECORDS, FieldType.TALLY) and key not in filled:
                yield self._unused(("data", key), _THINGS["field"])
        for part in ("facts", "aggregates"):
            for key in getattr(self.shape, part):
                if key not in used.setdefault(part, set()):
                    yield self._unused((part, key), Text("mục tra cứu", "look-up"))

    def _note_what_conditions_read(self) -> None:
        for _, guard in self.parts.guards:
            for name in guard.names:
                scope, _, rest = name.partition(".")
                self.used.setdefault(scope, set()).add(rest.split(".")[0])

    def _unused(self, loc: Loc, what: Text) -> Finding:
        return self.doc.finding(
            "BV202",
            loc,
            f"Có khai báo {what.vi} {loc[-1]!r} nhưng không dùng; hãy dùng hoặc bỏ.",
            f"The {what.en} {loc[-1]!r} is declared and not used; use it or remove it.",
            Severity.WARNING,
        )
