"""One call from data to a letter: `render_letter`.

The data of every letter have this shape. Values are text, whole numbers, booleans, lists and
mappings; dates are ISO text (`2025-08-20`), instants ISO text with zone; any text may instead be a
pair `{vi, en}`. Absent values are left out of the letter; those that its `letter.yaml` lists under
`required` (and, outside drafts, `required_when_issued`) must be there.

    letter        number, register ("QĐ-UBND"), issued_on, place, signer_name, signer_title,
                  signer_mode ("KT. CHỦ TỊCH", "TM. ỦY BAN NHÂN DÂN"), recipients: [text]
    organisation  parent, name, unit (the one-stop unit), address, phone
    dossier       code, procedure_title, received_on, complete_on, due_on (dates or instants),
                  due_text ("25 ngày làm việc"), sets, return_at (where the result is handed over)
    submitter     name, unit, address, phone, email
    subjects      [{no, name, birth_year, unit, award, award_label, achievement, bonus}], those of
                  one award together; bonus in đồng
    bonus         base, base_deed (the base salary that counts), total: whole đồng
    extract       of (rows of the whole list), awards: [labels]: some rows of a letter for many
    documents     [{label, copies, kind}]
    items         [text]: what must be supplemented, or the grounds of a refusal one by one
    reason        text
    result        "award" or "no_award" (notice)
    decision      number, signed_on, authority, title, grounds: [text], executors: [text],
                  verb ("tặng danh hiệu", "công nhận danh hiệu"; "tặng" when absent; Vietnamese)
    verify_url    what the QR code leads to
"""

from __future__ import annotations

import atexit
import hashlib
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from adapters.documents.data import plain_data, require, with_derived
from adapters.documents.errors import LetterFilesInvalid
from adapters.documents.files import (
    LANGUAGES,
    LetterTemplate,
    file_of,
    letter_bytes,
    letter_hash,
    read_yaml,
)
from adapters.documents.layout import to_pdf
from adapters.documents.qr import qr_svg
from adapters.documents.sentences import SentenceRenderer

__all__ = ["LetterTemplate", "Rendered", "letter_bytes", "letter_hash", "render_letter"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A letter as it was set: the PDF, its SHA-256 in hex and the number of its pages."""

    pdf: bytes
    sha256: str
    pages: int


def render_letter(
    key: str,
    data: Mapping[str, Any],
    *,
    lang: str = "vi",
    files: Mapping[str, bytes] | None = None,
    draft: bool = False,
) -> Rendered:
    """Set the letter `key` with `data`; the same files and data give the same bytes.

    Args:
        lang: `vi`, or `en` for a translation that says that it is one.
        files: the frozen files of an edition; the catalogue's when absent.
        draft: with the watermark DỰ THẢO and without a number.

    Raises:
        UnknownLetter, LetterFilesInvalid, LetterDataMissing, LetterDataInvalid, SentenceError,
        LayoutFailed: see `adapters.documents.errors`; nothing is written in any case.
    """
    if lang not in LANGUAGES:
        raise LetterFilesInvalid(key, f"there are no sentences in {lang!r}, only in vi and en")
    files = letter_bytes(key) if files is None else files
    described = read_yaml("letter.yaml", file_of(files, "letter.yaml"))
    plain = plain_data(data, lang)
    required = [*described.get("required", [])]
    if not draft:
        required += described.get("required_when_issued", [])
    require(key, plain, required)
    full = with_derived(plain, draft=draft)
    pdf = to_pdf(
        key,
        {name: source for name, source in files.items() if name.endswith(".typ")},
        data=full,
        sentences=_sentences(files, full, lang),
        lang=lang,
        qr=qr_svg(full["verify_url"]) if "verify_url" in full else None,
        made_on=full["letter"].get("issued_on") or full["dossier"].get("received_on"),
    )
    return Rendered(pdf=pdf, sha256=hashlib.sha256(pdf).hexdigest(), pages=_pages(pdf))


def _sentences(files: Mapping[str, bytes], data: Mapping[str, Any], lang: str) -> dict[str, Any]:
    rendered: dict[str, Any] = {}
    for name in (f"common.{lang}.yaml", f"sentences.{lang}.yaml"):
        templates = read_yaml(name, file_of(files, name))
        for sentence, source in templates.items():
            parts = source if isinstance(source, list) else [source]
            if not all(isinstance(part, str) for part in parts):
                raise LetterFilesInvalid(name, f"{sentence!r} is neither text nor a list of texts")
        rendered |= _renderer().render(templates, data, lang, file=name)
    return rendered


def _renderer() -> SentenceRenderer:
    # A forked worker must not speak through the pipes of its parent.
    return _renderer_of(os.getpid())


@cache
def _renderer_of(_: int) -> SentenceRenderer:
    renderer = SentenceRenderer()
    atexit.register(renderer.close)
    return renderer


def _pages(pdf: bytes) -> int:
    # Typst writes its page tree uncompressed; the root holds the largest count.
    return max(int(count) for count in re.findall(rb"/Type/Pages/Count (\d+)", pdf))
