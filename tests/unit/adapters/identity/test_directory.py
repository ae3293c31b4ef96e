"""In which organisations a role counts, for small trees and for any tree."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.identity.directory import Organisation, RoleHeld, Tree


def organisation(id: str, parent: str | None = None, **more: object) -> Organisation:
    """Return an organisation of a unit's level unless said otherwise."""
    values: dict[str, object] = {"name_vi": id.upper(), "name_en": "", "level": "unit", **more}
    return Organisation(id=id, parent=parent, **values)  # type: ignore[arg-type]


PROVINCE = Tree.of(
    [
        organisation("centre", level="centre", external=True),
        organisation("province", "centre", level="province", name_en="Province"),
        organisation("home_affairs", "province", level="province", part_of="province"),
        organisation("awards_office", "home_affairs", level="province", part_of="home_affairs"),
        organisation("commune", "province", level="commune"),
        organisation("school", "commune"),
        organisation("college", "province"),
    ]
)


@pytest.mark.parametrize(
    ("org", "sees", "covered"),
    [
        ("school", "own", {"school"}),
        ("province", "own", {"province"}),
        ("home_affairs", "own", {"home_affairs", "province"}),
        ("awards_office", "own", {"awards_office", "home_affairs"}),
        ("commune", "subtree", {"commune", "school"}),
        (
            "province",
            "subtree",
            {"province", "home_affairs", "awards_office", "commune", "school", "college"},
        ),
        ("nowhere", "subtree", set()),
    ],
)
def test_a_role_counts_where_it_is_held_and_below_only_if_it_says_so(
    org: str, sees: str, covered: set[str]
) -> None:
    assert PROVINCE.covers(org, sees) == covered


def test_a_department_with_sight_of_the_subtree_sees_what_its_organisation_does() -> None:
    assert PROVINCE.covers("home_affairs", "subtree") == PROVINCE.covers("province", "subtree")


def test_the_levels_above_a_unit_are_its_own_line_without_departments() -> None:
    assert PROVINCE.levels("school") == {
        "unit": "school",
        "commune": "commune",
        "province": "province",
        "centre": "centre",
    }
    assert PROVINCE.levels("home_affairs") == {"province": "province", "centre": "centre"}
    assert PROVINCE.levels("nowhere") == {}


def test_a_name_is_given_in_the_language_asked_for_where_there_is_one() -> None:
    assert PROVINCE.name("province", "en") == "Province"
    assert PROVINCE.name("school", "en") == "SCHOOL"
    assert PROVINCE.name("gone", "vi") == "gone"


@given(
    parents=st.lists(st.integers(0, 9) | st.none(), min_size=10, max_size=10),
    parts=st.lists(st.integers(0, 9) | st.none(), min_size=10, max_size=10),
    sees=st.sampled_from(["own", "subtree"]),
)
def test_in_any_tree_even_one_with_circles_a_grant_ends_and_covers_its_own_place(
    parents: list[int | None], parts: list[int | None], sees: str
) -> None:
    tree = Tree.of(
        organisation(
            str(n),
            None if parent is None else str(parent),
            part_of=None if part is None else str(part),
        )
        for n, (parent, part) in enumerate(zip(parents, parts, strict=True))
    )

    for org in tree.organisations:
        covered = tree.covers(org, sees)
        assert org in covered
        assert tree.covers(org, "own") <= covered <= tree.organisations.keys()
        assert set(tree.levels(org).values()) <= tree.organisations.keys()


def test_a_role_is_held_from_its_first_day_to_its_last_both_included() -> None:
    held = RoleHeld(
        role="head",
        org="school",
        sees="own",
        from_on=date(2025, 3, 1),
        until_on=date(2025, 3, 31),
    )

    days = [date(2025, 2, 28), date(2025, 3, 1), date(2025, 3, 31), date(2025, 4, 1)]

    assert [held.on(day) for day in days] == [False, True, True, False]
    forever = RoleHeld(role="head", org="school", sees="own", from_on=date(2025, 3, 1))
    assert forever.on(date(2099, 1, 1))
    assert PROVINCE.grant(held).covers == frozenset({"school"})


def test_an_organisation_that_is_external_lies_outside() -> None:
    tree = Tree.of(
        [
            Organisation(id="bnv", name_vi="Bộ", name_en="", level="centre", external=True),
            Organisation(id="t", name_vi="Tỉnh", name_en="", level="province", parent="bnv"),
        ]
    )

    assert tree.outside(tree.levels("t").values()) == {"bnv"}
    assert tree.outside(["nowhere"]) == frozenset()
