"""The canonical profile: one writing, byte for byte, and nothing else is read."""

from __future__ import annotations

from collections import OrderedDict
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import IntEnum, StrEnum
from types import MappingProxyType
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from engine.canonical import (
    DEEPEST,
    GREATEST_INTEGER,
    MOST_BYTES,
    NotCanonical,
    canonical,
    date_of,
    instant_of,
    instant_text,
    parse_canonical,
    parse_value,
)
from tests.trails import objects, values


class Role(StrEnum):
    HEAD = "head"


class Level(IntEnum):
    PROVINCE = 2


def boxed(levels: int) -> Any:
    value: Any = {}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


def nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels - 1):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({}, "7b7d"),
        (None, "6e756c6c"),
        (True, "74727565"),
        (False, "66616c7365"),
        (0, "30"),
        (-9007199254740991, "2d39303037313939323534373430393931"),
        (9007199254740991, "39303037313939323534373430393931"),
        ({"b": [], "a": {}}, "7b2261223a7b7d2c2262223a5b5d7d"),
        ({"a_b": 1, "a": 2, "a1": 3}, "7b2261223a322c226131223a332c22615f62223a317d"),
        ("Nguyễn", "224e677579e1bb856e22"),
        (
            '\x00\x08\t\n\x0c\r\x1f"\\/\x7f',
            "225c75303030305c625c745c6e5c665c725c75303031665c225c5c2f7f22",
        ),
        ("\u2028\U0001f3c5", "22e280a8f09f8f8522"),
    ],
)
def test_the_bytes_of_a_value_are_these_and_remain_these(value: object, expected: str) -> None:
    assert canonical(value).hex() == expected


@given(values)
def test_the_bytes_are_those_of_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(values)
def test_what_was_written_reads_back_equal(value: object) -> None:
    assert parse_value(canonical(value)) == value


@given(objects)
def test_the_order_in_which_keys_were_given_does_not_matter(value: dict[str, object]) -> None:
    assert canonical(OrderedDict(reversed(value.items()))) == canonical(value)


def test_tuples_mappings_and_members_of_enumerations_are_written_as_what_they_hold() -> None:
    value = MappingProxyType({"roles": (Role.HEAD,), Role.HEAD: Level.PROVINCE})

    assert canonical(value) == b'{"head":2,"roles":["head"]}'


@pytest.mark.parametrize(
    ("value", "code", "path"),
    [
        ({"a": {"Họ": 1}}, "key_form", "a.'H\\u1ecd'"),
        ({"": 1}, "key_form", "''"),
        ({"_a": 1}, "key_form", "'_a'"),
        ({"A": 1}, "key_form", "'A'"),
        ({"a\n": 1}, "key_form", "'a\\n'"),
        ({"a.b": 1}, "key_form", "'a.b'"),
        ({"\ud800": 1}, "key_form", "'\\ud800'"),
        ({1: 1}, "key_form", "1"),
        ({"a": [0, 1.0]}, "not_an_integer", "a.1"),
        ({"a": float("nan")}, "not_an_integer", "a"),
        ({"a": float("inf")}, "not_an_integer", "a"),
        ({"a": Decimal("1.5")}, "kind", "a"),
        ({"a": date(2027, 3, 1)}, "kind", "a"),
        ({"a": b"salt"}, "kind", "a"),
        ({"a": {1}}, "kind", "a"),
        ({"a": 2**53}, "integer_range", "a"),
        ({"a": -(2**53)}, "integer_range", "a"),
        ({"a": ["\ud800"]}, "unicode", "a.0"),
        ({"a": "\udfff"}, "unicode", "a"),
        ({"a": "\ufdd0"}, "unicode", "a"),
        ({"a": "\ufffe"}, "unicode", "a"),
        ({"a": "\U0010ffff"}, "unicode", "a"),
        ({"a": "Nguye\u0302\u0303n"}, "not_nfc", "a"),
        ("Nguye\u0302\u0303n", "not_nfc", ""),
        (nested(DEEPEST + 1), "too_deep", ".".join("0" * DEEPEST)),
        (boxed(DEEPEST + 1), "too_deep", ".".join("a" * DEEPEST)),
        pytest.param("x" * (MOST_BYTES - 1), "too_long", "", id="too_long"),
    ],
)
def test_a_value_outside_the_profile_is_refused_with_its_path(
    value: object, code: str, path: str
) -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical(value)

    assert (refused.value.code, refused.value.path) == (code, path)


def test_the_refusal_says_where_and_why_in_both_languages_but_not_the_value() -> None:
    with pytest.raises(NotCanonical) as refused:
        canonical({"data": {"name": "Nguye\u0302\u0303n"}})

    assert refused.value.text.en == "At 'data.name': the string must be in normal form NFC."
    assert refused.value.text.vi == (
        "Tại “data.name”: chuỗi phải ở dạng chuẩn hóa NFC (dấu tiếng Việt dựng sẵn)."
    )
    assert str(refused.value) == refused.value.text.en
    assert NotCanonical("too_long").text.vi == "Giá trị: dài hơn 64000 byte."
    assert NotCanonical("too_long").text.en == "The value: longer than 64000 bytes."


