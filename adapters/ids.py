"""Identity and randomness from the operating system."""

from __future__ import annotations

import secrets
import time
import uuid


class RandomIds:
    """UUIDs of version 7 (RFC 9562), in the order of their making, and salts."""

    def uuid7(self) -> str:
        """Return a fresh UUIDv7, lower-case and hyphenated.

        48 bits of milliseconds, 12 bits of the fraction of the millisecond, 62 random bits.
        """
        milliseconds, rest = divmod(time.time_ns(), 1_000_000)
        fraction = (rest << 12) // 1_000_000
        value = (milliseconds & 0xFFFF_FFFF_FFFF) << 80
        value |= 0x7000 << 64 | fraction << 64
        value |= 0b10 << 62 | secrets.randbits(62)
        return str(uuid.UUID(int=value))

    def salt(self) -> bytes:
        """Return 32 random bytes."""
        return secrets.token_bytes(32)
