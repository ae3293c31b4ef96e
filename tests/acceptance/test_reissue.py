"""Award objects are made again: lost ones once the award is found, old ones once given back."""

from __future__ import annotations

from typing import Any

from tests.province import NOMINATIONS, Province

HOLDER = NOMINATIONS["merit"].data["nominee"]
DEED = "3187/QĐ-UBND"
FOUND_NOTHING = {
    "fonds": "Phông Ủy ban nhân dân tỉnh",
    "query": "Bằng khen năm 2025",
    "by": "Kiều Thu Sương",
    "searched_on": "2025-11-12",
    "result": "not_found",
}


def asked(province: Province, *papers: str, **data: Any) -> str:
    """Have a request for a new object accepted and return its code."""
    unit = province.person("don-vi")
    body = {
        "procedure": "award-reissue",
        "owner": "truong",
        "data": {
            "holder": HOLDER,
            "level": "province",
            "award_name": "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
            "object": "certificate",
            "circumstances": "Trận lũ tháng 10 cuốn trôi nhà",
            **data,
        },
    }
    code: str = unit.post("/dossiers", body)["code"]
    for document in ("request", *papers):
        unit.upload(code, document)
    province.do("don-vi", code, "submit")
    accepted: str = province.do("tiep-nhan", code, "accept")["received_code"]
    return accepted


def lost(province: Province, deed: str = DEED) -> tuple[str, str]:
    """Have the award of a lost certificate looked for; return the codes of both dossiers."""
    code = asked(province, "loss_proof", case="lost", loss="disaster", deed_number=deed)
    (opened,) = province.do("chuyen-vien", code, "ask_confirmation")["opened"]
    assert opened["procedure"] == "award-confirmation"
    return code, opened["code"]


def links(province: Province, code: str) -> list[tuple[str, str, bool]]:
    """Return the linked dossiers as the auditor sees them."""
    told = province.dossier(code)["links"]
    return [(one["relation"], one["code"], one["awaited"]) for one in told]


def test_a_lost_certificate_is_made_again_once_the_register_confirms_the_award(
    any_province: Province,
) -> None:
    province = any_province
    province.decide(province.with_authority("merit"), DEED, "2025-11-12")
    province.at("2025-11-13T08:00")
    code, confirmation = lost(province)

    assert links(province, code) == [("opened", confirmation, True)]
    assert links(province, confirmation) == [("opened_by", code, False)]
    # The register holds the decision, so no archive need be searched.
    province.do("chuyen-vien", confirmation, "propose")
    assert province.states(code) == ["awaiting_confirmation"]
    province.do("lanh-dao", confirmation, "confirm")
    assert province.states(code) == ["appraised"]
    assert links(province, code) == [("opened", confirmation, False)]
    assert HOLDER["name"] in province.letter(confirmation, "confirmation", "lanh-dao")

    province.do("lanh-dao", code, "put_up")
    province.do("chu-tich", code, "grant", data={"new_number": "SV-2025-0093"})
    province.do("chuyen-vien", code, "announce")
    assert HOLDER["name"] in province.letter(code, "result_notice")
    handed = {"handed_over_on": "2025-11-13", "handed_to": HOLDER["name"]}
    province.do("tiep-nhan", code, "hand_over", data=handed)
    assert "SV-2025-0093" in province.letter(code, "hand_over_slip")
    province.do("luu-tru", code, "archive")

    told = province.dossier(code)
    assert (told["result"], told["resolved_on"]) == ("granted", "2025-11-13")
    for one in (code, confirmation):
        verdict = province.person("kiem-tra").get(f"/dossiers/{one}/trail/verification")
        assert verdict["ok"]


def test_what_nobody_finds_is_refused_with_the_reason(province: Province) -> None:
    province.at("2025-11-12T08:00")
    code, confirmation = lost(province, deed="9999/QĐ-UBND")

    assert province.refused("chuyen-vien", confirmation, "propose")["code"] == "guard_refused"
    province.do("chuyen-vien", confirmation, "record_search", data={"searches": FOUND_NOTHING})
    province.do("chuyen-vien", confirmation, "propose")
    province.refused("lanh-dao", confirmation, "confirm")
    province.do("lanh-dao", confirmation, "deny", reason="Không có trong sổ và trong lưu trữ")
    assert province.states(code) == ["unconfirmed"]
    province.refused("lanh-dao", code, "put_up")
    province.do("lanh-dao", code, "decline", reason="not_confirmed")

    assert province.dossier(code)["result"] == "not_granted"
    assert "Không xác nhận được" in province.letter(code, "refusal_notice")


def test_a_damaged_certificate_is_exchanged_only_for_the_old_one(province: Province) -> None:
    deed = {"deed_number": DEED, "deed_on": "2025-11-12"}
    code = asked(province, "deed_copy", case="damaged", **deed)

    assert "thu lại hiện vật cũ" in province.refused("chuyen-vien", code, "appraise")["detail"]
    old = {
        "kind": "certificate",
        "number": "SV-0417",
        "condition": "unreadable",
        "received_on": "2025-11-03",
        "received_by": "Kiều Thu Sương",
    }
    province.do("chuyen-vien", code, "take_back", data={"old_objects": old})
    assert "SV-0417" in province.letter(code, "taking_back")
    province.do("chuyen-vien", code, "appraise")

    assert province.states(code) == ["appraised"]
