"""Who may see a dossier: denied unless a grant covers it, and then indistinguishable from none."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.identity.who import Who
from adapters.services.errors import DOSSIER, Unknown
from adapters.storage.search import DossierLine
from engine.definition import Procedure
from engine.errors import BadInput
from engine.permits import receiving_roles
from engine.text import Text

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a dossier belongs: who submitted it, who works on it, who did before."""

    owner: str
    holder: str
    former_holders: frozenset[str] = frozenset()
    submitted: bool = True
    counter: str | None = None

    @classmethod
    def of(cls, line: DossierLine) -> Place:
        """Return where a stored dossier belongs."""
        return cls(
            owner=line.owner,
            holder=line.holder,
            former_holders=line.former_holders,
            submitted=line.version > 0,
            counter=line.counter,
        )

    @property
    def all(self) -> frozenset[str]:
        """Every organisation that the dossier has been in, a counter at which it began included."""
        at_counter = {self.counter} if self.counter else frozenset()
        return self.former_holders | {self.owner, self.holder} | at_counter


def owner_roles(procedure: Procedure) -> frozenset[str]:
    """Return the roles of the unit that submits, which may open a dossier and work on its draft."""
    first = procedure.initial.path
    by = {role for x in procedure.transitions if first in x.sources for role in x.by}
    return frozenset(r for r in by if r in procedure.roles and procedure.roles[r].of_owner)


def may_draft(who: Who, procedure: Procedure, owner: str, counter: str | None = None) -> bool:
    """Return whether the caller may open or change a draft of this unit.

    One that was opened at a counter is also for those who receive there.
    """
    if counter is not None and counter in who.orgs_of(receiving_roles(procedure)):
        return True
    return owner in who.orgs_of(owner_roles(procedure))


def counter_for(who: Who, procedure: Procedure, owner: str) -> str | None:
    """Return the organisation at whose counter the caller may submit for a unit below it, or None.

    It is the one that receives what this unit submits, if the caller receives there.
    """
    initial = procedure.initial.path
    first = {way.target for way in procedure.transitions if initial in way.sources}
    levels = who.tree.levels(owner)
    for way in procedure.transitions:
        if not way.accepts:
            continue
        for source in first.intersection(way.sources):
            org = levels.get(procedure.states[source or ""].at or "")
            if org not in (None, owner) and org in who.orgs_of(way.by):
                return org
    return None


def may_see(who: Who, procedure: Procedure, place: Place) -> bool:
    """Return whether the caller may read the dossier; a draft only those who may write it."""
    if not place.submitted:
        return may_draft(who, procedure, place.owner, place.counter)
    return bool(who.sees & place.all)


def may_audit(who: Who, place: Place) -> bool:
    """Return whether the caller may read the trail; a draft has none."""
    return place.submitted and bool(who.audits & place.all)


def nameable(*names: str) -> bool:
    """Return whether these can be names of anything: printable, and not too long to be one.

    What is not is unknown without asking the database, which would fault on a NUL.
    """
    return all(len(name) <= LONGEST_NAME and name.isprintable() for name in names)


def check_key(key: str | None) -> None:
    """Let pass no idempotency key, and one that can be kept.

    Raises:
        BadInput: the key is empty, too long, or not printable.
    """
    if key is not None and not (key and nameable(key)):
        raise BadInput(
            Text("Khóa chống lặp không hợp lệ.", "The idempotency key is malformed."), field="key"
        )


def require(allowed: bool) -> None:
    """Let the entitled through; to all others there is no such dossier.

    Raises:
        Unknown: not allowed.
    """
    if not allowed:
        raise Unknown(DOSSIER)
