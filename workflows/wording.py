"""What Pydantic finds wrong, said so that somebody who writes procedures can mend it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from workflows.findings import Finding, closest
from workflows.reader import Document, Loc
from workflows.schema import Shape

_KINDS = {
    "string": ("chữ", "text"),
    "int": ("số nguyên", "a whole number"),
    "bool": ("true hoặc false", "true or false"),
    "list": ("danh sách", "a list"),
    "dict": ("bảng khóa: giá trị", "a mapping of keys to values"),
    "model": ("bảng khóa: giá trị", "a mapping of keys to values"),
}
_LOOKS = {
    "_-]{0,59}$": "a-z, 0-9, '_', '-'",
    "-]{0,59}$": "a-z, 0-9, '-'",
    "_]{0,59}$": "a-z, 0-9, '_'",
}


def findings_of(
    error: ValidationError, doc: Document, shapes: Mapping[int, type[Shape]], plain: object
) -> Iterator[Finding]:
    """Yield one finding for each error.

    Args:
        shapes: which shape was expected, by the id of the dict in `plain` that was read.
    """
    for details in error.errors(include_url=False):
        yield _finding(details, doc, shapes, plain)


def real(loc: Sequence[int | str]) -> Loc:
    """Return the steps that the file itself has: without the tags of unions."""
    return tuple(step for step in loc if isinstance(step, int) or step[:1] not in "<[")


def _finding(
    details: ErrorDetails, doc: Document, shapes: Mapping[int, type[Shape]], plain: object
) -> Finding:
    loc, kind = real(details["loc"]), details["type"]
    context: dict[str, Any] = details.get("ctx", {})
    if kind == "extra_forbidden":
        shape = shapes.get(id(_inner(plain, loc[:-1])))
        near = closest(str(loc[-1]), shape.names() if shape else ())
        return doc.finding(
            "BV101",
            loc,
            f"Không có khóa {loc[-1]!r} ở đây.{near.vi} Hãy sửa tên hoặc bỏ khóa này.",
            f"There is no key {loc[-1]!r} here.{near.en} Correct its name or remove it.",
            place=doc.key_place(loc),
        )
    if kind == "missing":
        return doc.finding(
            "BV102",
            loc,
            f"Thiếu khóa {loc[-1]!r}; hãy thêm vào đây.",
            f"The key {loc[-1]!r} is missing; add it here.",
        )
    if kind == "bangvang":
        return doc.finding("BV106", loc, context["vi"], context["en"])
    if kind in ("literal_error", "enum"):
        expected = context["expected"].replace(" or ", ", ")
        return doc.finding(
            "BV104",
            loc,
            f"Giá trị {_short(details['input'])} không dùng được; hãy chọn một trong: {expected}.",
            f"The value {_short(details['input'])} is not possible; choose one of: {expected}.",
        )
    if kind == "string_pattern_mismatch":
        return doc.finding("BV105", loc, *_spelling(str(details["input"]), context["pattern"]))
    if (word := kind.removesuffix("_type").removesuffix("_attributes")) in _KINDS:
        vi, en = _KINDS[word]
        return doc.finding(
            "BV103",
            loc,
            f"Ở đây phải là {vi}, không phải {_short(details['input'])}.",
            f"This must be {en}, not {_short(details['input'])}.",
        )
    return doc.finding("BV106", loc, *_measure(kind, context, details["msg"]))


def _spelling(written: str, pattern: str) -> tuple[str, str]:
    looks = next((text for end, text in _LOOKS.items() if pattern.endswith(end)), None)
    if pattern.startswith("^data"):
        vi, en = "viết là 'data.<tên trường>'", "it is written 'data.<field>'"
    elif pattern.startswith("^by_"):
        vi, en = "bảng theo trường viết là 'by_<tên trường>'", "a table is written 'by_<field>'"
    elif looks is None or "." in pattern.removesuffix("$"):
        vi, en = f"phải theo mẫu {pattern}", f"it must match {pattern}"
    else:
        vi = f"chỉ dùng {looks}, bắt đầu bằng một chữ a-z, nhiều nhất 60 ký tự"
        en = f"use {looks} only, beginning with a-z, at most 60 characters"
    return f"Tên {_short(written)} viết sai: {vi}.", f"The name {_short(written)} is wrong: {en}."


def _measure(kind: str, context: Mapping[str, Any], message: str) -> tuple[str, str]:
    match kind:
        case "too_short" | "string_too_short":
            return (
                f"Không được để trống: cần ít nhất {context['min_length']}.",
                f"It must not be empty: at least {context['min_length']} needed.",
            )
        case "too_long" | "string_too_long":
            return (
                f"Quá dài: nhiều nhất {context['max_length']}.",
                f"Too long: at most {context['max_length']}.",
            )
        case "greater_than_equal":
            return f"Số phải từ {context['ge']} trở lên.", f"The number must be {context['ge']} up."
        case "less_than_equal":
            return (
                f"Số nhiều nhất là {context['le']}.",
                f"The number must be {context['le']} at most.",
            )
        case _:
            return f"Giá trị không dùng được ({message}).", f"The value cannot be used ({message})."


def _short(value: object) -> str:
    if value is None:
        return "rỗng/empty"
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _inner(plain: Any, loc: Loc) -> object:
    for step in loc:
        plain = plain[step]
    return plain
