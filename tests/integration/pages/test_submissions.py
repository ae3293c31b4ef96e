"""Submissions on pages: many names in one form, dropped, given papers, submitted and received."""

from __future__ import annotations

import re

from tests.pages import PDF, Visitor, World

SHARED = {
    "data.award": "merit",
    "data.period.from": "01/09/2023",
    "data.period.until": "31/08/2025",
    "data.excellent_years": "2",
    "data.initiatives": "0",
}


def row(place: int, name: str, **more: str) -> dict[str, str]:
    parts = {"kind": "individual", "name": name, "birth_year": "1980", "position": "Giáo viên"}
    return {f"rows.{place}.nominee.{key}": value for key, value in {**parts, **more}.items()}


def made(unit: Visitor) -> str:
    """Make a submission of two names and return its code."""
    unit.get("/submissions/new?procedure=provincial-award&owner=truong")
    unit.fill_in(
        "/submissions/new", {**SHARED, **row(0, "Nguyễn Văn Ánh"), **row(3, "Đỗ Thị Bích")}
    )
    assert unit.status == 200, unit.text
    found = re.search(r"/submissions/(T-2025-\d+)", unit.url)
    assert found, unit.text
    return found[1]


def test_many_names_are_typed_into_one_form_that_grows(province: World) -> None:
    unit = province.visitor("an")
    unit.get("/submissions/new?procedure=provincial-award&owner=truong")
    assert "rows.4.nominee.name" in unit.html
    assert "rows.5.nominee.name" not in unit.html
    unit.fill_in("/submissions/new", {**SHARED, **row(0, "Nguyễn Văn Ánh"), "more": "1"})
    assert "rows.14.nominee.name" in unit.html
    grown = unit.form("/submissions/new")
    assert grown.values["rows.0.nominee.name"] == "Nguyễn Văn Ánh"
    assert grown.values["data.period.from"] == "01/09/2023"
    unit.fill_in("/submissions/new", row(12, "Đỗ Thị Bích", birth_year="chín"))
    assert unit.status == 422
    assert 'id="row-rows-12-nominee-birth_year-wrong"' in unit.html
    unit.fill_in("/submissions/new", row(12, "Nguyễn Văn Ánh"))
    assert unit.status == 422
    assert "Trùng với dòng 1" in unit.text
    unit.fill_in("/submissions/new", row(12, "Đỗ Thị Bích"))
    assert unit.status == 200
    assert "Nguyễn Văn Ánh" in unit.text
    assert "Đỗ Thị Bích" in unit.text
    assert "Đã lập hồ sơ trình." in unit.text


def test_a_submission_is_changed_submitted_and_received_on_its_page(province: World) -> None:
    unit = province.visitor("an")
    code = made(unit)
    for document in ("submission", "minutes"):
        file = {"file": ("to-trinh.pdf", PDF, "application/pdf")}
        unit.fill_in(f"/submissions/{code}/papers/{document}", {}, file)
        assert unit.status == 200, unit.text
    unit.get(f"/submissions/{code}/names")
    unit.fill_in(f"/submissions/{code}/names", {**SHARED, **row(0, "Lê Thị Thêm")})
    assert "Lê Thị Thêm" in unit.text, unit.text
    codes = re.findall(r'name="dossier" value="(N-2025-\d+)"', unit.html)
    assert len(codes) == 3
    unit.fill_in(f"/submissions/{code}/names/{codes[1]}/drop", {})
    assert "Đỗ Thị Bích" not in unit.text
    unit.fill_in(f"/submissions/{code}/acts/choose", {"trigger": "submit"})
    unit.fill_in(f"/submissions/{code}/acts/do", {"dossier": [codes[0], codes[2]]})  # type: ignore[dict-item]
    assert unit.status == 422
    assert "Báo cáo thành tích" in unit.text
    for one in (codes[0], codes[2]):
        unit.get(f"/dossiers/{one}")
        file = {"file": ("bao-cao.pdf", PDF, "application/pdf")}
        unit.fill_in(f"/dossiers/{one}/papers/report", {}, file)
    assert "số thứ tự 3; cả hồ sơ trình có 2 tên" in unit.text
    unit.get(f"/submissions/{code}")
    unit.fill_in(f"/submissions/{code}/acts/choose", {"trigger": "submit"})
    unit.fill_in(f"/submissions/{code}/acts/do", {"dossier": [codes[0], codes[2]]})  # type: ignore[dict-item]
    assert unit.status == 200, unit.text

    reception = province.visitor("binh")
    reception.get("/submissions?which=receive")
    assert code in reception.text
    reception.get(f"/submissions/{code}")
    assert "Bỏ tên" not in reception.text
    reception.fill_in(f"/submissions/{code}/acts/choose", {"trigger": "accept"})
    assert "03/11/2025" in reception.html
    chosen = re.findall(r'name="dossier" value="([^"]+)"', reception.html)
    reception.fill_in(f"/submissions/{code}/acts/do", {"dossier": chosen})  # type: ignore[dict-item]
    assert reception.status == 200, reception.text
    received = re.findall(r"tinh-251103-0001-(\d+)", reception.html)
    assert set(received) == {"001", "003"}
    reception.get("/submissions?which=receive")
    assert code not in reception.text
    unit.get("/submissions/new?procedure=provincial-award&owner=truong")
    late = {**SHARED, **row(0, "Trần Văn Muộn")}
    for none in ("tinh-251103-0099", made(unit)):
        unit.get("/submissions/new?procedure=provincial-award&owner=truong")
        unit.fill_in("/submissions/new", {**late, "supplements": none})
        assert (unit.status, 'id="supplements-wrong"' in unit.html) == (422, True)
        assert unit.form("/submissions/new").values["supplements"] == none
    unit.fill_in("/submissions/new", {**late, "supplements": "tinh-251103-0001"})
    assert unit.status == 200, unit.text
    assert "Bổ sung cho tinh-251103-0001" in unit.text
    specialist = province.visitor("chi")
    specialist.get("/worklist?submission=tinh-251103-0001")
    assert "tinh-251103-0001-003" in specialist.text
    specialist.get("/worklist?submission=tinh-no-such")
    assert "tinh-251103-0001-003" not in specialist.text
    specialist.get("/dossiers/tinh-251103-0001-003")
    assert "/submissions/tinh-251103-0001" in specialist.html
    assert "/dossiers/tinh-251103-0001-001" in specialist.html


def test_at_the_counter_a_unit_is_chosen_and_strangers_see_nothing(province: World) -> None:
    reception = province.visitor("binh")
    reception.get("/submissions/new")
    assert "Trường THPT Trần Phú" in reception.text
    code = made(reception)
    assert "nộp tại" in reception.text
    stranger = province.visitor("la")
    stranger.get(f"/submissions/{code}")
    assert stranger.status == 404
    stranger.get("/submissions")
    assert code not in stranger.text
    stranger.get("/submissions/new?procedure=provincial-award&owner=truong")
    assert stranger.status == 404
