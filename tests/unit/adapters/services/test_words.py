"""Values as people read them."""

from typing import Any

import pytest

from adapters.services.words import (
    in_words,
    left_text,
    result_label,
    role_label,
    value_text,
)
from engine.definition import Field, FieldType
from engine.limits import Limit, Unit
from engine.text import Text

LABEL = Text("Mục", "Item")
STANCE = Field(
    key="stance",
    type=FieldType.CHOICE,
    label=Text("Ý kiến", "Stance"),
    choices={"agree": Text("Đồng ý", "Agree")},
)


def field(type: FieldType, **more: Any) -> Field:
    """Return a field of a kind."""
    return Field(key="k", type=type, label=LABEL, **more)


@pytest.mark.parametrize(
    ("of", "value", "vi", "en"),
    [
        (field(FieldType.TEXT), "Xin chào", "Xin chào", "Xin chào"),
        (field(FieldType.TEXT), None, "", ""),
        (STANCE, "agree", "Đồng ý", "Agree"),
        (STANCE, "gone", "gone", "gone"),
        (field(FieldType.BOOL), True, "Có", "Yes"),
        (field(FieldType.BOOL), False, "Không", "No"),
        (field(FieldType.INT), 0, "0", "0"),
        (field(FieldType.DATE), "2025-08-09", "09/08/2025", "9 August 2025"),
        (
            field(FieldType.PERIOD),
            {"from": "2025-01-01", "until": "2025-12-31"},
            "01/01/2025 – 31/12/2025",
            "1 January 2025 – 31 December 2025",
        ),
        (field(FieldType.DECIMAL), "12.5", "12,5", "12.5"),
        (
            field(FieldType.PARTY),
            {"kind": "individual", "name": "Lê An", "birth_year": 1979, "unit": "Xã A"},
            "Lê An, sinh năm 1979, Xã A",
            "Lê An, born 1979, Xã A",
        ),
        (
            field(FieldType.TALLY),
            {"members": 9, "present": 8, "written": 0, "yes": 7, "no": 1, "blank": 0},
            "Tổng số thành viên: 9; Có mặt: 8; Lấy ý kiến bằng văn bản: 0; Đồng ý: 7; "
            "Không đồng ý: 1; Phiếu trắng: 0",
            "Members: 9; Present: 8; Written votes: 0; Yes: 7; No: 1; Blank: 0",
        ),
        (
            field(FieldType.RECORDS, fields={"stance": STANCE}),
            [{"stance": "agree"}, {}],
            "Ý kiến: Đồng ý\n",
            "Stance: Agree\n",
        ),
    ],
)
def test_a_value_is_written_as_people_of_the_language_write_it(
    of: Field, value: object, vi: str, en: str
) -> None:
    assert (value_text(of, value, "vi"), value_text(of, value, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("left", "unit", "vi", "en"),
    [
        (5, Unit.WORKING_DAYS, "còn 5 ngày làm việc", "5 working days left"),
        (1, Unit.HOURS, "còn 1 giờ", "1 hour left"),
        (0, Unit.DAYS, "hạn cuối là hôm nay", "due today"),
        (0, Unit.HOURS, "còn chưa đến 1 giờ", "less than 1 hour left"),
        (-2, Unit.DAYS, "quá hạn 2 ngày", "2 days over"),
    ],
)
def test_what_is_left_is_said_in_the_limits_own_unit(
    left: int, unit: Unit, vi: str, en: str
) -> None:
    assert (in_words(left, unit, "vi"), in_words(left, unit, "en")) == (vi, en)
    assert left_text(left, Limit(9, unit), "vi") == vi


def test_roles_and_results_have_names_wherever_they_come_from() -> None:
    assert role_label(None, "auditor", "en") == "Auditor"
    assert role_label(None, "clock", "vi") == "Đồng hồ thời hạn"
    assert role_label(None, "somebody", "vi") == "somebody"
    assert result_label("granted", "en") == "Granted"
    assert result_label(None, "vi") == ""
