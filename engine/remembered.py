"""What was worked out once is not worked out again within one act, nor for the next dossier.

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
        self._kept: dict[tuple[Any, ...], tuple[tuple[Any, ...], T]] = {}

    def __call__(self, *things: Any) -> T:
        """Return what `make` returns for these objects."""
        key = tuple(map(id, things))
        known = self._kept.get(key)
        if known is not None:
            return known[1]
        return self._keep(key, things, self._made(things))

    def know(self, made: T, *things: Any) -> T:
        """Keep what was worked out for these objects elsewhere, and return it."""
        return self._keep(tuple(map(id, things)), things, made)

    def _made(self, things: tuple[Any, ...]) -> T:
        return self._make(*things)

    def _keep(self, key: tuple[Any, ...], things: tuple[Any, ...], made: T) -> T:
        if len(self._kept) >= self._most:
            self._kept.clear()
        self._kept[key] = (things, made)
        return made


class RememberedAlike(Remembered[T]):
    """The same, and a first object that equals an earlier one yields what that one did.

    The clocks of a thousand dossiers that were received together are alike. The first object must
    be hashable, and whatever equals it must yield the same.
    """

    __slots__ = ()

    def _made(self, things: tuple[Any, ...]) -> T:
        first, *others = things
        key = (first, *map(id, others))
        known = self._kept.get(key)
        return known[1] if known is not None else self._keep(key, things, self._make(*things))
