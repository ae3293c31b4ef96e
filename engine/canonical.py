"""One value, one sequence of bytes: what is hashed today must be hashed alike in thirty years.

The profile is RFC 8785 (JCS) over I-JSON (RFC 7493), narrowed until every JSON library agrees:

- keys are `[a-z][a-z0-9_]*`, so that ordering by code point and by UTF-16 unit is the same;
- numbers are integers from -(2^53 - 1) to 2^53 - 1; money, ratios and scores are decimal strings;
- strings are NFC and hold neither surrogates nor noncharacters;
- instants are `YYYY-MM-DDTHH:MM:SS.ffffffZ`, dates `YYYY-MM-DD`, bytes lower-case hex, all strings;
- at most 16 objects and lists inside one another (the outermost is the first);
- at most 64,000 bytes in all (a log entry's length is 16 bits wide).

NFC is judged by the running Python's Unicode tables. They never change for a character that is
assigned, so Vietnamese text cannot change its bytes with a newer Python.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NoReturn

from engine.errors import BangVangError
from engine.text import Text

GREATEST_INTEGER = 2**53 - 1
DEEPEST = 16
MOST_BYTES = 64_000

_KEY = re.compile(r"[a-z][a-z0-9_]*")
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# RFC 7493 section 2.1: neither surrogates nor noncharacters. The last two code points of each of
# the seventeen planes are noncharacters.
_NOT_INTERCHANGEABLE = re.compile(
    "[\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17))
    + "]"
)

_WHY = {
    "key_form": Text(
        "khóa phải là chữ thường không dấu, chữ số và dấu gạch dưới, bắt đầu bằng chữ",
        "a key must be lower-case ASCII letters, digits and underscores, starting with a letter",
    ),
    "key_repeated": Text(
        "khóa xuất hiện hai lần trong cùng một đối tượng",
        "the key stands twice in one object",
    ),
    "kind": Text(
        "chỉ nhận chuỗi, số nguyên, đúng/sai, rỗng, danh sách và đối tượng; "
        "hãy viết ngày, thời điểm, byte và số thập phân thành chuỗi",
        "only strings, integers, booleans, null, lists and objects are allowed; "
        "write dates, instants, bytes and decimals as strings",
    ),
    "not_an_integer": Text(
        "số phải là số nguyên viết không có phần thập phân và số mũ; "
        "hãy viết số thập phân thành chuỗi",
        "a number must be an integer without fraction or exponent; write decimals as strings",
    ),
    "integer_range": Text(
        "số nguyên phải nằm trong khoảng ±(2^53 − 1)",
        "an integer must lie within ±(2^53 - 1)",
    ),
    "unicode": Text(
        "chuỗi có mã điểm không được phép trao đổi (mã thay thế lẻ hoặc không phải ký tự)",
        "the string holds a code point that may not be interchanged (surrogate or noncharacter)",
    ),
    "not_nfc": Text(
        "chuỗi phải ở dạng chuẩn hóa NFC (dấu tiếng Việt dựng sẵn)",
        "the string must be in normal form NFC",
    ),
    "naive_time": Text(
        "thời điểm phải có múi giờ và nằm trong các năm 1 đến 9999 theo giờ UTC",
        "an instant must carry its time zone and lie within the years 1 to 9999 in UTC",
    ),
    "too_deep": Text(
        f"lồng nhau quá {DEEPEST} tầng",
        f"nested more than {DEEPEST} levels deep",
    ),
    "too_long": Text(
        f"dài hơn {MOST_BYTES} byte",
        f"longer than {MOST_BYTES} bytes",
    ),
    "not_json": Text(
        "không phải là JSON viết bằng UTF-8",
        "this is not JSON in UTF-8",
    ),
    "not_an_object": Text(
        "phải là một đối tượng JSON",
        "this must be a JSON object",
    ),
    "other_bytes": Text(
        "các byte không phải là cách viết chuẩn của nội dung (thứ tự khóa, khoảng trắng, ký hiệu)",
        "the bytes are not the canonical writing of their content (key order, spaces, escapes)",
    ),
}


class NotCanonical(BangVangError):
    """A value, or stored bytes, outside the canonical profile.

    The message never repeats the value, which may be personal.

    Attributes:
        code: stable snake_case name of what is wrong.
        path: keys and list indexes joined by dots; empty for the value as a whole.
        text: what is wrong, in both languages.
    """

    def __init__(self, code: str, path: str = "") -> None:
        """Name what is wrong and where."""
        why = _WHY[code]
        self.code = code
        self.path = path
        self.text = Text(
            f"Tại “{path}”: {why.vi}." if path else f"Giá trị: {why.vi}.",
            f"At {path!r}: {why.en}." if path else f"The value: {why.en}.",
        )
        super().__init__(self.text.en)


def canonical(value: object) -> bytes:
    """Return the one writing of `value` in the profile.

    Args:
        value: None, bool, int, str, and lists, tuples and mappings of these.

    Raises:
        NotCanonical: something in it is outside the profile; names the path.
    """
    return write(plain(value))


def plain(value: object) -> Any:
    """Return a copy of `value` in the plain kinds that `json` writes alike everywhere.

    Raises:
        NotCanonical: something in it is outside the profile; names the path.
    """
    try:
        return _plain(value, 0)
    except _Outside as outside:
        raise NotCanonical(outside.code, ".".join(reversed(outside.steps))) from None


def write(value: object) -> bytes:
    """Return the canonical bytes of what `plain` returned.

    Raises:
        NotCanonical: the bytes are too many.
    """
    raw = _WRITER.encode(value).encode()
    if len(raw) > MOST_BYTES:
        raise NotCanonical("too_long")
    return raw


def parse_value(raw: bytes) -> Any:
    """Return the value whose canonical bytes are exactly `raw`.

    Raises:
        NotCanonical: `raw` is not JSON, repeats a key, leaves the profile, or is another writing
            of its content than the canonical one.
    """
    if len(raw) > MOST_BYTES:
        raise NotCanonical("too_long")
    try:
        value = json.loads(
            raw.decode(),
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_not_an_integer,
            parse_constant=_not_an_integer,
        )
    except RecursionError:
        raise NotCanonical("too_deep") from None
    except ValueError:  # both UnicodeDecodeError and JSONDecodeError
        raise NotCanonical("not_json") from None
    if canonical(value) != raw:
        raise NotCanonical("other_bytes")
    return value


def parse_canonical(raw: bytes) -> dict[str, Any]:
    """Return the object whose canonical bytes are exactly `raw`.

    Raises:
        NotCanonical: as `parse_value`, or the content is not an object.
    """
    value = parse_value(raw)
    if not isinstance(value, dict):
        raise NotCanonical("not_an_object")
    return value


def instant_text(at: datetime) -> str:
    """Return an aware instant as the profile writes it, in UTC with six decimals.

    >>> instant_text(datetime(2027, 3, 1, 0, 0, tzinfo=UTC))
    '2027-03-01T00:00:00.000000Z'

    Raises:
        NotCanonical: `at` has no time zone, or falls outside the years 1 to 9999 in UTC.
    """
    if at.utcoffset() is None:
        raise NotCanonical("naive_time")
    try:
        return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
    except OverflowError:
        raise NotCanonical("naive_time") from None


def instant_of(text: str) -> datetime | None:
    """Return the instant (UTC) that `text` writes in the profile's only form, or None."""
    if not _INSTANT.fullmatch(text):
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    # A newer Python reads 24:00 as the next day's midnight; here it would be a second writing.
    return at if instant_text(at) == text else None


