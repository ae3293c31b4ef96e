"""The one door to CEL: conditions over flat, typed, declared names.

A condition that compiles names only what the edition declares and yields a boolean. What goes wrong
when it is evaluated is a `Fault`, never an exception and never a pass. CEL itself bounds the work
of one evaluation; compiled conditions may be shared by threads.
"""

from __future__ import annotations

import hashlib
import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from cel_expr_python import cel

from engine.definition import Fault
from engine.errors import BangVangError
from engine.text import Text
from workflows.findings import closest


class Kind(Enum):
    """The types a fact may have."""

    BOOL = "bool"
    INT = "int"
    STRING = "string"
    STRINGS = "list(string)"


_TYPES = {
    Kind.BOOL: cel.Type.BOOL,
    Kind.INT: cel.Type.INT,
    Kind.STRING: cel.Type.STRING,
    Kind.STRINGS: cel.Type.List(cel.Type.STRING),
}
# What CEL keeps for itself: no field, document or fact may be called so, or no condition reads it.
RESERVED = frozenset(
    {
        *("true", "false", "null", "in", "as", "break", "const", "continue", "else", "for"),
        *("function", "if", "import", "let", "loop", "package", "namespace", "return", "var"),
        *("void", "while"),
    }
)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a condition; line and column count from 1 within the condition."""

    line: int
    column: int
    text: Text


class GuardError(BangVangError):
    """A condition does not compile; `problems` says all that CEL says about it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        """Keep the problems; there is at least one."""
        super().__init__(problems[0].text.vi)
        self.problems = problems


class CompiledGuard:
    """A condition that compiled. Equal conditions are equal."""

    __slots__ = ("_expression", "hash", "names", "source")

    def __init__(self, source: str, expression: cel.Expression, names: frozenset[str]) -> None:
        """Keep the condition, what it compiled to and the names it reads."""
        self.source = source
        self.hash = hashlib.sha256(source.encode()).hexdigest()
        self.names = names
        self._expression = expression

    def __call__(self, facts: Mapping[str, object]) -> bool | Fault:
        """Return whether the condition holds, or why that cannot be said."""
        read = {name: facts[name] for name in self.names if name in facts}
        try:
            value = self._expression.eval(data=read)
        except Exception as error:  # whatever the C++ side refuses must deny, not break the act
            return Fault(f"{self.source!r} failed: {error}")
        if value.type() != cel.Type.BOOL:
            return Fault(f"{self.source!r} gave {value.type().name()}: {value.value()}")
        return bool(value.value())

    def __eq__(self, other: object) -> bool:
        """Tell whether both are the same condition."""
        return isinstance(other, CompiledGuard) and self.source == other.source

    def __hash__(self) -> int:
        """Return a number that equal conditions share."""
        return hash(self.source)

    def __repr__(self) -> str:
        """Return the condition as code would write it."""
        return f"CompiledGuard({self.source!r})"


class GuardEnv:
    """The names one edition declares, as CEL knows them; built once for all its conditions."""

    def __init__(self, names: Mapping[str, Kind]) -> None:
        """Declare the names."""
        self._names = frozenset(names)
        self._env = cel.NewEnv(
            variables={name: _TYPES[kind] for name, kind in names.items()},
            extensions=[_dates()],
        )

    def compile(self, source: str) -> CompiledGuard:
        """Return the condition, checked.

        Raises:
            GuardError: it has a syntax error, an unknown name, a wrong type or yields no boolean.
        """
        try:
            expression = self._env.compile(source)
        except RuntimeError as error:
            raise GuardError(tuple(self._problems(source, str(error)))) from error
        if expression.return_type() != cel.Type.BOOL:
            kind = expression.return_type().name().lower()
            text = Text(
                f"Điều kiện phải cho kết quả đúng hoặc sai, không phải kiểu {kind}; "
                "hãy so sánh giá trị, ví dụ '… == …'.",
                f"A condition must yield true or false, not {kind}; compare it, as in '… == …'.",
            )
            raise GuardError((Problem(1, 1, text),))
        return CompiledGuard(source, expression, self._names & _references(expression.serialize()))

    def _problems(self, source: str, message: str) -> Iterator[Problem]:
        found = list(_PROBLEM.finditer(message))
        for match in found:
            line, column = int(match["line"]), int(match["column"])
            yield self._problem(source, line, column, match["what"].strip())
        if not found:
            yield Problem(1, 1, _other(message))

    def _problem(self, source: str, line: int, column: int, what: str) -> Problem:
        if unknown := re.match(r"undeclared reference to '([^']*)'", what):
            name = unknown[1]
            near = closest(name, self._names | _FUNCTIONS)
            text = Text(
                f"Không có tên {name!r}.{near.vi} Hãy khai báo hoặc sửa lại.",
                f"The name {name!r} is not declared.{near.en} Declare or correct it.",
            )
            return Problem(line, _begin_of(source, line, column, name), text)
        if unfit := re.match(r"found no matching overload for '([^']*)' applied to '(.*)'", what):
            operation = unfit[1].strip("_")
            text = Text(
                f"Không dùng được '{operation}' cho các kiểu {unfit[2]}; hai vế phải cùng kiểu.",
                f"'{operation}' does not work on {unfit[2]}; both sides must be of one type.",
            )
            return Problem(line, column, text)
        if what.startswith("Syntax error:"):
            detail = what.removeprefix("Syntax error:").split(" expecting ")[0].strip()
            text = Text(
                f"Điều kiện sai cú pháp: {detail}.",
                f"The condition has a syntax error: {detail}.",
            )
            return Problem(line, column, text)
        return Problem(line, column, _other(what))


