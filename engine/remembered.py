"""What was worked out for the very same objects is not worked out again within one act.

Only for frozen values, which always yield the same. Objects are held as long as their results, so
that no identity can meanwhile become that of another object.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """A few results, by the identity of what they follow from. Safe to share between threads."""

    __slots__ = ("_kept", "_make", "_most")

    def __init__(self, make: Callable[..., T], most: int) -> None:
        """Keep at most so many results of `make`; when there are more, begin anew."""
        self._make = make
        self._most = most
        self._kept: dict[tuple[int, ...], tuple[tuple[Any, ...], T]] = {}

    def __call__(self, *things: Any) -> T:
        """Return what `make` returns for these objects."""
        key = tuple(map(id, things))
        known = self._kept.get(key)
        if known is not None:
            return known[1]
        made = self._make(*things)
        if len(self._kept) >= self._most:
            self._kept.clear()
        self._kept[key] = (things, made)
        return made
