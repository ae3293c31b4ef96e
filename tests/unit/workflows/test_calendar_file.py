"""A calendar file is read strictly, and everything wrong with it is named at once."""

from __future__ import annotations

import hashlib
from datetime import date, time

import pytest

from engine.calendar import Calendar, DayMark
from engine.text import Text
from workflows.calendar_file import load_calendar
from workflows.findings import FindingsError

GOOD = """\
calendar: small
edition: "1"
title: {vi: Lịch nhỏ, en: Small}
published: {from: 2026-01-01, until: 2026-12-31}
opening: {hours: ["08:00-12:00", "13:00-17:00"]}
yearly_off:
  - {on: "09-02", vi: Quốc khánh, en: National Day}
days:
  - {off: 2026-02-16, until: 2026-02-17, vi: Tết, en: New Year, deed: Deed 1}
  - {worked: 2026-08-22, vi: Làm bù, en: Worked, deed: Deed 2, status: confirmed}
  - {off: 2026-11-24, vi: Văn hóa, en: Culture, deed: Deed 3, status: pending, unverified: true}
"""


def found(text: str | bytes) -> list[tuple[int, int, str, str]]:
    content = text if isinstance(text, bytes) else text.encode()
    with pytest.raises(FindingsError) as refused:
        load_calendar(content, "x.yaml")
    assert all(finding.file == "x.yaml" for finding in refused.value.findings)
    assert all(finding.message != finding.message_en for finding in refused.value.findings)
    return [(f.line, f.column, f.code, f.message_en) for f in refused.value.findings]


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def test_a_calendar_file_becomes_a_calendar() -> None:
    tet = Text("Tết", "New Year")

    assert load_calendar(GOOD.encode(), "x.yaml") == Calendar(
        key="small",
        edition="1",
        hash=hashlib.sha256(GOOD.encode()).hexdigest(),
        marks=(
            DayMark(on=date(2026, 2, 16), kind="off", name=tet, deed="Deed 1"),
            DayMark(on=date(2026, 2, 17), kind="off", name=tet, deed="Deed 1"),
            DayMark(
                on=date(2026, 8, 22),
                kind="worked",
                name=Text("Làm bù", "Worked"),
                deed="Deed 2",
            ),
            DayMark(
                on=date(2026, 11, 24),
                kind="off",
                name=Text("Văn hóa", "Culture"),
                deed="Deed 3",
                status="pending",
                unverified=True,
            ),
        ),
        published_from=date(2026, 1, 1),
        published_until=date(2026, 12, 31),
        yearly_off=((9, 2, Text("Quốc khánh", "National Day")),),
        opening=((time(8), time(12)), (time(13), time(17))),
    )


