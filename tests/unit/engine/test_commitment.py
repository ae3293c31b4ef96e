"""Commitments: fixed bytes, and no two things commit alike."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given

from engine.canonical import NotCanonical, canonical
from engine.commitment import BadCommitment, commitment, is_path
from tests.trails import event_id, values

EVENT = "0190163d-8694-739b-aea5-966c26f8ad91"


@pytest.mark.parametrize(
    ("salt", "path", "value", "expected"),
    [
        (
            bytes([1]) * 32,
            "nominee.name",
            "Nguyễn Thị Hương",
            "83ed7cebd68a0faee270ae00a5ebc6936151b99e5c92e4329df28796d775d475",
        ),
        (
            bytes(range(32)),
            "a",
            None,
            "c0d905184d1a80b89e540e35ef61262b044a98679d8b8fbdea2c5af34a1c5675",
        ),
        (
            bytes(range(32)),
            "nominee.units.0",
            {"a": [1, "ă"]},
            "f64cd7f0cce58057033ab67077af703620673fb00484837cb7207ddfc2ea5d72",
        ),
    ],
)
def test_a_commitment_has_this_value_and_keeps_it(
    salt: bytes, path: str, value: object, expected: str
) -> None:
    # The expected values were computed with the command `openssl dgst -mac HMAC`.
    assert commitment(salt, EVENT, path, value) == expected


@given(values)
def test_a_commitment_is_the_hmac_of_the_domain_the_event_the_path_and_the_value(
    value: object,
) -> None:
    salt = bytes(range(32))
    message = b"tdkt/commit/v1\0" + EVENT.encode() + b"\0reason\0" + canonical(value)

    assert (
        commitment(salt, EVENT, "reason", value)
        == hmac.new(salt, message, hashlib.sha256).hexdigest()
    )


def test_salt_event_path_and_value_each_change_the_commitment() -> None:
    salt = bytes(32)
    found = {
        commitment(salt, EVENT, "a", "1"),
        commitment(b"\1" + salt[1:], EVENT, "a", "1"),
        commitment(salt, event_id(1), "a", "1"),
        commitment(salt, EVENT, "b", "1"),
        commitment(salt, EVENT, "a", "2"),
        commitment(salt, EVENT, "a", 1),
        commitment(salt, EVENT, "a", True),
    }

    assert len(found) == 7


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_salt_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(BadCommitment) as refused:
        commitment(bytes(length), EVENT, "reason", "x")

    assert refused.value.text.en == (
        f"The salt of the commitment at 'reason' must be 32 bytes, not {length}."
    )
    assert refused.value.text.vi == (
        f"Muối của cam kết tại “reason” phải dài 32 byte, không phải {length}."
    )


@pytest.mark.parametrize(
    ("event", "path"),
    [
        ("e1", "reason"),
        (EVENT.upper(), "reason"),
        (EVENT + "\n", "reason"),
        (EVENT, ""),
        (EVENT, "Lý do"),
        (EVENT, "a..b"),
        (EVENT, "a.01"),
        (EVENT, "0.a"),
        (EVENT, "a\0b"),
        (EVENT, "\ud800"),
    ],
)
def test_a_malformed_event_id_or_path_is_refused(event: str, path: str) -> None:
    with pytest.raises(BadCommitment) as refused:
        commitment(bytes(32), event, path, "x")

    assert ascii(path)[:60] in str(refused.value)
    assert ascii(event)[:60] in refused.value.text.vi


@pytest.mark.parametrize(
    ("value", "where"), [("e\u0302", "nominee"), ({"name": ["e\u0302"]}, "nominee.name.0")]
)
def test_a_value_outside_the_profile_is_refused_with_its_whole_path(
    value: object, where: str
) -> None:
    with pytest.raises(NotCanonical) as refused:
        commitment(bytes(32), EVENT, "nominee", value)

    assert (refused.value.code, refused.value.path) == ("not_nfc", where)


def test_a_path_is_keys_and_indexes_joined_by_dots() -> None:
    assert is_path("nominee.units.0.name")
    assert is_path("list.10")
    assert not is_path("nominee.")
