"""`bangvang import awards`: enter an old award list, every row or none, each bad cell named.

Whoever may run this holds the database anyway, so no role is asked for; that a list was entered is
written to the trail all the same.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from engine.errors import BangVangError

import_ = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


class NotImported(BangVangError):
    """The list, or the organisation it is for, is not there."""


@import_.callback()
def _group() -> None:
    """Enter old lists."""


@import_.command()
def awards(
    list_: Annotated[
        Path | None, typer.Argument(metavar="LIST.xlsx", help="The template, filled in.")
    ] = None,
    org: Annotated[str, typer.Option(help="Whose register: short key of the organisation.")] = "",
    good_rows: Annotated[
        bool, typer.Option("--good-rows", help="Leave out bad rows instead of refusing the list.")
    ] = False,
    template: Annotated[
        Path | None, typer.Option(help="Write the workbook to fill in to this file, and stop.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    lang: Annotated[str, typer.Option(help="vi or en.")] = "vi",
) -> None:
    """Enter an old award list into the register; exit 1 and name each bad cell if it is wrong."""
    from adapters.cli._workbooks import write_template
    from adapters.services.award_lists import award_template

    if template is not None:
        write_template(template, award_template())
        raise typer.Exit(0)
    if list_ is None:
        raise typer.BadParameter("LIST.xlsx is missing.", param_hint="LIST.xlsx")
    try:
        content = list_.read_bytes()
    except OSError as error:
        raise NotImported(f"Không đọc được {list_}: {error.strerror or error}.") from error

    from adapters.bootstrap import build
    from adapters.identity.records import Records
    from adapters.services.register import Register
    from adapters.settings import Settings

    application = build(Settings.from_environment())
    try:
        known = Records(application.parts.db).tree().organisations
        tops = [o.id for o in known.values() if o.level == "province" and o.part_of is None]
        place = org or (tops[0] if len(tops) == 1 else "")
        if place not in known:
            raise NotImported(
                f"Không có cơ quan {place!r}: hãy chọn bằng --org. / Name it with --org."
            )
        done = Register(application.parts).enter(None, place, content, lang, good_rows=good_rows)
    finally:
        application.close()
    if as_json:
        typer.echo(json.dumps(asdict(done), ensure_ascii=False))
    else:
        for one in done.bad:
            typer.echo(f"{one.cell}\t{one.column}\t{one.detail}", err=True)
        typer.echo(
            f"Đã ghi {done.written}, đã có {done.known}, dòng sai {done.refused}. / "
            f"{done.written} entered, {done.known} known, {done.refused} wrong."
        )
    raise typer.Exit(0 if done.done else 1)
