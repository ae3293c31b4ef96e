"""Binding an event to a personal value without saying the value.

The event's bytes carry HMAC-SHA256(key = salt, "tdkt/commit/v1" 00 event id 00 path 00 value).
The salt is 32 random bytes of that value alone: without it, a short value such as an identity
number could be found by trying all of them. Value and salt are kept outside the event, so both
can be deleted one day while every hash in the trail stays what it was.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass

from engine.canonical import NotCanonical, canonical
from engine.errors import BangVangError
from engine.text import Text

SALT_BYTES = 32

_DOMAIN = b"tdkt/commit/v1"
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PATH = re.compile(r"[a-z][a-z0-9_]*(\.([a-z][a-z0-9_]*|0|[1-9][0-9]*))*")


class BadCommitment(BangVangError):
    """A commitment cannot be made: salt, event id or path has a wrong form.

    Attributes:
        text: what is wrong, in both languages.
    """

    def __init__(self, text: Text) -> None:
        """Keep what is wrong."""
        super().__init__(text.en)
        self.text = text


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What opens one commitment: the value and its salt.

    Attributes:
        event_id: lower-case hyphenated UUID of the event that carries the commitment.
        path: keys and list indexes joined by dots, as in the event's `commits`.
        salt: 32 bytes, of this value alone.
        value: the JSON value that was committed to.
    """

    event_id: str
    path: str
    salt: bytes
    value: object


def commitment(salt: bytes, event_id: str, path: str, value: object) -> str:
    """Return the commitment to `value` at `path` of the event, as 64 lower-case hex digits.

    Args:
        salt: 32 random bytes, never used for another value.
        event_id: lower-case hyphenated UUID.
        path: keys and list indexes joined by dots.
        value: any JSON value of the canonical profile; a string counts with its quotes.

    Raises:
        BadCommitment: the salt is not 32 bytes, the id not a UUID or the path not a path.
        NotCanonical: the value is outside the canonical profile; names the whole path.
    """
    if not is_uuid(event_id) or not is_path(path):
        raise BadCommitment(
            Text(
                f"Cam kết cần mã sự kiện là UUID viết thường và đường dẫn gồm các khóa, chỉ số nối "
                f"bằng dấu chấm; nhận được {ascii(event_id)[:60]} và {ascii(path)[:60]}.",
                f"A commitment needs the event's id as a lower-case UUID and a path of keys and "
                f"list indexes joined by dots; got {ascii(event_id)[:60]} and {ascii(path)[:60]}.",
            )
        )
    if len(salt) != SALT_BYTES:
        raise BadCommitment(
            Text(
                f"Muối của cam kết tại “{path}” phải dài {SALT_BYTES} byte, "
                f"không phải {len(salt)}.",
                f"The salt of the commitment at {path!r} must be {SALT_BYTES} bytes, "
                f"not {len(salt)}.",
            )
        )
    try:
        written = canonical(value)
    except NotCanonical as fault:
        where = f"{path}.{fault.path}" if fault.path else path
        raise NotCanonical(fault.code, where) from None
    message = b"\0".join((_DOMAIN, event_id.encode(), path.encode(), written))
    return hmac.digest(salt, message, "sha256").hex()


def is_uuid(text: str) -> bool:
    """Say whether `text` is a UUID in lower-case hyphenated form."""
    return _UUID.fullmatch(text) is not None


def is_path(path: str) -> bool:
    """Say whether `path` is keys and list indexes joined by dots, beginning with a key."""
    return _PATH.fullmatch(path) is not None
