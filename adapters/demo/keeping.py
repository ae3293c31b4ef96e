"""What becomes of a demonstration that is there already: today's is kept, an older one replaced.

Nobody's data are thrown away under a running server: whoever serves a demonstration holds a lock,
which the system lets go of when the process ends, however it ends. The lock lies beside the
folder of the data, since that folder is removed when the story is told again.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import DatabaseError

from adapters.bootstrap import NothingThere, open_for_reading
from adapters.demo import TOLD
from adapters.settings import Settings, SettingWrong
from adapters.storage import schema as t
from adapters.storage.errors import DatabaseUnusable
from engine.calendar import TZ
from engine.errors import BangVangError


class DemonstrationServed(BangVangError):
    """Another process serves the demonstration on the same data."""


class NoDemonstration(BangVangError):
    """What lies where the demonstration belongs is somebody's work, and is left alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What lies in the folder of the demonstration.

    Attributes:
        there: there is something, whole or not.
        told: where its story ends, aware; None: nothing is there, or the telling was broken off.
    """

    there: bool
    told: datetime | None

    def is_of(self, now: datetime) -> bool:
        """Return whether it was told on the Vietnamese day of an instant."""
        return (
            self.told is not None and self.told.astimezone(TZ).date() == now.astimezone(TZ).date()
        )


@contextmanager
def held(settings: Settings) -> Iterator[None]:
    """Hold the demonstration of a folder for this process alone.

    Raises:
        DemonstrationServed: another process holds it.
        SettingWrong: the folder for data cannot be made.
    """
    lock = settings.data.with_name(f"{settings.data.name}.lock")
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        file = lock.open("ab")
    except OSError as error:
        raise SettingWrong("BANGVANG_DATA", str(lock.parent), str(error.strerror)) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DemonstrationServed(
                f"Dữ liệu trình diễn ở {settings.data} đang được một máy chủ khác dùng; hãy dừng "
                "máy chủ đó, hoặc đặt BANGVANG_DATA khác. / Another server runs on the "
                "demonstration there: stop it, or set another BANGVANG_DATA."
            ) from None
        yield


def find(settings: Settings) -> Found:
    """Look at what lies in the folder of the demonstration, and change nothing.

    Raises:
        NoDemonstration: its trail is not that of a demonstration.
    """
    if not settings.data.exists():
        return Found(there=False, told=None)
    nothing = Found(there=True, told=None)
    try:
        db, _ = open_for_reading(settings)
    except (NothingThere, DatabaseUnusable):
        return nothing
    try:
        with db.read() as c:
            logs = list(c.execute(select(t.events.c.log).distinct()).scalars())
    except DatabaseError:
        return nothing  # broken off before the database had its form
    finally:
        db.close()
    if foreign := next((log for log in logs if "/demo/" not in log), None):
        raise NoDemonstration(
            f"{settings.data} không phải dữ liệu trình diễn (sổ nhật ký {foreign}) nên được để "
            "nguyên; hãy đặt BANGVANG_DATA khác. / The data there are no demonstration and are "
            "left alone: set another BANGVANG_DATA."
        )
    try:
        told = datetime.fromisoformat((settings.data / TOLD).read_text())
    except (FileNotFoundError, ValueError):
        return nothing
    return Found(there=True, told=told if logs else None)
