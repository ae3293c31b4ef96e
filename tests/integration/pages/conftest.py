"""One province for all tests of a module: each opens dossiers of its own in it."""

from collections.abc import Iterator

import pytest

from tests.pages import World, world


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Give a province on the morning of Monday 3 November 2025."""
    with world(tmp_path_factory.mktemp("pages")) as one:
        yield one
