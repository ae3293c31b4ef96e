"""Conditions are checked when they are saved, and never pass by failing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.definition import Fault
from workflows.guards import (
    GuardEnv,
    GuardError,
    Kind,
    Problem,
    months_between,
    years_between,
)

NAMES = {
    "data.award": Kind.STRING,
    "data.born": Kind.STRING,
    "today": Kind.STRING,
    "facts.titles": Kind.INT,
    "actor.roles": Kind.STRINGS,
    "documents.report": Kind.BOOL,
    "documents.report.signed": Kind.BOOL,
}
FACTS: dict[str, object] = {
    "data.award": "soldier",
    "data.born": "2000-06-15",
    "today": "2025-06-14",
    "facts.titles": 3,
    "actor.roles": ["head"],
    "documents.report": True,
    "documents.report.signed": False,
}
ENV = GuardEnv(NAMES)


def problems(source: str) -> tuple[Problem, ...]:
    with pytest.raises(GuardError) as caught:
        ENV.compile(source)
    return caught.value.problems


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("data.award == 'soldier' && facts.titles >= 3", True),
        ("data.award != 'soldier' || facts.titles > 3", False),
        ("documents.report && !documents.report.signed", True),
        ("'head' in actor.roles", True),
        ("before(data.born, today)", True),
        ("after(data.born, today)", False),
        ("years_between(data.born, today) == 24", True),
        ("months_between(data.born, today) >= 288", True),
        ("data.award in ['flag', 'merit']", False),
        ("data.award.startsWith('sol')", True),
    ],
)
def test_a_condition_says_what_holds(source: str, expected: bool) -> None:
    assert ENV.compile(source)(FACTS) is expected


def test_a_condition_knows_the_names_it_reads_and_not_those_it_only_writes() -> None:
    guard = ENV.compile("data.award == 'today' && documents.report.signed")

    assert guard.names == {"data.award", "documents.report.signed"}


def test_equal_conditions_are_equal_and_have_the_hash_of_their_text() -> None:
    one, same, other = ENV.compile("true"), ENV.compile("true"), ENV.compile("false")

    assert one == same
    assert hash(one) == hash(same)
    assert one != other
    assert one != "true"
    assert one.hash == "b5bea41b6c623f7c09f1bf24dcae58ebab3c0cdd90ad966bc43a45b44867e12b"
    assert repr(one) == "CompiledGuard('true')"


def test_a_misspelt_name_is_named_at_its_place_with_the_nearest_known_one() -> None:
    (first, second) = problems("data.awrd == 'x' || facts.title > 1")

    assert (first.line, first.column) == (1, 1)
    assert first.text.en == (
        "The name 'data.awrd' is not declared. Did you mean 'data.award'? Declare or correct it."
    )
    assert (second.line, second.column) == (1, 21)


def test_a_misspelt_name_on_a_later_line_is_named_there() -> None:
    (only,) = problems("data.award == 'x'\n  || facts.titel > 1")

    assert (only.line, only.column) == (2, 6)


def test_an_unknown_function_is_named_with_the_nearest_known_one() -> None:
    assert "'before'" in problems("befor(today, today)")[0].text.en


@pytest.mark.parametrize(
    ("source", "column", "says"),
    [
        ("facts.titles > 'a'", 14, "'>' does not work on (int, string)"),
        ("data.award ==", 14, "syntax error"),
        ("", 1, "syntax error"),
        ("facts.titles", 1, "must yield true or false, not int"),
        ("facts.titles.x == 1", 13, "cannot be the operand"),
        ("(" * 40 + "true" + ")" * 40, 1, "recursion limit"),
    ],
)
def test_what_cannot_be_a_condition_is_said_at_its_place(
    source: str, column: int, says: str
) -> None:
    problem = problems(source)[0]

    assert problem.column == column
    assert says in problem.text.en
    assert problem.text.vi


@pytest.mark.parametrize(
    ("source", "facts"),
    [
        ("1 / 0 == 1", FACTS),
        ("data.award == 'x'", {}),
        ("facts.titles > 1", {"facts.titles": "three"}),
        ("facts.titles > 1", {"facts.titles": 2**70}),
        ("facts.titles > 1", {"facts.titles": None}),
        ("before(data.born, today)", {**FACTS, "data.born": ""}),
        ("before(data.born, today)", {**FACTS, "data.born": "2025-02-30"}),
        ("data.award.matches('(')", FACTS),
        (
            "[1,2,3,4,5,6,7,8,9].all(a, [1,2,3,4,5,6,7,8,9].all(b, [1,2,3,4,5,6,7,8,9].all(c, "
            "[1,2,3,4,5,6,7,8,9].all(d, [1,2,3,4,5,6,7,8,9].all(e, [1,2,3,4,5,6,7,8,9].all(f, "
            "a + b + c + d + e + f > 0))))))",
            FACTS,
        ),
    ],
)
def test_a_condition_that_cannot_be_evaluated_is_a_fault_and_not_a_pass(
    source: str, facts: dict[str, object]
) -> None:
    assert isinstance(ENV.compile(source)(facts), Fault)


def test_a_fault_does_not_repeat_what_somebody_typed() -> None:
    fault = ENV.compile("before(data.born, today)")({**FACTS, "data.born": "Nguyễn Văn A"})

    assert isinstance(fault, Fault)
    assert "Nguyễn" not in fault.why


def test_an_exception_of_the_library_denies() -> None:
    class Broken:
        def eval(self, data: object) -> object:
            raise RuntimeError("gone")

    guard = ENV.compile("true")
    guard._expression = Broken()

    assert isinstance(guard(FACTS), Fault)


def test_one_condition_serves_many_threads() -> None:
    guard = ENV.compile("facts.titles >= 3")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: guard({"facts.titles": n % 6}), range(600)))

    assert answers == [n % 6 >= 3 for n in range(600)]


@given(st.text(max_size=40))
def test_whatever_is_written_compiles_or_has_problems_with_places(source: str) -> None:
    try:
        guard = ENV.compile(source)
    except GuardError as error:
        said = error.problems
    else:
        said = ()
        assert isinstance(guard(FACTS), bool | Fault)
    assert all(p.line >= 1 and p.column >= 1 and p.text.vi for p in said)


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        (date(2000, 6, 15), date(2025, 6, 14), 24),
        (date(2000, 6, 15), date(2025, 6, 15), 25),
        (date(2024, 2, 29), date(2025, 2, 27), 0),
        (date(2024, 2, 29), date(2025, 2, 28), 1),
        (date(2024, 2, 29), date(2028, 2, 28), 3),
        (date(2024, 2, 29), date(2028, 2, 29), 4),
        (date(2023, 2, 28), date(2024, 2, 28), 1),
        (date(2025, 6, 15), date(2000, 6, 15), -25),
    ],
)
def test_years_are_whole_on_the_day_that_the_code_says(start: date, end: date, years: int) -> None:
    assert years_between(start, end) == years


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("1970-03-01", "1972-02-29", 24),
        ("1970-03-01", "1972-02-28", 23),
        ("1968-02-01", "1970-01-30", 23),
        ("1968-02-01", "1970-01-31", 24),
        ("1970-01-31", "1970-02-28", 1),
        ("1970-01-31", "1970-02-27", 1),
        ("1970-01-31", "1970-02-26", 0),
        ("1970-05-15", "1970-05-15", 0),
        ("1970-05-15", "1970-05-14", 0),
        ("1970-05-15", "1970-04-01", 0),
    ],
)
def test_months_of_service_count_both_days_and_only_full_ones(
    first: str, last: str, months: int
) -> None:
    assert months_between(date.fromisoformat(first), date.fromisoformat(last)) == months
