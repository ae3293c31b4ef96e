"""The turns that a nomination may take: supplements, refusals, holds, failed ballots, silence."""

import pytest

from engine.errors import ItemsRefused
from tests.province import NOMINATIONS, Province, tally


def test_a_supplement_is_asked_for_once_and_the_limit_begins_anew(province: Province) -> None:
    code = province.reviewing()
    assert province.due(code) == "2025-12-08"
    province.at("2025-11-05T09:00")
    items = "Báo cáo thành tích có xác nhận\nQuyết định công nhận sáng kiến năm 2025"

    province.do(
        "chuyen-vien",
        code,
        "return",
        reason="paper_missing",
        data={"supplement_items": items},
    )

    assert province.states(code) == ["awaiting_supplement"]
    assert province.due(code) is None
    request = province.letter(code, "supplement_request")
    for line in items.splitlines():
        assert line in request
    # 30 calendar days after 5 November.
    assert province.due(code, "awaiting_supplement") == "2025-12-05"
    province.at("2025-11-12T09:00")
    province.do("don-vi", code, "resubmit")
    assert province.states(code) == [
        "reviewing.appraisal.merit",
        "reviewing.opinions.considering",
    ]
    # 25 working days after Wed 12/11: 13-14 make 2, four weeks make 22 on Fri 12/12, then three.
    assert province.due(code) == "2025-12-17"
    again = province.refused(
        "chuyen-vien", code, "return", reason="wrong_form", data={"supplement_items": "x"}
    )
    assert again["code"] == "pulled_too_often"


def test_a_supplement_that_never_comes_ends_the_dossier_on_its_day(province: Province) -> None:
    code = province.reviewing()
    province.at("2025-11-05T09:00")
    province.do(
        "chuyen-vien", code, "return", reason="wrong_form", data={"supplement_items": "Mẫu số 05"}
    )

    province.at("2025-12-05T23:50")
    assert province.states(code) == ["awaiting_supplement"]
    province.at("2025-12-06T00:10")

    assert province.states(code) == ["withdrawn"]
    last = province.dossier(code)["path"][-1]
    assert last["trigger"] == "lapse"
    assert province.refused("don-vi", code, "resubmit")["code"] == "trigger_not_allowed"


def test_a_refusal_of_intake_is_a_letter_with_its_reason_and_its_own_result(
    province: Province,
) -> None:
    code = province.draft(NOMINATIONS["merit"])
    province.at("2025-11-03T09:00")
    province.do("don-vi", code, "submit")
    assert province.refused("tiep-nhan", code, "refuse")["code"] == "reason_required"
    assert province.refused("tiep-nhan", code, "refuse", reason="vì thế")["code"] in (
        "reason_required",
        "bad_input",
    )

    province.do("tiep-nhan", code, "refuse", reason="wrong_place")

    told = province.dossier(code)
    assert (told["result"], told["portal_status"]) == ("refused_intake", 3)
    assert "Không thuộc thẩm quyền tiếp nhận" in province.letter(code, "intake_refusal")


def test_a_dossier_without_its_papers_is_not_received(province: Province) -> None:
    code = province.draft(NOMINATIONS["merit"], without="initiative_recognition")

    answer = province.person("don-vi").act(code, "submit")

    assert answer.status_code == 422
    problem = answer.json()
    assert "Quyết định công nhận sáng kiến" in problem["detail"]
    assert province.dossier(code, "don-vi")["version"] == 0


def test_a_hold_stops_the_clock_and_all_acts_until_it_is_released(province: Province) -> None:
    code = province.reviewing()
    province.at("2025-11-04T08:00")
    province.do(
        "chuyen-vien",
        code,
        "hold",
        ground="complaint",
        reason="Đơn của bà X",
        paper="Phiếu chuyển 45/PC-TTr",
    )

    held = province.dossier(code)
    assert held["on_hold"] is True
    assert held["portal_status"] == 8
    assert province.due(code) is None
    assert province.refused("chuyen-vien", code, "appraise")["code"] == "dossier_on_hold"
    assert (
        province.refused("chuyen-vien", code, "release", ground="complaint", paper="1")["code"]
        == "not_entitled"
    )
    province.at("2025-11-11T08:00")
    province.do("lanh-dao", code, "release", ground="complaint", paper="Kết luận 12/KL-TTr")

    assert province.dossier(code)["on_hold"] is False
    # Held from Tue 4/11 to Tue 11/11: the five working days 5, 6, 7, 10 and 11/11 do not count.
    assert province.due(code) == "2025-12-15"
    province.do("chuyen-vien", code, "appraise")


