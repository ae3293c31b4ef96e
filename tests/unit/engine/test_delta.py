"""An event says what changed, leaf by leaf, and keeps persons out of its open part."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.definition import Field, FieldType
from engine.delta import Delta, apply, delta, is_personal
from tests.procedures import small, text
from tests.story import changed

WHO = Field(
    key="who",
    type=FieldType.RECORDS,
    label=text("người"),
    fields={
        "party": Field(key="party", type=FieldType.PARTY, label=text("người"), personal=True),
        "stance": Field(key="stance", type=FieldType.TEXT, label=text("ý kiến")),
    },
)
PROCEDURE = changed(small(), fields={**small().fields, "who": WHO})


@pytest.mark.parametrize(
    ("path", "personal"),
    [
        ("data/nominee/name", True),
        ("data/award", False),
        ("data/tally/yes", False),
        ("data/opinions/0/agency", True),
        ("data/opinions/0/stance", False),
        ("data/opinions/0/unheard", True),
        ("data/opinions", False),
        ("data/who/0/party/name", True),
        ("data/who/0/stance", False),
        ("data/undeclared", True),
        ("documents/report/0/name", True),
        ("documents/report/0/sha256", False),
        ("holds/0/reason", True),
        ("holds/0/paper", True),
        ("holds/0/release_paper", True),
        ("holds/0/ground", False),
        ("people/specialist", False),
        ("configuration", False),
    ],
)
def test_a_leaf_is_personal_or_open_as_its_field_declares(path: str, personal: bool) -> None:
    assert is_personal(PROCEDURE, tuple(path.split("/"))) is personal


def test_a_change_names_what_is_new_what_is_other_and_what_is_gone() -> None:
    before: dict[str, Any] = {"data": {"award": "merit"}, "marks": {"overdue": "2025-11-18"}}
    after: dict[str, Any] = {
        "data": {"award": "flag", "nominee": {"name": "An"}},
        "result": "granted",
        "marks": {},
    }

    assert delta(PROCEDURE, before, after) == Delta(
        [{"path": "data/award", "value": "flag"}, {"path": "result", "value": "granted"}],
        ["marks/overdue"],
        {"data.nominee.name": "An"},
    )


def test_nothing_changed_is_an_empty_change() -> None:
    state = {"data": {"award": "merit"}}

    assert delta(PROCEDURE, state, state).as_data() == {"set": [], "drop": []}


def test_what_is_not_there_has_no_leaf_but_a_clock_says_that_it_has_not_ended() -> None:
    found = delta(PROCEDURE, {}, {"result": None, "clocks": {"resolution": {"ended": None}}})

    assert found.set == [{"path": "clocks/resolution/ended", "value": None}]


def test_a_leaf_that_is_gone_already_is_dropped_without_complaint() -> None:
    state: dict[str, Any] = {"a": {"b": 1}}
    apply(state, {"set": [], "drop": ["x/y", "a/b"]}, [])

    assert state == {}


keys = st.sampled_from(["award", "nominee", "opinions", "tally", "0", "1", "name"])
leaves = st.integers() | st.text(max_size=3) | st.lists(st.integers(), max_size=2)
trees = st.recursive(
    leaves, lambda inner: st.dictionaries(keys, inner, min_size=1, max_size=3), max_leaves=8
)
states = st.fixed_dictionaries(
    {},
    optional={
        root: st.dictionaries(keys, trees, min_size=1, max_size=3)
        for root in ("data", "documents", "holds", "tasks", "clocks")
    },
)


@given(states, states)
def test_applying_a_change_gives_what_came_after(
    before: dict[str, Any], after: dict[str, Any]
) -> None:
    found = delta(PROCEDURE, before, after)
    apply(before, found.as_data(), found.personal.items())

    assert before == after
