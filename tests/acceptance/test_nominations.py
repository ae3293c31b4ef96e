"""Nominations told from draft to archive through the API, and read off the printed letters."""

import pytest

from tests.province import NOMINATIONS, Province

# Resolution: 25 working days after Mon 3/11/2025 end on Mon 8/12/2025 (no day off between).
DUE = "2025-12-08"


def _whole_way(province: Province, award: str) -> str:
    code = province.with_authority(award)
    assert province.due(code) == DUE
    province.decide(code, "3187/QĐ-UBND", "2025-11-12")
    return code


@pytest.mark.parametrize("award", NOMINATIONS)
def test_a_nomination_goes_from_draft_to_a_printed_decision(province: Province, award: str) -> None:
    nomination = NOMINATIONS[award]

    code = _whole_way(province, award)

    assert province.states(code) == ["awarded"]
    decision = province.letter(code, "decision")
    assert "3187/QĐ-UBND" in decision
    assert "ngày 12 tháng 11 năm 2025" in decision
    assert nomination.name in decision
    assert nomination.label in decision


def test_the_main_story_is_the_same_on_every_database(any_province: Province) -> None:
    province = any_province
    nomination = NOMINATIONS["merit"]
    code = _whole_way(province, "merit")

    receipt = province.letter(code, "receipt")
    decision = province.letter(code, "decision")
    province.at("2025-11-13T09:00")
    province.do("chuyen-vien", code, "announce")
    province.at("2025-11-20T09:00")
    province.do("don-vi", code, "hand_over", data={"handed_over_on": "2025-11-20"})
    province.do("luu-tru", code, "archive")

    told = province.dossier(code)
    assert (told["result"], told["resolved_on"], told["received_on"]) == (
        "granted",
        "2025-11-12",
        "2025-11-03",
    )
    assert code in receipt
    assert "ngày 08 tháng 12 năm 2025" in receipt
    assert "Sở Giáo dục và Đào tạo" in receipt
    assert "Biên bản họp xét khen thưởng" in receipt
    assert "3187/QĐ-UBND" in decision
    notice = province.letter(code, "award_notice")
    assert "3187/QĐ-UBND" in notice
    assert nomination.name in notice
