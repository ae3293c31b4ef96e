"""Conditions hang on what was decided to be asked, not on how somebody spelt it."""

from __future__ import annotations

from collections.abc import Iterator

from workflows.checks.asked import Asked
from workflows.compile import Parts
from workflows.findings import Finding, Severity
from workflows.vocabulary import personal_free_text


def check(parts: Parts, asked: Asked) -> Iterator[Finding]:
    """Yield conditions that read personal free text."""
    for loc, guard in parts.guards:
        for name in sorted(guard.names):
            if personal_free_text(name, parts.shape.data):
                yield parts.doc.finding(
                    "BV802",
                    loc,
                    f"Điều kiện đọc {name!r}, là chữ riêng tư do người dùng gõ; hãy dùng trường "
                    "lựa chọn, số hoặc 'filled.'.",
                    f"The condition reads {name!r}, personal text that somebody types; use a "
                    "choice, a number or 'filled.' instead.",
                    Severity.WARNING,
                )
