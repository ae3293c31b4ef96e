"""Every refusal has its status, its words and nothing that JSON cannot carry."""

from collections.abc import Iterator
from datetime import date

import pytest

from adapters.web.problems import TABLE, plain, printable, told
from engine.errors import (
    BadInput,
    Conflict,
    KeyReused,
    NotEntitled,
    Refusal,
    TriggerNotAllowed,
    VersionConflict,
)
from engine.text import Text

WORDS = Text("Không được.", "No.")


def refusals(of: type[Refusal]) -> Iterator[type[Refusal]]:
    """Return a class and all that derive from it."""
    yield of
    for one in of.__subclasses__():
        yield from refusals(one)


def test_every_refusal_of_the_product_is_in_the_table() -> None:
    for kind in refusals(Refusal):
        status, code, title, detail = told(kind(WORDS), "en")
        assert 400 <= status < 500
        assert code == kind.code
        assert title
        assert detail == "No."


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotEntitled(WORDS), 403, "not_entitled"),
        (TriggerNotAllowed(WORDS), 409, "trigger_not_allowed"),
        (BadInput(WORDS), 422, "bad_input"),
        (VersionConflict("N-1"), 409, "version_conflict"),
        (KeyReused("k"), 422, "idempotency_key_reused"),
        (Conflict("x"), 409, "conflict"),
    ],
)
def test_an_error_has_one_status_and_one_code(error: Exception, status: int, code: str) -> None:
    assert told(error, "vi")[:2] == (status, code)


def test_a_conflict_is_a_failed_precondition_where_a_version_was_named() -> None:
    assert told(VersionConflict("N-1"), "vi", conditional=True)[0] == 412
    assert told(NotEntitled(WORDS), "vi", conditional=True)[0] == 403


def test_every_status_of_the_table_is_one_for_errors() -> None:
    assert all(400 <= status < 600 for status, _ in TABLE.values())


def test_facts_come_out_as_plain_json() -> None:
    facts = {
        "on": date(2025, 11, 3),
        "grounds": frozenset({"b", "a"}),
        "text": WORDS,
        "list": ("x", 1, None, True),
        "other": 1.5,
    }

    assert plain(facts) == {
        "on": "2025-11-03",
        "grounds": ["a", "b"],
        "text": {"vi": "Không được.", "en": "No."},
        "list": ["x", 1, None, True],
        "other": "1.5",
    }


def test_what_cannot_be_encoded_is_shown_as_far_as_it_can_be() -> None:
    assert printable("a\ud800b") == "a?b"
