"""A province behind the API that is a test's alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.calling import Story
from tests.pages import World, world


@pytest.fixture
def province(tmp_path: Path) -> Iterator[World]:
    """Give a province that is this test's alone."""
    with world(tmp_path) as made:
        yield made


@pytest.fixture
def story(province: World) -> Story:
    """Tell a nomination's story in that province."""
    return Story(province)
