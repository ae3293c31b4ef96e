"""`bangvang trail verify`: recompute the trail from what is stored, and name what is wrong."""

from __future__ import annotations

from typing import Annotated

import typer

from engine.errors import BangVangError

trail = typer.Typer(add_completion=False, no_args_is_help=True)


class StreamUnknown(BangVangError):
    """Nothing was verified, so nothing may be called intact."""


@trail.callback()
def _group() -> None:
    """Verify the trail of what happened."""


@trail.command()
def verify(
    stream: Annotated[str, typer.Option(help="One stream only, such as ho-so/2026/000123.")] = "",
    json_: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    lang: Annotated[str, typer.Option(help="vi or en.")] = "vi",
) -> None:
    """Recompute every stream; exit 1 and name the first thing wrong in each that is not intact."""
    import json

    from adapters.bootstrap import open_for_reading
    from adapters.settings import Settings
    from adapters.verification import verify_database

    db, files = open_for_reading(Settings.from_environment())
    try:
        verdict = verify_database(db, files, stream or None)
    finally:
        db.close()
    if stream and not verdict.streams:
        raise StreamUnknown(f"Không có luồng {stream}. / There is no stream {stream}.")
    if json_:
        typer.echo(
            json.dumps(
                {
                    "ok": verdict.ok,
                    "streams": verdict.streams,
                    "events": verdict.events,
                    "findings": [
                        {
                            "stream": f.stream,
                            "seq": f.seq,
                            "code": f.code,
                            "message": f.message.in_(lang),
                        }
                        for f in verdict.findings
                    ],
                },
                ensure_ascii=False,
            )
        )
    else:
        for finding in verdict.findings:
            typer.echo(
                f"{finding.stream} #{finding.seq}: {finding.code}: {finding.message.in_(lang)}"
            )
        counted = f"{verdict.streams} luồng, {verdict.events} sự kiện / events"
        typer.echo(f"{counted}: {'nguyên vẹn / intact' if verdict.ok else 'SAI / NOT INTACT'}")
    raise typer.Exit(0 if verdict.ok else 1)
