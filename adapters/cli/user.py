"""`bangvang user`: organisations, accounts, roles and tokens, from the machine itself.

Whoever may run this holds the database anyway, so no role is asked for; what was granted is
written to the trail all the same. Passwords are typed or come in BANGVANG_PASSWORD: what stands on
a command line is seen by everybody on the machine.
"""

from __future__ import annotations

import csv
import json
import os
import secrets
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from engine.errors import BangVangError

if TYPE_CHECKING:
    from adapters.bootstrap import Application

PASSWORD = "BANGVANG_PASSWORD"
TOKEN_DAYS = 365

user = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Login = Annotated[str, typer.Argument(help="Name to log in with.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
DAY = ["%Y-%m-%d"]


class NoPassword(BangVangError):
    """A password is needed, and there is nobody who could type one."""


@user.callback()
def _group() -> None:
    """Manage organisations, accounts, roles and tokens."""


@user.command()
def org(
    id: Annotated[str, typer.Argument(help="Short key of the organisation, such as so-noi-vu.")],
    name: Annotated[str, typer.Option(help="Its name in Vietnamese.")],
    level: Annotated[str, typer.Option(help="unit, commune, province or centre.")],
    name_en: Annotated[str, typer.Option(help="Its name in English.")] = "",
    parent: Annotated[str, typer.Option(help="The organisation above it.")] = "",
    part_of: Annotated[str, typer.Option(help="What it is a department of.")] = "",
    code: Annotated[str, typer.Option(help="Agency code for dossiers, such as H27.15.")] = "",
    external: Annotated[
        bool, typer.Option(help="It keeps no dossiers here; others enter its answers.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Add an organisation."""
    from adapters.services.people import NewOrganisation

    new = NewOrganisation(
        id=id,
        name_vi=name,
        name_en=name_en or name,
        level=level,
        parent=parent or part_of or None,
        part_of=part_of or None,
        agency_code=code or None,
        external=external,
    )
    with _application() as application:
        application.people.add_organisation(None, new)
    _say({"organisation": id}, f"Đã thêm cơ quan {id}. / Added.", as_json)


@user.command()
def add(
    login: Login,
    name: Annotated[str, typer.Argument(help="Full name, with its marks.")],
    password: Annotated[
        bool,
        typer.Option(
            help=f"Ask for a password, or take it from {PASSWORD}; without one, tokens only."
        ),
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Add an account."""
    secret = _password() if password else None
    with _application() as application:
        account = application.people.add_account(None, login, name, secret)
    _say({"account": account, "login": login}, f"Đã thêm tài khoản {login}. / Added.", as_json)


@user.command("password")
def set_password(login: Login, as_json: AsJson = False) -> None:
    """Set a new password; every session of the account ends."""
    secret = _password()
    with _application() as application:
        application.people.set_password(None, login, secret)
    _say({"login": login}, f"Đã đổi mật khẩu của {login}. / Changed.", as_json)


@user.command()
def grant(
    login: Login,
    role: Annotated[str, typer.Argument(help="A role of a procedure, administrator or auditor.")],
    org: Annotated[str, typer.Argument(help="Key of the organisation in which it is held.")],
    from_on: Annotated[
        datetime | None, typer.Option("--from", formats=DAY, help="First day; default: today.")
    ] = None,
    until_on: Annotated[
        datetime | None, typer.Option("--until", formats=DAY, help="Last day; default: none.")
    ] = None,
    sees: Annotated[
        str, typer.Option(help="own, or subtree: what lies below the organisation, too.")
    ] = "own",
    deed: Annotated[str, typer.Option(help="The decision that gives the role.")] = "",
    as_json: AsJson = False,
) -> None:
    """Grant a role in an organisation, by default from today on; both ends are inclusive."""
    from adapters.services.people import NewGrant

    with _application() as application:
        new = NewGrant(
            account=application.people.account(login),
            role=role,
            org=org,
            sees=sees,
            from_on=from_on.date() if from_on else _today(application),
            until_on=until_on.date() if until_on else None,
            deed=deed,
        )
        made = application.people.grant(None, new)
    told = f"{login}: {role} @ {org} từ / from {new.from_on}: {made}"
    _say({"grant": made, "from_on": new.from_on.isoformat()}, told, as_json)


@user.command()
def end(
    grant: Annotated[str, typer.Argument(help="Id of the grant; `bangvang user list` shows it.")],
    last_on: Annotated[
        datetime | None, typer.Option("--last-on", formats=DAY, help="Last day; default: over now.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """End a role."""
    with _application() as application:
        last = last_on.date() if last_on else _today(application) - timedelta(days=1)
        application.people.end(None, grant, last)
    told = f"Vai trò hết hiệu lực sau ngày {last}. / Ends after that day."
    _say({"grant": grant, "until_on": last.isoformat()}, told, as_json)


@user.command("list")
def list_roles(as_json: AsJson = False) -> None:
    """List who holds which role where, and until when."""
    with _application() as application:
        held = application.people.held(None, _today(application))
    if as_json:
        print(json.dumps([_plain(asdict(one)) for one in held], ensure_ascii=False, indent=2))
        return
    for one in held:
        until = one.until_on.isoformat() if one.until_on else "…"
        sight = " (subtree)" if one.sees == "subtree" else ""
        print(f"{one.login:<14} {one.name:<28} {one.role} @ {one.org}{sight}")
        print(f"{'':<14} {one.from_on.isoformat()} – {until}  {one.id}  {one.deed}".rstrip())


@user.command()
def token(
    login: Login,
    name: Annotated[str, typer.Argument(help="What the token is for; it is revoked by it.")],
    days: Annotated[int, typer.Option(min=1, max=3650, help="For how many days.")] = TOKEN_DAYS,
    revoke: Annotated[bool, typer.Option("--revoke", help="Revoke it instead.")] = False,
    as_json: AsJson = False,
) -> None:
    """Issue a token for a program; it is shown this once."""
    from adapters.services.accounts import Accounts

    with _application() as application:
        account = application.people.account(login)
        accounts = Accounts(application.parts)
        if revoke:
            gone = accounts.revoke_token(account, name)
            if not gone:
                raise BangVangError(f"Không có mã truy cập {name!r}. / There is no such token.")
            _say({"revoked": gone}, f"Đã thu hồi {gone}. / Revoked.", as_json)
            return
        until = application.parts.now() + timedelta(days=days)
        secret = accounts.issue_token(account, name, until)
    _say({"token": secret, "expires_at": until.isoformat()}, secret, as_json)


@user.command("import")
def import_book(
    book: Annotated[
        Path | None, typer.Argument(metavar="BOOK.xlsx", help="The template, filled in.")
    ] = None,
    template: Annotated[
        Path | None, typer.Option(help="Write the workbook to fill in to this file, and stop.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be entered.")
    ] = False,
    passwords: Annotated[
        Path | None,
        typer.Option(help="Give each new account a first password, written to this new CSV file."),
    ] = None,
    as_json: AsJson = False,
    lang: Annotated[str, typer.Option(help="vi or en.")] = "vi",
) -> None:
    """Enter organisations, people and roles from a workbook: every row, or none.

    Exit code 1: something is wrong, each cell is named, and nothing was entered.
    """
    from adapters.cli._workbooks import refusing_in, write_template
    from adapters.services.people_book import PeopleBook

    if book is None and template is None:
        raise typer.BadParameter("BOOK.xlsx is missing.", param_hint="BOOK.xlsx")
    with _application() as application:
        people = PeopleBook(application.parts)
        if template is not None:
            write_template(template, people.template(None))
            return
        assert book is not None
        try:
            content = book.read_bytes()
        except OSError as error:
            raise BangVangError(f"Không đọc được {book}: {error.strerror or error}.") from error
        secrets = _first_passwords(passwords if not dry_run else None)
        with refusing_in(lang), secrets as first:
            done = people.enter(None, content, lang, dry_run=dry_run, secrets=first)
    if as_json:
        print(json.dumps({**asdict(done), "dry_run": dry_run}, ensure_ascii=False))
    else:
        for one in done.bad:
            print(f"{one.cell}\t{one.column}\t{one.detail}", file=sys.stderr)
        what = "Chưa nhập / not entered" if not done.done else "Đã nhập / entered"
        print(
            f"{what}: {done.organisations} đơn vị / organisations, {done.accounts} người / people, "
            f"{done.grants} vai trò / roles; đã có / known: {done.known}"
        )
    raise typer.Exit(1 if done.bad else 0)


@contextmanager
def _first_passwords(
    place: Path | None,
) -> Iterator[Callable[[Mapping[str, str]], Mapping[str, str]] | None]:
    """Give what makes first passwords and writes them to a file that only its owner may read."""
    if place is None:
        yield None
        return
    try:
        descriptor = os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except OSError as error:
        raise BangVangError(
            f"Không tạo được {place}: {error.strerror}. / The file for passwords cannot be made."
        ) from error
    written = False
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:

            def make(people: Mapping[str, str]) -> Mapping[str, str]:
                nonlocal written
                made = {login: secrets.token_urlsafe(12) for login in people}
                rows = csv.writer(file)
                rows.writerow(["login", "name", "password"])
                rows.writerows([login, _plain_cell(people[login]), made[login]] for login in made)
                file.flush()
                os.fsync(file.fileno())
                written = True
                return made

            yield make
    except BaseException:
        written = False
        raise
    finally:
        if not written:
            place.unlink(missing_ok=True)


def _plain_cell(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in "=+-@\t\r" else text


@contextmanager
def _application() -> Iterator[Application]:
    from adapters.bootstrap import build
    from adapters.settings import Settings

    application = build(Settings.from_environment())
    try:
        yield application
    finally:
        application.close()


def _today(application: Application) -> date:
    from engine.calendar import TZ

    return application.parts.now().astimezone(TZ).date()


def _password() -> str:
    """Return the password from the environment, or as somebody types it, twice."""
    given = os.environ.get(PASSWORD)
    if given:
        return given
    if not sys.stdin.isatty():
        raise NoPassword(
            f"Không có ai để nhập mật khẩu: hãy đặt {PASSWORD}. / Nobody can type a password here:"
            f" set {PASSWORD}."
        )
    typed: str = typer.prompt("Mật khẩu / Password", hide_input=True, confirmation_prompt=True)
    return typed


def _say(told: Mapping[str, Any], sentence: str, as_json: bool) -> None:
    print(json.dumps(told, ensure_ascii=False) if as_json else sentence)


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in told.items()}
