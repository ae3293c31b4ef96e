"""What a file is, by its first bytes; what its name says is for people only."""

from __future__ import annotations

import unicodedata
import zipfile
from io import BytesIO
from urllib.parse import quote

from adapters.services.errors import FileRefused
from engine.text import Text

LARGEST_FILE = 20 * 1024 * 1024
LONGEST_NAME = 120

PDF = "application/pdf"
JPEG = "image/jpeg"
PNG = "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

ENDINGS = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png", DOCX: ".docx", XLSX: ".xlsx"}

_MAGIC = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG))
_OFFICE = (("word/document.xml", DOCX), ("xl/workbook.xml", XLSX))


def media_type_of(content: bytes) -> str:
    """Return the media type of a file that is taken: PDF, JPEG, PNG, .docx or .xlsx.

    Raises:
        FileRefused: empty, larger than 20 MiB, or of another kind.
    """
    if not content:
        raise FileRefused(Text("Tệp rỗng.", "The file is empty."), reason="empty")
    if len(content) > LARGEST_FILE:
        raise FileRefused(
            Text("Tệp lớn hơn 20 MiB.", "The file is larger than 20 MiB."), reason="too_large"
        )
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    office = _office(content) if content.startswith(b"PK\x03\x04") else None
    if office is None:
        raise FileRefused(
            Text(
                "Chỉ nhận tệp PDF, JPEG, PNG, DOCX hoặc XLSX (xét theo nội dung tệp).",
                "Only PDF, JPEG, PNG, DOCX and XLSX are taken (judged by content).",
            ),
            reason="unknown_kind",
        )
    return office


def safe_name(name: str, media_type: str) -> str:
    """Return a name without folders, controls and invisible characters, ending as its kind does.

    >>> safe_name("../../báo cáo.exe", "application/pdf")
    'báo cáo.exe.pdf'
    """
    plain = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in plain if unicodedata.category(c)[0] != "C" and c not in '"<>|:*?')
    kept = kept.strip(" .") or "tep"
    ending = ENDINGS.get(media_type, "")
    if ending and not kept.lower().endswith(ending):
        kept += ending
    return kept if len(kept) <= LONGEST_NAME else kept[: LONGEST_NAME - len(ending)] + ending


def disposition(name: str, *, inline: bool = False) -> str:
    """Return a Content-Disposition that no name can break out of (RFC 6266).

    >>> disposition("báo cáo.pdf")
    'attachment; filename="bao cao.pdf"; filename*=UTF-8\\'\\'b%C3%A1o%20c%C3%A1o.pdf'
    """
    folded = unicodedata.normalize("NFD", name.replace("đ", "d").replace("Đ", "D"))
    plain = "".join(c for c in folded if c.isascii() and (c.isalnum() or c in " ._-"))
    kind = "inline" if inline else "attachment"
    return f"{kind}; filename=\"{plain or 'tep'}\"; filename*=UTF-8''{quote(name, safe='')}"


def _office(content: bytes) -> str | None:
    # Only the directory is read: nothing is unpacked, so nothing can be blown up.
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return None
    if "[Content_Types].xml" not in names or any("vbaProject" in name for name in names):
        return None
    return next((kind for part, kind in _OFFICE if part in names), None)
