"""Accounts, sessions, tokens and roles as the database keeps them; secrets as hashes only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Executable, delete, insert, or_, select, update

from adapters.identity.credentials import Session
from adapters.identity.directory import Organisation, RoleHeld, Tree
from adapters.storage import schema as t
from adapters.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person who may log in; `disabled` ones may not, and their sessions end at once."""

    id: str
    login: str
    name: str
    lang: str
    password_hash: str | None
    disabled: bool


class Records:
    """What is known of people, read anew for every request."""

    def __init__(self, db: Database) -> None:
        """Read from and write to `db`."""
        self._db = db

    def account_by_login(self, login: str) -> Account | None:
        """Return the account with this login name."""
        with self._db.read() as c:
            return _account(c.execute(_ACCOUNTS.where(t.accounts.c.login == login)).first())

    def account(self, account: str) -> Account | None:
        """Return the account with this id."""
        with self._db.read() as c:
            return _account(c.execute(_ACCOUNTS.where(t.accounts.c.id == account)).first())

    def names(self, accounts: set[str]) -> dict[str, str]:
        """Return id -> name of those accounts that exist."""
        if not accounts:
            return {}
        with self._db.read() as c:
            rows = c.execute(
                select(t.accounts.c.id, t.accounts.c.name).where(t.accounts.c.id.in_(accounts))
            )
            return {row.id: row.name for row in rows}

    def session(self, secret_hash: str) -> tuple[Session, Account] | None:
        """Return a session and its account, whether it is still good or not."""
        query = (
            select(t.sessions, *_ACCOUNT_COLUMNS)
            .join(t.accounts, t.accounts.c.id == t.sessions.c.account)
            .where(t.sessions.c.secret_hash == secret_hash)
        )
        with self._db.read() as c:
            row = c.execute(query).first()
        if row is None:
            return None
        session = Session(
            secret_hash=row.secret_hash,
            account=row.account,
            created_at=row.created_at,
            seen_at=row.seen_at,
            expires_at=row.expires_at,
            csrf=row.csrf,
        )
        account = _account(row)
        assert account is not None
        return session, account

    def token(self, token_hash: str, at: datetime) -> Account | None:
        """Return whose token this is, if it is neither revoked nor over."""
        query = (
            select(*_ACCOUNT_COLUMNS)
            .join(t.tokens, t.tokens.c.account == t.accounts.c.id)
            .where(
                t.tokens.c.hash == token_hash,
                t.tokens.c.revoked_at.is_(None),
                or_(t.tokens.c.expires_at.is_(None), t.tokens.c.expires_at > at),
            )
        )
        with self._db.read() as c:
            return _account(c.execute(query).first())

    def roles(self, account: str, on: date) -> list[RoleHeld]:
        """Return the roles that an account holds on a local day."""
        query = select(t.grants).where(t.grants.c.account == account).order_by(t.grants.c.id)
        with self._db.read() as c:
            held = [_held(row) for row in c.execute(query)]
        return [one for one in held if one.on(on)]

    def holders(self, role: str, on: date) -> list[tuple[Account, RoleHeld]]:
        """Return who holds a role on a local day, disabled accounts left out, by name."""
        query = (
            select(t.grants, *_ACCOUNT_COLUMNS)
            .join(t.accounts, t.accounts.c.id == t.grants.c.account)
            .where(t.grants.c.role == role, t.accounts.c.disabled_at.is_(None))
            .order_by(t.accounts.c.name, t.accounts.c.id)
        )
        found = []
        with self._db.read() as c:
            for row in c.execute(query):
                account, held = _account(row), _held(row)
                assert account is not None
                if held.on(on):
                    found.append((account, held))
        return found

    def tree(self) -> Tree:
        """Return all organisations."""
        with self._db.read() as c:
            return Tree.of(
                Organisation(
                    id=row.id,
                    name_vi=row.name_vi,
                    name_en=row.name_en,
                    level=row.level,
                    parent=row.parent,
                    part_of=row.part_of,
                    agency_code=row.agency_code,
                    external=bool(row.external),
                )
                for row in c.execute(select(t.organisations))
            )

    def open_session(self, session: Session, *, instead_of: str, at: datetime) -> None:
        """Keep a new session, end the one it replaces, and drop those that are over."""

        def work(c: Connection) -> None:
            c.execute(
                delete(t.sessions).where(
                    or_(t.sessions.c.secret_hash == instead_of, t.sessions.c.expires_at <= at)
                )
            )
            c.execute(
                insert(t.sessions).values(
                    secret_hash=session.secret_hash,
                    account=session.account,
                    created_at=session.created_at,
                    seen_at=session.seen_at,
                    expires_at=session.expires_at,
                    csrf=session.csrf,
                )
            )

        self._db.write(work)

    def session_seen(self, secret_hash: str, at: datetime) -> None:
        """Note that a session was used."""
        change = update(t.sessions).where(t.sessions.c.secret_hash == secret_hash)
        self._run(change.values(seen_at=at))

    def end_session(self, secret_hash: str) -> None:
        """End a session."""
        gone = delete(t.sessions).where(t.sessions.c.secret_hash == secret_hash)
        self._run(gone)

    def set_password(self, account: str, password_hash: str) -> None:
        """Keep a new password and end every session of the account."""

        def work(c: Connection) -> None:
            known = t.accounts.c.id == account
            c.execute(update(t.accounts).where(known).values(password_hash=password_hash))
            c.execute(delete(t.sessions).where(t.sessions.c.account == account))

        self._db.write(work)

    def set_language(self, account: str, lang: str) -> None:
        """Keep the language that an account prefers."""
        change = update(t.accounts).where(t.accounts.c.id == account).values(lang=lang)
        self._run(change)

    def disable(self, account: str, at: datetime) -> None:
        """Let an account log in no more, and end its sessions and tokens."""

        def work(c: Connection) -> None:
            known = t.accounts.c.id == account
            c.execute(update(t.accounts).where(known).values(disabled_at=at))
            c.execute(delete(t.sessions).where(t.sessions.c.account == account))
            c.execute(
                update(t.tokens)
                .where(t.tokens.c.account == account, t.tokens.c.revoked_at.is_(None))
                .values(revoked_at=at)
            )

        self._db.write(work)

    def add_account(self, id: str, login: str, name: str, password_hash: str | None) -> None:
        """Keep a new account."""
        new = insert(t.accounts).values(
            id=id, login=login, name=name, password_hash=password_hash, lang="vi"
        )
        self._run(new)

    def add_token(
        self, token_hash: str, account: str, name: str, at: datetime, until: datetime | None
    ) -> None:
        """Keep a token for a program."""
        new = insert(t.tokens).values(
            hash=token_hash, account=account, name=name, created_at=at, expires_at=until
        )
        self._run(new)

    def _run(self, change: Executable) -> None:
        self._db.write(lambda c: c.execute(change))

    def revoke_tokens(self, account: str, name: str, at: datetime) -> int:
        """Revoke the account's tokens of this name; return how many were good until now."""
        change = (
            update(t.tokens)
            .where(
                t.tokens.c.account == account,
                t.tokens.c.name == name,
                t.tokens.c.revoked_at.is_(None),
            )
            .values(revoked_at=at)
        )
        return self._db.write(lambda c: c.execute(change).rowcount)


_ACCOUNT_COLUMNS = (
    t.accounts.c.id.label("account_id"),
    t.accounts.c.login,
    t.accounts.c.name,
    t.accounts.c.lang,
    t.accounts.c.password_hash,
    t.accounts.c.disabled_at,
)
_ACCOUNTS = select(*_ACCOUNT_COLUMNS)


def _account(row: Any) -> Account | None:
    if row is None:
        return None
    return Account(
        id=row.account_id,
        login=row.login,
        name=row.name,
        lang=row.lang,
        password_hash=row.password_hash,
        disabled=row.disabled_at is not None,
    )


def _held(row: Any) -> RoleHeld:
    return RoleHeld(
        role=row.role, org=row.org, sees=row.sees, from_on=row.from_on, until_on=row.until_on
    )
