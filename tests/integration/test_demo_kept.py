"""A demonstration is kept for its day, replaced after it, and never pulled away from a server."""

from __future__ import annotations

import fcntl
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from adapters import demo
from adapters.bootstrap import build
from adapters.cli import app
from adapters.cli._listening import PortUnusable, listen
from adapters.cli.serve import prepare
from adapters.demo import teller
from adapters.demo.keeping import DemonstrationServed, NoDemonstration, find, held
from adapters.settings import Settings
from engine.calendar import TZ

MORNING = datetime(2026, 3, 4, 8, 0, tzinfo=TZ)
NIGHT = datetime(2026, 3, 4, 23, 59, tzinfo=TZ)
AFTER_MIDNIGHT = datetime(2026, 3, 5, 0, 0, tzinfo=TZ)
HOST = "127.0.0.1"


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tell a story without people and deeds: its log has the procedures alone."""
    monkeypatch.setattr(demo, "tales", lambda: ())
    monkeypatch.setattr(teller.Teller, "people", lambda self: None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Give a demonstration that is not told yet."""
    return Settings(data=tmp_path / "data" / "demo", demo=True)


@pytest.fixture
def taken() -> Iterator[int]:
    """Give a port at which another program listens."""
    with socket.create_server((HOST, 0)) as other:
        yield other.getsockname()[1]


def _work(settings: Settings) -> Path:
    """Leave something behind in the data that no telling makes."""
    work = settings.data / "files" / "work"
    work.parent.mkdir(parents=True, exist_ok=True)
    work.write_text("việc của hôm nay")
    return work


def _exit_code(*arguments: str) -> object:
    with pytest.raises(SystemExit) as stopped:
        app.main(list(arguments))
    return stopped.value.code


def test_todays_demonstration_is_kept_and_the_line_says_how_to_begin_afresh(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(settings, False, MORNING)
    work = _work(settings)
    capsys.readouterr()

    prepare(settings, False, NIGHT)

    assert work.exists()
    assert find(settings).told == MORNING
    told = capsys.readouterr().err
    assert "kept and served again" in told
    assert "--demo-afresh" in told


def test_todays_demonstration_is_told_anew_when_that_is_asked(settings: Settings) -> None:
    prepare(settings, False, MORNING)
    work = _work(settings)

    prepare(settings, True, NIGHT)

    assert not work.exists()
    assert find(settings).told == NIGHT


def test_a_demonstration_of_another_day_is_replaced_and_the_line_names_its_day(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(settings, False, NIGHT)
    work = _work(settings)
    capsys.readouterr()

    prepare(settings, False, AFTER_MIDNIGHT)

    assert not work.exists()
    assert find(settings).told == AFTER_MIDNIGHT
    assert "The demonstration of 04/03/2026 is thrown away" in capsys.readouterr().err


def test_the_day_is_that_of_vietnam(settings: Settings) -> None:
    prepare(settings, False, AFTER_MIDNIGHT)

    assert find(settings).is_of(AFTER_MIDNIGHT.astimezone(UTC))
    assert not find(settings).is_of((AFTER_MIDNIGHT - timedelta(minutes=1)).astimezone(UTC))


def test_a_demonstration_whose_telling_was_broken_off_is_not_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(teller.Teller, "tell", broken_off)
        with pytest.raises(KeyboardInterrupt):
            prepare(settings, False, MORNING)
    capsys.readouterr()

    prepare(settings, False, NIGHT)

    assert find(settings).told == NIGHT
    assert "unfinished" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"no database at all, but something else"])
def test_a_folder_without_a_readable_database_is_no_demonstration_to_keep(
    settings: Settings, content: bytes
) -> None:
    settings.data.mkdir(parents=True)
    (settings.data / demo.TOLD).write_text(MORNING.isoformat())
    assert not find(settings).is_of(MORNING)
    (settings.data / "bangvang.sqlite").write_bytes(content)

    assert not find(settings).is_of(MORNING)


@pytest.mark.parametrize("afresh", [False, True])
def test_data_that_are_no_demonstration_are_never_thrown_away(
    settings: Settings, afresh: bool
) -> None:
    build(Settings(data=settings.data)).close()
    work = _work(settings)

    with pytest.raises(NoDemonstration, match="left alone"):
        prepare(settings, afresh, MORNING)

    assert work.exists()


def test_a_demonstration_is_held_by_one_process_and_free_after_it(settings: Settings) -> None:
    # Two open files exclude each other, whether one process has opened them or two.
    with held(settings), pytest.raises(DemonstrationServed, match="Another server"), held(settings):
        pytest.fail("It was held twice.")

    with held(settings):
        prepare(settings, False, MORNING)


def test_a_demonstration_is_held_while_it_is_told_anew(settings: Settings) -> None:
    with held(settings):
        prepare(settings, False, MORNING)
        prepare(settings, True, NIGHT)
        with pytest.raises(DemonstrationServed), held(settings):
            pytest.fail("It was held twice.")


def test_a_second_demonstration_on_the_same_data_is_refused_and_touches_nothing(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    prepare(settings, False, MORNING)
    work = _work(settings)
    monkeypatch.setenv("BANGVANG_DATA", str(settings.data.parent))
    with socket.create_server((HOST, 0)) as one:
        free = one.getsockname()[1]
    capsys.readouterr()

    with (settings.data.parent / "demo.lock").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        code = _exit_code("serve", "--demo", "--demo-afresh", "--port", str(free))

    assert code == 1
    assert work.exists()
    told = capsys.readouterr().err
    assert "đang được một máy chủ khác dùng" in told
    assert "Bảng Vàng: http" not in told


@pytest.mark.parametrize("arguments", [[], ["--demo"], ["--demo", "--demo-afresh"]])
def test_a_port_in_use_is_said_before_anything_is_touched(
    arguments: list[str],
    settings: Settings,
    taken: int,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("BANGVANG_DATA", str(settings.data.parent))

    assert _exit_code("serve", *arguments, "--host", HOST, "--port", str(taken)) == 1

    assert not settings.data.parent.exists()
    told = capsys.readouterr().err
    assert f"Không mở được cổng {taken}" in told
    assert "The port cannot be opened" in told
    assert "Bảng Vàng: http" not in told


def test_a_port_that_is_free_is_taken_at_once() -> None:
    sockets = listen(HOST, 0)
    try:
        port = sockets[0].getsockname()[1]
        with pytest.raises(PortUnusable, match=str(port)):
            listen(HOST, port)
    finally:
        for one in sockets:
            one.close()


def test_an_address_of_another_machine_is_refused_in_a_sentence() -> None:
    with pytest.raises(PortUnusable, match=r"192\.0\.2\.1"):
        listen("192.0.2.1", 0)


def test_beginning_afresh_goes_with_the_demonstration_only(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert _exit_code("serve", "--demo-afresh") == 2

    assert "--demo-afresh" in capsys.readouterr().err
