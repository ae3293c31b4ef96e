"""Old award lists: each cell understood or named with what is wrong with it, all at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from adapters.documents.sheets import Cell, Column, Row, cell_name, template
from adapters.services import words
from adapters.services.award_names import LEVELS, NAMES, TYPES, key_of, used_for
from adapters.storage.fold_text import fold, subject_key
from adapters.storage.rows import initiative_columns, subject_columns
from engine.definition import AwardType
from engine.initiatives import Initiative
from engine.text import Text

OLDEST_YEAR = 1900
LONGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class BadCell:
    """What is wrong with one cell; `column` is its heading."""

    cell: str
    column: str
    text: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadList:
    """A list as it was understood: rows of the register to be, and what is wrong with the others.

    Attributes:
        rows: (row number on the sheet, columns of the table `awards`).
        used: (row number, columns of the table `initiative_uses`) where a row names an initiative.
    """

    rows: Sequence[tuple[int, dict[str, Any]]]
    bad: Sequence[BadCell]
    used: Sequence[tuple[int, dict[str, Any]]] = ()


@dataclass(frozen=True, slots=True)
class _Heading:
    key: str
    title: str
    help: str
    required: bool = False
    names: Mapping[str, Text] = field(default_factory=dict)
    day: bool = False
    width: int = 18


_HEADINGS = (
    _Heading("name", "Họ và tên, tên tập thể", "Viết đủ dấu, không viết tắt.", True, width=32),
    _Heading("kind", "Đối tượng", "Cá nhân, Tập thể hoặc Hộ gia đình.", True, words.PARTY_KINDS),
    _Heading("birth_year", "Năm sinh", "Bắt buộc đối với cá nhân: bốn chữ số."),
    _Heading("unit", "Đơn vị", "Nơi công tác khi được khen; tập thể: cơ quan chủ quản.", width=32),
    _Heading("award", "Hình thức, danh hiệu", "Chọn trong danh mục.", True, NAMES, width=34),
    _Heading("year", "Năm khen thưởng", "Năm được xét khen thưởng (năm của thành tích).", True),
    _Heading("period_from", "Thành tích từ ngày", "ngày/tháng/năm, nếu biết.", day=True),
    _Heading("period_until", "Thành tích đến ngày", "ngày/tháng/năm, nếu biết.", day=True),
    _Heading("level", "Cấp khen thưởng", "Chọn trong danh mục, nếu biết.", names=LEVELS),
    _Heading("type", "Loại hình", "Để trống là Công trạng.", names=TYPES),
    _Heading("deed", "Số quyết định", "Ví dụ 1234/QĐ-UBND. Không có thì không ghi sổ.", True),
    _Heading("decided_on", "Ngày quyết định", "ngày/tháng/năm.", True, day=True),
    _Heading(
        "initiative_decision",
        "Sáng kiến: số quyết định công nhận",
        "Nếu lần khen này dùng một sáng kiến: mỗi sáng kiến chỉ dùng một lần.",
        width=24,
    ),
    _Heading("initiative_on", "Sáng kiến: ngày quyết định", "ngày/tháng/năm, nếu biết.", day=True),
    _Heading("initiative_title", "Sáng kiến: tên", "Như trong quyết định công nhận.", width=32),
)


def award_template() -> bytes:
    """Return the workbook to fill in."""
    columns = [
        Column(
            title=one.title,
            help=one.help,
            width=one.width,
            required=one.required,
            choices=[name.vi for name in one.names.values()],
            day=one.day,
        )
        for one in _HEADINGS
    ]
    notes = ["Cột có dấu * là bắt buộc.", "Không dùng công thức; mỗi dòng một lần khen thưởng."]
    return template("Sổ khen thưởng", columns, notes)


def read_awards(sheet: Sequence[Row], *, today: date) -> ReadList:
    """Understand a sheet whose first filled row holds the headings, in any order.

    Args:
        today: no decision is later.
    """
    if not sheet:
        return ReadList(rows=(), bad=(_bad("A1", "", "Danh sách trống.", "The list is empty."),))
    places, bad = _places(sheet[0])
    if bad:
        return ReadList(rows=(), bad=bad)
    rows: list[tuple[int, dict[str, Any]]] = []
    used: list[tuple[int, dict[str, Any]]] = []
    first: dict[object, int] = {}
    if len(sheet) == 1:
        bad.append(_bad(f"A{sheet[0].number + 1}", "", "Danh sách trống.", "The list is empty."))
    for row in sheet[1:]:
        reader = _RowReader(row, places, today)
        found = reader.read()
        if not reader.bad:
            # Folded names are alike for An and Ân, who are two people.
            who = (found["subject_name"].casefold(), found["birth_year"], found["unit_folded"])
            known = (who, found["award"], found["year"], found["deed"])
            twice = first.setdefault(known, row.number)
            if twice != row.number:
                reader.wrong(
                    "name",
                    f"Trùng với dòng {twice}: cùng người, hình thức, năm và quyết định.",
                    f"The same as row {twice}: person, award, year and deed.",
                )
        if reader.bad:
            bad += reader.bad
        else:
            rows.append((row.number, found))
            if reader.initiative is not None:
                used.append((row.number, _use(found, reader.initiative)))
    return ReadList(rows=rows, bad=bad, used=used)


def _use(award: Mapping[str, Any], initiative: Initiative) -> dict[str, Any]:
    return {
        **{name: award[name] for name in ("subject_key", "award", "year", "deed")},
        **initiative_columns(initiative),
        "recognised_on": initiative.recognised_on,
        "used_for": used_for(award["award"]).value,
    }


def _places(row: Row) -> tuple[dict[str, int], list[BadCell]]:
    """Return where each heading stands, or what is wrong with the headings."""
    known = {fold(one.title): one for one in _HEADINGS}
    places: dict[str, int] = {}
    bad = []
    for place, cell in enumerate(row.cells):
        heading = known.get(fold(cell.text.rstrip("* ")))
        if heading is None:
            if cell.text:
                bad.append(_bad(cell.name, cell.text, "Cột không có trong mẫu.", "No such column."))
        elif heading.key in places:
            bad.append(_bad(cell.name, heading.title, "Cột lặp lại.", "The column comes twice."))
        else:
            places[heading.key] = place
    for one in _HEADINGS:
        if one.required and one.key not in places:
            end = cell_name(row.number, len(row.cells))
            bad.append(_bad(end, one.title, "Thiếu cột này.", "This column is missing."))
    return places, bad


class _RowReader:
    """One row, read cell by cell; what is wrong is gathered."""

    def __init__(self, row: Row, places: Mapping[str, int], today: date) -> None:
        self._row = row
        self._places = places
        self._today = today
        self.bad: list[BadCell] = []
        self.initiative: Initiative | None = None
        """What the row's award was given for, once read."""

    def read(self) -> dict[str, Any]:
        """Return the columns of the register; of no use once something is wrong."""
        given = {one.key: self._value(one) for one in _HEADINGS}
        self._together(given)
        label = NAMES.get(given["award"] or "", Text("", ""))
        if given["initiative_decision"]:
            self.initiative = Initiative(
                decision=given["initiative_decision"],
                title=given["initiative_title"] or "",
                recognised_on=given["initiative_on"],
            )
        return {
            **subject_columns(given),
            "award": given["award"],
            "award_vi": label.vi,
            "award_en": label.en,
            "year": given["year"],
            "period_from": given["period_from"],
            "period_until": given["period_until"],
            "level": given["level"] or "",
            "type": given["type"] or AwardType.MERIT.value,
            "deed": given["deed"],
            "decided_on": given["decided_on"],
        }

    def wrong(self, key: str, vi: str, en: str) -> None:
        """Say what is wrong with the cell of a column."""
        heading = next(one for one in _HEADINGS if one.key == key)
        name = cell_name(self._row.number, self._places.get(key, 0))
        self.bad.append(_bad(name, heading.title, vi, en))

    def _together(self, given: Mapping[str, Any]) -> None:
        if (
            given["kind"] == "individual"
            and given["birth_year"] is None
            and not self._is_bad("birth_year")
        ):
            self.wrong("birth_year", "Cá nhân phải có năm sinh.", "People need a year of birth.")
        if given["name"] and not subject_key(given):
            self.wrong("name", "Không phải là tên.", "This is no name.")
        since, until = given["period_from"], given["period_until"]
        if since and until and until < since:
            self.wrong("period_until", "Trước ngày bắt đầu.", "Before it begins.")
        if given["initiative_title"] and not given["initiative_decision"]:
            self.wrong(
                "initiative_decision",
                "Sáng kiến phải có số quyết định công nhận.",
                "An initiative needs the number of its recognition.",
            )
        if given["decided_on"] and given["decided_on"] > self._today:
            self.wrong("decided_on", "Ngày quyết định ở tương lai.", "It lies in the future.")

    def _is_bad(self, key: str) -> bool:
        name = cell_name(self._row.number, self._places.get(key, 0))
        return any(one.cell == name for one in self.bad)

    def _value(self, heading: _Heading) -> Any:
        place = self._places.get(heading.key, len(self._row.cells))
        cell = self._row.cells[place] if place < len(self._row.cells) else None
        if cell is None or not cell.text:
            if heading.required:
                self.wrong(heading.key, *_MISSING.get(heading.key, _EMPTY))
            return None
        if cell.kind == "error":
            self.wrong(
                heading.key, f"Ô có lỗi {cell.text}.", f"The cell has an error: {cell.text}."
            )
            return None
        if heading.names:
            key = key_of(heading.names, cell.text)
            if key is None:
                among = "; ".join(name.vi for name in heading.names.values())
                self.wrong(
                    heading.key,
                    f"“{cell.text[:60]}” không có trong danh mục: {among}.",
                    f"“{cell.text[:60]}” is none of the list.",
                )
            return key
        if heading.day:
            return self._day(heading, cell)
        return _READERS.get(heading.key, _RowReader._line)(self, heading, cell)

    def _day(self, heading: _Heading, cell: Cell) -> date | None:
        found = cell.day
        if found is None:
            self.wrong(heading.key, "Không phải ngày/tháng/năm.", "This is no day/month/year.")
            return None
        if not OLDEST_YEAR <= found.year <= self._today.year + 1:
            self.wrong(heading.key, f"Năm {found.year} không hợp lý.", f"{found.year} cannot be.")
            return None
        return found

    def _year(self, heading: _Heading, cell: Cell) -> int | None:
        right = re.fullmatch(r"\d{4}", cell.text, re.ASCII) and (
            OLDEST_YEAR <= int(cell.text) <= self._today.year
        )
        if not right:
            self.wrong(
                heading.key,
                f"Phải là năm từ {OLDEST_YEAR} đến {self._today.year}.",
                f"It must be a year from {OLDEST_YEAR} to {self._today.year}.",
            )
            return None
        return int(cell.text)

    def _line(self, heading: _Heading, cell: Cell) -> str | None:
        text = " ".join(cell.text.split())
        if len(text) > LONGEST or not text.isprintable():
            self.wrong(heading.key, "Quá dài hoặc có ký tự lạ.", "Too long, or odd characters.")
            return None
        return text


_EMPTY = ("Bắt buộc phải có.", "This must be given.")
_MISSING = {
    "deed": (
        "Không có số quyết định thì không ghi vào sổ được.",
        "Without a deed there is nothing to enter.",
    )
}
_READERS: Mapping[str, Callable[[_RowReader, _Heading, Cell], Any]] = {
    "birth_year": _RowReader._year,
    "year": _RowReader._year,
}


def _bad(cell: str, column: str, vi: str, en: str) -> BadCell:
    return BadCell(cell=cell, column=column, text=Text(vi, en))
