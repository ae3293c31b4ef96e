"""A council: one chair, members with a vote, and nobody from outside."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from engine.council import Seats, check_council, seats_of
from engine.definition import CouncilRule, Procedure
from engine.dossier import Dossier
from engine.errors import BadInput, DefinitionError
from tests.procedures import small
from tests.story import Story

MEMBERS = [
    {"name": "A", "capacity": "chair"},
    {"name": "B", "capacity": "member"},
    {"name": "C", "capacity": "non_voting"},
]


def council() -> Procedure:
    fields = {key: replace(small().fields["tally"], key=key) for key in ("members", "came")}
    rule = CouncilRule(electorate="members", attendance="came")
    return small(fields={**small().fields, **fields}, council=rule)


def session(came: list[dict[str, Any]], members: Any = MEMBERS) -> Dossier:
    return replace(Story().dossier, data={"members": members, "came": came})


def test_guests_have_a_seat_and_no_vote() -> None:
    came = [{"member": at, "how": how} for at, how in ((1, "present"), (2, "written"))]
    guest = {"member": 3, "how": "present"}

    check_council(council(), session([*came, guest]))

    assert seats_of(council(), session([*came, guest])) == Seats(members=2, present=1, written=1)
    assert seats_of(small(), session([])) == Seats(members=0, present=0, written=0)


@pytest.mark.parametrize(
    ("came", "field"),
    [
        ([{"member": 4, "how": "present"}], "came.0.member"),
        ([{"member": 0, "how": "present"}], "came.0.member"),
        ([{"member": 1, "how": "present"}, {"member": 1, "how": "written"}], "came.1.member"),
        ([{"member": 3, "how": "written"}], "came.0.member"),
    ],
)
def test_whoever_does_not_belong_to_it_is_named(came: list[dict[str, Any]], field: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_council(council(), session(came))

    assert refused.value.facts == {"field": field}


@pytest.mark.parametrize(
    "came",
    [[], [{"member": 2, "how": "written"}], [{"member": 3, "how": "present"}]],
)
def test_a_council_where_nobody_with_a_vote_is_present_does_not_sit(
    came: list[dict[str, Any]],
) -> None:
    with pytest.raises(BadInput, match="không họp") as refused:
        check_council(council(), session(came))

    assert refused.value.facts == {"field": "came"}


@pytest.mark.parametrize("members", [MEMBERS[1:], [*MEMBERS, MEMBERS[0]]])
def test_a_council_has_one_chair(members: Any) -> None:
    with pytest.raises(BadInput, match="chủ tịch"):
        check_council(council(), session([], members))


def test_a_council_rests_on_fields_that_are_declared() -> None:
    with pytest.raises(DefinitionError, match="the council"):
        small(council=CouncilRule(electorate="nobody", attendance="tally"))
