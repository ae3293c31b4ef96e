"""The papers of a dossier: listed, brought and fetched."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Response, UploadFile

from adapters.services.asks import PaperGiven
from adapters.services.views import PaperSlot
from adapters.web.api.kinds import Asked, Code, PathKey, PathSha256, answers
from adapters.web.asking import Asking, Lang, Using
from adapters.web.files import ANY, attachment

router = APIRouter(prefix="/dossiers/{code}/documents", tags=["documents"])

_BYTES: dict[int | str, dict[str, Any]] = {
    200: {"content": {ANY: {"schema": {"type": "string", "format": "binary"}}}}
}


class UploadedFile(Asked):
    """A file that was kept; `attached` if it went into the draft at once."""

    sha256: str
    size: int
    media_type: str
    name: str
    attached: bool


@router.get("", responses=answers())
def papers(code: Code, who: Asking, services: Using, lang: Lang) -> list[PaperSlot]:
    """Return every kind of paper: what is needed, what is there and what is missing."""
    return list(services.dossiers.papers(who, code, lang))


@router.post("", status_code=201, responses=answers(409))
def upload(
    code: Code,
    file: Annotated[UploadFile, File(description="PDF, JPEG, PNG, .docx or .xlsx up to 20 MiB")],
    who: Asking,
    services: Using,
    document: Annotated[
        str | None,
        Form(pattern=r"^[a-z][a-z0-9_]{0,79}$", description="put it into the draft as this paper"),
    ] = None,
    signed: Annotated[bool, Form()] = False,
) -> UploadedFile:
    """Keep a file for this dossier: in a draft at once, else to be named by an act."""
    kept = services.dossiers.upload(who, code, file.file.read(), file.filename or "")
    if document is not None:
        given = PaperGiven(sha256=kept.sha256, name=kept.name, signed=signed)
        services.dossiers.put_in(who, code, document, given)
    return UploadedFile(
        sha256=kept.sha256,
        size=kept.size,
        media_type=kept.media_type,
        name=kept.name,
        attached=document is not None,
    )


@router.get("/{sha256}", response_class=Response, responses={**answers(), **_BYTES})
def fetch(code: Code, sha256: PathSha256, who: Asking, services: Using) -> Response:
    """Return a file, to be saved."""
    return attachment(services.dossiers.file(who, code, sha256))


@router.delete("/{document}/{sha256}", responses=answers(409))
def detach(
    code: Code, document: PathKey, sha256: PathSha256, who: Asking, services: Using, lang: Lang
) -> list[PaperSlot]:
    """Take a file out of a draft."""
    return list(services.dossiers.detach(who, code, document, sha256, lang).papers)
