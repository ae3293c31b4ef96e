"""The parts are put together once, and the catalogue is published once."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from adapters.bootstrap import CatalogueBroken, NothingThere, build, open_for_reading
from adapters.clock import StoryClock
from adapters.settings import Settings, SettingWrong
from adapters.storage import schema as t
from procedures import catalogue
from tests.procedures import local


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give the settings of an installation that does not exist yet."""
    return Settings(data=tmp_path / "data", log="thu/tdkt")


def _editions(settings: Settings) -> list[tuple[str, str, str]]:
    db, _ = open_for_reading(settings)
    try:
        e = t.editions.c
        with db.read() as c:
            rows = c.execute(select(e.edition, e.status, e.hash).order_by(e.edition))
            return [(row.edition, row.status, row.hash) for row in rows]
    finally:
        db.close()


def _published_events(settings: Settings) -> Iterator[str]:
    db, _ = open_for_reading(settings)
    try:
        with db.read() as c:
            for body in c.execute(select(t.events.c.body)).scalars():
                event = json.loads(body)
                if event["type"] == "edition_published":
                    yield event["data"]["edition"]
    finally:
        db.close()


def test_a_first_start_publishes_the_catalogue_with_an_event_for_each_edition(
    settings: Settings,
) -> None:
    build(settings).close()

    names = [entry.edition for entry in catalogue.editions()]
    assert [(edition, status) for edition, status, _ in _editions(settings)] == [
        (name, "published") for name in sorted(names)
    ]
    assert sorted(_published_events(settings)) == sorted(names)


def test_a_second_start_publishes_nothing_again(settings: Settings) -> None:
    build(settings).close()
    before = _editions(settings)

    build(settings).close()

    assert _editions(settings) == before
    assert len(list(_published_events(settings))) == len(before)


def test_a_new_version_of_the_program_leaves_published_editions_alone(settings: Settings) -> None:
    application = build(settings)
    e = t.editions.c
    one = (e.edition == "2025-07") & (e.procedure == "provincial-award")
    application.parts.db.write(
        lambda c: c.execute(update(t.editions).where(one).values(hash="f" * 64))
    )
    application.close()

    build(settings).close()

    assert ("2025-07", "published", "f" * 64) in _editions(settings)
    assert len(_editions(settings)) == len(catalogue.editions())


def test_a_catalogue_that_does_not_compile_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Broken:
        procedure, edition, path = "x", "1", "procedures/x/1/definition.yaml"
        source = b"procedure: 1\n"
        scenarios = ()

    monkeypatch.setattr(catalogue, "editions", lambda: [Broken()])

    with pytest.raises(CatalogueBroken, match="procedures/x/1"):
        build(settings)


def test_a_storys_clock_is_the_clock_of_every_part(settings: Settings) -> None:
    at = local("2025-11-03", "08:00")
    application = build(settings, StoryClock(at))
    try:
        assert application.parts.now() == at
    finally:
        application.close()


def test_a_demonstration_writes_into_a_log_that_says_so(settings: Settings) -> None:
    from dataclasses import replace

    application = build(replace(settings, demo=True))
    try:
        assert application.parts.log == "thu/tdkt/demo"
    finally:
        application.close()


def test_what_does_not_exist_is_not_opened_for_reading(settings: Settings) -> None:
    with pytest.raises(NothingThere, match="BANGVANG_DATA"):
        open_for_reading(settings)
    assert not settings.data.exists()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(SettingWrong, match="BANGVANG_DATA"):
        build(Settings(data=tmp_path / "file" / "data"))
