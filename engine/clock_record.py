"""What happened to one clock of a dossier: started, suspended, resumed, ended.

The due date is not stored: it follows from this record and the calendar, and is derived anew when
either changes. Days are local to Asia/Ho_Chi_Minh, instants are aware. A suspension from D to R
takes out the days after D up to and including R.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Literal

from engine.copying import replace
from engine.errors import DateNotAllowed, Refusal
from engine.limits import Limit
from engine.text import Text


class ClockRefused(Refusal):
    """What is asked of a clock does not fit where it stands."""

    code = "clock_refused"


class Policy(StrEnum):
    """What a suspension does to the time that is left.

    Where suspensions overlap, `restart` wins over `remaining`, and that over `absolute`.
    """

    REMAINING = "remaining"  # the clock stands still and then goes on with what was left
    RESTART = "restart"  # the day of resumption is the event of a new, whole period
    ABSOLUTE = "absolute"  # recorded, but the due date does not move


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspension:
    """A time in which a clock was suspended on one ground; open while `until_on` is None."""

    ground: str
    policy: Policy
    from_on: date
    from_at: datetime
    until_on: date | None = None
    until_at: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalClock:
    """What happened to one clock.

    Attributes:
        anchor_on, anchor_at: day and instant of the event that started it.
        count_first_day: the rule counts the day of the event (unlike Civil Code art. 147).
        suspensions: in the order in which they were recorded.
        ended: `stopped` yields a margin, `cancelled` does not; None while it lives.
        fired: (period, index) of the rungs that were fired or skipped.
        first_period: number of its first period; a clock that runs again under the same key
            counts on, so that no rung of one dossier is named twice.
    """

    key: str
    limit: Limit
    anchor_on: date
    anchor_at: datetime
    count_first_day: bool = False
    suspensions: tuple[Suspension, ...] = ()
    ended: Literal["stopped", "cancelled"] | None = None
    ended_on: date | None = None
    ended_at: datetime | None = None
    fired: frozenset[tuple[int, int]] = frozenset()
    first_period: int = 1


def start(
    key: str,
    limit: Limit,
    on: date,
    at: datetime,
    *,
    count_first_day: bool = False,
    first_period: int = 1,
) -> LegalClock:
    """Return a clock that runs from the event on day `on`, at instant `at`."""
    return LegalClock(
        key=key,
        limit=limit,
        anchor_on=on,
        anchor_at=_aware(at),
        count_first_day=count_first_day,
        first_period=first_period,
    )


def suspend(
    clock: LegalClock, ground: str, policy: Policy, on: date, at: datetime, *, reason: str = ""
) -> LegalClock:
    """Return the clock suspended on `ground` after the day `on`.

    Raises:
        ClockRefused: the clock has ended, or is already suspended on this ground.
    """
    _alive(clock)
    if _open_index(clock, ground) is not None:
        raise ClockRefused(
            Text(
                f"Thời hạn {clock.key!r} đang tạm dừng theo căn cứ {ground!r}.",
                f"The clock {clock.key!r} is already suspended on the ground {ground!r}.",
            ),
            clock=clock.key,
            ground=ground,
        )
    begun = Suspension(ground=ground, policy=policy, from_on=on, from_at=_aware(at), reason=reason)
    return replace(clock, suspensions=(*clock.suspensions, begun))


def resume(clock: LegalClock, ground: str, on: date, at: datetime) -> LegalClock:
    """Return the clock with its suspension on `ground` ended by the day `on`, inclusive.

    Days decide: a back-dated act may carry an instant earlier on the day of the suspension, which
    then lasted no time.

    Raises:
        ClockRefused: the clock has ended, or is not suspended on this ground.
        DateNotAllowed: the suspension begins later than that.
    """
    _alive(clock)
    index = _open_index(clock, ground)
    if index is None:
        raise ClockRefused(
            Text(
                f"Thời hạn {clock.key!r} không tạm dừng theo căn cứ {ground!r}.",
                f"The clock {clock.key!r} is not suspended on the ground {ground!r}.",
            ),
            clock=clock.key,
            ground=ground,
        )
    begun = clock.suspensions[index]
    if on < begun.from_on:
        raise DateNotAllowed(
            Text(
                f"Không thể tiếp tục ngày {on}: thời hạn {clock.key!r} tạm dừng từ "
                f"{begun.from_on}.",
                f"It cannot go on by {on}: the clock {clock.key!r} is suspended from "
                f"{begun.from_on}.",
            ),
            clock=clock.key,
            on=on.isoformat(),
            suspended_from=begun.from_on.isoformat(),
        )
    ended = replace(begun, until_on=on, until_at=max(_aware(at), begun.from_at))
    kept = clock.suspensions
    return replace(clock, suspensions=(*kept[:index], ended, *kept[index + 1 :]))


def stop(clock: LegalClock, on: date, at: datetime) -> LegalClock:
    """Return the clock stopped: what it measures happened on that day.

    A suspension still open stays open in the record; for the margin it lasts until this day and
    leaves what remained.

    Raises:
        ClockRefused: the clock has ended.
    """
    _alive(clock)
    return replace(clock, ended="stopped", ended_on=on, ended_at=_aware(at))


def cancel(clock: LegalClock, on: date, at: datetime) -> LegalClock:
    """Return the clock cancelled: nothing is measured by it any more.

    Raises:
        ClockRefused: the clock has ended.
    """
    _alive(clock)
    return replace(clock, ended="cancelled", ended_on=on, ended_at=_aware(at))


def clock_to_json(clock: LegalClock) -> dict[str, Any]:
    """Return the clock as a plain JSON object with ASCII keys, for storage."""
    return {
        "key": clock.key,
        "limit": str(clock.limit),
        "anchor_on": clock.anchor_on.isoformat(),
        "anchor_at": _instant(clock.anchor_at),
        "count_first_day": clock.count_first_day,
        "suspensions": [
            {
                "ground": s.ground,
                "policy": s.policy.value,
                "from_on": s.from_on.isoformat(),
                "from_at": _instant(s.from_at),
                "until_on": s.until_on and s.until_on.isoformat(),
                "until_at": s.until_at and _instant(s.until_at),
                "reason": s.reason,
            }
            for s in clock.suspensions
        ],
        "ended": clock.ended,
        "ended_on": clock.ended_on and clock.ended_on.isoformat(),
        "ended_at": clock.ended_at and _instant(clock.ended_at),
        "fired": [list(pair) for pair in sorted(clock.fired)],
        "first_period": clock.first_period,
    }


def clock_from_json(stored: Mapping[str, Any]) -> LegalClock:
    """Return the clock that `clock_to_json` wrote; instants come back in UTC."""
    return LegalClock(
        key=stored["key"],
        limit=Limit.parse(stored["limit"]),
        anchor_on=date.fromisoformat(stored["anchor_on"]),
        anchor_at=datetime.fromisoformat(stored["anchor_at"]),
        count_first_day=stored["count_first_day"],
        suspensions=tuple(
            Suspension(
                ground=s["ground"],
                policy=Policy(s["policy"]),
                from_on=date.fromisoformat(s["from_on"]),
                from_at=datetime.fromisoformat(s["from_at"]),
                until_on=s["until_on"] and date.fromisoformat(s["until_on"]),
                until_at=s["until_at"] and datetime.fromisoformat(s["until_at"]),
                reason=s["reason"],
            )
            for s in stored["suspensions"]
        ),
        ended=stored["ended"],
        ended_on=stored["ended_on"] and date.fromisoformat(stored["ended_on"]),
        ended_at=stored["ended_at"] and datetime.fromisoformat(stored["ended_at"]),
        fired=frozenset((period, index) for period, index in stored["fired"]),
        first_period=stored["first_period"],
    )


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _alive(clock: LegalClock) -> None:
    if clock.ended is not None:
        raise ClockRefused(
            Text(
                f"Thời hạn {clock.key!r} đã kết thúc.",
                f"The clock {clock.key!r} has ended.",
            ),
            clock=clock.key,
        )


def _open_index(clock: LegalClock, ground: str) -> int | None:
    for index, s in enumerate(clock.suspensions):
        if s.ground == ground and s.until_on is None:
            return index
    return None


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"an instant of a clock needs a time zone: {at.isoformat()}")
    return at
