"""Trails for tests: values of the canonical profile, and whole streams as storage holds them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from engine.trail import Event, EventDraft, Head, Opening, StoredEvent, build_event

LOG = "so-noi-vu.example/tdkt/2027"
STREAM = "ho-so/2027/000123"
ACT = "0190163d-8694-739b-aea5-966c26f8ad90"
START = datetime(2027, 3, 1, 1, 30, tzinfo=UTC)

keys = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
# Cn holds the noncharacters beside the unassigned code points.
texts = st.text(st.characters(exclude_categories=("Cs", "Cn")), max_size=12).map(
    lambda text: unicodedata.normalize("NFC", text)
)
scalars = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=6,
)
objects = st.dictionaries(keys, values, max_size=4)


def event_id(number: int) -> str:
    """Return the UUIDv7 that stands for `number`."""
    return f"0190163d-8694-739b-aea5-{number:012x}"


def counting_salts() -> Iterator[bytes]:
    """Give a different salt each time, the same ones in every run."""
    for number in range(256):
        yield bytes([number]) * 32


def build_stream(contents: Sequence[tuple[dict[str, object], dict[str, object]]]) -> list[Event]:
    """Return a stream with one event for each pair of data and personal values."""
    head = Head(stream=STREAM)
    salts = counting_salts()
    events = []
    for number, (data, personal) in enumerate(contents):
        draft = EventDraft(
            type="dossier_changed",
            actor={"subject": "s-7f", "acting_as": "specialist"},
            effective_on=date(2027, 3, 1),
            cause={"act": ACT, "event": None},
            data=data,
            personal=personal,
        )
        events.append(
            build_event(
                LOG,
                head,
                draft,
                event_id=event_id(number),
                recorded_at=START + timedelta(minutes=number),
                salts=lambda: next(salts),
            )
        )
        head = events[-1].head
    return events


def stored(event: Event) -> StoredEvent:
    """Return an event as storage gives it back, every column kept."""
    return StoredEvent(
        body=event.body,
        hash=event.hash,
        stream=event.stream,
        seq=event.seq,
        id=event.id,
        type=event.type,
        log=event.log,
        prev=event.prev,
        recorded_at=event.recorded_at,
    )


def openings_of(events: Sequence[Event]) -> list[Opening]:
    """Return what opens all commitments of the events."""
    return [opening for event in events for opening in event.openings]


streams = st.lists(
    st.tuples(objects, st.dictionaries(keys, values, max_size=2)), min_size=1, max_size=4
).map(build_stream)
