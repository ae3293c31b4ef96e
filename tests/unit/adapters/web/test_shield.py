"""Which JSON is read at all."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.web.shield import DEEPEST, readable

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab"), inner, max_size=3),
    max_leaves=8,
)


@given(values)
def test_what_is_flat_enough_is_read(value: object) -> None:
    assert readable(json.dumps(value).encode())
    assert readable(json.dumps(value, ensure_ascii=False).encode())


@given(st.binary(max_size=200))
def test_whatever_is_sent_is_judged_without_a_fault(body: bytes) -> None:
    assert readable(body) in (True, False)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", True),
        (b"[" * DEEPEST + b"]" * DEEPEST, True),
        (b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1), False),
        (b'["' + b"[" * 1000 + b'"]', True),
        (b'["\\"[[[["]', True),
        (b'"\\ud83d\\ude00"', True),
        (b'"\\ud83d"', False),
        (b'{"\\udc00": 1}', False),
        (b"NaN", False),
        (b"-Infinity", False),
        (b"\xff", False),
        (b"{]", False),
        (b"1" * 5000, False),
    ],
)
def test_json_is_refused_if_it_is_too_deep_or_no_text(body: bytes, expected: bool) -> None:
    assert readable(body) is expected
