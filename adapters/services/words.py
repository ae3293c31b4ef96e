"""Values as people read them, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.definition import Field, FieldType, Procedure, Result
from engine.limits import Limit, Unit
from engine.text import Text

YES = Text("Có", "Yes")
NO = Text("Không", "No")
HOLD = Text("Tạm dừng để xác minh", "Put on hold")
RELEASE = Text("Kết thúc tạm dừng", "Release the hold")
NO_LIMIT_RUNNING = Text("tạm dừng tính hạn", "no limit running")

RESULTS: Mapping[str, Text] = {
    Result.GRANTED.value: Text("Được khen thưởng", "Granted"),
    Result.NOT_GRANTED.value: Text("Không được khen thưởng", "Not granted"),
    Result.REFUSED_INTAKE.value: Text("Từ chối tiếp nhận", "Refused at intake"),
    Result.WITHDRAWN.value: Text("Đã rút", "Withdrawn"),
    Result.REDIRECTED.value: Text("Chuyển cơ quan khác", "Redirected"),
    Result.ANNULLED.value: Text("Bị hủy", "Annulled"),
}
MACHINES: Mapping[str, Text] = {
    "clock": Text("Đồng hồ thời hạn", "The clock"),
    "session": Text("Phiên họp hội đồng", "The council session"),
    "system": Text("Hệ thống", "The system"),
}
PLATFORM: Mapping[str, Text] = {
    "administrator": Text("Quản trị", "Administrator"),
    "auditor": Text("Kiểm tra, kiểm toán", "Auditor"),
}
PARTY_KINDS: Mapping[str, Text] = {
    "individual": Text("Cá nhân", "Individual"),
    "collective": Text("Tập thể", "Collective"),
    "household": Text("Hộ gia đình", "Household"),
}
GENDERS: Mapping[str, Text] = {"male": Text("Nam", "Male"), "female": Text("Nữ", "Female")}
PARTY: Mapping[str, Text] = {
    "kind": Text("Loại đối tượng", "Kind"),
    "name": Text("Họ và tên / tên tập thể", "Name"),
    "birth_year": Text("Năm sinh", "Year of birth"),
    "gender": Text("Giới tính", "Gender"),
    "position": Text("Chức vụ", "Position"),
    "unit": Text("Đơn vị công tác", "Unit"),
    "id_number": Text("Số định danh cá nhân", "Personal identity number"),
}
PERIOD: Mapping[str, Text] = {
    "from": Text("Từ ngày", "From"),
    "until": Text("Đến ngày", "Until"),
}
TALLY: Mapping[str, Text] = {
    "members": Text("Tổng số thành viên", "Members"),
    "present": Text("Có mặt", "Present"),
    "written": Text("Lấy ý kiến bằng văn bản", "Written votes"),
    "yes": Text("Đồng ý", "Yes"),
    "no": Text("Không đồng ý", "No"),
    "blank": Text("Phiếu trắng", "Blank"),
}


def role_label(procedure: Procedure | None, role: str, lang: str) -> str:
    """Return what a role is called: of the procedure, of the platform, or a machine's."""
    if procedure is not None and role in procedure.roles:
        return procedure.roles[role].label.in_(lang)
    known = PLATFORM.get(role) or MACHINES.get(role)
    return known.in_(lang) if known else role


def result_label(result: str | None, lang: str) -> str:
    """Return how a dossier ended, in words; empty while it is open."""
    return RESULTS[result].in_(lang) if result and result in RESULTS else ""


def day(on: date | str, lang: str) -> str:
    """Return a date as people write it.

    >>> day("2025-08-20", "vi"), day("2025-08-20", "en")
    ('20/08/2025', '20 August 2025')
    """
    real = date.fromisoformat(on) if isinstance(on, str) else on
    return f"{real.day} {real:%B %Y}" if lang == "en" else f"{real:%d/%m/%Y}"


def value_text(field: Field, value: Any, lang: str) -> str:
    """Return a value as people read it; empty when nothing was given."""
    if value is None or value in ("", (), [], {}):
        return ""
    match field.type:
        case FieldType.CHOICE:
            label = field.choices.get(value)
            return label.in_(lang) if label else str(value)
        case FieldType.BOOL:
            return (YES if value else NO).in_(lang)
        case FieldType.DATE:
            return day(value, lang)
        case FieldType.PERIOD:
            return f"{day(value['from'], lang)} – {day(value['until'], lang)}"
        case FieldType.PARTY:
            return _party(value, lang)
        case FieldType.TALLY:
            return "; ".join(f"{TALLY[k].in_(lang)}: {value.get(k, 0)}" for k in TALLY)
        case FieldType.DECIMAL:
            return str(value) if lang == "en" else str(value).replace(".", ",")
        case FieldType.RECORDS:
            return "\n".join(_record(field, one, lang) for one in value)
        case _:
            return str(value)


def left_text(left: int, limit: Limit, lang: str) -> str:
    """Return what is left of a limit in words; negative: how much it is over.

    >>> left_text(-2, Limit.parse("25 working days"), "vi")
    'quá hạn 2 ngày làm việc'
    """
    return in_words(left, limit.unit, lang)


def in_words(left: int, unit: Unit, lang: str) -> str:
    """Return a number of units that are left (or, negative, that it is over) in words."""
    amount = unit.label(abs(left), lang)
    if left < 0:
        return f"{amount} over" if lang == "en" else f"quá hạn {amount}"
    if left == 0:
        last = Text("hạn cuối là hôm nay", "due today")
        less = Text(f"còn chưa đến {unit.label(1, 'vi')}", f"less than {unit.label(1, 'en')} left")
        return (last if unit.in_days else less).in_(lang)
    return f"{amount} left" if lang == "en" else f"còn {amount}"


def _party(value: Mapping[str, Any], lang: str) -> str:
    parts = [str(value.get("name", ""))]
    if value.get("birth_year"):
        parts.append(f"{'born' if lang == 'en' else 'sinh năm'} {value['birth_year']}")
    parts += [str(value[key]) for key in ("position", "unit") if value.get(key)]
    return ", ".join(part for part in parts if part)


def _record(field: Field, one: Mapping[str, Any], lang: str) -> str:
    told = (
        (part.label.in_(lang), value_text(part, one.get(key), lang))
        for key, part in field.fields.items()
    )
    return "; ".join(f"{label}: {text}" for label, text in told if text)
