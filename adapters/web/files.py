"""Files on their way out: never shown inside our pages, never guessed at by the browser."""

from __future__ import annotations

from starlette.responses import Response

from adapters.services.media import disposition
from adapters.services.views import File

ANY = "application/octet-stream"
ALONE = "default-src 'none'; sandbox"


def attachment(file: File, *, media_type: str = ANY, inline: bool = False) -> Response:
    """Return a file to be saved; `inline` only for what this product made itself."""
    return Response(
        file.content,
        media_type=media_type,
        headers={
            "Content-Disposition": disposition(file.name, inline=inline),
            "Content-Security-Policy": ALONE,
            "Cache-Control": "private, no-store",
        },
    )
