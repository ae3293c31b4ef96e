"""The demonstration is a province at work today, made by the engine and intact."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from adapters import bootstrap, demo
from adapters.bootstrap import open_for_reading
from adapters.files import FileStore
from adapters.identity.passwords import Passwords
from adapters.settings import Settings
from adapters.storage import schema as t
from adapters.storage.database import Database
from adapters.verification import verify_database


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Database]]:
    """Tell the demonstration once, with passwords that cost next to nothing."""
    from pwdlib.hashers.argon2 import Argon2Hasher

    settings = Settings(data=tmp_path_factory.mktemp("demo") / "data", demo=True)
    cheap = Passwords(hasher=Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bootstrap, "Passwords", lambda: cheap)
        demo.tell(settings)
    db, _ = open_for_reading(settings)
    yield settings, db
    db.close()


def test_the_demonstration_stands_in_every_part_of_the_way(told: tuple[Settings, Database]) -> None:
    _, db = told
    with db.read() as c:
        found = {
            state
            for states in c.execute(select(t.dossiers.c.state_key)).scalars()
            for state in states.split()
        }
        results = set(c.execute(select(t.dossiers.c.result)).scalars())
    assert {"draft", "submitted", "with_authority"} <= found
    assert any(state.startswith("reviewing.") for state in found)
    assert {"granted", "not_granted", "refused_intake", None} <= results


def test_the_demonstration_ends_now_and_never_after(told: tuple[Settings, Database]) -> None:
    _, db = told
    with db.read() as c:
        last = c.execute(select(func.max(t.events.c.recorded_at))).scalar_one()
    assert last <= datetime.now(UTC)


def test_the_demonstration_says_in_its_log_that_it_is_one(told: tuple[Settings, Database]) -> None:
    _, db = told
    with db.read() as c:
        logs = set(c.execute(select(t.events.c.log)).scalars())
    assert logs
    assert all("/demo/" in log for log in logs)


def test_the_demonstration_proves_itself_like_any_other_data(
    told: tuple[Settings, Database],
) -> None:
    settings, db = told
    verdict = verify_database(db, FileStore(settings.data))
    assert verdict.findings == ()
    assert verdict.events > 50


def test_every_account_of_the_start_page_exists_with_its_role(
    told: tuple[Settings, Database],
) -> None:
    _, db = told
    with db.read() as c:
        logins = set(c.execute(select(t.accounts.c.login)).scalars())
        roles = set(c.execute(select(t.grants.c.role)).scalars())
    offered = {account.login for account in demo.accounts_of_demo()}
    assert offered == logins
    assert {
        "submitter",
        "reception",
        "specialist",
        "secretary",
        "head",
        "authority",
        "archivist",
        "administrator",
        "auditor",
    } <= roles


def test_telling_it_again_replaces_what_was_there(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", demo=True)
    settings.data.mkdir()
    (settings.data / "yesterday").write_text("x")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(demo, "_tales", lambda: ())
        patched.setattr(demo._Teller, "people", lambda self: None)
        patched.setattr(demo._Teller, "_pass_time", lambda self, until: None)
        demo.tell(settings)

    assert not (settings.data / "yesterday").exists()
    assert (settings.data / "bangvang.sqlite").exists()
