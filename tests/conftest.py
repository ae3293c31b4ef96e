"""What every test may ask for: a database of its own, a browser, a pace for Hypothesis."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.configuration import set_hypothesis_home_dir

from tests.browser import FLAGS, chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.postgres import Postgres
    from tests.province import Ground

ROOT = Path(__file__).resolve().parent.parent
CACHE = Path(os.environ.get("BANGVANG_TEST_CACHE") or ROOT / ".cache")

# The same examples in every run, so that what fails once fails always; `explore` looks for others.
set_hypothesis_home_dir(CACHE / "hypothesis")
settings.register_profile("quick", max_examples=20, deadline=None, derandomize=True)
settings.register_profile(
    "ci",
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],  # two shared cores are slow now and then
)
settings.register_profile("explore", max_examples=2000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or "quick")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test by what it needs, so that it can be chosen or left out."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if "chromium_browser" in fixtures:
            item.add_marker(pytest.mark.browser)
        if "postgres" in fixtures:
            item.add_marker(pytest.mark.postgres)


@pytest.fixture(scope="session")
def postgres() -> Iterator["Postgres"]:
    """Give the PostgreSQL server that all processes of this run share."""
    from tests.postgres import Postgres

    server = Postgres(CACHE / "postgres")
    yield server
    server.close()


@pytest.fixture
def postgres_url(postgres: "Postgres") -> Iterator[str]:
    """Give the URL of an empty PostgreSQL database that is this test's alone."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(scope="session")
def ground(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> "Ground":
    """Give the databases of the province that stories copy; made once per process."""
    from tests.province import Ground

    return Ground(tmp_path_factory.mktemp("province"), lambda: request.getfixturevalue("postgres"))


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """Give the URL of an SQLite file that does not exist yet."""
    return f"sqlite:///{tmp_path / 'bangvang.sqlite'}"


@pytest.fixture(scope="session")
def chromium_browser() -> Iterator["Browser"]:
    """Give one running Chromium to all browser tests of this process."""
    executable = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def browser_page(chromium_browser: "Browser") -> Iterator["Page"]:
    """Give an empty page of a fresh visitor who reads Vietnamese."""
    with chromium_browser.new_context(locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh") as context:
        yield context.new_page()


@pytest.fixture
def browser_page_without_scripts(chromium_browser: "Browser") -> Iterator["Page"]:
    """Give an empty page of a fresh visitor whose browser runs no JavaScript."""
    with chromium_browser.new_context(
        locale="vi-VN", timezone_id="Asia/Ho_Chi_Minh", java_script_enabled=False
    ) as context:
        yield context.new_page()
