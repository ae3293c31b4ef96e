"""Organisations, people and roles in one workbook: the template, and what a filled one says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from adapters.documents.sheets import Row, SheetPlan, workbook
from adapters.services.award_lists import BadCell
from adapters.services.award_names import LEVELS
from adapters.services.cells import Heading, ReadRow, read_table
from adapters.services.people import NewGrant, NewOrganisation
from adapters.storage.fold_text import fold
from engine.text import Text

MOST_SHEETS: Final = 8
UNITS, PEOPLE, ROLES = "Đơn vị", "Người", "Vai trò"
_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,79}")
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._@-]{0,79}")
_SIGHTS: Final = {
    "own": Text("Chỉ đơn vị này", "Own"),
    "subtree": Text("Cả các đơn vị bên dưới", "Subtree"),
}

_UNIT_HEADINGS: Final = (
    Heading(
        path="id",
        title="Mã đơn vị",
        help="Chữ không dấu, số, dấu gạch, ví dụ so-noi-vu. Không đổi về sau.",
        required=True,
        example="so-noi-vu",
    ),
    Heading(path="name_vi", title="Tên đơn vị", required=True, width=40, example="Sở Nội vụ tỉnh"),
    Heading(path="name_en", title="Tên tiếng Anh", width=40, example="Department of Home Affairs"),
    Heading(
        path="level", title="Cấp", kind="choice", required=True, names=LEVELS, example="Cấp tỉnh"
    ),
    Heading(
        path="parent",
        title="Trực thuộc",
        help="Mã của đơn vị cấp trên; để trống ở đơn vị cao nhất.",
        example="ubnd-tinh",
    ),
    Heading(
        path="part_of",
        title="Là cơ quan chuyên môn của",
        help="Mã của Ủy ban nhân dân mà đơn vị giúp việc, nếu có.",
        example="ubnd-tinh",
    ),
    Heading(
        path="agency_code", title="Mã định danh cơ quan", help="Ví dụ H27.15, nếu có.", example=""
    ),
    Heading(
        path="external",
        title="Ngoài hệ thống",
        help="Có nếu đơn vị không xử lý hồ sơ ở đây.",
        kind="bool",
        example="Không",
    ),
)
_PEOPLE_HEADINGS: Final = (
    Heading(
        path="login",
        title="Tên đăng nhập",
        help="Chữ thường không dấu, số, dấu chấm, gạch.",
        required=True,
        example="ntmha",
    ),
    Heading(path="name", title="Họ và tên", required=True, width=32, example="Nguyễn Thị Minh Hà"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What there is already.

    Attributes:
        people: login -> name.
        grants: (login, role, organisation, first day).
        roles: key -> label of each role that can be granted.
        today: from which day a role counts if nothing is said.
        by: login of who sends the book; nobody grants roles to themselves.
    """

    organisations: Mapping[str, NewOrganisation]
    people: Mapping[str, str]
    grants: frozenset[tuple[str, str, str, date]]
    roles: Mapping[str, Text]
    today: date
    by: str = ""


@dataclass(slots=True)
class Book:
    """A workbook as it was understood; grants name a login where the account would stand."""

    organisations: list[NewOrganisation] = field(default_factory=list)
    people: dict[str, str] = field(default_factory=dict)
    grants: list[NewGrant] = field(default_factory=list)
    known: int = 0
    bad: list[BadCell] = field(default_factory=list)


def people_template(roles: Mapping[str, Text]) -> bytes:
    """Return the workbook to fill in."""
    plans = [
        SheetPlan(title=title, columns=[one.column() for one in headings])
        for title, headings in (
            (UNITS, _UNIT_HEADINGS),
            (PEOPLE, _PEOPLE_HEADINGS),
            (ROLES, _role_headings(roles)),
        )
    ]
    notes = [
        "Cột có dấu * là bắt buộc. Trang không dùng đến thì để trống.",
        "Tất cả các dòng được nhập cùng lúc, hoặc không dòng nào được nhập.",
        "Đơn vị, người, vai trò đã có và giống hệt thì được bỏ qua; danh sách không sửa cái đã có.",
        "Mật khẩu không ghi ở đây.",
    ]
    return workbook(plans, notes)


