"""The file that a backup is: rows, files and a manifest with the SHA-256 of each, in one ZIP.

`tables/<name>.jsonl` holds one row a line, `objects/<2 hex>/<SHA-256>` a file, `manifest.json`
names them all. Nothing is ever unpacked to a path that the archive names.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Self

from engine.errors import BangVangError

FORMAT: Final = "bangvang-backup/1"
MANIFEST: Final = "manifest.json"
MOST_MANIFEST: Final = 512 * 1024 * 1024
LONGEST_ROW: Final = 256 * 1024 * 1024
_CHUNK: Final = 1024 * 1024
_OBJECT: Final = re.compile(r"objects/([0-9a-f]{2})/(\1[0-9a-f]{62})")
_DAMAGED: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
)
_TABLE: Final = re.compile(r"tables/([a-z_]{1,60})\.jsonl")

Progress = Callable[[str, int, int], None]
"""Is told what is being done, how much of it is done, and how much there is."""


def silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""


class ArchiveRefused(BangVangError):
    """The archive is not what it should be; nothing was changed."""

    def __init__(self, vi: str, en: str) -> None:
        """Say what is wrong."""
        super().__init__(
            f"Bản sao lưu không dùng được: {vi}; chưa thay đổi gì. / The backup cannot be used: "
            f"{en}; nothing was changed."
        )


class ArchiveExists(BangVangError):
    """There is a file where the backup should go; it is left as it is."""

    def __init__(self, path: Path) -> None:
        """Name it."""
        super().__init__(f"Đã có tệp {path}; không ghi đè. / The file exists; it is not replaced.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TablePart:
    """One table of an archive: its columns in the order of a row, and what its rows hash to."""

    name: str
    columns: Sequence[str]
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an archive says of itself.

    Attributes:
        version: of the product that made it.
        revision: the migration its tables have come to.
        made_at: instant, ISO 8601 in UTC.
        database: kind of the database it was made from; it goes into either kind.
        files: SHA-256 -> size in bytes.
        missing: SHA-256 of files that were lost or changed already when the backup was made.
    """

    version: str
    revision: str
    made_at: str
    database: str
    tables: Sequence[TablePart] = ()
    files: Mapping[str, int] = field(default_factory=dict)
    missing: Sequence[str] = ()

    @property
    def rows(self) -> int:
        """How many rows there are in all."""
        return sum(one.rows for one in self.tables)


