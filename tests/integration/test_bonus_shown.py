"""Before a title is decided, the sheet shows what was given for the same period, and both sums."""

from tests.integration.test_award_register import listed, sent, sheet, title
from tests.province import NOMINATIONS, Province


def test_the_sheet_shows_a_higher_title_for_the_same_period_and_what_each_is_worth(
    any_province: Province,
) -> None:
    place = any_province
    higher = {"E": "Chiến sĩ thi đua toàn quốc", "G": "01/01/2024", "H": "31/10/2025"}
    given = title(2025, **higher, L="03/11/2025")
    assert sent(place, "thu-ky", listed(given)).status_code == 200
    code = place.draft(NOMINATIONS["soldier"])
    place.do("don-vi", code, "submit")

    told = {one["code"]: one for one in sheet(place, code)["remarks"]}

    remark = told["bonus_not_paid"]
    assert remark["standing"] == "look"
    # 4.5 and 3 times 2,340,000.
    assert (
        "Chiến sĩ thi đua toàn quốc (25/QĐ-SGDĐT), mức thưởng 10.530.000 đồng" in remark["detail"]
    )
    assert "mức 7.020.000 đồng của lần này không chi" in remark["detail"]
    assert "bonus_not_paid" not in str(sheet(place, code, "don-vi")["remarks"])
