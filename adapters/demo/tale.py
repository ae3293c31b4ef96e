"""What a tale of the demonstration is made of: names filed together, and acts on them in time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SESSION = "session"
"""Not a trigger: the council meets on all that is on its agenda."""

CALL = "call_session"
"""Not a trigger: a session is called for days ahead, and most of what waits is put on it."""

TODAY = "today"
"""As a value of an act: the day of the act."""


@dataclass(frozen=True, slots=True)
class Step:
    """One act: when (in working days and minutes after the filing), who, what.

    Attributes:
        given: keywords of the ask; `papers` names documents that come with it.
        linked: the act is on the dossier that an earlier step opened.
    """

    day: int
    minute: int
    who: str
    do: str
    given: Mapping[str, Any] = field(default_factory=dict)
    linked: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """One dossier of a tale.

    Attributes:
        titles: how many years ago its subject was Grassroots Emulation Soldier.
        yes: votes for it, of 15, when the council decides.
    """

    data: Mapping[str, Any]
    papers: tuple[str, ...] = ()
    titles: tuple[int, ...] = ()
    yes: int = 14


@dataclass(frozen=True, slots=True)
class Tale:
    """Dossiers filed together: how many working days ago, for which unit, and what became of them.

    One name is a nomination, several are a submission. Without a name it is about the council.
    """

    days_ago: int
    procedure: str = ""
    owner: str = ""
    names: tuple[Name, ...] = ()
    steps: tuple[Step, ...] = ()


def at(hour: int, minute: int = 0) -> int:
    """Return a minute of the day.

    >>> at(8, 40)
    520
    """
    return hour * 60 + minute
