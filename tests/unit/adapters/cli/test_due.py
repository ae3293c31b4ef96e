"""`bangvang due` answers people and programs, and says what is wrong with bad input."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from adapters.cli.due import due


def run(*arguments: str) -> Result:
    return CliRunner().invoke(due, list(arguments))


def answer(*arguments: str) -> dict[str, Any]:
    result = run(*arguments, "--json")
    assert result.exit_code == 0, result.output
    parsed: dict[str, Any] = json.loads(result.stdout)
    return parsed


def test_a_public_posting_of_ten_working_days_ends_after_national_day() -> None:
    told = answer("2025-08-20", "10 working days", "--count-first-day")

    assert told["due_on"] == "2025-09-04"
    assert told["due_at"] == "2025-09-05T00:00:00+07:00"
    assert told["counted"] == [
        "2025-08-20",
        "2025-08-21",
        "2025-08-22",
        "2025-08-25",
        "2025-08-26",
        "2025-08-27",
        "2025-08-28",
        "2025-08-29",
        "2025-09-03",
        "2025-09-04",
    ]
    assert [(row["on"], row["why"]) for row in told["skipped"]] == [
        ("2025-08-23", "Thứ Bảy"),
        ("2025-08-24", "Chủ nhật"),
        ("2025-08-30", "Thứ Bảy"),
        ("2025-08-31", "Chủ nhật"),
        ("2025-09-01", "Quốc khánh"),
        ("2025-09-02", "Quốc khánh"),
    ]


def test_people_read_each_day_in_the_language_they_ask_for() -> None:
    vietnamese = run("2025-08-20", "10 working days", "--count-first-day")
    english = run("2025-08-20", "10 working days", "--lang", "en")

    assert "Đến hạn: 2025-09-04 (Thứ Năm 04/09/2025, 24:00)" in vietnamese.stdout
    assert "  10. Thứ Năm 04/09/2025" in vietnamese.stdout
    assert "Due: 2025-09-05 (Fri 2025-09-05, 24:00)" in english.stdout
    assert "   -  Mon 2025-09-01: National Day" in english.stdout


@pytest.mark.parametrize(
    ("start", "limit", "due_on", "due_at"),
    [
        ("2025-08-20", "56 days", "2025-10-15", "2025-10-16T00:00:00+07:00"),
        ("2025-08-20", "1 month", "2025-09-22", "2025-09-23T00:00:00+07:00"),
        ("2025-08-20", "8 hours", "2025-08-20", "2025-08-20T08:00:00+07:00"),
        ("2025-08-20T14:00", "8 hours", "2025-08-20", "2025-08-20T22:00:00+07:00"),
        ("2025-08-20T16:59:00Z", "1 working day", "2025-08-21", "2025-08-22T00:00:00+07:00"),
        ("2025-08-20T17:00:00Z", "1 working day", "2025-08-22", "2025-08-23T00:00:00+07:00"),
    ],
)
def test_limits_of_every_unit_and_starts_with_and_without_a_time_are_taken(
    start: str, limit: str, due_on: str, due_at: str
) -> None:
    told = answer(start, limit)

    assert (told["due_on"], told["due_at"]) == (due_on, due_at)


def test_reasons_in_json_follow_the_language() -> None:
    told = answer("2025-08-29", "1 working day", "--lang", "en")

    assert told["skipped"][2] == {
        "on": "2025-09-01",
        "why": "National Day",
        "deed": "Công văn 8726/VPCP-KGVX; Thông báo 6150/TB-BLĐTBXH",
    }


@pytest.mark.parametrize(
    ("start", "limit", "part"),
    [
        ("2025-02-30", "5 days", "The start '2025-02-30' cannot be read"),
        ("yesterday", "5 days", "The start 'yesterday' cannot be read"),
        ("2025-08-20", "0 days", "A limit must be positive, not 0."),
        ("2025-08-20", "-5 days", "A limit must be positive, not -5."),
        ("2025-08-20", "5 weeks", "The unit 'weeks'"),
        ("2025-08-20", "many days", "cannot be read"),
        ("1800-01-01", "5 days", "outside the years that can be counted"),
        ("2399-12-30", "10 days", "outside the years that can be counted"),
        ("0001-01-01T00:00:00+14:00", "5 days", "outside the years that can be counted"),
    ],
)
def test_bad_input_is_refused_with_a_sentence_and_nothing_else(
    start: str, limit: str, part: str
) -> None:
    result = run(start, limit, "--lang", "en")

    assert result.exit_code == 1
    assert part in result.stderr
    assert result.stdout == ""


def test_bad_input_is_refused_in_vietnamese_by_default() -> None:
    result = run("2025-08-20", "0 days")

    assert result.stderr == "Thời hạn phải là số dương, không phải 0.\n"


@pytest.mark.parametrize(
    "arguments",
    [("2025-08-20",), ("2025-08-20", "5 days", "--lang", "fr"), ("2025-08-20", "5 days", "--x")],
)
def test_wrong_use_is_told_apart_from_bad_input(arguments: tuple[str, ...]) -> None:
    assert run(*arguments).exit_code == 2
