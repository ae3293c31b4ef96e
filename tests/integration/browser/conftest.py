"""A running province for the browser: one server for all tests of a module."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import uvicorn

from tests.pages import PASSWORD, World, world

if TYPE_CHECKING:
    from playwright.sync_api import Page


@dataclass(frozen=True, slots=True)
class Site:
    """A province and the address that it is served at."""

    world: World
    address: str


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve a province on a free port of this machine."""
    with world(tmp_path_factory.mktemp("browser")) as province:
        config = uvicorn.Config(province.app, host="127.0.0.1", port=0, log_level="error")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        yield Site(province, f"http://127.0.0.1:{port}")
        server.should_exit = True
        thread.join(timeout=20)


@pytest.fixture
def enter(site: Site) -> Callable[["Page", str], None]:
    """Log a person in on a page, by the form and by the keyboard alone."""

    def one(page: "Page", login: str) -> None:
        page.goto(f"{site.address}/login")
        page.get_by_label("Tên đăng nhập").fill(login)
        page.get_by_label("Mật khẩu").fill(PASSWORD)
        page.get_by_label("Mật khẩu").press("Enter")
        page.wait_for_url(lambda url: "/login" not in url)

    return one
