"""Copies of frozen values with some parts changed."""

import dataclasses
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.copying import replace
from engine.dossier import Hold, Paper
from engine.limits import Limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrow:
    """Two parts, the least that may be copied."""

    left: int
    right: str = ""


@given(
    st.builds(Paper, sha256=st.text(), size=st.integers(), media_type=st.text(), name=st.text()),
    st.dictionaries(st.sampled_from(["sha256", "name", "media_type"]), st.text()),
)
def test_a_copy_is_what_the_standard_library_makes(paper: Paper, changed: dict[str, Any]) -> None:
    kept = dataclasses.replace(paper)

    copy = replace(paper, **changed)

    assert copy == dataclasses.replace(paper, **changed)
    assert paper == kept
    assert copy is not paper


def test_a_copy_is_as_frozen_as_what_it_was_made_of() -> None:
    copy = replace(Narrow(left=1), right="r")

    assert copy == Narrow(left=1, right="r")
    with pytest.raises(dataclasses.FrozenInstanceError):
        copy.left = 2  # type: ignore[misc]


def test_a_field_that_does_not_exist_is_refused() -> None:
    hold = Hold(ground="verification", placed_on=date(2026, 10, 1))

    with pytest.raises(TypeError, match="no field 'placed'"):
        replace(hold, placed=date(2026, 10, 2))  # type: ignore[call-arg]


def test_a_class_that_checks_its_fields_is_never_copied_past_its_check() -> None:
    with pytest.raises(TypeError, match="Limit checks"):
        replace(Limit.parse("3 working days"), number=-1)
