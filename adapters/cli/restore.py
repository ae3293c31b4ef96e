"""`bangvang restore`: bring back what a backup holds, and verify the trail of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `bangvang backup` has made.")],
    replace: Annotated[
        bool, typer.Option("--replace", help="Throw away what is there now; needs --yes.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Confirm --replace.")] = False,
    sha256: Annotated[
        str, typer.Option(help="Refuse the file unless it hashes to what the backup printed.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    lang: Annotated[str, typer.Option(help="Language of findings: vi or en.")] = "vi",
) -> None:
    """Bring a backup back into an empty database, of either kind, and verify the trail.

    The archive is read and checked as a whole before anything is written. Stop `serve` and
    `worker` first. Exit code 1: refused, and nothing is changed; or restored, and the trail is not
    intact.
    """
    from adapters.archive import open_archive
    from adapters.backup import check_fits
    from adapters.backup import restore as bring_back
    from adapters.bootstrap import open_for_restoring
    from adapters.cli._progress import Meter
    from adapters.settings import Settings
    from engine.errors import BangVangError

    if replace != yes:
        raise typer.BadParameter("--replace and --yes go together.", param_hint="--replace --yes")
    if not file.exists():
        raise BangVangError(f"Không có tệp {file}. / There is no such file.")
    meter = Meter()
    archive = open_archive(file, progress=meter, sha256=sha256)
    try:
        check_fits(archive)
        db, files = open_for_restoring(Settings.from_environment())
        try:
            verdict = bring_back(archive, db, files, replace=replace, progress=meter)
        finally:
            db.close()
    except OSError as error:
        raise BangVangError(f"Không ghi được: {error}. / It cannot be written.") from error
    finally:
        meter.end()
        archive.close()
    manifest = archive.manifest
    if as_json:
        told = {
            "rows": manifest.rows,
            "files": len(manifest.files),
            "missing": list(manifest.missing),
            "made_at": manifest.made_at,
            "intact": verdict.ok,
            "streams": verdict.streams,
            "events": verdict.events,
        }
        typer.echo(json.dumps(told, ensure_ascii=False))
    else:
        for one in verdict.findings:
            typer.echo(f"{one.stream} #{one.seq}: {one.message.in_(lang)}", err=True)
        intact = "nguyên vẹn / intact" if verdict.ok else "KHÔNG nguyên vẹn / NOT intact"
        typer.echo(
            f"Đã khôi phục bản sao lưu lúc {manifest.made_at}: {manifest.rows} dòng / rows, "
            f"{len(manifest.files)} tệp / files\n"
            f"{verdict.streams} luồng / streams, {verdict.events} sự kiện / events: {intact}"
        )
    raise typer.Exit(0 if verdict.ok else 1)
