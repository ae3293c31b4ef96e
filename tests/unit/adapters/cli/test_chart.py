"""`bangvang chart` draws what is named, and says what cannot be drawn."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from adapters.cli._named import ProcedureUnknown, procedure_named
from adapters.cli.chart import StateUnknown, chart
from engine.errors import BangVangError
from tests.definitions import SMALL, spoilt
from workflows.findings import FindingsError

app = typer.Typer()
app.command()(chart)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def definition(tmp_path: Path) -> Path:
    file = tmp_path / "definition.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return file


def test_a_chart_is_written_to_a_file_in_either_language(definition: Path, tmp_path: Path) -> None:
    vi, en = tmp_path / "vi.svg", tmp_path / "en.svg"

    assert run(definition, "-o", vi).exit_code == 0
    assert run(definition, "--lang", "en", "-o", en).exit_code == 0

    assert "Chờ bổ sung" in vi.read_text(encoding="utf-8")
    assert "Waiting" in en.read_text(encoding="utf-8")


def test_a_chart_is_printed_where_no_file_is_named(definition: Path) -> None:
    result = run(definition)

    assert result.exit_code == 0
    assert result.stdout.startswith("<svg")


def test_active_states_are_highlighted_and_unknown_ones_refused(definition: Path) -> None:
    assert "ĐANG Ở ĐÂY" in run(definition, "--active", "council").stdout

    refused = run(definition, "--active", "concil").exception
    assert isinstance(refused, StateUnknown)
    assert "'council'" in str(refused)


def test_a_file_that_cannot_be_written_is_named(definition: Path, tmp_path: Path) -> None:
    refused = run(definition, "-o", tmp_path / "no" / "x.svg").exception

    assert isinstance(refused, BangVangError)
    assert "x.svg" in str(refused)


def test_a_procedure_is_named_by_file_folder_key_or_edition(definition: Path) -> None:
    assert procedure_named(str(definition)).key == "small-award"
    assert procedure_named(str(definition.parent)).key == "small-award"
    assert procedure_named("provincial-award/2025-07").edition == "2025-07"
    assert procedure_named("provincial-award").edition == "2026-10"


def test_an_unknown_procedure_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ProcedureUnknown, match="'provincial-award'"):
        procedure_named("provincial-awrd")


def test_a_procedure_with_errors_is_refused_with_all_of_them(definition: Path) -> None:
    definition.write_text(spoilt("portal_status: 4", "portal_status: 0"), encoding="utf-8")

    with pytest.raises(FindingsError, match=r"definition\.yaml:6:16: error BV106"):
        procedure_named(str(definition))
