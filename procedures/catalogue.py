"""What the product brings along: editions of procedures with their scenarios, and the calendar.

Everything is read through `importlib.resources`, so that it is found in an installed package as
well as in a checkout. Nothing here is checked: that is the business of `workflows.loader`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

from procedures.calendars import national_calendar as national_calendar

DEFINITION = "definition.yaml"
SCENARIOS = "scenarios"


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """One edition as it lies in the catalogue.

    Attributes:
        procedure, edition: names of the two folders; the file must say the same.
        path: where the definition lies, from the root of the package, with `/`.
        source: the bytes of the definition; they are part of the edition's identity.
        scenarios: (file name, bytes), by file name.
    """

    procedure: str
    edition: str
    path: str
    source: bytes
    scenarios: Sequence[tuple[str, bytes]]


@cache
def editions() -> Sequence[CatalogueEntry]:
    """Return every edition of the catalogue, by procedure and then by edition."""
    root = resources.files("procedures")
    return tuple(
        _entry(procedure, edition)
        for procedure in _folders(root)
        for edition in _folders(procedure)
        if (edition / DEFINITION).is_file()
    )


def _entry(procedure: Traversable, edition: Traversable) -> CatalogueEntry:
    return CatalogueEntry(
        procedure=procedure.name,
        edition=edition.name,
        path=f"procedures/{procedure.name}/{edition.name}/{DEFINITION}",
        source=(edition / DEFINITION).read_bytes(),
        scenarios=tuple(
            (file.name, file.read_bytes())
            for file in _sorted(edition / SCENARIOS)
            if file.name.endswith(".yaml")
        ),
    )


def _folders(place: Traversable) -> list[Traversable]:
    return [entry for entry in _sorted(place) if entry.is_dir() and entry.name[0] not in "._"]


def _sorted(place: Traversable) -> list[Traversable]:
    return sorted(place.iterdir(), key=lambda entry: entry.name) if place.is_dir() else []
