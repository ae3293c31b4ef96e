"""Workbooks that strangers send: read where a hostile one can do no harm, and templates to fill."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from engine.errors import Refusal
from engine.text import Text

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_ROWS: Final = 5_000
MOST_COLUMNS: Final = 50
WALL_SECONDS: Final = 10.0
_CHILD: Final = Path(__file__).with_name("sheet_child.py")

_WHY: Final = {
    "not_a_workbook": Text(
        "Tệp không phải là bảng tính Excel (.xlsx) đọc được.",
        "The file is no Excel workbook (.xlsx) that can be read.",
    ),
    "protected": Text(
        "Tệp có mật khẩu hoặc ở định dạng cũ (.xls): hãy lưu lại thành .xlsx không mật khẩu.",
        "The file has a password or the old format (.xls): save it as .xlsx without one.",
    ),
    "too_large": Text(
        "Bảng tính quá lớn: hãy chia thành nhiều tệp.",
        "The workbook is too large: split it into several files.",
    ),
    "macros": Text(
        "Bảng tính có macro, tệp nhúng hoặc liên kết ra ngoài: hãy dùng tệp mẫu.",
        "The workbook has macros, embedded files or outer links: use the template.",
    ),
    "formula": Text(
        "Ô {cells} có công thức: hãy thay bằng giá trị.",
        "{cells}: formulas are not taken; put values instead.",
    ),
    "too_many_rows": Text(
        f"Ô {{cells}} nằm ngoài danh sách: một tệp có nhiều nhất {MOST_ROWS} dòng.",
        f"{{cells}} lies outside the list: a file has at most {MOST_ROWS} rows.",
    ),
    "too_many_columns": Text(
        f"Ô {{cells}} nằm ngoài danh sách: một tệp có nhiều nhất {MOST_COLUMNS} cột.",
        f"{{cells}} lies outside the list: a file has at most {MOST_COLUMNS} columns.",
    ),
}


class WorkbookRefused(Refusal):
    """A workbook is not read at all; `facts["reason"]` and `facts["cells"]` say why and where."""

    code = "workbook_refused"


_TYPED_DAY: Final = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: `kind` is `text`, `number`, `day` (ISO), `bool`, `empty` or `error`."""

    name: str
    kind: str
    value: Any

    @property
    def text(self) -> str:
        """The value as text, trimmed; whole numbers without a fraction."""
        if self.value is None:
            return ""
        if self.kind == "number" and float(self.value).is_integer():
            return str(int(self.value))
        return str(self.value).strip()

    @property
    def day(self) -> date | None:
        """The day, typed as day/month/year or as ISO; None: it is no real date."""
        written = _TYPED_DAY.fullmatch(self.text)
        try:
            if written:
                return date(int(written[3]), int(written[2]), int(written[1]))
            return date.fromisoformat(self.text)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class Row:
    """One filled row and its number on the sheet."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a template; `choices` become a list to choose from."""

    title: str
    help: str
    width: int = 18
    required: bool = False
    choices: Sequence[str] = ()
    day: bool = False
    example: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPlan:
    """One sheet of a template; `title` is at most 31 characters."""

    title: str
    columns: Sequence[Column]


def read_sheet(content: bytes) -> tuple[Row, ...]:
    """Return the filled rows of the first visible sheet of a workbook.

    It is unpacked in a process of its own with 200 MB of memory and 2 s of processor time.

    Raises:
        WorkbookRefused: too large, no workbook, protected, with macros, with a formula, or with a
            cell far outside any list.
    """
    return read_sheets(content, 1)[0][1]


def read_sheets(content: bytes, most: int) -> list[tuple[str, tuple[Row, ...]]]:
    """Return title and filled rows of the first visible sheets of a workbook, `most` at most.

    Raises:
        WorkbookRefused: see `read_sheet`.
    """
    if len(content) > MOST_BYTES:
        raise refused("too_large")
    try:
        done = subprocess.run(
            [sys.executable, "-I", os.fspath(_CHILD), *map(str, (MOST_ROWS, MOST_COLUMNS, most))],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            timeout=WALL_SECONDS,
            check=False,
        )
        told: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError) as error:
        # The caps have ended it: whatever is inside, it is more than a list.
        raise refused("too_large") from error
    if "refused" in told:
        raise refused(told["refused"], told["cells"])
    return [(title, tuple(_row(*row) for row in rows)) for title, rows in told["sheets"]]


