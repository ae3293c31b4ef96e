"""A province behind the API that is a test's alone, copied from one made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.calling import Story, copied_world
from tests.pages import World, world


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Found a province and close it; return its folder."""
    folder = tmp_path_factory.mktemp("founded")
    with world(folder):
        pass
    return folder


@pytest.fixture
def province(founded: Path, tmp_path: Path) -> Iterator[World]:
    """Give a province that is this test's alone."""
    with copied_world(founded, tmp_path) as made:
        yield made


@pytest.fixture
def story(province: World) -> Story:
    """Tell a nomination's story in that province."""
    return Story(province)
