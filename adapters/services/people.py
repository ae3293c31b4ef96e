"""Organisations, accounts and roles: who may act where, and since when. Each grant is an event."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from adapters.identity.passwords import Passwords
from adapters.identity.records import Records
from adapters.identity.who import Who
from adapters.storage import schema as t
from adapters.storage.config_log import ENTITLEMENTS, ConfigLog
from adapters.storage.database import Database
from engine.calendar import TZ
from engine.errors import BadInput, NotEntitled
from engine.ports import Ids
from engine.text import Text
from engine.trail import EventDraft

LEVELS = ("unit", "commune", "province", "centre")
SIGHTS = ("own", "subtree")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrganisation:
    """An organisation to be entered; `part_of` makes it a department, `parent` places it.

    One that is `external` keeps no dossiers here: whoever holds them enters what it answers.
    """

    id: str
    name_vi: str
    name_en: str
    level: str
    parent: str | None = None
    part_of: str | None = None
    agency_code: str | None = None
    external: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NewGrant:
    """A role to be granted: to whom, where, on what deed, for which period (inclusive)."""

    account: str
    role: str
    org: str
    sees: str = "own"
    from_on: date
    until_on: date | None = None
    deed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A grant as it stands."""

    id: str
    login: str
    name: str
    role: str
    org: str
    sees: str
    from_on: date
    until_on: date | None
    deed: str


