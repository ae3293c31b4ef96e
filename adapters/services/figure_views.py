"""Early, on time, late, as they are shown: plain numbers, counted twice, in subjects and in
submissions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class SpreadView:
    """Percentiles by nearest rank; None where nothing was resolved."""

    p10: int | None = None
    p50: int | None = None
    p90: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedView:
    """What was resolved.

    Attributes:
        margin: of limits in days, in working days; negative is late.
        margin_minutes: of limits in hours, in working minutes.
        elapsed_days: working days that one took on average, suspensions left out.
    """

    early: int
    on_time: int
    late: int
    margin: SpreadView
    margin_minutes: SpreadView
    elapsed_days: float | None

    @property
    def resolved(self) -> int:
        """How many have a verdict."""
        return self.early + self.on_time + self.late


@dataclass(frozen=True, slots=True, kw_only=True)
class CountsView(ResolvedView):
    """What was resolved, and what is open now; `open` includes `overdue_open`."""

    open: int
    overdue_open: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """The figures of one procedure, edition or organisation."""

    key: str
    label: str
    subjects: CountsView
    submissions: CountsView


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthView:
    """What was resolved in one month, `2026-01`; what is open belongs to none."""

    month: str
    subjects: ResolvedView
    submissions: ResolvedView


@dataclass(frozen=True, slots=True, kw_only=True)
class FiguresView(CountsView):
    """All figures: those at the top count subjects."""

    submissions: CountsView
    procedures: Sequence[GroupView]
    editions: Sequence[GroupView]
    organisations: Sequence[GroupView]
    months: Sequence[MonthView]
