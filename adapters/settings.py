"""What an installation may set, read from the environment once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from engine.errors import BangVangError


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one process.

    Attributes:
        data: folder for the SQLite database and for files; shared by all nodes of an installation.
        database: SQLAlchemy URL; by default an SQLite file in `data`.
        log: origin of the trail's log, without the year.
        public_url: where people reach the product; letters carry a QR code only if it is known.
        demo: data are made up, and anybody may log in as anybody.
    """

    data: Path = field(default_factory=lambda: Path(".data"))
    database: str = ""
    log: str = "bangvang/tdkt"
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = ""
    demo: bool = False

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Read BANGVANG_DATA, _DATABASE, _LOG, _HOST, _PORT and _PUBLIC_URL.

        Raises:
            SettingWrong: a value cannot be used.
        """
        given: dict[str, Any] = {
            name: environment[f"BANGVANG_{name.upper()}"]
            for name in ("database", "log", "host", "public_url")
            if environment.get(f"BANGVANG_{name.upper()}")
        }
        port = environment.get("BANGVANG_PORT") or "8000"
        if not port.isdecimal() or not 0 < int(port) < 65_536:
            raise SettingWrong("BANGVANG_PORT", port, "1 … 65535")
        url = given.get("public_url", "")
        if url and not _is_web(url):
            raise SettingWrong(
                "BANGVANG_PUBLIC_URL",
                url,
                "phải bắt đầu bằng http:// hoặc https:// và có tên máy chủ. / It must"
                " begin with http:// or https:// and name a host.",
            )
        return cls(data=Path(environment.get("BANGVANG_DATA") or ".data"), port=int(port), **given)

    @property
    def database_url(self) -> str:
        """The URL of the database."""
        return self.database or f"sqlite:///{self.data / 'bangvang.sqlite'}"


def _is_web(url: str) -> bool:
    """Return whether this is where a browser can go."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in url
    except ValueError:
        return False


class SettingWrong(BangVangError):
    """A setting in the environment cannot be used."""

    def __init__(self, name: str, value: str, wanted: str) -> None:
        """Say which, and what is wanted."""
        super().__init__(f"{name}={value!r}: {wanted}")
