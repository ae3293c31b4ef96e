"""The page of figures: charts with words, the same numbers beside them, and one's own alone."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.calling import Story
from tests.pages import World, world


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give a province with one nomination decided and one open; nobody changes it."""
    with world(tmp_path_factory.mktemp("figures")) as made:
        story = Story(made)
        story.decided()
        story.done("an", story.draft(), "submit")
        yield made


def rows(html: str, heading: str) -> list[list[str]]:
    """Return the cells of the table in the section of a heading, its head left out."""
    section = html.partition(f'id="{heading}"')[2].partition("</section>")[0]
    body = section.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd]\b.*?</t[hd]>", row, re.S)]
        for row in body.split("</tr>")[:-1]
    ]


def test_both_counts_stand_side_by_side_with_margin_and_share(busy: World) -> None:
    visitor = busy.visitor("chi")
    visitor.get("/figures")

    numbers = ["1", "0", "0", "100,0 %", "1", "0", "+18 · +18 · +18", "7,0"]
    assert rows(visitor.html, "whole") == [["Đối tượng", *numbers], ["Hồ sơ trình", *numbers]]


def test_figures_stand_by_procedure_organisation_month_and_edition(busy: World) -> None:
    visitor = busy.visitor("chi", lang="en")
    visitor.get("/figures?counted=submissions")

    numbers = ["1", "0", "0", "100.0 %", "1", "0", "+18 · +18 · +18", "7.0"]
    assert rows(visitor.html, "by-organisation") == [
        ["Provincial People&#39;s Committee", *numbers]
    ]
    assert [row[1:] for row in rows(visitor.html, "by-procedure")] == [numbers]
    assert rows(visitor.html, "by-month") == [["11/2025", *numbers[:4], "–", "–", *numbers[6:]]]
    assert rows(visitor.html, "by-edition")[0][0].endswith("(2025-07)")


def test_a_chart_says_in_words_what_it_shows_and_runs_no_script(busy: World) -> None:
    visitor = busy.visitor("chi")
    visitor.get("/figures")

    charts = re.findall(r"<svg class=\"stacks\".*?</svg>", visitor.html, re.S)
    assert len(charts) == 4
    assert '<title id="procedure-title">Theo thủ tục</title>' in charts[0]
    assert "Sớm hạn 1." in charts[0]
    assert 'aria-labelledby="procedure-title procedure-desc"' in charts[0]
    assert "<script" not in visitor.html


def test_figures_are_narrowed_by_the_form(busy: World) -> None:
    visitor = busy.visitor("chi")
    visitor.get("/figures?first=13/11/2025")
    assert [row[1] for row in rows(visitor.html, "whole")] == ["0", "0"]
    assert "Giải quyết trong kỳ 13/11/2025" in visitor.text

    visitor.get("/figures?procedure=another")
    assert "Chưa có hồ sơ nào để tính" in visitor.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("first=31/02/2025", "Phải là ngày có thật"),
        ("first=02/12/2025&last=01/12/2025", "Ngày kết thúc kỳ phải từ ngày bắt đầu"),
    ],
)
def test_a_period_that_cannot_be_meant_is_told_at_its_input(
    busy: World, query: str, said: str
) -> None:
    visitor = busy.visitor("chi")
    visitor.get(f"/figures?{query}")

    assert visitor.status == 422
    assert said in visitor.text
    assert 'aria-invalid="true"' in visitor.html


def test_a_limit_that_has_passed_is_marked(tmp_path: Path) -> None:
    with world(tmp_path) as place:
        story = Story(place)
        story.reviewing()
        story.at("2025-12-09T00:00")
        visitor = place.visitor("chi")

        visitor.get("/figures")

    assert rows(visitor.html, "whole")[0][5:7] == ["1", "1"]
    assert '<span class="badge bad">1</span>' in visitor.html


def test_each_sees_figures_of_their_own_alone(busy: World) -> None:
    stranger = busy.visitor("la")
    stranger.get("/figures")
    assert "Chưa có hồ sơ nào để tính" in stranger.text
    assert "Sở Nội vụ" not in stranger.html

    assert "/figures" in busy.visitor("kiem").get("/audit")
    assert 'href="/figures"' not in busy.visitor("quan").get("/users")
