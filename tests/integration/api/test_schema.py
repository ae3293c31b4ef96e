"""Whatever is sent, the API answers as its description says, and never with a fault of its own."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from adapters.web.app import ROUTERS
from tests.calling import API, Story
from tests.pages import World, world

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def busy_province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give a province with a dossier that is being reviewed."""
    with world(tmp_path_factory.mktemp("busy")) as made:
        yield made


@pytest.fixture(scope="module")
def api_schema(busy_province: World) -> schemathesis.BaseSchema:
    """Give the description that the application publishes of itself."""
    config = SchemathesisConfig.from_dict({"seed": 152})
    return schemathesis.openapi.from_asgi(f"{API}/openapi.json", busy_province.app, config=config)


@dataclass(frozen=True)
class Known:
    """Names of things that exist, and tokens of people who may see some of them."""

    names: dict[str, str]
    tokens: dict[str, str]


@pytest.fixture(scope="module")
def known(busy_province: World) -> Known:
    """Bring a nomination to its appraisal and name its parts."""
    story = Story(busy_province)
    code = story.reviewing()
    busy_province.application.worker.look()
    seen = story.caller("chi").get(f"/dossiers/{code}").json()
    accounts = busy_province.app.state.services.accounts
    papers = [paper for slot in seen["papers"] for paper in slot["files"]]
    return Known(
        names={
            "code": code,
            "dossier": code,
            "clock": "resolution",
            "sha256": papers[0]["sha256"],
            "document": "report",
            "letter": seen["letters"][0]["id"],
            "key": "decision",
            "task": seen["tasks"][0]["id"],
            "procedure": "provincial-award",
            "edition": "2025-07",
        },
        tokens={
            login: accounts.issue_token(story.caller(login).account, "thu", None)
            for login in ("an", "chi", "kiem", "quan")
        },
    )


OPERATIONS = [
    (method, API + route.path)
    for module in ROUTERS
    for route in module.router.routes
    if isinstance(route, APIRoute)
    for method in sorted(route.methods or ())
]


@pytest.mark.parametrize(("method", "path"), OPERATIONS, ids=lambda part: str(part))
def test_every_route_answers_as_described(
    method: str, path: str, api_schema: schemathesis.BaseSchema, known: Known
) -> None:
    operation = api_schema[path][method]

    @settings(
        max_examples=8,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    @given(
        case=st.one_of(
            operation.as_strategy(),
            operation.as_strategy(generation_mode=GenerationMode.NEGATIVE),
        ),
        login=st.sampled_from(sorted(known.tokens)),
        real=st.booleans(),
    )
    def answers(case: schemathesis.Case[Any], login: str, real: bool) -> None:
        # Half of the requests ask for what exists, so that they get past the first door.
        if real:
            case.path_parameters.update({name: known.names[name] for name in case.path_parameters})
        case.headers["Authorization"] = f"Bearer {known.tokens[login]}"

        answer = case.call()

        case.validate_response(answer, checks=CHECKS)

    answers()


def test_every_operation_of_the_description_is_tried(
    api_schema: schemathesis.BaseSchema,
) -> None:
    described = {
        (method.upper(), path)
        for path, methods in api_schema.raw_schema["paths"].items()
        for method in methods
    }

    assert described == set(OPERATIONS)
