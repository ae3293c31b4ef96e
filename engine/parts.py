"""The parts of which a procedure is declared: frozen values, most of which cannot be wrong alone.

A state is named by its path: `submitted`, or `reviewing.opinions.asking` for a state inside a
region of a composite state. Only leaves are active; a composite is active through its regions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from engine.ballot import BallotRule
from engine.errors import DefinitionError
from engine.ladder import RungAt
from engine.legal_clock import Policy
from engine.limits import Limit
from engine.text import Text

T = TypeVar("T")

CLOCK = "clock"
SESSION = "session"
SYSTEM = "system"
MACHINE_ROLES = frozenset({CLOCK, SESSION, SYSTEM})
ON_HOLD = "on_hold"


@dataclass(frozen=True, slots=True)
class Fault:
    """A condition could not be evaluated, and why (in English, for the incident)."""

    why: str


class Guard(Protocol):
    """A compiled condition over flat, named facts."""

    @property
    def source(self) -> str:
        """The condition as it was written."""

    @property
    def hash(self) -> str:
        """SHA-256 of the source, in hex."""

    @property
    def names(self) -> frozenset[str]:
        """The names of the facts that the condition reads."""

    def __call__(self, facts: Mapping[str, object]) -> bool | Fault:
        """Return whether the condition holds, or why that cannot be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A legal source; `unverified` until an administrator confirms it."""

    key: str
    cite: str
    unverified: bool = False


class FieldType(StrEnum):
    """The kinds of data a procedure may ask for.

    `party`: {kind: individual|collective|household, name, birth_year?, gender?, position?, unit?,
    id_number?}; `period`: {from, until}, both dates, both inclusive; `tally`: see `ballot.Tally`;
    `records`: a list that acts append to; `decimal`: text such as "12.50".
    """

    TEXT = "text"
    PARTY = "party"
    CHOICE = "choice"
    PERIOD = "period"
    DATE = "date"
    INT = "int"
    BOOL = "bool"
    DECIMAL = "decimal"
    TALLY = "tally"
    RECORDS = "records"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One piece of data of a dossier. Personal values never enter the bytes of the trail."""

    key: str
    type: FieldType
    label: Text
    required: bool = False
    personal: bool = False
    choices: Mapping[str, Text] = field(default_factory=dict)
    fields: Mapping[str, Field] = field(default_factory=dict)
    help: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ByField(Generic[T]):
    """A value that depends on a choice field of the dossier."""

    field: str
    cases: Mapping[str, T]
    otherwise: T

    def of(self, data: Mapping[str, object]) -> T:
        """Return the value for this dossier's data."""
        chosen = data.get(self.field)
        return self.cases.get(chosen, self.otherwise) if isinstance(chosen, str) else self.otherwise

    def values(self) -> Iterator[T]:
        """Return every value that may come out."""
        yield from self.cases.values()
        yield self.otherwise


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A paper of the dossier; `required` may depend on data, by a condition or by a table."""

    key: str
    label: Text
    required: bool | Guard | ByField[bool] = False
    form: str | None = None
    help: Text | None = None


class UsedFor(StrEnum):
    """What an initiative served: a title (danh hiệu thi đua) or a form (hình thức khen thưởng)."""

    TITLE = "title"
    FORM = "form"


class InitiativeUse(StrEnum):
    """What an earlier use of an initiative means for another one."""

    ALLOWED = "allowed"
    LOOK = "look"
    SPENT = "spent"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedInitiative:
    """The fields in which a dossier names one initiative: its decision's number, title and day."""

    decision: str
    title: str
    on: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiativeRule:
    """How a procedure keeps an initiative from being used twice.

    Attributes:
        classes: award -> what it is; an award that is not here uses no initiative.
        title_after_title: what a title means for another title, which no text settles.
    """

    named: tuple[NamedInitiative, ...]
    classes: Mapping[str, UsedFor]
    title_after_title: InitiativeUse = InitiativeUse.LOOK
    source: str | None = None

    def again(self, proposed: UsedFor, before: UsedFor) -> InitiativeUse:
        """Return what a use before means for what is proposed now."""
        titles = proposed is before is UsedFor.TITLE
        return self.title_after_title if titles else InitiativeUse.SPENT


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardCount:
    """A look-up in the award register: how often the subject holds a title.

    Attributes:
        titles: award keys that count.
        consecutive: count only the unbroken run of years that ends with the newest.
        deed: text field with the number of a decision; counts are then the subject's awards by
            that decision, whatever their titles.
        initiatives: counts are then earlier uses, with this meaning, of the initiatives that the
            dossier names.
    """

    titles: tuple[str, ...] = ()
    consecutive: bool = False
    deed: str | None = None
    initiatives: InitiativeUse | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A named whole number that is looked up before an act is decided."""

    key: str
    label: Text
    count: AwardCount


@dataclass(frozen=True, slots=True, kw_only=True)
class Aggregate:
    """A number made from a `records` field: how many records have these values."""

    key: str
    records: str
    where: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """Who may act: in the holder of the dossier, or (`of_owner`) in the unit that submitted it."""

    key: str
    label: Text
    of_owner: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRule:
    """Work for people of a role; `do` is the trigger that the work ends with."""

    role: str
    do: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RungRule:
    """One step of an escalation ladder: when, and what happens then (at least one thing)."""

    at: RungAt
    notify: str | None = None
    mark: str | None = None
    task: TaskRule | None = None
    escalate: str | None = None
    pull: str | None = None

    def __post_init__(self) -> None:
        """Refuse a rung on which nothing happens."""
        if not (self.notify or self.mark or self.task or self.escalate or self.pull):
            raise DefinitionError(f"The rung at {self.at} does nothing.")

    @property
    def legal(self) -> bool:
        """Whether the rung takes effect at its due instant even if nobody has looked yet."""
        return bool(self.pull or self.mark or self.escalate or self.task)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockRule:
    """A limit that runs: on the dossier (`starts_on`), or while a state is active (`in_state`).

    Attributes:
        at: level whose time a measured clock measures; None: of whoever holds the dossier.
        starts_on: trigger that starts the clock.
        starts_from: date field whose value is the day of the event; None: the act's own date.
        stops: triggers that stop it; the first one resolves if the clock is `measured`.
        cancelled_by: triggers that end it without a margin.
        suspended_in: state path, or `on_hold`, to the policy of the suspension.
    """

    key: str
    label: Text
    limit: Limit | ByField[Limit]
    source: str | None = None
    measured: bool = False
    at: str | None = None
    count_first_day: bool = False
    starts_on: str | None = None
    starts_from: str | None = None
    in_state: str | None = None
    stops: tuple[str, ...] = ()
    cancelled_by: tuple[str, ...] = ()
    suspended_in: Mapping[str, Policy] = field(default_factory=dict)
    ladder: tuple[RungRule, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a clock that nothing starts, or two things start."""
        if (self.starts_on is None) == (self.in_state is None):
            raise DefinitionError(
                f"Clock {self.key} needs either a trigger that starts it or a state it runs in."
            )

    def limit_of(self, data: Mapping[str, object]) -> Limit:
        """Return the limit that binds this dossier."""
        return self.limit.of(data) if isinstance(self.limit, ByField) else self.limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """What a council decides in a state: its rule, and the triggers that the result pulls.

    Attributes:
        deferred: pulled when a session puts the item off; None: it stays where it is.
    """

    rule: BallotRule | ByField[BallotRule]
    passed: str
    failed: str
    deferred: str | None = None

    def rule_of(self, data: Mapping[str, object]) -> BallotRule:
        """Return the rule that binds this dossier."""
        return self.rule.of(data) if isinstance(self.rule, ByField) else self.rule


