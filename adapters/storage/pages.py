"""Pages by key: a cursor says where the last page ended, never how many rows to skip."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, and_, false, or_

from engine.errors import BadInput
from engine.text import Text

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some rows in their order; `end_cursor` gives the page after, None when there is none."""

    items: Sequence[T]
    end_cursor: str | None


def cursor_of(*values: str | datetime | None) -> str:
    """Return an opaque cursor for the sorting values of a row."""
    plain = [v.astimezone(UTC).isoformat() if isinstance(v, datetime) else v for v in values]
    return base64.urlsafe_b64encode(json.dumps(plain).encode()).decode().rstrip("=")


def values_of(cursor: str, *kinds: type) -> list[Any]:
    """Return the sorting values that a cursor was made of.

    Raises:
        BadInput: it is not a cursor of this list.
    """
    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        values = json.loads(raw)
        if len(values) != len(kinds) or not isinstance(values, list):
            raise bad_cursor()
        return [_value(value, kind) for value, kind in zip(values, kinds, strict=True)]
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise bad_cursor() from error


def page_of(rows: Sequence[T], limit: int, key: Callable[[T], str]) -> Page[T]:
    """Return a page out of `limit + 1` rows that were asked for."""
    if len(rows) <= limit:
        return Page(rows, None)
    return Page(rows[:limit], key(rows[limit - 1]))


def after(
    column: ColumnElement[Any], last: Any, id_column: ColumnElement[Any], last_id: str | int
) -> ColumnElement[bool]:
    """Return the condition for rows after (last, last_id), ascending, empty values last."""
    same = column.is_(None) if last is None else column == last
    further = false() if last is None else or_(column > last, column.is_(None))
    return or_(further, and_(same, id_column > last_id))


def _value(value: object, kind: type) -> Any:
    if kind is datetime and isinstance(value, str):
        at = datetime.fromisoformat(value)
        if at.tzinfo is None:
            raise bad_cursor()
        return at
    if value is None and kind is datetime:
        return None
    if not isinstance(value, kind):
        raise bad_cursor()
    return value


def bad_cursor() -> BadInput:
    """Return the refusal of a cursor that is none of the list that was asked for."""
    return BadInput(
        Text(
            "Con trỏ trang không đúng: hãy dùng nguyên văn con trỏ của trang trước.",
            "The page cursor is wrong: use the one that the page before gave, as it is.",
        ),
        field="after",
    )
