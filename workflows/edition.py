"""An edition is its bytes and its letters: change either and it is another edition."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping


def edition_hash(source: bytes, letters: Mapping[str, str]) -> str:
    """Return the identity of an edition: SHA-256, in hex.

    Args:
        source: the definition file, byte for byte.
        letters: template -> hash of all its files, for the letters the edition names.

    Each part is preceded by its length, so that no two editions can be written as one.
    """
    whole = hashlib.sha256(b"bangvang edition 1\n")
    parts = [source]
    for template in sorted(letters):
        parts += [template.encode(), letters[template].encode()]
    for part in parts:
        whole.update(len(part).to_bytes(8, "big"))
        whole.update(part)
    return whole.hexdigest()
