"""From the shapes of a file to the values of the engine, with a finding for each that cannot be.

Compiling goes on after a finding, so that one run says everything: what could not be made is left
out or stood in for, and `Parts` says so. Only a file without errors becomes a `Procedure`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from engine.ballot import BallotRule, Share
from engine.definition import (
    ON_HOLD,
    Aggregate,
    AwardCount,
    Ballot,
    ByField,
    ClockRule,
    CouncilRule,
    Document,
    Fact,
    Field,
    FieldType,
    Guard,
    HoldRule,
    InitiativeRule,
    LetterRule,
    NamedInitiative,
    OpenRule,
    Procedure,
    Role,
    RungRule,
    Source,
    State,
    TaskRule,
    Transition,
)
from engine.errors import DefinitionError
from engine.ladder import RungAt
from engine.legal_clock import Policy
from engine.limits import Limit, LimitError, Unit
from engine.text import Text
from workflows import reader, schema
from workflows.findings import Finding
from workflows.guards import RESERVED, GuardEnv, GuardError
from workflows.reader import Loc
from workflows.vocabulary import names_of

T = TypeVar("T")
S = TypeVar("S")

_STAND_IN = Limit(1, Unit.WORKING_DAYS)
_STAND_IN_SHARE = Share.parse("1/1 of members")


@dataclass(slots=True)
class Parts:
    """What a file was compiled to, and where each part stands in it.

    Attributes:
        at: where a state (by path) or a clock (by key) was declared.
        worst: clocks and states with a `worst_case`.
        sound: every limit, rung and share could be read; else their figures mean nothing.
        guards: every condition that compiled, with its place in the file.
    """

    doc: reader.Document
    shape: schema.DefinitionShape
    states: dict[str, State] = field(default_factory=dict)
    state_at: dict[str, Loc] = field(default_factory=dict)
    clocks: dict[str, ClockRule] = field(default_factory=dict)
    clock_at: dict[str, Loc] = field(default_factory=dict)
    worst: dict[str, Limit] = field(default_factory=dict)
    transitions: list[Transition] = field(default_factory=list)
    documents: dict[str, Document] = field(default_factory=dict)
    guards: list[tuple[Loc, Guard]] = field(default_factory=list)
    sound: bool = True


def compile_definition(
    doc: reader.Document, shape: schema.DefinitionShape
) -> tuple[Parts, tuple[Finding, ...]]:
    """Compile what can be compiled; the findings say what cannot."""
    work = _Compiling(doc, shape)
    work.run()
    return work.parts, tuple(work.findings)


def procedure_of(parts: Parts, edition: str) -> Procedure:
    """Return the procedure of a file that has no errors.

    Args:
        edition: the edition's hash.

    Raises:
        DefinitionError: the parts do not fit together after all.
    """
    shape = parts.shape
    return Procedure(
        key=shape.procedure,
        edition=shape.edition,
        hash=edition,
        title=text_of(shape.title),
        subject=shape.subject,
        in_force_from=shape.in_force.from_,
        unverified=shape.unverified,
        code=shape.code,
        sources={
            key: Source(key=key, cite=source.cite, unverified=source.unverified)
            for key, source in shape.sources.items()
        },
        roles={
            key: Role(key=key, label=text_of(role.label), of_owner=role.of == "owner")
            for key, role in shape.roles.items()
        },
        separate=tuple(frozenset(roles) for roles in shape.separate),
        fields={key: _field(key, inner) for key, inner in shape.data.items()},
        documents=parts.documents,
        shared_documents=tuple(shape.submission.shared),
        facts={
            key: Fact(
                key=key,
                label=text_of(fact.label),
                count=AwardCount(
                    titles=tuple(fact.count.titles or ()),
                    consecutive=fact.count.consecutive,
                    deed=_data_key(fact.count.deed),
                    initiatives=fact.count.initiatives,
                ),
            )
            for key, fact in shape.facts.items()
        },
        aggregates={
            key: Aggregate(key=key, records=inner.count, where=dict(inner.where))
            for key, inner in shape.aggregates.items()
        },
        clocks=parts.clocks,
        states=parts.states,
        transitions=tuple(parts.transitions),
        letters={key: _letter(key, letter) for key, letter in shape.letters.items()},
        holds=_holds(shape.holds) if shape.holds else None,
        portal_status=shape.portal_status,
        award_field=shape.award,
        award_type=shape.award_type,
        deed=(_key_of(shape.deed.number), _key_of(shape.deed.on)) if shape.deed else None,
        council=_council(shape.council) if shape.council else None,
        bonus=dict(shape.bonus),
        initiatives=_initiatives(shape.initiatives) if shape.initiatives else None,
    )


def text_of(label: schema.Label) -> Text:
    """Return a label of the file as a text of the engine."""
    return Text(label.vi, label.en)


def _optional(label: schema.Label | None) -> Text | None:
    return text_of(label) if label is not None else None


def _field(key: str, shape: schema.InnerField) -> Field:
    inner = {
        name: _field(name, part)
        for name, part in (
            (shape.fields or {}) if isinstance(shape, schema.FieldShape) else {}
        ).items()
    }
    personal = shape.personal
    if personal is None:
        typed_freely = shape.type in (FieldType.TEXT, FieldType.PARTY)
        personal = typed_freely or any(part.personal for part in inner.values())
    return Field(
        key=key,
        type=shape.type,
        label=text_of(shape.label),
        required=shape.required,
        personal=personal,
        choices={name: text_of(label) for name, label in (shape.of or {}).items()},
        fields=inner,
        help=_optional(shape.help),
    )


def _letter(key: str, shape: schema.LetterShape) -> LetterRule:
    return LetterRule(
        key=key,
        label=text_of(shape.label),
        template=shape.template,
        per=shape.per,
        register=shape.register_,
        number_from=_data_key(shape.number_from),
        dated_from=_data_key(shape.dated_from),
    )


def _data_key(path: str | None) -> str | None:
    return _key_of(path) if path else None


def _key_of(path: str) -> str:
    return path.removeprefix("data.")


def _initiatives(shape: schema.InitiativesShape) -> InitiativeRule:
    return InitiativeRule(
        named=tuple(
            NamedInitiative(
                decision=_key_of(one.decision), title=_key_of(one.title), on=_data_key(one.on)
            )
            for one in shape.named
        ),
        classes=dict(shape.for_),
        title_after_title=shape.title_after_title,
        source=shape.source,
    )


def _holds(shape: schema.HoldsShape) -> HoldRule:
    return HoldRule(
        by=tuple(shape.by),
        release_by=tuple(shape.release_by),
        grounds={key: text_of(label) for key, label in shape.grounds.items()},
        states=frozenset(shape.in_),
    )


def _council(shape: schema.CouncilShape) -> CouncilRule:
    return CouncilRule(
        electorate=shape.electorate.removeprefix("data."),
        attendance=shape.attendance.removeprefix("data."),
    )


def _opens(shape: schema.OpensShape) -> OpenRule:
    given = {key: path.removeprefix("data.") for key, path in shape.data.items()}
    return OpenRule(procedure=shape.procedure, data=given)


def _task(shape: schema.TaskShape | None) -> TaskRule | None:
    return TaskRule(role=shape.role, do=shape.do) if shape else None


class _Compiling:
    def __init__(self, doc: reader.Document, shape: schema.DefinitionShape) -> None:
        self.doc = doc
        self.shape = shape
        self.parts = Parts(doc, shape)
        self.findings: list[Finding] = []
        self.env = GuardEnv(names_of(shape))

    def run(self) -> None:
        self._reserved_words()
        for key, document in self.shape.documents.items():
            self.parts.documents[key] = self._document(key, document)
        for key, clock in self.shape.clocks.items():
            self._clock(key, clock)
        for loc, path, state in leaves_and_composites(self.shape):
            self._state(loc, path, state)
        for index, transition in enumerate(self.shape.transitions):
            self.parts.transitions.append(self._transition(("transitions", index), transition))

    def _say(self, code: str, loc: Loc, vi: str, en: str) -> None:
        self.findings.append(self.doc.finding(code, loc, vi, en))

    def _reserved_words(self) -> None:
        for part in ("data", "documents", "facts", "aggregates", "clocks"):
            for key in getattr(self.shape, part):
                if key in RESERVED:
                    self.findings.append(
                        self.doc.finding(
                            "BV803",
                            (part, key),
                            f"{key!r} là từ khóa của điều kiện; hãy đặt tên khác.",
                            f"Conditions keep the word {key!r} for themselves; choose another.",
                            place=self.doc.key_place((part, key)),
                        )
                    )

    def _guard(self, loc: Loc, source: str) -> Guard | None:
        try:
            guard = self.env.compile(source)
        except GuardError as error:
            for problem in error.problems:
                place = self.doc.inside(loc, problem.line, problem.column)
                vi, en = problem.text.vi, problem.text.en
                self.findings.append(self.doc.finding("BV801", loc, vi, en, place=place))
            return None
        self.parts.guards.append((loc, guard))
        return guard

    def _read(self, parse: Callable[[str], T], loc: Loc, code: str, written: str, spare: T) -> T:
        try:
            return parse(written)
        except LimitError as error:
            self._say(code, loc, error.text.vi, error.text.en)
        except DefinitionError as error:
            self._say(
                code,
                loc,
                f"{written!r} không phải tỷ lệ đúng: hãy viết như '80 % of members', "
                "'more than 1/2 of present'; mẫu số và tử số phải hợp lý.",
                str(error),
            )
        self.parts.sound = False
        return spare

    def _table(
        self, loc: Loc, table: Mapping[str, Mapping[str, S]], make: Callable[[Loc, S], T]
    ) -> ByField[T] | None:
        """Return a table on a choice field, or None if it lacks its `otherwise`."""
        ((by, rows),) = table.items()
        made = {case: make((*loc, by, case), value) for case, value in rows.items()}
        otherwise = made.pop("otherwise", None)
        if otherwise is None:
            self._say(
                "BV110",
                (*loc, by),
                "Bảng theo trường phải có dòng 'otherwise' cho các trường hợp còn lại.",
                "A table on a field needs a line 'otherwise' for all other cases.",
            )
            return None
        return ByField(field=by.removeprefix("by_"), cases=made, otherwise=otherwise)

    def _document(self, key: str, shape: schema.DocumentShape) -> Document:
        loc: Loc = ("documents", key, "required")
        required: bool | Guard | ByField[bool] | None
        if isinstance(shape.required, str):
            required = self._guard(loc, shape.required)
        elif isinstance(shape.required, dict):
            required = self._table(loc, shape.required, lambda _, value: value)
        else:
            required = shape.required
        return Document(
            key=key,
            label=text_of(shape.label),
            required=False if required is None else required,
            form=shape.form,
            help=_optional(shape.help),
        )

    def _limit(
        self, loc: Loc, shape: str | Mapping[str, Mapping[str, str]]
    ) -> Limit | ByField[Limit]:
        def one(where: Loc, written: str) -> Limit:
            return self._read(Limit.parse, where, "BV107", written, _STAND_IN)

        if isinstance(shape, str):
            return one(loc, shape)
        table = self._table(loc, shape, one)
        self.parts.sound = self.parts.sound and table is not None
        return table or _STAND_IN

    def _ladder(self, loc: Loc, shapes: list[schema.RungShape]) -> tuple[RungRule, ...]:
        return tuple(
            rung
            for index, shape in enumerate(shapes)
            if (rung := self._rung((*loc, index), shape)) is not None
        )

    def _rung(self, loc: Loc, shape: schema.RungShape) -> RungRule | None:
        at = self._read(RungAt.parse, (*loc, "at"), "BV108", shape.at, RungAt())
        try:
            return RungRule(
                at=at,
                notify=shape.notify,
                mark=shape.mark,
                task=_task(shape.task),
                escalate=shape.escalate,
                pull=shape.pull,
            )
        except DefinitionError:
            self._say(
                "BV111",
                loc,
                "Mốc này không làm gì: hãy thêm notify, mark, task, escalate hoặc pull.",
                "Nothing happens on this rung: add notify, mark, task, escalate or pull.",
            )
            return None

    def _clock(self, key: str, shape: schema.ClockShape) -> None:
        loc: Loc = ("clocks", key)
        self.parts.clock_at[key] = loc
        if (shape.starts is None) == (shape.in_ is None):
            self._say(
                "BV112",
                loc,
                "Đồng hồ cần đúng một trong hai: 'starts' (thao tác bắt đầu) hoặc 'in' "
                "(trạng thái mà nó chạy).",
                "A clock needs either 'starts' (the trigger that starts it) or 'in' (the state it "
                "runs in), and not both.",
            )
            self.parts.sound = False
            return
        self._worst_case(key, loc, shape.worst_case)
        starts = shape.starts
        self.parts.clocks[key] = ClockRule(
            key=key,
            label=text_of(shape.label),
            limit=self._limit((*loc, "limit"), shape.limit),
            source=shape.source,
            measured=shape.measured,
            at=shape.at,
            count_first_day=shape.count_first_day,
            starts_on=starts.on if starts else None,
            starts_from=_data_key(starts.from_) if starts else None,
            in_state=shape.in_,
            stops=tuple(shape.stops),
            cancelled_by=tuple(shape.cancelled_by),
            suspended_in=dict(shape.suspended_in),
            ladder=self._ladder((*loc, "ladder"), shape.ladder),
        )

    def _worst_case(self, key: str, loc: Loc, written: str | None) -> None:
        if written is not None:
            where = (*loc, "worst_case")
            self.parts.worst[key] = self._read(Limit.parse, where, "BV107", written, _STAND_IN)

    def _state(self, loc: Loc, path: str, shape: schema.LeafShape) -> None:
        regions = (shape.regions or {}) if isinstance(shape, schema.StateShape) else {}
        self.parts.state_at[path] = loc
        self.parts.states[path] = State(
            path=path,
            label=text_of(shape.label),
            initial=shape.initial,
            final=shape.final,
            result=shape.result,
            portal_status=shape.portal_status,
            at=shape.at,
            task=_task(shape.task),
            ballot=self._ballot((*loc, "ballot"), shape.ballot) if shape.ballot else None,
            regions={key: text_of(region.label) for key, region in regions.items()},
        )
        self._worst_case(path, loc, shape.worst_case)
        if shape.limit is not None:
            if path in self.shape.clocks:
                self._say(
                    "BV115",
                    loc,
                    f"Đồng hồ {path!r} trùng tên với thời hạn của trạng thái này; hãy đổi tên đồng "
                    "hồ.",
                    f"The clock {path!r} has the name of this state, whose limit is a clock too; "
                    "rename the clock.",
                )
            self.parts.clock_at[path] = loc
            self.parts.clocks[path] = ClockRule(
                key=path,
                label=text_of(shape.label),
                limit=self._limit((*loc, "limit"), shape.limit),
                source=shape.source,
                count_first_day=shape.count_first_day,
                in_state=path,
                # Under a hold nobody can do the step's work, so its time stands still.
                suspended_in={ON_HOLD: Policy.REMAINING} if self.shape.holds else {},
                ladder=self._ladder((*loc, "ladder"), shape.ladder),
            )
        elif shape.ladder:
            self._say(
                "BV113",
                (*loc, "ladder"),
                "Có thang nhắc hạn mà không có thời hạn; hãy thêm 'limit' cho trạng thái này.",
                "A ladder without a limit; add 'limit' to this state.",
            )

    def _ballot(self, loc: Loc, shape: schema.BallotShape) -> Ballot | None:
        rule: BallotRule | ByField[BallotRule] | None
        if shape.table is not None:
            rule = self._table(loc, shape.table, self._ballot_rule)
        else:
            rule = self._ballot_rule(loc, shape)
        if rule is None:
            return None
        return Ballot(rule=rule, passed=shape.passed, failed=shape.failed, deferred=shape.deferred)

    def _ballot_rule(
        self, loc: Loc, shape: schema.BallotRuleShape | schema.BallotShape
    ) -> BallotRule:
        def share(key: str, written: str | None) -> Share:
            return self._read(Share.parse, (*loc, key), "BV109", written or "", _STAND_IN_SHARE)

        return _ruled(shape, share("quorum", shape.quorum), share("pass", shape.pass_))

    def _transition(self, loc: Loc, shape: schema.TransitionShape) -> Transition:
        history = shape.to.history if isinstance(shape.to, schema.HistoryShape) else None
        target = shape.to if isinstance(shape.to, str) else None
        guard = self._guard((*loc, "when"), shape.when) if shape.when is not None else None
        if (shape.when is None) != (shape.refusal is None):
            self._say(
                "BV114",
                loc,
                "Điều kiện 'when' và câu từ chối 'refusal' phải đi cùng nhau.",
                "A condition 'when' and its sentence 'refusal' belong together.",
            )
        return Transition(
            trigger=shape.trigger,
            event=shape.event,
            label=text_of(shape.label),
            sources=tuple(shape.from_),
            by=tuple(shape.by),
            target=target,
            history=history,
            needs=tuple(shape.needs),
            when=guard,
            refusal=_optional(shape.refusal),
            asks={key: need == "required" for key, need in shape.asks.items()},
            appends={key: need == "required" for key, need in shape.appends.items()},
            reason_required=shape.reason is not None,
            closed_reasons=(
                {key: text_of(label) for key, label in shape.reason.items()}
                if isinstance(shape.reason, dict)
                else {}
            ),
            at_most=shape.at_most,
            interrupts=shape.interrupts,
            receives=shape.receives,
            accepts=shape.accepts,
            # What a linked dossier came to is taken even while this one is on hold.
            on_hold=shape.on_hold == "allowed" or shape.awaits is not None,
            auto=shape.auto,
            places_hold=shape.places_hold,
            letters=(*((shape.letter,) if shape.letter else ()), *shape.letters),
            notify=tuple(shape.notify),
            registers_award=shape.registers is not None,
            agenda=shape.agenda,
            for_each=shape.for_each is not None,
            opens=_opens(shape.opens) if shape.opens else None,
            awaits=tuple(result.value for result in shape.awaits or ()),
            merges=shape.merges,
            source=shape.source,
        )


def ballot_rule(shape: schema.BallotRuleShape) -> BallotRule:
    """Return the rule of a shape that stands alone.

    Raises:
        DefinitionError: a share cannot be read.
    """
    return _ruled(shape, Share.parse(shape.quorum), Share.parse(shape.pass_))


def _ruled(
    shape: schema.BallotRuleShape | schema.BallotShape, quorum: Share, passing: Share
) -> BallotRule:
    return BallotRule(
        quorum=quorum,
        passing=passing,
        written=shape.absent == "written",
        minutes=shape.form == "minutes",
        recused_out=shape.recused == "out",
        source=shape.source,
        unverified=shape.unverified,
    )


def leaves_and_composites(
    shape: schema.DefinitionShape,
) -> Iterator[tuple[Loc, str, schema.LeafShape]]:
    """Yield place, path and shape of every state, a composite before what lies in it."""
    for key, state in shape.states.items():
        loc: Loc = ("states", key)
        yield loc, key, state
        for region, inner in (state.regions or {}).items():
            for leaf, leaf_shape in inner.states.items():
                yield (
                    (*loc, "regions", region, "states", leaf),
                    f"{key}.{region}.{leaf}",
                    leaf_shape,
                )
