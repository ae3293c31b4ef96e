"""Workbooks brought on pages: a list of nominees, and a book of units, people and roles."""

import io
from typing import Any

from openpyxl import load_workbook

from tests.pages import World

ROW = {
    "A": "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
    "B": "Cá nhân",
    "C": "Trần Thị Bưởi",
    "D": 1980,
    "I": "01/01/2024",
    "J": "31/10/2025",
}
LIST = "/submissions/upload"
TEMPLATE = f"{LIST}/template.xlsx?procedure=provincial-award"


def filled(content: bytes, sheet: int, *rows: dict[str, Any]) -> bytes:
    book = load_workbook(io.BytesIO(content))
    for number, row in enumerate(rows, start=2):
        for column, value in row.items():
            book.worksheets[sheet][f"{column}{number}"] = value
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def template(visitor: Any, path: str) -> bytes:
    answer = visitor.client.get(path)
    assert answer.status_code == 200
    content: bytes = answer.content
    return content


def test_a_list_is_checked_sent_and_opened_as_a_submission(province: World) -> None:
    unit = province.visitor("an")
    content = template(unit, TEMPLATE)
    bad = filled(content, 0, ROW, {**ROW, "C": "Đỗ Văn Ổi", "D": "Thân"})
    good = filled(content, 0, ROW, {**ROW, "C": "Đỗ Văn Ổi"})

    unit.get(LIST)
    unit.fill(LIST, {"file": ("ds.xlsx", bad)}, procedure="provincial-award")
    assert unit.status == 422
    for said in ("Chưa ghi gì; 1 dòng đúng", "D3", "Năm sinh", "Phải là số nguyên"):
        assert said in unit.text
    unit.fill(LIST, {"file": ("ds.xlsx", good)}, procedure="provincial-award", dry_run="1")
    assert "Danh sách đúng, 2 dòng; chưa ghi gì" in unit.text
    unit.get(LIST)
    unit.fill(LIST, {"file": ("ds.xlsx", good)}, procedure="provincial-award")
    assert (unit.status, "Đã lập hồ sơ trình với 2 tên" in unit.text) == (200, True)
    code = unit.text.partition("Mở hồ sơ trình ")[2].split()[0]
    unit.get(f"/submissions/{code}")
    assert unit.status == 200
    assert "Đỗ Văn Ổi" in unit.text


def test_a_file_that_is_no_list_is_told_and_only_units_may_send_one(province: World) -> None:
    unit = province.visitor("an")
    unit.get(LIST)
    unit.fill(LIST, {"file": ("ds.xlsx", b"Ho ten;Nam sinh")}, procedure="provincial-award")
    assert (unit.status, "không phải là bảng tính" in unit.text) == (422, True)
    unit.fill(LIST, procedure="provincial-award")
    assert (unit.status, "Hãy chọn một tệp" in unit.text) == (422, True)
    specialist = province.visitor("chi")
    specialist.get(LIST)
    assert specialist.status == 404


def test_administrators_enter_people_from_a_workbook(province: World) -> None:
    admin = province.visitor("quan")
    content = template(admin, "/users/template.xlsx")
    good = filled(content, 1, {"A": "vu.ha", "B": "Vũ Thị Hà"})

    admin.get("/users")
    admin.fill("/users/import", {"file": ("b.xlsx", filled(content, 1, {"A": "an", "B": "Ai"}))})
    assert admin.status == 422
    assert "Chưa ghi gì: các ô sau sai." in admin.text
    assert "Người!A2" in admin.text
    admin.fill("/users/import", {"file": ("b.xlsx", good)}, dry_run="1")
    assert "chưa ghi: 0 đơn vị, 1 người, 0 vai trò mới" in admin.text
    admin.get("/users")
    admin.fill("/users/import", {"file": ("b.xlsx", good)})
    assert (admin.status, "Đã nhập 0 đơn vị, 1 người" in admin.text) == (200, True)
    admin.get("/users")
    admin.fill("/users/import", {"file": ("b.xlsx", b"nothing")})
    assert admin.status == 422
    admin.fill("/users/import")
    assert "Hãy chọn một tệp" in admin.text
    unit = province.visitor("an")
    unit.get("/users/template.xlsx")
    assert unit.status == 403
