"""The demonstration is a province at work today, made by the engine and intact."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import func, select

from adapters import bootstrap, demo
from adapters.bootstrap import open_for_reading
from adapters.demo import teller
from adapters.files import FileStore
from adapters.identity.passwords import Passwords
from adapters.services.services import Services
from adapters.settings import Settings
from adapters.storage import schema as t
from adapters.storage.database import Database
from adapters.verification import verify_database
from engine.calendar import TZ
from procedures import catalogue


def _cheap() -> Passwords:
    return Passwords(hasher=Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Database]]:
    """Tell the demonstration once, with passwords that cost next to nothing."""
    settings = Settings(data=tmp_path_factory.mktemp("demo") / "data", demo=True)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bootstrap, "Passwords", _cheap)
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
    assert {"draft", "submitted", "on_agenda", "with_authority", "awarded", "called"} <= found
    assert {"posting", "searching", "verifying", "with_ministry", "decided"} <= found
    assert {"awaiting_confirmation", "appraised", "at_centre", "awaiting_supplement"} <= found
    assert any(state.startswith("reviewing.") for state in found)
    assert {"granted", "not_granted", "refused_intake", None} <= results


def test_the_demonstration_has_every_procedure_and_a_list_of_tens_of_names(
    told: tuple[Settings, Database],
) -> None:
    _, db = told
    with db.read() as c:
        procedures = set(c.execute(select(t.dossiers.c.procedure)).scalars())
        names = c.execute(select(func.max(t.submissions.c.places))).scalar_one()
        links = c.execute(select(func.count()).select_from(t.links)).scalar_one()
    assert procedures == {entry.procedure for entry in catalogue.editions()}
    assert names >= 30
    assert links >= 3


def test_the_demonstration_has_early_on_time_late_and_overdue_over_several_months(
    told: tuple[Settings, Database],
) -> None:
    _, db = told
    m = t.measurements.c
    with db.read() as c:
        margins = list(c.execute(select(m.verdict).where(m.verdict.is_not(None))).scalars())
        overdue = c.execute(
            select(func.count()).select_from(t.dossiers).where(t.dossiers.c.overdue)
        ).scalar_one()
    assert {"early", "on_time", "late"} <= set(margins)
    assert overdue


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 2, 18, 10, 0, tzinfo=TZ),
        datetime(2027, 1, 2, 0, 5, tzinfo=TZ),
    ],
    ids=["Tết", "a Saturday beyond the published calendar"],
)
def test_the_demonstration_can_be_told_on_any_day(tmp_path: Path, now: datetime) -> None:
    settings = Settings(data=tmp_path / "data", demo=True)
    seen: list[int] = []
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(bootstrap, "Passwords", _cheap)
        demo.tell(settings, seen.append, now)
    db, files = open_for_reading(settings)
    try:
        with db.read() as c:
            last = c.execute(select(func.max(t.events.c.recorded_at))).scalar_one()
            waiting = c.execute(
                select(func.count()).select_from(t.dossiers).where(t.dossiers.c.result.is_(None))
            ).scalar_one()
        assert verify_database(db, files).findings == ()
    finally:
        db.close()
    assert last <= now
    assert waiting > 50
    assert seen[-1] == 100
    assert seen == sorted(seen)


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
    assert verdict.events > 500


def test_every_account_of_the_start_page_exists_with_its_role(
    told: tuple[Settings, Database],
) -> None:
    _, db = told
    with db.read() as c:
        able = t.accounts.c.password_hash.is_not(None)
        logins = set(c.execute(select(t.accounts.c.login).where(able)).scalars())
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


def test_the_worklist_tells_states_of_the_same_name_apart(
    told: tuple[Settings, Database],
) -> None:
    settings, _ = told
    application = bootstrap.build(settings)
    try:
        services = Services(application.parts)
        who = services.accounts.by_command_line("chutich")
        for lang in ("vi", "en"):
            labels = [one.label for one in services.tasks.counts(who, lang).states]
            assert len(labels) > 1
            assert len(labels) == len(set(labels))
    finally:
        application.close()


def test_telling_it_again_replaces_what_was_there(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", demo=True)
    settings.data.mkdir()
    (settings.data / "yesterday").write_text("x")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(demo, "tales", lambda: ())
        patched.setattr(teller.Teller, "people", lambda self: None)
        demo.tell(settings)

    assert not (settings.data / "yesterday").exists()
    assert (settings.data / "bangvang.sqlite").exists()
