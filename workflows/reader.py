"""Read a file as YAML 1.2, remember where each value stands, and obey nothing in it.

Of YAML only mappings, sequences and scalars are read. Anchors, aliases, tags, directives, several
documents, repeated keys and keys that are no plain text are findings: each of them lets a file
mean something other than what a person sees in it. Plain scalars are null, true, false, integers
and decimal numbers as in the core schema of YAML 1.2; dates stay text, and so do `on` and `no`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, StringMark, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from workflows.findings import MOST_FINDINGS, Finding, Place, Severity

MOST_BYTES = 256 * 1024
DEEPEST = 20

Loc = tuple[int | str, ...]

_INTEGER = re.compile(r"[-+]?[0-9]{1,18}", re.ASCII)
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]{1,2})?", re.ASCII)
# What no label, key or condition may hold; databases and canonical bytes refuse some of it later.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_WORDS: dict[str, object] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(slots=True)
class Node:
    """One value of the file and the place where it begins.

    Attributes:
        value: a scalar, a list of nodes, or nodes by key.
        keys: for a mapping, where each key stands.
        style: of a scalar: `|` and `>` are blocks, quotes are themselves, "" is plain.
        width: of a scalar on one line, quotes included, in characters; else 0.
    """

    value: object
    place: Place
    keys: dict[str, Place] = field(default_factory=dict)
    style: str = ""
    width: int = 0

    def child(self, step: int | str) -> Node | None:
        """Return the value one step further in, or None."""
        if isinstance(self.value, dict):
            return self.value.get(str(step))
        if isinstance(self.value, list) and isinstance(step, int) and step < len(self.value):
            found: Node = self.value[step]
            return found
        return None

    def plain(self) -> object:
        """Return the value as Python has it: dict, list, str, int, float, bool or None."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read: its tree (None if it has none) and what is wrong with it so far."""

    file: str
    root: Node | None
    findings: tuple[Finding, ...]

    def place(self, loc: Sequence[int | str]) -> Place:
        """Return where the value at `loc` stands; a mapping or list stands where its key stands.

        Steps that the file does not have are passed over, so the answer is always a place.
        """
        node, place = self.root, Place()
        for step in loc:
            inner = node.child(step) if node is not None else None
            if node is not None and inner is not None:
                composite = isinstance(inner.value, dict | list)
                place = node.keys.get(str(step), inner.place) if composite else inner.place
                node = inner
        return place

    def key_place(self, loc: Sequence[int | str]) -> Place:
        """Return where the key at the end of `loc` stands."""
        outer = self.node(loc[:-1])
        keys = outer.keys if outer is not None else {}
        return keys.get(str(loc[-1])) or self.place(loc)

    def node(self, loc: Sequence[int | str]) -> Node | None:
        """Return the deepest value that lies on the way to `loc`."""
        node = self.root
        for step in loc:
            inner = node.child(step) if node is not None else None
            node = inner or node
        return node

    def inside(self, loc: Sequence[int | str], line: int, column: int) -> Place:
        """Return where a character of the text at `loc` stands.

        Exact for text on one line without escapes and for lines of a `|` block (column 1 there);
        else the place where the text begins.
        """
        node = self.node(loc)
        if node is None or not isinstance(node.value, str):
            return self.place(loc)
        if node.style == "|":
            return Place(line=node.place.line + line)
        quotes = len(node.style)
        if line > 1 or node.style == ">" or node.width != len(node.value) + 2 * quotes:
            return node.place
        return Place(line=node.place.line, column=node.place.column + quotes + column - 1)

    def finding(
        self,
        code: str,
        loc: Sequence[int | str],
        vi: str,
        en: str,
        severity: Severity = Severity.ERROR,
        *,
        place: Place | None = None,
    ) -> Finding:
        """Return a finding about the value at `loc`."""
        where = place or self.place(loc)
        return Finding(
            file=self.file,
            line=where.line,
            column=where.column,
            code=code,
            severity=severity,
            message=vi,
            message_en=en,
            path=".".join(map(str, loc)),
        )


