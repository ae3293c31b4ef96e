"""Bonuses are counted in whole đồng, by the base salary of the day of the decision."""

from datetime import date

import pytest

from engine.bonus import BonusTable, Form, Won, paid, times
from procedures.bonus import bonus_table

IN_2026 = date(2026, 7, 1)
YEAR_2025 = (date(2025, 1, 1), date(2025, 12, 31))
YEAR_2026 = (date(2026, 1, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("rate", "kind", "amount"),
    [
        ("advanced-labourer", "individual", 760_000),
        ("grassroots-soldier", "individual", 2_530_000),
        ("national-soldier", "individual", 11_390_000),
        ("advanced-collective", "collective", 2_030_000),
        ("excellent-collective", "collective", 3_800_000),
        ("ministry-province-certificate", "household", 5_700_000),
    ],
)
def test_amounts_are_rounded_up_to_ten_thousand(rate: str, kind: str, amount: int) -> None:
    bonus = bonus_table().bonus(rate, kind, IN_2026)

    assert bonus is not None
    assert bonus.amount == amount


def test_the_base_salary_is_that_of_the_day_of_the_decision() -> None:
    rate = "ministry-province-certificate"
    before = bonus_table().bonus(rate, "individual", date(2026, 6, 30))
    after = bonus_table().bonus(rate, "individual", IN_2026)

    assert before is not None
    assert after is not None
    assert (before.amount, before.base.amount) == (3_510_000, 2_340_000)
    assert (after.amount, after.base.amount) == (3_800_000, 2_530_000)
    assert after.told() == {
        "amount": 3_800_000,
        "base": 2_530_000,
        "base_deed": "Nghị định số 161/2026/NĐ-CP ngày 15 tháng 5 năm 2026",
        "times": "1,5",
        "rate": rate,
    }


@pytest.mark.parametrize(
    ("rate", "kind", "on"),
    [
        ("no-such-award", "individual", IN_2026),
        ("ministry-province-flag", "individual", IN_2026),
        ("ministry-province-flag", "collective", date(2024, 6, 30)),
    ],
    ids=["no rate", "not for this kind", "before the first salary"],
)
def test_where_nothing_is_laid_down_there_is_no_amount(rate: str, kind: str, on: date) -> None:
    assert bonus_table().bonus(rate, kind, on) is None
    assert BonusTable().bonus(rate, kind, on) is None


def test_multiples_are_written_with_a_comma() -> None:
    assert [times(n) for n in (30, 150, 225, 1200)] == ["0,3", "1,5", "2,25", "12"]


def won(form: Form, amount: int, year: tuple[date, date] = YEAR_2025) -> Won:
    return Won(form=form, amount=amount, since=year[0], until=year[1])


def test_of_titles_for_one_period_only_the_highest_is_paid() -> None:
    titles = [won(Form.TITLE, amount) for amount in (760_000, 7_590_000, 2_530_000)]

    assert paid(titles) == (False, True, False)
    assert paid([titles[1], titles[1]]) == (True, False)


def test_titles_for_different_periods_and_forms_beside_titles_are_all_paid() -> None:
    assert (
        paid(
            [
                won(Form.TITLE, 2_530_000),
                won(Form.TITLE, 2_530_000, YEAR_2026),
                won(Form.FORM, 3_800_000),
                won(Form.FORM, 3_800_000, YEAR_2026),
            ]
        )
        == (True,) * 4
    )
