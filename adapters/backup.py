"""All that an installation keeps, in one file and back again, into either kind of database.

Not in the file: sessions (nobody is logged in by a restore) and settings of the environment. In
it: hashes of passwords and tokens, and every personal value. It is to be kept like the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from sqlalchemy import Table

from adapters.archive import (
    Archive,
    ArchiveRefused,
    ArchiveWriter,
    Manifest,
    Progress,
    TablePart,
    silent,
)
from adapters.files import FileStore
from adapters.storage import dump
from adapters.storage.database import Database
from adapters.storage.errors import FileMissing
from adapters.storage.migrate import migrate
from adapters.verification import Verdict, verify_database


@dataclass(frozen=True, slots=True, kw_only=True)
class BackupDone:
    """A backup that was made; `sha256` is of the whole file."""

    manifest: Manifest
    sha256: str


def back_up(
    db: Database, files: FileStore, path: Path, *, progress: Progress = silent
) -> BackupDone:
    """Write all rows, as they are at one instant, and all files they refer to into one archive.

    Others go on writing meanwhile. A file that is lost or was changed is named in the manifest as
    missing: whatever else there is, is saved.

    Raises:
        ArchiveExists: there is a file of that name.
        WrongForm: the database is older or newer than this version.
    """
    with ArchiveWriter(path) as archive:
        tables: list[TablePart] = []
        wanted: set[str] = set()
        with dump.snapshot(db, path.parent) as rows_of:
            for done, table in enumerate(dump.TABLES):
                progress("Ghi các bảng / writing tables", done, len(dump.TABLES))
                rows = rows_of(table)
                if table.name == "files":
                    rows = _noting(rows, dump.columns(table), wanted)
                tables.append(archive.table(table.name, dump.columns(table), rows))
        kept: dict[str, int] = {}
        missing = []
        # Files that are referred to are never removed, so they may be read after the rows.
        for done, sha256 in enumerate(sorted(wanted)):
            progress("Ghi các tệp / writing files", done, len(wanted))
            try:
                content = files.get(sha256) if files.intact(sha256) else None
            except FileMissing:
                content = None
            if content is None:
                missing.append(sha256)
            else:
                archive.file(sha256, content)
                kept[sha256] = len(content)
        manifest = Manifest(
            version=version("bangvang"),
            revision=dump.newest_form(),
            made_at=datetime.now(UTC).isoformat(timespec="seconds"),
            database=db.dialect,
            tables=tables,
            files=kept,
            missing=missing,
        )
        return BackupDone(manifest=manifest, sha256=archive.finish(manifest))


def check_fits(archive: Archive) -> None:
    """Look whether an archive holds the tables that this version keeps.

    Raises:
        ArchiveRefused: it was made by another version, whose tables are others.
    """
    manifest, ours = archive.manifest, dump.newest_form()
    tables = {one.name: list(one.columns) for one in manifest.tables}
    if manifest.revision != ours or tables != {o.name: dump.columns(o) for o in dump.TABLES}:
        raise ArchiveRefused(
            f"do phiên bản {manifest.version} (dạng {manifest.revision}) tạo ra, còn phiên bản này "
            f"là {version('bangvang')} (dạng {ours})",
            f"it was made by version {manifest.version} (form {manifest.revision}), and this is "
            f"version {version('bangvang')} (form {ours}): restore it with that version",
        )


def restore(
    archive: Archive,
    db: Database,
    files: FileStore,
    *,
    replace: bool = False,
    progress: Progress = silent,
) -> Verdict:
    """Bring back what an archive holds, then verify the whole trail as it stands now.

    All rows go in with one transaction, after all files are there. No other process may use the
    database meanwhile.

    Args:
        replace: throw away what is in the database.

    Raises:
        ArchiveRefused: the archive is of another version, or does not hold what it says.
        NotEmpty: there are data already, and they are not to be replaced.
        RowRefused: a row is not what its table keeps.
    """
    check_fits(archive)
    if not replace:
        with db.read() as c:
            dump.check_empty(c)
    migrate(db)
    manifest = archive.manifest
    for done, sha256 in enumerate(manifest.files):
        progress("Ghi các tệp / writing files", done, len(manifest.files))
        with archive.file(sha256) as content:
            written, _ = files.put(content)
        if written != sha256:
            raise ArchiveRefused(f"tệp {sha256} đã bị thay đổi", f"the file {sha256} was changed")
    count = 0

    def rows_of(table: Table) -> Iterator[list[Any]]:
        nonlocal count
        for row in archive.rows(table.name):
            count += 1
            progress("Ghi các bảng / writing tables", count, manifest.rows)
            yield row

    dump.fill(db, rows_of, replace=replace)
    return verify_database(
        db, files, progress=lambda done, all_: progress("Kiểm tra vết / verifying", done, all_)
    )


def _noting(rows: Iterator[list[Any]], columns: list[str], wanted: set[str]) -> Iterator[list[Any]]:
    place = columns.index("sha256")
    for row in rows:
        wanted.add(row[place])
        yield row
