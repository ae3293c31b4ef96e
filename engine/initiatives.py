"""One initiative, one use: which initiatives a dossier names, and what became of them before.

An initiative that served a title serves no form of commendation afterwards, nor the other way
round, and no two forms; whether it serves two titles is not settled, so that the procedure says it
(official letter 5007/BNV-TĐKT of the Ministry of Home Affairs, III.5.c). Authors of one initiative
use it each for themselves: what counts is its use by the same subject.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from engine.parts import InitiativeRule, InitiativeUse, UsedFor


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiative:
    """An initiative as a dossier names it: number and day of its recognition, and its title."""

    decision: str
    title: str = ""
    recognised_on: date | None = None

    @property
    def number(self) -> str:
        """The number of the decision as it is compared: no spaces, no capitals."""
        return "".join(_folded(self.decision).split())

    @property
    def folded(self) -> str:
        """The title as it is compared: no marks, no capitals, words one space apart."""
        return " ".join(_folded(self.title).split())

    def same(self, other: Initiative) -> bool:
        """Return whether both are one: a title that is not told may be any of its decision."""
        if self.number != other.number:
            return False
        return self.folded == other.folded or not (self.folded and other.folded)


@dataclass(frozen=True, slots=True, kw_only=True)
class UsedRow:
    """A use that the register knows of the dossier's subject; `dossier`: by which, if by one."""

    initiative: Initiative
    award: str
    used_for: UsedFor
    year: int
    deed: str = ""
    dossier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reuse:
    """An initiative that a dossier names and that was used before, and what that means for it."""

    initiative: Initiative
    before: UsedRow
    means: InitiativeUse


def initiatives_of(rule: InitiativeRule, data: Mapping[str, object]) -> tuple[Initiative, ...]:
    """Return the initiatives that a dossier names by their decisions, each once."""
    found: list[Initiative] = []
    for named in rule.named:
        decision, title, on = (data.get(k or "") for k in (named.decision, named.title, named.on))
        if not (isinstance(decision, str) and decision.strip()):
            continue
        one = Initiative(
            decision=decision,
            title=title if isinstance(title, str) else "",
            recognised_on=date.fromisoformat(on) if isinstance(on, str) and on else None,
        )
        if one not in found:
            found.append(one)
    return tuple(found)


def reuses(
    rule: InitiativeRule | None,
    award: object,
    data: Mapping[str, object],
    used: Iterable[UsedRow],
    dossier: str,
) -> tuple[Reuse, ...]:
    """Return what was used before of the initiatives that a dossier (an id) names for an award.

    Its own use, written when it was decided, is none before. Without a rule, or for an award of
    which the rule says nothing, there is nothing to find.
    """
    proposed = rule.classes.get(award) if rule and isinstance(award, str) else None
    if rule is None or proposed is None:
        return ()
    earlier = [one for one in used if one.dossier != dossier]
    return tuple(
        Reuse(initiative=one, before=before, means=rule.again(proposed, before.used_for))
        for one in initiatives_of(rule, data)
        for before in earlier
        if one.same(before.initiative)
    )


def bearer_of(data: Mapping[str, object]) -> tuple[str, ...]:
    """Return by what two dossiers of one batch are known to propose the same subject; or nothing.

    As the register does: by name and year of birth, where there is none by name and unit.
    """
    for value in data.values():
        if isinstance(value, Mapping) and isinstance(value.get("name"), str):
            name = " ".join(_folded(value["name"]).split())
            apart = value.get("birth_year") or _folded(str(value.get("unit") or ""))
            return (name, str(apart)) if name else ()
    return ()


def _folded(text: str) -> str:
    return "".join(
        "d" if letter == "đ" else letter
        for letter in unicodedata.normalize("NFKD", text.lower())
        if not unicodedata.combining(letter) and letter.isprintable()
    )
