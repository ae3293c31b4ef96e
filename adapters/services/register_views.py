"""The award register and the eligibility sheet as they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from adapters.services.views import Choice, PageInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardView:
    """One award: who received what, by which deed, on which day, for which period.

    Attributes:
        year: what it counts for.
        period_from, period_until: inclusive; None where the register does not know them.
        bonus: in đồng; None where the register does not know it.
        imported: it comes from an old list and not from a decision made here.
    """

    name: str
    kind: str
    kind_label: str
    birth_year: int | None
    unit: str
    award: str
    award_label: str
    year: int
    period_from: date | None
    period_until: date | None
    level: str
    level_label: str
    type: str
    type_label: str
    deed: str
    decided_on: date
    bonus: int | None
    org: str
    org_name: str
    imported: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardPage:
    """One page of the register, by name in Vietnamese order."""

    items: Sequence[AwardView]
    page: PageInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCellView:
    """What is wrong with one cell of a list."""

    cell: str
    column: str
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDone:
    """What became of a list.

    Attributes:
        done: the register has every good row now; False: nothing was written.
        written: rows that are new; `known` were entered from the same file before.
        refused: rows that were left out, each with its cells in `bad`.
    """

    done: bool
    written: int
    known: int
    refused: int
    bad: Sequence[BadCellView]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    """One condition ahead.

    Attributes:
        standing: `eligible`, `look` or `not`.
        clause: the condition as the procedure writes it.
        detail: why it does not hold, in the words of the rule; empty when it does.
        source: where it is law; `unverified` until an administrator confirms it.
        missing: what is not filled in and could make it hold.
        counts: what the register says: (label, number).
    """

    act: str
    standing: str
    standing_label: str
    clause: str
    detail: str
    source: str
    unverified: bool
    missing: Sequence[str]
    counts: Sequence[Choice]


@dataclass(frozen=True, slots=True, kw_only=True)
class RemarkView:
    """Something that the register or another dossier shows, to be weighed by a person.

    Attributes:
        source: where it is law, if the procedure says so; `unverified` until that is confirmed.
    """

    code: str
    standing: str
    standing_label: str
    detail: str
    source: str = ""
    unverified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlsoProposed:
    """Another open dossier for the same subject."""

    code: str
    title: str
    owner_name: str
    received_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EligibilityView:
    """What speaks for and against a nomination; it decides nothing.

    Attributes:
        standing: the worst of all: `eligible`, `look` or `not`.
        held: what the register knows of the subject, as far as the caller may read it.
        register: the caller may read the register here; without, only the nomination is judged.
    """

    standing: str
    standing_label: str
    rules: Sequence[RuleView]
    remarks: Sequence[RemarkView]
    held: Sequence[AwardView]
    also: Sequence[AlsoProposed]
    register: bool