class AgendaAct(StrEnum):
    """What an act does to the items of a session.

    `put`, `drop`: before the cut-off; `close`: the cut-off, which freezes what is voted on; `vote`
    enters counts; `recount` holds them against another attendance; `defer` puts items off;
    `settled` asks that every item has a result; `release` gives all items free.
    """

    PUT = "put"
    DROP = "drop"
    CLOSE = "close"
    VOTE = "vote"
    RECOUNT = "recount"
    DEFER = "defer"
    SETTLED = "settled"
    RELEASE = "release"


@dataclass(frozen=True, slots=True, kw_only=True)
class CouncilRule:
    """Where a session says who its council is and who came: two `records` fields.

    Attributes:
        electorate: one record for each member; its part `capacity` says how they sit.
        attendance: one record for each member who took part: `member` (place in the electorate,
            from 1) and `how` (`present` or `written`).
    """

    electorate: str
    attendance: str


class Result(StrEnum):
    """How a dossier ended; only the first two count as resolved."""

    GRANTED = "granted"
    NOT_GRANTED = "not_granted"
    REFUSED_INTAKE = "refused_intake"
    WITHDRAWN = "withdrawn"
    REDIRECTED = "redirected"
    ANNULLED = "annulled"


class AwardType(StrEnum):
    """The types of commendation by which the state's statistics count awards.

    Circular 02/2023/TT-BNV, forms 0602.N and 0603.N.
    """

    MERIT = "merit"
    THEMATIC = "thematic"
    SUDDEN = "sudden"
    EXTERNAL = "external"
    CONTRIBUTION = "contribution"
    TENURE = "tenure"
    RESISTANCE = "resistance"


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A place where a dossier may stand, or a composite whose regions run side by side."""

    path: str
    label: Text
    initial: bool = False
    final: bool = False
    result: Result | None = None
    portal_status: int | None = None
    at: str | None = None
    task: TaskRule | None = None
    ballot: Ballot | None = None
    regions: Mapping[str, Text] = field(default_factory=dict)

    @property
    def composite(self) -> bool:
        """Whether the state is active through its regions only."""
        return bool(self.regions)

    @property
    def parent(self) -> str | None:
        """The composite that the state lies in, or None."""
        return self.path.split(".", 1)[0] if "." in self.path else None

    @property
    def region(self) -> str:
        """The flat machine the state belongs to: `` for the procedure, else `composite.region`."""
        return self.path.rsplit(".", 1)[0] if "." in self.path else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRule:
    """A document that is issued: its template, its register, and where its number comes from.

    Attributes:
        per: `dossier`, `submission` or `batch`.
        register: kind of number register; numbers run without gaps per organisation and year.
        number_from: field with the number the records office gave (the register is external);
            unique per organisation, register and year, if the rule names a register.
        dated_from: field with the date the records office gave.
    """

    key: str
    label: Text
    template: str
    per: str = "dossier"
    register: str | None = None
    number_from: str | None = None
    dated_from: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRule:
    """A linked dossier that a transition opens in the same commit.

    Attributes:
        procedure: key of the procedure that it follows.
        data: field of that procedure -> field of this one whose value it is given.
    """

    procedure: str
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One act that the procedure allows.

    Attributes:
        sources: state paths it leaves; a composite means all its regions at once.
        target: state path it enters; None: it stays where it is.
        history: composite whose remembered configuration it restores, instead of `target`.
        by: roles that may pull it.
        asks: data fields the act fills, to whether each must be given.
        appends: `records` fields to which the act appends one record.
        closed_reasons: if given, the reason is one of these keys.
        interrupts: offered whatever the regions are doing, and remembers the configuration.
        receives: binds the dossier to the edition in force on the day of this act.
        accepts: the act gives the dossier its received code.
        on_hold: offered while a hold is open.
        auto: pulled by the engine as soon as it is possible.
        agenda: what the act does to the items of a session, or None.
        for_each: the act pulls, in every dossier on the session's agenda, what its result says.
        places_hold: ground of the hold that the act places, if it brings one about.
        opens: a linked dossier of another procedure that the act opens.
        awaits: results of a linked dossier; when it ends with one of them, the system pulls this.
        merges: text field with the code of another dossier, in which this one ends.
        source: key of the legal source of its condition.
    """

    trigger: str
    event: str
    label: Text
    sources: tuple[str, ...]
    by: tuple[str, ...]
    target: str | None = None
    history: str | None = None
    needs: tuple[str, ...] = ()
    when: Guard | None = None
    refusal: Text | None = None
    asks: Mapping[str, bool] = field(default_factory=dict)
    appends: Mapping[str, bool] = field(default_factory=dict)
    reason_required: bool = False
    closed_reasons: Mapping[str, Text] = field(default_factory=dict)
    at_most: int | None = None
    interrupts: bool = False
    receives: bool = False
    accepts: bool = False
    on_hold: bool = False
    auto: bool = False
    places_hold: str | None = None
    letters: tuple[str, ...] = ()
    notify: tuple[str, ...] = ()
    registers_award: bool = False
    opens: OpenRule | None = None
    awaits: tuple[str, ...] = ()
    merges: str | None = None
    source: str | None = None
    agenda: AgendaAct | None = None
    for_each: bool = False

    @property
    def on_items(self) -> bool:
        """Whether the act cannot be done without the items of the session at hand."""
        return self.agenda is not None or self.for_each


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRule:
    """Who may put a dossier on hold, on which grounds, and who may release it.

    Attributes:
        states: states in which a hold may be placed (before the decision).
    """

    by: tuple[str, ...]
    release_by: tuple[str, ...]
    grounds: Mapping[str, Text]
    states: frozenset[str]