def read(source: bytes, file: str) -> Document:
    """Read `source`; whatever is wrong with it is in the findings of the answer.

    Args:
        file: the name under which findings speak of it.
    """
    reading = _Reading(file)
    root = reading.of(source)
    return Document(file, root, tuple(reading.findings))


class _Stop(Exception):
    """Nothing after this can be understood."""


class _Reading:
    def __init__(self, file: str) -> None:
        self.blank = Document(file, None, ())
        self.findings: list[Finding] = []

    def of(self, source: bytes) -> Node | None:
        try:
            text = self._decoded(source)
            return self._document(_events(text))
        except _Stop:
            return None
        except MarkedYAMLError as error:
            self._syntax(error)
            return None
        except (YAMLError, ValueError, OverflowError) as error:
            # Characters that YAML forbids and bad escapes: ruamel names no place for them.
            self._say("BV004", _place_in(source, error), *_unreadable(str(error)))
            return None

    def _say(self, code: str, place: Place, vi: str, en: str) -> None:
        self.findings.append(self.blank.finding(code, (), vi, en, place=place))
        if len(self.findings) >= MOST_FINDINGS:
            raise _Stop

    def _decoded(self, source: bytes) -> str:
        if len(source) > MOST_BYTES:
            self._say(
                "BV001",
                Place(),
                f"Tệp có {len(source)} byte, quá {MOST_BYTES} byte. Hãy tách hoặc rút gọn.",
                f"The file has {len(source)} bytes, more than {MOST_BYTES}. Make it shorter.",
            )
            raise _Stop
        try:
            return source.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            before = source[: error.start].decode("utf-8", "replace")
            self._say(
                "BV002",
                _end_of(before),
                "Tệp không phải UTF-8. Hãy lưu lại tệp với bảng mã UTF-8.",
                "The file is not UTF-8. Save it again in UTF-8.",
            )
            raise _Stop from error

    def _syntax(self, error: MarkedYAMLError) -> None:
        mark = error.problem_mark or error.context_mark
        problem = error.problem or error.context or "it is not YAML"
        place = _place(mark) if mark is not None else Place()
        if "tab" in problem or "'\\t'" in problem:
            self._say(
                "BV003",
                place,
                "Không dùng ký tự tab để thụt dòng; hãy thay bằng dấu cách.",
                "Tabs cannot indent YAML; write spaces instead.",
            )
        else:
            self._say("BV004", place, *_unreadable(problem))

    def _document(self, events: Iterator[Event]) -> Node | None:
        root: Node | None = None
        documents = 0
        for event in events:
            match event:
                case StreamStartEvent() | DocumentEndEvent() | StreamEndEvent():
                    continue
                case DocumentStartEvent():
                    documents += 1
                    self._heading(event, documents)
                case _:
                    node = self._node(event, events, 1)
                    root = node if documents == 1 else root
        if root is None or not isinstance(root.value, dict):
            self._say(
                "BV009",
                root.place if root is not None else Place(),
                "Tệp phải là một bảng khóa: giá trị, bắt đầu như 'procedure: ten-thu-tuc'.",
                "The file must be a mapping of keys to values, as in 'procedure: some-name'.",
            )
            return None
        return root

    def _heading(self, event: DocumentStartEvent, documents: int) -> None:
        if documents > 1:
            self._say(
                "BV008",
                _place(event.start_mark),
                "Mỗi tệp chỉ có một tài liệu YAML; hãy bỏ dấu '---' và phần sau nó.",
                "A file holds one YAML document; remove this '---' and what follows.",
            )
            raise _Stop
        if event.version not in (None, (1, 2)) or event.tags:
            self._say(
                "BV006",
                _place(event.start_mark),
                "Không dùng chỉ thị %YAML khác 1.2 hay %TAG.",
                "No directive but %YAML 1.2 is allowed, and no %TAG.",
            )

    def _node(self, event: Event, events: Iterator[Event], depth: int) -> Node:
        place = _place(event.start_mark)
        if depth > DEEPEST:
            self._say(
                "BV010",
                place,
                f"Lồng nhau quá {DEEPEST} tầng; hãy viết phẳng hơn.",
                f"Nested more than {DEEPEST} levels deep; write it flatter.",
            )
            raise _Stop
        self._refuse_references(event, place)
        match event:
            case MappingStartEvent():
                return self._mapping(events, place, depth)
            case SequenceStartEvent():
                items: list[Node] = []
                while not isinstance(inner := next(events), SequenceEndEvent):
                    items.append(self._node(inner, events, depth + 1))
                return Node(items, place)
            case ScalarEvent():
                if _UNPRINTABLE.search(event.value):
                    self._say(
                        "BV012",
                        place,
                        "Giá trị có ký tự điều khiển không in được; hãy bỏ ký tự đó.",
                        "The value holds a control character that cannot be printed; remove it.",
                    )
                    return Node("", place)
                style = event.style or ""
                value = _resolved(event.value) if event.implicit[0] else event.value
                start, end = event.start_mark, event.end_mark
                width = end.column - start.column if start.line == end.line else 0
                return Node(value, place, style=style, width=width)
            case _:
                return Node(None, place)

    def _refuse_references(self, event: Event, place: Place) -> None:
        if isinstance(event, AliasEvent):
            self._say(
                "BV005",
                place,
                f"Không dùng bí danh '*{event.anchor}'; hãy viết lại giá trị ở đây.",
                f"The alias '*{event.anchor}' is not allowed; write the value out here.",
            )
        elif getattr(event, "anchor", None):
            self._say(
                "BV005",
                place,
                "Không dùng neo '&'; hãy bỏ neo và viết giá trị ra.",
                "Anchors ('&') are not allowed; remove it and write the value out.",
            )
        if getattr(event, "tag", None):
            self._say(
                "BV006",
                place,
                "Không dùng thẻ '!'; hãy bỏ thẻ, giá trị được hiểu theo định nghĩa.",
                "Tags ('!') are not allowed; remove it, the definition knows the kind of value.",
            )

    def _mapping(self, events: Iterator[Event], place: Place, depth: int) -> Node:
        mapping: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        while not isinstance(event := next(events), MappingEndEvent):
            key_place = _place(event.start_mark)
            key = self._key(event, events, key_place, depth)
            value = self._node(next(events), events, depth + 1)
            if key in mapping:
                first = keys[key]
                self._say(
                    "BV007",
                    key_place,
                    f"Khóa {key!r} đã có ở dòng {first.line}; hãy bỏ một trong hai.",
                    f"The key {key!r} stands on line {first.line} already; remove one of them.",
                )
            elif key is not None:
                mapping[key], keys[key] = value, key_place
        return Node(mapping, place, keys)

    def _key(self, event: Event, events: Iterator[Event], place: Place, depth: int) -> str | None:
        node = self._node(event, events, depth + 1)
        if isinstance(event, ScalarEvent) and event.value and node.value is not None:
            # Whatever looks like a number or a yes is still a name when it is a key.
            written: str = event.value
            return written
        self._say(
            "BV011",
            place,
            "Khóa phải là chữ, không phải danh sách, bảng hay để trống.",
            "A key must be text, not a list, a mapping or nothing.",
        )
        return None


def _events(text: str) -> Iterator[Event]:
    events: Iterator[Event] = YAML(typ="safe", pure=True).parse(text)
    return events


def _resolved(text: str) -> object:
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    return text


def _place(mark: StringMark) -> Place:
    return Place(line=mark.line + 1, column=mark.column + 1)


def _end_of(text: str) -> Place:
    lines = text.split("\n")
    return Place(line=len(lines), column=len(lines[-1]) + 1)


def _place_in(source: bytes, error: Exception) -> Place:
    position = getattr(error, "position", None)
    if not isinstance(position, int):
        return Place()
    return _end_of(source.decode("utf-8-sig", "replace")[:position])


def _unreadable(problem: str) -> tuple[str, str]:
    brief = " ".join(problem.split())[:200]
    return (
        f"Không đọc được YAML ở đây: {brief}. Hãy xem thụt dòng, dấu hai chấm và dấu ngoặc.",
        f"This is not readable YAML: {brief}. Look at indentation, colons and brackets.",
    )
