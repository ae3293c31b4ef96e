"""Lists of nominees: the workbook follows from the definition, and each wrong cell is named."""

import io
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from adapters.documents.sheets import read_sheet
from adapters.services.nomination_lists import (
    MOST_NAMES,
    NoList,
    NominationList,
    headings_of,
    nomination_template,
    read_nominations,
)
from engine.definition import Field, FieldType, Procedure
from engine.text import Text
from procedures import catalogue
from workflows.loader import load

GOOD = {
    "Hình thức khen thưởng hoặc danh hiệu đề nghị": "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
    "Loại đối tượng": "Cá nhân",
    "Họ và tên / tên tập thể": "Trần Thị Bưởi",
    "Năm sinh": 1980,
    "Thời gian lập thành tích: từ ngày": "01/01/2024",
    "Thời gian lập thành tích: đến ngày": "31/12/2024",
}


@cache
def awards(edition: str = "2025-07") -> Procedure:
    (entry,) = [
        one
        for one in catalogue.editions()
        if (one.procedure, one.edition) == ("provincial-award", edition)
    ]
    procedure = load(entry.source, entry.path).procedure
    assert procedure is not None
    return procedure


def listed(*rows: dict[str, Any], above: tuple[tuple[Any, ...], ...] = ()) -> bytes:
    """Return a workbook with these rows under the titles of the template."""
    titles = [one.title for one in headings_of(awards())]
    book = Workbook()
    sheet = book.active
    for line in above:
        sheet.append(line)
    sheet.append(titles)
    for row in rows:
        sheet.append([row.get(title) for title in titles])
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def read(*rows: dict[str, Any], above: tuple[tuple[Any, ...], ...] = ()) -> NominationList:
    return read_nominations(read_sheet(listed(*rows, above=above)), awards())


def cells(found: NominationList) -> list[tuple[str, str]]:
    return [(one.cell, one.text.vi) for one in found.bad]


def at(title: str, row: int) -> str:
    """Return the name of a cell by its column's title."""
    place = [one.title for one in headings_of(awards())].index(title)
    return f"{chr(65 + place)}{row}"


def test_the_template_has_a_column_for_every_field_a_draft_fills() -> None:
    book = load_workbook(io.BytesIO(nomination_template(awards("2026-10"))))
    assert [one.title for one in book] == ["Danh sách", "Ví dụ", "Danh mục", "Hướng dẫn"]
    titles = [cell.value for cell in book["Danh sách"][1]]
    assert titles[:5] == [
        "Hình thức khen thưởng hoặc danh hiệu đề nghị *",
        "Loại khen thưởng *",
        "Loại đối tượng *",
        "Họ và tên / tên tập thể *",
        "Năm sinh",
    ]
    assert "Số quyết định" not in titles  # filled by a later act
    rules = book["Danh sách"].data_validations.dataValidation
    assert {str(rule.sqref)[0] for rule in rules} >= {"A", "B", "C"}
    assert "provincial-award, phiên bản 2026-10" in " ".join(
        str(row[0].value) for row in book["Hướng dẫn"].iter_rows()
    )


@pytest.mark.parametrize(
    "entry", catalogue.editions(), ids=lambda one: f"{one.procedure} {one.edition}"
)
def test_the_example_of_a_template_is_itself_a_good_list(entry: catalogue.CatalogueEntry) -> None:
    procedure = load(entry.source, entry.path).procedure
    assert procedure is not None
    try:
        book = load_workbook(io.BytesIO(nomination_template(procedure)))
    except NoList:
        return
    book.move_sheet("Ví dụ", -book.index(book["Ví dụ"]))
    kept = io.BytesIO()
    book.save(kept)
    found = read_nominations(read_sheet(kept.getvalue()), procedure)
    assert cells(found) == []
    assert len(found.rows) == 1


