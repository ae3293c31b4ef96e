"""`bangvang user`: people, roles and tokens from the machine itself."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.cli import user as command
from adapters.cli.app import main
from adapters.identity.passwords import Passwords

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run `bangvang user …` on an installation of its own; passwords cost next to nothing."""
    from pwdlib.hashers.argon2 import Argon2Hasher

    import adapters.bootstrap

    cheap = Passwords(hasher=Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1))
    monkeypatch.setattr(adapters.bootstrap, "Passwords", lambda: cheap)
    monkeypatch.setenv("BANGVANG_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("BANGVANG_DATABASE", raising=False)
    monkeypatch.delenv(command.PASSWORD, raising=False)

    def one(*arguments: str, password: str = "") -> tuple[int, str]:
        with monkeypatch.context() as patched:
            if password:
                patched.setenv(command.PASSWORD, password)
            with pytest.raises(SystemExit) as stopped:
                main(["user", *arguments])
        told = capsys.readouterr()
        assert isinstance(stopped.value.code, int)
        return stopped.value.code, told.out + told.err

    return one


def _json(told: tuple[int, str]) -> Any:
    assert told[0] == 0, told[1]
    return json.loads(told[1])


def _office(run: Run) -> None:
    told = run("org", "tinh", "--name", "Ủy ban", "--level", "province", "--json")
    assert _json(told) == {"organisation": "tinh"}


def test_a_role_is_granted_listed_and_ended(run: Run) -> None:
    _office(run)
    assert _json(run("add", "An", "Nguyễn An", "--no-password", "--json"))["login"] == "An"
    dates = ("--from", "2025-01-01", "--until", "2099-12-31")
    made = _json(run("grant", "an", "head", "tinh", *dates, "--deed", "QĐ 1", "--json"))

    held = _json(run("list", "--json"))
    assert [(one["login"], one["role"], one["org"], one["until_on"]) for one in held] == [
        ("an", "head", "tinh", "2099-12-31")
    ]
    assert "QĐ 1" in run("list")[1]
    assert run("end", made["grant"], "--last-on", "2025-06-30")[0] == 0
    assert _json(run("list", "--json")) == []


def test_a_password_comes_from_the_environment_and_is_checked(run: Run) -> None:
    assert run("add", "an", "Nguyễn An", password="ngắn") == (
        1,
        "Mật khẩu phải dài từ 12 đến 256 ký tự.\n",
    )
    assert run("add", "an", "Nguyễn An", password="một câu đủ dài")[0] == 0
    assert run("password", "an", password="một câu dài khác")[0] == 0
    assert run("password", "ai-do", password="một câu dài khác")[0] == 1


def test_without_anybody_to_type_it_a_password_is_not_waited_for(run: Run) -> None:
    code, told = run("add", "an", "Nguyễn An")

    assert code == 1
    assert command.PASSWORD in told


def test_a_password_is_never_an_argument(run: Run) -> None:
    assert run("add", "an", "Nguyễn An", "--password", "một câu đủ dài")[0] != 0


def test_a_token_is_shown_once_and_revoked_by_its_name(run: Run) -> None:
    run("add", "an", "Nguyễn An", "--no-password")

    code, secret = run("token", "an", "kho", "--days", "3")

    assert code == 0
    assert secret.startswith("bv_")
    assert run("token", "an", "kho", "--revoke")[0] == 0
    assert run("token", "an", "kho", "--revoke")[0] == 1
    assert run("token", "ai-do", "kho")[0] == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("org", "tinh", "--name", "Hai lần", "--level", "province"),
        ("org", "so", "--name", "Sở", "--level", "department"),
        ("org", "so", "--name", "Sở", "--level", "province", "--part-of", "nowhere"),
        ("add", "an", "Trùng tên", "--no-password"),
        ("grant", "ai-do", "head", "tinh"),
        ("grant", "an", "head", "nowhere"),
        ("grant", "an", "không phải vai trò", "tinh"),
        ("grant", "an", "head", "tinh", "--sees", "all"),
        ("grant", "an", "head", "tinh", "--from", "2025-02-01", "--until", "2025-01-01"),
        ("end", "no-such-grant"),
    ],
)
def test_what_cannot_be_entered_is_refused_with_a_sentence(
    run: Run, arguments: tuple[str, ...]
) -> None:
    _office(run)
    run("add", "an", "Nguyễn An", "--no-password")
    before = run("list", "--json")

    code, told = run(*arguments)

    assert code == 1
    assert told.strip()
    assert "Traceback" not in told
    assert run("list", "--json") == before


def test_a_day_that_is_none_is_wrong_use(run: Run) -> None:
    assert run("grant", "an", "head", "tinh", "--from", "hôm qua")[0] == 2
