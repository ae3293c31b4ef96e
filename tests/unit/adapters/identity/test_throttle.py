"""Guessing slows down, and every wait ends by itself."""

from hypothesis import given
from hypothesis import strategies as st

from adapters.identity.throttle import FORGOTTEN_AFTER, KEPT, Throttle


class Seconds:
    """A clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_five_failures_are_free_and_then_each_wait_doubles_up_to_five_minutes() -> None:
    seconds = Seconds()
    throttle = Throttle(seconds)

    waits = []
    for _ in range(16):
        waits.append(throttle.wait("an", "192.0.2.1"))
        seconds.now += waits[-1]
        throttle.failed("an", "192.0.2.1")

    assert waits == [0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]


def test_a_victim_at_another_address_waits_five_seconds_at_most_whatever_the_attack() -> None:
    seconds = Seconds()
    throttle = Throttle(seconds)

    for number in range(500):
        throttle.failed("an", f"192.0.2.{number}")

    assert 0 < throttle.wait("an", "198.51.100.1") <= 5
    seconds.now += 5
    assert throttle.wait("an", "198.51.100.1") == 0


def test_one_address_that_tries_many_accounts_is_slowed_down_too() -> None:
    throttle = Throttle(Seconds())

    for number in range(110):
        throttle.failed(f"login-{number}", "192.0.2.1")

    assert throttle.wait("login-never-tried", "192.0.2.1") > 0
    assert throttle.wait("login-never-tried", "192.0.2.2") == 0


def test_a_success_forgets_what_this_person_failed_here() -> None:
    throttle = Throttle(Seconds())
    for _ in range(8):
        throttle.failed("an", "192.0.2.1")

    throttle.succeeded("an", "192.0.2.1")

    assert throttle.wait("an", "192.0.2.1") == 0


def test_failures_are_forgotten_after_a_quarter_of_an_hour() -> None:
    seconds = Seconds()
    throttle = Throttle(seconds)
    for _ in range(20):
        throttle.failed("an", "192.0.2.1")

    seconds.now += FORGOTTEN_AFTER + 1

    assert throttle.wait("an", "192.0.2.1") == 0


def test_what_is_remembered_is_bounded() -> None:
    throttle = Throttle(Seconds())

    for number in range(KEPT):
        throttle.failed(f"login-{number}", f"address-{number}")

    assert len(throttle._counts) == KEPT


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.floats(0, 400)), max_size=60
    )
)
def test_no_wait_is_ever_longer_than_five_minutes(tried: list[tuple[str, str, float]]) -> None:
    seconds = Seconds()
    throttle = Throttle(seconds)

    for login, address, later in tried:
        seconds.now += later
        throttle.failed(login, address)
        assert 0 <= throttle.wait(login, address) <= 300
