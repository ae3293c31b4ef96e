"""Every letter that a procedure issues exists and comes out in both languages."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.checks.asked import Asked
from workflows.compile import Parts
from workflows.findings import Finding, Severity, closest


def check(parts: Parts, asked: Asked) -> Iterator[Finding]:
    """Yield letters that do not exist or do not render with their sample."""
    letters = parts.shape.letters
    if not letters:
        return
    if asked.letters is not None:
        for key, letter in letters.items():
            if letter.template not in asked.letters:
                near = closest(letter.template, asked.letters)
                yield parts.doc.finding(
                    "BV601",
                    ("letters", key, "template"),
                    f"Không có mẫu văn bản {letter.template!r}.{near.vi}",
                    f"There is no letter template {letter.template!r}.{near.en}",
                )
    if asked.proof is None:
        yield parts.doc.finding(
            "BV603",
            ("letters",),
            "Chưa thử in các văn bản, vì không có bộ dựng văn bản ở đây.",
            "The letters were not tried out, since nothing renders letters here.",
            Severity.NOT_CHECKED,
        )
        return
    said: dict[str, tuple[str, ...]] = {}
    for key, letter in letters.items():
        if asked.letters is not None and letter.template not in asked.letters:
            continue
        if letter.template not in said:
            said[letter.template] = tuple(asked.proof.prove(letter.template))
        for problem in said[letter.template]:
            yield parts.doc.finding(
                "BV602",
                ("letters", key, "template"),
                f"Mẫu văn bản {letter.template!r} không in được: {problem}",
                f"The letter template {letter.template!r} does not render: {problem}",
            )
