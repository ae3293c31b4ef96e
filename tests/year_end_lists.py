"""The year-end of a province as its units write it down: names, awards, papers, earlier titles.

Everybody here is made up, and the same in every run. How many there are of each award is what one
provincial council had before it in a single session.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, product
from typing import Any, Literal

from openpyxl import load_workbook

Group = Literal["flag", "collective", "soldier", "merit_many", "merit_one"]

CONSIDERED: Mapping[Group, int] = {
    "flag": 54,
    "collective": 280,
    "soldier": 60,
    "merit_many": 202,
    "merit_one": 441,
}
"""What comes before the council, by the decision that is to follow."""

INELIGIBLE = 6
"""Soldiers proposed besides, whom the register of earlier awards does not bear out."""

# How many of each are one vote short, by the share that their award needs.
ONE_SHORT: Mapping[Group, int] = {
    "flag": 2,
    "collective": 3,
    "soldier": 2,
    "merit_many": 2,
    "merit_one": 4,
}


@dataclass(frozen=True, slots=True)
class Unit:
    """A submitting unit, the day on which it submits, and its share of the names."""

    id: str
    name: str
    level: str
    submits_on: str
    share: int
    kinds: tuple[str, ...]

    @property
    def login(self) -> str:
        """Who submits for it."""
        return f"trinh.{self.id}"


LATE, IN_TIME, EARLY = "2025-12-01", "2025-12-05", "2025-12-15"
UNITS = (
    Unit("so-kh-cn", "Sở Khoa học và Công nghệ", "Cơ sở", LATE, 3, ("Trung tâm", "Phòng")),
    Unit("so-y-te", "Sở Y tế", "Cơ sở", IN_TIME, 9, ("Trạm Y tế", "Khoa Nội", "Khoa Cấp cứu")),
    Unit("so-xay-dung", "Sở Xây dựng", "Cơ sở", IN_TIME, 4, ("Ban Quản lý", "Đội Kiểm tra")),
    Unit(
        "so-giao-duc",
        "Sở Giáo dục và Đào tạo",
        "Cơ sở",
        EARLY,
        14,
        ("Trường Trung học cơ sở", "Trường Tiểu học", "Trường Mầm non", "Tổ Ngữ văn"),
    ),
    Unit("so-cong-thuong", "Sở Công Thương", "Cơ sở", EARLY, 5, ("Cụm công nghiệp", "Phòng")),
    Unit("so-tai-chinh", "Sở Tài chính", "Cơ sở", EARLY, 5, ("Phòng", "Kho bạc khu vực")),
    Unit(
        "so-nong-nghiep",
        "Sở Nông nghiệp và Môi trường",
        "Cơ sở",
        EARLY,
        7,
        ("Hạt Kiểm lâm", "Trạm Thủy nông", "Trại giống"),
    ),
    Unit("so-van-hoa", "Sở Văn hóa, Thể thao và Du lịch", "Cơ sở", EARLY, 5, ("Đội", "Nhà hát")),
    Unit("so-tu-phap", "Sở Tư pháp", "Cơ sở", EARLY, 3, ("Phòng Công chứng", "Phòng")),
    Unit("xa-binh-khe", "Xã Bình Khê", "Cấp xã", EARLY, 3, ("Thôn", "Hợp tác xã")),
    Unit("xa-an-lam", "Xã An Lâm", "Cấp xã", EARLY, 3, ("Thôn", "Hợp tác xã")),
    Unit("phuong-tan-giang", "Phường Tân Giang", "Cấp xã", EARLY, 3, ("Tổ dân phố", "Chợ")),
    Unit("phuong-dong-sa", "Phường Đông Sa", "Cấp xã", EARLY, 3, ("Tổ dân phố", "Trạm Y tế")),
    Unit("xa-lien-son", "Xã Liên Sơn", "Cấp xã", EARLY, 3, ("Thôn", "Hợp tác xã")),
)

_AWARDS: Mapping[Group, str] = {
    "flag": "Cờ thi đua cấp tỉnh",
    "collective": "Tập thể lao động xuất sắc",
    "soldier": "Chiến sĩ thi đua cấp tỉnh",
    "merit_many": "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
    "merit_one": "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
}
_PAPERS: Mapping[Group, tuple[str, ...]] = {
    "flag": ("report", "vote_result", "cluster_minutes"),
    "collective": ("report",),
    "soldier": ("report", "vote_result", "initiative_certificate"),
    "merit_many": ("report",),
    "merit_one": ("report",),
}


@dataclass(slots=True)
class Name:
    """One name on the list of a unit, and what becomes of it.

    Attributes:
        titles: years for which the register shows Grassroots Emulation Soldier.
        short: the council's vote on it is one short of what its award needs.
        draft, code: provisional code and code of its dossier, once it has them.
    """

    unit: Unit
    group: Group
    name: str
    cells: Mapping[str, object]
    papers: tuple[str, ...]
    titles: tuple[int, ...] = ()
    short: bool = False
    eligible: bool = True
    draft: str = ""
    code: str = ""

    @property
    def award(self) -> str:
        """Key of the award."""
        return self.group.partition("_")[0]

    @property
    def works_at(self) -> str:
        """The unit in which a person works, or to which a collective belongs."""
        return str(self.cells["Đơn vị công tác"])

    @property
    def birth_year(self) -> int | None:
        """Of a person."""
        found = self.cells.get("Năm sinh")
        return found if isinstance(found, int) else None


@dataclass(frozen=True, slots=True)
class YearsList:
    """All names of the year, in the order of their units and awards."""

    names: Sequence[Name] = field(default_factory=list)

    def of(self, unit: Unit) -> list[Name]:
        """Return the names of one unit, as its workbook has them."""
        return [one for one in self.names if one.unit is unit]

    def in_group(self, group: Group) -> list[Name]:
        """Return the names that one decision is to hold, those that are not eligible left out."""
        return [one for one in self.names if one.group == group and one.eligible]


def years_list(part: int = 1) -> YearsList:
    """Return the whole list, or about one in `part` of it."""
    people, collectives = _people(), {unit.id: _collectives(unit) for unit in UNITS}
    found: list[Name] = []
    for group, whole in CONSIDERED.items():
        count = max(whole // part, 2 * len(UNITS) if part > 1 else 1)
        ineligible = INELIGIBLE if group == "soldier" else 0
        units = _shared_out(count)
        names = [
            _name(group, unit, at, people, collectives)
            for at, unit in enumerate([*units, *[UNITS[3]] * ineligible])
        ]
        for at, one in enumerate(names[count:]):
            # Two titles, or three with a year missing between them, are not three running.
            one.titles = (2023, 2024) if at % 2 else (2021, 2022, 2024)
            one.eligible = False
        # The votes that are one short lie among those who submitted in good time.
        for one in [n for n in names if n.unit.submits_on == EARLY][3 :: count // 6]:
            one.short = sum(n.short for n in names) < ONE_SHORT[group]
        found += names
    order = {unit.id: place for place, unit in enumerate(UNITS)}
    return YearsList(sorted(found, key=lambda one: order[one.unit.id]))


def _shared_out(count: int) -> list[Unit]:
    """Return a unit for each of so many names, by the units' shares."""
    ends = list(accumulate(unit.share for unit in UNITS))
    return [
        next(unit for unit, end in zip(UNITS, ends, strict=True) if at * ends[-1] < end * count)
        for at in range(count)
    ]


