"""An old list is understood cell by cell, and every wrong cell is named with its reason at once."""

from datetime import date
from typing import Any

import pytest

from adapters.documents.sheets import Cell, Row, cell_name, read_sheet
from adapters.services.award_lists import ReadList, award_template, read_awards

TODAY = date(2025, 11, 3)
HEADINGS = {
    "name": "Họ và tên, tên tập thể",
    "kind": "Đối tượng",
    "birth_year": "Năm sinh",
    "unit": "Đơn vị",
    "award": "Hình thức, danh hiệu",
    "year": "Năm khen thưởng",
    "period_from": "Thành tích từ ngày",
    "period_until": "Thành tích đến ngày",
    "level": "Cấp khen thưởng",
    "type": "Loại hình",
    "deed": "Số quyết định",
    "decided_on": "Ngày quyết định",
    "initiative_decision": "Sáng kiến: số quyết định công nhận",
    "initiative_on": "Sáng kiến: ngày quyết định",
    "initiative_title": "Sáng kiến: tên",
}
GOOD = {
    "name": "Đặng  Thị Ánh",
    "kind": "Cá nhân",
    "birth_year": 1980,
    "unit": "Sở Y tế",
    "award": "chien si thi dua co so",
    "year": 2024,
    "deed": "12/QĐ-SYT",
    "decided_on": "20/12/2024",
}


def row(number: int, values: list[Any]) -> Row:
    def cell(place: int, value: Any) -> Cell:
        kind = "empty" if value is None else "number" if isinstance(value, int) else "text"
        return Cell(cell_name(number, place), kind, value)

    return Row(number, tuple(cell(place, value) for place, value in enumerate(values)))


def read(*people: dict[str, Any], first: int = 2) -> ReadList:
    heads = row(1, list(HEADINGS.values()))
    rows = [row(first + n, [one.get(key) for key in HEADINGS]) for n, one in enumerate(people)]
    return read_awards([heads, *rows], today=TODAY)


def wrong(**over: Any) -> list[tuple[str, str]]:
    found = read({**GOOD, **over})
    assert found.rows == [] or not found.bad
    return [(one.cell, one.text.vi) for one in found.bad]


def test_a_good_row_becomes_a_row_of_the_register() -> None:
    found = read({**GOOD, "period_from": "1/1/2024", "period_until": "2024-12-31"})

    assert found.bad == []
    ((number, columns),) = found.rows
    assert number == 2
    assert columns == {
        "subject_key": "dang thi anh|1980",
        "subject_name": "Đặng Thị Ánh",
        "kind": "individual",
        "birth_year": 1980,
        "unit": "Sở Y tế",
        "name_folded": "dang thi anh",
        "unit_folded": "so y te",
        "sort_key": columns["sort_key"],
        "award": "grassroots-soldier",
        "award_vi": "Chiến sĩ thi đua cơ sở",
        "award_en": "Grassroots Emulation Soldier",
        "year": 2024,
        "period_from": date(2024, 1, 1),
        "period_until": date(2024, 12, 31),
        "level": "",
        "type": "merit",
        "deed": "12/QĐ-SYT",
        "decided_on": date(2024, 12, 20),
    }


def test_the_initiative_of_a_row_is_a_use_by_its_subject_for_a_title_or_a_form() -> None:
    named = {"initiative_decision": "7/QĐ-HĐSK", "initiative_title": "Sổ tiêm chủng"}
    form = {**GOOD, "award": "Bằng khen của Thủ tướng Chính phủ"}
    found = read(GOOD, {**GOOD, "year": 2023, **named, "initiative_on": "2/3/2023"})
    ((number, use),) = found.used
    assert (number, len(found.rows)) == (3, 2)
    assert use == {
        "subject_key": "dang thi anh|1980",
        "award": "grassroots-soldier",
        "year": 2023,
        "deed": "12/QĐ-SYT",
        "decision": "7/QĐ-HĐSK",
        "recognised_on": date(2023, 3, 2),
        "title": "Sổ tiêm chủng",
        "title_folded": "so tiem chung",
        "used_for": "title",
    }
    ((_, other),) = read({**form, "initiative_decision": "7/QĐ-HĐSK"}).used
    assert (other["used_for"], other["title"], other["recognised_on"]) == ("form", "", None)
    assert wrong(initiative_title="Sổ") == [("M2", "Sáng kiến phải có số quyết định công nhận.")]


