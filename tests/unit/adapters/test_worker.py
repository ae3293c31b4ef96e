"""The worker fires and delivers what it finds, and one fault does not stop the rest."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, cast

from adapters.storage.chores import Message
from adapters.storage.queries import Queries
from adapters.worker import AT_ONCE, MOST_ROUNDS, Round, Worker, start_ticking
from engine.runtime import Engine, SweepReport


class Sweeping:
    """An engine of which only the sweep is asked."""

    def __init__(self, *reports: SweepReport) -> None:
        self.reports = list(reports)
        self.looks = 0

    def sweep(self, limit: int) -> SweepReport:
        self.looks += 1
        return self.reports.pop(0) if self.reports else SweepReport(fired=0, skipped=0)


class Waiting:
    """What waits in the outbox, and what was written about it."""

    def __init__(self, *messages: Message) -> None:
        self.messages = list(messages)
        self.incidents: list[tuple[str, str, str]] = []
        self.errors: list[str | None] = []
        self.done: list[int] = []
        self.failed: list[tuple[int, str]] = []
        self.delivered: list[int] = []
        self.together: list[list[int]] = []

    def incident(self, kind: str, about: str, detail: str) -> None:
        self.incidents.append((kind, about, detail))

    def swept(self, error: str | None = None) -> None:
        self.errors.append(error)

    def take_messages(self, kinds: Collection[str], limit: int) -> list[Message]:
        taken = [one for one in self.messages if one.kind in kinds][:limit]
        self.messages = [one for one in self.messages if one not in taken]
        return taken

    def message_done(self, message: Message) -> None:
        self.done.append(message.id)

    def message_failed(self, message: Message, why: str) -> None:
        self.failed.append((message.id, why))

    def deliver(self, message: Message) -> None:
        if not message.payload:
            raise KeyError("role")
        self.delivered.append(message.id)

    def deliver_all(self, messages: Sequence[Message]) -> None:
        if not all(one.payload for one in messages):
            raise KeyError("role")
        self.together.append([one.id for one in messages])


class Printing:
    """A maker of letters that cannot make one of them."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def render(self, letter: str) -> None:
        if letter == "broken":
            raise ValueError("no such font")
        self.made.append(letter)


def _message(id: int, kind: str, **payload: Any) -> Message:
    return Message(id=id, kind=kind, event="e", payload=payload, attempt=1)


def _worker(engine: Sweeping, waiting: Waiting, letters: Printing) -> Worker:
    return Worker(cast(Engine, engine), cast(Queries, waiting), letters)


def test_a_look_fires_until_nothing_is_due_and_delivers_what_waits() -> None:
    engine = Sweeping(SweepReport(fired=3, skipped=1), SweepReport(fired=1, skipped=0))
    waiting = Waiting(
        _message(1, "render_letter", letter="a"),
        _message(2, "notice", role="head", org="so", about="x"),
        _message(3, "webhook"),
    )
    letters = Printing()

    done = _worker(engine, waiting, letters).look()

    assert done == Round(fired=5, delivered=2, failed=0)
    assert engine.looks == 3
    assert (waiting.done, waiting.together, letters.made) == ([1], [[2]], ["a"])
    assert waiting.errors == [None]


def test_a_letter_that_cannot_be_made_does_not_stop_the_others() -> None:
    waiting = Waiting(
        _message(1, "render_letter", letter="broken"), _message(2, "render_letter", letter="b")
    )
    letters = Printing()

    done = _worker(Sweeping(), waiting, letters).look()

    assert done == Round(fired=0, delivered=1, failed=1)
    assert waiting.failed == [(1, "ValueError: no such font")]
    assert (waiting.done, letters.made) == ([2], ["b"])


def test_notices_go_out_together_and_a_bad_one_does_not_stop_the_others() -> None:
    told = {"role": "head", "org": "so", "about": "x"}
    good = [_message(id, "notice", **told) for id in (1, 3)]
    together = Waiting(*good)
    apart = Waiting(good[0], _message(2, "notice"), good[1])

    all_good = _worker(Sweeping(), together, Printing()).look()
    one_bad = _worker(Sweeping(), apart, Printing()).look()

    assert (all_good.delivered, together.together, together.delivered) == (2, [[1, 3]], [])
    assert (one_bad.delivered, one_bad.failed) == (2, 1)
    assert (apart.delivered, apart.done, apart.failed) == (
        [1, 3],
        [1, 3],
        [(2, "KeyError: 'role'")],
    )


def test_one_look_tells_all_notices_of_a_year_end_but_stops_for_letters() -> None:
    told = {"role": "head", "org": "so", "about": "x"}
    many = [_message(id, "notice", **told) for id in range(2 * AT_ONCE + 1)]
    letter = _message(9999, "render_letter", letter="a")

    all_told = _worker(Sweeping(), Waiting(*many), Printing()).look()
    first = _worker(Sweeping(), Waiting(letter, *many), Printing()).look()

    assert all_told.delivered == 2 * AT_ONCE + 1
    assert first.delivered == AT_ONCE


def test_a_dossier_that_cannot_be_swept_becomes_an_incident() -> None:
    engine = Sweeping(SweepReport(fired=0, skipped=0, failed=(("N-2025-1", "KeyError: 'x'"),)))
    waiting = Waiting()

    done = _worker(engine, waiting, Printing()).look()

    assert done == Round(fired=0, delivered=0, failed=1)
    assert waiting.incidents == [("sweep", "N-2025-1", "KeyError: 'x'")]
    assert waiting.errors == ["KeyError: 'x'"]


def test_a_look_ends_even_if_there_is_always_something_due() -> None:
    engine = Sweeping(*[SweepReport(fired=1, skipped=0)] * (MOST_ROUNDS + 5))

    done = _worker(engine, Waiting(), Printing()).look()

    assert (engine.looks, done.fired) == (MOST_ROUNDS, MOST_ROUNDS)


def test_ticking_looks_in_the_background_until_it_is_told_to_stop() -> None:
    from threading import Event

    looked = Event()

    class Looking(Waiting):
        def swept(self, error: str | None = None) -> None:
            looked.set()

    ticking = start_ticking(_worker(Sweeping(), Looking(), Printing()), every=1)
    try:
        job = ticking.get_jobs()[0]
        assert (job.coalesce, job.max_instances) == (True, 1)
        assert looked.wait(30)
    finally:
        ticking.shutdown(wait=True)
    assert not ticking.running
