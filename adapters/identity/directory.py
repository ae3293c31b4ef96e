"""In which organisations a role counts, worked out from the tree and from nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from engine.dossier import Grant

LONGEST_LINE = 32
"""No line of organisations is longer; a circle in the data ends here instead of never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """One office of the tree.

    Attributes:
        level: `unit`, `commune`, `province` or `centre`.
        parent: the organisation above it, or None at the top.
        part_of: the organisation whose department it is, or None.
        external: outside this database; its answers are entered by the holder.
    """

    id: str
    name_vi: str
    name_en: str
    level: str
    parent: str | None = None
    part_of: str | None = None
    agency_code: str | None = None
    external: bool = False

    def name(self, lang: str) -> str:
        """Return the name in the language asked for."""
        return self.name_en if lang == "en" and self.name_en else self.name_vi


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleHeld:
    """A role of a person in an organisation for a period; both days inclusive.

    Attributes:
        sees: `own`, or `subtree` for all organisations below as well.
    """

    role: str
    org: str
    sees: str
    from_on: date
    until_on: date | None = None

    def on(self, day: date) -> bool:
        """Return whether the role is held on a local day."""
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)


@dataclass(frozen=True, slots=True)
class Tree:
    """All organisations by id."""

    organisations: Mapping[str, Organisation] = field(default_factory=dict)

    @classmethod
    def of(cls, organisations: Iterable[Organisation]) -> Tree:
        """Return the tree of these organisations."""
        return cls({o.id: o for o in organisations})

    def name(self, org: str, lang: str) -> str:
        """Return an organisation's name, or its id if it is not known any more."""
        found = self.organisations.get(org)
        return org if found is None else found.name(lang)

    def covers(self, org: str, sees: str) -> frozenset[str]:
        """Return where a role held in `org` counts.

        That is `org`, the organisation it is a department of (one step only: a team of a
        department is not the ministry), and with `subtree` whatever lies below one of them.
        """
        found = self.organisations.get(org)
        if found is None:
            return frozenset()
        tops = {org} if found.part_of is None else {org, found.part_of}
        return frozenset(tops | self._below(tops) if sees == "subtree" else tops)

    def grant(self, held: RoleHeld) -> Grant:
        """Return the engine's view of a role held."""
        return Grant(role=held.role, org=held.org, covers=self.covers(held.org, held.sees))

    def levels(self, org: str) -> Mapping[str, str]:
        """Return level -> the organisation of that level at or above `org`, departments left out.

        >>> tree = Tree.of([
        ...     Organisation(id="p", name_vi="UBND tỉnh", name_en="", level="province"),
        ...     Organisation(id="u", name_vi="Trường", name_en="", level="unit", parent="p"),
        ... ])
        >>> dict(tree.levels("u"))
        {'unit': 'u', 'province': 'p'}
        """
        found: dict[str, str] = {}
        here = self.organisations.get(org)
        for _ in range(LONGEST_LINE):
            if here is None:
                break
            if here.part_of is None:
                found.setdefault(here.level, here.id)
            else:
                top = self.organisations.get(here.part_of)
                if top is not None:
                    found.setdefault(top.level, top.id)
            here = self.organisations.get(here.parent or "")
        return found

    def agencies(self, orgs: Iterable[str]) -> Mapping[str, str]:
        """Return organisation -> the agency code that its dossier codes begin with."""
        found = ((org, self.organisations.get(org)) for org in orgs)
        return {org: o.agency_code for org, o in found if o is not None and o.agency_code}

    def outside(self, orgs: Iterable[str]) -> frozenset[str]:
        """Return those of the organisations that keep no dossiers in this database."""
        found = ((org, self.organisations.get(org)) for org in orgs)
        return frozenset(org for org, o in found if o is not None and o.external)

    def _below(self, tops: set[str]) -> set[str]:
        children: dict[str, list[str]] = {}
        for o in self.organisations.values():
            if o.parent is not None:
                children.setdefault(o.parent, []).append(o.id)
        below: set[str] = set()
        waiting = [child for top in tops for child in children.get(top, ())]
        while waiting:
            one = waiting.pop()
            if one not in below:
                below.add(one)
                waiting += children.get(one, ())
        return below
