"""Roles are granted by administrators, never to themselves, and each grant is an event."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import select

from adapters.clock import StoryClock
from adapters.identity.passwords import Passwords
from adapters.identity.records import Records
from adapters.identity.who import Who
from adapters.ids import RandomIds
from adapters.services.people import NewGrant, NewOrganisation, People
from adapters.storage import schema as t
from adapters.storage.config_log import ENTITLEMENTS, ConfigLog
from adapters.storage.database import Database, open_database
from adapters.storage.migrate import migrate
from engine.dossier import Actor, Grant
from engine.errors import BadInput, NotEntitled
from tests.procedures import local

NOW = local("2025-11-03", "08:00")
TODAY = date(2025, 11, 3)


@pytest.fixture
def db(sqlite_url: str, tmp_path: Path) -> Iterator[Database]:
    """Give an empty database."""
    database = open_database(sqlite_url)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def people(db: Database) -> People:
    """Give the service, and one province."""
    ids = RandomIds()
    config = ConfigLog(db, ids, "thu/2025", StoryClock(NOW))
    cheap = Passwords(hasher=Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))
    found = People(db, config, cheap, ids)
    found.add_organisation(
        None, NewOrganisation(id="tinh", name_vi="Tỉnh", name_en="Province", level="province")
    )
    return found


def _who(account: str, role: str) -> Who:
    grant = Grant(role=role, org="tinh", covers=frozenset({"tinh"}))
    actor = Actor(person=account, grants=(grant,), auth="password", session="s")
    return Who(account=account, login="x", name="X", lang="vi", actor=actor, session="s")


def _events(db: Database) -> list[dict[str, Any]]:
    with db.read() as c:
        bodies = c.execute(
            select(t.events.c.body)
            .where(t.events.c.stream == ENTITLEMENTS)
            .order_by(t.events.c.seq)
        ).scalars()
        return [json.loads(body) for body in bodies]


def _grant(account: str, **more: Any) -> NewGrant:
    known = {"account": account, "role": "head", "org": "tinh", "from_on": TODAY}
    return NewGrant(**{**known, **more})


def test_a_grant_counts_from_its_first_to_its_last_day(db: Database, people: People) -> None:
    account = people.add_account(None, "an", "An", None)

    people.grant(None, _grant(account, until_on=date(2025, 11, 5)))

    records = Records(db)
    days = [date(2025, 11, day) for day in (2, 3, 5, 6)]
    assert [len(records.roles(account, day)) for day in days] == [0, 1, 1, 0]
    assert [len(people.held(None, day)) for day in (date(2025, 11, 5), date(2025, 11, 6))] == [1, 0]


def test_every_change_is_an_event_that_names_who_made_it(db: Database, people: People) -> None:
    account = people.add_account(None, "an", "Nguyễn Thị An", "một câu đủ dài")
    grant = people.grant(_who("quan-tri", "administrator"), _grant(account))
    people.set_password(None, "an", "một câu dài khác")
    people.end(_who("quan-tri", "administrator"), grant, date(2025, 11, 2))

    events = _events(db)
    assert [one["type"] for one in events] == [
        "organisation_added",
        "account_added",
        "role_granted",
        "password_set",
        "role_ended",
    ]
    assert [one["actor"]["subject"] for one in events] == [
        "system",
        "system",
        "quan-tri",
        "system",
        "quan-tri",
    ]
    assert "Nguyễn Thị An" not in json.dumps(events, ensure_ascii=False)
    assert Records(db).roles(account, TODAY) == []


@pytest.mark.parametrize("role", ["head", "auditor", "submitter"])
def test_whoever_is_no_administrator_changes_nothing(
    db: Database, people: People, role: str
) -> None:
    account = people.add_account(None, "an", "An", None)
    grant = people.grant(None, _grant(account))
    before, who = _events(db), _who("b", role)
    place = NewOrganisation(id="so", name_vi="Sở", name_en="Dept", level="province")

    for attempt in (
        lambda: people.add_organisation(who, place),
        lambda: people.add_account(who, "b", "B", None),
        lambda: people.set_password(who, "an", "một câu đủ dài"),
        lambda: people.grant(who, _grant(account)),
        lambda: people.end(who, grant, TODAY),
        lambda: people.held(who, TODAY),
    ):
        with pytest.raises(NotEntitled):
            attempt()
    assert _events(db) == before


def test_nobody_grants_a_role_to_themselves(db: Database, people: People) -> None:
    account = people.add_account(None, "an", "An", None)

    with pytest.raises(NotEntitled, match="tự cấp"):
        people.grant(_who(account, "administrator"), _grant(account, role="authority"))
    people.grant(_who("somebody-else", "administrator"), _grant(account, role="authority"))

    assert [one.role for one in people.held(None, TODAY)] == ["authority"]


def test_a_login_belongs_to_one_account_whatever_its_capitals(db: Database, people: People) -> None:
    people.add_account(None, " An ", "An", None)
    before = _events(db)

    with pytest.raises(BadInput, match="đã có"):
        people.add_account(None, "AN", "Người khác", None)
    with pytest.raises(BadInput):
        people.add_account(None, " ", "Không tên đăng nhập", None)
    with pytest.raises(BadInput):
        people.add_account(None, "b", " ", None)

    assert _events(db) == before


def test_a_new_password_ends_every_session(db: Database, people: People) -> None:
    from datetime import timedelta

    from adapters.identity.credentials import Session

    account = people.add_account(None, "an", "An", "một câu đủ dài")
    records = Records(db)
    session = Session(
        secret_hash="h" * 64,
        account=account,
        created_at=NOW,
        seen_at=NOW,
        expires_at=NOW + timedelta(hours=1),
        csrf="c",
    )
    records.open_session(session, instead_of="", at=NOW)
    old = records.account(account)

    people.set_password(None, "an", "một câu dài khác")

    new = records.account(account)
    assert old is not None
    assert new is not None
    assert old.password_hash != new.password_hash
    assert records.session("h" * 64) is None
