"""`bangvang nominate`: a list of nominees becomes one submission, or each wrong cell is named."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engine.errors import BangVangError

if TYPE_CHECKING:
    from adapters.identity.who import Who
    from adapters.services.services import Services


class NobodyNamed(BangVangError):
    """It is not clear in whose name the list is sent."""


def nominate(
    procedure: Annotated[str, typer.Option(help="Key of the procedure, e.g. provincial-award.")],
    list_: Annotated[
        Path | None, typer.Argument(metavar="LIST.xlsx", help="The template, filled in.")
    ] = None,
    owner: Annotated[str, typer.Option(help="Key of the unit that submits.")] = "",
    login: Annotated[
        str,
        typer.Option(
            "--as", help="Login of the person who submits; default: the unit's only submitter."
        ),
    ] = "",
    only_accepted: Annotated[
        bool, typer.Option("--only-accepted", help="Leave wrong rows out instead of refusing all.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what is wrong.")] = False,
    template: Annotated[
        Path | None, typer.Option(help="Write the workbook to fill in to this file, and stop.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for programs.")] = False,
    lang: Annotated[str, typer.Option(help="vi or en.")] = "vi",
) -> None:
    """Make one submission, with a dossier for each row of a list, as drafts.

    Every wrong cell is named with the reason; then nothing is written, or the right rows alone. The
    same file makes only one submission. Exit code 1: something is wrong.
    """
    from adapters.bootstrap import build
    from adapters.cli._progress import Meter
    from adapters.cli._workbooks import refusing_in, write_template
    from adapters.services.errors import Unknown
    from adapters.services.nominations import ListAsked
    from adapters.services.services import Services
    from adapters.settings import Settings

    if list_ is None and template is None:
        raise typer.BadParameter("LIST.xlsx is missing.", param_hint="LIST.xlsx")
    content = b"" if list_ is None else _read(list_)
    settings = Settings.from_environment()
    application = build(settings)
    meter = Meter()
    try:
        services = Services(application.parts)
        if template is not None:
            with refusing_in(lang):
                content = services.nominations.template(procedure).content
            write_template(template, content)
            return
        asked = ListAsked(
            procedure=procedure,
            content=content,
            owner=owner,
            only_accepted=only_accepted,
            dry_run=dry_run,
        )
        who = _person(services, procedure, owner, login)
        try:
            with refusing_in(lang):
                done = services.nominations.send(who, asked, lang, progress=meter)
        except Unknown as error:
            raise _not_theirs(services, who, procedure, owner) or error from error
    finally:
        meter.end()
        application.close()
    link = f"{settings.public_url.rstrip('/')}/submissions/{done.code}" if done.code else ""
    if as_json:
        typer.echo(json.dumps({**asdict(done), "link": link}, ensure_ascii=False))
    else:
        for one in done.bad:
            typer.echo(f"{one.cell}\t{one.column}\t{one.detail}", err=True)
        typer.echo(_sentence(done.done, done.known, done.names, done.refused))
        if done.code:
            typer.echo(f"{done.code}  {link}")
    raise typer.Exit(1 if done.bad else 0)


def _sentence(done: bool, known: bool, names: int, refused: int) -> str:
    counted = f"{names} dòng đúng, {refused} dòng sai / {names} rows right, {refused} wrong"
    if not done:
        return f"Chưa ghi gì / nothing written: {counted}."
    what = "Đã có từ trước / was there before" if known else "Đã lập hồ sơ trình / submission made"
    return f"{what}: {counted}."


def _not_theirs(services: Services, who: Who, procedure: str, owner: str) -> BangVangError | None:
    """Return that the person does not submit for the unit; None if the procedure is unknown."""
    own = _units(services, procedure, who)
    if own is None or not owner:
        return None
    named = ", ".join(sorted(own)) or "—"
    if owner not in who.tree.organisations:
        return NobodyNamed(
            f"Không có đơn vị {owner!r}. Các khóa {who.login} dùng được: {named}. / There is no"
            f" unit {owner!r}; {who.login} may name: {named}."
        )
    return NobodyNamed(
        f"{who.login} không trình cho đơn vị {owner!r}. Các khóa dùng được: {named}. / {who.login}"
        f" does not submit for {owner!r}, but may name: {named}."
    )


def _units(services: Services, procedure: str, who: Who) -> frozenset[str] | None:
    """Return the units for which somebody submits; None where no edition is in force."""
    from adapters.services.access import owner_roles
    from engine.calendar import TZ

    today = services.parts.now().astimezone(TZ).date()
    edition = services.parts.editions.in_force(procedure, today)
    return None if edition is None else who.orgs_of(owner_roles(edition))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BangVangError(f"Không đọc được {path}: {error.strerror or error}.") from error


def _person(services: Services, procedure: str, owner: str, login: str) -> Who:
    """Return in whose name the list is sent."""
    from adapters.identity.errors import NotLoggedIn
    from adapters.identity.records import Records
    from adapters.services.access import owner_roles
    from engine.calendar import TZ

    if not login:
        today = services.parts.now().astimezone(TZ).date()
        edition = services.parts.editions.in_force(procedure, today)
        records = Records(services.parts.db)
        tree = records.tree()
        if edition is not None and owner and owner not in tree.organisations:
            raise NobodyNamed(
                f"Không có đơn vị {owner!r}: hãy nêu --as LOGIN để biết các khóa dùng được. / There"
                f" is no unit {owner!r}: name a person by --as to learn the keys."
            )
        holders = {
            account.login
            for role in (owner_roles(edition) if edition else ())
            for account, held in records.holders(role, today)
            if not owner or owner in tree.covers(held.org, held.sees)
        }
        if len(holders) != 1:
            raise NobodyNamed(
                f"Có {len(holders)} người trình được danh sách này: hãy nêu --as LOGIN và --owner."
                f" / {len(holders)} people could send this list: name one by --as."
            )
        (login,) = holders
    try:
        return services.accounts.by_command_line(login)
    except NotLoggedIn as error:
        raise NobodyNamed(
            f"Không có tài khoản {login} hoặc tài khoản đã khóa. / There is no account {login}, or"
            " it is disabled."
        ) from error
