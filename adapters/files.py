"""Files by content, `objects/<2 hex>/<SHA-256>`: on disk before anyone refers to them.

A file is written beside its place, flushed, renamed and its folder flushed: a crash leaves either
the whole file or a remnant that is swept away. Names that people give never become paths.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from adapters.storage.errors import FileMissing, FileTooLarge

CAP = 20 * 1024 * 1024
"""Greatest size of a file, in bytes."""

ORPHAN_AFTER = 24 * 3600
"""Seconds after which a file that nothing refers to is removed."""

_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK = 64 * 1024
_REMNANT = ".part"


class FileStore:
    """Keeps files in a folder that all processes share."""

    def __init__(self, folder: Path, cap: int = CAP) -> None:
        """Keep files under `folder`, none over `cap` bytes."""
        self._objects = folder / "objects"
        self._cap = cap

    def put(self, content: bytes | BinaryIO | Iterable[bytes]) -> tuple[str, int]:
        """Keep a content durably and return its SHA-256 (hex) and size; the same content once.

        Raises:
            FileTooLarge: it is over the cap; nothing is kept.
        """
        self._objects.mkdir(parents=True, exist_ok=True)
        remnant = self._objects / f"{secrets.token_hex(16)}{_REMNANT}"
        try:
            digest, size = self._write(remnant, _chunks(content))
            place = self._place(digest)
            if place.exists():
                # Whoever refers to it now must not lose it to a clean-up that is under way.
                os.utime(place)
            else:
                self._move(remnant, place)
            return digest, size
        finally:
            remnant.unlink(missing_ok=True)

    def get(self, sha256: str) -> bytes:
        """Return a content.

        Raises:
            FileMissing: no such content is kept.
        """
        return b"".join(self.stream(sha256))

    def stream(self, sha256: str) -> Iterator[bytes]:
        """Return a content in pieces.

        Raises:
            FileMissing: no such content is kept.
        """
        try:
            file = self._place(sha256).open("rb")
        except FileNotFoundError as error:
            raise FileMissing(sha256) from error
        return _pieces(file)

    def has(self, sha256: str) -> bool:
        """Return whether a content is kept."""
        return _SHA256.fullmatch(sha256) is not None and self._place(sha256).exists()

    def intact(self, sha256: str) -> bool:
        """Return whether a content is kept and still is what its name says."""
        found = hashlib.sha256()
        try:
            for piece in self.stream(sha256):
                found.update(piece)
        except FileMissing:
            return False
        return found.hexdigest() == sha256

    def collect(
        self,
        known: Callable[[Collection[str]], Collection[str]],
        now: Callable[[], float] = time.time,
    ) -> int:
        """Remove what has lain for a day and nothing refers to; return how many files went.

        Args:
            known: returns those of some hashes that are referred to.
            now: seconds since 1970, to be compared with the times of files.
        """
        old_before = now() - ORPHAN_AFTER
        gone = 0
        for remnant in self._objects.glob(f"*{_REMNANT}"):
            gone += _remove_if_old(remnant, old_before)
        for folder in sorted(path for path in self._objects.glob("??") if path.is_dir()):
            old = {file.name: file for file in folder.iterdir() if _is_old(file, old_before)}
            referred = set(known(list(old))) if old else set()
            for name, file in old.items():
                if name not in referred:
                    # Looked at again: it may have been put once more meanwhile.
                    gone += _remove_if_old(file, old_before)
        return gone

    def _write(self, path: Path, chunks: Iterable[bytes]) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        with path.open("xb") as file:
            for chunk in chunks:
                size += len(chunk)
                if size > self._cap:
                    raise FileTooLarge(self._cap)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        return digest.hexdigest(), size

    def _move(self, remnant: Path, place: Path) -> None:
        new = not place.parent.exists()
        place.parent.mkdir(exist_ok=True)
        remnant.rename(place)
        _flush_folder(place.parent)
        if new:
            _flush_folder(self._objects)

    def _place(self, sha256: str) -> Path:
        if _SHA256.fullmatch(sha256) is None:
            raise FileMissing(sha256)
        return self._objects / sha256[:2] / sha256


def _chunks(content: bytes | BinaryIO | Iterable[bytes]) -> Iterable[bytes]:
    if isinstance(content, bytes):
        return (content[i : i + _CHUNK] for i in range(0, len(content), _CHUNK))
    read = getattr(content, "read", None)
    return iter(lambda: read(_CHUNK), b"") if read is not None else content


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while piece := file.read(_CHUNK):
            yield piece


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _is_old(file: Path, old_before: float) -> bool:
    try:
        return file.stat().st_mtime < old_before
    except FileNotFoundError:
        return False


def _remove_if_old(file: Path, old_before: float) -> int:
    if not _is_old(file, old_before):
        return 0
    file.unlink(missing_ok=True)
    return 1
