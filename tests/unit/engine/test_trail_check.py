"""Verifying a stream: whatever is done to what is stored, the first thing wrong is named."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.text import Text
from engine.trail import (
    ZERO,
    Event,
    Opening,
    StoredEvent,
    TrailFinding,
    canonical,
    leaf_hash,
    verify_stream,
)
from tests.trails import START, STREAM, build_stream, event_id, openings_of, stored, streams

THREE = build_stream(
    [
        ({"to": "submitted"}, {"reason": "Có thành tích", "name": "Nguyễn Thị Hương"}),
        ({"to": "received"}, {}),
        ({"to": "recommended"}, {"opinion": "Đồng ý"}),
    ]
)
ROWS = [stored(event) for event in THREE]
OPENINGS = openings_of(THREE)


def rewritten(row: StoredEvent, **changes: object) -> StoredEvent:
    """Return the row with fields of its bytes changed, its hash and columns made to agree."""
    body = canonical({**json.loads(row.body), **changes})
    return StoredEvent(body=body, hash=leaf_hash(body).hex())


def rehashed(rows: list[StoredEvent]) -> list[StoredEvent]:
    """Return the rows with numbers and hashes made to agree to the end of the stream."""
    prev, found = ZERO, []
    for seq, row in enumerate(rows, 1):
        found.append(rewritten(row, seq=seq, prev=prev))
        prev = found[-1].hash
    return found


def first(
    rows: list[StoredEvent], openings: list[Opening] | None = OPENINGS, **known: Any
) -> tuple[int, str] | None:
    findings = verify_stream(rows, openings, **known)
    assert len(findings) <= 1
    return (findings[0].seq, findings[0].code) if findings else None


@given(streams)
def test_an_untouched_stream_has_no_finding(events: list[Event]) -> None:
    rows = [stored(event) for event in events]

    assert verify_stream(rows, openings_of(events), stream=STREAM, version=len(events)) == []
    assert verify_stream(rows, None) == []


def test_a_stream_without_events_has_no_finding() -> None:
    assert verify_stream([], [], stream=STREAM, version=0) == []


@given(streams, st.data())
def test_any_changed_byte_of_any_event_is_detected(
    events: list[Event], data: st.DataObject
) -> None:
    rows = [stored(event) for event in events]
    at = data.draw(st.integers(0, len(rows) - 1))
    body = bytearray(rows[at].body)
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= data.draw(st.integers(1, 255))
    rows[at] = replace(rows[at], body=bytes(body))

    found = first(rows, openings_of(events))

    assert found in [(at + 1, "bytes_not_canonical"), (at + 1, "hash_differs")]


@given(streams.filter(lambda events: len(events) > 1), st.data())
def test_any_changed_byte_before_the_last_event_is_detected_though_its_own_hash_was_renewed(
    events: list[Event], data: st.DataObject
) -> None:
    rows = [stored(event) for event in events]
    at = data.draw(st.integers(0, len(rows) - 2))
    body = bytearray(rows[at].body)
    place = data.draw(st.integers(0, len(body) - 1))
    body[place] ^= data.draw(st.integers(1, 255))
    rows[at] = StoredEvent(body=bytes(body), hash=leaf_hash(bytes(body)).hex())

    found = first(rows, None)

    assert found is not None
    assert found[0] in (at + 1, at + 2)


@given(streams, st.data())
def test_any_changed_digit_of_a_stored_hash_is_detected(
    events: list[Event], data: st.DataObject
) -> None:
    rows = [stored(event) for event in events]
    at = data.draw(st.integers(0, len(rows) - 1))
    place = data.draw(st.integers(0, 63))
    old = rows[at].hash
    digit = data.draw(st.sampled_from("0123456789abcdefA ").filter(lambda one: one != old[place]))
    rows[at] = replace(rows[at], hash=old[:place] + digit + old[place + 1 :])

    assert first(rows, openings_of(events)) == (at + 1, "hash_differs")


@given(streams, st.data())
def test_an_event_taken_out_is_detected_at_its_place(
    events: list[Event], data: st.DataObject
) -> None:
    rows = [stored(event) for event in events]
    at = data.draw(st.integers(0, len(rows) - 1))
    del rows[at]

    found = first(rows, None, version=len(events))

    assert found == (at + 1, "version_differs" if at == len(rows) else "seq_differs")


@given(streams, streams, st.data())
def test_an_event_put_in_is_detected_at_its_place(
    events: list[Event], others: list[Event], data: st.DataObject
) -> None:
    rows = [stored(event) for event in events]
    strange = stored(data.draw(st.sampled_from(others)))
    at = data.draw(st.integers(0, len(rows)))
    rows.insert(at, strange)

    found = first(rows, None, version=len(events))

    assert found is not None
    # The same bytes put in at their own place are the right event; then its double is strange.
    assert found[0] in (at + 1, at + 2)


@given(streams.filter(lambda events: len(events) > 1), st.data())
def test_events_in_another_order_are_detected(events: list[Event], data: st.DataObject) -> None:
    rows = [stored(event) for event in events]
    order = data.draw(
        st.permutations(range(len(rows))).filter(lambda order: order != list(range(len(rows))))
    )
    moved = next(at for at, one in enumerate(order) if at != one)

    found = first([rows[one] for one in order], openings_of(events))

    assert found == (moved + 1, "seq_differs")


def test_an_event_taken_out_and_the_rest_renumbered_is_detected() -> None:
    second = rewritten(ROWS[2], seq=2)

    assert first([ROWS[0], second], None) == (2, "prev_differs")


def test_a_stream_hashed_anew_to_its_end_is_not_seen_by_the_chain_alone() -> None:
    forged = rehashed([ROWS[0], rewritten(ROWS[1], data={"to": "refused"}), ROWS[2]])

    assert first(forged) is None
    # What was kept elsewhere tells: the hash of the last event is another one.
    assert forged[-1].hash != ROWS[-1].hash


def test_a_forged_commitment_does_not_open_even_when_all_hashes_were_made_anew() -> None:
    commits = json.loads(ROWS[2].body)["commits"]
    commits[0]["hmac"] = "0" * 64

    forged = rehashed([*ROWS[:2], rewritten(ROWS[2], commits=commits)])

    assert first(forged) == (3, "opening_differs")


@pytest.mark.parametrize(
    "body",
    [
        ROWS[0].body.replace(b'"v":1', b'"v":1,"v":1'),
        ROWS[0].body.replace(b'"v":1', b'"v":1.0'),
        ROWS[0].body.replace(b'"seq":1,"stream":"ho-so/2027/000123"', b'"stream":"a","seq":1'),
        ROWS[0].body.replace(b'"submitted"', b'"e\xcc\x82"'),
        ROWS[0].body + b" ",
        ROWS[0].body[:-1],
        b"",
        b"[]",
        b"\xff",
        pytest.param(b"[" * 50_000, id="deep"),
    ],
)
def test_stored_bytes_in_another_writing_are_detected_though_their_hash_agrees(
    body: bytes,
) -> None:
    forged = StoredEvent(body=body, hash=leaf_hash(body).hex())

    assert first([forged], None) == (1, "bytes_not_canonical")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": "Dossier"}, "envelope_malformed"),
        ({"note": "x"}, "envelope_malformed"),
        ({"v": 2}, "envelope_malformed"),
        ({"stream": "ho-so/2027/000124"}, "stream_differs"),
        ({"log": "so-noi-vu.example/tdkt/2028"}, "log_differs"),
        ({"seq": 3}, "seq_differs"),
        ({"prev": "a" * 64}, "prev_differs"),
        ({"recorded_at": "2027-03-01T01:29:59.999999Z"}, "time_goes_back"),
        ({"id": event_id(0)}, "id_repeated"),
    ],
)
def test_a_second_event_that_does_not_fit_is_detected_though_its_hash_agrees(
    changes: dict[str, object], code: str
) -> None:
    assert first([ROWS[0], rewritten(ROWS[1], **changes)], None) == (2, code)


def test_two_events_of_one_instant_are_in_order() -> None:
    at = json.loads(ROWS[0].body)["recorded_at"]

    assert first([ROWS[0], rewritten(ROWS[1], recorded_at=at)], None) is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("stream", "ho-so/2027/000124"),
        ("seq", 3),
        ("id", event_id(7)),
        ("type", "dossier_refused"),
        ("log", "so-noi-vu.example/tdkt/2028"),
        ("prev", ZERO),
        ("recorded_at", START - timedelta(days=21)),
    ],
)
def test_a_column_that_contradicts_the_hashed_bytes_is_detected(column: str, value: Any) -> None:
    rows = [ROWS[0], replace(ROWS[1], **{column: value}), ROWS[2]]

    assert first(rows) == (2, "column_differs")


def test_a_stream_under_another_name_is_detected() -> None:
    assert first(ROWS, stream="ho-so/2027/000999") == (1, "stream_differs")


@pytest.mark.parametrize(
    ("rows", "version", "seq"), [(ROWS, 4, 4), (ROWS, 2, 4), (ROWS[:2], 3, 3), ([], 1, 1)]
)
def test_a_stream_shorter_or_longer_than_the_dossier_counts_is_detected(
    rows: list[StoredEvent], version: int, seq: int
) -> None:
    assert first(rows, None, version=version) == (seq, "version_differs")


@pytest.mark.parametrize("gone", range(3))
def test_a_commitment_whose_opening_is_missing_is_detected(gone: int) -> None:
    openings = [opening for at, opening in enumerate(OPENINGS) if at != gone]

    assert first(ROWS, openings) == ([1, 1, 3][gone], "opening_missing")


@pytest.mark.parametrize(
    "change",
    [
        {"value": "Trần Văn Nam"},
        {"value": ["Nguyễn Thị Hương"]},
        {"value": "Nguye\u0302\u0303n Thị Hương"},
        {"value": 1.0},
        {"salt": bytes(31)},
        {"salt": bytes([9]) * 32},
    ],
)
def test_a_value_or_salt_that_does_not_open_its_commitment_is_detected(
    change: dict[str, Any],
) -> None:
    openings = [replace(OPENINGS[0], **change), *OPENINGS[1:]]

    assert first(ROWS, openings) == (1, "opening_differs")


@pytest.mark.parametrize(
    "stray",
    [
        Opening(event_id=event_id(1), path="reason", salt=bytes(32), value="x"),
        Opening(event_id=event_id(9), path="name", salt=bytes(32), value="x"),
    ],
)
def test_an_opening_that_no_event_committed_to_is_detected(stray: Opening) -> None:
    assert first(ROWS, [*OPENINGS, stray]) == (4, "opening_stray")


def test_two_openings_for_one_commitment_are_detected() -> None:
    assert first(ROWS, [*OPENINGS, OPENINGS[2]]) == (1, "opening_repeated")


def test_without_entitlement_everything_but_the_personal_values_is_verified() -> None:
    assert first(ROWS, None) is None
    assert first(ROWS, []) == (1, "opening_missing")
    assert first([ROWS[0], ROWS[2]], None) == (2, "seq_differs")


def test_only_the_first_thing_wrong_is_named_with_stream_number_and_both_languages() -> None:
    rows = [ROWS[0], replace(ROWS[1], type="dossier_refused"), replace(ROWS[2], seq=9)]

    assert verify_stream(rows, OPENINGS) == [
        TrailFinding(
            stream=STREAM,
            seq=2,
            code="column_differs",
            message=Text(
                "Sự kiện số 2: cột “type” không khớp với nội dung đã băm của sự kiện.",
                "Event number 2: the column 'type' contradicts the hashed bytes of the event.",
            ),
        )
    ]


def test_a_finding_names_no_personal_value() -> None:
    openings = [replace(OPENINGS[0], value="Trần Văn Nam"), *OPENINGS[1:]]

    message = verify_stream(ROWS, openings)[0].message

    assert "Trần" not in message.vi + message.en
    assert "Nguyễn" not in message.vi + message.en
