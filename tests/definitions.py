"""A small definition that uses every part of the language, and ways to spoil it on purpose."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.definition import Procedure
from workflows.findings import Finding
from workflows.loader import Report, load

FIRST_ACT = "  - {trigger: submit, event: submitted,"
_HERE = Path(__file__).parent
SMALL = (_HERE / "small_procedure.yaml").read_text(encoding="utf-8")
STORY = (_HERE / "small_scenario.yaml").read_text(encoding="utf-8")


def spoilt(old: str, new: str, text: str = SMALL) -> str:
    """Return the definition with one piece replaced; the piece must stand there exactly once."""
    assert text.count(old) == 1, f"{old!r} stands there {text.count(old)} times"
    return text.replace(old, new)


def report_on(text: str, **ports: object) -> Report:
    """Return the report on a definition."""
    return load(text.encode(), "small.yaml", **ports)  # type: ignore[arg-type]


@cache
def small() -> Procedure:
    """Return the small procedure."""
    procedure = report_on(SMALL).procedure
    assert procedure is not None
    return procedure


def found(text: str, code: str, **ports: object) -> list[Finding]:
    """Return the findings of one code on a definition."""
    return [finding for finding in report_on(text, **ports).findings if finding.code == code]


def line_of(piece: str, text: str) -> int:
    """Return the line, from 1, on which a piece stands."""
    return text[: text.index(piece)].count("\n") + 1


def with_act(text: str = SMALL, **keys: str) -> str:
    """Return the definition with one more transition before the first."""
    base = {"trigger": "extra", "event": "extra_done", "label": "{vi: Thêm, en: Extra}"}
    written = ", ".join(f"{key}: {value}" for key, value in {**base, **keys}.items())
    return spoilt(FIRST_ACT, f"  - {{{written}}}\n{FIRST_ACT}", text)