def test_a_good_row_is_the_data_of_a_draft() -> None:
    found = read({**GOOD, "Số sáng kiến, đề tài đã được công nhận và áp dụng": 2})
    assert cells(found) == []
    assert found.rows == [
        (
            2,
            {
                "award": "merit",
                "nominee": {"kind": "individual", "name": "Trần Thị Bưởi", "birth_year": 1980},
                "period": {"from": "2024-01-01", "until": "2024-12-31"},
                "initiatives": 2,
            },
        )
    ]


def test_titles_above_and_numbers_before_the_rows_are_no_hindrance() -> None:
    above = (("DANH SÁCH ĐỀ NGHỊ KHEN THƯỞNG",), (None,), ("Kèm theo Tờ trình số 12/TTr",))
    assert [number for number, _ in read(GOOD, above=above).rows] == [5]
    book = load_workbook(io.BytesIO(listed(GOOD)))
    book.active.insert_cols(1)
    book.active["A1"] = "STT"
    book.active["A2"] = 1
    kept = io.BytesIO()
    book.save(kept)
    assert len(read_nominations(read_sheet(kept.getvalue()), awards()).rows) == 1


def test_every_wrong_cell_of_every_row_is_named_at_once() -> None:
    name, born, since = (
        "Họ và tên / tên tập thể",
        "Năm sinh",
        "Thời gian lập thành tích: từ ngày",
    )
    award = "Hình thức khen thưởng hoặc danh hiệu đề nghị"
    until = "Thời gian lập thành tích: đến ngày"
    found = read(
        {**GOOD, name: None},
        {**GOOD, born: "năm Thân", award: "Huy chương vàng"},
        {**GOOD, since: "31/02/2024"},
        {**GOOD, name: "Đỗ Văn Ổi"},
        {**GOOD, name: "Lê Thị Mận", until: "31/12/2023"},
        {**GOOD, name: "Lê Thị Na", born: 1492},
        {**GOOD, name: "Dài " * 200},
    )
    assert [number for number, _ in found.rows] == [5]
    told = dict(cells(found))
    assert list(told) == [
        at(name, 2),
        at(award, 3),
        at(born, 3),
        at(since, 4),
        at(until, 6),
        at(born, 7),
        at(name, 8),
    ]
    assert told[at(name, 2)] == "Bắt buộc phải có."
    assert told[at(award, 3)].startswith("“Huy chương vàng” không có trong danh mục: Bằng khen")
    assert "ngày cuối sớm hơn ngày đầu" in told[at(until, 6)]


def test_a_name_twice_is_named_with_the_row_it_repeats() -> None:
    name = "Họ và tên / tên tập thể"
    found = read(
        GOOD,
        {**GOOD, name: "TRẦN  THỊ BƯỞI"},
        {**GOOD, name: "Trần Thị Bưởi", "Năm sinh": 1981},
        {**GOOD, name: "Trần Thị Bươi"},
        {**GOOD, "Hình thức khen thưởng hoặc danh hiệu đề nghị": "soldier"},
    )
    assert [number for number, _ in found.rows] == [2, 4, 5, 6]
    assert cells(found) == [
        (at(name, 3), "Trùng với dòng 2: cùng tên, năm sinh, đơn vị và hình thức đề nghị.")
    ]


def test_a_submission_has_no_more_names_than_it_may() -> None:
    name = "Họ và tên / tên tập thể"
    found = read(*({**GOOD, name: f"Người thứ {n}"} for n in range(MOST_NAMES + 1)))
    assert len(found.rows) == MOST_NAMES
    assert [one.cell for one in found.bad] == [f"A{MOST_NAMES + 2}"]


