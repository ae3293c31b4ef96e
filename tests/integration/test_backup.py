"""Backup and restore: all that is kept goes into one file, and into either database from there."""

import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, func, insert, select, text

from adapters import archive
from adapters.archive import ArchiveExists, ArchiveRefused, open_archive
from adapters.backup import back_up, restore
from adapters.bootstrap import open_for_restoring
from adapters.settings import Settings
from adapters.storage import dump
from adapters.storage import schema as t
from adapters.storage.database import Database
from adapters.verification import verify_database
from tests.province import LOG, NOMINATIONS, Ground, Province
from tests.serving import point_at

POSTGRES = pytest.param("postgres", marks=pytest.mark.postgres)
BOTH = ["sqlite", POSTGRES]


@dataclass
class Elsewhere:
    """An empty place to restore into."""

    settings: Settings
    ground: Ground

    @contextmanager
    def province(self, like: Province) -> Iterator[Province]:
        """Give the product that runs on what was restored, at the hour of the other."""
        now = like.clock.now()
        with self.ground.province_at(self.settings, like.tokens, now) as one:
            yield one


@pytest.fixture(params=BOTH)
def elsewhere(request: pytest.FixtureRequest, ground: Ground, tmp_path: Path) -> Elsewhere:
    """Give an empty database of each kind, with a folder of its own."""
    url = "" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    return Elsewhere(Settings(data=tmp_path / "elsewhere", database=url, log=LOG), ground)


def backed_up(place: Province, path: Path) -> Any:
    parts = place.application.parts
    return back_up(parts.db, parts.files, path)


def restored(path: Path, settings: Settings, *, replace: bool = False) -> Any:
    opened = open_archive(path)
    db, files = open_for_restoring(settings)
    try:
        return restore(opened, db, files, replace=replace)
    finally:
        opened.close()
        db.close()


def rows(db: Database) -> dict[str, list[Any]]:
    """Return every row of every table, in the form that both databases share."""
    with tempfile.TemporaryDirectory() as folder, dump.snapshot(db, Path(folder)) as rows_of:
        return {one.name: sorted(rows_of(one), key=repr) for one in dump.TABLES}


def log_somebody_in(place: Province) -> None:
    at = place.clock.now()
    row = {"secret_hash": "x", "created_at": at, "seen_at": at, "expires_at": at, "csrf": "y"}

    def work(c: Connection) -> None:
        account = c.execute(select(t.accounts.c.id)).scalar()
        c.execute(insert(t.sessions).values(account=account, **row))

    place.application.parts.db.write(work)


def heads(db: Database) -> dict[str, Any]:
    e = t.events.c
    last = select(e.stream, func.max(e.seq).label("seq")).group_by(e.stream).subquery()
    query = select(e.stream, e.hash).join(last, (last.c.stream == e.stream) & (last.c.seq == e.seq))
    with db.read() as c:
        return {row.stream: row.hash for row in c.execute(query)}


