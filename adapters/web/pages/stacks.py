"""Counts as stacked bars: where each part stands, so that a template only has to draw it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 640
LONGEST = 480
"""Length of the longest bar; the rest of the width is for its numbers."""
ROW = 46
_BAR = 18
KINDS = ("early", "on_time", "late")
_LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What one bar stands for: early, on time and late, in this order."""

    label: str
    counts: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One stretch of a bar."""

    kind: str
    x: int
    width: int
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar with its label above it; `end` is where its three counts begin, zeros too."""

    label: str
    text_y: int
    y: int
    height: int
    parts: Sequence[Part]
    end: int
    counts: tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stacks:
    """A whole chart; nothing to draw if it has no bars."""

    width: int
    height: int
    bars: Sequence[Bar]


def stacks(lines: Sequence[Line]) -> Stacks:
    """Return a chart in which the line with the most is the longest bar.

    What is not nothing is at least one unit wide, so that one late among thousands is seen.
    """
    most = max((sum(line.counts) for line in lines), default=0)
    bars = []
    for index, line in enumerate(lines):
        parts: list[Part] = []
        x = 0
        for kind, count in zip(KINDS, line.counts, strict=True):
            if count:
                width = max(1, LONGEST * count // most)
                parts.append(Part(kind=kind, x=x, width=width, count=count))
                x += width
        top = index * ROW
        bars.append(
            Bar(
                label=_short(line.label),
                text_y=top + 16,
                y=top + 22,
                height=_BAR,
                parts=parts,
                end=x + 8,
                counts=line.counts,
            )
        )
    return Stacks(width=WIDTH, height=len(bars) * ROW, bars=bars)


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1].rstrip() + "…"