def test_a_ballot_one_vote_short_fails_and_the_notice_says_so(province: Province) -> None:
    code = province.on_agenda("soldier")

    # 90 % of 15 members is 13.5: 13 are one vote short.
    province.vote(code, tally(15, 12, 3, 13))

    told = province.dossier(code)
    assert (province.states(code), told["result"]) == (["not_awarded"], "not_granted")
    notice = province.letter(code, "non_award_notice")
    assert "13/15" in notice
    assert NOMINATIONS["soldier"].name in notice


def test_a_council_that_is_not_quorate_decides_nothing(province: Province) -> None:
    code = province.on_agenda("merit")

    with pytest.raises(ItemsRefused, match="không đủ số thành viên dự họp"):
        province.vote(code, tally(15, 9, 0, 9))

    assert province.states(code) == ["on_agenda"]


def test_silence_of_the_agencies_ends_the_consultation(province: Province) -> None:
    code = province.reviewing()
    province.at("2025-11-04T08:00")
    province.do("chuyen-vien", code, "ask", data={"agencies": "Công an tỉnh", "agencies_count": 1})
    assert province.due(code, "agencies") == "2025-11-18"
    assert province.refused("chuyen-vien", code, "close_opinions")["code"] == "guard_refused"

    province.at("2025-11-19T00:05")

    assert "reviewing.opinions.answered" in province.states(code)
    trail = province.person("kiem-tra").get(f"/dossiers/{code}/trail")
    last = [row for row in trail["rows"] if row["role"] == "clock"][-1]
    # The limit's last day is over at the first instant of the next one.
    assert last["effective_on"] == "2025-11-19"


def test_the_notice_of_the_result_has_ten_working_days_of_its_own(province: Province) -> None:
    code = province.with_authority()
    province.decide(code, on="2025-11-12")

    assert province.due(code, "notice") == "2025-11-26"
    province.at("2025-11-25T12:00")  # one working day before due the head gets the task
    tasks = province.person("lanh-dao").post("/tasks/search", {})["items"]
    assert ("announce", code) in {(one["do"], one["dossier"]) for one in tasks}
    province.do("lanh-dao", code, "announce")
    clocks = {one["key"]: one["state"] for one in province.dossier(code)["clocks"]}
    assert clocks["notice"] == "stopped"


def test_an_overdue_dossier_is_marked_and_goes_up_though_nobody_looks(province: Province) -> None:
    code = province.with_authority()

    province.at("2025-12-08T23:55")
    assert province.dossier(code)["marks"] == {}
    province.at("2025-12-09T00:05")
    assert province.dossier(code)["marks"] == {"overdue": "2025-12-09"}
    province.at("2025-12-11T00:05")

    tasks = province.person("chu-tich").post("/tasks/search", {})["items"]
    assert [one["dossier"] for one in tasks] == [code]
    found = province.person("kiem-tra").post("/dossiers/search", {"filter": {"overdue": True}})
    assert [one["code"] for one in found["items"]] == [code]
    # It is still decided, late, and stays marked.
    province.decide(code, "3399/QĐ-UBND", "2025-12-11")
    assert province.dossier(code)["marks"] == {"overdue": "2025-12-09"}


def test_one_person_may_not_hold_two_separated_duties(province: Province) -> None:
    from datetime import date

    from adapters.services.people import NewGrant

    people = province.application.people
    people.grant(
        None,
        NewGrant(
            account=people.account("chuyen-vien"),
            role="authority",
            org="tinh",
            from_on=date(2025, 1, 1),
        ),
    )
    code = province.with_authority()

    problem = province.refused(
        "chuyen-vien",
        code,
        "decide",
        data={"decision_number": "1/QĐ-UBND", "decision_on": "2025-11-07"},
    )

    assert problem["code"] == "duties_not_separate"
    province.decide(code)
