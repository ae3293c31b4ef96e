"""`bangvang metrics` counts the whole database, for programs and for people."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.cli import app
from adapters.cli.metrics import as_text
from adapters.services.figure_views import CountsView, FiguresView, GroupView, SpreadView
from tests.calling import Story
from tests.pages import world

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Leave a database behind in which one nomination is decided and one open."""
    place = tmp_path_factory.mktemp("metrics")
    with world(place) as made:
        story = Story(made)
        story.decided()
        story.done("an", story.draft(), "submit")
    return place


@pytest.fixture
def run(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Give the command on that database: exit code, output, errors."""
    monkeypatch.setenv("BANGVANG_DATA", str(folder))
    monkeypatch.delenv("BANGVANG_DATABASE", raising=False)

    def _run(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            app.main(["metrics", *arguments])
        assert isinstance(stopped.value.code, int)
        said = capsys.readouterr()
        return stopped.value.code, said.out, said.err

    return _run


def test_programs_get_both_counts_under_the_agreed_keys(run: Run) -> None:
    code, out, _ = run("--json")
    told = json.loads(out)

    assert code == 0
    for counts in (told, told["submissions"]):
        numbers = [counts[k] for k in ("early", "on_time", "late", "open", "overdue_open")]
        assert numbers == [1, 0, 0, 1, 0]
        assert counts["margin"] == {"p10": 18, "p50": 18, "p90": 18}
    assert [one["key"] for one in told["procedures"]] == ["provincial-award"]


def test_people_get_words_in_both_languages(run: Run) -> None:
    _, vi, _ = run()
    _, en, _ = run("--lang", "en")

    assert "Đối tượng:\n  sớm hạn 1 (100,0 %), đúng hạn 0 (0,0 %), trễ hạn 0 (0,0 %)" in vi
    assert "đang giải quyết 1, trong đó quá hạn 0" in vi
    assert "chênh lệch, ngày làm việc: p10 18, p50 18, p90 18" in vi
    assert "Submissions:\n  early 1 (100.0 %), on time 0 (0.0 %), late 0 (0.0 %)" in en


@pytest.mark.parametrize(
    ("arguments", "early"),
    [
        (["--from", "2025-11-12", "--until", "2025-11-12"], 1),
        (["--from", "2025-11-13"], 0),
        (["--procedure", "another"], 0),
        (["--org", "truong"], 1),
        (["--edition", "2026-10"], 0),
    ],
)
def test_the_figures_are_narrowed(run: Run, arguments: list[str], early: int) -> None:
    _, out, _ = run("--json", *arguments)

    assert json.loads(out)["early"] == early


def test_a_period_that_ends_before_it_begins_is_refused(run: Run) -> None:
    code, out, err = run("--from", "2025-12-02", "--until", "2025-12-01")

    assert (code, out) == (1, "")
    assert "Ngày kết thúc kỳ" in err


def test_where_there_is_no_database_it_says_so_and_makes_none(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANGVANG_DATA", str(tmp_path))
    code, _, err = run("--json")

    assert code == 1
    assert "Không có cơ sở dữ liệu" in err
    assert list(tmp_path.iterdir()) == []


def test_negative_margins_and_limits_in_hours_stand_apart() -> None:
    whole: dict[str, Any] = {
        "early": 0,
        "on_time": 1,
        "late": 2,
        "open": 0,
        "overdue_open": 0,
        "margin": SpreadView(p10=-7, p50=-2, p90=0),
        "margin_minutes": SpreadView(p10=-30, p50=-30, p90=59),
        "elapsed_days": 12.5,
    }
    counts = CountsView(**whole)
    group = GroupView(key="x", label="Cấp lại", subjects=counts, submissions=counts)
    found = FiguresView(
        **whole,
        submissions=counts,
        procedures=[group],
        editions=[],
        organisations=[],
        months=[],
    )

    text = as_text(found, "vi")
    assert "chênh lệch, ngày làm việc: p10 -7, p50 -2, p90 0" in text
    assert "chênh lệch, phút làm việc: p10 -30, p50 -30, p90 59" in text
    assert "trễ hạn 2 (66,7 %)" in text
    assert text.count("Cấp lại:") == 1