_FUNCTIONS = frozenset({"before", "after", "years_between", "months_between"})
_PROBLEM = re.compile(
    r"ERROR: <input>:(?P<line>\d+):(?P<column>\d+): (?P<what>.*?)"
    r"(?=\n \||\nERROR: |\s*\[INVALID_ARGUMENT\]|\Z)",
    re.DOTALL,
)


def _other(what: str) -> Text:
    brief = " ".join(what.split())[:200]
    return Text(f"Không dùng được điều kiện này: {brief}.", f"It cannot be used: {brief}.")


def _begin_of(source: str, line: int, column: int, name: str) -> int:
    """Return where the name begins: CEL points at one of its dots."""
    lines = source.split("\n")
    text = lines[line - 1] if line <= len(lines) else ""
    for match in re.finditer(re.escape(name), text):
        if match.start() < column <= match.end():
            return match.start() + 1
    return column


def _dates() -> cel.CelExtension:
    two = [cel.Type.STRING, cel.Type.STRING]
    functions = (
        ("before", cel.Type.BOOL, lambda a, b: _day(a) < _day(b)),
        ("after", cel.Type.BOOL, lambda a, b: _day(a) > _day(b)),
        ("years_between", cel.Type.INT, lambda a, b: years_between(_day(a), _day(b))),
        ("months_between", cel.Type.INT, lambda a, b: months_between(_day(a), _day(b))),
    )
    return cel.CelExtension(
        "bangvang",
        [
            cel.FunctionDecl(name, [cel.Overload(f"{name}_dates", kind, two, False, work)])
            for name, kind, work in functions
        ],
    )


def _day(text: str) -> date:
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII) is None:
        # Faults are kept where no personal value may stand, so the text itself is not repeated.
        raise ValueError("a text that is no date was compared as one")
    return date.fromisoformat(text)


def years_between(start: date, end: date) -> int:
    """Return the whole years from `start` to `end`; negative if `end` is earlier.

    As with limits (Civil Code 2015, art. 148), a year that has no such day ends on the last day of
    the month: a year from 29 February 2024 is whole on 28 February 2025.

    >>> years_between(date(2024, 2, 29), date(2025, 2, 28))
    1
    """
    if end < start:
        return -years_between(end, start)
    day = min(start.day, 28) if (start.month, end.month) == (2, 2) and not _leap(end) else start.day
    return end.year - start.year - ((end.month, end.day) < (start.month, day))


def months_between(first: date, last: date) -> int:
    """Return the full months from `first` to `last`, both days counted; 0 if `last` is earlier.

    >>> months_between(date(1970, 3, 1), date(1972, 2, 29))
    24
    >>> months_between(date(1970, 3, 1), date(1972, 2, 28))
    23
    """
    if last < first:
        return 0
    after = last + timedelta(days=1)
    whole = 12 * (after.year - first.year) + after.month - first.month
    # A month that has no such day is full with its last one.
    short = after.day < first.day and after.day < monthrange(after.year, after.month)[1]
    return whole - short


def _leap(day: date) -> bool:
    return day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)


def _references(serialized: bytes) -> frozenset[str]:
    """Return the names a checked expression refers to.

    CEL serializes an `Any` with a `CheckedExpr` in field 2. That holds in field 2 a map from
    expression ids to references, and a reference holds its name in field 1. Reading these levels is
    exact, which looking for words in the source is not: a name inside a text constant is not read.
    """
    return frozenset(
        name.decode()
        for checked in _inside(serialized, 2)
        for entry in _inside(checked, 2)
        for reference in _inside(entry, 2)
        for name in _inside(reference, 1)
    )


def _inside(message: bytes, wanted: int) -> Iterable[bytes]:
    """Yield the length-delimited fields with number `wanted` of a protocol-buffers message."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        length, at = _LENGTHS[tag & 7](message, at)
        if (tag & 7, tag >> 3) == (2, wanted):
            yield message[at : at + length]
        at += length


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def _skipped_varint(message: bytes, at: int) -> tuple[int, int]:
    return 0, _varint(message, at)[1]


# How long what follows is, by wire type: a number, 8 bytes, so many bytes, 4 bytes.
_LENGTHS: Mapping[int, Callable[[bytes, int], tuple[int, int]]] = {
    0: _skipped_varint,
    1: lambda _, at: (8, at),
    2: _varint,
    5: lambda _, at: (4, at),
}
