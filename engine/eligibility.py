"""Whether a nomination meets the conditions that lie ahead of it: prepared here, decided by people.

The conditions are the procedure's own guards, so the sheet cannot say anything else than the act
that will be refused. Only those count that look at the nomination as it was submitted and at the
award register; what later acts will enter is not judged before it is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from engine.definition import MACHINE_ROLES, FieldType, Guard, Procedure, Source, Transition
from engine.dossier import Dossier
from engine.facts import View, period_of
from engine.initiatives import initiatives_of
from engine.places import root_of
from engine.text import Text

_EMPTY = (None, "")
_GENEROUS = {FieldType.INT: 1_000_000, FieldType.BOOL: True}


class Standing(StrEnum):
    """What a condition says, the worst last."""

    ELIGIBLE = "eligible"
    LOOK = "look"
    NOT = "not"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleMet:
    """One condition ahead, asked today.

    Attributes:
        transition: the act that will ask it.
        clause: the condition as the procedure writes it.
        why: the sentence of the refusal; None when the condition holds.
        source: where the condition is law, if the procedure says so.
        missing: fields that are not filled in and could make it hold.
        counts: the look-ups in the register that it reads: (key, value).
    """

    transition: Transition
    standing: Standing
    clause: str
    why: Text | None
    source: Source | None
    missing: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """An award that the register knows of the same subject.

    Attributes:
        since, until: its period, both inclusive; None where the register does not know it.
        elsewhere: it was given to somebody of this name and age in another unit.
        dossier: id of the dossier by which it was given; None for an imported row.
        bonus: the money that went with it, in đồng; None: the register does not know.
    """

    award: str
    label: Text
    year: int
    since: date | None
    until: date | None
    deed: str
    decided_on: date
    elsewhere: bool = False
    dossier: str | None = None
    bonus: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Something about a nomination that the register shows and a person must weigh."""

    code: str
    standing: Standing
    text: Text


def worst(standings: Iterable[Standing]) -> Standing:
    """Return the worst of these; without any, nothing speaks against it."""
    order = tuple(Standing)
    return max(standings, key=order.index, default=Standing.ELIGIBLE)


def rules_ahead(view: View) -> tuple[RuleMet, ...]:
    """Return each condition on the way ahead, as written, with what it says now."""
    known = _submitted_fields(view.procedure)
    asked: dict[str, RuleMet] = {}
    for transition in _ahead(view, known):
        guard = transition.when
        if guard is None or MACHINE_ROLES.issuperset(transition.by):
            continue
        # Where several acts ask the same, the first of them speaks for all.
        if _judged(guard, known) and not _idle(view, guard) and guard.hash not in asked:
            asked[guard.hash] = _met(view, transition, guard)
    return tuple(asked.values())


def remarks(procedure: Procedure, dossier: Dossier, held: Sequence[Held]) -> tuple[Remark, ...]:
    """Return what the register says against giving the proposed award again.

    One form may be given to one subject many times, but not twice for one achievement, and one
    achievement earns one form: Law 06/2022/QH15, Article 5.
    """
    field = procedure.fields.get(procedure.award_field or "")
    if field is None:
        return ()
    proposed = dossier.data.get(field.key)
    since, until = period_of(procedure, dossier)
    titles = {title for fact in procedure.facts.values() for title in fact.count.titles}
    found = []
    for one in held:
        if one.dossier == dossier.id or not _overlaps(one, since, until):
            continue
        given = f"{one.label.vi} ({one.year}), {one.deed}", f"{one.label.en} ({one.year})"
        if one.award == proposed:
            again = until is not None and one.year == until.year and not one.elsewhere
            found.append(
                Remark(
                    code="same_award_same_period",
                    standing=Standing.NOT if again else Standing.LOOK,
                    text=Text(
                        f"Đã được tặng cho cùng thời gian: {given[0]}.",
                        f"Held already for the same period: {given[1]}, {one.deed}.",
                    ),
                )
            )
        elif one.award in field.choices and one.award not in titles:
            found.append(
                Remark(
                    code="achievement_rewarded",
                    standing=Standing.LOOK,
                    text=Text(
                        f"Thành tích cùng thời gian đã được khen: {given[0]}. Một thành tích chỉ "
                        "được khen một hình thức.",
                        f"Achievements of the same period were rewarded: {given[1]}, {one.deed}. "
                        "One achievement earns one form.",
                    ),
                )
            )
    if any(one.elsewhere for one in held):
        found.append(
            Remark(
                code="another_unit",
                standing=Standing.LOOK,
                text=Text(
                    "Sổ khen thưởng có người trùng họ tên, năm sinh ở đơn vị khác: xem có phải "
                    "cùng một người không.",
                    "The register knows the same name and year of birth in another unit: see "
                    "whether it is the same person.",
                ),
            )
        )
    return tuple(found)


