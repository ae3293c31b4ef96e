"""The shape of a definition file, as Pydantic models and as the JSON Schema made from them.

The models know kinds and spellings only. What a name refers to, and whether the parts fit
together, is the business of `compile` and `checks`. `python -m workflows.schema` prints the schema.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    ValidationInfo,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import PydanticCustomError

from engine.definition import AgendaAct, AwardType, FieldType, InitiativeUse, Result, UsedFor
from engine.legal_clock import Policy

SCHEMA_ID = "urn:bangvang:procedure:1"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
LONGEST_CONDITION = 2000

T = TypeVar("T")


def wrong(kind: str, vi: str, en: str) -> PydanticCustomError:
    """Return an error that brings its own sentence in both languages."""
    return PydanticCustomError("bangvang", "{kind}", {"kind": kind, "vi": vi, "en": en})


def _iso_date(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise wrong(
        "date",
        "Ngày phải viết như 2025-07-01 và phải có trong lịch.",
        "A date is written as 2025-07-01 and must exist.",
    )


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _one_of(text: str, table: str) -> Callable[[Any], str]:
    """Tell a table from a plain value, so that only the right branch reports errors.

    The tags turn up where pydantic says the error is; in brackets they are never taken for keys.
    """
    return lambda value: table if isinstance(value, Mapping) else text


def _kind_of_requirement(value: Any) -> str:
    if isinstance(value, Mapping):
        return "<table>"
    return "<condition>" if isinstance(value, str) else "<bool>"


Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]
# What conditions read must be a CEL identifier; roles and documents are read there too.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,59}$")]
Path = Annotated[
    str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}(\.[a-z][a-z0-9_]{0,59}){0,2}$")
]
DataPath = Annotated[str, StringConstraints(pattern=r"^data\.[a-z][a-z0-9_]{0,59}$")]
ByKey = Annotated[str, StringConstraints(pattern=r"^by_[a-z][a-z0-9_]{0,59}$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
Condition = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_CONDITION)]
Written = Annotated[str, StringConstraints(min_length=1, max_length=100)]
IsoDate = Annotated[
    date,
    BeforeValidator(_iso_date),
    WithJsonSchema({"type": "string", "format": "date", "pattern": r"^\d{4}-\d\d-\d\d$"}),
]
Portal = Annotated[int, Field(ge=1, le=10)]
Need = Literal["required", "optional"]
Level = Literal["unit", "commune", "province", "centre"]
LetterTemplate = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]


# One value, or a list of them.
Names = Annotated[
    list[Name],
    BeforeValidator(_listed, json_schema_input_type=Name | list[Name]),
    Field(min_length=1),
]
Paths = Annotated[
    list[Path],
    BeforeValidator(_listed, json_schema_input_type=Path | list[Path]),
    Field(min_length=1),
]


class Shape(BaseModel):
    """A part of the file: unknown keys are errors, and nothing is converted silently."""

    model_config = ConfigDict(
        extra="forbid", strict=True, populate_by_name=False, use_enum_values=False
    )

    @model_validator(mode="before")
    @classmethod
    def _note_shape(cls, value: Any, info: ValidationInfo) -> Any:
        cls._remember_shape(value, info)
        return value

    @classmethod
    def _remember_shape(cls, value: Any, info: ValidationInfo) -> None:
        # Pydantic names an unknown key but not its known neighbours; the context remembers them.
        if isinstance(info.context, dict) and isinstance(value, dict):
            info.context[id(value)] = cls

    @classmethod
    def names(cls) -> list[str]:
        """Return the keys that this part of the file may have."""
        return [field.alias or name for name, field in cls.model_fields.items()]


class Label(Shape):
    """Words for people, in both languages."""

    vi: Words
    en: Words


class InForce(Shape):
    """The first local day of receipt that this edition binds."""

    from_: IsoDate = Field(alias="from")


class SourceShape(Shape):
    """A legal source; `unverified` until an administrator confirms it."""

    cite: Words
    unverified: bool = False


class RoleShape(Shape):
    """Who may act: in the holder of the dossier, or in the unit that submitted it (owner)."""

    label: Label
    of: Literal["owner", "holder"] = "holder"


class SubmissionShape(Shape):
    """The envelope: which documents its dossiers share, and whether it comes with a list."""

    shared: list[Name] = []
    list_: Literal["nominees"] | None = Field(default=None, alias="list")


class InnerField(Shape):
    """One value of a record."""

    label: Label
    type: Annotated[FieldType, Field(strict=False)]
    required: bool = False
    personal: bool | None = None
    of: dict[Key, Label] | None = Field(default=None, min_length=1)
    help: Label | None = None


class FieldShape(InnerField):
    """One piece of data of a dossier; text and party are personal unless said otherwise."""

    fields: dict[Name, InnerField] | None = Field(default=None, min_length=1)


Table = Annotated[dict[ByKey, dict[Key, T]], Field(min_length=1, max_length=1)]


class DocumentShape(Shape):
    """A paper of the dossier; `required` may be a condition, or a table on a choice field."""

    label: Label
    required: Annotated[
        Annotated[bool, Tag("<bool>")]
        | Annotated[Condition, Tag("<condition>")]
        | Annotated[Table[bool], Tag("<table>")],
        Discriminator(_kind_of_requirement),
    ] = False
    form: Words | None = None
    help: Label | None = None


class CountShape(Shape):
    """A look-up in the award register: how often the subject holds one of these titles.

    Or, with `deed`, how many awards it holds by the decision whose number that field gives; or,
    with `initiatives`, how many earlier uses of the initiatives named have that meaning.
    """

    titles: Annotated[list[Slug], Field(min_length=1)] | None = None
    consecutive: bool = False
    deed: DataPath | None = None
    initiatives: Annotated[InitiativeUse, Field(strict=False)] | None = None


class FactShape(Shape):
    """A named whole number that is looked up before an act is decided."""

    label: Label
    count: CountShape


class AggregateShape(Shape):
    """How many records of a `records` field have these values."""

    count: Name
    where: dict[Name, str] = {}


class TaskShape(Shape):
    """Work for people of a role; it ends with the trigger `do`."""

    role: Name
    do: Key


class RungShape(Shape):
    """One step of an escalation ladder: when, and what happens then."""

    at: Written
    notify: Name | None = None
    mark: Name | None = None
    task: TaskShape | None = None
    escalate: Name | None = None
    pull: Key | None = None


LimitShape = Annotated[
    Annotated[Written, Tag("<limit>")] | Annotated[Table[Written], Tag("<table>")],
    Discriminator(_one_of("<limit>", "<table>")),
]
PolicyShape = Annotated[Policy, Field(strict=False)]


class StartsShape(Shape):
    """The trigger that starts a clock, and the date field that says from which day."""

    on: Key
    from_: DataPath | None = Field(default=None, alias="from")


class ClockShape(Shape):
    """A limit that runs from a trigger to the first stop, or while a state is active (`in`)."""

    label: Label
    limit: LimitShape
    source: Key | None = None
    measured: bool = False
    at: Level | None = None
    count_first_day: bool = False
    starts: StartsShape | None = None
    in_: Path | None = Field(default=None, alias="in")
    stops: list[Key] = []
    cancelled_by: list[Key] = []
    suspended_in: dict[Path, PolicyShape] = {}
    worst_case: Written | None = None
    ladder: list[RungShape] = []


class LetterShape(Shape):
    """A document that is issued: its template, register, and where number and date come from."""

    label: Label
    template: LetterTemplate
    per: Literal["dossier", "submission", "batch"] = "dossier"
    register_: Key | None = Field(default=None, alias="register")
    number_from: DataPath | None = None
    dated_from: DataPath | None = None


class HoldsShape(Shape):
    """Who may put a dossier on hold, on which grounds and where, and who may release it."""

    by: Names
    release_by: Names
    grounds: Annotated[dict[Key, Label], Field(min_length=1)]
    in_: Annotated[list[Path], Field(min_length=1, alias="in")]


class BallotRuleShape(Shape):
    """How a council decides: who must be there, how many must agree, whether absentees write.

    `form: minutes` casts no ballot: the minutes suffice, and a consensus recorded in them.
    """

    quorum: Written
    pass_: Written = Field(alias="pass")
    absent: Literal["written", "none"] = "none"
    recused: Literal["counted", "out"] = "counted"
    form: Literal["ballot", "minutes"] = "ballot"
    source: Key | None = None
    unverified: bool = False


def _by_field_is_a_pattern(schema: dict[str, Any]) -> None:
    """Say in the JSON Schema what `_gather_table` does to `by_<field>`."""
    table = schema["properties"].pop("table")
    branch = next(option for option in table["anyOf"] if option.get("type") != "null")
    schema["patternProperties"] = {"^by_[a-z][a-z0-9_]*$": branch["additionalProperties"]}


class BallotShape(Shape):
    """The rule for an item (one, or a table `by_<field>`), and the triggers that its result pulls.

    `deferred` is pulled when the council puts the item off.
    """

    model_config = ConfigDict(json_schema_extra=_by_field_is_a_pattern)

    quorum: Written | None = None
    pass_: Written | None = Field(default=None, alias="pass")
    absent: Literal["written", "none"] = "none"
    recused: Literal["counted", "out"] = "counted"
    form: Literal["ballot", "minutes"] = "ballot"
    source: Key | None = None
    unverified: bool = False
    table: dict[str, dict[Key, BallotRuleShape]] | None = None
    passed: Key
    failed: Key
    deferred: Key | None = None

    @classmethod
    def names(cls) -> list[str]:
        """Return the keys of the file: `table` is only where `by_<field>` is kept."""
        return [key for key in super().names() if key != "table"]

    @model_validator(mode="before")
    @classmethod
    def _gather_table(cls, value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, dict):
            return value
        cls._remember_shape(value, info)
        rest = {key: inner for key, inner in value.items() if not key.startswith("by_")}
        if "table" in rest:
            raise wrong(
                "table",
                "Không có khóa 'table'; bảng theo trường viết là 'by_<trường>'.",
                "There is no key 'table'; a table on a field is written 'by_<field>'.",
            )
        tables = {key: inner for key, inner in value.items() if key.startswith("by_")}
        ruling = {"quorum", "pass", "absent", "recused", "form", "source", "unverified"}
        rule = ruling & rest.keys()
        whole = {"quorum", "pass"} <= rule
        if len(tables) > 1 or bool(tables) == bool(rule) or (rule and not whole):
            raise wrong(
                "ballot",
                "Cần hoặc 'quorum' và 'pass', hoặc đúng một bảng 'by_<trường>'.",
                "Give either 'quorum' and 'pass', or exactly one table 'by_<field>'.",
            )
        return {**rest, "table": tables} if tables else rest


class LeafShape(Shape):
    """A place where a dossier may stand."""

    label: Label
    initial: bool = False
    final: bool = False
    result: Annotated[Result, Field(strict=False)] | None = None
    portal_status: Portal | None = None
    at: Level | None = None
    task: TaskShape | None = None
    limit: LimitShape | None = None
    source: Key | None = None
    count_first_day: bool = False
    worst_case: Written | None = None
    ladder: list[RungShape] = []
    ballot: BallotShape | None = None


class RegionShape(Shape):
    """One of the flat machines that run side by side in a composite state."""

    label: Label
    states: Annotated[dict[Name, LeafShape], Field(min_length=1, max_length=50)]


class StateShape(LeafShape):
    """A place where a dossier may stand, or (with `regions`) several at once."""

    regions: Annotated[dict[Name, RegionShape], Field(min_length=1, max_length=10)] | None = None


class HistoryShape(Shape):
    """Back to where the dossier stood in this composite state when it was interrupted."""

    history: Name


class OpensShape(Shape):
    """A linked dossier of another procedure: its fields, and where their values come from."""

    procedure: Slug
    data: dict[Name, DataPath] = {}


Results = Annotated[
    list[Annotated[Result, Field(strict=False)]],
    BeforeValidator(_listed, json_schema_input_type=Result | list[Result]),
    Field(min_length=1),
]


class TransitionShape(Shape):
    """One act that the procedure allows."""

    trigger: Key
    event: Name
    label: Label
    from_: Paths = Field(alias="from")
    to: (
        Annotated[
            Annotated[Path, Tag("<state>")] | Annotated[HistoryShape, Tag("<history>")],
            Discriminator(_one_of("<state>", "<history>")),
        ]
        | None
    ) = None
    by: Names
    needs: list[Name] = []
    when: Condition | None = None
    refusal: Label | None = None
    asks: dict[Name, Need] = {}
    appends: dict[Name, Need] = {}
    reason: (
        Annotated[
            Annotated[Literal["required"], Tag("<word>")]
            | Annotated[dict[Key, Label], Field(min_length=1), Tag("<closed>")],
            Discriminator(_one_of("<word>", "<closed>")),
        ]
        | None
    ) = None
    at_most: Annotated[int, Field(ge=1, le=1000)] | None = None
    interrupts: bool = False
    receives: bool = False
    accepts: bool = False
    on_hold: Literal["allowed"] | None = None
    auto: bool = False
    places_hold: Key | None = None
    letter: Key | None = None
    letters: list[Key] = []
    notify: list[Name] = []
    registers: Literal["award"] | None = None
    opens: OpensShape | None = None
    awaits: Results | None = None
    merges: Name | None = None
    agenda: Annotated[AgendaAct, Field(strict=False)] | None = None
    for_each: Literal["items"] | None = None
    source: Name | None = None


class CouncilShape(Shape):
    """Where a session says who its council is, and who came: two fields of type `records`."""

    electorate: DataPath
    attendance: DataPath


class NamedInitiativeShape(Shape):
    """The fields in which a dossier names one initiative by its recognition."""

    decision: DataPath
    title: DataPath
    on: DataPath | None = None


class InitiativesShape(Shape):
    """How one initiative is kept from being used twice.

    `for` says of each award whether it is a title or a form of commendation; `title_after_title`
    what an initiative that served one title means for another, which no text settles.
    """

    named: Annotated[list[NamedInitiativeShape], Field(min_length=1, max_length=5)]
    for_: Annotated[
        dict[Key, Annotated[UsedFor, Field(strict=False)]], Field(alias="for", min_length=1)
    ]
    title_after_title: Annotated[InitiativeUse, Field(strict=False)] = InitiativeUse.LOOK
    source: Name | None = None


class DeedShape(Shape):
    """Which fields hold number and date of a decision that was made elsewhere."""

    number: DataPath
    on: DataPath


class DefinitionShape(Shape):
    """One edition of a procedure, as its file declares it."""

    model_config = ConfigDict(title="bangvang procedure")

    procedure: Slug
    edition: Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]{0,39}$")]
    title: Label
    subject: Literal["nominee", "claimant", "object", "session"]
    in_force: InForce
    unverified: bool = False
    code: Annotated[str, StringConstraints(min_length=1, max_length=40)] | None = None
    portal_status: Portal | None = None
    award: Name | None = None
    award_type: Annotated[AwardType, Field(strict=False)] | None = None
    deed: DeedShape | None = None
    initiatives: InitiativesShape | None = None
    bonus: dict[Key, Slug] = {}
    sources: dict[Key, SourceShape] = {}
    roles: Annotated[dict[Name, RoleShape], Field(min_length=1)]
    separate: list[Annotated[list[Name], Field(min_length=2)]] = []
    submission: SubmissionShape = SubmissionShape()
    data: dict[Name, FieldShape] = {}
    documents: dict[Name, DocumentShape] = {}
    facts: dict[Name, FactShape] = {}
    aggregates: dict[Name, AggregateShape] = {}
    clocks: dict[Name, ClockShape] = {}
    letters: dict[Key, LetterShape] = {}
    holds: HoldsShape | None = None
    council: CouncilShape | None = None
    states: Annotated[dict[Name, StateShape], Field(min_length=1, max_length=200)]
    transitions: Annotated[list[TransitionShape], Field(min_length=1, max_length=500)]


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a definition file."""
    made = DefinitionShape.model_json_schema(mode="validation")
    return {"$schema": DIALECT, "$id": SCHEMA_ID, **made}


def schema_text() -> str:
    """Return the JSON Schema as it is published."""
    return json.dumps(json_schema(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    print(schema_text(), end="")
