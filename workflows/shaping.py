"""From a read file to the shape of a definition, going on where that is harmless.

An unknown key or a label in one language only says nothing about the rest of the file. Such a file
is an error all the same, but what it says otherwise is still checked, so that one run tells all.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from pydantic import ValidationError

from workflows.findings import Finding
from workflows.reader import Document
from workflows.schema import Shape
from workflows.wording import findings_of, real

S = TypeVar("S", bound=Shape)

_UNWRITTEN = "…"


def shape_of(doc: Document, model: type[S]) -> tuple[S | None, tuple[Finding, ...]]:
    """Return the file as `model`, or None if too little of it can be understood."""
    plain = doc.root.plain() if doc.root is not None else None
    shapes: dict[int, type[Shape]] = {}
    try:
        return model.model_validate(plain, context=shapes), ()
    except ValidationError as error:
        findings = tuple(findings_of(error, doc, shapes, plain))
        details = error.errors(include_url=False, include_input=False, include_context=False)
    mended = [_mend(plain, entry["type"], real(entry["loc"])) for entry in details]
    if not all(mended):
        return None, findings
    try:
        return model.model_validate(plain), findings
    except ValidationError:
        return None, findings  # what was mended hid another error, which the next run will show


def _mend(plain: object, kind: str, loc: Sequence[int | str]) -> bool:
    """Make one error go away in `plain`, if that leaves the meaning of the rest alone."""
    outer: Any = plain
    for step in loc[:-1]:
        outer = outer[step]
    if kind == "extra_forbidden":
        outer.pop(loc[-1], None)
        return True
    if kind == "missing" and loc[-1] in ("vi", "en"):
        outer[loc[-1]] = _UNWRITTEN
        return True
    if kind == "missing" and loc[-1] in ("label", "title"):
        outer[loc[-1]] = {"vi": _UNWRITTEN, "en": _UNWRITTEN}
        return True
    return False
