"""The sheet says what the acts ahead will say, and what the register says against a nomination."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from engine.definition import (
    AwardCount,
    Fact,
    Field,
    FieldType,
    InitiativeRule,
    InitiativeUse,
    NamedInitiative,
    Procedure,
    Source,
    UsedFor,
)
from engine.dossier import Actor, Dossier
from engine.eligibility import Held, Remark, RuleMet, Standing, remarks, rules_ahead, worst
from engine.facts import View
from engine.parts import Fault
from tests.procedures import calendar, local, small, text
from tests.story import DATA, changed, draft, with_ways

PERIOD = {"from": "2024-01-01", "until": "2025-12-31"}


@dataclass(frozen=True)
class Condition:
    """A condition without its language."""

    source: str
    names: frozenset[str]
    says: Callable[[Mapping[str, Any]], bool | Fault]
    hash: str = ""

    def __call__(self, facts: Mapping[str, object]) -> bool | Fault:
        """Return what it says."""
        return self.says(facts)


def guard(source: str, names: set[str], says: Callable[[Mapping[str, Any]], Any]) -> Condition:
    return Condition(source, frozenset(names), says)


def proposing(**ways: Any) -> Procedure:
    """Return the small procedure with conditions on its appraisal."""
    procedure = small()
    kinds = {"years": FieldType.INT, "leader": FieldType.BOOL, "period": FieldType.PERIOD}
    fields = {key: Field(key=key, type=kind, label=text(key)) for key, kind in kinds.items()}
    titled = AwardCount(titles=("grassroots", "title"), consecutive=True)
    procedure = changed(
        procedure,
        fields={**procedure.fields, **fields},
        facts={"titles": Fact(key="titles", label=text("danh hiệu"), count=titled)},
        sources={"law": Source(key="law", cite="Luật, Điều 1")},
    )
    given = {"refusal": text("Chưa đủ điều kiện."), **ways}
    return with_ways(procedure, "appraise", **given)


def asked(
    procedure: Procedure, dossier: Dossier | None = None, titles: int = 0, **data: Any
) -> tuple[RuleMet, ...]:
    dossier = dossier or replace(draft(procedure), data={**DATA, **data})
    view = View(
        procedure=procedure,
        dossier=dossier,
        actor=Actor(person=None),
        at=local("2025-11-10"),
        calendar=calendar(),
        counts={"titles": titles},
    )
    return rules_ahead(view)


def titles_needed() -> Any:
    return guard("facts.titles >= 2", {"facts.titles"}, lambda f: f["facts.titles"] >= 2)


def test_a_condition_on_the_register_is_asked_long_before_its_act() -> None:
    procedure = proposing(when=titles_needed(), source="law")

    (short,) = asked(procedure, titles=1)
    assert (short.transition.trigger, short.standing) == ("appraise", Standing.NOT)
    assert (short.clause, short.why) == ("facts.titles >= 2", text("Chưa đủ điều kiện."))
    assert short.source == Source(key="law", cite="Luật, Điều 1")
    assert short.counts == (("titles", 1),)

    (enough,) = asked(procedure, titles=2)
    assert (enough.standing, enough.why, enough.missing) == (Standing.ELIGIBLE, None, ())


def test_what_is_not_filled_in_and_could_help_is_to_be_looked_at() -> None:
    needed = guard(
        "data.years >= 2 && data.leader",
        {"data.years", "data.leader"},
        lambda f: f["data.years"] >= 2 and f["data.leader"],
    )
    procedure = proposing(when=needed)

    assert asked(procedure)[0].missing == ("leader", "years")
    (half,) = asked(procedure, years=3)
    assert (half.standing, half.missing) == (Standing.LOOK, ("leader",))
    (short,) = asked(procedure, years=1)
    assert (short.standing, short.missing) == (Standing.NOT, ())


def test_either_of_two_unfilled_fields_may_help() -> None:
    either = guard(
        "data.years >= 2 || data.leader",
        {"data.years", "data.leader"},
        lambda f: f["data.years"] >= 2 or f["data.leader"],
    )
    assert asked(proposing(when=either))[0].missing == ("leader", "years")


def test_a_condition_that_cannot_be_computed_is_to_be_looked_at() -> None:
    faulty = guard("facts.titles > 1", {"facts.titles"}, lambda f: Fault("broken"))
    assert asked(proposing(when=faulty))[0].standing is Standing.LOOK


@pytest.mark.parametrize(
    "name",
    ["data.tally.yes", "documents.report", "clocks.resolution.left", "today"],
)
def test_what_later_acts_enter_is_not_judged_before_it_is_there(name: str) -> None:
    assert asked(proposing(when=guard(name, {name}, lambda f: False))) == ()


def test_ways_that_the_machine_will_not_take_are_not_ahead() -> None:
    merit = guard("data.award == 'merit'", {"data.award"}, lambda f: f["data.award"] == "merit")
    procedure = proposing(when=titles_needed())
    sorted_out = with_ways(procedure, "accept", by=("system",), when=merit, refusal=text("k"))

    assert len(asked(sorted_out, award="merit")) == 1
    assert asked(sorted_out, award="flag") == ()


def test_what_has_been_passed_is_not_asked_again() -> None:
    procedure = proposing(when=titles_needed())
    late = replace(draft(procedure), configuration=frozenset({"agenda"}))
    assert asked(procedure, late) == ()


def held(**over: Any) -> Held:
    known: dict[str, Any] = {
        "award": "merit",
        "label": text("bằng khen"),
        "year": 2025,
        "since": date(2025, 1, 1),
        "until": date(2025, 12, 31),
        "deed": "12/QĐ-UBND",
        "decided_on": date(2025, 12, 20),
    }
    return Held(**{**known, **over})


def told(*rows: Held, **data: Any) -> list[tuple[str, Standing]]:
    procedure = proposing()
    dossier = replace(draft(procedure), data={**DATA, "period": PERIOD, **data})
    found: tuple[Remark, ...] = remarks(procedure, dossier, rows)
    return [(one.code, one.standing) for one in found]


def test_the_same_award_is_not_given_twice_for_one_period() -> None:
    assert told(held()) == [("same_award_same_period", Standing.NOT)]
    assert told(held(since=None, until=None)) == [("same_award_same_period", Standing.NOT)]


def test_a_period_that_merely_overlaps_is_to_be_looked_at() -> None:
    earlier = held(year=2024, since=date(2023, 1, 1), until=date(2024, 12, 31))
    assert told(earlier) == [("same_award_same_period", Standing.LOOK)]


@pytest.mark.parametrize(
    "row",
    [
        held(year=2023, since=None, until=None),
        held(year=2023, since=date(2022, 1, 1), until=date(2023, 12, 31)),
        held(award="title"),
        held(award="unknown"),
        held(dossier=draft(small()).id),
    ],
    ids=["another year", "another period", "a title", "another level's award", "its own"],
)
def test_what_says_nothing_against_it_is_not_remarked(row: Held) -> None:
    assert told(row) == []


def test_one_achievement_earns_one_form() -> None:
    assert told(held(award="flag")) == [("achievement_rewarded", Standing.LOOK)]


def test_the_same_name_and_age_in_another_unit_is_to_be_looked_at() -> None:
    assert told(held(elsewhere=True)) == [
        ("same_award_same_period", Standing.LOOK),
        ("another_unit", Standing.LOOK),
    ]


def test_without_period_or_award_the_register_says_nothing() -> None:
    procedure = changed(small(), award_field=None)
    assert remarks(procedure, draft(procedure), [held()]) == ()
    assert told(held(), period=None) == []


def test_the_worst_condition_counts() -> None:
    assert worst([]) is Standing.ELIGIBLE
    assert worst([Standing.LOOK, Standing.ELIGIBLE]) is Standing.LOOK
    assert worst([Standing.NOT, Standing.LOOK]) is Standing.NOT


def test_a_condition_on_initiatives_is_asked_once_and_only_where_one_is_named() -> None:
    count = AwardCount(initiatives=InitiativeUse.SPENT)
    unspent = guard("facts.spent == 0", {"facts.spent"}, lambda f: f["facts.spent"] == 0)
    procedure = proposing(when=titles_needed())
    procedure = changed(
        procedure,
        fields={
            **procedure.fields,
            "decision": Field(key="decision", type=FieldType.TEXT, label=text("số")),
        },
        facts={**procedure.facts, "spent": Fact(key="spent", label=text("đã dùng"), count=count)},
    )
    kept = changed(
        procedure,
        initiatives=InitiativeRule(
            named=(NamedInitiative(decision="decision", title="title"),),
            classes={"merit": UsedFor.FORM},
        ),
    )
    for trigger in ("propose", "decide"):
        procedure, kept = (
            with_ways(one, trigger, when=replace(unspent, hash="h"), refusal=text("Đã dùng."))
            for one in (procedure, kept)
        )

    def triggers(one: Procedure, **data: Any) -> list[str]:
        return [met.transition.trigger for met in asked(one, titles=2, **data)]

    assert triggers(kept) == triggers(procedure, decision="1/QĐ") == ["appraise"]
    assert triggers(kept, decision="1/QĐ") == ["appraise", "propose"]
