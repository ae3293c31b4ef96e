"""Lists that come as workbooks: which column is which, and what each cell says, or what is wrong.

Nothing is guessed: a cell is what its column declares, or it is named with the reason.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from adapters.documents.sheets import Cell, Column, Row, cell_name
from adapters.services import words
from adapters.services.award_lists import BadCell
from adapters.services.award_names import key_of
from adapters.storage.fold_text import fold
from engine.text import Text

HEADINGS_WITHIN: Final = 10
"""Real lists begin with titles; the headings stand in one of the first filled rows."""

NUMBERING: Final = frozenset({"stt", "tt", "so thu tu", "so tt", "no."})
"""Headings of columns that only number the rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """One column of a list.

    Attributes:
        path: what its values are for.
        kind: `line`, `text`, `int`, `identity`, `decimal`, `bool`, `day` or `choice`.
        names: of the choices.
        title_en: another title that is understood.
    """

    path: str
    title: str
    title_en: str = ""
    help: str = ""
    kind: str = "line"
    required: bool = False
    names: Mapping[str, Text] = field(default_factory=dict)
    width: int = 18
    example: str = ""

    def column(self) -> Column:
        """Return the column of the workbook to fill in."""
        choices = [name.vi for name in self.names.values()]
        if self.kind == "bool":
            choices = [words.YES.vi, words.NO.vi]
        return Column(
            title=self.title,
            help=" ".join(filter(None, (self.help, _KIND_HELP.get(self.kind, "")))),
            width=self.width,
            required=self.required,
            choices=choices,
            day=self.kind == "day",
            example=self.example,
        )


@dataclass(slots=True)
class ReadRow:
    """One row as it was understood; what is wrong with it is gathered in `bad`."""

    number: int
    places: Mapping[str, int]
    titles: Mapping[str, str]
    sheet: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    bad: list[BadCell] = field(default_factory=list)

    def wrong(self, path: str, vi: str, en: str) -> None:
        """Say what is wrong with the cell of a column; the first reason stands."""
        if not self.is_wrong(path):
            cell = self._cell(path)
            self.bad.append(BadCell(cell=cell, column=self.titles[path], text=Text(vi, en)))

    def is_wrong(self, path: str) -> bool:
        """Return whether something is wrong with the cell of a column."""
        return any(one.cell == self._cell(path) for one in self.bad)

    def _cell(self, path: str) -> str:
        return f"{self.sheet}{cell_name(self.number, self.places.get(path, 0))}"


def read_table(
    sheet: Sequence[Row], headings: Sequence[Heading], *, of: str = ""
) -> tuple[list[ReadRow], list[BadCell]]:
    """Understand a sheet: its rows, and what is wrong with its headings.

    Args:
        of: name of the sheet, to be said with each cell; empty where there is only one.
    """
    prefix = f"{of}!" if of else ""
    if not sheet:
        return [], [_bad(f"{prefix}A1", "", "Danh sách trống.", "The list is empty.")]
    known = _known(headings)
    at = _heading_row(sheet, known)
    places, bad = _places(sheet[at], headings, known, prefix)
    if not bad and at + 1 == len(sheet):
        here = f"{prefix}A{sheet[at].number + 1}"
        bad.append(_bad(here, "", "Danh sách trống.", "The list is empty."))
    if bad:
        return [], bad
    titles = {one.path: one.title for one in headings}
    rows = []
    for row in sheet[at + 1 :]:
        read = ReadRow(row.number, places, titles, prefix)
        for heading in headings:
            place = places.get(heading.path, len(row.cells))
            cell = row.cells[place] if place < len(row.cells) else None
            read.values[heading.path] = _value(read, heading, cell)
        rows.append(read)
    return rows, []


def wrong_rows(bad: Sequence[BadCell]) -> int:
    """Return in how many rows something is wrong."""
    return len({re.sub(r"[A-Z]+(?=\d+$)", "", one.cell) for one in bad})


def _known(headings: Sequence[Heading]) -> dict[str, Heading]:
    """Return each heading by what it may be called; the Vietnamese names go first."""
    known = {fold(one.title_en): one for one in headings if one.title_en}
    return known | {fold(one.title): one for one in headings}


def _said(cell: Cell) -> str:
    return fold(cell.text.rstrip("* "))


def _heading_row(sheet: Sequence[Row], known: Mapping[str, Heading]) -> int:
    for place, row in enumerate(sheet[:HEADINGS_WITHIN]):
        if sum(_said(cell) in known for cell in row.cells) >= min(2, len(known)):
            return place
    return 0


