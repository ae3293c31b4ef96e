"""Identity and randomness from the operating system."""

from __future__ import annotations

import secrets
import time


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
        text = f"{value:032x}"
        return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"

    def salt(self) -> bytes:
        """Return 32 random bytes."""
        return secrets.token_bytes(32)
