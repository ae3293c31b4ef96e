"""`bangvang simulate` tells a dossier's way with its dates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from adapters.cli.simulate import simulate
from engine.errors import BangVangError
from tests.definitions import SMALL, STORY, spoilt
from workflows.findings import FindingsError

app = typer.Typer()
app.command()(simulate)


@pytest.fixture
def definition(tmp_path: Path) -> Path:
    file = tmp_path / "definition.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return file


def run(definition: Path, story: str, *arguments: str) -> Result:
    scenario = definition.parent / "story.yaml"
    scenario.write_text(story, encoding="utf-8")
    told = ["--scenario", str(scenario), *arguments]
    return CliRunner().invoke(app, [str(definition), *told])


def test_the_way_is_told_step_by_step_with_dates(definition: Path) -> None:
    result = run(definition, STORY, "--lang", "en")

    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0] == "Granted"
    assert lines[2].startswith("2025-11-03 10:00  binh         accept (Accept)  → reviewing.")
    assert "resolution 2025-12-01" in lines[2]
    assert lines[-1] == "It went as told."


def test_what_goes_otherwise_is_told_with_its_place_and_exits_with_one(definition: Path) -> None:
    result = run(definition, spoilt("result: granted,", "result: withdrawn,", STORY))

    assert result.exit_code == 1
    assert "story.yaml:28:" in result.stdout
    assert "error BV702" in result.stdout


def test_programs_get_steps_and_findings(definition: Path) -> None:
    told = json.loads(run(definition, STORY, "--json").stdout)

    assert told["findings"] == []
    assert told["steps"][0] == {
        "at": "2025-11-03T09:00:00+07:00",
        "who": "an",
        "what": "submit",
        "refused": None,
        "states": ["submitted"],
        "due": {"submitted": "2025-11-04"},
        "letters": [],
    }
    assert told["steps"][5]["refused"] == "not_entitled"


def test_a_scenario_that_cannot_be_read_is_refused(definition: Path) -> None:
    refused = run(definition, "a: [").exception

    assert isinstance(refused, FindingsError)


def test_a_scenario_that_is_not_there_is_named(definition: Path) -> None:
    missing = definition.parent / "nothing.yaml"
    result = CliRunner().invoke(app, [str(definition), "--scenario", str(missing)])

    assert isinstance(result.exception, BangVangError)
    assert "nothing.yaml" in str(result.exception)
