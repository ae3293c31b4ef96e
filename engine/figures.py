"""Early, on time, late: counts, percentiles and shares, from groups that are counted already.

A hundred thousand dossiers come as some hundred groups of equal margin, so a percentile costs
what the groups cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate

from engine.measurement import Unit, Verdict

PERCENTS = (10, 50, 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """So many that were resolved with the same verdict and margin.

    Attributes:
        elapsed_days: of all of them together.
    """

    verdict: Verdict
    unit: Unit
    margin: int
    count: int
    elapsed_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """Percentiles by nearest rank: each is a margin that really occurred."""

    p10: int
    p50: int
    p90: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How many were resolved early, on time and late, and how many are open.

    Attributes:
        open: as they stand now; includes `overdue_open`, those past due.
        margin: of limits in days, in working days; None where there is none.
        margin_minutes: of limits in hours, in working minutes.
        elapsed_tenths: tenths of a working day that one took on average; None if none is resolved.
    """

    early: int
    on_time: int
    late: int
    open: int
    overdue_open: int
    margin: Spread | None
    margin_minutes: Spread | None
    elapsed_tenths: int | None

    @property
    def resolved(self) -> int:
        """How many have a verdict."""
        return self.early + self.on_time + self.late


def figures_of(alike: Iterable[Alike], *, open: int, overdue_open: int) -> Figures:
    """Return the figures of these groups."""
    verdicts: dict[str, int] = {}
    margins: dict[str, dict[int, int]] = {"working days": {}, "working minutes": {}}
    elapsed = 0
    for group in alike:
        verdicts[group.verdict] = verdicts.get(group.verdict, 0) + group.count
        of_unit = margins[group.unit]
        of_unit[group.margin] = of_unit.get(group.margin, 0) + group.count
        elapsed += group.elapsed_days
    resolved = sum(verdicts.values())
    return Figures(
        early=verdicts.get("early", 0),
        on_time=verdicts.get("on_time", 0),
        late=verdicts.get("late", 0),
        open=open,
        overdue_open=overdue_open,
        margin=spread(margins["working days"]),
        margin_minutes=spread(margins["working minutes"]),
        elapsed_tenths=rounded(10 * elapsed, resolved) if resolved else None,
    )


def spread(counts: Mapping[int, int]) -> Spread | None:
    """Return the percentiles of values that occur so often; None if there are none."""
    whole = sum(counts.values())
    if not whole:
        return None
    p10, p50, p90 = (_nearest_rank(counts, whole, percent) for percent in PERCENTS)
    return Spread(p10=p10, p50=p50, p90=p90)


def share(part: int, whole: int) -> int:
    """Return a part in tenths of a percent, halves rounded up; 0 of nothing."""
    return rounded(1000 * part, whole) if whole else 0


def rounded(number: int, by: int) -> int:
    """Return a quotient as a whole number, halves rounded up."""
    return (2 * number + by) // (2 * by)


def _nearest_rank(counts: Mapping[int, int], whole: int, percent: int) -> int:
    """Return the smallest value that at least so many percent do not exceed."""
    rank = -(-percent * whole // 100)
    values = sorted(counts)
    reached = accumulate(counts[value] for value in values)
    return next(value for value, upto in zip(values, reached, strict=True) if upto >= rank)
