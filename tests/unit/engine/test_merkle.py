"""The tree of RFC 6962: any number of leaves, in their order."""

import hashlib
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from engine.merkle import EMPTY, root


def _by_the_text(leaves: Sequence[bytes]) -> bytes:
    """Split at the largest power of two below the number of leaves, as the text defines it."""
    if len(leaves) == 1:
        return leaves[0]
    left = 1 << ((len(leaves) - 1).bit_length() - 1)
    return hashlib.sha256(
        b"\x01" + _by_the_text(leaves[:left]) + _by_the_text(leaves[left:])
    ).digest()


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=70))
def test_the_root_is_that_of_the_definition(leaves: list[bytes]) -> None:
    assert root(leaves) == _by_the_text(leaves)


def test_a_tree_without_leaves_has_the_hash_of_nothing() -> None:
    assert root([]) == EMPTY == hashlib.sha256().digest()


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=2, max_size=20, unique=True))
def test_another_order_is_another_root(leaves: list[bytes]) -> None:
    assert root(leaves) != root(leaves[::-1])
