"""What the checker needs from the world; where a port is absent, its findings are not checked."""

from __future__ import annotations

from collections.abc import Sequence, Set
from typing import Protocol


class LetterProof(Protocol):
    """Tries letters out."""

    def prove(self, template: str) -> Sequence[str]:
        """Return what is wrong with a letter and its sample, in vi and en; empty if it renders."""
        ...


class Directory(Protocol):
    """Knows who holds which role."""

    def holders(self, role: str) -> Set[str]:
        """Return the persons who hold the role today, in any organisation."""
        ...
