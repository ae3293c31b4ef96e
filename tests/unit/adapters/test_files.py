"""Files are kept by what they contain, whole or not at all, under no name that people gave."""

import errno
import hashlib
import io
import os
import threading
from collections.abc import Collection
from pathlib import Path

import pytest

from adapters.files import CAP, ORPHAN_AFTER, FileStore
from adapters.storage.errors import FileMissing, FileTooLarge

CONTENT = "Báo cáo thành tích".encode()
SHA256 = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def files(tmp_path: Path) -> FileStore:
    return FileStore(tmp_path)


def on_disk(tmp_path: Path) -> list[str]:
    return sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())


@pytest.mark.parametrize("content", [CONTENT, io.BytesIO(CONTENT), [CONTENT[:5], b"", CONTENT[5:]]])
def test_a_content_comes_back_from_under_its_hash(
    files: FileStore, tmp_path: Path, content: bytes
) -> None:
    assert files.put(content) == (SHA256, len(CONTENT))
    assert files.get(SHA256) == CONTENT
    assert files.has(SHA256)
    assert files.intact(SHA256)
    assert on_disk(tmp_path) == [f"objects/{SHA256[:2]}/{SHA256}"]


def test_an_empty_content_is_a_content(files: FileStore) -> None:
    sha256, size = files.put(b"")
    assert (files.get(sha256), size) == (b"", 0)


def test_the_same_content_is_kept_once(files: FileStore, tmp_path: Path) -> None:
    assert files.put(CONTENT) == files.put(CONTENT)
    assert len(on_disk(tmp_path)) == 1


def test_many_may_put_the_same_content_at_once(files: FileStore, tmp_path: Path) -> None:
    threads = [threading.Thread(target=files.put, args=(CONTENT * 5000,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (path,) = on_disk(tmp_path)
    assert files.intact(path.rpartition("/")[2])


def test_what_is_over_the_cap_leaves_nothing(tmp_path: Path) -> None:
    files = FileStore(tmp_path, cap=10)
    files.put(b"x" * 10)
    with pytest.raises(FileTooLarge):
        files.put(iter([b"y" * 6] * 1_000_000))
    assert len(on_disk(tmp_path)) == 1
    assert CAP == 20 * 1024 * 1024


def test_a_full_disk_leaves_nothing(
    files: FileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        files.put(CONTENT)
    assert on_disk(tmp_path) == []


def test_a_file_is_on_disk_before_it_has_its_name(
    files: FileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    real = os.fsync

    def flush(descriptor: int) -> None:
        is_folder = os.path.isdir(f"/proc/self/fd/{descriptor}")  # noqa: PTH112
        named = (tmp_path / "objects" / SHA256[:2] / SHA256).exists()
        order.append(f"{'folder' if is_folder else 'file'} named={named}")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", flush)
    files.put(CONTENT)
    assert order == ["file named=False", "folder named=True", "folder named=True"]


@pytest.mark.parametrize(
    "name",
    ["../../etc/passwd", "a" * 63, "A" * 64, "", "/" + "a" * 63, SHA256 + "\n", "a" * 64],
)
def test_what_is_not_kept_is_missing_whatever_it_is_called(files: FileStore, name: str) -> None:
    assert not files.has(name)
    assert not files.intact(name)
    with pytest.raises(FileMissing):
        files.get(name)


def test_a_file_that_was_changed_is_not_intact(files: FileStore, tmp_path: Path) -> None:
    files.put(CONTENT)
    path = tmp_path / "objects" / SHA256[:2] / SHA256
    path.write_bytes(CONTENT.replace(b"th", b"TH"))
    assert not files.intact(SHA256)


def aged(tmp_path: Path, seconds: float) -> float:
    """Make every file older and return the present."""
    now = 1_000_000_000.0
    for path in tmp_path.rglob("*"):
        if path.is_file():
            os.utime(path, (now - seconds, now - seconds))
    return now


def test_what_nothing_refers_to_goes_after_a_day_and_not_before(
    files: FileStore, tmp_path: Path
) -> None:
    kept, _ = files.put(CONTENT)
    files.put(b"nobody wants this")
    (tmp_path / "objects" / "0123.part").write_bytes(b"half a fi")

    def known(hashes: Collection[str]) -> set[str]:
        return {kept} & set(hashes)

    now = aged(tmp_path, ORPHAN_AFTER - 1)
    assert files.collect(known, lambda: now) == 0
    now = aged(tmp_path, ORPHAN_AFTER + 1)
    assert files.collect(known, lambda: now) == 2
    assert on_disk(tmp_path) == [f"objects/{kept[:2]}/{kept}"]


def test_an_orphan_that_is_put_again_stays(files: FileStore, tmp_path: Path) -> None:
    files.put(CONTENT)
    now = aged(tmp_path, ORPHAN_AFTER + 1)

    def put_again(_: Collection[str]) -> set[str]:
        files.put(CONTENT)
        return set()

    assert files.collect(put_again, lambda: now) == 0
    assert files.has(SHA256)


def test_a_file_that_another_collector_took_is_no_error(files: FileStore, tmp_path: Path) -> None:
    files.put(CONTENT)
    now = aged(tmp_path, ORPHAN_AFTER + 1)

    def taken(_: Collection[str]) -> set[str]:
        (tmp_path / "objects" / SHA256[:2] / SHA256).unlink()
        return set()

    assert files.collect(taken, lambda: now) == 0


def test_a_folder_without_files_has_no_orphans(files: FileStore) -> None:
    assert files.collect(lambda _: set()) == 0
