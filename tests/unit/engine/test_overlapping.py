"""Of several titles for one period only the highest is paid, and whoever decides is told before."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from engine.definition import Field, FieldType, Procedure
from engine.dossier import Dossier
from engine.eligibility import Held, Standing
from engine.overlapping import paid_once
from procedures.bonus import bonus_table
from tests.procedures import small, text
from tests.story import changed, draft

YEAR = {"from": "2026-01-01", "until": "2026-12-31"}
DECIDED = date(2026, 12, 20)


def nomination(award: str = "soldier", **data: Any) -> tuple[Procedure, Dossier]:
    fields = {**small().fields, "period": Field(
        key="period", type=FieldType.PERIOD, label=text("thời gian")
    )}  # fmt: skip
    procedure = changed(
        small(),
        fields=fields,
        bonus={"soldier": "ministry-province-soldier", "merit": "ministry-province-certificate"},
        bonuses=bonus_table(),
    )
    who = {"kind": "individual", "name": "Nguyễn Văn A"}
    return procedure, replace(
        draft(procedure), data={"nominee": who, "award": award, "period": YEAR, **data}
    )


def held(award: str, **more: Any) -> Held:
    one = Held(
        award=award,
        label=text(award),
        year=2026,
        since=date(2026, 1, 1),
        until=date(2026, 12, 31),
        deed="9/QĐ",
        decided_on=date(2026, 8, 3),
    )
    return replace(one, **more)


@pytest.mark.parametrize(
    ("other", "code", "known"),
    [
        # Three times, 4.5 times and once 2,530,000; a title that individuals get nothing for.
        (held("grassroots-soldier"), "bonus_in_place", "2.530.000"),
        (held("national-soldier"), "bonus_not_paid", "11.390.000"),
        (held("national-soldier", bonus=10_530_000), "bonus_not_paid", "10.530.000"),
        (held("national-soldier", since=None), "bonus_not_paid", "11.390.000"),
        (held("government-flag"), "bonus_in_place", "0"),
    ],
)
def test_the_lower_of_two_titles_for_one_period_is_shown_with_both_sums(
    other: Held, code: str, known: str
) -> None:
    (told,) = paid_once(*nomination(), [other], DECIDED)

    assert (told.code, told.standing) == (code, Standing.LOOK)
    for said in (told.text.vi, told.text.en):
        assert f"{known} đồng" in said
        assert "7.590.000 đồng" in said


@pytest.mark.parametrize(
    "other",
    [
        held("soldier"),
        held("ministry-province-certificate"),
        held("unknown"),
        held("national-soldier", since=date(2025, 1, 1)),
        held("national-soldier", until=None, year=2025),
        held("national-soldier", elsewhere=True),
        held("national-soldier", dossier="d"),
    ],
)
def test_titles_for_other_periods_and_forms_are_paid_beside_it(other: Held) -> None:
    procedure, dossier = nomination()
    assert paid_once(procedure, replace(dossier, id="d"), [other], DECIDED) == ()


def test_a_form_an_award_without_money_and_one_without_a_period_have_nothing_to_overlap() -> None:
    other = held("national-soldier")
    for asked in (
        nomination("merit"),
        nomination("flag"),
        nomination(period=None),
    ):
        assert paid_once(*asked, [other], DECIDED) == ()
