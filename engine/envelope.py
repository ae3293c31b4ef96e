"""The seventeen fields of an event, their forms, and the hash that stands for all of them.

| field | what it holds |
|---|---|
| `v` | 1, the version of this list |
| `log` | origin of the log, authority and year: an event cannot be replayed into another log |
| `stream`, `seq`, `prev` | place in the chain: 1, 2, 3 … and the leaf hash of the event before |
| `id` | UUIDv7 |
| `type`, `type_version` | what happened, a snake_case participle, and the version of its data |
| `actor` | who, in which role, in which organisation, on behalf of whom, how authenticated |
| `recorded_at` | the database's clock, UTC |
| `effective_on`, `effective_at` | the day, and where it matters the instant, from which it counts |
| `cause` | the act, and the event of another stream that brought this one about, or null |
| `rules` | hashes of the edition, rule set, template and calendar that were used |
| `data` | facts that are not personal |
| `commits` | `[{path, hmac}]` sorted by path: commitments to the personal values |
| `files` | `[{sha256, size, media_type}]` |
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

from engine.canonical import GREATEST_INTEGER, date_of, instant_of
from engine.commitment import is_path, is_uuid
from engine.errors import BangVangError
from engine.text import Text

ZERO = "0" * 64
"""`prev` of the first event of a stream."""

_HASH = re.compile(r"[0-9a-f]{64}")
_UUID_VERSION_7 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_SNAKE_CASE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
# Both names stand in texts whose lines and fields end at spaces; a log's name also at plus signs.
_STREAM = re.compile(r"[!-~]{1,200}")
_LOG = re.compile(r"[!-*,-~]{1,200}")
_MEDIA_TYPE = re.compile(r"[!-~]{1,127}/[!-~]{1,127}")


class NotAnEvent(BangVangError):
    """An object whose fields are not those of an event.

    Attributes:
        path: the field that is missing, unknown or of a wrong form.
        text: what is wrong, in both languages.
    """

    def __init__(self, path: str, text: Text) -> None:
        """Name the field and what is wrong with it."""
        super().__init__(text.en)
        self.path = path
        self.text = text


def leaf_hash(body: bytes) -> bytes:
    """Return SHA-256(00 ‖ body), 32 bytes: the leaf hash of RFC 6962 section 2.1."""
    return hashlib.sha256(b"\0" + body).digest()


def check_envelope(event: Mapping[str, Any]) -> None:
    """Refuse an object that has not exactly the fields of an event, each in its form.

    Raises:
        NotAnEvent: names the first field that is wrong.
    """
    for field, (is_form, form) in _FORMS.items():
        if field not in event:
            raise NotAnEvent(
                field,
                Text(f"Sự kiện thiếu trường “{field}”.", f"The event lacks the field {field!r}."),
            )
        if not is_form(event[field]):
            raise NotAnEvent(
                field,
                Text(
                    f"Trường “{field}” của sự kiện sai dạng: phải là {form.vi}.",
                    f"The event's field {field!r} is malformed: it must be {form.en}.",
                ),
            )
    unknown = sorted(event.keys() - _FORMS.keys())
    if unknown:
        raise NotAnEvent(
            unknown[0],
            Text(
                f"Sự kiện có trường lạ “{unknown[0]}”.",
                f"The event has an unknown field {unknown[0]!r}.",
            ),
        )


def is_event_id(value: object) -> bool:
    """Say whether `value` is a UUIDv7 in lower-case hyphenated text."""
    return _matches(_UUID_VERSION_7, value)


def is_hash(value: object) -> bool:
    """Say whether `value` is a SHA-256 in lower-case hex."""
    return _matches(_HASH, value)


def _matches(form: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and form.fullmatch(value) is not None


def _is_form(form: re.Pattern[str]) -> Callable[[object], bool]:
    return lambda value: _matches(form, value)


def _is_integer(value: object, least: int) -> bool:
    return type(value) is int and least <= value <= GREATEST_INTEGER


def _is_date(value: object) -> bool:
    return isinstance(value, str) and date_of(value) is not None


def _is_instant(value: object) -> bool:
    return isinstance(value, str) and instant_of(value) is not None


def _is_uuid(value: object) -> bool:
    return isinstance(value, str) and is_uuid(value)


def _is_object(value: object) -> bool:
    return isinstance(value, dict)


def _has_keys(value: object, *keys: str) -> bool:
    return isinstance(value, dict) and value.keys() == set(keys)


def _is_cause(value: Any) -> bool:
    return (
        _has_keys(value, "act", "event")
        and _is_uuid(value["act"])
        and (value["event"] is None or _is_uuid(value["event"]))
    )


def _is_rules(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(rule, str) for rule in value.values())


def _is_commits(value: Any) -> bool:
    if not isinstance(value, list) or not all(_is_commit(item) for item in value):
        return False
    paths = [item["path"] for item in value]
    return paths == sorted(set(paths))


def _is_commit(value: Any) -> bool:
    return (
        _has_keys(value, "path", "hmac")
        and isinstance(value["path"], str)
        and is_path(value["path"])
        and is_hash(value["hmac"])
    )


def _is_files(value: Any) -> bool:
    return isinstance(value, list) and all(_is_file(item) for item in value)


def _is_file(value: Any) -> bool:
    return (
        _has_keys(value, "sha256", "size", "media_type")
        and is_hash(value["sha256"])
        and _is_integer(value["size"], 0)
        and _matches(_MEDIA_TYPE, value["media_type"])
    )


_FORMS: dict[str, tuple[Callable[[Any], bool], Text]] = {
    "v": (
        lambda value: type(value) is int and value == 1,
        Text("số 1", "the number 1"),
    ),
    "log": (
        _is_form(_LOG),
        Text(
            "tên sổ bằng chữ ASCII, không có dấu cách và dấu cộng",
            "the log's name in ASCII without spaces and plus signs",
        ),
    ),
    "stream": (
        _is_form(_STREAM),
        Text(
            "tên chuỗi bằng chữ ASCII, không có dấu cách",
            "the stream's name in ASCII without spaces",
        ),
    ),
    "seq": (
        lambda value: _is_integer(value, 1),
        Text("số nguyên từ 1", "an integer from 1"),
    ),
    "prev": (
        is_hash,
        Text("64 chữ số thập lục phân viết thường", "64 lower-case hex digits"),
    ),
    "id": (
        is_event_id,
        Text("UUID phiên bản 7 viết thường", "a lower-case UUID of version 7"),
    ),
    "type": (
        _is_form(_SNAKE_CASE),
        Text("tên kiểu snake_case", "a name in snake_case"),
    ),
    "type_version": (
        lambda value: _is_integer(value, 1),
        Text("số nguyên từ 1", "an integer from 1"),
    ),
    "actor": (_is_object, Text("một đối tượng", "an object")),
    "recorded_at": (
        _is_instant,
        Text("thời điểm YYYY-MM-DDTHH:MM:SS.ffffffZ", "an instant YYYY-MM-DDTHH:MM:SS.ffffffZ"),
    ),
    "effective_on": (_is_date, Text("ngày YYYY-MM-DD", "a date YYYY-MM-DD")),
    "effective_at": (
        lambda value: value is None or _is_instant(value),
        Text(
            "rỗng hoặc thời điểm YYYY-MM-DDTHH:MM:SS.ffffffZ",
            "null or an instant YYYY-MM-DDTHH:MM:SS.ffffffZ",
        ),
    ),
    "cause": (
        _is_cause,
        Text(
            "{act: UUID, event: UUID hoặc rỗng}, không có khóa khác",
            "{act: UUID, event: UUID or null} and no other key",
        ),
    ),
    "rules": (
        _is_rules,
        Text("một đối tượng gồm các chuỗi", "an object of strings"),
    ),
    "data": (_is_object, Text("một đối tượng", "an object")),
    "commits": (
        _is_commits,
        Text(
            "danh sách {path, hmac} xếp theo path, mỗi path một lần",
            "a list of {path, hmac} sorted by path, each path once",
        ),
    ),
    "files": (
        _is_files,
        Text(
            "danh sách {sha256, size, media_type}, không có khóa khác",
            "a list of {sha256, size, media_type} and no other key",
        ),
    ),
}
