"""`bangvang check` says everything that is wrong, to people and to programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from adapters.cli.check import check
from procedures import catalogue
from tests.definitions import SMALL, spoilt
from workflows.reader import MOST_BYTES

app = typer.Typer()
app.command()(check)


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def findings(*arguments: str | Path) -> list[dict[str, Any]]:
    result = run(*arguments, "--json")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    told: list[dict[str, Any]] = json.loads(result.stdout)
    return told


@pytest.fixture
def definition(tmp_path: Path) -> Path:
    file = tmp_path / "small" / "definition.yaml"
    file.parent.mkdir()
    file.write_text(SMALL, encoding="utf-8")
    return file


@pytest.fixture(autouse=True)
def _elsewhere(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Stand where there is no folder named like the catalogue."""
    monkeypatch.chdir(tmp_path)


def test_a_definition_without_error_is_told_so(definition: Path) -> None:
    result = run(definition, "--lang", "en")

    assert result.exit_code == 0
    assert "not_checked BV503" in result.stdout
    assert result.stdout.splitlines()[-1] == (
        "1 definitions: 0 errors, 0 warnings, 2 points not checked."
    )


def test_a_definition_with_an_error_exits_with_one_and_names_the_place(definition: Path) -> None:
    definition.write_text(spoilt("portal_status: 4", "portal_status: 0"), encoding="utf-8")

    result = run(definition)

    assert result.exit_code == 1
    assert f"{definition}:6:16: error BV106 Số phải từ 1 trở lên." in result.stdout
    assert "1 định nghĩa: 1 lỗi" in result.stdout


def test_programs_get_a_list_of_findings(definition: Path) -> None:
    definition.write_text(spoilt("portal_status: 4", "portal_status: 0"), encoding="utf-8")

    (found,) = [one for one in findings(definition) if one["severity"] == "error"]

    assert (found["file"], found["line"], found["column"], found["code"]) == (
        str(definition), 6, 16, "BV106",
    )  # fmt: skip
    assert found["message"]


def test_a_folder_is_searched_and_its_scenarios_are_run(definition: Path) -> None:
    scenarios = definition.parent / "scenarios"
    scenarios.mkdir()
    (scenarios / "broken.yaml").write_text("a: [", encoding="utf-8")

    codes = {(Path(one["file"]).name, one["code"]) for one in findings(definition.parent.parent)}

    assert ("broken.yaml", "BV004") in codes
    assert ("definition.yaml", "BV708") in codes


def test_the_letters_of_the_product_are_tried_out(definition: Path) -> None:
    definition.write_text(spoilt("template: receipt,", "template: reciept,"), encoding="utf-8")

    assert "BV601" in {one["code"] for one in findings(definition)}


def test_the_catalogue_is_without_error() -> None:
    result = run("procedures", "--json")

    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert {one["severity"] for one in told} == {"not_checked"}
    # Who holds the roles is asked of no command line; all else is checked, links included.
    assert {one["code"] for one in told} == {"BV503"}
    assert {one["file"] for one in told} == {one.path for one in catalogue.editions()}


def test_a_folder_named_like_the_catalogue_comes_first(definition: Path) -> None:
    definition.parent.rename(definition.parent.parent / "procedures")

    assert {one["file"] for one in findings("procedures")} == {"procedures/definition.yaml"}


def test_what_is_not_there_is_a_finding_and_not_a_traceback(tmp_path: Path) -> None:
    result = run(tmp_path / "nothing.yaml")

    assert result.exit_code == 1
    assert "error BV000" in result.stdout


def test_a_folder_without_definitions_is_a_finding(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert [one["code"] for one in findings(tmp_path / "empty")] == ["BV000"]


def test_of_a_huge_file_only_its_size_is_told(tmp_path: Path) -> None:
    (tmp_path / "huge.yaml").write_bytes(b"a: 1\n" * MOST_BYTES)

    assert [one["code"] for one in findings(tmp_path / "huge.yaml")] == ["BV001"]


def test_several_paths_are_checked_together(definition: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.yaml").write_bytes(b"\xff\xfe")

    files = {one["file"] for one in findings(definition, tmp_path / "bad.yaml")}

    assert files == {str(definition), str(tmp_path / "bad.yaml")}
