"""Who asks, as one request knows it: recognised anew each time, so that a revoked role is gone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from adapters.identity.directory import Tree
from engine.dossier import Actor, Grant

ADMINISTRATOR = "administrator"
AUDITOR = "auditor"
PLATFORM_ROLES = frozenset({ADMINISTRATOR, AUDITOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """A person with the roles of this moment, and the way they came in.

    Attributes:
        account: id of the account; stands for the person in every dossier.
        lang: `vi` or `en`, the language the account prefers.
        session: SHA-256 (hex) of the session's secret; empty for a token.
        csrf: token that this session's forms carry; empty for a token.
        tree: the organisations as they are now.
    """

    account: str
    login: str
    name: str
    lang: str
    actor: Actor
    session: str = ""
    csrf: str = ""
    tree: Tree = field(default_factory=Tree)

    def holds(self, role: str, org: str | None = None) -> bool:
        """Return whether the person holds a role, at all or so that it counts in `org`."""
        return any(g.role == role and (org is None or org in g.covers) for g in self.actor.grants)

    @property
    def administers(self) -> bool:
        """Whether the person may author procedures."""
        return self.holds(ADMINISTRATOR)

    @property
    def sees(self) -> frozenset[str]:
        """Organisations whose dossiers the person may read; empty for an administrator."""
        return frozenset().union(*(g.covers for g in self._readers()))

    @property
    def audits(self) -> frozenset[str]:
        """Organisations whose trails the person may read."""
        return frozenset().union(*(g.covers for g in self.actor.grants if g.role == AUDITOR))

    @property
    def works(self) -> frozenset[tuple[str, str]]:
        """(role, organisation) pairs in which the person does the work of a procedure."""
        return frozenset(
            (g.role, org)
            for g in self.actor.grants
            if g.role not in PLATFORM_ROLES
            for org in g.covers
        )

    def orgs_of(self, roles: Iterable[str]) -> frozenset[str]:
        """Return the organisations in which one of these roles counts."""
        wanted = frozenset(roles)
        return frozenset(org for role, org in self.works if role in wanted)

    def _readers(self) -> Iterable[Grant]:
        return (g for g in self.actor.grants if g.role != ADMINISTRATOR)
