"""The catalogue is found wherever the package lies, and says of itself what its folders say."""

from __future__ import annotations

from importlib import resources

import pytest
from ruamel.yaml import YAML

from procedures.catalogue import CatalogueEntry, editions, national_calendar

EDITIONS = editions()
NAMES = [f"{entry.procedure} {entry.edition}" for entry in EDITIONS]


def test_the_catalogue_holds_both_editions_of_the_provincial_award() -> None:
    assert {"provincial-award 2025-07", "provincial-award 2026-10"} <= set(NAMES)


def test_editions_come_by_procedure_and_then_by_edition() -> None:
    assert sorted(NAMES) == NAMES


@pytest.mark.parametrize("entry", EDITIONS, ids=NAMES)
def test_the_folders_of_an_edition_have_the_names_that_its_file_says(
    entry: CatalogueEntry,
) -> None:
    written = YAML(typ="safe", pure=True).load(entry.source.decode())
    assert (written["procedure"], written["edition"]) == (entry.procedure, entry.edition)
    assert f"/{entry.procedure}/{entry.edition}/" in entry.path


@pytest.mark.parametrize("entry", EDITIONS, ids=NAMES)
def test_an_edition_names_the_schema_that_an_editor_checks_it_with(entry: CatalogueEntry) -> None:
    first = entry.source.decode().splitlines()[0]
    assert first == "# yaml-language-server: $schema=../../../workflows/procedure.schema.json"


@pytest.mark.parametrize("entry", EDITIONS, ids=NAMES)
def test_the_source_of_an_edition_is_the_file_at_its_path(entry: CatalogueEntry) -> None:
    file = resources.files("procedures") / entry.path.removeprefix("procedures/")
    assert file.read_bytes() == entry.source


@pytest.mark.parametrize("entry", EDITIONS, ids=NAMES)
def test_an_edition_brings_scenarios_with_names_of_their_own(entry: CatalogueEntry) -> None:
    names = [name for name, _ in entry.scenarios]
    assert len(names) > 1
    assert len(set(names)) == len(names)
    assert all(name.endswith(".yaml") and content for name, content in entry.scenarios)


def test_the_national_calendar_is_read_once_and_is_that_of_the_state() -> None:
    calendar = national_calendar()
    assert calendar is national_calendar()
    assert calendar.key == "vn"