def _name(
    group: Group,
    unit: Unit,
    at: int,
    people: Iterator[tuple[str, str]],
    collectives: Mapping[str, Iterator[str]],
) -> Name:
    cells: dict[str, object] = {
        "Hình thức khen thưởng hoặc danh hiệu đề nghị": _AWARDS[group],
        "Thời gian lập thành tích: từ ngày": "01/01/2024",
        "Thời gian lập thành tích: đến ngày": "31/10/2025",
    }
    papers = _PAPERS[group]
    titles: tuple[int, ...] = (2022, 2023, 2024) if group == "soldier" else ()
    if group in ("soldier", "merit_one"):
        name, gender = next(people)
        cells |= {
            "Loại đối tượng": "Cá nhân",
            "Năm sinh": 1964 + at * 7 % 37,
            "Giới tính": gender,
            "Chức vụ": _POSITIONS[at % len(_POSITIONS)],
            "Đơn vị công tác": unit.name,
        }
        if group == "merit_one" and at % 9:
            titles = (2023, 2024)
        elif group == "merit_one":
            cells |= {
                "Số năm liên tục hoàn thành xuất sắc nhiệm vụ": 2,
                "Số sáng kiến, đề tài đã được công nhận và áp dụng": 2,
            }
            papers = (*papers, "initiative_recognition")
    else:
        name = next(collectives[unit.id])
        cells |= {"Loại đối tượng": "Tập thể", "Đơn vị công tác": unit.name, **_TERMS[group]}
    cells["Họ và tên / tên tập thể"] = name
    return Name(unit=unit, group=group, name=name, cells=cells, papers=papers, titles=titles)


