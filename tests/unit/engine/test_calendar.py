"""Open days and hours of the national calendar, against a walk over the days."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import TZ, Calendar, CalendarRangeError, Closed, DayMark
from engine.errors import DefinitionError
from engine.text import Text
from procedures.calendars import national_calendar

VN = national_calendar()
DAY = timedelta(days=1)
DAYS = st.dates(date(2023, 6, 1), date(2029, 12, 31))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TZ)


INSTANTS = st.datetimes(datetime(2023, 6, 1), datetime(2029, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(tzinfo=TZ)
)


@pytest.mark.parametrize(
    ("year", "off"),
    [
        (2024, "0101 0208 0209 0212 0213 0214 0418 0429 0430 0501 0902 0903"),
        (2025, "0101 0127 0128 0129 0130 0131 0407 0430 0501 0502 0901 0902"),
        (2026, "0101 0102 0216 0217 0218 0219 0220 0427 0430 0501 0831 0901 0902"),
        (2027, "0101 0430 0902"),
        (2028, "0501"),
    ],
)
def test_exactly_these_weekdays_are_closed(year: int, off: str) -> None:
    days = [date(year, 1, 1) + n * DAY for n in range(365 + (year % 4 == 0))]

    closed = [f"{d:%m%d}" for d in days if d.weekday() < 5 and not VN.is_open(d)]

    assert " ".join(closed) == off


def test_exactly_these_saturdays_are_worked() -> None:
    days = [date(2023, 1, 1) + n * DAY for n in range(3000)]

    worked = [d for d in days if d.weekday() > 4 and VN.is_open(d)]

    assert worked == [date(2024, 5, 4), date(2025, 4, 26), date(2026, 1, 10), date(2026, 8, 22)]


def test_every_mark_has_its_deed_and_both_languages() -> None:
    assert all(mark.deed and mark.name.vi and mark.name.en for mark in VN.marks)


def test_a_closed_day_says_why_and_by_which_deed() -> None:
    assert VN.why_closed(date(2026, 8, 31)) == Closed(
        on=date(2026, 8, 31),
        why=Text(
            "Nghỉ hoán đổi với thứ Bảy 22/8/2026", "Day off in exchange for Saturday 22 August 2026"
        ),
        deed="Công văn 9859/VPCP-KGVX ngày 13/10/2025; Thông báo 9441/TB-BNV",
    )
    assert VN.why_closed(date(2026, 3, 8)) == Closed(
        on=date(2026, 3, 8), why=Text("Chủ nhật", "Sunday")
    )
    assert VN.why_closed(date(2027, 9, 2)) == Closed(
        on=date(2027, 9, 2), why=Text("Quốc khánh", "National Day")
    )
    assert VN.why_closed(date(2026, 3, 9)) is None


def test_a_pending_day_is_open_until_it_is_confirmed() -> None:
    culture_day = date(2026, 11, 24)

    assert VN.is_open(culture_day)
    assert VN.add_working_days(date(2026, 11, 23), 1) == culture_day

    then = VN.confirming(culture_day)

    assert not then.is_open(culture_day)
    assert then.add_working_days(date(2026, 11, 23), 1) == date(2026, 11, 25)
    assert [m.on for m in VN.pending(date(2026, 11, 23), culture_day)] == [culture_day]
    assert VN.pending(culture_day, date(2026, 12, 31)) == ()
    assert VN.pending(date(2026, 11, 1), date(2026, 11, 23)) == ()


def test_only_a_swapped_weekend_day_has_the_mark_of_a_worked_day() -> None:
    mark = VN.worked_mark(date(2026, 8, 22))

    assert mark is not None
    assert mark.deed.startswith("Công văn 9859")
    assert VN.worked_mark(date(2026, 8, 31)) is None
    assert VN.worked_mark(date(2026, 8, 25)) is None
    assert VN.worked_mark(date(2026, 11, 24)) is None


@pytest.mark.parametrize(
    ("on", "n", "due"),
    [
        (date(2025, 4, 25), 1, date(2025, 4, 26)),  # a swapped Saturday counts
        (date(2025, 4, 29), 1, date(2025, 5, 5)),
        (date(2025, 12, 31), 1, date(2026, 1, 5)),  # over the year's end and the swapped Friday
        (date(2026, 1, 9), 1, date(2026, 1, 10)),
        (date(2026, 2, 13), 1, date(2026, 2, 23)),  # over Tết
        (date(2026, 8, 21), 1, date(2026, 8, 22)),
        (date(2026, 8, 28), 1, date(2026, 9, 3)),
        (date(2024, 2, 28), 2, date(2024, 3, 1)),  # the leap day counts
        (date(2026, 3, 7), 0, date(2026, 3, 7)),
        (date(2026, 3, 7), 1, date(2026, 3, 9)),
        (date(2026, 3, 7), -1, date(2026, 3, 6)),
        (date(2026, 2, 23), -1, date(2026, 2, 13)),
        (date(2026, 3, 9), -2, date(2026, 3, 5)),
    ],
)
def test_working_days_are_added_over_closed_and_swapped_days(on: date, n: int, due: date) -> None:
    assert VN.add_working_days(on, n) == due


def walk(on: date, n: int) -> date:
    """Do what `add_working_days` does, one day at a time."""
    step = DAY if n > 0 else -DAY
    while n:
        on += step
        if VN.is_open(on):
            n -= step.days
    return on


@given(DAYS, st.integers(-300, 300))
def test_adding_working_days_agrees_with_a_walk_over_the_days(on: date, n: int) -> None:
    assert VN.add_working_days(on, n) == walk(on, n)


@given(DAYS, DAYS)
def test_counting_open_days_agrees_with_a_walk_over_the_days(after: date, until: date) -> None:
    first, last = sorted((after, until))
    days = [first + n * DAY for n in range(1, (last - first).days + 1)]

    expected = sum(map(VN.is_open, days))

    assert VN.open_days(after, until) == (expected if after <= until else -expected)


@given(DAYS)
def test_the_next_open_day_is_the_day_itself_if_it_is_open(on: date) -> None:
    expected = on
    while not VN.is_open(expected):
        expected += DAY

    assert VN.next_open_day(on) == expected


def test_days_outside_the_countable_years_are_refused() -> None:
    for on in (date.min, date(1899, 12, 31), date(2400, 1, 1), date.max):
        with pytest.raises(CalendarRangeError):
            VN.next_open_day(on)
    with pytest.raises(CalendarRangeError, match="2399-12-31"):
        VN.add_working_days(date(2399, 12, 31), 1)
    with pytest.raises(CalendarRangeError, match="1900-01-01"):
        VN.add_working_days(date(1900, 1, 2), -30)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        ("2026-03-09T08:00", 60, "2026-03-09T09:00"),
        ("2026-03-09T11:00", 30, "2026-03-09T11:30"),
        ("2026-03-09T11:00", 31, "2026-03-09T13:31"),
        ("2026-03-09T12:00", 1, "2026-03-09T13:31"),
        ("2026-03-09T16:30", 30, "2026-03-09T17:00"),
        ("2026-03-09T16:30", 31, "2026-03-10T07:31"),
        ("2026-03-09T23:00", 450, "2026-03-10T17:00"),
        ("2026-03-09T00:00", 451, "2026-03-10T07:31"),
        ("2026-03-06T16:59", 2, "2026-03-09T07:31"),  # over a weekend
        ("2026-03-08T10:00", 60, "2026-03-09T08:30"),  # begun on a Sunday
        ("2026-03-09T12:00", 0, "2026-03-09T12:00"),
        ("2026-03-10T08:00", -30, "2026-03-10T07:30"),
        ("2026-03-10T08:00", -31, "2026-03-09T16:59"),
        ("2026-03-09T14:00", -30, "2026-03-09T13:30"),
        ("2026-03-09T14:00", -31, "2026-03-09T11:29"),
        ("2026-03-09T18:00", -450, "2026-03-09T07:30"),
    ],
)
def test_working_minutes_run_in_opening_hours_only(start: str, minutes: int, end: str) -> None:
    assert VN.add_working_minutes(at(start), minutes) == at(end)


def test_working_minutes_are_counted_both_ways() -> None:
    assert VN.working_minutes(at("2026-03-09T11:00"), at("2026-03-09T14:00")) == 60
    assert VN.working_minutes(at("2026-03-09T14:00"), at("2026-03-09T11:00")) == -60
    assert VN.working_minutes(at("2026-03-06T17:00"), at("2026-03-09T07:30")) == 0
    assert VN.working_minutes(at("2026-03-09T09:00:30"), at("2026-03-09T09:00")) == -1


@given(INSTANTS, st.integers(-5000, 5000))
def test_what_was_added_is_what_is_counted(start: datetime, minutes: int) -> None:
    end = VN.add_working_minutes(start, minutes)

    assert VN.working_minutes(start, end) == minutes


def test_instants_around_midnight_belong_to_the_local_day() -> None:
    before = datetime(2026, 3, 8, 16, 59, 59, tzinfo=UTC)  # still Sunday in Vietnam
    after = datetime(2026, 3, 8, 17, 0, tzinfo=UTC)  # Monday 00:00

    assert VN.add_working_minutes(before, 1) == VN.add_working_minutes(after, 1)
    assert VN.add_working_minutes(after, 1) == at("2026-03-09T07:31")
    assert VN.opening_at(date(2026, 3, 9)) == datetime(2026, 3, 9, 0, 30, tzinfo=UTC)


def small(**changes: object) -> Calendar:
    fields: dict[str, object] = {
        "key": "x",
        "edition": "1",
        "hash": "0",
        "marks": (),
        "published_from": date(2026, 1, 1),
        "published_until": date(2026, 12, 31),
        "yearly_off": (),
        "opening": ((time(8), time(12)),),
    }
    return Calendar(**(fields | changes))  # type: ignore[arg-type]


def mark(on: date, kind: str = "off") -> DayMark:
    return DayMark(on=on, kind=kind, name=Text("a", "b"), deed="d")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"marks": (mark(date(2026, 3, 9)), mark(date(2026, 3, 9)))}, "hai lần"),
        ({"marks": (mark(date(2027, 1, 1)),)}, "đã công bố"),
        ({"marks": (mark(date(2025, 12, 31)),)}, "đã công bố"),
        ({"opening": ()}, "giờ làm việc"),
        ({"opening": ((time(12), time(8)),)}, "giờ làm việc"),
        ({"opening": ((time(8), time(12)), (time(11), time(17)))}, "giờ làm việc"),
        ({"yearly_off": ((2, 29, Text("a", "b")),)}, "29/2"),
    ],
)
def test_a_calendar_that_contradicts_itself_cannot_be_built(
    changes: dict[str, object], part: str
) -> None:
    with pytest.raises(DefinitionError, match=part):
        small(**changes)


def test_a_mark_that_says_what_the_weekday_says_changes_no_count() -> None:
    saturday, monday = date(2026, 3, 7), date(2026, 3, 9)
    marked = small(marks=(mark(saturday), mark(monday, "worked")))

    assert marked.open_days(date(2026, 3, 1), date(2026, 3, 31)) == small().open_days(
        date(2026, 3, 1), date(2026, 3, 31)
    )


def test_a_yearly_holiday_closes_only_years_that_are_not_published() -> None:
    calendar = small(yearly_off=((9, 2, Text("Quốc khánh", "National Day")),))

    assert calendar.is_open(date(2026, 9, 2))
    assert not calendar.is_open(date(2027, 9, 2))
    assert not calendar.is_open(date(2025, 9, 2))
    assert calendar.add_working_days(date(2027, 9, 1), 1) == date(2027, 9, 3)
