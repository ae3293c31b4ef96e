"""What conditions may look at: flat, named, typed values, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from engine.calendar import TZ, Calendar
from engine.definition import AwardCount, Field, FieldType, Procedure
from engine.dossier import Actor, Dossier
from engine.initiatives import UsedRow, reuses
from engine.legal_clock import is_overdue, left

PARTY_PARTS: Mapping[str, object] = {
    "kind": "",
    "name": "",
    "gender": "",
    "position": "",
    "unit": "",
    "id_number": "",
    "birth_year": 0,
}
PERIOD_PARTS: Mapping[str, object] = {"from": "", "until": ""}
TALLY_PARTS: Mapping[str, object] = dict.fromkeys(
    ("members", "present", "written", "yes", "no", "blank"), 0
)
DECIMAL_SCALE = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What a condition is asked about: a dossier, seen by an actor, at an instant.

    Attributes:
        counts: the declared look-ups, by key.
    """

    procedure: Procedure
    dossier: Dossier
    actor: Actor
    at: datetime
    calendar: Calendar
    counts: Mapping[str, int]

    def of(self, names: Iterable[str]) -> dict[str, object]:
        """Return the values of these names.

        Raises:
            KeyError: a name is none that conditions may use; the checker has refused it before.
        """
        return {name: self._value(name) for name in names}

    def _value(self, name: str) -> object:
        scope, _, rest = name.partition(".")
        return _SCOPES[scope](self, rest)


def facts_of(
    procedure: Procedure,
    dossier: Dossier,
    *,
    actor: Actor,
    at: datetime,
    calendar: Calendar,
    counts: Mapping[str, int],
) -> dict[str, object]:
    """Return every name that conditions of the procedure may use, with its value."""
    view = View(
        procedure=procedure, dossier=dossier, actor=actor, at=at, calendar=calendar, counts=counts
    )
    return view.of(names_of(procedure))


def names_of(procedure: Procedure) -> list[str]:
    """Return every name that conditions of the procedure may use."""
    names = ["today", "actor.roles", "result.passed", "result.yes", "result.needed"]
    for field in procedure.fields.values():
        parts = _PARTS.get(field.type)
        names += [f"data.{field.key}.{part}" for part in parts] if parts else [f"data.{field.key}"]
        if not field.required:
            names.append(f"filled.data.{field.key}")
    for key in procedure.documents:
        names += [f"documents.{key}", f"documents.{key}.signed"]
    for key in procedure.clocks:
        if procedure.clocks[key].in_state != key:
            names += [f"clocks.{key}.overdue", f"clocks.{key}.left"]
    names += [f"facts.{key}" for key in procedure.facts]
    names += [f"aggregates.{key}" for key in procedure.aggregates]
    return names


def count_awards(rule: AwardCount, awards: Iterable[tuple[str, int]]) -> int:
    """Return how often a subject holds the titles of `rule`.

    Args:
        awards: (award key, year for which it was given) of the subject, in any order.
    """
    years = sorted({year for award, year in awards if award in rule.titles}, reverse=True)
    if not rule.consecutive:
        return len(years)
    run = 0
    while run < len(years) and years[run] == years[0] - run:
        run += 1
    return run


def look_up(
    rule: AwardCount, awards: Iterable[tuple[str, int, str]], data: Mapping[str, object]
) -> int:
    """Return what a declared look-up finds.

    Args:
        awards: (award key, year, number of the decision) of the subject, in any order.
        data: of the dossier; a decision that it does not name is not found.
    """
    if rule.deed is None:
        return count_awards(rule, [(award, year) for award, year, _ in awards])
    wanted = _as_number(data.get(rule.deed))
    return sum(bool(wanted) and _as_number(deed) == wanted for _, _, deed in awards)


def look_ups(
    procedure: Procedure,
    data: Mapping[str, object],
    *,
    awards: Collection[tuple[str, int, str]],
    used: Collection[UsedRow] = (),
    dossier: str = "",
) -> dict[str, int]:
    """Return every look-up that the procedure declares.

    Args:
        awards: as for `look_up`.
        used: what the register knows of initiatives of the subject.
        dossier: id of the dossier that asks.
    """
    award = data.get(procedure.award_field or "")
    again = reuses(procedure.initiatives, award, data, used, dossier)
    return {
        key: look_up(fact.count, awards, data)
        if fact.count.initiatives is None
        else sum(one.means is fact.count.initiatives for one in again)
        for key, fact in procedure.facts.items()
    }


def _as_number(deed: object) -> str:
    """Return the number of a decision without the spaces and cases in which people differ."""
    return "".join(deed.split()).casefold() if isinstance(deed, str) else ""


def period_of(procedure: Procedure, dossier: Dossier) -> tuple[date | None, date | None]:
    """Return first and last day of the achievement's period; nothing where none is given."""
    for key, field in procedure.fields.items():
        value: Any = dossier.data.get(key)
        if field.type is FieldType.PERIOD and value:
            return date.fromisoformat(value["from"]), date.fromisoformat(value["until"])
    return None, None


def _data(view: View, rest: str) -> object:
    key, _, part = rest.partition(".")
    field = view.procedure.fields[key]
    value: Any = view.dossier.data.get(key)
    parts = _PARTS.get(field.type)
    if parts is None:
        return _scalar(field, value)
    if field.type is FieldType.RECORDS:
        return len(value or ())
    found = (value or {}).get(part)
    return parts[part] if found is None else found


def _scalar(field: Field, value: Any) -> object:
    match field.type:
        case FieldType.INT:
            return value or 0
        case FieldType.BOOL:
            return bool(value)
        case FieldType.DECIMAL:
            return int(Decimal(value or "0") * DECIMAL_SCALE)
        case _:
            return value or ""


def _filled(view: View, rest: str) -> object:
    return view.dossier.data.get(rest.removeprefix("data.")) not in (None, "", (), [])


def _documents(view: View, rest: str) -> object:
    key, _, signed = rest.partition(".")
    papers = view.dossier.documents.get(key, ())
    return any(paper.signed for paper in papers) if signed else bool(papers)


def _clocks(view: View, rest: str) -> object:
    key, _, what = rest.rpartition(".")
    clock = view.dossier.clocks.get(key)
    if clock is None:
        return False if what == "overdue" else 0
    if what == "overdue":
        return is_overdue(clock, view.at, view.calendar)
    return left(clock, view.at, view.calendar)


def _result(view: View, rest: str) -> object:
    value = view.dossier.results.get("ballot", {}).get(rest)
    return (False if rest == "passed" else 0) if value is None else value


def _aggregate(view: View, key: str) -> object:
    rule = view.procedure.aggregates[key]
    records: Any = view.dossier.data.get(rule.records) or ()
    return sum(all(r.get(k) == v for k, v in rule.where.items()) for r in records)


_PARTS: Mapping[FieldType, Mapping[str, object]] = {
    FieldType.PARTY: PARTY_PARTS,
    FieldType.PERIOD: PERIOD_PARTS,
    FieldType.TALLY: TALLY_PARTS,
    FieldType.RECORDS: {"count": 0},
}

_SCOPES: Mapping[str, Callable[[View, str], object]] = {
    "data": _data,
    "filled": _filled,
    "documents": _documents,
    "clocks": _clocks,
    "result": _result,
    "aggregates": _aggregate,
    "facts": lambda view, key: view.counts.get(key, 0),
    "today": lambda view, _: view.at.astimezone(TZ).date().isoformat(),
    "actor": lambda view, _: sorted({grant.role for grant in view.actor.grants}),
}
