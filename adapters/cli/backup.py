"""`bangvang backup`: everything that is kept, in one file, while the product goes on running."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def backup(
    file: Annotated[Path, typer.Argument(help="File to be made, such as bangvang-2026-11-22.zip.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
) -> None:
    """Write database and files into one archive; the product may go on running meanwhile.

    The archive holds every personal value and the hashes of passwords: keep it like the database.
    Exit code 1: a file that the database refers to is lost or was changed; all else is saved.
    """
    from adapters.backup import back_up
    from adapters.bootstrap import open_for_reading
    from adapters.cli._progress import Meter
    from adapters.settings import Settings
    from engine.errors import BangVangError

    meter = Meter()
    db, files = open_for_reading(Settings.from_environment())
    try:
        done = back_up(db, files, file, progress=meter)
    except OSError as error:
        raise BangVangError(
            f"Không ghi được {file}: {error.strerror or error}. / It cannot be written."
        ) from error
    finally:
        meter.end()
        db.close()
    manifest = done.manifest
    if as_json:
        told = {
            "file": str(file),
            "sha256": done.sha256,
            "rows": manifest.rows,
            "files": len(manifest.files),
            "missing": list(manifest.missing),
            "version": manifest.version,
            "revision": manifest.revision,
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        for sha256 in manifest.missing:
            typer.echo(f"Tệp không còn hoặc đã bị thay đổi / lost or changed: {sha256}", err=True)
        typer.echo(
            f"{file}: {manifest.rows} dòng / rows, {len(manifest.files)} tệp / files\n"
            f"SHA-256 {done.sha256}"
        )
    raise typer.Exit(1 if manifest.missing else 0)
