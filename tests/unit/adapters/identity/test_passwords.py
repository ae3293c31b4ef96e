"""Passwords: hashed with argon2id, checked a few at a time, long enough."""

import threading

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher

from adapters.identity.errors import LoginThrottled
from adapters.identity.passwords import Passwords
from engine.errors import BadInput


def cheap(**options: float) -> Passwords:
    """Return passwords that cost next to nothing."""
    return Passwords(
        hasher=Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),
        **options,  # type: ignore[arg-type]
    )


def test_a_password_matches_its_own_hash_and_no_other() -> None:
    passwords = cheap()
    stored = passwords.hash("mật khẩu đủ dài")

    assert stored.startswith("$argon2id$")
    assert "mật khẩu" not in stored
    assert stored != passwords.hash("mật khẩu đủ dài")
    assert passwords.matches("mật khẩu đủ dài", stored)
    assert not passwords.matches("mật khẩu đủ dàI", stored)


def test_nothing_matches_the_absence_of_a_password() -> None:
    passwords = cheap()

    assert not passwords.matches("", None)
    assert not passwords.matches("nobody knows this one", None)


@pytest.mark.parametrize("password", ["quá ngắn", "x" * 257])
def test_a_password_that_is_too_short_or_too_long_is_not_taken(password: str) -> None:
    with pytest.raises(BadInput):
        cheap().hash(password)


def test_an_endless_password_is_not_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords = cheap()
    stored = passwords.hash("mật khẩu đủ dài")
    seen: list[str] = []

    def noted(given: str, _: str) -> bool:
        seen.append(given)
        return True

    monkeypatch.setattr(passwords._hash, "verify", noted)

    assert not passwords.matches("x" * 1_000_000, stored)

    assert seen == [""]


def test_no_more_than_two_are_checked_at_once_and_the_others_are_told_to_wait(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passwords = cheap(parallel=2, patience=0.0)
    entered, leave = threading.Barrier(3), threading.Event()

    def slow(*_: str) -> bool:
        entered.wait(5)
        return leave.wait(5)

    monkeypatch.setattr(passwords._hash, "verify", slow)
    busy = [threading.Thread(target=passwords.matches, args=("x", "$argon2id$")) for _ in range(2)]
    for thread in busy:
        thread.start()
    entered.wait(5)

    with pytest.raises(LoginThrottled) as refused:
        passwords.matches("x", "$argon2id$")

    leave.set()
    for thread in busy:
        thread.join()
    assert refused.value.retry_after > 0
