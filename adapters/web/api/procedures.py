"""Procedures: listed, checked, drafted, published by a second person, and drawn."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field, StringConstraints

from adapters.services.procedures import LARGEST_SOURCE, Source
from adapters.services.views import CheckResult, ProcedureView
from adapters.web.api.kinds import Asked, EditionKey, ProcedureKey, answers
from adapters.web.asking import Asking, Lang, Using
from workflows import schema as definition_schema

router = APIRouter(prefix="/procedures", tags=["procedures"])

SVG = "image/svg+xml"
YAML = "application/yaml"
# What is drawn needs its own colours, and nothing else.
_DRAWING = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

FileName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,80}\.yaml$")]
Yaml = Annotated[str, Field(max_length=LARGEST_SOURCE)]
StatePath = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]{0,119}$")]


def _content(kind: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {kind: {}}}}


class Definition(Asked):
    """A definition file, and the scenario files that lie beside it."""

    source: Yaml = Field(description="the YAML of the definition, byte for byte")
    scenarios: dict[FileName, Yaml] = Field(default_factory=dict, max_length=100)

    def as_source(self) -> Source:
        """Return the bytes."""
        return Source(
            text=_bytes(self.source),
            scenarios={name: _bytes(text) for name, text in self.scenarios.items()},
        )


@router.get("", responses=answers())
def procedures(who: Asking, services: Using, lang: Lang) -> list[ProcedureView]:
    """Return the published editions, and to administrators the drafts."""
    return services.procedures.list(who, lang)


@router.post("", status_code=201, responses=answers(409))
def draft(body: Definition, who: Asking, services: Using, lang: Lang) -> ProcedureView:
    """Keep a definition as a draft; it binds nobody until a second person publishes it."""
    return services.procedures.draft(who, body.as_source(), lang)


@router.post("/check", responses=answers())
def check(body: Definition, who: Asking, services: Using, lang: Lang) -> CheckResult:
    """Say everything that is wrong with a definition; nothing is kept."""
    return services.procedures.check(who, body.as_source(), lang)


@router.get("/schema", responses=answers())
def json_schema(_who: Asking) -> dict[str, Any]:
    """Return the JSON Schema of definition files, for editors."""
    return definition_schema.json_schema()


@router.get("/{procedure}/editions/{edition}", responses=answers())
def edition(
    procedure: ProcedureKey, edition: EditionKey, who: Asking, services: Using, lang: Lang
) -> ProcedureView:
    """Return one edition with its findings."""
    return services.procedures.view(who, procedure, edition, lang)


@router.get(
    "/{procedure}/editions/{edition}/source",
    response_class=Response,
    responses={**answers(), **_content(YAML)},
)
def source(procedure: ProcedureKey, edition: EditionKey, who: Asking, services: Using) -> Response:
    """Return the definition, byte for byte."""
    return Response(services.procedures.source(who, procedure, edition), media_type=YAML)


@router.post("/{procedure}/editions/{edition}/publish", responses=answers(409))
def publish(
    procedure: ProcedureKey, edition: EditionKey, who: Asking, services: Using, lang: Lang
) -> ProcedureView:
    """Put a draft in force; by somebody other than its author, in all processes at once."""
    return services.procedures.publish(who, procedure, edition, lang)


@router.get(
    "/{procedure}/editions/{edition}/chart",
    response_class=Response,
    responses={**answers(), **_content(SVG)},
)
def chart(
    procedure: ProcedureKey,
    edition: EditionKey,
    who: Asking,
    services: Using,
    lang: Lang,
    active: Annotated[list[StatePath] | None, Query(max_length=20)] = None,
) -> Response:
    """Return the edition drawn, with the states named in `active` marked."""
    drawn = services.procedures.chart(who, procedure, edition, lang, frozenset(active or ()))
    return Response(drawn, media_type=SVG, headers={"Content-Security-Policy": _DRAWING})


def _bytes(text: str) -> bytes:
    return text.encode(errors="replace")
