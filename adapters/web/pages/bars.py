"""A term as a bar: what has passed, what stood still, what is over, on one line of days."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from adapters.services.views import ClockView
from engine.calendar import TZ

WIDTH = 1000
"""Units of the bar's length; the drawing is stretched to the width of the page."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One stretch: `used`, `still` (stopped), `over` (past a limit of law), `beyond` (a plan's)."""

    kind: str
    x: int
    width: int


def bar_of(clock: ClockView, now: datetime) -> Sequence[Segment]:
    """Return the segments of a clock's bar, left to right; () when there is nothing to draw.

    The bar runs from the day of the event to the due day, or to today if that is later.
    """
    today = now.astimezone(TZ).date()
    if clock.state in ("stopped", "cancelled"):
        return ()
    start, due = clock.anchor_on, clock.due_on
    end = max(due or today, today)
    length = (end - start).days
    if length <= 0:
        return ()

    def at(on: date) -> int:
        return round(WIDTH * min(max((on - start).days, 0), length) / length)

    def stretch(kind: str, a: date, b: date) -> list[Segment]:
        return [Segment(kind, at(a), at(b) - at(a))] if at(b) > at(a) else []

    passed = min(today, due) if due else today
    segments = stretch("used", start, passed)
    for after, until in clock.suspended:
        segments += stretch("still", after, min(until or today, today))
    if due and today > due:
        segments += stretch("over" if clock.statutory else "beyond", due, today)
    return segments
