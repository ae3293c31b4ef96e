"""Forms on demand say what the trail, the lists and the definition say."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.province import NOMINATIONS, Ground, Province


@pytest.fixture
def province(ground: Ground, tmp_path: Path) -> Iterator[Province]:
    """Give a province on SQLite."""
    with ground.province("sqlite", tmp_path / "data") as one:
        yield one


def test_a_control_slip_tells_each_hand_over_to_the_minute_and_whether_it_was_in_time(
    province: Province,
) -> None:
    code = province.draft(NOMINATIONS["merit"])
    province.do("don-vi", code, "submit")
    # Four working hours after half past eight on Monday were over at half past two.
    province.at("2025-11-03T16:40")
    told = province.do("tiep-nhan", code, "accept", data={"received_complete_on": "2025-11-03"})
    code = told["received_code"]
    province.at("2025-11-05T09:05")
    province.do("chuyen-vien", code, "waive", reason="not_needed")
    province.do("chuyen-vien", code, "appraise")
    province.do("chuyen-vien", code, "recommend")

    words = province.person("don-vi").pdf(f"/dossiers/{code}/control-slip")

    assert "16:40 03/11/2025 Tiếp nhận Cán bộ tiếp nhận Chuyên viên thẩm định Quá hạn" in words
    assert "09:05 05/11/2025 Xác nhận đủ điều kiện Chuyên viên thẩm định Trước hạn" in words
    assert "Hẹn trả kết quả: ngày 08 tháng 12 năm 2025" in words
    assert "Kiều Thu Sương" not in words


def test_a_register_book_holds_what_was_received_in_its_period_and_no_formula(
    province: Province,
) -> None:
    province.draft(NOMINATIONS["flag"])
    code = province.reviewing()
    reader = province.person("kiem-tra")
    period = {"from": "2025-11-01", "until": "2025-11-30"}

    words = reader.pdf(f"/register-book?from={period['from']}&until={period['until']}")
    sheet = reader.call("GET", "/register-book", params={**period, "format": "xlsx"}).content
    rows = [
        [cell.value for cell in row]
        for row in load_workbook(io.BytesIO(sheet)).active.iter_rows(min_row=2)
    ]

    assert code in words
    assert "Sổ này có 01 hồ sơ" in words
    assert [(row[1], row[3], row[5], row[6]) for row in rows] == [
        (code, NOMINATIONS["merit"].name, "03/11/2025", "08/12/2025")
    ]
    before = reader.call("GET", "/register-book", params={**period, "from": "2025-12-01"})
    assert before.status_code == 422


def test_the_internal_process_prints_the_steps_that_run(province: Province) -> None:
    words = province.person("quan-tri").pdf("/procedures/provincial-award/editions/2025-07/process")

    assert "Đã nộp, chờ tiếp nhận Cán bộ tiếp nhận 4 giờ làm việc" in words
    assert "Tổng thời gian giải quyết: 25 ngày làm việc" in words
    assert "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" in words


def test_texts_of_a_list_are_never_formulas() -> None:
    from adapters.documents.sheets import listing

    made = load_workbook(io.BytesIO(listing("Sổ", ["STT", "Tên"], [[1, "=1+1"], [2, "@SUM(A1)"]])))

    cells = [row[1] for row in made.active.iter_rows(min_row=2)]
    assert [(cell.value, cell.data_type) for cell in cells] == [("=1+1", "s"), ("@SUM(A1)", "s")]
