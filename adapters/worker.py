"""The part that nobody clicks: due rungs fire, letters are made, notices go out.

APScheduler only says "look now"; what is due stands in the database, so that any number of workers
may look at once, and nothing is lost or done twice when one of them dies.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from adapters.storage.chores import Message
from adapters.storage.queries import Queries
from engine.runtime import Engine

EVERY_SECONDS = 5
AT_ONCE = 200
MOST_ROUNDS = 50

log = structlog.get_logger(__name__)


class Renders(Protocol):
    """Makes the PDF of an issued letter."""

    def render(self, letter: str) -> object:
        """Render the letter with this id and keep the PDF."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one look did."""

    fired: int
    delivered: int
    failed: int


class Worker:
    """Looks for work, one round at a time. Several may run, in one process or in many."""

    def __init__(self, engine: Engine, queries: Queries, letters: Renders) -> None:
        """Work with the parts of this process."""
        self._engine = engine
        self._queries = queries
        self._does: dict[str, Callable[[Message], object]] = {
            "render_letter": lambda message: letters.render(message.payload["letter"]),
            "notice": queries.deliver,
        }

    def look(self) -> Round:
        """Fire every due rung and deliver what waits; faults become incidents, not exceptions."""
        fired, failed = self._sweep()
        delivered, undelivered = self._deliver()
        return Round(fired, delivered, failed + undelivered)

    def _sweep(self) -> tuple[int, int]:
        fired = failed = 0
        for _ in range(MOST_ROUNDS):
            report = self._engine.sweep(AT_ONCE)
            fired += report.fired + report.skipped
            for ref, why in report.failed:
                failed += 1
                self._queries.incident("sweep", ref, why)
                log.error("sweep_failed", dossier=ref, why=why)
            if not report.fired and not report.skipped:
                break
        self._queries.swept("; ".join(why for _, why in report.failed) or None)
        return fired, failed

    def _deliver(self) -> tuple[int, int]:
        delivered = failed = 0
        for _ in range(MOST_ROUNDS):
            taken = self._queries.take_messages(self._does.keys(), AT_ONCE)
            done, broken = self._deliver_all(taken)
            delivered, failed = delivered + done, failed + broken
            if len(taken) < AT_ONCE or broken or any(one.kind != "notice" for one in taken):
                # Letters take time, and due rungs must not wait for thousands of them.
                break
        return delivered, failed

    def _deliver_all(self, taken: Sequence[Message]) -> tuple[int, int]:
        told = self._told_together([one for one in taken if one.kind == "notice"])
        delivered, failed = len(told), 0
        for item in taken:
            if item.id in told:
                continue
            try:
                self._does[item.kind](item)
            except Exception as fault:
                # One broken letter must not stop the others: it is tried again, then looked at.
                failed += 1
                self._queries.message_failed(item, f"{type(fault).__name__}: {fault}")
                log.exception("delivery_failed", item=item.id, kind=item.kind, why=str(fault))
            else:
                delivered += 1
                self._queries.message_done(item)
        return delivered, failed

    def _told_together(self, notices: Sequence[Message]) -> frozenset[int]:
        """Deliver notices in one transaction and return their ids; none if one of them is bad."""
        if not notices:
            return frozenset()
        try:
            self._queries.deliver_all(notices)
        except Exception as fault:
            # Each on its own then, so that the bad one is found and the others go out.
            log.warning("notices_delivered_one_by_one", why=str(fault))
            return frozenset()
        return frozenset(one.id for one in notices)


def start_ticking(worker: Worker, every: int = EVERY_SECONDS) -> Any:
    """Let a background thread look every few seconds; `shutdown()` of the result stops it."""
    from apscheduler.schedulers.background import BackgroundScheduler

    # That one look is still at work when the next one would begin is no news to anybody.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(
        worker.look,
        "interval",
        seconds=every,
        coalesce=True,
        max_instances=1,
        misfire_grace_time=None,
    )
    scheduler.start()
    return scheduler
