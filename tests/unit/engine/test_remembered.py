"""What is remembered belongs to the very same objects, and does not grow without bound."""

from engine.remembered import Remembered, RememberedAlike

made: list[tuple[object, ...]] = []


def work(*things: object) -> tuple[object, ...]:
    """Return what was asked about, and take note that it was worked out."""
    made.append(things)
    return things


def test_the_same_objects_are_worked_out_once_and_equal_ones_again() -> None:
    made.clear()
    remembered = Remembered(work, 4)
    one, equal, other = [1], [1], [2]

    assert remembered(one, other) is remembered(one, other)
    assert len(made) == 1
    remembered(equal, other)
    assert len(made) == 2
    assert remembered(other, one) == (other, one)


def test_no_more_is_kept_than_is_said() -> None:
    made.clear()
    remembered = Remembered(work, 2)
    first, second, third = object(), object(), object()

    for thing in (first, second, third, third):
        remembered(thing)
    assert len(made) == 3
    assert remembered(first) == (first,)
    assert len(made) == 4


def test_equal_first_objects_are_worked_out_once_where_that_is_said() -> None:
    made.clear()
    remembered = RememberedAlike(work, 8)
    one, equal, other, as_other = ("1", "a"), tuple("1a"), [2], [2]

    assert remembered(one, other) is remembered(equal, other)
    assert len(made) == 1
    remembered(equal, as_other)
    assert len(made) == 2
