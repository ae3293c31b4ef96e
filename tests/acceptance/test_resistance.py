"""Achievements of the resistance wars, verified from the commune to the State, through the API."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from adapters.bootstrap import build
from adapters.clock import StoryClock
from adapters.services.accounts import Accounts
from adapters.services.people import NewGrant, NewOrganisation
from adapters.settings import Settings
from adapters.storage import schema as t
from adapters.storage.rows import subject_columns
from adapters.web.app import create_app
from engine.calendar import TZ
from tests.province import LOG, Province
from tests.resistance import CLAIM

FOUNDED = datetime(2025, 7, 1, 8, 0, tzinfo=TZ)
MONDAY = datetime(2025, 11, 3, 8, 0, tzinfo=TZ)
MINISTRY = NewOrganisation(
    id="bnv", name_vi="Bộ Nội vụ", name_en="Ministry of Home Affairs", level="centre", external=True
)
PROVINCE = NewOrganisation(
    id="tinh", name_vi="Ủy ban nhân dân tỉnh Hà Tĩnh", name_en="People's Committee of Hà Tĩnh",
    level="province", parent="bnv", agency_code="H27",
)  # fmt: skip
DEPARTMENT = NewOrganisation(
    id="so", name_vi="Sở Nội vụ", name_en="Department of Home Affairs", level="province",
    parent="tinh", part_of="tinh",
)  # fmt: skip
COMMUNE = NewOrganisation(
    id="xa", name_vi="Ủy ban nhân dân xã Cẩm Lạc", name_en="People's Committee of Cẩm Lạc",
    level="commune", parent="tinh", agency_code="H27.88",
)  # fmt: skip
OTHER = NewOrganisation(
    id="xa-khac", name_vi="Ủy ban nhân dân xã Kỳ Xuân", name_en="People's Committee of Kỳ Xuân",
    level="commune", parent="tinh", agency_code="H27.89",
)  # fmt: skip
PEOPLE = {
    "mot-cua": ("Trương Thị Mơ", "xa", ["submitter", "reception"], "own"),
    "xa-cong-chuc": ("Bùi Văn Tám", "xa", ["specialist"], "own"),
    "xa-chu-tich": ("Lê Thanh Bình", "xa", ["authority"], "own"),
    "xa-luu-tru": ("Đỗ Thị Lưu", "xa", ["archivist"], "own"),
    "xa-khac": ("Ngô Văn Ngoài", "xa-khac", ["specialist"], "own"),
    "tiep-nhan": ("Hà Duy Tân", "so", ["reception"], "own"),
    "chuyen-vien": ("Kiều Thu Sương", "so", ["specialist"], "own"),
    "lanh-dao": ("Thái Bá Dũng", "so", ["head"], "own"),
    "chu-tich": ("Uông Quốc Việt", "tinh", ["authority"], "own"),
    "kiem-tra": ("Tạ Đình Sáu", "tinh", ["auditor"], "subtree"),
}


@dataclass
class Home:
    """The commune, the province, and one claim on its way."""

    province: Province
    code: str = ""

    def at(self, local: str) -> Home:
        """Let the clock run."""
        self.province.at(local)
        return self

    def do(self, login: str, trigger: str, *papers: str, **asked: Any) -> Any:
        """Let somebody act on the claim, bringing papers."""
        documents = {}
        for key in papers:
            brought = self.province.person(login).upload(self.code)
            documents[key] = [{"sha256": brought["sha256"], "name": f"{key}.pdf"}]
        return self.province.do(login, self.code, trigger, documents=documents, **asked)

    def filed(self, *papers: str, **data: object) -> Home:
        """Draw the claim up at the commune's counter."""
        desk = self.province.person("mot-cua")
        body = {
            "procedure": "youth-volunteer-medal",
            "owner": "xa",
            "data": {**CLAIM, **data},
        }
        self.code = desk.post("/dossiers", body)["code"]
        for key in papers or ("declaration", "original_proof"):
            desk.upload(self.code, key)
        return self

    def accepted(self) -> Home:
        """Submit and accept it on Monday 3 November."""
        self.province.do("mot-cua", self.code, "submit")
        told = self.do("mot-cua", "accept", data={"received_complete_on": "2025-11-03"})
        self.code = told["received_code"]
        return self

    def posted(self) -> Home:
        """Post it on Tuesday 4 November, for five days that end on Monday 10."""
        self.filed().accepted().at("2025-11-04T09:00")
        self.do("xa-cong-chuc", "post", data={"posted_at": "Trụ sở xã; trang thông tin của xã"})
        return self

    def seen(self, login: str) -> Any:
        """Return the claim as somebody sees it."""
        return self.province.dossier(self.code, login)

    def letters(self, login: str) -> list[tuple[str, str]]:
        """Return key and number of every letter, in the order of their issue."""
        found = self.province.person(login).get(f"/dossiers/{self.code}/letters")
        return [(one["key"], one["number"]) for one in found]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Found a province with two communes, under a Ministry that keeps no dossiers here."""
    settings = Settings(data=tmp_path, log=LOG)
    founding = build(settings, StoryClock(FOUNDED))
    accounts, tokens = Accounts(founding.parts), {}
    for place in (MINISTRY, PROVINCE, DEPARTMENT, COMMUNE, OTHER):
        founding.people.add_organisation(None, place)
    for login, (name, org, roles, sees) in PEOPLE.items():
        account = founding.people.add_account(None, login, name, None)
        for role in roles:
            held = NewGrant(
                account=account, role=role, org=org, sees=sees, from_on=date(2025, 1, 1)
            )
            founding.people.grant(None, held)
        tokens[login] = accounts.issue_token(account, "thử nghiệm", None)
    founding.close()
    clock = StoryClock(MONDAY)
    application = build(settings, clock)
    yield Home(Province(application, create_app(application.parts), clock, tokens))
    application.close()


def test_a_claim_goes_from_the_commune_to_the_president_and_back(home: Home) -> None:
    province = home.posted().province
    commune_code = home.code
    assert commune_code == "H27.88-251103-0001-001"
    slip = province.letter(commune_code, "receipt", "mot-cua")
    assert "Tiếp nhận hồ sơ của: Phan Thị Liễu" in slip
    assert "18 tháng 11 năm 2025" in slip
    notice = province.letter(commune_code, "posting_notice", "mot-cua")
    assert "Trụ sở xã; trang thông tin của xã" in notice
    assert "10 tháng 11 năm 2025" in notice

    # Posted for five days; comments are recorded, and it cannot be closed early.
    home.at("2025-11-06T09:00")
    comment = {"on": "2025-11-06", "stance": "agrees", "content": "Xác nhận đúng"}
    home.do("xa-cong-chuc", "record_comment", data={"comments": comment})
    province.refused("xa-cong-chuc", home.code, "close_posting")
    home.at("2025-11-11T08:00").do("xa-cong-chuc", "close_posting")
    home.at("2025-11-12T09:00").do(
        "xa-cong-chuc", "agree", "conference_minutes",
        data={"conference_on": "2025-11-12", "association_present": True},
    )  # fmt: skip
    home.at("2025-11-13T09:00").do("xa-chu-tich", "send_up", "commune_submission")

    # The province has a code, a slip and a clock of its own; the commune goes on reading.
    home.at("2025-11-14T09:00")
    home.do("tiep-nhan", "take_in", data={"province_received_on": "2025-11-14"})
    seen = home.seen("xa-cong-chuc")
    assert seen["holder"] == "tinh"
    assert [(one["org"], one["code"]) for one in seen["codes"]] == [
        ("xa", commune_code),
        ("tinh", "H27-251114-0001-001"),
    ]
    home.code = "H27-251114-0001-001"
    assert home.seen("chuyen-vien")["received_code"] == commune_code
    slip = province.letter(home.code, "province_receipt", "tiep-nhan")
    assert "H27-251114-0001-001" in slip
    assert "Ủy ban nhân dân xã Cẩm Lạc" in slip
    assert "01 tháng 12 năm 2025" in slip
    assert province.person("xa-khac").call("GET", f"/dossiers/{home.code}").status_code == 404
    assert province.person("xa-cong-chuc").act(home.code, "confirm").status_code == 403

    home.at("2025-11-17T09:00")
    search = {
        "fonds": "Sổ khen thưởng của tỉnh", "query": "Phan Thị Liễu 1948",
        "by": "Sở Nội vụ", "on": "2025-11-17", "result": "nothing",
    }  # fmt: skip
    home.do("chuyen-vien", "record_search", data={"searches": search})
    home.do(
        "chuyen-vien", "record_association", "association_letter",
        data={"association_stance": "agrees"},
    )  # fmt: skip
    home.do("chuyen-vien", "confirm")
    home.at("2025-11-19T09:00").do("lanh-dao", "endorse")
    home.at("2025-11-20T09:00").do(
        "chu-tich", "forward_ministry", "province_submission",
        data={"sent_to_centre_on": "2025-11-20"},
    )  # fmt: skip

    # The centre is outside: the province enters its answers, each with its paper.
    lacking = province.refused("chuyen-vien", home.code, "record_ministry_proposal")
    assert lacking["code"] == "papers_missing"
    home.at("2025-12-01T09:00").do("chuyen-vien", "record_ministry_proposal", "ministry_answer")
    home.at("2025-12-09T09:00").do(
        "chuyen-vien", "record_award", "state_decision",
        data={"decision_number": "118/QĐ-CTN", "decision_on": "2025-12-09"},
    )  # fmt: skip
    home.at("2025-12-11T09:00").do(
        "chuyen-vien", "receive_copies", data={"copies_on": "2025-12-11"}
    )
    home.at("2025-12-12T09:00").do("chuyen-vien", "announce")
    home.at("2025-12-19T09:00").do("mot-cua", "hand_over", data={"handed_over_on": "2025-12-19"})
    home.do("xa-luu-tru", "archive")

    ended = home.seen("kiem-tra")
    assert (ended["result"], ended["holder"]) == ("granted", "xa")
    measured = {c["key"]: (c["state"], c["due_on"]) for c in ended["clocks"] if c["measured"]}
    assert measured == {
        "commune": ("stopped", "2025-11-18"),
        "province": ("stopped", "2025-12-01"),
        "ministry": ("stopped", "2025-12-10"),
    }
    assert home.letters("kiem-tra") == [
        ("receipt", "1"), ("posting_notice", "1"), ("posting_record", "1"),
        ("province_receipt", "1"), ("award_notice", "1"),
    ]  # fmt: skip
    awards = province.person("kiem-tra").post("/awards/search", {})["items"]
    assert [(a["award"], a["deed"], a["level"], a["org"]) for a in awards] == [
        ("youth-volunteer-medal", "118/QĐ-CTN", "centre", "tinh")
    ]
    checked = province.person("kiem-tra").get(f"/dossiers/{home.code}/trail/verification")
    assert checked["ok"], checked

    figures = province.person("kiem-tra").get("/metrics/resolution")
    levels = {
        g["key"]: (g["subjects"]["early"], g["subjects"]["open"]) for g in figures["organisations"]
    }
    assert levels == {"xa": (1, 0), "tinh": (1, 0), "bnv": (1, 0)}
    assert (figures["early"], figures["open"], figures["submissions"]["early"]) == (1, 0, 1)
    own = province.person("chuyen-vien").get("/metrics/resolution")
    assert (own["early"], own["late"], own["open"]) == (1, 0, 0)


def test_a_complaint_while_it_is_posted_freezes_the_claim(home: Home) -> None:
    province = home.posted().province
    home.at("2025-11-06T09:00")
    comment = {"on": "2025-11-06", "stance": "complains", "content": "Khai sai đơn vị"}
    home.do(
        "xa-cong-chuc", "record_complaint", data={"comments": comment},
        reason="Đơn của bà Đào Thị Bích", paper="Đơn ngày 06/11/2025",
    )  # fmt: skip

    frozen = home.seen("xa-cong-chuc")
    assert (frozen["on_hold"], frozen["portal_status"]) == (True, 8)
    assert {c["key"]: c["state"] for c in frozen["clocks"]} == {
        "commune": "suspended",
        "posting_period": "suspended",
        "submitted": "cancelled",
        "checking": "cancelled",
    }
    home.at("2025-11-24T09:00")
    refused = province.refused("xa-cong-chuc", home.code, "close_posting")
    assert refused["code"] == "dossier_on_hold"
    home.do("xa-chu-tich", "release", ground="complaint", paper="Kết luận số 4/KL-UBND")
    # Eighteen days lie between: the limit of 18 November is now that of 6 December, a Saturday.
    assert province.due(home.code, "commune") == "2025-12-08"
    assert province.due(home.code, "posting_period") == "2025-11-27"
    province.refused("xa-cong-chuc", home.code, "close_posting")
    home.at("2025-11-28T08:00").do("xa-cong-chuc", "close_posting")
    assert province.states(home.code) == ["conference"]


def test_a_claim_of_a_soldier_is_passed_on_and_counts_as_no_resolution(home: Home) -> None:
    province = home.filed().accepted().province
    home.at("2025-11-05T09:00")
    home.do("xa-cong-chuc", "redirect", "transfer_letter", reason="military")

    assert home.seen("kiem-tra")["result"] == "redirected"
    figures = province.person("kiem-tra").get("/metrics/resolution")
    assert (figures["early"], figures["on_time"], figures["late"], figures["open"]) == (0, 0, 0, 0)


def test_whoever_holds_the_medal_is_refused_with_the_clause(home: Home) -> None:
    row = {
        **subject_columns(CLAIM["claimant"]),  # type: ignore[arg-type]
        "award": "youth-volunteer-medal",
        "award_vi": "Huy chương Thanh niên xung phong vẻ vang",
        "award_en": "Glorious Youth Volunteer Medal",
        "year": 2009,
        "level": "centre",
        "type": "resistance",
        "deed": "77/QĐ-CTN",
        "decided_on": date(2009, 5, 19),
        "org": "bnv",
    }
    home.province.application.parts.db.write(lambda c: c.execute(insert(t.awards), [row]))
    home.filed()

    refused = home.province.person("mot-cua").act(home.code, "submit")

    assert refused.status_code == 422
    assert refused.json()["code"] == "guard_refused"
    assert "mỗi người chỉ được tặng, truy tặng một lần" in refused.json()["detail"]
    assert "Điều 5" in refused.json()["detail"]