def _row(number: int, cells: Sequence[tuple[str, Any]]) -> Row:
    return Row(
        number,
        tuple(
            Cell(cell_name(number, place), kind, value) for place, (kind, value) in enumerate(cells)
        ),
    )


def refused(reason: str, cells: Sequence[str] = ()) -> WorkbookRefused:
    """Return the refusal of a workbook for one of the known reasons."""
    named = ", ".join(cells)
    why = _WHY[reason]
    text = Text(why.vi.format(cells=named), why.en.format(cells=named))
    return WorkbookRefused(text, reason=reason, cells=list(cells))


def cell_name(row: int, place: int) -> str:
    """Return what a cell is called; `place` counts columns from 0.

    >>> cell_name(7, 1), cell_name(2, 27)
    ('B7', 'AB2')
    """
    letters, rest = "", place + 1
    while rest:
        rest, letter = divmod(rest - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"


def template(sheet: str, columns: Sequence[Column], notes: Sequence[str]) -> bytes:
    """Return an empty workbook of one sheet to fill in; see `workbook`."""
    return workbook([SheetPlan(title=sheet, columns=columns)], notes)


def listing(title: str, heads: Sequence[str], rows: Sequence[Sequence[str | int]]) -> bytes:
    """Return a workbook that holds a list; texts stay texts, whatever they begin with."""
    import xlsxwriter

    made = BytesIO()
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    heading = book.add_format({"bold": True, "text_wrap": True, "border": 1, "bg_color": "#F6E7C1"})
    plain = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
    page = book.add_worksheet(title[:31])
    page.freeze_panes(1, 0)
    for place, head in enumerate(heads):
        page.write_string(0, place, head, heading)
        page.set_column(place, place, 6 if place == 0 else 24)
    for number, row in enumerate(rows, 1):
        for place, value in enumerate(row):
            if isinstance(value, int):
                page.write_number(number, place, value)
            else:
                page.write_string(number, place, value, plain)
    book.close()
    return made.getvalue()


def workbook(plans: Sequence[SheetPlan], notes: Sequence[str]) -> bytes:
    """Return an empty workbook to fill in: headings, lists to choose from, and how to fill it in.

    Where columns have examples, a sheet of its own shows a row of them: a row that is left in the
    list would be taken for somebody. Values are written as text, so that nothing in them can
    become a formula.
    """
    import xlsxwriter

    made = BytesIO()
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    heading = book.add_format({"bold": True, "text_wrap": True, "border": 1, "bg_color": "#F6E7C1"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    plain = book.add_format({"num_format": "@"})
    pages = [book.add_worksheet(plan.title) for plan in plans]
    shown = [plan for plan in plans if any(column.example for column in plan.columns)]
    examples = [
        book.add_worksheet("Ví dụ" if len(plans) == 1 else f"Ví dụ {plan.title}") for plan in shown
    ]
    lists = book.add_worksheet("Danh mục")
    guide = book.add_worksheet("Hướng dẫn")
    guide.set_column(0, 0, 34)
    guide.set_column(1, 1, 90)
    line = used = 0
    for plan, page in zip(plans, pages, strict=True):
        page.freeze_panes(1, 0)
        if len(plans) > 1:
            guide.write_string(line, 0, plan.title, heading)
            line += 1
        for place, column in enumerate(plan.columns):
            page.write_string(0, place, column.title + (" *" if column.required else ""), heading)
            page.set_column(place, place, column.width, day if column.day else plain)
            guide.write_string(line, 0, column.title, wrapped)
            guide.write_string(line, 1, column.help, wrapped)
            line += 1
            if column.choices:
                lists.write_string(0, used, column.title, heading)
                lists.set_column(used, used, 40)
                for row, choice in enumerate(column.choices, start=1):
                    lists.write_string(row, used, choice)
                letters = cell_name(1, used)[:-1]
                source = f"='Danh mục'!${letters}$2:${letters}${len(column.choices) + 1}"
                # Longer texts are told by the row's own error: Excel only suggests here.
                page.data_validation(
                    1,
                    place,
                    MOST_ROWS - 1,
                    place,
                    {"validate": "list", "source": source, "error_type": "warning"},
                )
                used += 1
        line += 1
    for plan, page in zip(shown, examples, strict=True):
        for place, column in enumerate(plan.columns):
            page.write_string(0, place, column.title + (" *" if column.required else ""), heading)
            page.write_string(1, place, column.example, plain)
            page.set_column(place, place, column.width)
    for row, note in enumerate(notes, start=line):
        guide.write_string(row, 0, note)
    book.close()
    return made.getvalue()
