"""Secrets of sessions and tokens: random, shown once, stored only as their SHA-256."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

IDLE = timedelta(minutes=60)
LONGEST = timedelta(hours=12)
TOKEN_PREFIX = "bv_"
SEEN_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A logged-in visit: ends an hour after its last use, and twelve hours after log-in anyway.

    Attributes:
        secret_hash: SHA-256 (hex) of the secret in the cookie; names the session in the trail.
        csrf: token that our own forms carry.
    """

    secret_hash: str
    account: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    csrf: str

    def good_at(self, at: datetime) -> bool:
        """Return whether the session still counts; both ends are exclusive."""
        return at < self.expires_at and at - self.seen_at < IDLE


def new_secret() -> str:
    """Return 256 random bits as text fit for a cookie."""
    return secrets.token_urlsafe(32)


def new_token() -> str:
    """Return a token for a program."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def hash_of(secret: str) -> str:
    """Return the SHA-256 under which a secret is stored and looked up, in hex.

    A plain hash is enough: the secrets are random, so there is nothing to guess, and the look-up
    compares hashes, so its time tells nothing about the secret.
    """
    return hashlib.sha256(secret.encode()).hexdigest()


def same(given: str, expected: str) -> bool:
    """Return whether two secrets agree, in a time that does not depend on where they differ."""
    return hmac.compare_digest(given.encode(), expected.encode())
