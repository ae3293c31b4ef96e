"""What can go wrong between the product and its database or its files.

StorageError             whatever the storage reports on purpose
├── DatabaseUnsafe       the database is configured so that it may lose what it confirmed
├── DatabaseUnusable     there is no database at this address, or what is there is none
├── DatabaseBusy         another process holds the database for too long
│   └── DatabaseUnavailable  there is no connection to the database, or no room in it
├── CommitUnknown        the connection broke while committing: perhaps done, perhaps not
├── DraftChanged         a draft was saved by somebody else meanwhile
├── DraftSubmitted       what was a draft has been submitted and cannot be saved as one
├── FileTooLarge         a file is over the cap
└── FileMissing          no file with this content is kept
"""

from __future__ import annotations

from engine.errors import BangVangError, Conflict


class StorageError(BangVangError):
    """Whatever the storage reports on purpose."""


class DatabaseUnsafe(StorageError):
    """The database is configured so that it may lose what it confirmed."""


class DatabaseUnusable(StorageError):
    """The database cannot be opened at all: wrong address, no server, or not a database."""

    def __init__(self, where: str, why: str) -> None:
        """Name the place (without a password) and the driver's own reason."""
        super().__init__(
            f"Không mở được cơ sở dữ liệu {where}; hãy kiểm tra BANGVANG_DATABASE và "
            f"BANGVANG_DATA. / The database cannot be opened: {why}"
        )
        self.where = where


class DatabaseBusy(StorageError):
    """Another process holds the database for too long; nothing was written."""

    def __init__(self, why: str = "Cơ sở dữ liệu đang bận.") -> None:
        """Say what to do."""
        super().__init__(f"{why} Chưa ghi gì; hãy thử lại sau giây lát.")


class DatabaseUnavailable(DatabaseBusy):
    """There is no connection to the database, or no room in it; nothing was written."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__("Không dùng được cơ sở dữ liệu: mất kết nối hoặc hết chỗ trên đĩa.")


class CommitUnknown(StorageError):
    """The connection broke while committing; repeating with the same key brings the answer."""

    def __init__(self) -> None:
        """Say what to do."""
        super().__init__(
            "Mất kết nối khi ghi: chưa rõ đã ghi hay chưa. Hãy gửi lại với cùng khóa chống lặp."
        )


class DraftChanged(StorageError, Conflict):
    """A draft was saved by somebody else meanwhile; nothing was changed."""

    def __init__(self, ref: str) -> None:
        """Name the draft."""
        super().__init__(f"Bản nháp {ref} đã được người khác lưu. Hãy tải lại trước khi sửa tiếp.")
        self.ref = ref


class DraftSubmitted(StorageError, Conflict):
    """What was a draft has been submitted; it changes by acts only."""

    def __init__(self, ref: str) -> None:
        """Name the dossier."""
        super().__init__(f"Hồ sơ {ref} đã được nộp nên không còn là bản nháp.")
        self.ref = ref


class FileTooLarge(StorageError):
    """A file is over the cap; nothing was kept."""

    def __init__(self, cap: int) -> None:
        """Name the cap, in bytes."""
        super().__init__(f"Tệp vượt quá {cap // (1024 * 1024)} MiB.")
        self.cap = cap


class FileMissing(StorageError):
    """No file with this content is kept."""

    def __init__(self, sha256: str) -> None:
        """Name the content's SHA-256."""
        super().__init__(f"Không có tệp {sha256}.")
        self.sha256 = sha256
