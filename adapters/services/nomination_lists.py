"""Lists of nominees for a procedure: the workbook to fill in, and what a filled one says.

Both follow from the definition alone: every field that a draft may fill is a column, or several.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from adapters.documents.sheets import Row, SheetPlan, cell_name, workbook
from adapters.services import words
from adapters.services.award_lists import BadCell
from adapters.services.cells import Heading, ReadRow, read_table
from adapters.services.same_names import Names
from adapters.storage.fold_text import fold
from engine.definition import Field, FieldType, Procedure
from engine.drafts import draft_fields
from engine.errors import BadInput, Refusal
from engine.inputs import taken
from engine.text import Text

MOST_NAMES: Final = 1000
"""No submission has more."""

_KINDS: Final = {
    FieldType.TEXT: "text",
    FieldType.CHOICE: "choice",
    FieldType.DATE: "day",
    FieldType.INT: "int",
    FieldType.DECIMAL: "decimal",
    FieldType.BOOL: "bool",
}
_PARTY_EXAMPLE: Final = {
    "kind": "Cá nhân",
    "name": "Nguyễn Thị Minh Hà",
    "birth_year": "1985",
    "gender": "Nữ",
    "position": "Trưởng phòng",
    "unit": "Phòng Văn hóa - Xã hội",
    "id_number": "",
}
_PARTY_HELP: Final = {
    "name": "Viết đủ dấu, không viết tắt.",
    "birth_year": "Bốn chữ số; để trống đối với tập thể, hộ gia đình.",
    "id_number": "Ghi dưới dạng chữ để không mất số 0 ở đầu.",
}


class NoList(Refusal):
    """The procedure asks for something that no row of a list can hold."""

    code = "no_list"


@dataclass(frozen=True, slots=True, kw_only=True)
class NominationList:
    """A list as it was understood.

    Attributes:
        rows: (row number on the sheet, data of the draft) of each row with nothing wrong.
        bad: everything that is wrong, by cell.
        places: where each column stands, by path such as `nominee.name`, from 0.
        titles: what each column is called.
    """

    rows: Sequence[tuple[int, Mapping[str, object]]]
    bad: Sequence[BadCell]
    places: Mapping[str, int]
    titles: Mapping[str, str]

    def bad_cell(self, number: int, path: str, text: Text) -> BadCell:
        """Return what is wrong with a row, at the column of a path or of the part nearest to it."""
        near = [one for one in self.titles if one == path or one.startswith(f"{path}.")]
        names = [one for one in self.titles if one.endswith(".name")]
        at = (near or names or list(self.titles))[0]
        cell = cell_name(number, self.places.get(at, 0))
        return BadCell(cell=cell, column=self.titles[at], text=text)


def headings_of(procedure: Procedure) -> list[Heading]:
    """Return the columns of a list for a procedure, in the order of its definition.

    Raises:
        NoList: a required field holds records, which no row can, or it is about a session.
    """
    if procedure.subject == "session":
        raise NoList(
            Text("Phiên họp không lập bằng danh sách.", "A session is not made from a list."),
            procedure=procedure.key,
        )
    fields = [procedure.fields[key] for key in draft_fields(procedure)]
    parties = sum(one.type is FieldType.PARTY for one in fields)
    found = [heading for one in fields for heading in _headings(one, alone=parties == 1)]
    named: dict[str, int] = {}
    for one in found:
        named[fold(one.title)] = named.get(fold(one.title), 0) + 1
    return [
        one
        if named[fold(one.title)] == 1
        else replace(one, title=f"{one.title} ({one.path})", title_en="")
        for one in found
    ]


def nomination_template(procedure: Procedure) -> bytes:
    """Return the workbook to fill in: headings, lists to choose from, an example, explanations.

    Raises:
        NoList: the procedure cannot be filled in as a list.
    """
    columns = [one.column() for one in headings_of(procedure)]
    notes = [
        f"Thủ tục: {procedure.title.vi} ({procedure.key}, phiên bản {procedure.edition}).",
        "Mỗi dòng của bảng tính đầu tiên là một đối tượng đề nghị; cột có dấu * là bắt buộc.",
        f"Một tờ trình có nhiều nhất {MOST_NAMES} đối tượng; không ghi một tên hai lần.",
        "Không dùng công thức, macro hoặc liên kết. Có thể thêm cột STT và các dòng tiêu đề phía"
        " trên.",
        "Giấy tờ chung (tờ trình, biên bản) được đính kèm trên trang của hồ sơ trình sau khi nộp"
        " danh sách.",
    ]
    return workbook([SheetPlan(title="Danh sách", columns=columns)], notes)


def read_nominations(
    sheet: Sequence[Row], procedure: Procedure, *, today: date | None = None
) -> NominationList:
    """Understand a sheet of nominees; every row is wholly right, or its wrong cells are named.

    `today`: see `engine.inputs.taken`.

    Raises:
        NoList: the procedure cannot be filled in as a list.
    """
    headings = headings_of(procedure)
    read, bad = read_table(sheet, headings)
    fields = [procedure.fields[key] for key in draft_fields(procedure)]
    rows: list[tuple[int, Mapping[str, object]]] = []
    names = Names(procedure)
    for row in read:
        data = {one.key: found for one in fields if (found := _field(row, one, today)) is not None}
        if len(rows) >= MOST_NAMES and not row.bad:
            row.wrong(
                next(iter(row.places)),
                f"Một tờ trình có nhiều nhất {MOST_NAMES} đối tượng.",
                f"A submission has at most {MOST_NAMES} names.",
            )
        # Only a row that is right in itself makes a later one a second one.
        twice = None if row.bad else names.twice(row.number, data)
        if twice is not None:
            row.wrong(twice.path, twice.text.vi, twice.text.en)
        if row.bad:
            bad += row.bad
        else:
            rows.append((row.number, data))
    titles = {one.path: one.title for one in headings}
    places = read[0].places if read else {}
    return NominationList(rows=rows, bad=bad, places=places, titles=titles)


def _headings(field: Field, *, alone: bool) -> Iterator[Heading]:
    about = field.help.vi if field.help else ""
    match field.type:
        case FieldType.PARTY:
            for key, label in words.PARTY.items():
                yield Heading(
                    path=f"{field.key}.{key}",
                    title=label.vi if alone else f"{field.label.vi}: {label.vi}",
                    title_en=label.en if alone else f"{field.label.en}: {label.en}",
                    help=_PARTY_HELP.get(key, ""),
                    kind=_part_kind(key),
                    required=field.required and key in ("kind", "name"),
                    names={"kind": words.PARTY_KINDS, "gender": words.GENDERS}.get(key, {}),
                    width=32 if key in ("name", "unit") else 18,
                    example=_PARTY_EXAMPLE[key],
                )
        case FieldType.PERIOD:
            for key, label in words.PERIOD.items():
                yield Heading(
                    path=f"{field.key}.{key}",
                    title=f"{field.label.vi}: {label.vi.lower()}",
                    title_en=f"{field.label.en}: {label.en.lower()}",
                    help=about,
                    kind="day",
                    required=field.required,
                    example={"from": "01/01/2025", "until": "31/12/2025"}[key],
                )
        case FieldType.RECORDS | FieldType.TALLY:
            if field.required:
                raise NoList(
                    Text(
                        f"“{field.label.vi}” có nhiều mục, không ghi được trong một dòng: hãy lập"
                        " từng hồ sơ.",
                        f"“{field.label.en}” has many parts and fits in no row: make each dossier"
                        " on its own.",
                    ),
                    field=field.key,
                )
        case _:
            choice = next(iter(field.choices.values()), None)
            yield Heading(
                path=field.key,
                title=field.label.vi,
                title_en=field.label.en,
                help=about,
                kind=_KINDS[field.type],
                required=field.required,
                names=field.choices,
                width=34 if field.type in (FieldType.TEXT, FieldType.CHOICE) else 18,
                example=choice.vi if choice else _EXAMPLES[field.type],
            )


_EXAMPLES: Final = {
    FieldType.TEXT: "Một câu ngắn gọn",
    FieldType.CHOICE: "",
    FieldType.DATE: "31/12/2025",
    FieldType.INT: "2",
    FieldType.DECIMAL: "12,5",
    FieldType.BOOL: "Có",
}


def _part_kind(key: str) -> str:
    return {"kind": "choice", "gender": "choice", "birth_year": "int", "id_number": "identity"}.get(
        key, "line"
    )


def _field(row: ReadRow, field: Field, today: date | None) -> Any:
    """Return a field of the row as it is kept; None where it is empty or wrong."""
    own = [path for path in row.titles if path == field.key or path.startswith(f"{field.key}.")]
    given: Any = row.values.get(field.key)
    if field.type in (FieldType.PARTY, FieldType.PERIOD):
        parts = {path.partition(".")[2]: row.values.get(path) for path in own}
        given = {key: value for key, value in parts.items() if value is not None}
        needed = ("kind", "name") if field.type is FieldType.PARTY else ("from", "until")
        for key in needed if given else ():
            if key not in given:
                row.wrong(f"{field.key}.{key}", "Bắt buộc phải có.", "This must be given.")
    if any(row.is_wrong(path) for path in own):
        return None
    try:
        return taken(field, given, today=today)
    except BadInput as error:
        at = str(error.facts.get("field", field.key))
        path = at if at in row.titles else own[-1] if field.type is FieldType.PERIOD else own[0]
        row.wrong(path, error.text.vi, error.text.en)
        return None
