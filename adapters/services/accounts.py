"""Who is this? Asked at every request, and answered from what holds at this moment."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from adapters.identity.credentials import (
    LONGEST,
    SEEN_EVERY,
    Session,
    hash_of,
    new_secret,
    new_token,
)
from adapters.identity.errors import LoginFailed, LoginThrottled, NotLoggedIn
from adapters.identity.records import Account, Records
from adapters.identity.throttle import Throttle
from adapters.identity.who import Who
from adapters.services.access import nameable
from adapters.services.parts import Parts
from adapters.services.views import GrantView, Me
from adapters.services.words import role_label
from engine.calendar import TZ
from engine.dossier import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """A fresh session; `secret` goes into the cookie and is kept nowhere."""

    secret: str
    who: Who


class Accounts:
    """Log-in, sessions and tokens."""

    def __init__(self, parts: Parts) -> None:
        """Recognise the accounts of the database of `parts`."""
        self._parts = parts
        self._records = Records(parts.db)
        self._throttle = Throttle(time.monotonic)

    def login(self, login: str, password: str, *, address: str, old_secret: str = "") -> LoggedIn:
        """Open a session under a new secret and end the one the browser had.

        Raises:
            LoginFailed: name and password do not belong together, or the account is disabled.
            LoginThrottled: too many attempts failed, or too many log in right now.
        """
        login = login.strip().lower()
        wait = self._throttle.wait(login, address)
        if wait:
            raise LoginThrottled(wait)
        account = self._records.account_by_login(login) if nameable(login) else None
        stored = account.password_hash if account and not account.disabled else None
        if not self._parts.passwords.matches(password, stored) or account is None:
            self._throttle.failed(login, address)
            raise LoginFailed
        self._throttle.succeeded(login, address)
        secret, at = new_secret(), self._parts.now()
        session = Session(
            secret_hash=hash_of(secret),
            account=account.id,
            created_at=at,
            seen_at=at,
            expires_at=at + LONGEST,
            csrf=new_secret(),
        )
        self._records.open_session(session, instead_of=hash_of(old_secret), at=at)
        return LoggedIn(secret=secret, who=self._who(account, "password", session))

    def by_session(self, secret: str) -> Who:
        """Return who holds the session of a cookie.

        Raises:
            NotLoggedIn: there is none, it is over, or the account is disabled.
        """
        found = self._records.session(hash_of(secret)) if secret else None
        if found is None:
            raise NotLoggedIn
        session, account = found
        at = self._parts.now()
        if account.disabled or not session.good_at(at):
            raise NotLoggedIn
        if at - session.seen_at >= SEEN_EVERY:
            self._records.session_seen(session.secret_hash, at)
        return self._who(account, "password", session)

    def by_token(self, token: str) -> Who:
        """Return whose token it is.

        Raises:
            NotLoggedIn: the token is unknown, revoked or over, or the account is disabled.
        """
        account = self._records.token(hash_of(token), self._parts.now()) if token else None
        if account is None or account.disabled:
            raise NotLoggedIn
        return self._who(account, "token", None)

    def by_command_line(self, login: str) -> Who:
        """Return the person in whose name somebody at the machine itself acts.

        Raises:
            NotLoggedIn: there is no such account, or it is disabled.
        """
        account = self._records.account_by_login(login.strip().lower())
        if account is None or account.disabled:
            raise NotLoggedIn
        return self._who(account, "command line", None)

    def logout(self, who: Who) -> None:
        """End the session."""
        if who.session:
            self._records.end_session(who.session)

    def prefer(self, who: Who, lang: str) -> None:
        """Keep the language that the caller prefers: `vi` or `en`."""
        self._records.set_language(who.account, "en" if lang == "en" else "vi")

    def issue_token(self, account: str, name: str, until: datetime | None) -> str:
        """Return a new token for a program of this account; it is shown this once.

        Args:
            name: what the token is for; it is revoked by it.
            until: when it ends, exclusive; None: when it is revoked.
        """
        token = new_token()
        self._records.add_token(hash_of(token), account, name, self._parts.now(), until)
        return token

    def revoke_token(self, account: str, name: str) -> int:
        """Revoke the account's tokens of this name; return how many were good until now."""
        return self._records.revoke_tokens(account, name, self._parts.now())

    def change_password(self, account: str, password: str) -> None:
        """Keep a new password; every session that the old one opened ends.

        Raises:
            BadInput: it is shorter than 12 or longer than 256 characters.
        """
        self._records.set_password(account, self._parts.passwords.hash(password))

    def disable(self, account: str) -> None:
        """Let an account log in no more; its sessions and tokens end at once."""
        self._records.disable(account, self._parts.now())

    def me(self, who: Who, lang: str) -> Me:
        """Return the caller and the roles they hold today."""
        labels = {
            key: role.label.in_(lang)
            for listed in self._parts.editions.listed()
            for key, role in self._parts.editions.get(listed.hash).roles.items()
        }
        return Me(
            account=who.account,
            login=who.login,
            name=who.name,
            lang=who.lang,
            grants=[
                GrantView(
                    role=grant.role,
                    label=labels.get(grant.role) or role_label(None, grant.role, lang),
                    org=grant.org,
                    org_name=who.tree.name(grant.org, lang),
                )
                for grant in who.actor.grants
            ],
        )

    def _who(self, account: Account, auth: str, session: Session | None) -> Who:
        tree = self._records.tree()
        today = self._parts.now().astimezone(TZ).date()
        grants = tuple(tree.grant(held) for held in self._records.roles(account.id, today))
        secret_hash = session.secret_hash if session else ""
        return Who(
            account=account.id,
            login=account.login,
            name=account.name,
            lang=account.lang,
            actor=Actor(person=account.id, grants=grants, auth=auth, session=secret_hash),
            session=secret_hash,
            csrf=session.csrf if session else "",
            tree=tree,
        )
