"""Many letters in one file: all slips of a batch, printed at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import Field, StringConstraints

from adapters.services.letters import MOST, PDF
from adapters.web.api.kinds import Asked, answers
from adapters.web.api.letters import GIVES_PDF
from adapters.web.asking import Asking, Using
from adapters.web.files import attachment

router = APIRouter(prefix="/letters", tags=["letters"])

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,80}$")]


class Bundle(Asked):
    """Letters by their ids, in the order in which they are to be printed."""

    letters: list[Id] = Field(min_length=1, max_length=MOST)


@router.post("/bundle", response_class=Response, responses={**answers(), **GIVES_PDF})
def bundle(body: Bundle, who: Asking, services: Using) -> Response:
    """Return letters as one PDF; one that several of their dossiers share stands in it once.

    A letter for many of which the caller may read only some dossiers is an extract.
    """
    return attachment(services.letters.bundle(who, body.letters), media_type=PDF)