def test_a_row_without_a_deed_is_refused_with_its_cell() -> None:
    assert wrong(deed=None) == [("K2", "Không có số quyết định thì không ghi vào sổ được.")]


@pytest.mark.parametrize(
    ("over", "cell"),
    [
        ({"name": None}, "A2"),
        ({"name": "\u0301"}, "A2"),
        ({"kind": "Đoàn"}, "B2"),
        ({"birth_year": None}, "C2"),
        ({"birth_year": 80}, "C2"),
        ({"birth_year": 2030}, "C2"),
        ({"award": "Huy hiệu"}, "E2"),
        ({"year": "năm ngoái"}, "F2"),
        ({"period_from": "2/1/2024", "period_until": "1/1/2024"}, "H2"),
        ({"level": "huyện"}, "I2"),
        ({"type": "thường"}, "J2"),
        ({"deed": "x" * 500}, "K2"),
        ({"decided_on": "31/02/2024"}, "L2"),
        ({"decided_on": "20/12/2025"}, "L2"),
        ({"decided_on": "20/12/1024"}, "L2"),
    ],
)
def test_each_wrong_cell_is_named(over: dict[str, Any], cell: str) -> None:
    assert [one for one, _ in wrong(**over)] == [cell]


def test_an_error_of_the_sheet_is_told_as_one() -> None:
    heads = row(1, list(HEADINGS.values()))
    cells = list(row(2, [GOOD.get(key) for key in HEADINGS]).cells)
    cells[0] = Cell("A2", "error", "#REF!")
    (bad,) = read_awards([heads, Row(2, tuple(cells))], today=TODAY).bad
    assert (bad.cell, bad.text.vi) == ("A2", "Ô có lỗi #REF!.")


def test_a_collective_needs_no_year_of_birth() -> None:
    over = {"kind": "tập thể", "birth_year": None, "award": "Tập thể lao động xuất sắc"}
    assert wrong(**over) == []


def test_everything_wrong_is_said_at_once_and_good_rows_are_kept() -> None:
    found = read(
        GOOD, {**GOOD, "deed": None, "kind": None}, {**GOOD, "year": 2023}, {**GOOD}, first=5
    )

    assert [number for number, _ in found.rows] == [5, 7]
    assert [one.cell for one in found.bad] == ["B6", "K6", "A8"]
    assert "dòng 5" in found.bad[2].text.vi


def test_columns_may_stand_in_any_order_but_not_twice_nor_be_unknown() -> None:
    keys = list(reversed(HEADINGS))
    turned = [
        row(1, [HEADINGS[key] + " *" for key in keys]),
        row(2, [GOOD.get(key) for key in keys]),
    ]
    assert len(read_awards(turned, today=TODAY).rows) == 1

    heads = [*HEADINGS.values(), "Năm sinh", "Ghi chú"]
    del heads[10]
    bad = read_awards([row(1, heads)], today=TODAY).bad
    assert [(one.cell, one.column) for one in bad] == [
        ("O1", "Năm sinh"),
        ("P1", "Ghi chú"),
        ("Q1", "Số quyết định"),
    ]


@pytest.mark.parametrize("rows", [[], [row(1, list(HEADINGS.values()))]])
def test_an_empty_list_is_refused(rows: list[Row]) -> None:
    found = read_awards(rows, today=TODAY)
    assert (len(found.bad), len(found.rows)) == (1, 0)


def test_the_template_has_the_headings_that_are_read() -> None:
    (heads,) = read_sheet(award_template())
    assert [cell.text.rstrip(" *") for cell in heads.cells] == list(HEADINGS.values())