def read_people(sheets: Sequence[tuple[str, Sequence[Row]]], known: Known) -> Book:
    """Understand a workbook; what is wrong is named by sheet and cell, all at once."""
    book = Book()
    by_title = {fold(title): rows for title, rows in sheets}
    read = {}
    for title, headings in (
        (UNITS, _UNIT_HEADINGS),
        (PEOPLE, _PEOPLE_HEADINGS),
        (ROLES, _role_headings(known.roles)),
    ):
        rows = by_title.get(fold(title), ())
        # A sheet that nobody needed has its headings alone.
        read[title], bad = read_table(rows, headings, of=title) if len(rows) > 1 else ([], [])
        book.bad += bad
    _units(book, read[UNITS], known)
    _people(book, read[PEOPLE], known)
    _grants(book, read[ROLES], known)
    if not any(read.values()) and not book.bad:
        text = Text("Không có dòng nào để nhập.", "There is no row to enter.")
        book.bad.append(BadCell(cell=f"{UNITS}!A2", column="", text=text))
    return book


def _role_headings(roles: Mapping[str, Text]) -> tuple[Heading, ...]:
    first = next(iter(roles.values()), Text("", ""))
    return (
        Heading(path="login", title="Tên đăng nhập", required=True, example="ntmha"),
        Heading(
            path="role",
            title="Vai trò",
            kind="choice",
            required=True,
            names=roles,
            width=34,
            example=first.vi,
        ),
        Heading(
            path="org",
            title="Mã đơn vị",
            help="Nơi giữ vai trò.",
            required=True,
            example="so-noi-vu",
        ),
        Heading(
            path="sees",
            title="Phạm vi",
            help="Để trống là chỉ đơn vị này.",
            kind="choice",
            names=_SIGHTS,
            example=_SIGHTS["own"].vi,
        ),
        Heading(
            path="from_on",
            title="Từ ngày",
            help="Để trống là từ hôm nay.",
            kind="day",
            example="01/01/2026",
        ),
        Heading(path="until_on", title="Đến hết ngày", help="Để trống nếu chưa biết.", kind="day"),
        Heading(path="deed", title="Theo quyết định", width=30, example="12/QĐ-SNV"),
    )


def _units(book: Book, rows: Sequence[ReadRow], known: Known) -> None:
    found: dict[str, tuple[ReadRow, NewOrganisation]] = {}
    for row in rows:
        said = row.values
        if said["id"] and not _ID.fullmatch(said["id"]):
            row.wrong(
                "id",
                "Mã chỉ gồm chữ không dấu, số, dấu chấm, gạch.",
                "Plain letters, digits, dots and dashes only.",
            )
        if said["id"] in found:
            _twice(row, "id", found[said["id"]][0].number)
        if not row.bad:
            found[said["id"]] = (row, _organisation(said))
    names = {row.values["id"] for row in rows} | set(known.organisations)
    for row, one in found.values():
        for path in ("parent", "part_of"):
            if row.values[path] and row.values[path] not in names:
                _nowhere(row, path, row.values[path])
        there = known.organisations.get(one.id)
        if there == one:
            book.known += 1
        elif there is not None:
            row.wrong(
                "id",
                f"Mã {one.id} đã có với nội dung khác (“{there.name_vi}”); danh sách không sửa đơn"
                " vị đã có.",
                f"{one.id} exists and is another; a list changes none that exists.",
            )
    new = {
        key: pair
        for key, pair in found.items()
        if key not in known.organisations and not pair[0].bad
    }
    for key in _in_order({key: one for key, (_, one) in new.items()}):
        book.organisations.append(new.pop(key)[1])
    for row, one in new.values():
        row.wrong(
            "part_of" if one.parent == one.part_of and row.values["part_of"] else "parent",
            "Đơn vị nằm dưới chính nó, hoặc dưới một đơn vị sai.",
            "It lies below itself, or below one that is wrong.",
        )
    book.bad += [bad for row in rows for bad in row.bad]


