"""The one place where the parts are put together."""

from __future__ import annotations

import gc
import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import Connection, insert, select

from adapters import charts
from adapters.clock import Clock
from adapters.documents.proof import LetterProof
from adapters.files import FileStore
from adapters.identity.passwords import Passwords
from adapters.ids import RandomIds
from adapters.services.editions import PublishedEditions, letter_hashes
from adapters.services.letter_making import LetterMaker
from adapters.services.parts import Parts
from adapters.services.people import People
from adapters.services.procedures import catalogue_letters, edition_event, used_letters
from adapters.settings import Settings, SettingWrong
from adapters.storage import schema as t
from adapters.storage.config_log import CONFIGURATION, ConfigLog
from adapters.storage.database import Database, open_database
from adapters.storage.drafts import database_now
from adapters.storage.migrate import migrate
from adapters.storage.queries import Queries
from adapters.storage.store import SqlStore
from adapters.worker import Worker
from engine.calendar import TZ, Calendar
from engine.definition import Procedure
from engine.errors import BangVangError
from engine.runtime import Engine
from engine.trail import EventDraft
from procedures import catalogue
from workflows.loader import Report, load


class CatalogueBroken(BangVangError):
    """An edition that comes with the product does not compile."""


class _InstalledMeanwhile(Exception):
    """Another process has published the edition; the event is undone with the rest."""


class NothingThere(BangVangError):
    """There is no database where the settings say."""


@dataclass(frozen=True, slots=True)
class NationalCalendar:
    """The calendar in force: the one that comes with the product."""

    def current(self) -> Calendar:
        """Return it."""
        return catalogue.national_calendar()


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Everything that runs in one process."""

    settings: Settings
    parts: Parts
    people: People
    worker: Worker

    def close(self) -> None:
        """Finish what is waiting and let go of the database."""
        self.parts.db.close()


def build(settings: Settings, clock: Clock | None = None) -> Application:
    """Open the database, bring it to this version's form, and put the parts together.

    Args:
        clock: tells a story's time, for tests and demonstration data alone.

    Raises:
        SettingWrong: the folder for data cannot be made.
        DatabaseUnsafe, DatabaseUnusable: the database may lose what it confirms, or is none.
        CatalogueBroken: an edition of the catalogue does not compile.
    """
    _make_folder(settings)
    db = open_database(settings.database_url)
    migrate(db)
    ids = RandomIds()
    store = SqlStore(db, clock)
    editions = PublishedEditions(db)
    calendars = NationalCalendar()
    engine = Engine(store, editions, calendars, ids)
    files = FileStore(settings.data)
    queries = Queries(db, clock)
    letters = LetterMaker(db, engine, files, editions, calendars, queries.now, settings.public_url)
    log = f"{settings.log}/demo" if settings.demo else settings.log
    config = ConfigLog(db, ids, f"{log}/{queries.now().astimezone(TZ).year}", clock)
    passwords = Passwords()
    parts = Parts(
        db=db,
        store=store,
        engine=engine,
        files=files,
        editions=editions,
        calendars=calendars,
        ids=ids,
        letters=letters,
        queries=queries,
        config_log=config,
        draw=lambda dot: charts.svg(dot).encode(),
        proof=LetterProof(),
        log=log,
        passwords=passwords,
        secure_cookies=settings.public_url.startswith("https://"),
    )
    install_catalogue(db, config, ids)
    return Application(
        settings=settings,
        parts=parts,
        people=People(db, config, passwords, ids),
        worker=Worker(engine, queries, letters),
    )


def settle() -> None:
    """Take what stays for the life of the process out of the search for circles.

    The catalogue and the libraries are some hundred thousand objects, each looked at again by
    every full search; and an act makes a thousand objects, none of them in a circle.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def open_for_reading(settings: Settings) -> tuple[Database, FileStore]:
    """Open an existing database and its files, to look at them only.

    Raises:
        NothingThere: there is no database yet.
    """
    if settings.database_url.startswith("sqlite:///"):
        place = Path(settings.database_url.removeprefix("sqlite:///"))
        if not place.exists():
            raise NothingThere(
                f"Không có cơ sở dữ liệu ở {place}; hãy đặt BANGVANG_DATA. / No database there."
            )
    return open_database(settings.database_url), FileStore(settings.data)


def open_for_restoring(settings: Settings) -> tuple[Database, FileStore]:
    """Open the database and the folder into which a backup goes; both may be new.

    Raises:
        SettingWrong: the folder for data cannot be made.
    """
    _make_folder(settings)
    return open_database(settings.database_url), FileStore(settings.data)


def install_catalogue(db: Database, config: ConfigLog, ids: RandomIds) -> None:
    """Publish the editions that come with the product and that the database does not know yet.

    An edition of a name that is published already is left alone, whatever its bytes: what binds
    is changed by administrators and not by a new version of the program.
    """
    e = t.editions.c
    with db.read() as c:
        known = {
            (row.procedure, row.edition)
            for row in c.execute(select(e.procedure, e.edition).where(e.status == "published"))
        }
    for entry in catalogue.editions():
        if (entry.procedure, entry.edition) in known:
            continue
        letters = catalogue_letters()
        report = _loaded(entry.source, entry.path, tuple(sorted(letter_hashes(letters).items())))
        procedure = report.procedure
        if procedure is None:
            raise CatalogueBroken(f"{entry.path}: {'; '.join(map(str, report.findings[:3]))}")
        row = {
            "hash": procedure.hash,
            "procedure": procedure.key,
            "edition": procedure.edition,
            "source": entry.source,
            "letters": json.dumps(used_letters(letters, procedure), ensure_ascii=False),
            "scenarios": json.dumps(
                {name: source.decode() for name, source in entry.scenarios}, ensure_ascii=False
            ),
            "status": "published",
            "in_force_from": procedure.in_force_from,
            "findings": json.dumps([f.as_json() for f in report.findings], ensure_ascii=False),
        }

        def work(c: Connection, row: dict[str, object] = row) -> None:
            # Under the lock of the stream: of two processes that start at once, one is the first.
            if c.execute(select(e.hash).where(e.hash == row["hash"])).first() is not None:
                raise _InstalledMeanwhile
            at = database_now(c, None)
            c.execute(insert(t.editions).values(**row, drafted_at=at, published_at=at))

        def said(at: datetime, procedure: Procedure = procedure) -> EventDraft:
            return edition_event(procedure, at.astimezone(TZ).date(), None, ids.uuid7())

        with suppress(_InstalledMeanwhile):
            config.append_config_event(CONFIGURATION, said, work)


@lru_cache(maxsize=64)
def _loaded(source: bytes, path: str, letters: tuple[tuple[str, str], ...]) -> Report:
    # The same bytes are read once, however many databases a process opens.
    return load(source, path, letters=dict(letters))


def _make_folder(settings: Settings) -> None:
    try:
        settings.data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingWrong("BANGVANG_DATA", str(settings.data), str(error.strerror)) from error
