"""Names that nobody in particular bears, the same ones every time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_FAMILIES = (
    *("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Phan", "Võ", "Đặng", "Bùi", "Hồ", "Dương"),
    *("Đinh", "Thái", "Lương", "Cao", "Hà", "Tô"),
)
_WOMEN = (
    *("Thị Thanh Hương", "Thị Bích Thủy", "Thị Hồng Nhung", "Thị Kim Oanh", "Thị Lan Anh"),
    *("Thị Minh Nguyệt", "Thị Ngọc Ánh", "Thị Phương Thảo", "Thị Thu Hiền", "Thị Tuyết Mai"),
    *("Thị Cẩm Tú", "Thị Diệu Linh", "Thị Hải Yến"),
)
_MEN = (
    *("Anh Tuấn", "Bá Thành", "Công Minh", "Đình Trọng", "Đức Thắng", "Hữu Nghĩa", "Khắc Hiếu"),
    *("Mạnh Cường", "Quang Vinh", "Sỹ Hoàng", "Trọng Nghĩa", "Văn Dũng", "Xuân Bách"),
)


def people() -> Iterator[tuple[str, int]]:
    """Yield names and years of birth, hundreds of them without one twice."""
    for number in range(len(_FAMILIES) * len(_WOMEN) * 2):
        given = (_WOMEN if number % 2 else _MEN)[(number // 2) % len(_WOMEN)]
        family = _FAMILIES[(number + number // (2 * len(_WOMEN))) % len(_FAMILIES)]
        yield f"{family} {given}", 1970 + number * 7 % 29


def person(name: str, year: int, position: str, unit: str) -> dict[str, Any]:
    """Return an individual as a field keeps one."""
    return {
        "kind": "individual",
        "name": name,
        "birth_year": year,
        "position": position,
        "unit": unit,
    }


def collective(name: str, unit: str) -> dict[str, Any]:
    """Return a collective as a field keeps one."""
    return {"kind": "collective", "name": name, "unit": unit}
