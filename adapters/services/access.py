"""Who may see a dossier: denied unless a grant covers it, and then indistinguishable from none."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.identity.who import Who
from adapters.services.errors import DOSSIER, Unknown
from adapters.storage.search import DossierLine
from engine.definition import Procedure

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a dossier belongs: who submitted it, who works on it, who did before."""

    owner: str
    holder: str
    former_holders: frozenset[str] = frozenset()
    submitted: bool = True

    @classmethod
    def of(cls, line: DossierLine) -> Place:
        """Return where a stored dossier belongs."""
        return cls(
            owner=line.owner,
            holder=line.holder,
            former_holders=line.former_holders,
            submitted=line.version > 0,
        )

    @property
    def all(self) -> frozenset[str]:
        """Every organisation that the dossier has been in."""
        return self.former_holders | {self.owner, self.holder}


def owner_roles(procedure: Procedure) -> frozenset[str]:
    """Return the roles of the unit that submits, which may open a dossier and work on its draft."""
    first = procedure.initial.path
    by = {role for x in procedure.transitions if first in x.sources for role in x.by}
    return frozenset(r for r in by if r in procedure.roles and procedure.roles[r].of_owner)


def may_draft(who: Who, procedure: Procedure, owner: str) -> bool:
    """Return whether the caller may open or change a draft of this unit."""
    return owner in who.orgs_of(owner_roles(procedure))


def may_see(who: Who, procedure: Procedure, place: Place) -> bool:
    """Return whether the caller may read the dossier; a draft only those who may write it."""
    if not place.submitted:
        return may_draft(who, procedure, place.owner)
    return bool(who.sees & place.all)


def may_audit(who: Who, place: Place) -> bool:
    """Return whether the caller may read the trail; a draft has none."""
    return place.submitted and bool(who.audits & place.all)


def nameable(*names: str) -> bool:
    """Return whether these can be names of anything: printable, and not too long to be one.

    What is not is unknown without asking the database, which would fault on a NUL.
    """
    return all(len(name) <= LONGEST_NAME and name.isprintable() for name in names)


def require(allowed: bool) -> None:
    """Let the entitled through; to all others there is no such dossier.

    Raises:
        Unknown: not allowed.
    """
    if not allowed:
        raise Unknown(DOSSIER)
