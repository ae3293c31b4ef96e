"""What the checker was given besides the file itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.calendar import Calendar
from workflows.ports import Directory, LetterProof, Others


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Ports and neighbours of the file; each may be absent.

    Attributes:
        letters: template -> hash, for all letters that exist.
        scenarios: (file name, bytes) of the scenarios beside the file.
        calendar: what scenarios count with.
    """

    letters: Mapping[str, str] | None = None
    proof: LetterProof | None = None
    directory: Directory | None = None
    others: Others | None = None
    scenarios: tuple[tuple[str, bytes], ...] | None = None
    calendar: Calendar | None = None
