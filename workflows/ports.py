"""What the checker needs from the world; where a port is absent, its findings are not checked."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Protocol

from engine.definition import Procedure


class LetterProof(Protocol):
    """Tries letters out."""

    def prove(self, template: str) -> Sequence[str]:
        """Return what is wrong with a letter and its sample, in vi and en; empty if it renders."""
        ...


class Others(Protocol):
    """Knows the other procedures there are."""

    def editions(self, procedure: str) -> Sequence[Procedure]:
        """Return every edition of a procedure; none if there is no such procedure."""
        ...


class Directory(Protocol):
    """Knows who holds which role."""

    def holders(self, role: str) -> Set[str]:
        """Return the persons who hold the role today, in any organisation."""
        ...
