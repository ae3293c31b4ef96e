"""Guessing gets slow, a victim is never locked out: every wait ends by itself within minutes.

Three counters, each forgotten after a quarter of an hour without a failure:

| of whom | free failures | longest wait | against |
|---|---|---|---|
| a login from one address | 5 | 5 minutes | guessing one password |
| a login from anywhere | 50 | 5 seconds | guessing one password from many machines |
| an address | 100 | 5 minutes | trying one password on many accounts |

Accounts that do not exist are counted alike. Each process counts for itself.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FORGOTTEN_AFTER = 900.0
KEPT = 20_000


@dataclass(frozen=True, slots=True)
class _Rule:
    free: int
    longest: float


_PAIR = _Rule(5, 300.0)
_LOGIN = _Rule(50, 5.0)
_ADDRESS = _Rule(100, 300.0)


@dataclass(frozen=True, slots=True)
class _Count:
    failures: int
    last: float


class Throttle:
    """Says how long an attempt must wait; `now` gives monotonic seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Start with nothing counted."""
        self._now = now
        self._counts: OrderedDict[tuple[str, str], _Count] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, login: str, address: str) -> int:
        """Return whole seconds until this attempt is allowed; 0: now."""
        with self._lock:
            at = self._now()
            return max(self._wait(key, rule, at) for key, rule in _keys(login, address))

    def failed(self, login: str, address: str) -> None:
        """Count a failure."""
        with self._lock:
            at = self._now()
            for key, _ in _keys(login, address):
                self._counts[key] = _Count(self._failures(key, at) + 1, at)
                self._counts.move_to_end(key)
            while len(self._counts) > KEPT:
                self._counts.popitem(last=False)

    def succeeded(self, login: str, address: str) -> None:
        """Forget the failures of this login from this address, and no others."""
        with self._lock:
            self._counts.pop((login, address), None)

    def _failures(self, key: tuple[str, str], at: float) -> int:
        count = self._counts.get(key)
        return 0 if count is None or at - count.last > FORGOTTEN_AFTER else count.failures

    def _wait(self, key: tuple[str, str], rule: _Rule, at: float) -> int:
        beyond = self._failures(key, at) - rule.free
        if beyond < 0:
            return 0
        pause = min(rule.longest, 2.0 ** min(beyond, 16))
        return max(0, math.ceil(self._counts[key].last + pause - at))


def _keys(login: str, address: str) -> tuple[tuple[tuple[str, str], _Rule], ...]:
    return ((login, address), _PAIR), ((login, ""), _LOGIN), (("", address), _ADDRESS)
