"""While a batch is made, nobody looks for circles; afterwards everything is as it was."""

import gc
from collections.abc import Iterator

import pytest

from engine.unhurried import Unhurried


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    gc.enable()


def test_circles_are_searched_for_again_once_the_last_has_left() -> None:
    unhurried = Unhurried()
    with unhurried():
        assert not gc.isenabled()
        with unhurried():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_whoever_fails_leaves_it_as_it_was() -> None:
    with pytest.raises(ZeroDivisionError), Unhurried()():
        raise ZeroDivisionError
    assert gc.isenabled()


def test_who_had_switched_the_search_off_finds_it_off() -> None:
    gc.disable()
    with Unhurried()():
        assert not gc.isenabled()
    assert not gc.isenabled()