def _organisation(said: Mapping[str, Any]) -> NewOrganisation:
    return NewOrganisation(
        id=said["id"],
        name_vi=said["name_vi"],
        name_en=said["name_en"] or said["name_vi"],
        level=said["level"],
        parent=said["parent"] or said["part_of"],
        part_of=said["part_of"],
        agency_code=said["agency_code"],
        external=bool(said["external"]),
    )


def _in_order(new: Mapping[str, NewOrganisation]) -> list[str]:
    """Return the ids so that each comes after those above it; those in a circle are left out."""
    ordered: dict[str, None] = {}
    waiting = dict(new)
    while True:
        ready = [
            key for key, one in waiting.items() if not {one.parent, one.part_of} & set(waiting)
        ]
        if not ready:
            return list(ordered)
        for key in ready:
            ordered[key] = None
            del waiting[key]


def _people(book: Book, rows: Sequence[ReadRow], known: Known) -> None:
    first: dict[str, int] = {}
    for row in rows:
        login, name = (row.values["login"] or "").lower(), row.values["name"]
        if login and not _LOGIN.fullmatch(login):
            row.wrong(
                "login",
                "Tên đăng nhập chỉ gồm chữ thường không dấu, số, dấu chấm, gạch.",
                "Plain letters, digits, dots and dashes only.",
            )
        if name and len(name) > 200:
            row.wrong("name", "Quá dài.", "Too long.")
        twice = first.setdefault(login, row.number)
        if login and twice != row.number:
            _twice(row, "login", twice)
        there = known.people.get(login)
        if there is not None and there != name:
            row.wrong(
                "login",
                f"Tên đăng nhập {login} đã là của “{there}”.",
                f"The login {login} is {there}'s.",
            )
        book.bad += row.bad
        if there is not None and not row.bad:
            book.known += 1
        elif not row.bad:
            book.people[login] = name


def _grants(book: Book, rows: Sequence[ReadRow], known: Known) -> None:
    first: dict[object, int] = {}
    orgs = {one.id for one in book.organisations} | set(known.organisations)
    for row in rows:
        said = row.values
        login = (said["login"] or "").lower()
        if login and login not in book.people and login not in known.people:
            row.wrong(
                "login",
                f"Không có người nào có tên đăng nhập {login[:80]}.",
                f"There is nobody with the login {login[:80]}.",
            )
        if login and login == known.by:
            row.wrong(
                "login",
                "Không được tự cấp vai trò cho mình; hãy nhờ quản trị viên khác.",
                "Nobody grants roles to themselves; ask another administrator.",
            )
        if said["org"] and said["org"] not in orgs:
            _nowhere(row, "org", said["org"])
        since = date.fromisoformat(said["from_on"]) if said["from_on"] else known.today
        until = date.fromisoformat(said["until_on"]) if said["until_on"] else None
        if until is not None and until < since:
            row.wrong("until_on", "Trước ngày bắt đầu.", "Before it begins.")
        key = (login, said["role"], said["org"], since)
        twice = first.setdefault(key, row.number)
        if not row.bad and twice != row.number:
            _twice(row, "login", twice)
        book.bad += row.bad
        if row.bad:
            continue
        if key in known.grants:
            book.known += 1
            continue
        book.grants.append(
            NewGrant(
                account=login,
                role=said["role"],
                org=said["org"],
                sees=said["sees"] or "own",
                from_on=since,
                until_on=until,
                deed=said["deed"] or "",
            )
        )


def _twice(row: ReadRow, path: str, first: int) -> None:
    row.wrong(path, f"Trùng với dòng {first}.", f"The same as row {first}.")


def _nowhere(row: ReadRow, path: str, org: str) -> None:
    row.wrong(path, f"Không có đơn vị {org[:80]}.", f"There is no organisation {org[:80]}.")
