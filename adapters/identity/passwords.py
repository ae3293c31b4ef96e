"""Passwords cost 64 MiB and a tenth of a second each, so only a few are worked on at once."""

from __future__ import annotations

import threading

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from adapters.identity.errors import LoginThrottled
from engine.errors import BadInput
from engine.text import Text

LEAST_LENGTH = 12
GREATEST_LENGTH = 256
BUSY_SECONDS = 3


class Passwords:
    """Hashes and checks passwords with argon2id, at most `parallel` at a time.

    A check waits up to `patience` seconds for its turn and is then refused as throttled, so that
    a flood of log-ins can exhaust neither memory nor the threads that serve everybody else.
    """

    def __init__(
        self,
        *,
        parallel: int = 2,
        patience: float = BUSY_SECONDS,
        hasher: Argon2Hasher | None = None,
    ) -> None:
        """Take the cost of `hasher`; the default is the library's (64 MiB, 3 passes)."""
        self._hash = PasswordHash((hasher or Argon2Hasher(),))
        self._turns = threading.BoundedSemaphore(parallel)
        self._patience = patience
        self._nobody: str | None = None

    def hash(self, password: str) -> str:
        """Return the hash to store.

        Raises:
            BadInput: the password is shorter than 12 or longer than 256 characters.
        """
        if not LEAST_LENGTH <= len(password) <= GREATEST_LENGTH:
            raise BadInput(
                Text(
                    f"Mật khẩu phải dài từ {LEAST_LENGTH} đến {GREATEST_LENGTH} ký tự.",
                    f"A password has {LEAST_LENGTH} to {GREATEST_LENGTH} characters.",
                ),
                field="password",
            )
        return self._hash.hash(password)

    def matches(self, password: str, stored: str | None) -> bool:
        """Return whether the password belongs to the stored hash; takes as long without one.

        Raises:
            LoginThrottled: too many are being checked at this moment.
        """
        if not self._turns.acquire(timeout=self._patience):
            raise LoginThrottled(BUSY_SECONDS)
        try:
            if stored is None or len(password) > GREATEST_LENGTH:
                self._hash.verify("", self._hash_of_nobody())
                return False
            return self._hash.verify(password, stored)
        finally:
            self._turns.release()

    def _hash_of_nobody(self) -> str:
        if self._nobody is None:
            self._nobody = self._hash.hash("nobody knows this one")
        return self._nobody
