"""Clients that do acts side by side: each with its own connection and its own dossiers.

Clients are processes or the threads of one process. All begin a slot together; what is to be done
in it is laid ready before, so that a slot measures acts and nothing else.
"""

from __future__ import annotations

import gc
import multiprocessing as mp
import threading
import time
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

import psycopg
from sqlalchemy import make_url

from adapters.bootstrap import NationalCalendar
from adapters.ids import RandomIds
from adapters.services.editions import PublishedEditions
from adapters.storage.database import Database, open_database
from adapters.storage.store import SqlStore
from engine.runtime import Engine
from tests.benchmarks.floors import Job, SameRows, three_rows
from tests.benchmarks.stage import STEPS, Stage, ask, in_any_order

ACT, THREE, SAME = "act", "three", "same"
KINDS = (ACT, THREE, SAME)

# How often an instance of the three-row floor can move on.
VERSIONS = 12


@dataclass(frozen=True, slots=True)
class Slot:
    """What one client did in one slot: acts, seconds, and how long each act took (seconds).

    `cpu` are the seconds that its process computed, of all its threads together.
    """

    acts: int
    seconds: float
    took: tuple[float, ...]
    cpu: float


class Client:
    """One client; its window holds dossiers for the engine, for the floor, and instances."""

    def __init__(
        self,
        stage: Stage,
        engine: Engine,
        raw: Any,
        sqlite: bool,
        windows: dict[str, list[Any]],
        seed: int,
    ) -> None:
        """Act by `engine`, or by raw statements on `raw`."""
        self._engine = engine
        self._raw = raw
        self._sqlite = sqlite
        self._windows = windows
        self._same = SameRows(stage, raw, sqlite)
        self._acts: list[dict[int, str]] = [{} for _ in windows[SAME]]
        self._order = {
            ACT: in_any_order(len(windows[ACT]), len(STEPS), seed),
            SAME: in_any_order(len(windows[SAME]), len(STEPS), seed),
            THREE: in_any_order(len(windows[THREE]), VERSIONS, seed),
        }
        self._done = dict.fromkeys(KINDS, 0)

    def jobs(self, kind: str, most: int) -> list[Job]:
        """Return the next acts of a kind, at most `most`, ready to be run."""
        done = self._done[kind]
        return [self._job(kind, *pick) for pick in self._order[kind][done : done + most]]

    def did(self, kind: str, acts: int) -> None:
        """Take note of how many acts were run; what was laid ready beyond them comes again."""
        self._done[kind] += acts

    def _job(self, kind: str, at: int, step: int) -> Job:
        about = self._windows[kind][at]
        if kind == THREE:
            return three_rows(self._raw, self._sqlite, about, step)
        if kind == SAME:
            return self._same.job(about, self._acts[at], step)
        one = ask(about[0], *STEPS[step])
        return lambda: self._engine.act(one)


def run(jobs: list[Job], seconds: float, guard: Any) -> Slot:
    """Run jobs one after the other until the time is over or nothing is left."""
    took = []
    clock = time.perf_counter
    computed = time.process_time()
    start = now = clock()
    end = start + seconds
    for job in jobs:
        with guard:
            job()
        before, now = now, clock()
        took.append(now - before)
        if now >= end:
            break
    return Slot(len(took), now - start, tuple(took), time.process_time() - computed)


def _parts(url: str) -> tuple[Database, Engine]:
    database = open_database(url)
    editions = PublishedEditions(database)
    return database, Engine(SqlStore(database), editions, NationalCalendar(), RandomIds())


def _raw(url: str, database: Database) -> Any:
    if database.dialect == "sqlite":
        return database.connect_writing().connection.driver_connection
    return psycopg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(hide_password=False),
        autocommit=True,
    )


class Processes:
    """Clients that are processes."""

    @staticmethod
    def cpu(slots: list[Slot]) -> float:
        """Return the seconds that the clients computed together."""
        return sum(slot.cpu for slot in slots)

    def __init__(self, stage: Stage, windows: list[dict[str, list[Any]]]) -> None:
        """Start one process for each window."""
        context = mp.get_context("fork")
        self._pipes = []
        self._running = []
        for seed, window in enumerate(windows):
            mine, theirs = context.Pipe()
            process = context.Process(
                target=_serve, args=(stage, window, seed, theirs), daemon=True
            )
            process.start()
            self._pipes.append(mine)
            self._running.append(process)
        self._told([None] * len(windows))

    def slot(self, kind: str, most: int, seconds: float) -> list[Slot]:
        """Run one slot in every process at the same time."""
        self._told([(kind, most, seconds)] * len(self._pipes))
        for pipe in self._pipes:
            pipe.send("go")
        return [_answer(pipe) for pipe in self._pipes]

    def close(self) -> None:
        """End the processes."""
        for pipe in self._pipes:
            pipe.send(None)
        for process in self._running:
            process.join()

    def _told(self, words: list[Any]) -> None:
        for pipe, word in zip(self._pipes, words, strict=True):
            if word is not None:
                pipe.send(word)
        for pipe in self._pipes:
            _answer(pipe)


def _answer(pipe: Any) -> Any:
    found = pipe.recv()
    if isinstance(found, BaseException):
        raise found
    return found


def _serve(stage: Stage, window: dict[str, list[Any]], seed: int, pipe: Any) -> None:
    try:
        database, engine = _parts(stage.url)
        sqlite = database.dialect == "sqlite"
        client = Client(stage, engine, _raw(stage.url, database), sqlite, window, seed)
        pipe.send("ready")
        while (told := pipe.recv()) is not None:
            kind, most, seconds = told
            jobs = client.jobs(kind, most)
            gc.collect()
            pipe.send("laid")
            pipe.recv()
            slot = run(jobs, seconds, nullcontext())
            client.did(kind, slot.acts)
            pipe.send(slot)
        database.close()
    except BaseException as error:
        pipe.send(RuntimeError(f"{type(error).__name__}: {error}"))
        raise


class Threads:
    """Clients that are threads of this process, on one engine; raw statements share a connection.

    One connection and a mutex is the fastest way to write one transaction after the other to
    SQLite: several connections would wait for each other by polling.
    """

    @staticmethod
    def cpu(slots: list[Slot]) -> float:
        """Return the seconds that the clients computed together."""
        return max(slot.cpu for slot in slots)

    def __init__(self, stage: Stage, windows: list[dict[str, list[Any]]]) -> None:
        """Open the database once."""
        self._database, engine = _parts(stage.url)
        sqlite = self._database.dialect == "sqlite"
        self._raw = _raw(stage.url, self._database)
        self._clients = [
            Client(stage, engine, self._raw, sqlite, window, seed)
            for seed, window in enumerate(windows)
        ]

    def slot(self, kind: str, most: int, seconds: float) -> list[Slot]:
        """Run one slot in every thread at the same time."""
        guard: Any = nullcontext() if kind == ACT else threading.Lock()
        begin = threading.Barrier(len(self._clients))
        found: list[Slot] = []
        failed: list[BaseException] = []

        def work(client: Client, jobs: list[Job]) -> None:
            begin.wait()
            try:
                slot = run(jobs, seconds, guard)
                client.did(kind, slot.acts)
                found.append(slot)
            except BaseException as error:
                failed.append(error)

        laid = [(client, client.jobs(kind, most)) for client in self._clients]
        gc.collect()
        threads = [threading.Thread(target=work, args=one) for one in laid]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failed:
            raise failed[0]
        return found

    def close(self) -> None:
        """Close the database."""
        self._database.close()
