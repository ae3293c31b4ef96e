"""What is wrong with a file, and where: for a person, an editor or a program to act on.

Codes are stable. The hundreds say what kind of thing is wrong:

    BV0xx  the file cannot be read as YAML, or uses what is not allowed in a definition
    BV1xx  a key is unknown or missing, a value is of the wrong kind or badly written
    BV2xx  a name is not declared, or declared and not used
    BV3xx  the way through the states has a hole; BV33x: from one dossier to another
    BV4xx  limits, clocks and ladders do not fit together
    BV5xx  people and roles: nobody is left to do it
    BV6xx  letters do not exist or do not render
    BV7xx  scenarios fail or leave something untried
    BV8xx  conditions (guards)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum

from engine.errors import BangVangError
from engine.text import Text

MOST_FINDINGS = 500


class Severity(StrEnum):
    """`error` forbids publishing; `warning` asks a person to look; `not_checked` lacks a port."""

    ERROR = "error"
    WARNING = "warning"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a file; line and column count from 1, columns in characters."""

    line: int = 1
    column: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, and what to do about it.

    Attributes:
        line, column: from 1.
        code: stable, e.g. `BV102`.
        message, message_en: what is wrong and what to do, in Vietnamese and in English.
        path: where in the file's structure, e.g. `transitions.3.when`; empty for the whole file.
    """

    file: str
    line: int
    column: int
    code: str
    severity: Severity
    message: str
    message_en: str
    path: str = ""

    @property
    def text(self) -> Text:
        """Return the message in both languages."""
        return Text(self.message, self.message_en)

    def as_json(self) -> dict[str, object]:
        """Return the finding as plain values."""
        return {
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "message_en": self.message_en,
            "path": self.path,
        }

    def as_line(self, lang: str = "vi") -> str:
        """Return `file:line:column: severity code message`, as compilers write it."""
        where = f"{self.file}:{self.line}:{self.column}"
        return f"{where}: {self.severity.value} {self.code} {self.text.in_(lang)}"


class FindingsError(BangVangError):
    """A file has errors; `findings` says all of them.

    The message is one line a finding.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        """Keep the findings."""
        super().__init__("\n".join(finding.as_line() for finding in findings))
        self.findings = tuple(findings)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return findings without repetition, by file and place."""
    unique = dict.fromkeys(findings)
    return tuple(sorted(unique, key=lambda f: (f.file, f.line, f.column, f.code, f.path)))


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Return only what forbids publishing."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def closest(name: str, known: Iterable[str]) -> Text:
    """Return a question that names the nearest known name, or nothing: empty, or with a space."""
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    if not near:
        return Text("", "")
    return Text(f" Có phải bạn muốn viết {near[0]!r}?", f" Did you mean {near[0]!r}?")