def test_what_was_backed_up_comes_back_in_either_database_and_goes_on(
    any_province: Province, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    place, book = any_province, tmp_path / "sao-luu.zip"
    code = place.with_authority()
    waiting = place.draft(NOMINATIONS["flag"])
    log_somebody_in(place)
    then, heads_then = rows(place.application.parts.db), heads(place.application.parts.db)

    done = backed_up(place, book)
    place.decide(code)  # later than the backup, and not in it
    verdict = restored(book, elsewhere.settings)

    assert verdict.ok
    assert (book.stat().st_mode & 0o777, done.manifest.missing) == (0o600, [])
    assert len(heads(place.application.parts.db)) == len(heads_then)
    with elsewhere.province(place) as again:
        parts = again.application.parts
        assert heads(parts.db) == heads_then
        assert rows(parts.db) == then
        with parts.db.read() as c:
            assert c.execute(select(func.count()).select_from(t.sessions)).scalar() == 0
        assert len(done.manifest.files) == len(then["files"]) > 0
        assert all(parts.files.intact(sha256) for sha256 in done.manifest.files)
        assert again.states(code) == ["with_authority"]
        again.decide(code)
        again.do("don-vi", waiting, "submit")
        again.submitted_many(NOMINATIONS["merit"], 1)
        assert "3187/QĐ-UBND" in again.letter(code, "decision")
        assert verify_database(parts.db, parts.files).ok


def test_a_place_with_data_is_left_alone_unless_all_is_to_be_replaced(
    any_province: Province, tmp_path: Path
) -> None:
    place, book = any_province, tmp_path / "b.zip"
    backed_up(place, book)
    before = rows(place.application.parts.db)
    place.draft(NOMINATIONS["merit"])
    later = rows(place.application.parts.db)

    with pytest.raises(dump.NotEmpty, match="đã có dữ liệu"):
        restored(book, place.application.settings)
    assert rows(place.application.parts.db) == later

    assert restored(book, place.application.settings, replace=True).ok
    assert rows(place.application.parts.db) == before


def test_what_a_row_breaks_on_undoes_the_whole_restore(
    any_province: Province, tmp_path: Path
) -> None:
    place, book = any_province, tmp_path / "b.zip"
    db = place.application.parts.db
    place.draft(NOMINATIONS["merit"])
    before = rows(db)
    backed_up(place, book)
    remade(book, lambda name, part: part.replace(b'"truong"', b'"nowhere"', 1))

    with pytest.raises(dump.RowRefused, match="chưa thay đổi gì"):
        restored(book, place.application.settings, replace=True)

    assert rows(db) == before


def remade(path: Path, change: Callable[[str, bytes], bytes], table: str = "grants") -> None:
    """Change the rows of a table, and the manifest with them, as a forger would."""
    import hashlib

    with zipfile.ZipFile(path) as old:
        parts = {one.filename: old.read(one) for one in old.infolist()}
    name = f"tables/{table}.jsonl"
    parts[name] = change(name, parts[name])
    manifest = json.loads(parts[archive.MANIFEST])
    for one in manifest["tables"]:
        if one["name"] == table:
            one["sha256"] = hashlib.sha256(parts[name]).hexdigest()
            one["rows"] = parts[name].count(b"\n")
    parts[archive.MANIFEST] = json.dumps(manifest).encode()
    written(path, parts)


def written(path: Path, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content)


@pytest.fixture(scope="module")
def book(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a good backup of a small story on SQLite."""
    folder = tmp_path_factory.mktemp("book")
    with ground.province("sqlite", folder / "data") as place:
        place.do("don-vi", place.draft(NOMINATIONS["merit"]), "submit")
        backed_up(place, folder / "good.zip")
    return folder / "good.zip"


def _more(name: str) -> Callable[[dict[str, bytes]], object]:
    return lambda parts: parts.update({name: b"x"})


def _other_manifest(**over: Any) -> Callable[[dict[str, bytes]], object]:
    def change(parts: dict[str, bytes]) -> None:
        told = {**json.loads(parts[archive.MANIFEST]), **over}
        parts[archive.MANIFEST] = json.dumps(told).encode()

    return change


def _object(parts: dict[str, bytes]) -> str:
    return next(name for name in parts if name.startswith("objects/"))


CHANGED: dict[str, Callable[[dict[str, bytes]], object]] = {
    "a path out of the folder": _more("../../etc/passwd"),
    "an absolute path": _more("/etc/passwd"),
    "a path like that of a file": _more("objects/../" + "a" * 64),
    "a file more": _more(f"objects/aa/{'a' * 64}"),
    "a table more": _more("tables/secrets.jsonl"),
    "a table less": lambda parts: parts.pop("tables/awards.jsonl"),
    "a file less": lambda parts: parts.pop(_object(parts)),
    "no manifest": lambda parts: parts.pop(archive.MANIFEST),
    "a manifest that is none": lambda parts: parts.update({archive.MANIFEST: b"[" * 100_000}),
    "another format": _other_manifest(format="other/1"),
    "a manifest without tables": _other_manifest(tables=None),
    "a row changed": lambda parts: parts.update(
        {"tables/accounts.jsonl": parts["tables/accounts.jsonl"].replace(b"don-vi", b"don-vj")}
    ),
    "a row less": lambda parts: parts.update(
        {"tables/events.jsonl": parts["tables/events.jsonl"].split(b"\n", 1)[1]}
    ),
    "a file changed": lambda parts: parts.update({_object(parts): b"%PDF-1.7 other"}),
}


@pytest.mark.parametrize("what", CHANGED)
def test_a_changed_archive_is_refused_before_anything_is_written(
    what: str, book: Path, tmp_path: Path
) -> None:
    with zipfile.ZipFile(book) as good:
        parts = {one.filename: good.read(one) for one in good.infolist()}
    CHANGED[what](parts)
    written(tmp_path / "bad.zip", parts)
    with pytest.raises(ArchiveRefused, match="chưa thay đổi gì"):
        open_archive(tmp_path / "bad.zip")


def test_an_archive_cut_off_anywhere_is_refused(book: Path, tmp_path: Path) -> None:
    whole = book.read_bytes()
    for kept in (0, 1, len(whole) // 3, len(whole) - 30, len(whole) - 1):
        (tmp_path / "cut.zip").write_bytes(whole[:kept])
        with pytest.raises(ArchiveRefused):
            open_archive(tmp_path / "cut.zip")


def test_one_bit_anywhere_in_a_part_is_noticed(book: Path, tmp_path: Path) -> None:
    whole = bytearray(book.read_bytes())
    with zipfile.ZipFile(book) as good:
        parts = [one for one in good.infolist() if one.compress_size > 60]
    places = [one.header_offset + 30 + len(one.filename) + 40 for one in parts]
    for place in places:
        whole[place] ^= 1
        (tmp_path / "bit.zip").write_bytes(whole)
        with pytest.raises(ArchiveRefused):
            open_archive(tmp_path / "bit.zip")
        whole[place] ^= 1


def test_an_archive_of_another_version_is_refused(book: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(book) as good:
        parts = {one.filename: good.read(one) for one in good.infolist()}
    _other_manifest(revision="9999")(parts)
    written(tmp_path / "other.zip", parts)
    with pytest.raises(ArchiveRefused, match="dạng 9999"):
        restored(tmp_path / "other.zip", Settings(data=tmp_path / "data"))


def test_what_a_forger_changed_in_rows_and_manifest_is_found_by_the_trail(
    book: Path, tmp_path: Path
) -> None:
    forged = tmp_path / "forged.zip"
    forged.write_bytes(book.read_bytes())
    remade(
        forged,
        lambda name, part: part.replace(NOMINATIONS["merit"].name.encode(), "Kẻ Khác".encode()),
        "personal_values",
    )
    verdict = restored(forged, Settings(data=tmp_path / "data"))
    assert not verdict.ok
    assert "ho-so/" in verdict.findings[0].stream


def test_a_lost_file_is_named_and_all_else_is_saved(ground: Ground, tmp_path: Path) -> None:
    with ground.province("sqlite", tmp_path / "data") as place:
        place.do("don-vi", place.draft(NOMINATIONS["merit"]), "submit")
        (lost,) = {path for path in (tmp_path / "data" / "objects").rglob("*") if path.is_file()}
        lost.write_bytes(b"changed")
        done = backed_up(place, tmp_path / "b.zip")
    assert done.manifest.missing == [lost.name]
    verdict = restored(tmp_path / "b.zip", Settings(data=tmp_path / "again"))
    assert [one.code for one in verdict.findings] == ["file_differs"]


def test_a_backup_takes_the_place_of_no_file_and_leaves_no_remnant(
    ground: Ground, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "b.zip"
    target.write_bytes(b"mine")
    with ground.province("sqlite", tmp_path / "data") as place:
        with pytest.raises(ArchiveExists):
            backed_up(place, target)
        place.application.parts.db.write(lambda c: c.execute(text("DELETE FROM alembic_version")))
        with pytest.raises(dump.WrongForm):
            backed_up(place, tmp_path / "c.zip")
    assert target.read_bytes() == b"mine"
    assert {one.name for one in tmp_path.iterdir()} == {"b.zip", "data"}


def test_every_table_goes_into_a_backup_and_every_kind_of_column_is_known() -> None:
    assert {one.name for one in dump.TABLES} | dump.LEFT_OUT == set(t.metadata.tables)
    for table in t.metadata.sorted_tables:
        assert all(dump.kind_of(column) for column in table.columns)


@pytest.mark.parametrize("kind", BOTH)
def test_backup_and_restore_are_one_command_each(
    kind: str,
    request: pytest.FixtureRequest,
    ground: Ground,
    tmp_path: Path,
    run: Callable[..., int],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    book = tmp_path / "b.zip"
    with ground.province(kind, tmp_path / "data") as place:
        place.do("don-vi", place.draft(NOMINATIONS["merit"]), "submit")
        point_at(place.application.settings, monkeypatch)
        assert run("backup", str(book), "--json") == 0
        made = json.loads(capsys.readouterr().out)
        assert run("backup", str(book)) == 1
        assert run("restore", str(book)) == 1
        assert "đã có dữ liệu" in capsys.readouterr().err
        assert run("restore", str(book), "--replace") == 2
        assert run("restore", str(book), "--replace", "--yes", "--sha256", made["sha256"]) == 0
        assert "nguyên vẹn / intact" in capsys.readouterr().out
    point_at(Settings(data=tmp_path / "new"), monkeypatch)
    monkeypatch.delenv("BANGVANG_DATABASE", raising=False)
    assert run("restore", str(book), "--sha256", "0" * 64) == 1
    assert run("restore", str(tmp_path / "none.zip")) == 1
    assert not (tmp_path / "new").exists()
    assert run("restore", str(book), "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["intact"], told["rows"], told["files"]) == (True, made["rows"], made["files"])


def test_numbers_that_the_database_gives_go_on_after_those_restored(
    ground: Ground, tmp_path: Path, postgres_url: str
) -> None:
    row = {"kind": "x", "about": "y", "detail": "z"}
    with ground.province("sqlite", tmp_path / "data") as place:
        parts, at = place.application.parts, place.clock.now()
        for _ in range(3):
            parts.db.write(lambda c: c.execute(insert(t.incidents).values(at=at, **row)))
        parts.db.write(lambda c: c.execute(delete(t.incidents).where(t.incidents.c.id == 1)))
        backed_up(place, tmp_path / "b.zip")
    settings = Settings(data=tmp_path / "again", database=postgres_url)
    assert restored(tmp_path / "b.zip", settings).ok
    db, _ = open_for_restoring(settings)
    try:
        db.write(lambda c: c.execute(insert(t.incidents).values(at=at, **row)))
        with db.read() as c:
            numbers = c.execute(select(t.incidents.c.id).order_by(t.incidents.c.id))
            assert list(numbers.scalars()) == [2, 3, 4]
    finally:
        db.close()
