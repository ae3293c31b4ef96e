"""Data that people send in: taken as the field declares it, or refused with the field's name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from engine.canonical import date_of
from engine.definition import Field, FieldType
from engine.errors import BadInput
from engine.facts import TALLY_PARTS
from engine.text import Text

LONGEST_TEXT = 4_000
LONGEST_PART = 400
MOST_RECORDS = 200
GREATEST = 10**12
PARTY_KINDS = ("individual", "collective", "household")
GENDERS = ("male", "female")

_DECIMAL = re.compile(r"-?\d{1,12}(\.\d{1,4})?")
_IDENTITY = re.compile(r"[0-9]{9}|[0-9]{12}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def taken(field: Field, value: Any, path: str = "", *, today: date | None = None) -> Any:
    """Return the value as it is kept (texts in NFC and trimmed); None for an empty one.

    Args:
        today: people born later, and periods that end after its year, are refused; None: what was
            taken once is taken again, whatever the day.

    Raises:
        BadInput: the value is not of the kind that the field declares; `field` names the path.
    """
    path = path or field.key
    if value is None or value in ("", {}, []):
        return None
    kept = _TAKERS[field.type](field, value, path)
    if today is not None and isinstance(kept, dict):
        _check_year(field, kept, path, today.year)
    return kept


def _check_year(field: Field, kept: Mapping[str, Any], path: str, this_year: int) -> None:
    """Refuse what lies in years to come; within this one, a person judges."""
    if field.type is FieldType.PARTY and kept.get("birth_year", 0) > this_year:
        raise _bad(
            f"{path}.birth_year",
            field,
            "năm sinh ở tương lai.",
            "the year of birth lies in the future.",
        )
    if field.type is FieldType.PERIOD and int(kept["until"][:4]) > this_year:
        raise _bad(
            f"{path}.until",
            field,
            f"ngày cuối ở sau năm {this_year}.",
            f"the last day lies after {this_year}.",
        )


def _bad(path: str, field: Field, vi: str, en: str) -> BadInput:
    return BadInput(Text(f"{field.label.vi}: {vi}", f"{field.label.en}: {en}"), field=path)


def _string(field: Field, value: Any, path: str, longest: int) -> str | None:
    if not isinstance(value, str):
        raise _bad(path, field, "phải là chữ.", "must be text.")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise _bad(path, field, "có ký tự không hợp lệ.", "holds invalid characters.") from None
    kept = unicodedata.normalize("NFC", value).replace("\r\n", "\n").strip()
    if len(kept) > longest:
        raise _bad(
            path, field, f"dài quá {longest} ký tự.", f"is longer than {longest} characters."
        )
    if _CONTROL.search(kept):
        raise _bad(path, field, "có ký tự điều khiển.", "holds control characters.")
    return kept or None


def _text(field: Field, value: Any, path: str) -> str | None:
    return _string(field, value, path, LONGEST_TEXT)


def _choice(field: Field, value: Any, path: str) -> str:
    if not isinstance(value, str) or value not in field.choices:
        known = ", ".join(field.choices)
        raise _bad(path, field, f"phải là một trong: {known}.", f"must be one of: {known}.")
    return value


def _date(field: Field, value: Any, path: str) -> str:
    on = date_of(value) if isinstance(value, str) else None
    if on is None:
        raise _bad(
            path,
            field,
            "phải là ngày có thật, viết YYYY-MM-DD.",
            "must be a real date, written YYYY-MM-DD.",
        )
    if not 1900 <= on.year <= 2200:
        raise _bad(path, field, "năm phải từ 1900 đến 2200.", "year must be 1900 to 2200.")
    return on.isoformat()


def _whole(field: Field, value: Any, path: str) -> int:
    if type(value) is not int or abs(value) > GREATEST:
        raise _bad(path, field, "phải là số nguyên.", "must be a whole number.")
    return value


def _count(field: Field, value: Any, path: str) -> int:
    """Whole numbers of a procedure count things: years, members, titles."""
    count = _whole(field, value, path)
    if count < 0:
        raise _bad(path, field, "không được âm.", "must not be negative.")
    return count


def _bool(field: Field, value: Any, path: str) -> bool:
    if type(value) is not bool:
        raise _bad(path, field, "phải là có hoặc không.", "must be yes or no.")
    return value


def _decimal(field: Field, value: Any, path: str) -> str:
    if (
        not isinstance(value, str)
        or _DECIMAL.fullmatch(
            value,
        )
        is None
        or not value.isascii()
    ):
        raise _bad(
            path,
            field,
            "phải là số thập phân, tối đa bốn chữ số lẻ, ví dụ 12.5.",
            "must be a decimal with at most four places, such as 12.5.",
        )
    return value


def _mapping(field: Field, value: Any, path: str, known: Mapping[str, Any]) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _bad(path, field, "phải gồm các mục có tên.", "must have named parts.")
    for key in value:
        if key not in known:
            raise _bad(path, field, f"không có mục {key!r}.", f"has no part {key!r}.")
    return value


def _party(field: Field, value: Any, path: str) -> dict[str, object] | None:
    given = _mapping(field, value, path, _PARTY)
    kept: dict[str, object] = {}
    for key, take in _PARTY.items():
        part = given.get(key)
        found = None if part in (None, "") else take(field, part, f"{path}.{key}")
        if found is not None:
            kept[key] = found
    if not kept:
        return None
    if "name" not in kept:
        raise _bad(f"{path}.name", field, "thiếu tên.", "the name is missing.")
    kept = {"kind": "individual", **kept}
    if kept["kind"] != "individual" and "birth_year" in kept:
        raise _bad(
            f"{path}.birth_year",
            field,
            "chỉ cá nhân có năm sinh.",
            "only an individual has a year of birth.",
        )
    return kept


def _among(values: tuple[str, ...]) -> Callable[[Field, Any, str], str]:
    def take(field: Field, value: Any, path: str) -> str:
        if value not in values:
            known = ", ".join(values)
            raise _bad(path, field, f"phải là một trong: {known}.", f"must be one of: {known}.")
        return str(value)

    return take


def _part(field: Field, value: Any, path: str) -> str | None:
    return _string(field, value, path, LONGEST_PART)


def _identity(field: Field, value: Any, path: str) -> str | None:
    number = _part(field, value, path)
    if number is not None and _IDENTITY.fullmatch(number) is None:
        raise _bad(
            path,
            field,
            "số định danh phải có 9 hoặc 12 chữ số.",
            "the identity number must have 9 or 12 digits.",
        )
    return number


def _birth_year(field: Field, value: Any, path: str) -> int:
    year = _whole(field, value, path)
    if not 1850 <= year <= 2200:
        raise _bad(path, field, "năm sinh không hợp lý.", "the year of birth is not plausible.")
    return year


_PARTY: Mapping[str, Callable[[Field, Any, str], Any]] = {
    "kind": _among(PARTY_KINDS),
    "name": _part,
    "birth_year": _birth_year,
    "gender": _among(GENDERS),
    "position": _part,
    "unit": _part,
    "id_number": _identity,
}


def _period(field: Field, value: Any, path: str) -> dict[str, object]:
    given = _mapping(field, value, path, {"from": None, "until": None})
    first, last = (_date(field, given.get(key), f"{path}.{key}") for key in ("from", "until"))
    if last < first:
        raise _bad(
            path, field, "ngày cuối sớm hơn ngày đầu.", "the last day lies before the first."
        )
    return {"from": first, "until": last}


def _tally(field: Field, value: Any, path: str) -> dict[str, object]:
    given = _mapping(field, value, path, TALLY_PARTS)
    return {key: _whole(field, given.get(key, 0), f"{path}.{key}") for key in TALLY_PARTS}


def _records(field: Field, value: Any, path: str) -> list[dict[str, object]]:
    if not isinstance(value, (list, tuple)):
        raise _bad(path, field, "phải là một danh sách.", "must be a list.")
    if len(value) > MOST_RECORDS:
        raise _bad(
            path, field, f"quá {MOST_RECORDS} mục.", f"has more than {MOST_RECORDS} entries."
        )
    return [record(field, one, f"{path}.{index}") for index, one in enumerate(value)]


def record(field: Field, value: Any, path: str) -> dict[str, object]:
    """Return one record of a `records` field as it is kept.

    Raises:
        BadInput: a part is unknown, of a wrong kind, or required and missing.
    """
    given = _mapping(field, value, path, field.fields)
    kept = {}
    for key, part in field.fields.items():
        found = taken(part, given.get(key), f"{path}.{key}")
        if found is not None:
            kept[key] = found
        elif part.required:
            raise missing(part, f"{path}.{key}")
    if not kept:
        raise missing(field, path)
    return kept


def missing(field: Field, path: str) -> BadInput:
    """Return the refusal for a value that must be given and is not."""
    return _bad(path, field, "chưa nhập.", "is missing.")


_TAKERS: Mapping[FieldType, Callable[[Field, Any, str], Any]] = {
    FieldType.TEXT: _text,
    FieldType.CHOICE: _choice,
    FieldType.DATE: _date,
    FieldType.INT: _count,
    FieldType.BOOL: _bool,
    FieldType.DECIMAL: _decimal,
    FieldType.PARTY: _party,
    FieldType.PERIOD: _period,
    FieldType.TALLY: _tally,
    FieldType.RECORDS: _records,
}
