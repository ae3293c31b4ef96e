"""Everything the services need from the rest of the product, put together by the bootstrap."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from adapters.documents.render import Rendered
from adapters.files import FileStore
from adapters.identity.passwords import Passwords
from adapters.services.editions import PublishedEditions
from adapters.storage.config_log import ConfigLog
from adapters.storage.database import Database
from adapters.storage.queries import Queries
from adapters.storage.store import SqlStore
from engine.definition import Procedure
from engine.dossier import Dossier
from engine.ports import Calendars, Ids
from engine.runtime import Engine
from workflows.ports import LetterProof


class LetterMaker(Protocol):
    """Makes letters out of dossiers."""

    def preview(self, procedure: Procedure, dossier: Dossier, key: str, lang: str) -> bytes:
        """Return the PDF of a letter as it would be now, marked as a draft and without number."""

    def proposal(self, dossier: Dossier, lang: str) -> bytes | None:
        """Return the PDF that proposes all that a session passed; None: it passed nothing."""

    def extract(self, letter: str, dossiers: Collection[str]) -> Rendered:
        """Make an issued letter as an extract that shows the rows of some dossiers only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The parts of one running process.

    Attributes:
        draw: DOT text to SVG bytes.
        proof: tries the letters of an edition out before it is published.
        log: origin of the trail's log, without the year.
        sweep_within: a process whose last sweep is older than this is not ready.
        secure_cookies: the product is reached by https only.
    """

    db: Database
    store: SqlStore
    queries: Queries
    config_log: ConfigLog
    engine: Engine
    files: FileStore
    editions: PublishedEditions
    calendars: Calendars
    ids: Ids
    letters: LetterMaker
    draw: Callable[[str], bytes]
    proof: LetterProof
    log: str
    passwords: Passwords = field(default_factory=Passwords)
    sweep_within: timedelta = timedelta(minutes=5)
    secure_cookies: bool = False

    def now(self) -> datetime:
        """Return the clock of record: aware, UTC."""
        return self.queries.now()
