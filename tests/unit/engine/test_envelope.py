"""The form of an event: exactly seventeen fields, each in one form."""

from __future__ import annotations

from typing import Any

import pytest

from engine.envelope import ZERO, NotAnEvent, check_envelope, leaf_hash

FIELDS = {
    "v": 1,
    "log": "so-noi-vu.example/tdkt/2027",
    "stream": "ho-so/2027/000123",
    "seq": 1,
    "prev": ZERO,
    "id": "0190163d-8694-739b-aea5-966c26f8ad91",
    "type": "dossier_submitted",
    "type_version": 1,
    "actor": {"subject": "s-7f"},
    "recorded_at": "2027-03-01T01:30:00.000000Z",
    "effective_on": "2027-03-01",
    "effective_at": None,
    "cause": {"act": "0190163d-8694-739b-aea5-966c26f8ad90", "event": None},
    "rules": {"procedure": "bb"},
    "data": {"from": "draft"},
    "commits": [{"path": "a", "hmac": "0" * 64}, {"path": "a.b", "hmac": "f" * 64}],
    "files": [{"sha256": "e" * 64, "size": 0, "media_type": "application/pdf"}],
}


def test_the_leaf_hash_is_that_of_rfc_6962() -> None:
    # The first is the published hash of the empty leaf; both agree with `sha256sum`.
    assert leaf_hash(b"").hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
    assert leaf_hash(b"{}").hex() == (
        "28a3a18f6cd6406b086e9ffda1f9b8a13dbcf44b0f3f32cb9031a11fd053acf9"
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("effective_at", "2027-03-01T01:30:00.000000Z"),
        ("cause", {"act": FIELDS["id"], "event": FIELDS["id"]}),
        ("rules", {}),
        ("commits", []),
        ("files", []),
        ("type", "submitted"),
        ("stream", "cau-hinh"),
        ("seq", 2**53 - 1),
    ],
)
def test_an_event_with_all_its_fields_is_accepted(field: str, value: object) -> None:
    check_envelope(FIELDS)
    check_envelope({**FIELDS, field: value})


@pytest.mark.parametrize("field", FIELDS)
def test_an_event_that_lacks_a_field_is_refused(field: str) -> None:
    event = {key: value for key, value in FIELDS.items() if key != field}

    with pytest.raises(NotAnEvent) as refused:
        check_envelope(event)

    assert refused.value.path == field
    assert refused.value.text.en == f"The event lacks the field {field!r}."
    assert refused.value.text.vi == f"Sự kiện thiếu trường “{field}”."


def test_an_event_with_a_field_too_many_is_refused() -> None:
    with pytest.raises(NotAnEvent) as refused:
        check_envelope({**FIELDS, "note": "x", "extra": 1})

    assert refused.value.path == "extra"
    assert str(refused.value) == "The event has an unknown field 'extra'."
    assert refused.value.text.vi == "Sự kiện có trường lạ “extra”."


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("v", 2),
        ("v", True),
        ("log", ""),
        ("log", "a b"),
        ("log", "a+b"),
        ("log", "sổ"),
        ("log", 1),
        ("stream", "ho so"),
        ("stream", "ho-so\n"),
        ("stream", None),
        ("seq", 0),
        ("seq", True),
        ("seq", "1"),
        ("prev", "0" * 63),
        ("prev", "A" * 64),
        ("prev", None),
        ("id", "0190163d-8694-439b-aea5-966c26f8ad91"),
        ("id", "0190163D-8694-739B-AEA5-966C26F8AD91"),
        ("id", 7),
        ("type", "DossierSubmitted"),
        ("type", "dossier__submitted"),
        ("type", "_submitted"),
        ("type_version", 0),
        ("actor", "s-7f"),
        ("actor", None),
        ("recorded_at", "2027-03-01T01:30:00Z"),
        ("recorded_at", None),
        ("effective_on", "2027-02-30"),
        ("effective_on", None),
        ("effective_at", "2027-03-01"),
        ("effective_at", 0),
        ("cause", None),
        ("cause", {"act": FIELDS["id"]}),
        ("cause", {"act": "a1", "event": None}),
        ("cause", {"act": None, "event": None}),
        ("cause", {"act": FIELDS["id"], "event": "e1"}),
        ("cause", {"act": FIELDS["id"], "event": None, "by": "x"}),
        ("rules", []),
        ("rules", {"procedure": 1}),
        ("data", []),
        ("commits", {}),
        ("commits", ["a"]),
        ("commits", [{"path": "a"}]),
        ("commits", [{"path": 1, "hmac": "0" * 64}]),
        ("commits", [{"path": "A", "hmac": "0" * 64}]),
        ("commits", [{"path": "a", "hmac": "0"}]),
        ("commits", [{"path": "b", "hmac": "0" * 64}, {"path": "a", "hmac": "0" * 64}]),
        ("commits", [{"path": "a", "hmac": "0" * 64}, {"path": "a", "hmac": "1" * 64}]),
        ("files", {}),
        ("files", [None]),
        ("files", [{"sha256": "e" * 64, "size": 0}]),
        ("files", [{"sha256": "e", "size": 0, "media_type": "text/plain"}]),
        ("files", [{"sha256": "e" * 64, "size": -1, "media_type": "text/plain"}]),
        ("files", [{"sha256": "e" * 64, "size": 0, "media_type": "pdf"}]),
        ("files", [{"sha256": "e" * 64, "size": 0, "media_type": "text/plain", "name": "a"}]),
    ],
)
def test_an_event_with_a_malformed_field_is_refused(field: str, value: Any) -> None:
    with pytest.raises(NotAnEvent) as refused:
        check_envelope({**FIELDS, field: value})

    assert refused.value.path == field
    assert refused.value.text.en.startswith(f"The event's field {field!r} is malformed: it must be")
    assert refused.value.text.vi.startswith(f"Trường “{field}” của sự kiện sai dạng: phải là")
