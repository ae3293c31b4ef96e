"""Charts become SVG that screen readers can tell of, or a clear refusal."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from xml.etree import ElementTree

import pytest

from adapters import charts
from adapters.charts import ChartFailed, svg
from tests.definitions import small
from workflows.chart import description, dot, title

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def _fresh_program() -> Iterator[None]:
    charts._program.cache_clear()
    yield
    charts._program.cache_clear()


def test_a_chart_is_a_picture_with_a_name_and_a_description() -> None:
    procedure = small()

    drawn = svg(
        dot(procedure, "vi"),
        title=title(procedure, "vi"),
        description=description(procedure, "vi"),
    )

    root = ElementTree.fromstring(drawn)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    named = root.find(f"{SVG}title")
    told = root.find(f"{SVG}desc")
    assert named is not None
    assert told is not None
    assert named.text == "Khen thưởng (2025-01)"
    assert (named.get("id"), told.get("id")) == (
        root.get("aria-labelledby"), root.get("aria-describedby"),
    )  # fmt: skip
    assert "Đang xem" in drawn
    # Identifiers of the layout are no hints for people.
    assert len(list(root.iter(f"{SVG}title"))) == 1


def test_a_chart_needs_neither_name_nor_description() -> None:
    drawn = svg("digraph { a }")

    assert "aria-" not in drawn
    assert "<desc" not in drawn


def test_what_people_wrote_is_text_in_the_picture() -> None:
    drawn = svg('digraph { s0 [label="<script>alert(1)</script>"] }', title="<b>&")

    assert "<script" not in drawn
    assert '<title id="chart-title">&lt;b&gt;&amp;</title>' in drawn


def test_text_that_is_no_drawing_is_refused_with_the_reason() -> None:
    with pytest.raises(ChartFailed, match="syntax error"):
        svg("this is no drawing")


def test_a_drawing_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("graphviz-pure", 20)

    monkeypatch.setattr(subprocess, "run", slow)

    with pytest.raises(ChartFailed, match="20 giây"):
        svg("digraph { a }")


def test_a_program_that_cannot_be_run_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(charts, "_program", lambda: str(tmp_path / "nothing"))

    with pytest.raises(ChartFailed, match="nothing"):
        svg("digraph { a }")


def test_a_program_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(charts, "distribution", missing)

    with pytest.raises(ChartFailed, match="graphviz-pure"):
        svg("digraph { a }")


def test_a_package_without_the_program_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Empty:
        files: tuple[()] = ()

    monkeypatch.setattr(charts, "distribution", lambda _: Empty())

    with pytest.raises(ChartFailed, match="không có chương trình"):
        svg("digraph { a }")
