"""Charts as SVG: the layout is done by a separate program that gets text and gives text."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from html import escape
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from engine.errors import BangVangError

SECONDS = 20
LARGEST = 8 * 1024 * 1024


class ChartFailed(BangVangError):
    """A chart could not be drawn; the message says why."""


def svg(dot: str, *, title: str = "", description: str = "") -> str:
    """Return the drawing of `dot` as an SVG document.

    Args:
        title, description: what screen readers say instead of the picture.

    Raises:
        ChartFailed: the layout program is missing, refuses the text or takes too long.
    """
    try:
        done = subprocess.run(
            [_program(), "-Kdot", "-Tsvg"],
            input=dot.encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ChartFailed(
            f"Vẽ sơ đồ quá {SECONDS} giây nên đã dừng; sơ đồ có lẽ quá lớn."
        ) from error
    except OSError as error:
        raise ChartFailed(f"Không chạy được chương trình vẽ sơ đồ: {error}") from error
    drawn = done.stdout.decode("utf-8", "replace")
    if done.returncode != 0 or "<svg" not in drawn or len(drawn) > LARGEST:
        said = " ".join(done.stderr.decode("utf-8", "replace").split())[:300]
        raise ChartFailed(f"Không vẽ được sơ đồ: {said or 'không rõ lý do'}")
    return _accessible(drawn, title, description)


@cache
def _program() -> str:
    """Return the path of the layout program, as the installed package knows it."""
    try:
        files = distribution("graphviz-pure").files or []
    except PackageNotFoundError as error:
        raise ChartFailed("Chưa cài graphviz-pure, chương trình vẽ sơ đồ.") from error
    for file in files:
        if file.stem == "graphviz-pure" and file.suffix in ("", ".exe"):
            return str(Path(str(file.locate())).resolve())
    raise ChartFailed("Gói graphviz-pure không có chương trình vẽ sơ đồ.")


def _accessible(drawn: str, title: str, description: str) -> str:
    # The program gives each shape its identifier as a title, which browsers show as a hint.
    drawn = re.sub(r"<title>[^<]*</title>\n?", "", drawn[drawn.index("<svg") :])
    head, rest = drawn.split(">", 1)
    said = f'\n<title id="chart-title">{escape(title)}</title>' if title else ""
    said += f'\n<desc id="chart-desc">{escape(description)}</desc>' if description else ""
    named = ' aria-labelledby="chart-title"' if title else ""
    named += ' aria-describedby="chart-desc"' if description else ""
    return f'{head} role="img"{named}>{said}{rest}'
