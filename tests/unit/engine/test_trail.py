"""Building events: the bytes are fixed, personal values stay outside, time never goes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.trail import (
    ZERO,
    BadCommitment,
    Event,
    EventDraft,
    Head,
    NotAnEvent,
    NotCanonical,
    Opening,
    build_event,
    commitment,
    leaf_hash,
    parse_canonical,
)
from tests.trails import ACT, LOG, START, STREAM, counting_salts, event_id, keys, values

EVENT = "0190163d-8694-739b-aea5-966c26f8ad91"

# Written by hand; the commitments by `openssl dgst -mac HMAC`, the hash by `sha256sum`.
BODY = (
    '{"actor":{"acting_as":"submitter","auth":{"aal":1,"method":"password"},"on_behalf_of":null,'
    '"org":"xa-tan-hoa","session":"5c","subject":"s-7f"},'
    '"cause":{"act":"0190163d-8694-739b-aea5-966c26f8ad90","event":null},'
    '"commits":[{"hmac":"83ed7cebd68a0faee270ae00a5ebc6936151b99e5c92e4329df28796d775d475",'
    '"path":"nominee.name"},'
    '{"hmac":"9fe873d8ce8c27efcd08ec631697620196172e134381ceaf38839859d613fbca",'
    '"path":"reason"}],'
    '"data":{"from":"draft","seats":15,"title":"Giấy khen","to":"submitted","urgent":false},'
    '"effective_at":null,"effective_on":"2027-03-01",'
    '"files":[{"media_type":"application/pdf",'
    '"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":0}],'
    '"id":"0190163d-8694-739b-aea5-966c26f8ad91","log":"so-noi-vu.example/tdkt/2027",'
    '"prev":"0000000000000000000000000000000000000000000000000000000000000000",'
    '"recorded_at":"2027-03-01T01:30:00.000000Z","rules":{"calendar":"aa","procedure":"bb"},'
    '"seq":1,"stream":"ho-so/2027/000123","type":"dossier_submitted","type_version":1,"v":1}'
)
HASH = "9a31780e416ffd955886e93a658d0506314152bf2f6eb307bc4eee0e961bbd7b"

DRAFT = EventDraft(
    type="dossier_submitted",
    actor={
        "subject": "s-7f",
        "acting_as": "submitter",
        "org": "xa-tan-hoa",
        "on_behalf_of": None,
        "auth": {"method": "password", "aal": 1},
        "session": "5c",
    },
    effective_on=date(2027, 3, 1),
    cause={"act": ACT, "event": None},
    rules={"procedure": "bb", "calendar": "aa"},
    data={"from": "draft", "to": "submitted", "title": "Giấy khen", "seats": 15, "urgent": False},
    personal={"reason": "Có thành tích", "nominee.name": "Nguyễn Thị Hương"},
    files=[
        {
            "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "size": 0,
            "media_type": "application/pdf",
        }
    ],
)
BARE = EventDraft(
    type="dossier_changed",
    actor={"subject": "s-7f"},
    effective_on=date(2027, 3, 1),
    cause={"act": ACT, "event": None},
)


def build(draft: EventDraft, head: Head | None = None, at: datetime = START) -> Event:
    salts = counting_salts()
    next(salts)
    return build_event(
        LOG,
        head or Head(stream=STREAM),
        draft,
        event_id=EVENT,
        recorded_at=at,
        salts=lambda: next(salts),
    )


def test_the_bytes_and_the_hash_of_an_event_are_these_and_remain_these() -> None:
    event = build(DRAFT)

    assert event == Event(
        log="so-noi-vu.example/tdkt/2027",
        stream="ho-so/2027/000123",
        seq=1,
        id="0190163d-8694-739b-aea5-966c26f8ad91",
        type="dossier_submitted",
        body=BODY.encode(),
        hash=HASH,
        prev="0" * 64,
        recorded_at=datetime(2027, 3, 1, 1, 30, tzinfo=UTC),
        openings=(
            Opening(
                event_id=EVENT,
                path="nominee.name",
                salt=bytes([1]) * 32,
                value="Nguyễn Thị Hương",
            ),
            Opening(event_id=EVENT, path="reason", salt=bytes([2]) * 32, value="Có thành tích"),
        ),
    )


def test_the_next_event_carries_the_hash_of_the_one_before() -> None:
    first = build(BARE)

    second = build(BARE, first.head, START + timedelta(minutes=1))

    assert first.head == Head(stream=STREAM, seq=1, prev=first.hash, recorded_at=START)
    assert second.prev == leaf_hash(first.body).hex()
    assert second.seq == 2
    assert parse_canonical(second.body)["prev"] == first.hash


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        (START, START + timedelta(microseconds=1)),
        (START - timedelta(hours=1), START + timedelta(microseconds=1)),
        (START + timedelta(microseconds=1), START + timedelta(microseconds=1)),
        (START + timedelta(seconds=1), START + timedelta(seconds=1)),
    ],
)
def test_an_event_is_recorded_after_the_one_before_whatever_the_clock_says(
    clock: datetime, expected: datetime
) -> None:
    head = Head(stream=STREAM, seq=1, prev="a" * 64, recorded_at=START)

    assert build(BARE, head, clock).recorded_at == expected


def test_an_effective_instant_is_written_in_utc() -> None:
    at = datetime(2027, 3, 1, 0, 30, tzinfo=timezone(timedelta(hours=7)))

    event = parse_canonical(build(replace(BARE, effective_at=at)).body)

    assert event["effective_on"] == "2027-03-01"
    assert event["effective_at"] == "2027-02-28T17:30:00.000000Z"


def test_a_stream_begins_with_zeros() -> None:
    assert ZERO == "0" * 64
    assert build(BARE).prev == ZERO


@given(st.dictionaries(keys, st.text("ớọễ", min_size=6), max_size=3))
def test_no_personal_value_stands_in_the_bytes(personal: dict[str, object]) -> None:
    body = build(replace(BARE, personal=personal)).body.decode()

    assert [value for value in personal.values() if str(value) in body] == []


@given(st.dictionaries(keys, values, max_size=4))
def test_each_personal_value_has_a_salt_and_a_commitment_of_its_own(
    personal: dict[str, object],
) -> None:
    event = build(replace(BARE, personal=personal))

    assert {opening.path: opening.value for opening in event.openings} == personal
    assert len({opening.salt for opening in event.openings}) == len(personal)
    assert parse_canonical(event.body)["commits"] == [
        {
            "path": path,
            "hmac": commitment(
                next(opening.salt for opening in event.openings if opening.path == path),
                EVENT,
                path,
                personal[path],
            ),
        }
        for path in sorted(personal)
    ]


@pytest.mark.parametrize(
    ("draft", "path"),
    [
        (replace(BARE, data={"Tên": 1}), "data.'T\\xean'"),
        (replace(BARE, data={"ratio": 0.9}), "data.ratio"),
        (replace(BARE, actor={"role": "e\u0302"}), "actor.role"),
        (replace(BARE, personal={"nominee": {"name": "e\u0302"}}), "nominee.name"),
    ],
)
def test_what_has_no_canonical_writing_is_refused_with_its_path(
    draft: EventDraft, path: str
) -> None:
    with pytest.raises(NotCanonical) as refused:
        build(draft)

    assert refused.value.path == path


@pytest.mark.parametrize(
    ("draft", "path"),
    [
        (replace(BARE, type="Dossier"), "type"),
        (replace(BARE, cause={}), "cause"),
        (replace(BARE, effective_on=START), "effective_on"),
        (replace(BARE, files=[{"name": "don.pdf"}]), "files"),
        (replace(BARE, type_version=0), "type_version"),
    ],
)
def test_a_draft_with_a_malformed_field_is_refused(draft: EventDraft, path: str) -> None:
    with pytest.raises(NotAnEvent) as refused:
        build(draft)

    assert refused.value.path == path


def test_an_event_of_more_than_64000_bytes_is_refused() -> None:
    with pytest.raises(NotCanonical) as refused:
        build(replace(BARE, data={"rows": ["x" * 80] * 800}))

    assert refused.value.code == "too_long"


def test_a_clock_without_time_zone_is_refused() -> None:
    with pytest.raises(NotCanonical):
        build(BARE, at=START.replace(tzinfo=None))


def test_an_id_that_is_not_a_uuid_of_version_7_is_refused() -> None:
    with pytest.raises(NotAnEvent) as refused:
        build_event(
            LOG,
            Head(stream=STREAM),
            BARE,
            event_id="0190163d-8694-439b-aea5-966c26f8ad91",
            recorded_at=START,
            salts=lambda: bytes(32),
        )

    assert refused.value.path == "id"


def test_a_salt_that_is_too_short_is_refused() -> None:
    with pytest.raises(BadCommitment):
        build_event(
            LOG,
            Head(stream=STREAM),
            replace(BARE, personal={"reason": "x"}),
            event_id=event_id(1),
            recorded_at=START,
            salts=lambda: b"short",
        )
