"""A scenario tells one dossier's story: who does what when, and what must be true then."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    JsonValue,
    StringConstraints,
    Tag,
    WithJsonSchema,
    model_validator,
)

from engine.calendar import TZ
from engine.definition import Result, UsedFor
from workflows import reader
from workflows.findings import Finding, errors
from workflows.reader import Document
from workflows.schema import (
    BallotRuleShape,
    IsoDate,
    Key,
    Label,
    Level,
    Name,
    Paths,
    Shape,
    Slug,
    Written,
    wrong,
)
from workflows.shaping import shape_of


def _local(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?", value, re.A):
        try:
            return datetime.fromisoformat(value).replace(tzinfo=TZ)
        except ValueError:
            pass
    raise wrong(
        "instant",
        "Thời điểm viết như 2025-11-03T09:00, theo giờ Việt Nam.",
        "An instant is written as 2025-11-03T09:00, in the time of Vietnam.",
    )


Local = Annotated[
    datetime,
    BeforeValidator(_local),
    WithJsonSchema({"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$"}),
]
Count = dict[Name, int | bool]
Person = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,59}$")]


class AwardHeld(Shape):
    """An award that the register already knows of the subject."""

    award: Slug
    year: Annotated[int, Field(ge=1900, le=2399)]
    deed: str = ""


class InitiativeHeld(Shape):
    """An initiative that the register already knows the subject to have used."""

    decision: Annotated[str, StringConstraints(min_length=1)]
    title: str = ""
    award: Slug
    used_for: Annotated[UsedFor, Field(strict=False)]
    year: Annotated[int, Field(ge=1900, le=2399)]


class DraftStep(Shape):
    """What the unit saved before anything was submitted."""

    by: Person
    data: dict[Name, JsonValue] = Field(default_factory=dict)
    documents: list[Name] = Field(default_factory=list)
    signed: list[Name] = Field(default_factory=list)


class ActStep(Shape):
    """One act; `refused` is the code of the refusal that it must meet.

    An act on a session's agenda names its `items`, or the `ballots` that were counted.
    """

    at: Local
    by: Person
    do: Key
    data: dict[Name, JsonValue] = Field(default_factory=dict)
    documents: list[Name] = Field(default_factory=list)
    signed: list[Name] = Field(default_factory=list)
    reason: str = ""
    ground: str = ""
    paper: str = ""
    effective_on: IsoDate | None = None
    items: list[Name] = Field(default_factory=list)
    ballots: dict[Name, Count] = Field(default_factory=dict)
    refused: Name | None = None


class Decided(Shape):
    """What a council makes of the dossier: it counts, or it puts the item off."""

    tally: Count | None = None
    defer: Literal[True] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Decided:
        if (self.tally is None) is (self.defer is None):
            raise wrong(
                "session",
                "Viết 'tally' (kết quả kiểm phiếu) hoặc 'defer: true' (hoãn xét).",
                "Write either 'tally' (the count) or 'defer: true'.",
            )
        return self


class SessionStep(Shape):
    """A session decides the dossier; `by` signs its protocol."""

    at: Local
    by: Person
    session: Decided
    refused: Name | None = None


class LinkStep(Shape):
    """The linked dossier that was opened ends with a result, and this one takes it."""

    at: Local
    linked_ends: Annotated[Result, Field(strict=False)]


class WaitStep(Shape):
    """Time passes: so much of it. Rungs fire on the way."""

    wait: Written


class UntilStep(Shape):
    """Time passes up to an instant. Rungs fire on the way."""

    until: Local


class WorkOpen(Shape):
    """An open task."""

    role: Name
    do: Key


class Expected(Shape):
    """What must be true; what is not named is not looked at.

    `letters` are those of the last step, `opened` the procedures whose dossiers it opened; `due`,
    `tasks`, `marks` and `allowed` are complete lists (of the clocks and persons named); `fired`
    counts rungs from the beginning.
    """

    state: Paths | None = None
    due: dict[Key | str, IsoDate | None] | None = None
    result: Name | None = None
    marks: list[Name] | None = None
    letters: list[Key] | None = None
    opened: list[Slug] | None = None
    allowed: dict[Person, list[Key]] | None = None
    tasks: list[WorkOpen] | None = None
    fired: int | None = None
    items: dict[Name, str] | None = None


class ExpectStep(Shape):
    """A point at which the story is held to its word."""

    expect: Expected


def _kind_of_step(value: Any) -> str:
    keys = value.keys() if isinstance(value, dict) else ()
    for key in ("expect", "wait", "until", "linked_ends", "session"):
        if key in keys:
            return f"<{key}>"
    return "<act>"


Step = Annotated[
    Annotated[ActStep, Tag("<act>")]
    | Annotated[SessionStep, Tag("<session>")]
    | Annotated[WaitStep, Tag("<wait>")]
    | Annotated[UntilStep, Tag("<until>")]
    | Annotated[ExpectStep, Tag("<expect>")]
    | Annotated[LinkStep, Tag("<linked_ends>")],
    Discriminator(_kind_of_step),
]


class ScenarioShape(Shape):
    """The whole story; organisations of the levels `outside` keep no dossiers here.

    `nominations` are what can stand on the agenda, where the dossier is a session.
    """

    scenario: Label
    starts: Local
    owner: Key
    outside: list[Level] = Field(default_factory=list)
    people: Annotated[dict[Person, list[Name]], Field(min_length=1)]
    awards: list[AwardHeld] = Field(default_factory=list)
    initiatives: list[InitiativeHeld] = Field(default_factory=list)
    nominations: dict[Name, BallotRuleShape] = Field(default_factory=dict)
    draft: DraftStep
    steps: Annotated[list[Step], Field(min_length=1, max_length=500)]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A story that could be read, with its file for the places of findings."""

    doc: Document
    shape: ScenarioShape

    @property
    def name(self) -> str:
        """Return the name of the file."""
        return self.doc.file


def load_scenario(source: bytes, file: str) -> tuple[Scenario | None, tuple[Finding, ...]]:
    """Read a scenario; it is None if anything in the file is an error."""
    doc = reader.read(source, file)
    shape, misshapen = shape_of(doc, ScenarioShape) if doc.root is not None else (None, ())
    findings = (*doc.findings, *misshapen)
    if shape is None or errors(findings):
        return None, findings
    return Scenario(doc, shape), findings


def day(value: date | None) -> str:
    """Return a date as scenarios write it; `-` where there is none."""
    return value.isoformat() if value is not None else "-"
