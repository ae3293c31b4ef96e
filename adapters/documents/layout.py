"""From a static Typst layout and data to a PDF: the data never become source."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from functools import cache
from typing import Any, Final

import typst

from adapters.documents.errors import LayoutFailed
from adapters.documents.fonts import FAMILY

# PDF/A-2a: for archives, tagged for screen readers; it also makes a character that the font lacks
# an error instead of an empty box.
_STANDARD: Final = "a-2a"
_NO_DATE: Final = datetime(2000, 1, 1, tzinfo=UTC)


def to_pdf(
    key: str,
    sources: Mapping[str, bytes],
    *,
    data: Mapping[str, Any],
    sentences: Mapping[str, Any],
    lang: str,
    qr: str | None,
    made_on: str | None,
) -> bytes:
    """Set one letter and return the PDF; the same arguments give the same bytes.

    Args:
        sources: `layout.typ` and what it imports, by file name.
        qr: the QR code as SVG, if the letter has one.
        made_on: ISO date or instant whose day the PDF carries as its own (at 00:00 UTC).

    Raises:
        LayoutFailed: Typst's own words, and the character if one cannot be printed.
    """
    inputs = {
        "data": json.dumps(data, ensure_ascii=False, sort_keys=True),
        "sentences": json.dumps(sentences, ensure_ascii=False, sort_keys=True),
        "lang": lang,
        "font": FAMILY,
    }
    if qr is not None:
        inputs["qr"] = qr
    project: dict[str, bytes] = {
        "main.typ" if name == "layout.typ" else name: source for name, source in sources.items()
    }
    nowhere = _empty_folder()
    try:
        made: bytes = typst.compile(  # type: ignore[call-overload]
            project,
            root=nowhere,
            ignore_system_fonts=True,
            sys_inputs=inputs,
            pdf_standards=_STANDARD,
            package_path=nowhere,
            package_cache_path=nowhere,
            timestamp=_timestamp(made_on),
        )
    except typst.TypstError as error:
        raise LayoutFailed(key, _words_of(error)) from error
    return made


def _timestamp(made_on: str | None) -> datetime:
    if made_on is None:
        return _NO_DATE
    # 00:00 UTC is 07:00 in Vietnam: whichever of the two a reader shows, it is the same day.
    return datetime.combine(date.fromisoformat(made_on[:10]), time(), UTC)


def _words_of(error: typst.TypstError) -> str:
    return " ".join([error.message, *(f"({hint})" for hint in error.hints)])


@cache
def _empty_folder() -> str:
    # Layouts may read files under the root and load packages; here there is nothing to find.
    return tempfile.mkdtemp(prefix="bangvang-letters-")