def date_of(text: str) -> date | None:
    """Return the date that `text` writes as `YYYY-MM-DD`, or None."""
    if not _DATE.fullmatch(text):
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


# What `plain` returned holds no circle, so the writer need not look for one.
_WRITER = json.JSONEncoder(
    sort_keys=True,
    separators=(",", ":"),
    ensure_ascii=False,
    allow_nan=False,
    check_circular=False,
)


class _Outside(Exception):
    """Carries what is outside the profile up to the root; each level adds its step of the path.

    So the path costs nothing while all is well, which is on the way of every act.
    """

    def __init__(self, code: str, *steps: str) -> None:
        super().__init__(code)
        self.code = code
        self.steps = [*steps]


def _plain(value: object, depth: int) -> object:
    # The plain kinds first: each act has a hundred of them, and seldom another one.
    if type(value) is dict:
        return _plain_object(value, depth + 1)
    if type(value) is list:
        return _plain_list(value, depth + 1)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, int):
        if abs(value) > GREATEST_INTEGER:
            raise _Outside("integer_range")
        return int(value)
    if isinstance(value, dict | Mapping):
        return _plain_object(value, depth + 1)
    if isinstance(value, list | tuple):
        return _plain_list(value, depth + 1)
    raise _Outside("not_an_integer" if isinstance(value, float) else "kind")


def _plain_object(value: Mapping[Any, object], depth: int) -> dict[str, object]:
    if depth > DEEPEST:
        raise _Outside("too_deep")
    found: dict[str, object] = {}
    for key, item in value.items():
        if type(key) is not str or key not in _OF_EVENTS:
            if not isinstance(key, str) or not _is_key(key):
                # Escaped and cut, because the message must be printable whatever the key was.
                raise _Outside("key_form", ascii(key)[:60])
            key = str.__str__(key)
        if item is None or (type(item) is str and item.isascii()):
            found[key] = item
            continue
        try:
            found[key] = _plain(item, depth)
        except _Outside as outside:
            outside.steps.append(key)
            raise
    return found


def _plain_list(value: Sequence[object], depth: int) -> list[object]:
    if depth > DEEPEST:
        raise _Outside("too_deep")
    found = []
    for at, item in enumerate(value):
        try:
            found.append(_plain(item, depth))
        except _Outside as outside:
            outside.steps.append(str(at))
            raise
    return found


def _string(value: str) -> str:
    if not value.isascii():
        if _NOT_INTERCHANGEABLE.search(value):
            raise _Outside("unicode")
        if not unicodedata.is_normalized("NFC", value):
            raise _Outside("not_nfc")
    return str.__str__(value)  # the letters themselves, also of an enumeration's member


# Keys that stand in every event, most of them many times; they need not be looked at again.
_OF_EVENTS = frozenset(
    (
        *("path", "value", "hmac", "set", "drop", "change", "v", "log", "stream", "seq"),
        *("prev", "id", "type", "type_version", "actor", "recorded_at", "effective_on"),
        *("effective_at", "cause", "rules", "data", "commits", "files", "act", "event"),
        *("subject", "acting_as", "org", "on_behalf_of", "auth", "session", "edition"),
        *("calendar", "sha256", "size", "media_type", "trigger", "from", "to"),
    )
)


@lru_cache(maxsize=4096)
def _is_key(key: str) -> bool:
    return _KEY.fullmatch(key) is not None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise NotCanonical("key_repeated", ascii(key)[:60])
        found[key] = value
    return found


def _integer(digits: str) -> int:
    # Longer than any allowed integer: not even converted, conversion is quadratic in the length.
    if len(digits) > len(str(-GREATEST_INTEGER)):
        raise NotCanonical("integer_range")
    return int(digits)


def _not_an_integer(_: str) -> NoReturn:
    raise NotCanonical("not_an_integer")
