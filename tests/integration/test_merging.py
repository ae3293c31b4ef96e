"""The same subject proposed twice: the secretary lets one nomination end in the other."""

from typing import Any

from adapters.verification import verify_database
from tests.province import NOMINATIONS, Nomination, Province

REASON = "Hai hồ sơ cùng đề nghị một người"


def merged(place: Province, ending: str, leading: str, login: str = "thu-ky") -> Any:
    answer = place.person(login).act(
        ending, "merge", reason=REASON, data={"leading_dossier": leading}
    )
    return answer.status_code, answer.json()


def test_one_nomination_goes_on_with_both_filing_dates(any_province: Province) -> None:
    place = any_province
    ending, leading = place.submitted_many(NOMINATIONS["merit"], 2)

    status, told = merged(place, ending, leading)

    assert (status, told["result"]) == (200, "redirected")
    (kept,) = place.dossier(leading)["merged"]
    assert kept == {
        "code": ending,
        "owner": "truong",
        "owner_name": "Sở Giáo dục và Đào tạo",
        "received_on": "2025-11-03",
    }
    figures = place.person("kiem-tra").get("/metrics/resolution")
    assert figures["open"] == 1
    assert [figures[key] for key in ("early", "on_time", "late")] == [0, 0, 0]
    again = place.person("chuyen-vien").get(f"/dossiers/{leading}/eligibility")
    assert again["also"] == []
    steps = place.person("kiem-tra").get(f"/dossiers/{leading}/trail")
    assert "Nhập hồ sơ trùng vào" in str(steps)
    parts = place.application.parts
    assert verify_database(parts.db, parts.files).ok


def test_a_nomination_ends_in_no_other_subject_and_in_nothing_unknown(
    any_province: Province,
) -> None:
    place = any_province
    (ending,) = place.submitted_many(NOMINATIONS["merit"], 1)
    data = NOMINATIONS["merit"].data
    namesake = {**data["nominee"], "birth_year": 1990}
    other = Nomination(
        data={**data, "nominee": namesake}, papers=NOMINATIONS["merit"].papers, tally={}
    )
    (stranger,) = place.submitted_many(other, 1)

    for leading, said in ((stranger, "đối tượng khác"), ("N-2025-009999", "Không tìm thấy")):
        status, problem = merged(place, ending, leading)

        assert status == 422
        assert "leading_dossier" in str(problem)
        assert said in problem["detail"]
    assert merged(place, ending, stranger, "chuyen-vien")[0] in (403, 422)
    assert place.states(ending) == ["submitted"]
