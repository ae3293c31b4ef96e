"""Kinds of values that several routes take, and the problems that any of them may answer with."""

from __future__ import annotations

import unicodedata
from typing import Annotated, Any

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

from adapters.web.problems import PROBLEM, Problem


def _printable(text: str) -> str:
    if any(unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t\r" for c in text):
        raise ValueError("holds control characters")
    return unicodedata.normalize("NFC", text)


def _one_line(text: str) -> str:
    if any(c in text for c in "\n\r\t"):
        raise ValueError("must be one line")
    return _printable(text)


Line = Annotated[str, StringConstraints(max_length=400), AfterValidator(_one_line)]
Prose = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_printable)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,79}$")]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

Code = Annotated[
    str,
    Path(
        pattern=r"^[A-Za-z0-9._-]{1,80}$",
        description="The dossier's received code, provisional code or id",
    ),
]
ProcedureKey = Annotated[str, Path(pattern=r"^[a-z][a-z0-9-]{0,79}$")]
EditionKey = Annotated[
    str,
    Path(pattern=r"^[A-Za-z0-9._-]{1,80}$", description="The edition's name, or its hash"),
]
PathKey = Annotated[str, Path(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,119}$")]
TaskId = Annotated[str, Path(pattern=r"^[A-Za-z0-9._-]{1,80}$")]
LetterId = Annotated[str, Path(pattern=r"^[A-Za-z0-9-]{1,80}$")]
PathSha256 = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]


class Asked(BaseModel):
    """A body: what it does not know it refuses, so that nobody sets what is not theirs to set."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def answers(*codes: int) -> dict[int | str, dict[str, Any]]:
    """Return the problems that a route may answer with, for its description."""
    return {
        code: {"model": Problem, "content": {PROBLEM: {}}, "description": _WHY[code]}
        for code in sorted({400, 401, 403, 404, 413, 414, 422, *codes})
    }


_WHY = {
    400: "The request cannot be read",
    401: "Not logged in",
    403: "Not entitled, or asked for by a foreign page",
    404: "There is no such thing for this caller",
    409: "Not possible now, or somebody else was first",
    412: "It has changed since it was read",
    413: "The body is too large",
    414: "The address is too long",
    415: "The media type is not taken",
    422: "Understood and refused, with the reason",
    429: "Wait before trying again",
}
