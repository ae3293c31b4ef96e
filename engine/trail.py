"""Writing down what happened so that nobody, the operator included, can quietly change it.

Every act is one event: canonical bytes (`canonical.py`) of a fixed set of fields (`envelope.py`),
which carry the leaf hash of the event before them in their stream, and commitments
(`commitment.py`) in place of personal values. `verify_stream` (`trail_check.py`) recomputes all of
it from what is stored.

What the chain of one stream detects: any changed byte of an event, an event taken out, put in or
moved, a value that is not the one committed to, a value that is missing or that no event knows.
What it does not detect by itself: a person with write access to every table who changes an event
and then recomputes the hashes from there to the end of the stream; a stream that was removed as a
whole; the newest events cut off together with the counter that says how many there are. Those are
detected by comparing with something kept elsewhere, that is, by the sealed and countersigned log
in which the same leaf hashes stand.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from engine.canonical import (
    NotCanonical,
    canonical,
    date_of,
    instant_of,
    instant_text,
    parse_canonical,
    parse_value,
    plain,
    write,
)
from engine.commitment import BadCommitment, Opening, commitment
from engine.envelope import ZERO, NotAnEvent, check_envelope, leaf_hash
from engine.trail_check import StoredEvent, TrailFinding, verify_stream

__all__ = [
    "ZERO",
    "BadCommitment",
    "Event",
    "EventDraft",
    "Head",
    "NotAnEvent",
    "NotCanonical",
    "Opening",
    "StoredEvent",
    "TrailFinding",
    "build_event",
    "canonical",
    "check_envelope",
    "commitment",
    "date_of",
    "instant_of",
    "instant_text",
    "leaf_hash",
    "parse_canonical",
    "parse_value",
    "verify_stream",
]

_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a stream ends before the next event is appended.

    Attributes:
        stream: name of the stream, such as `ho-so/2027/000123`.
        seq: number of the last event, 0 for a stream that has none yet.
        prev: leaf hash of the last event in lower-case hex, `ZERO` for a stream that has none.
        recorded_at: when the last event was recorded (aware), None for a stream that has none.
    """

    stream: str
    seq: int = 0
    prev: str = ZERO
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDraft:
    """What the next event says, before it has a place in a stream.

    Attributes:
        type: what happened, a snake_case participle.
        actor: who, in which role and organisation, on behalf of whom; no names of persons.
        effective_on: the day from which it counts, local to Vietnam.
        effective_at: the instant from which it counts (aware), where one matters.
        cause: `{"act": UUID, "event": UUID or None}`.
        rules: hashes of the edition, rule set, template and calendar that were used, by kind.
        data: facts that are not personal.
        personal: personal and free-text values by path; only commitments enter the event.
        files: `{"sha256": hex, "size": bytes, "media_type": text}` each.
        type_version: version of the form of `data`.
    """

    type: str
    actor: Mapping[str, object]
    effective_on: date
    cause: Mapping[str, object]
    effective_at: datetime | None = None
    rules: Mapping[str, str] = field(default_factory=dict)
    data: Mapping[str, object] = field(default_factory=dict)
    personal: Mapping[str, object] = field(default_factory=dict)
    files: Sequence[Mapping[str, object]] = ()
    type_version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One event as it is stored: its bytes, their hash, and what opens its commitments.

    Attributes:
        body: canonical bytes; store these and never write them anew from the fields.
        hash: leaf hash of `body` in lower-case hex.
        prev: leaf hash of the event before, `ZERO` for the first.
        recorded_at: instant (UTC), later than that of the event before.
        openings: one for each personal value, in the order of their paths.
    """

    log: str
    stream: str
    seq: int
    id: str
    type: str
    body: bytes
    hash: str
    prev: str
    recorded_at: datetime
    openings: tuple[Opening, ...] = ()

    @property
    def head(self) -> Head:
        """The end of the stream once this event is appended."""
        return Head(stream=self.stream, seq=self.seq, prev=self.hash, recorded_at=self.recorded_at)


def build_event(
    log: str,
    head: Head,
    draft: EventDraft,
    *,
    event_id: str,
    recorded_at: datetime,
    salts: Callable[[], bytes],
) -> Event:
    """Return the event that follows `head` and says what `draft` says.

    Pure but for `salts`, which is called once for each personal value, in the order of the paths.

    Args:
        log: origin of the log that the stream belongs to, fixed for the stream's life.
        event_id: UUIDv7, lower-case and hyphenated, never used before.
        recorded_at: the database's clock, aware. A clock that stands still or went back is
            overruled: the event is then one microsecond later than the one before it.
        salts: gives 32 fresh random bytes at each call.

    Raises:
        NotCanonical: something the event says, or a personal value, is outside the profile.
        BadCommitment: a salt is not 32 bytes long, or a path of `personal` is not one.
        NotAnEvent: a field has not the form that the envelope asks for.
    """
    written_at = instant_text(recorded_at)
    if head.recorded_at is not None:
        written_at = max(written_at, instant_text(head.recorded_at + _TICK))
    openings = tuple(
        Opening(event_id=event_id, path=path, salt=salts(), value=draft.personal[path])
        for path in sorted(draft.personal)
    )
    event = plain(
        {
            "v": 1,
            "log": log,
            "stream": head.stream,
            "seq": head.seq + 1,
            "prev": head.prev,
            "id": event_id,
            "type": draft.type,
            "type_version": draft.type_version,
            "actor": draft.actor,
            "recorded_at": written_at,
            "effective_on": draft.effective_on.isoformat(),
            "effective_at": draft.effective_at and instant_text(draft.effective_at),
            "cause": draft.cause,
            "rules": draft.rules,
            "data": draft.data,
            "commits": [
                {
                    "path": opening.path,
                    "hmac": commitment(opening.salt, event_id, opening.path, opening.value),
                }
                for opening in openings
            ],
            "files": draft.files,
        }
    )
    check_envelope(event)  # the same check that the auditor makes
    body = write(event)
    return Event(
        log=log,
        stream=head.stream,
        seq=head.seq + 1,
        id=event_id,
        type=draft.type,
        body=body,
        hash=leaf_hash(body).hex(),
        prev=head.prev,
        recorded_at=datetime.fromisoformat(written_at),
        openings=openings,
    )