def _places(
    row: Row, headings: Sequence[Heading], known: Mapping[str, Heading], prefix: str
) -> tuple[dict[str, int], list[BadCell]]:
    places: dict[str, int] = {}
    bad = []
    for place, cell in enumerate(row.cells):
        heading, name = known.get(_said(cell)), f"{prefix}{cell.name}"
        if heading is None:
            if cell.text and _said(cell) not in NUMBERING:
                told = "Cột không có trong mẫu.", "No such column."
                bad.append(_bad(name, cell.text[:60], *told))
        elif heading.path in places:
            bad.append(_bad(name, heading.title, "Cột lặp lại.", "The column comes twice."))
        else:
            places[heading.path] = place
    end = f"{prefix}{cell_name(row.number, len(row.cells))}"
    bad += [
        _bad(end, one.title, "Thiếu cột này.", "This column is missing.")
        for one in headings
        if one.required and one.path not in places
    ]
    return places, bad


def _value(row: ReadRow, heading: Heading, cell: Cell | None) -> Any:
    if cell is None or not cell.text:
        if heading.required:
            row.wrong(heading.path, "Bắt buộc phải có.", "This must be given.")
        return None
    if cell.kind == "error":
        row.wrong(heading.path, f"Ô có lỗi {cell.text}.", f"The cell has an error: {cell.text}.")
        return None
    found = _READERS[heading.kind](heading, cell)
    if isinstance(found, Text):
        row.wrong(heading.path, found.vi, found.en)
        return None
    return found


def _line(_heading: Heading, cell: Cell) -> str:
    return " ".join(unicodedata.normalize("NFC", _written(cell)).split())


def _text(_heading: Heading, cell: Cell) -> str:
    return unicodedata.normalize("NFC", _written(cell)).strip()


def _written(cell: Cell) -> str:
    """Return what a person sees in the cell of a text."""
    return words.day(cell.text, "vi") if cell.kind == "day" else cell.text


def _int(_heading: Heading, cell: Cell) -> int | Text:
    if re.fullmatch(r"-?\d{1,12}", cell.text, re.ASCII) is None:
        return Text("Phải là số nguyên.", "It must be a whole number.")
    return int(cell.text)


def _identity(_heading: Heading, cell: Cell) -> str | Text:
    if cell.kind == "number" and re.fullmatch(r"\d{9}|\d{12}", cell.text, re.ASCII) is None:
        return Text(
            "Số định danh phải có 9 hoặc 12 chữ số; ô dạng số làm mất số 0 ở đầu: hãy định dạng ô"
            " là chữ (Text) rồi nhập lại.",
            "An identity number has 9 or 12 digits; a number cell loses its leading zeros: format"
            " the cell as text and type it again.",
        )
    return _line(_heading, cell)


def _decimal(_heading: Heading, cell: Cell) -> str | Text:
    said = f"{cell.value:.4f}" if cell.kind == "number" else cell.text.replace(",", ".")
    if re.fullmatch(r"-?\d{1,12}(\.\d{1,4})?", said, re.ASCII) is None:
        return Text(
            "Phải là số, tối đa bốn chữ số lẻ.", "It must be a number, four places at most."
        )
    return said.rstrip("0").rstrip(".") if "." in said else said


def _bool(_heading: Heading, cell: Cell) -> bool | Text:
    said = fold(str(cell.value) if cell.kind == "bool" else cell.text)
    if said in ("co", "yes", "x", "1", "true"):
        return True
    if said in ("khong", "no", "0", "false"):
        return False
    return Text("Phải là Có hoặc Không.", "It must be yes or no.")


def _day(_heading: Heading, cell: Cell) -> str | Text:
    found = cell.day
    if found is None:
        return Text("Không phải ngày/tháng/năm.", "This is no day/month/year.")
    if not 1900 <= found.year <= 2200:
        return Text(f"Năm {found.year} không hợp lý.", f"The year {found.year} cannot be.")
    return found.isoformat()


def _choice(heading: Heading, cell: Cell) -> str | Text:
    key = key_of(heading.names, cell.text)
    if key is None:
        among = "; ".join(name.vi for name in heading.names.values())
        return Text(
            f"“{cell.text[:60]}” không có trong danh mục: {among[:400]}.",
            f"“{cell.text[:60]}” is none of the list.",
        )
    return key


_READERS: Final[Mapping[str, Callable[[Heading, Cell], Any]]] = {
    "line": _line,
    "text": _text,
    "int": _int,
    "identity": _identity,
    "decimal": _decimal,
    "bool": _bool,
    "day": _day,
    "choice": _choice,
}
_KIND_HELP: Final = {
    "int": "Số nguyên.",
    "decimal": "Số, ví dụ 12,5.",
    "bool": "Có hoặc Không.",
    "day": "ngày/tháng/năm.",
    "choice": "Chọn trong danh mục.",
}


def _bad(cell: str, column: str, vi: str, en: str) -> BadCell:
    return BadCell(cell=cell, column=column, text=Text(vi, en))
