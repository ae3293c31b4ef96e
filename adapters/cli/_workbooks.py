"""What commands about workbooks share: failing in a sentence, in the language asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from engine.errors import BangVangError, Refusal


def write_template(place: Path, content: bytes) -> None:
    """Write the workbook to fill in, and print where it is.

    Raises:
        typer.BadParameter: the file cannot be written there.
    """
    try:
        place.write_bytes(content)
    except OSError as error:
        raise typer.BadParameter(
            f"Không ghi được {place}: {error.strerror or error}. / It cannot be written.",
            param_hint="--template",
        ) from error
    typer.echo(str(place))


@contextmanager
def refusing_in(lang: str) -> Iterator[None]:
    """Say why something is refused in the language that the caller asked for."""
    try:
        yield
    except Refusal as refusal:
        raise BangVangError(refusal.text.in_(lang)) from refusal