class ArchiveWriter:
    """Writes an archive for its owner's eyes beside its place, and moves it there at the end."""

    def __init__(self, path: Path) -> None:
        """Begin an archive.

        Raises:
            ArchiveExists: there is a file of that name.
        """
        if path.exists():
            raise ArchiveExists(path)
        self._path = path
        self._remnant = path.with_name(f"{path.name}.part")
        self._remnant.unlink(missing_ok=True)
        descriptor = os.open(self._remnant, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        self._file = os.fdopen(descriptor, "w+b")
        self._zip = zipfile.ZipFile(self._file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)

    def __enter__(self) -> Self:
        """Write inside a `with`."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Leave nothing behind that is not finished."""
        try:
            # Where the disk is full, what is thrown away cannot be completed either.
            with suppress(OSError, ValueError):
                self._zip.close()
        finally:
            self._file.close()
            self._remnant.unlink(missing_ok=True)

    def table(self, name: str, columns: Sequence[str], rows: Iterable[list[Any]]) -> TablePart:
        """Write a table."""
        digest, count = hashlib.sha256(), 0
        with self._zip.open(f"tables/{name}.jsonl", "w", force_zip64=True) as out:
            for row in rows:
                line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                digest.update(line)
                out.write(line)
                count += 1
        return TablePart(name=name, columns=list(columns), rows=count, sha256=digest.hexdigest())

    def file(self, sha256: str, content: bytes) -> None:
        """Write a file under what it hashes to."""
        # Papers are PDFs and pictures: there is nothing to be gained by packing them again.
        self._zip.writestr(f"objects/{sha256[:2]}/{sha256}", content, zipfile.ZIP_STORED)

    def finish(self, manifest: Manifest) -> str:
        """Write the manifest, bring all to the disk, and return the SHA-256 of the whole file."""
        told = json.dumps({"format": FORMAT, **asdict(manifest)}, ensure_ascii=False, indent=1)
        self._zip.writestr(MANIFEST, told)
        self._zip.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        digest = digest_of(self._remnant)
        try:
            # Unlike a renaming, a link never takes the place of a file that came meanwhile.
            os.link(self._remnant, self._path)
        except FileExistsError as error:
            raise ArchiveExists(self._path) from error
        except OSError:  # a stick or a share that knows no links
            self._remnant.rename(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return digest


class Archive:
    """An archive that was read through: nothing is missing, nothing too much, no byte changed."""

    def __init__(self, opened: zipfile.ZipFile, manifest: Manifest) -> None:
        """Hold an archive that was checked."""
        self._zip = opened
        self.manifest = manifest

    def rows(self, name: str) -> Iterator[list[Any]]:
        """Return the rows of a table."""
        with self._zip.open(f"tables/{name}.jsonl") as lines:
            while line := lines.readline(LONGEST_ROW):
                row = _json(line, f"tables/{name}.jsonl")
                if not isinstance(row, list):
                    raise _changed(f"tables/{name}.jsonl")
                yield row

    def file(self, sha256: str) -> IO[bytes]:
        """Return the content of a file."""
        return self._zip.open(f"objects/{sha256[:2]}/{sha256}")

    def close(self) -> None:
        """Let go of the file."""
        self._zip.close()


def open_archive(path: Path, *, progress: Progress = silent, sha256: str = "") -> Archive:
    """Open an archive and read all of it once, to hold it against its manifest.

    Args:
        sha256: what the whole file must hash to, if that was noted when it was made.

    Raises:
        ArchiveRefused: it is truncated, was changed, or is no backup.
    """
    if sha256 and digest_of(path) != sha256.strip().lower():
        raise ArchiveRefused(
            "SHA-256 của tệp khác với giá trị đã cho", "its SHA-256 is another than was given"
        )
    try:
        opened = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ArchiveRefused(
            f"{path} không phải là bản sao lưu đầy đủ", "it is no whole archive"
        ) from error
    try:
        return Archive(opened, _checked(opened, progress))
    except _DAMAGED as error:
        opened.close()
        raise ArchiveRefused("có phần đã hỏng", "a part of it is damaged") from error
    except BaseException:
        opened.close()
        raise


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises:
        ArchiveRefused: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ArchiveRefused(
            f"không đọc được {path}", f"it cannot be read ({error.strerror})"
        ) from error


def _checked(opened: zipfile.ZipFile, progress: Progress) -> Manifest:
    parts = {part.filename: part for part in opened.infolist()}
    if len(parts) < len(opened.infolist()):
        raise ArchiveRefused("có hai phần cùng tên", "two of its parts have the same name")
    for name in parts:
        if name != MANIFEST and not _OBJECT.fullmatch(name) and not _TABLE.fullmatch(name):
            raise ArchiveRefused(f"có phần lạ {name[:80]!r}", "it has a part of a strange name")
    if MANIFEST not in parts or parts[MANIFEST].file_size > MOST_MANIFEST:
        raise ArchiveRefused("không có bảng kê", "it has no manifest")
    manifest = _manifest(_json(opened.read(MANIFEST), MANIFEST))
    tables = {f"tables/{one.name}.jsonl": one for one in manifest.tables}
    objects = {f"objects/{one[:2]}/{one}": (one, size) for one, size in manifest.files.items()}
    named = {MANIFEST, *tables, *objects}
    if len(tables) < len(manifest.tables) or named != set(parts):
        other = sorted(named ^ set(parts))
        raise ArchiveRefused(
            f"thiếu hoặc thừa {other[0] if other else 'bảng'}",
            "its parts are not those of its manifest",
        )
    total, done = sum(part.file_size for part in parts.values()), 0
    for name, part in parts.items():
        if name == MANIFEST:
            continue
        wanted, size = (tables[name].sha256, None) if name in tables else objects[name]
        found, lines = hashlib.sha256(), 0
        with opened.open(part) as content:
            while piece := content.read(_CHUNK):
                found.update(piece)
                lines += piece.count(b"\n")
                done += len(piece)
                progress("Kiểm tra bản sao / checking the archive", done, total)
        if found.hexdigest() != wanted or (size is not None and size != part.file_size):
            raise _changed(name)
        if name in tables and lines != tables[name].rows:
            raise _changed(name)
    return manifest


def _manifest(told: Any) -> Manifest:
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise ArchiveRefused(
            f"không phải định dạng {FORMAT}", f"it has another format than {FORMAT}"
        )
    try:
        return Manifest(
            version=str(told["version"]),
            revision=str(told["revision"]),
            made_at=str(told["made_at"]),
            database=str(told["database"]),
            tables=[
                TablePart(
                    name=str(one["name"]),
                    columns=[str(column) for column in one["columns"]],
                    rows=int(one["rows"]),
                    sha256=str(one["sha256"]),
                )
                for one in told["tables"]
            ],
            files={str(one): int(size) for one, size in dict(told["files"]).items()},
            missing=[str(one) for one in told["missing"]],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _changed(MANIFEST) from error


def _json(content: bytes, part: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _changed(part) from error


def _changed(part: str) -> ArchiveRefused:
    return ArchiveRefused(f"{part} đã bị thay đổi", f"{part} was changed")
