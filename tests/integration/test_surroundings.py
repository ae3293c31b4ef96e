"""The database and the browser that other tests rely on are real, fresh and alone."""

from typing import TYPE_CHECKING

from sqlalchemy import create_engine, text

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.postgres import Postgres


def _create_marker(url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE marker (id integer)"))
    engine.dispose()


def _has_marker(url: str) -> bool:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.execute(text("SELECT to_regclass('marker')")).scalar_one()
    engine.dispose()
    return found is not None


def test_each_test_gets_a_postgresql_database_that_nobody_has_touched(postgres_url: str) -> None:
    assert not _has_marker(postgres_url)


def test_a_database_made_from_a_template_holds_what_the_template_holds(
    postgres: "Postgres",
) -> None:
    template = postgres.template("marker", _create_marker)

    name = postgres.create(template)

    assert _has_marker(postgres.url(name))
    postgres.drop(name)


def test_an_sqlite_database_starts_as_no_file(sqlite_url: str) -> None:
    engine = create_engine(sqlite_url)
    with engine.connect() as connection:
        tables = connection.execute(text("SELECT count(*) FROM sqlite_master")).scalar_one()
    engine.dispose()

    assert tables == 0


def test_the_browser_shows_a_page_in_vietnamese(browser_page: "Page") -> None:
    browser_page.set_content("<h1 lang=vi>Bảng vàng</h1>")

    assert browser_page.get_by_role("heading").inner_text() == "Bảng vàng"
    assert browser_page.evaluate("navigator.language") == "vi-VN"


def test_a_page_without_scripts_runs_none(browser_page_without_scripts: "Page") -> None:
    browser_page_without_scripts.set_content(
        "<h1>trước</h1><script>document.querySelector('h1').textContent = 'sau'</script>"
    )

    assert browser_page_without_scripts.get_by_role("heading").inner_text() == "trước"
