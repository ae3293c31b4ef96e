"""The table of bonuses is counted on only if it is whole; every award that names a rate has one."""

import pytest

from procedures.bonus import BonusFileInvalid, bonus_table, read_bonuses
from procedures.catalogue import editions
from workflows.loader import load

BASE = "base_salaries: [{from: 2024-07-01, amount: 2340000, deed: Nghị định số 73/2024/NĐ-CP}]\n"
RATE = "rates: {praise: {vi: Giấy khen, en: Praise, form: form, source: Điều 54, %s}}\n"


def test_a_household_has_half_as_much_again_as_a_person() -> None:
    table = read_bonuses((BASE + RATE % 'individual: "0.3", household: true').encode())

    assert table.rates["praise"].hundredths == {"individual": 30, "household": 45}


@pytest.mark.parametrize(
    "content",
    [
        BASE.replace("deed: ", "by: ") + RATE % 'individual: "1"',
        BASE.replace("}]", "}, {from: 2024-07-01, amount: 1, deed: x}]") + RATE % 'individual: "1"',
        BASE + RATE % 'individual: "0.333"',
        BASE + RATE % 'individual: "-1"',
        BASE + RATE % "unverified: true",
    ],
    ids=["no deed", "same day twice", "thousandths", "negative", "no multiple"],
)
def test_a_table_that_cannot_be_counted_on_is_refused(content: str) -> None:
    with pytest.raises(BonusFileInvalid):
        read_bonuses(content.encode())


def test_every_award_of_the_catalogue_names_a_rate_that_there_is() -> None:
    named = {
        rate
        for entry in editions()
        if (procedure := load(entry.source, entry.path).procedure) is not None
        for rate in procedure.bonus.values()
    }

    assert named
    assert named <= set(bonus_table().rates)