def test_opening_hours_may_be_marked_unverified() -> None:
    text = changed('"13:00-17:00"]}', '"13:00-17:00"], unverified: true}')

    assert load_calendar(text.encode(), "x.yaml").opening_unverified


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "code", "part"),
    [
        ("calendar: small", "calendar: Small", 1, 11, "BV153", "lower-case"),
        ("calendar: small", "calendar: 7", 1, 11, "BV153", "lower-case"),
        ('edition: "1"', "edition: 1", 2, 10, "BV153", "in quotes"),
        ('edition: "1"', 'edition: " "', 2, 10, "BV153", "1 to 300"),
        ('edition: "1"', f"edition: {'x' * 301}", 2, 10, "BV153", "1 to 300"),
        ("title: {vi: Lịch nhỏ, en: Small}", "title: Small", 3, 8, "BV153", "Keys with values"),
        ("title: {vi: Lịch nhỏ, en: Small}", "title: {vi: A}", 3, 8, "BV152", "'en' is missing"),
        ("from: 2026-01-01", "from: 2026-02-30", 4, 19, "BV153", "not a day that exists"),
        ("from: 2026-01-01", "from: 2026-W01-1", 4, 19, "BV153", "not a day that exists"),
        ("from: 2026-01-01", "from: 1066-01-01", 4, 19, "BV153", "not a day that exists"),
        ("from: 2026-01-01", "from: [1]", 4, 19, "BV153", "not a day that exists"),
        ("until: 2026-12-31", "til: 2026-12-31", 4, 31, "BV151", "no key 'til'"),
        ('["08:00-12:00", "13:00-17:00"]', "[]", 5, 18, "BV154", "at least one period"),
        ('["08:00-12:00", "13:00-17:00"]', "8h", 5, 18, "BV153", "A list"),
        ('"08:00-12:00"', '"25:00-26:00"', 5, 19, "BV153", "not a period"),
        ('"08:00-12:00"', "8", 5, 19, "BV153", "not a period"),
        ('"08:00-12:00"', '"08:00-14:00"', 5, 18, "BV154", "without overlap"),
        ('on: "09-02"', 'on: "02-29"', 7, 10, "BV153", "not a day of every year"),
        ("until: 2026-02-17", "until: 2026-02-15", 9, 30, "BV154", "first day or later"),
        ("until: 2026-02-17", "until: 2026-03-19", 9, 30, "BV154", "31 days in all"),
        ("until: 2026-02-17", "until: x", 9, 30, "BV153", "not a day that exists"),
        ("deed: Deed 1", "deed: [a]", 9, 71, "BV153", "Text of 1 to"),
        ("worked: 2026-08-22", "worked: 2026-08-24", 10, 14, "BV154", "no weekend day"),
        ("worked: 2026-08-22", "worked: 2027-08-21", 10, 14, "BV154", "outside the published"),
        ("worked: 2026-08-22", "off: 2026-02-17", 10, 11, "BV154", "written twice"),
        ("worked: 2026-08-22", "on: 2026-02-17", 10, 6, "BV151", "no key 'on'"),
        ("status: pending", "status: maybe", 11, 71, "BV153", "confirmed or pending"),
        ("unverified: true", "unverified: yes", 11, 92, "BV153", "true or false"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_its_place(
    old: str, new: str, line: int, column: int, code: str, part: str
) -> None:
    problems = found(changed(old, new))

    assert any(
        (line, column, code) == problem[:3] and part in problem[3] for problem in problems
    ), problems


@pytest.mark.parametrize(
    "both", ["{off: 2026-03-09, worked: 2026-03-09, ", "{"], ids=["both", "neither"]
)
def test_a_line_is_either_off_or_worked(both: str) -> None:
    problems = found(changed("{worked: 2026-08-22, ", both))

    assert [problem[2:] for problem in problems] == [
        ("BV153", "Each line needs exactly one of the keys 'off' and 'worked'.")
    ]


def test_published_days_do_not_end_before_they_begin() -> None:
    problems = found(changed("until: 2026-12-31", "until: 2025-12-31"))

    assert (4, 38, "BV154") in [problem[:3] for problem in problems]


def test_all_problems_are_named_at_once_in_the_order_of_the_file() -> None:
    problems = found("edition: 1\nopening: {}\ndays: [x, {off: 1}]\nfoo: 1\n")

    assert [(line, column, code) for line, column, code, _ in problems] == [
        *[(1, 1, "BV152")] * 4,  # calendar, title, published, yearly_off
        (1, 10, "BV153"),
        (2, 10, "BV152"),
        (3, 8, "BV153"),
        *[(3, 11, "BV152")] * 3,  # vi, en, deed
        (3, 17, "BV153"),
        (4, 1, "BV151"),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "BV009"),
        (b"\xff\xfe", "BV002"),
        (b"a: &x 1", "BV005"),
        (b"calendar: a\ncalendar: b", "BV007"),
        (b"calendar: !!python/name:os.system x", "BV006"),
        (b"a: [", "BV004"),
        (b"#" * 300_000, "BV001"),
    ],
)
def test_what_is_no_plain_yaml_is_refused_and_not_obeyed(content: bytes, code: str) -> None:
    assert code in [problem[2] for problem in found(content)]
