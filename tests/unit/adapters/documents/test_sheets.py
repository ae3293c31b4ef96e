"""Workbooks of strangers are read in a process with caps, or refused for a reason with a cell."""

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from adapters.documents import sheets
from adapters.documents.sheets import Column, WorkbookRefused, read_sheet, template


def made(fill: Callable[[Any], object]) -> bytes:
    """Return a workbook whose first sheet was filled by `fill`."""
    book = Workbook()
    fill(book.active)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    kept = io.BytesIO(content)
    with zipfile.ZipFile(kept, "a", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, part)
    return kept.getvalue()


def put(cell: str, value: object) -> Callable[[Any], object]:
    return lambda sheet: sheet.__setitem__(cell, value)


PLAIN = made(put("A1", "Họ và tên"))


def test_values_keep_their_kinds_and_places() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["Đặng Thị Ánh", 1980, 2.5, date(2024, 1, 2), True, None, "  x "])
        sheet["B4"] = 7.0

    first, second = read_sheet(made(fill))

    assert [(c.name, c.kind, c.text) for c in first.cells] == [
        ("A1", "text", "Đặng Thị Ánh"),
        ("B1", "number", "1980"),
        ("C1", "number", "2.5"),
        ("D1", "day", "2024-01-02"),
        ("E1", "bool", "True"),
        ("F1", "empty", ""),
        ("G1", "text", "x"),
    ]
    assert (second.number, [(c.name, c.text) for c in second.cells if c.text]) == (4, [("B4", "7")])


@pytest.mark.parametrize(
    ("content", "reason", "cells"),
    [
        (b"", "not_a_workbook", []),
        (b"Ho ten;Nam sinh\n", "not_a_workbook", []),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "protected", []),
        (b"PK\x03\x04" + b"\0" * 100, "not_a_workbook", []),
        (with_part(PLAIN, "xl/vbaProject.bin", b"x"), "macros", []),
        (with_part(PLAIN, "xl/externalLinks/externalLink1.xml", b"<x/>"), "macros", []),
        (with_part(PLAIN, "xl/big.xml", b"0" * (25 * 1024 * 1024)), "too_large", []),
        (b"0" * (sheets.MOST_BYTES + 1), "too_large", []),
        (made(put("B3", "=1+1")), "formula", ["B3"]),
        (made(put("A1", '=HYPERLINK("http://x","y")')), "formula", ["A1"]),
        (made(put("XFD1048576", "x")), "too_many_rows", ["XFD1048576"]),
        (made(put("XFD1", "x")), "too_many_columns", ["XFD1"]),
        (made(put(f"A{sheets.MOST_ROWS + 1}", "x")), "too_many_rows", [f"A{sheets.MOST_ROWS + 1}"]),
    ],
    ids=[
        *("empty", "text", "old format", "broken", "macro", "link", "bomb", "oversized"),
        *("formula", "hyperlink", "sparse", "far column", "far row"),
    ],
)
def test_a_workbook_that_is_no_list_is_refused_for_its_reason(
    content: bytes, reason: str, cells: list[str]
) -> None:
    with pytest.raises(WorkbookRefused) as refused:
        read_sheet(content)

    assert (refused.value.facts["reason"], refused.value.facts["cells"]) == (reason, cells)
    assert all(cell in refused.value.text.vi for cell in cells)


def test_a_sheet_that_unpacks_to_more_than_the_caps_allow_is_ended() -> None:
    def replaced(sheet: bytes) -> bytes:
        kept = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(PLAIN)) as old, zipfile.ZipFile(kept, "w", 8) as new:
            for name in old.namelist():
                new.writestr(name, sheet if name == "xl/worksheets/sheet1.xml" else old.read(name))
        return kept.getvalue()

    head = old = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    rows = b"".join(b'<row r="%d"><c r="XFD%d"/></row>' % (n, n) for n in range(1, 300_000))
    wide = head + b"<sheetData>" + rows + b"</sheetData></worksheet>"
    laughs = b'<!DOCTYPE x [<!ENTITY a "' + b"ha" * 5000 + b'">]>' + old

    with pytest.raises(WorkbookRefused) as refused:
        read_sheet(replaced(wide))
    assert refused.value.facts["reason"] == "too_large"
    with pytest.raises(WorkbookRefused):
        read_sheet(replaced(laughs))


def test_a_template_can_be_read_again_and_holds_no_formula() -> None:
    columns = [
        Column(title="Họ và tên", help="=1+1", required=True),
        Column(title="Cấp", help="Chọn.", choices=["Cấp tỉnh", "=CMD"]),
    ]
    content = template("Danh sách", columns, ["Ghi chú"])
    (heading,) = read_sheet(content)

    assert [c.text for c in heading.cells] == ["Họ và tên *", "Cấp"]
    book = load_workbook(io.BytesIO(content))
    kinds = {cell.data_type for sheet in book for row in sheet for cell in row if cell.value}
    assert kinds == {"s"}
    (rule,) = book.worksheets[0].data_validations.dataValidation
    assert rule.formula1.endswith("$A$2:$A$3")