@pytest.mark.parametrize(
    ("change", "cell", "why"),
    [
        (lambda s: s.__setitem__("A1", "Cột gì đây"), "A1", "Cột không có trong mẫu."),
        (lambda s: s.__setitem__("B1", s["C1"].value), "C1", "Cột lặp lại."),
        (lambda s: s.delete_rows(2), "A2", "Danh sách trống."),
        (lambda s: s.delete_rows(1, 2), "A1", "Danh sách trống."),
    ],
)
def test_what_is_wrong_with_the_columns_is_said_before_any_row(
    change: Any, cell: str, why: str
) -> None:
    book = load_workbook(io.BytesIO(listed(GOOD)))
    change(book.active)
    kept = io.BytesIO()
    book.save(kept)
    found = read_nominations(read_sheet(kept.getvalue()), awards())
    assert found.rows == []
    assert (cell, why) in cells(found)


def test_a_procedure_that_needs_records_has_no_list() -> None:
    part = Field(key="says", type=FieldType.TEXT, label=Text("Nói", "Says"))
    records = Field(
        key="witnesses",
        type=FieldType.RECORDS,
        label=Text("Người làm chứng", "Witnesses"),
        required=True,
        fields={"says": part},
    )
    procedure = replace(awards(), fields={**awards().fields, "witnesses": records})
    with pytest.raises(NoList, match="Người làm chứng"):
        nomination_template(procedure)
    optional = replace(records, required=False)
    free = replace(awards(), fields={**awards().fields, "witnesses": optional})
    assert len(headings_of(free)) == len(headings_of(awards()))


def test_kinds_of_values_are_read_as_people_write_them() -> None:
    lead = "Được cụm, khối thi đua suy tôn dẫn đầu"
    rows = [
        {**GOOD, "Họ và tên / tên tập thể": f"Người {n}", lead: said}
        for n, said in enumerate(["Có", "không", True, "x", 0, "chắc vậy"])
    ]
    found = read(*rows)
    assert [data.get("cluster_leader") for _, data in found.rows] == [
        True,
        False,
        True,
        True,
        False,
    ]
    assert cells(found) == [(at(lead, 7), "Phải là Có hoặc Không.")]


NAME, KIND = "Họ và tên / tên tập thể", "Loại đối tượng"
NUMBER, UNTIL = "Số định danh cá nhân", "Thời gian lập thành tích: đến ngày"


@pytest.mark.parametrize(
    ("change", "title", "why"),
    [
        ({"Năm sinh": 2026}, "Năm sinh", "tương lai"),
        ({KIND: "Tập thể"}, "Năm sinh", "chỉ cá nhân"),
        ({NUMBER: "12345"}, NUMBER, "9 hoặc 12 chữ số"),
        ({NUMBER: 42085012345}, NUMBER, "định dạng ô là chữ"),
        ({UNTIL: "01/01/2026"}, UNTIL, "sau năm 2025"),
    ],
    ids=["born later", "a collective is not born", "no number", "a zero is lost", "next year"],
)
def test_a_value_that_cannot_be_is_named_at_its_cell(
    change: dict[str, Any], title: str, why: str
) -> None:
    sheet = read_sheet(listed(GOOD | change))

    found = read_nominations(sheet, awards(), today=date(2025, 11, 3))

    ((cell, said),) = cells(found)
    assert (cell, why in said) == (at(title, 2), True), said


def test_a_wrong_row_does_not_make_the_right_row_after_it_a_second_one() -> None:
    found = read(GOOD | {NUMBER: "12"}, GOOD | {NUMBER: "042085012345"}, GOOD | {UNTIL: "x"})

    assert [number for number, _ in found.rows] == [3]
    assert [cell for cell, _ in cells(found)] == [at(NUMBER, 2), at(UNTIL, 4)]


def test_one_identity_number_belongs_to_one_person() -> None:
    number = {NUMBER: "042085012345"}

    found = read(GOOD | number, GOOD | number | {NAME: "Lê Thị Na"}, GOOD | {NAME: "Lê Thị Na"})

    assert cells(found) == [(at(NUMBER, 3), "Số định danh này đã ghi cho người khác ở dòng 2.")]
    assert [number for number, _ in found.rows] == [2, 4]