_TERMS: Mapping[Group, Mapping[str, object]] = {
    "flag": {
        "Cụm, khối thi đua": "Khối các cơ quan, đơn vị trực thuộc",
        "Được cụm, khối thi đua suy tôn dẫn đầu": "Có",
        "Hoàn thành vượt mức các chỉ tiêu, nhiệm vụ trong năm": "Có",
    },
    "collective": {
        "Tỷ lệ hoàn thành nhiệm vụ (%)": 100,
        "Số cá nhân trong tập thể": 20,
        "Số cá nhân đạt danh hiệu Lao động tiên tiến": 15,
        "Số cá nhân đạt danh hiệu Chiến sĩ thi đua cơ sở": 2,
    },
    "merit_many": {"Số năm liên tục hoàn thành xuất sắc nhiệm vụ": 2},
}

_POSITIONS = ("Chuyên viên", "Phó Trưởng phòng", "Kế toán trưởng", "Viên chức", "Trưởng phòng")
_FAMILY = (
    *("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô"),
    *("Dương", "Lý", "Đinh", "Trịnh", "Mai", "Cao", "Tạ", "Lương", "Quách", "Chử", "Ứng"),
)
_WOMEN = ("Thị Khánh", "Thị Ngọc", "Thùy", "Bích", "Diệu", "Thị Hồng", "Tường")
_MEN = ("Văn", "Đức", "Hữu", "Quang", "Xuân", "Đình", "Trọng")
_GIVEN = (
    *("Ước", "Nghĩa", "Thụy", "Hạnh", "Duệ", "Khuê", "Lộc", "Mẫn", "Nhạn", "Phượng", "Quỳnh"),
    *("Sửu", "Tửu", "Uyển", "Vịnh", "Xuyến", "Yến", "Đoài", "Ẩn", "Bảng"),
)
_FIRST = (
    *("An", "Bạch", "Cẩm", "Đồng", "Gia", "Hòa", "Khánh", "Lạc", "Mỹ", "Ninh", "Phúc", "Quế"),
    *("Sơn", "Thạch", "Trường", "Văn", "Xuân", "Yên"),
)
_SECOND = ("Lĩnh", "Thịnh", "Khê", "Điền", "Hà", "Lộc", "Sa", "Vực", "Đỗ", "Ước")


def _people() -> Iterator[tuple[str, str]]:
    """Give name after name, no two alike, with the gender they are written with."""
    middles = [
        pair
        for both in zip(_WOMEN, _MEN, strict=True)
        for pair in zip(both, ("Nữ", "Nam"), strict=True)
    ]
    for turn, given, at in product(range(len(middles)), _GIVEN, range(len(_FAMILY))):
        middle, gender = middles[(turn + at) % len(middles)]
        yield f"{_FAMILY[at]} {middle} {given}", gender


def _collectives(unit: Unit) -> Iterator[str]:
    """Give name after name; each unit begins elsewhere, so that no two units have the same."""
    begins = 3 * UNITS.index(unit) % len(_SECOND)
    seconds = (*_SECOND[begins:], *_SECOND[:begins])
    for second, first, kind in product(seconds, _FIRST, unit.kinds):
        yield f"{kind} {first} {second}"


def filled(template: bytes, rows: Sequence[Mapping[str, object]]) -> bytes:
    """Return a template of the product with rows filled in, by the titles of its columns."""
    book = load_workbook(io.BytesIO(template))
    sheet: Any = book.worksheets[0]
    places = {str(cell.value).rstrip("* "): cell.column for cell in sheet[1]}
    for number, row in enumerate(rows, start=2):
        for title, value in row.items():
            sheet.cell(number, places[title], value)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def earlier_awards(names: Sequence[Name]) -> list[dict[str, object]]:
    """Return the rows of the old register that bear out whoever is proposed."""
    return [
        {
            "Họ và tên, tên tập thể": one.name,
            "Đối tượng": "Cá nhân",
            "Năm sinh": one.birth_year,
            "Đơn vị": one.works_at,
            "Hình thức, danh hiệu": "Chiến sĩ thi đua cơ sở",
            "Năm khen thưởng": year,
            "Cấp khen thưởng": "Cơ sở",
            "Số quyết định": f"{100 + at % 9}/QĐ-CSTĐ",
            "Ngày quyết định": f"20/12/{year}",
        }
        for at, one in enumerate(names)
        for year in one.titles
    ]
