"""Conditions see flat, named, typed values: zero where nothing is filled, never an error."""

from dataclasses import replace
from typing import Any

import pytest

from engine.definition import Aggregate, AwardCount, Fact, Field, FieldType, Procedure
from engine.dossier import Actor, Dossier
from engine.facts import View, count_awards, facts_of, look_up, names_of
from tests.procedures import calendar, local, paper, person, small, text
from tests.story import CHI, DATA, Story, changed, draft


def rich() -> Procedure:
    procedure = small()
    kinds = {
        "age": FieldType.INT,
        "share": FieldType.DECIMAL,
        "urgent": FieldType.BOOL,
        "period": FieldType.PERIOD,
    }
    fields = {key: Field(key=key, type=kind, label=text(key)) for key, kind in kinds.items()}
    return changed(
        procedure,
        fields={**procedure.fields, **fields},
        facts={"titles": Fact(key="titles", label=text("t"), count=AwardCount(titles=("flag",)))},
        aggregates={
            "agreed": Aggregate(key="agreed", records="opinions", where={"stance": "agree"})
        },
    )


def seen(
    dossier: Dossier, procedure: Procedure | None = None, actor: Actor = CHI, **counts: int
) -> dict[str, object]:
    return facts_of(
        procedure or rich(),
        dossier,
        actor=actor,
        at=local("2025-11-10"),
        calendar=calendar(),
        counts=counts,
    )


def filled(**data: Any) -> Dossier:
    return replace(draft(rich()), data={**DATA, **data})


def test_what_is_not_filled_is_the_zero_of_its_type() -> None:
    facts = seen(draft(rich(), {}))

    assert facts["data.award"] == ""
    assert facts["data.age"] == 0
    assert facts["data.share"] == 0
    assert facts["data.urgent"] is False
    assert facts["data.complete_on"] == ""
    assert facts["data.nominee.name"] == ""
    assert facts["data.nominee.birth_year"] == 0
    assert facts["data.period.from"] == ""
    assert facts["data.tally.members"] == 0
    assert facts["data.opinions.count"] == 0
    assert facts["result.passed"] is False
    assert facts["result.yes"] == 0
    assert facts["facts.titles"] == 0
    assert facts["aggregates.agreed"] == 0
    assert facts["clocks.resolution.overdue"] is False
    assert facts["clocks.resolution.left"] == 0


def test_what_is_filled_is_seen_in_its_own_type() -> None:
    facts = seen(
        filled(
            age=41,
            share="12.5",
            urgent=True,
            complete_on="2025-11-03",
            nominee={"kind": "individual", "name": "A", "birth_year": 1970},
            period={"from": "2024-01-01", "until": "2024-12-31"},
            tally={"members": 15, "present": 14, "written": 0, "yes": 14, "no": 0, "blank": 0},
            opinions=[{"stance": "agree"}, {"stance": "disagree"}, {"stance": "agree"}],
        ),
        titles=3,
    )

    assert facts["data.age"] == 41
    assert facts["data.share"] == 125_000
    assert facts["data.urgent"] is True
    assert facts["data.complete_on"] == "2025-11-03"
    assert facts["data.nominee.name"] == "A"
    assert facts["data.nominee.birth_year"] == 1970
    assert facts["data.period.until"] == "2024-12-31"
    assert facts["data.tally.yes"] == 14
    assert facts["data.opinions.count"] == 3
    assert facts["aggregates.agreed"] == 2
    assert facts["facts.titles"] == 3


def test_an_optional_field_says_whether_it_is_filled_and_a_required_one_does_not() -> None:
    facts = seen(filled(complete_on="2025-11-03"))

    assert facts["filled.data.complete_on"] is True
    assert facts["filled.data.age"] is False
    assert "filled.data.nominee" not in facts


def test_zero_is_a_value_like_any_other() -> None:
    assert seen(filled(age=0))["filled.data.age"] is True


def test_papers_are_there_or_not_and_signed_or_not() -> None:
    dossier = replace(
        draft(rich()), documents={"report": (paper(),), "minutes": (paper(signed=True),)}
    )
    facts = seen(dossier)

    assert (facts["documents.report"], facts["documents.report.signed"]) == (True, False)
    assert (facts["documents.minutes"], facts["documents.minutes.signed"]) == (True, True)
    assert seen(draft(rich()))["documents.report"] is False


def test_a_declared_clock_says_what_is_left_and_a_step_limit_says_nothing() -> None:
    story = Story(rich()).accepted()
    facts = seen(story.dossier)

    assert facts["clocks.resolution.left"] == 5
    assert facts["clocks.resolution.overdue"] is False
    assert "clocks.awaiting.left" not in facts


def test_a_clock_is_overdue_once_its_limit_is_over() -> None:
    story = Story(rich()).accepted()
    facts = facts_of(
        rich(), story.dossier, actor=CHI, at=local("2025-11-20"), calendar=calendar(), counts={}
    )

    assert facts["clocks.resolution.overdue"] is True
    assert facts["clocks.resolution.left"] == -3


def test_the_last_ballot_is_seen() -> None:
    facts = seen(Story(rich()).voted().dossier)

    assert (facts["result.passed"], facts["result.yes"], facts["result.needed"]) == (True, 12, 12)


def test_today_is_the_local_day_and_roles_are_those_of_the_actor() -> None:
    facts = seen(draft(rich()), actor=person("x", "specialist", "authority", "specialist"))

    assert facts["today"] == "2025-11-10"
    assert facts["actor.roles"] == ["authority", "specialist"]


def test_every_name_that_is_promised_has_a_value() -> None:
    assert seen(draft(rich())).keys() == set(names_of(rich()))


@pytest.mark.parametrize("name", ["data.ghost", "ghost", "aggregates.ghost"])
def test_a_name_that_nobody_declared_has_no_value(name: str) -> None:
    view = View(
        procedure=rich(),
        dossier=draft(rich()),
        actor=CHI,
        at=local("2025-11-10"),
        calendar=calendar(),
        counts={},
    )

    with pytest.raises(KeyError, match="ghost"):
        view.of([name])


@pytest.mark.parametrize(
    ("awards", "consecutive", "expected"),
    [
        ([], True, 0),
        ([("flag", 2024)], True, 1),
        ([("flag", 2024), ("flag", 2023), ("flag", 2021)], True, 2),
        ([("flag", 2024), ("flag", 2023), ("flag", 2021)], False, 3),
        ([("flag", 2024), ("flag", 2024)], False, 1),
        ([("flag", 2024), ("merit", 2023)], True, 1),
        ([("merit", 2024)], False, 0),
    ],
)
def test_titles_are_counted_by_year_and_in_a_row_where_the_law_says_so(
    awards: list[tuple[str, int]], consecutive: bool, expected: int
) -> None:
    assert count_awards(AwardCount(titles=("flag",), consecutive=consecutive), awards) == expected


@pytest.mark.parametrize(
    ("number", "expected"), [("217/qđ - ubnd", 2), ("218/QĐ-UBND", 0), (None, 0), ("", 0)]
)
def test_a_decision_is_looked_up_by_its_number_however_it_was_typed(
    number: object, expected: int
) -> None:
    held = [("merit", 2019, "217/QĐ-UBND"), ("flag", 2019, "217/QĐ -UBND"), ("merit", 2020, "")]

    assert look_up(AwardCount(deed="number"), held, {"number": number}) == expected


def test_without_a_decision_titles_are_looked_up() -> None:
    assert look_up(AwardCount(titles=("merit",)), [("merit", 2019, "217/QĐ-UBND")], {}) == 1
