from engine.remembered import Remembered


def test_the_same_objects_are_worked_out_once_and_equal_ones_again() -> None:
    made: list[tuple[object, ...]] = []
    remembered = Remembered(lambda *things: made.append(things) or len(made), 4)
    one, equal, other = [1], [1], [2]

    assert [remembered(one, other), remembered(one, other)] == [1, 1]
    assert remembered(equal, other) == 2
    assert remembered(other, one) == 3


def test_no_more_is_kept_than_is_said() -> None:
    made: list[object] = []
    remembered = Remembered(lambda thing: made.append(thing) or thing, 2)
    things = [object() for _ in range(3)]

    assert [remembered(thing) for thing in [*things, things[2]]] == [*things, things[2]]
    assert len(made) == 3
    assert remembered(things[0]) is things[0]
    assert len(made) == 4
