"""Entering organisations, people and roles from a workbook: all of it, or nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import IntegrityError

from adapters.documents.sheets import read_sheets
from adapters.identity.who import Who
from adapters.services import words
from adapters.services.parts import Parts
from adapters.services.people import (
    NewOrganisation,
    administers,
    entitlement_event,
)
from adapters.services.people_lists import (
    MOST_SHEETS,
    Book,
    Known,
    people_template,
    read_people,
)
from adapters.services.register_views import BadCellView
from adapters.storage import schema as t
from adapters.storage.config_log import ENTITLEMENTS
from engine.calendar import TZ
from engine.errors import BadInput
from engine.text import Text
from engine.trail import EventDraft

Secrets = Mapping[str, str]
"""Login -> first password."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleDone:
    """What became of a workbook.

    Attributes:
        done: everything in it is there now; False: nothing was written.
        organisations, accounts, grants: how many are new, or would be.
        known: how many were there already, just as the workbook says.
        logins: of the new accounts, with their names.
    """

    done: bool
    organisations: int
    accounts: int
    grants: int
    known: int
    bad: Sequence[BadCellView] = ()
    logins: Mapping[str, str] = field(default_factory=dict)


class PeopleBook:
    """Enters workbooks; callers are administrators, or None: the person at the machine itself."""

    def __init__(self, parts: Parts) -> None:
        """Read and write through `parts`."""
        self._parts = parts

    def template(self, by: Who | None) -> bytes:
        """Return the workbook to fill in.

        Raises:
            NotEntitled: the caller is no administrator.
        """
        administers(by)
        return people_template(self._roles())

    def enter(
        self,
        by: Who | None,
        content: bytes,
        lang: str,
        *,
        dry_run: bool = False,
        secrets: Callable[[Mapping[str, str]], Secrets] | None = None,
    ) -> PeopleDone:
        """Enter what a workbook says that is not there yet: every row, or none.

        Args:
            dry_run: only say what would be.
            secrets: gives first passwords to the new logins (login -> name); without, nobody can
                log in before a password was set.

        Raises:
            NotEntitled: the caller is no administrator.
            WorkbookRefused: the file is not read at all.
            BadInput: somebody else changed the same meanwhile.
        """
        administers(by)
        book = read_people(read_sheets(content, MOST_SHEETS), self._known(by))
        done = not book.bad and not dry_run
        if done and (book.organisations or book.people or book.grants):
            hashed = {
                login: self._parts.passwords.hash(secret)
                for login, secret in (secrets(book.people) if secrets else {}).items()
            }
            self._write(by, book, hashlib.sha256(content).hexdigest(), hashed)
        return PeopleDone(
            done=done,
            organisations=len(book.organisations),
            accounts=len(book.people),
            grants=len(book.grants),
            known=book.known,
            bad=[
                BadCellView(cell=one.cell, column=one.column, detail=one.text.in_(lang))
                for one in book.bad
            ],
            logins=book.people if done else {},
        )

    def _write(self, by: Who | None, book: Book, digest: str, hashed: Mapping[str, str]) -> None:
        ids = self._parts.ids
        with self._parts.db.read() as c:
            accounts = {row.login: row.id for row in c.execute(select(t.accounts))}
        new = {login: ids.uuid7() for login in book.people}
        accounts |= new
        grants = [(ids.uuid7(), accounts[one.account], one) for one in book.grants]
        told: list[tuple[str, dict[str, Any]]] = [
            ("organisation_added", {"organisation": one.id}) for one in book.organisations
        ]
        told += [("account_added", {"account": account}) for account in new.values()]
        told += [
            (
                "role_granted",
                {
                    "grant": grant,
                    "account": account,
                    "role": one.role,
                    "org": one.org,
                    "sees": one.sees,
                    "from_on": one.from_on.isoformat(),
                    "until_on": one.until_on.isoformat() if one.until_on else None,
                },
            )
            for grant, account, one in grants
        ]
        act = ids.uuid7()

        def said(at: datetime) -> list[EventDraft]:
            return [
                entitlement_event(by, type, act, {**data, "list": digest})(at)
                for type, data in told
            ]

        def work(c: Connection) -> None:
            for table, rows in (
                (t.organisations, [_columns(one) for one in book.organisations]),
                (
                    t.accounts,
                    [
                        {
                            "id": account,
                            "login": login,
                            "name": book.people[login],
                            "password_hash": hashed.get(login),
                            "lang": "vi",
                        }
                        for login, account in new.items()
                    ],
                ),
                (
                    t.grants,
                    [
                        {
                            "id": grant,
                            "account": account,
                            "role": one.role,
                            "org": one.org,
                            "sees": one.sees,
                            "from_on": one.from_on,
                            "until_on": one.until_on,
                            "granted_by": by.account if by else None,
                            "deed": one.deed,
                        }
                        for grant, account, one in grants
                    ],
                ),
            ):
                if rows:
                    c.execute(insert(table), rows)

        try:
            self._parts.config_log.append_config_events(ENTITLEMENTS, said, work)
        except IntegrityError as error:
            raise BadInput(
                Text(
                    "Người khác vừa nhập đơn vị hoặc người cùng mã; chưa ghi gì. Hãy gửi lại.",
                    "Somebody else has just entered the same; nothing was written. Send it again.",
                ),
                field="file",
            ) from error

    def _known(self, by: Who | None) -> Known:
        o, a, g = t.organisations.c, t.accounts.c, t.grants.c
        own = (o.id, o.name_vi, o.name_en, o.level, o.parent, o.part_of, o.agency_code, o.external)
        with self._parts.db.read() as c:
            organisations = {
                row.id: NewOrganisation(**row._mapping) for row in c.execute(select(*own))
            }
            people = {row.login: row.name for row in c.execute(select(a.login, a.name))}
            query = select(a.login, g.role, g.org, g.from_on).join(t.accounts, a.id == g.account)
            grants = frozenset((r.login, r.role, r.org, r.from_on) for r in c.execute(query))
        return Known(
            organisations=organisations,
            people=people,
            grants=grants,
            roles=self._roles(),
            today=self._parts.now().astimezone(TZ).date(),
            by=by.login if by else "",
        )

    def _roles(self) -> dict[str, Text]:
        """Return every role that may be granted: the platform's, then those of the procedures."""
        found = dict(words.PLATFORM)
        editions = self._parts.editions
        for listed in editions.listed():
            for key, role in editions.get(listed.hash).roles.items():
                found[key] = role.label
        return found


def _columns(one: NewOrganisation) -> dict[str, Any]:
    return {name: getattr(one, name) for name in NewOrganisation.__dataclass_fields__}
