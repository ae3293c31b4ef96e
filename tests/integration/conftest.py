"""Provinces for tests of many at once, of crashes and of forgers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from adapters.cli.app import main
from tests.province import Ground, Province

KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(params=KINDS)
def any_province(
    request: pytest.FixtureRequest, ground: Ground, tmp_path: Path
) -> Iterator[Province]:
    """Give a province on each kind of database."""
    with ground.province(request.param, tmp_path / "data") as one:
        yield one


@pytest.fixture
def run() -> Callable[..., int]:
    """Run a command in this process and return its exit code."""

    def one(*arguments: str) -> int:
        with pytest.raises(SystemExit) as stopped:
            main(list(arguments))
        code = stopped.value.code
        assert isinstance(code, int)
        return code

    return one