def _submitted_fields(procedure: Procedure) -> frozenset[str]:
    """Return the fields that come with the nomination: no act enters them."""
    entered = {key for t in procedure.transitions for key in (*t.asks, *t.appends)}
    return frozenset(procedure.fields.keys() - entered)


def _judged(guard: Guard, known: frozenset[str]) -> bool:
    """Return whether a condition is about the nomination and the register, and nothing else."""
    fields = {field for name in guard.names if (field := _field_of(name))}
    rest = {name for name in guard.names if not _field_of(name)}
    about = fields or any(name.startswith("facts.") for name in rest)
    return bool(about) and fields <= known and all(n.startswith(("facts.", "today")) for n in rest)


def _idle(view: View, guard: Guard) -> bool:
    """Return whether a condition asks of initiatives alone, and the nomination names none."""
    rule = view.procedure.initiatives
    facts = view.procedure.facts
    keys = [name.removeprefix("facts.") for name in guard.names]
    of_them = all(key in facts and facts[key].count.initiatives is not None for key in keys)
    return of_them and not (rule and initiatives_of(rule, view.dossier.data))


def _field_of(name: str) -> str:
    plain = name.removeprefix("filled.")
    return plain.split(".")[1] if plain.startswith("data.") else ""


def _ahead(view: View, known: frozenset[str]) -> Iterator[Transition]:
    """Yield the acts that may still come, as written; ways that the machine will not take left out.

    Ways back (interrupts, histories) lead to what has been asked before.
    """
    procedure = view.procedure
    places = set(view.dossier.configuration) | {root_of(view.dossier.configuration)}
    ways = [t for t in procedure.transitions if not t.interrupts and not t.history]
    waiting = list(places)
    while waiting:
        place = waiting.pop()
        for way in ways:
            if place not in way.sources or way.target is None or _barred(view, way, known):
                continue
            for further in _entered(procedure, way.target):
                if further not in places:
                    places.add(further)
                    waiting.append(further)
    for way in ways:
        if places.intersection(way.sources) and not _barred(view, way, known):
            yield way


def _barred(view: View, way: Transition, known: frozenset[str]) -> bool:
    """Return whether the engine will not pull a way of its own by what the nomination says."""
    if way.when is None or not MACHINE_ROLES.issuperset(way.by) or not _judged(way.when, known):
        return False
    return way.when(view.of(way.when.names)) is not True


def _entered(procedure: Procedure, target: str) -> Iterator[str]:
    yield target
    if procedure.states[target].composite:
        for region in procedure.region_keys(target):
            yield procedure.entered_at(region).path


def _met(view: View, transition: Transition, guard: Guard) -> RuleMet:
    facts = view.of(guard.names)
    answer = guard(facts)
    missing = () if answer is True else _missing(view, guard, facts)
    if answer is True:
        standing = Standing.ELIGIBLE
    else:
        standing = Standing.NOT if answer is False and not missing else Standing.LOOK
    return RuleMet(
        transition=transition,
        standing=standing,
        clause=" ".join(guard.source.split()),
        why=None if answer is True else transition.refusal,
        source=view.procedure.sources.get(transition.source or ""),
        missing=missing,
        counts=tuple(
            (key, view.counts.get(key, 0))
            for key in view.procedure.facts
            if f"facts.{key}" in guard.names
        ),
    )


def _missing(view: View, guard: Guard, facts: dict[str, object]) -> tuple[str, ...]:
    """Return the unfilled numbers and yes-or-no fields without which the condition cannot hold."""
    fields = view.procedure.fields
    open_fields = [
        key
        for key in sorted({_field_of(name) for name in guard.names} - {""})
        if fields[key].type in _GENEROUS and view.dossier.data.get(key) in _EMPTY
    ]

    def granting(keys: Iterable[str]) -> bool:
        best = {f"data.{key}": _GENEROUS[fields[key].type] for key in keys}
        return guard({**facts, **{k: v for k, v in best.items() if k in facts}}) is True

    if not open_fields or not granting(open_fields):
        return ()
    needed = [key for key in open_fields if not granting(k for k in open_fields if k != key)]
    return tuple(needed or open_fields)


def _overlaps(one: Held, since: date | None, until: date | None) -> bool:
    if since is None or until is None:
        return False
    if one.since is None or one.until is None:
        return since.year <= one.year <= until.year
    return one.since <= until and since <= one.until
