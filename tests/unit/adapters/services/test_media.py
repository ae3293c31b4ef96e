"""What a file is, and what it may be called."""

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.services.errors import FileRefused
from adapters.services.media import (
    DOCX,
    JPEG,
    LARGEST_FILE,
    LONGEST_NAME,
    PDF,
    PNG,
    XLSX,
    disposition,
    media_type_of,
    safe_name,
)


def office(*names: str) -> bytes:
    """Return a zip archive with these members."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n", PDF),
        (b"\xff\xd8\xff\xe0", JPEG),
        (b"\x89PNG\r\n\x1a\n", PNG),
        (office("[Content_Types].xml", "word/document.xml"), DOCX),
        (office("[Content_Types].xml", "xl/workbook.xml"), XLSX),
    ],
)
def test_a_file_is_what_its_first_bytes_say(content: bytes, kind: str) -> None:
    assert media_type_of(content) == kind


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"%PDF-" + b"x" * LARGEST_FILE, "too_large"),
        (b"<html>", "unknown_kind"),
        (b"MZ\x90", "unknown_kind"),
        (b"GIF89a", "unknown_kind"),
        (b"PK\x03\x04 and then nothing", "unknown_kind"),
        (office("evil.exe"), "unknown_kind"),
        (office("word/document.xml"), "unknown_kind"),
        (
            office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
            "unknown_kind",
        ),
    ],
)
def test_other_files_are_refused_with_the_reason(content: bytes, reason: str) -> None:
    with pytest.raises(FileRefused) as refused:
        media_type_of(content)

    assert refused.value.facts == {"reason": reason}


@given(st.text(max_size=300))
def test_no_name_leads_anywhere_or_breaks_a_header(name: str) -> None:
    kept = safe_name(name, PDF)
    header = disposition(kept)

    assert 0 < len(kept) <= LONGEST_NAME
    assert not set('/\\"\0\r\n') & set(kept)
    assert kept.lower().endswith(".pdf")
    assert header.isascii()
    assert header.isprintable()
    assert header.count('"') == 2


def test_a_name_that_pretends_by_turning_the_writing_round_is_shown_as_it_is() -> None:
    assert safe_name("bao\u202efdp.exe", PDF) == "baofdp.exe.pdf"