class People:
    """Enters organisations and accounts, grants and ends roles.

    Callers are administrators, or None: the person at the machine itself, by command line.
    """

    def __init__(self, db: Database, config: ConfigLog, passwords: Passwords, ids: Ids) -> None:
        """Write to `db`, and what was granted to the trail."""
        self._db = db
        self._config = config
        self._passwords = passwords
        self._ids = ids
        self._records = Records(db)

    def add_organisation(self, by: Who | None, new: NewOrganisation) -> None:
        """Enter an organisation.

        Raises:
            NotEntitled: the caller is no administrator.
            BadInput: the id is taken, the level unknown, or a place in the tree does not exist.
        """
        administers(by)
        if new.level not in LEVELS:
            raise _bad(
                "level",
                f"Cấp phải là một trong: {', '.join(LEVELS)}.",
                f"The level must be one of: {', '.join(LEVELS)}.",
            )
        row = {
            "id": new.id,
            "name_vi": new.name_vi,
            "name_en": new.name_en,
            "level": new.level,
            "parent": new.parent,
            "part_of": new.part_of,
            "agency_code": new.agency_code,
            "external": new.external,
        }

        def work(c: Connection) -> None:
            known = set(c.execute(select(t.organisations.c.id)).scalars())
            if new.id in known:
                raise _bad("id", f"Mã cơ quan {new.id} đã có.", f"{new.id} exists already.")
            for place in (new.parent, new.part_of):
                if place is not None and place not in known:
                    raise _bad("parent", f"Không có cơ quan {place}.", f"There is no {place}.")
            c.execute(insert(t.organisations).values(row))

        draft = entitlement_event(
            by, "organisation_added", self._ids.uuid7(), {"organisation": new.id}
        )
        self._config.append_config_event(ENTITLEMENTS, draft, work)

    def add_account(self, by: Who | None, login: str, name: str, password: str | None) -> str:
        """Enter an account and return its id; without a password nobody can log in with one.

        Raises:
            NotEntitled: the caller is no administrator.
            BadInput: the login is taken or empty, or the password too short.
        """
        administers(by)
        login, name = login.strip().lower(), name.strip()
        if not login or not name:
            raise _bad("login", "Thiếu tên đăng nhập hoặc họ tên.", "Login or name is missing.")
        account = self._ids.uuid7()
        hashed = self._passwords.hash(password) if password is not None else None
        row = {"id": account, "login": login, "name": name, "password_hash": hashed, "lang": "vi"}

        def work(c: Connection) -> None:
            taken = select(t.accounts.c.id).where(t.accounts.c.login == login)
            if c.execute(taken).first() is not None:
                raise _bad("login", f"Tên đăng nhập {login} đã có.", f"The login {login} is taken.")
            c.execute(insert(t.accounts).values(row))

        draft = entitlement_event(by, "account_added", self._ids.uuid7(), {"account": account})
        self._config.append_config_event(ENTITLEMENTS, draft, work)
        return account

    def set_password(self, by: Who | None, login: str, password: str) -> None:
        """Give an account a new password; every session of it ends.

        Raises:
            NotEntitled: the caller is no administrator.
            BadInput: there is no such account, or the password is too short or too long.
        """
        administers(by)
        account = self.account(login)
        hashed = self._passwords.hash(password)

        def work(c: Connection) -> None:
            c.execute(
                update(t.accounts).where(t.accounts.c.id == account).values(password_hash=hashed)
            )
            c.execute(delete(t.sessions).where(t.sessions.c.account == account))

        draft = entitlement_event(by, "password_set", self._ids.uuid7(), {"account": account})
        self._config.append_config_event(ENTITLEMENTS, draft, work)

    def account(self, login: str) -> str:
        """Return the id of the account with this login.

        Raises:
            BadInput: there is none.
        """
        found = self._records.account_by_login(login.strip().lower())
        if found is None:
            raise _bad("login", f"Không có tài khoản {login}.", f"There is no account {login}.")
        return found.id

    def grant(self, by: Who | None, new: NewGrant) -> str:
        """Grant a role and return the grant's id.

        Raises:
            NotEntitled: the caller is no administrator, or grants to themselves.
            BadInput: no such account or organisation, or a period that ends before it begins.
        """
        administers(by)
        if by is not None and by.account == new.account:
            raise NotEntitled(
                Text(
                    "Không được tự cấp vai trò cho mình; hãy nhờ quản trị viên khác.",
                    "Nobody grants roles to themselves; ask another administrator.",
                )
            )
        if new.until_on is not None and new.until_on < new.from_on:
            raise _bad(
                "until_on",
                "Ngày kết thúc sớm hơn ngày bắt đầu.",
                "The period ends before it begins.",
            )
        if new.sees not in SIGHTS:
            raise _bad(
                "sees",
                f"Phạm vi phải là một trong: {', '.join(SIGHTS)}.",
                f"The scope must be one of: {', '.join(SIGHTS)}.",
            )
        if not new.role.replace("_", "").isalnum() or not new.role.isascii():
            raise _bad("role", "Tên vai trò không hợp lệ.", "That is no name of a role.")
        grant = self._ids.uuid7()

        def work(c: Connection) -> None:
            if (
                c.execute(select(t.accounts.c.id).where(t.accounts.c.id == new.account)).first()
                is None
            ):
                raise _bad("account", "Không có tài khoản này.", "There is no such account.")
            if (
                c.execute(
                    select(t.organisations.c.id).where(t.organisations.c.id == new.org)
                ).first()
                is None
            ):
                raise _bad("org", f"Không có cơ quan {new.org}.", f"There is no {new.org}.")
            c.execute(
                insert(t.grants).values(
                    id=grant,
                    account=new.account,
                    role=new.role,
                    org=new.org,
                    sees=new.sees,
                    from_on=new.from_on,
                    until_on=new.until_on,
                    granted_by=by.account if by else None,
                    deed=new.deed,
                )
            )

        data = {
            "grant": grant,
            "account": new.account,
            "role": new.role,
            "org": new.org,
            "sees": new.sees,
            "from_on": new.from_on.isoformat(),
            "until_on": new.until_on.isoformat() if new.until_on else None,
        }
        draft = entitlement_event(by, "role_granted", self._ids.uuid7(), data)
        self._config.append_config_event(ENTITLEMENTS, draft, work)
        return grant

    def end(self, by: Who | None, grant: str, last_on: date) -> None:
        """End a grant with a local day, inclusive; yesterday takes effect at once.

        Raises:
            NotEntitled: the caller is no administrator.
            BadInput: there is no such grant.
        """
        administers(by)

        def work(c: Connection) -> None:
            changed = c.execute(
                update(t.grants).where(t.grants.c.id == grant).values(until_on=last_on)
            )
            if changed.rowcount != 1:
                raise _bad("grant", "Không có vai trò này.", "There is no such grant.")

        data = {"grant": grant, "until_on": last_on.isoformat()}
        draft = entitlement_event(by, "role_ended", self._ids.uuid7(), data)
        self._config.append_config_event(ENTITLEMENTS, draft, work)

    def held(self, by: Who | None, on: date) -> list[Held]:
        """Return every grant that has not ended before a local day, by login.

        Raises:
            NotEntitled: the caller is no administrator.
        """
        administers(by)
        g, a = t.grants.c, t.accounts.c
        query = (
            select(g.id, a.login, a.name, g.role, g.org, g.sees, g.from_on, g.until_on, g.deed)
            .join(t.accounts, a.id == g.account)
            .where(or_(g.until_on.is_(None), g.until_on >= on))
            .order_by(a.login, g.role, g.org)
        )
        with self._db.read() as c:
            return [Held(**row._mapping) for row in c.execute(query)]


def administers(by: Who | None) -> None:
    """Let administrators and the person at the machine itself through.

    Raises:
        NotEntitled: the caller is neither.
    """
    if by is not None and not by.administers:
        raise NotEntitled(
            Text("Chỉ quản trị viên được cấp vai trò.", "Only administrators grant roles."),
            roles=["administrator"],
        )


def _bad(field: str, vi: str, en: str) -> BadInput:
    return BadInput(Text(vi, en), field=field)


def entitlement_event(
    by: Who | None, type: str, act: str, data: dict[str, Any]
) -> Callable[[datetime], EventDraft]:
    """Return what makes the event of a change to accounts, organisations or roles."""
    return lambda at: EventDraft(
        type=type,
        actor={
            "subject": by.account if by else "system",
            "acting_as": "administrator" if by else "system",
            "org": None,
            "on_behalf_of": None,
            "auth": by.actor.auth if by else "",
            "session": by.session if by else "",
        },
        effective_on=at.astimezone(TZ).date(),
        cause={"act": act, "event": None},
        data=data,
    )
