"""Reading a stream as a stranger would: nothing is believed that can be recomputed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from engine.canonical import NotCanonical, instant_text, parse_canonical
from engine.commitment import BadCommitment, Opening, commitment
from engine.envelope import ZERO, NotAnEvent, check_envelope, leaf_hash
from engine.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """One event as storage gives it back, with the columns that repeat what its bytes say.

    Pages and queries read the columns, so a column that contradicts the bytes is a finding.
    A column that storage does not keep is None.

    Attributes:
        body: the stored bytes.
        hash: the stored leaf hash, lower-case hex.
        recorded_at: aware.
    """

    body: bytes
    hash: str
    stream: str | None = None
    seq: int | None = None
    id: str | None = None
    type: str | None = None
    log: str | None = None
    prev: str | None = None
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailFinding:
    """The first thing that is wrong in a stream.

    Attributes:
        stream: name of the stream.
        seq: number that the event has, or had to have, at this place (from 1).
        code: stable snake_case name of what is wrong.
        message: what is wrong, in both languages; names no personal value.
    """

    stream: str
    seq: int
    code: str
    message: Text


class _Wrong(Exception):
    """Carries the first thing wrong out of the walk."""

    def __init__(self, code: str, vi: str, en: str) -> None:
        super().__init__(code)
        self.code = code
        self.text = Text(vi, en)


def verify_stream(
    events: Iterable[StoredEvent],
    openings: Iterable[Opening] | None,
    *,
    stream: str | None = None,
    version: int | None = None,
) -> list[TrailFinding]:
    """Return the first thing wrong in one stream, as a list of one finding, or of none.

    Args:
        events: all events of the stream in the order of their numbers; read one by one.
        openings: all openings of the stream, or None where the reader is not entitled to personal
            values: then everything but the commitments is verified.
        stream: the name that the stream must have; default: that of its first event.
        version: how many events there must be according to the dossier, where that is known.

    The codes, in the order in which each event is looked at: `bytes_not_canonical`,
    `hash_differs`, `envelope_malformed`, `column_differs`, `stream_differs`, `log_differs`,
    `seq_differs`, `prev_differs`, `time_goes_back`, `id_repeated`, `opening_missing`,
    `opening_differs`; of the openings as a whole first of all `opening_repeated`; and after the
    last event `version_differs` and `opening_stray`.
    """
    walk = _Walk(stream)
    try:
        walk.begin(openings)
        for stored in events:
            walk.step(stored)
        walk.end(version)
    except _Wrong as wrong:
        return [
            TrailFinding(
                stream=walk.stream or "",
                seq=walk.seq,
                code=wrong.code,
                message=Text(
                    f"Sự kiện số {walk.seq}: {wrong.text.vi}",
                    f"Event number {walk.seq}: {wrong.text.en}",
                ),
            )
        ]
    return []


class _Walk:
    """What must be remembered from one event to the next."""

    def __init__(self, stream: str | None) -> None:
        self.stream = stream
        self.seq = 1  # of the event that is looked at, or is expected next
        self._log: str | None = None
        self._prev = ZERO
        self._recorded_at = ""  # the profile's instants sort as text
        self._ids: set[str] = set()
        self._openings: dict[tuple[str, str], Opening] | None = None

    def begin(self, openings: Iterable[Opening] | None) -> None:
        if openings is None:
            return
        self._openings = {}
        for opening in openings:
            key = (opening.event_id, opening.path)
            if key in self._openings:
                raise _Wrong(
                    "opening_repeated",
                    f"có hai giá trị mở cho “{opening.path}” của sự kiện {opening.event_id}.",
                    f"two openings stand for {opening.path!r} of event {opening.event_id}.",
                )
            self._openings[key] = opening

    def step(self, stored: StoredEvent) -> None:
        event = _read(stored)
        _compare_columns(stored, event)
        self._place(event)
        self._time_and_id(event)
        for commit in event["commits"]:
            self._open(event["id"], commit["path"], commit["hmac"])
        self._prev = stored.hash
        self.seq += 1

    def end(self, version: int | None) -> None:
        if version is not None and version != self.seq - 1:
            raise _Wrong(
                "version_differs",
                f"chuỗi kết thúc sau {self.seq - 1} sự kiện nhưng hồ sơ ghi {version}.",
                f"the stream ends after {self.seq - 1} events, but the dossier counts {version}.",
            )
        if self._openings:
            event_id, path = min(self._openings)
            raise _Wrong(
                "opening_stray",
                f"giá trị mở cho “{path}” của sự kiện {event_id} không có cam kết nào.",
                f"the opening for {path!r} of event {event_id} belongs to no commitment.",
            )

    def _place(self, event: dict[str, Any]) -> None:
        if self.stream is None:
            self.stream = event["stream"]
        if self._log is None:
            self._log = event["log"]
        if event["stream"] != self.stream:
            raise _Wrong(
                "stream_differs",
                f"sự kiện thuộc chuỗi “{event['stream']}”, không phải “{self.stream}”.",
                f"it belongs to the stream {event['stream']!r}, not to {self.stream!r}.",
            )
        if event["log"] != self._log:
            raise _Wrong(
                "log_differs",
                f"sự kiện thuộc sổ “{event['log']}”, còn chuỗi bắt đầu trong sổ “{self._log}”.",
                f"it belongs to the log {event['log']!r}; the stream began in {self._log!r}.",
            )
        if event["seq"] != self.seq:
            raise _Wrong(
                "seq_differs",
                f"ở vị trí này lại có sự kiện mang số {event['seq']}; có sự kiện bị bỏ, thêm hoặc "
                "đổi chỗ.",
                f"the event found here has number {event['seq']}; one was taken out, put in or "
                "moved.",
            )
        if event["prev"] != self._prev:
            raise _Wrong(
                "prev_differs",
                "giá trị băm của sự kiện đứng trước không khớp; sự kiện trước hoặc sự kiện này đã "
                "bị thay đổi.",
                "it does not carry the hash of the event before it; that one or this one was "
                "changed.",
            )

    def _time_and_id(self, event: dict[str, Any]) -> None:
        if event["recorded_at"] < self._recorded_at:
            raise _Wrong(
                "time_goes_back",
                f"ghi lúc {event['recorded_at']}, sớm hơn sự kiện trước ({self._recorded_at}).",
                f"recorded at {event['recorded_at']}, before its predecessor "
                f"({self._recorded_at}).",
            )
        if event["id"] in self._ids:
            raise _Wrong(
                "id_repeated",
                f"mã {event['id']} đã được một sự kiện trước dùng.",
                f"the id {event['id']} was already used by an earlier event.",
            )
        self._recorded_at = event["recorded_at"]
        self._ids.add(event["id"])

    def _open(self, event_id: str, path: str, expected: str) -> None:
        if self._openings is None:
            return
        opening = self._openings.pop((event_id, path), None)
        if opening is None:
            raise _Wrong(
                "opening_missing",
                f"thiếu giá trị mở cam kết tại “{path}”.",
                f"the opening of the commitment at {path!r} is missing.",
            )
        try:
            found = commitment(opening.salt, event_id, path, opening.value)
        except (BadCommitment, NotCanonical):
            found = ""
        if found != expected:
            raise _Wrong(
                "opening_differs",
                f"giá trị tại “{path}” không mở được cam kết; giá trị hoặc muối đã bị thay đổi.",
                f"the value at {path!r} does not open its commitment; value or salt was changed.",
            )


def _read(stored: StoredEvent) -> dict[str, Any]:
    """Return the fields of a stored event whose bytes, hash and form are right."""
    try:
        event = parse_canonical(stored.body)
    except NotCanonical as fault:
        raise _Wrong(
            "bytes_not_canonical",
            f"các byte đã lưu không ở dạng chuẩn. {fault.text.vi}",
            f"the stored bytes are not canonical. {fault.text.en}",
        ) from None
    found = leaf_hash(stored.body).hex()
    if found != stored.hash:
        raise _Wrong(
            "hash_differs",
            f"các byte đã lưu có giá trị băm {found}, không phải {ascii(stored.hash)[:70]}.",
            f"the stored bytes hash to {found}, not to {ascii(stored.hash)[:70]}.",
        )
    try:
        check_envelope(event)
    except NotAnEvent as fault:
        raise _Wrong("envelope_malformed", fault.text.vi, fault.text.en) from None
    return event


def _compare_columns(stored: StoredEvent, event: dict[str, Any]) -> None:
    columns = {
        "stream": stored.stream,
        "seq": stored.seq,
        "id": stored.id,
        "type": stored.type,
        "log": stored.log,
        "prev": stored.prev,
        "recorded_at": stored.recorded_at and instant_text(stored.recorded_at),
    }
    for name, column in columns.items():
        if column is not None and column != event[name]:
            raise _Wrong(
                "column_differs",
                f"cột “{name}” không khớp với nội dung đã băm của sự kiện.",
                f"the column {name!r} contradicts the hashed bytes of the event.",
            )