def test_the_limits_themselves_are_allowed() -> None:
    assert canonical(nested(DEEPEST)) == b"[" * 16 + b"]" * 16
    assert canonical(boxed(DEEPEST)) == b'{"a":' * 15 + b"{}" + b"}" * 15
    assert len(canonical("x" * (MOST_BYTES - 2))) == MOST_BYTES
    assert parse_value(str(-GREATEST_INTEGER).encode()) == -GREATEST_INTEGER


def test_a_value_that_contains_itself_is_refused_and_not_followed() -> None:
    loop: list[object] = []
    loop.append(loop)

    with pytest.raises(NotCanonical) as refused:
        canonical(loop)

    assert refused.value.code == "too_deep"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"a":1,"a":1}', "key_repeated"),
        (b'{"b":1,"a":1}', "other_bytes"),
        (b'{"a": 1}', "other_bytes"),
        (b'{"a":1}\n', "other_bytes"),
        (b'{"a":-0}', "other_bytes"),
        (b'{"a":"\\u0041"}', "other_bytes"),
        (b'{"a":"\\/"}', "other_bytes"),
        (b'{"a":"\\u007f"}', "other_bytes"),
        (b'{"a":1.0}', "not_an_integer"),
        (b'{"a":1e2}', "not_an_integer"),
        (b'{"a":NaN}', "not_an_integer"),
        (b'{"a":-Infinity}', "not_an_integer"),
        (b'{"a":9007199254740992}', "integer_range"),
        pytest.param(b'{"a":' + b"9" * 5000 + b"}", "integer_range", id="5000 digits"),
        (b'{"a":01}', "not_json"),
        (b'{"a":"\\ud800"}', "unicode"),
        ('{"a":"Nguye\u0302\u0303n"}'.encode(), "not_nfc"),
        (b'{"a":"\xff"}', "not_json"),
        (b'{"a":"\xed\xa0\x80"}', "not_json"),
        (b"\xef\xbb\xbf{}", "not_json"),
        (b"", "not_json"),
        (b'{"a":"\n"}', "not_json"),
        (b'{"A":1}', "key_form"),
        (b"[" * 17 + b"]" * 17, "too_deep"),
        pytest.param(b"[" * MOST_BYTES, "too_deep", id="64000 levels"),
        pytest.param(b'"' + b"x" * MOST_BYTES + b'"', "too_long", id="64002 bytes"),
        (b"[]", "not_an_object"),
        (b"1", "not_an_object"),
    ],
)
def test_bytes_that_are_not_the_canonical_writing_are_refused(raw: bytes, code: str) -> None:
    with pytest.raises(NotCanonical) as refused:
        parse_canonical(raw)

    assert refused.value.code == code


def test_canonical_bytes_of_an_object_are_read() -> None:
    assert parse_canonical(b'{"a":[1,null,true,"\xc4\x83"]}') == {"a": [1, None, True, "ă"]}


@given(objects, st.data())
def test_no_other_bytes_are_read_as_the_same_object(
    value: dict[str, object], data: st.DataObject
) -> None:
    raw = bytearray(canonical(value))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))

    try:
        read = parse_canonical(bytes(raw))
    except NotCanonical:
        return

    assert canonical(read) == bytes(raw)
    assert canonical(read) != canonical(value)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (datetime(2027, 3, 1, tzinfo=UTC), "2027-03-01T00:00:00.000000Z"),
        (
            datetime(2027, 3, 1, 6, 59, 59, 7, tzinfo=timezone(timedelta(hours=7))),
            "2027-02-28T23:59:59.000007Z",
        ),
        (datetime(1, 1, 1, tzinfo=UTC), "0001-01-01T00:00:00.000000Z"),
    ],
)
def test_an_instant_is_written_in_utc_with_six_decimals(at: datetime, expected: str) -> None:
    assert instant_text(at) == expected
    assert instant_of(expected) == at


@pytest.mark.parametrize(
    "at",
    [
        datetime(2027, 3, 1),  # noqa: DTZ001 - a naive instant is what is refused here
        datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=7))),
    ],
)
def test_an_instant_without_zone_or_before_year_one_is_refused(at: datetime) -> None:
    with pytest.raises(NotCanonical) as refused:
        instant_text(at)

    assert refused.value.code == "naive_time"


@pytest.mark.parametrize(
    "text",
    [
        "2027-03-01T00:00:00Z",
        "2027-03-01T00:00:00.000000",
        "2027-03-01T00:00:00.000000+00:00",
        "2027-03-01T00:00:00.000000Z\n",
        "2027-02-29T00:00:00.000000Z",
        "2027-03-01T24:00:00.000000Z",
        "２027-03-01T00:00:00.000000Z",
    ],
)
def test_no_other_writing_of_an_instant_is_read(text: str) -> None:
    assert instant_of(text) is None


def test_a_date_is_read_in_one_form_only() -> None:
    assert date_of("2028-02-29") == date(2028, 2, 29)
    assert [date_of(text) for text in ("2027-02-29", "20270301", "2027-3-1", "2027-03-01 ")] == [
        None,
        None,
        None,
        None,
    ]
