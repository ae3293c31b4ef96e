"""The square code on a letter that leads to its verification."""

from __future__ import annotations

import io

import segno


def qr_svg(content: str) -> str:
    """Return the QR code of `content` as SVG, sharp at every size, medium error correction."""
    out = io.BytesIO()
    segno.make(content, error="m", micro=False).save(
        out, kind="svg", border=2, svgclass=None, lineclass=None, xmldecl=False, dark="#000"
    )
    return out.getvalue().decode()
