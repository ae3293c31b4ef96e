"""The square code on a letter that leads to its verification."""

from __future__ import annotations

import io

import segno

from adapters.documents.errors import LetterDataInvalid


def qr_svg(content: object) -> str:
    """Return the QR code of `content` as SVG, sharp at every size, medium error correction.

    Raises:
        LetterDataInvalid: the content is no text, or too long for any code.
    """
    if not isinstance(content, str):
        raise LetterDataInvalid("verify_url", "an address as text is expected")
    try:
        code = segno.make(content, error="m", micro=False)
    except segno.DataOverflowError as error:
        raise LetterDataInvalid("verify_url", "too long for a QR code") from error
    out = io.BytesIO()
    code.save(out, kind="svg", border=2, svgclass=None, lineclass=None, xmldecl=False, dark="#000")
    return out.getvalue().decode()
