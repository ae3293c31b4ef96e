"""`bangvang chart`: a procedure as a picture of the way of a dossier."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from adapters.charts import svg
from adapters.cli._named import procedure_named
from engine.errors import BangVangError
from workflows import chart as drawing
from workflows.findings import closest


class StateUnknown(BangVangError):
    """The procedure has no state of this path."""


def chart(
    procedure: Annotated[
        str,
        typer.Argument(
            help="A definition file, or a procedure of the catalogue: provincial-award "
            "(its newest edition) or provincial-award/2025-07."
        ),
    ],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="SVG file to write; default: print it.")
    ] = None,
    lang: Annotated[str, typer.Option(help="Language of the labels: vi or en.")] = "vi",
    active: Annotated[
        list[str] | None, typer.Option(help="Path of a state to highlight; may be repeated.")
    ] = None,
) -> None:
    """Draw a procedure as SVG: states in the order of the way, acts, roles and limits."""
    found = procedure_named(procedure)
    here = frozenset(active or ())
    for path in sorted(here - found.states.keys()):
        near = closest(path, found.states)
        raise StateUnknown(f"Thủ tục không có trạng thái {path!r}.{near.vi}")
    drawn = svg(
        drawing.dot(found, lang, here),
        title=drawing.title(found, lang),
        description=drawing.description(found, lang, here),
    )
    if output is None:
        print(drawn)
        return
    try:
        output.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise BangVangError(f"Không ghi được {output}: {error.strerror or error}") from error
