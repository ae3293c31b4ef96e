"""A council's count decides exactly as its rule says, in whole numbers."""

import re
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.ballot import BallotRule, Base, Share, Tally, count
from engine.errors import BallotInvalid, DefinitionError


def rule(
    quorum: str = "2/3 of members", passing: str = "80 % of members", **more: Any
) -> BallotRule:
    return BallotRule(
        quorum=Share.parse(quorum),
        passing=Share.parse(passing),
        written=more.pop("written", True),
        **more,
    )


def tally(**parts: Any) -> Tally:
    usual: dict[str, Any] = {
        "members": 15,
        "present": 14,
        "written": 1,
        "yes": 12,
        "no": 2,
        "blank": 1,
    }
    return Tally(**{**usual, **parts})


@pytest.mark.parametrize(
    ("written", "numerator", "denominator", "base", "strict"),
    [
        ("80 % of members", 80, 100, Base.MEMBERS, False),
        ("2/3 of present", 2, 3, Base.PRESENT, False),
        ("more than 1/2 of valid", 1, 2, Base.VALID, True),
    ],
)
def test_a_share_reads_as_it_is_written(
    written: str, numerator: int, denominator: int, base: Base, strict: bool
) -> None:
    share = Share.parse(written)

    assert share == Share(numerator, denominator, base, strict)
    assert str(share) == written


@pytest.mark.parametrize(
    "text",
    ["", "80% of members", "0 % of members", "3/2 of members", "half", "more than 100 % of valid",
     "80 % of votes", "1/0 of members", "٨ % of members and more"],
)  # fmt: skip
def test_what_is_no_share_is_refused(text: str) -> None:
    with pytest.raises(DefinitionError):
        Share.parse(text)


@given(st.integers(1, 100), st.integers(1, 100), st.booleans(), st.integers(0, 500))
def test_the_needed_votes_are_the_least_that_reach_the_share(
    part: int, whole: int, strict: bool, people: int
) -> None:
    part = min(part, whole)
    strict = strict and part < whole
    needed = Share(part, whole, Base.MEMBERS, strict).needed(people)

    def reaches(votes: int) -> bool:
        share = Fraction(part, whole) * people
        return votes > share if strict else votes >= share

    assert reaches(needed)
    assert needed == 0 or not reaches(needed - 1)


def test_twelve_of_fifteen_are_eighty_percent() -> None:
    found = count(rule(), tally())

    assert (found.passed, found.yes, found.needed, found.whole) == (True, 12, 12, 15)
    assert (found.present, found.quorum) == (14, 10)


def test_eleven_of_fifteen_are_not_eighty_percent() -> None:
    assert not count(rule(), tally(yes=11, no=3)).passed


def test_half_is_not_more_than_half() -> None:
    simple = rule(passing="more than 1/2 of present")

    assert not count(simple, tally(present=14, written=0, yes=7, no=7, blank=0)).passed
    assert count(simple, tally(present=14, written=0, yes=8, no=6, blank=0)).passed


def test_blank_votes_do_not_count_among_the_valid_ones() -> None:
    valid = rule(passing="80 % of valid")

    assert count(valid, tally(yes=8, no=2, blank=5)).needed == 8
    assert count(valid, tally(yes=8, no=2, blank=5)).passed


def test_nobody_is_elected_by_blank_votes_alone() -> None:
    valid = rule(passing="80 % of valid")

    assert not count(valid, tally(yes=0, no=0, blank=15)).passed


def test_a_written_vote_is_a_vote_but_nobody_present() -> None:
    with pytest.raises(BallotInvalid, match="không đủ") as refused:
        count(rule(), tally(present=9, written=6))

    assert refused.value.facts == {"field": "present", "present": 9, "needed": 10}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"yes": -1, "no": 15}, "yes"),
        ({"members": 0, "present": 0, "written": 0, "yes": 0, "no": 0, "blank": 0}, "members"),
        ({"present": 15, "written": 1, "yes": 13}, "present"),
        ({"yes": 13}, "yes"),
        ({"no": 1}, "yes"),
    ],
)
def test_a_tally_that_does_not_add_up_is_refused(wrong: dict[str, int], field: str) -> None:
    with pytest.raises(BallotInvalid) as refused:
        count(rule(), tally(**wrong))

    assert refused.value.facts["field"] == field
    assert re.search(r"\w", refused.value.text.en)


def test_written_votes_are_refused_where_the_rule_takes_none() -> None:
    with pytest.raises(BallotInvalid) as refused:
        count(rule(written=False), tally())

    assert refused.value.facts["field"] == "written"
    assert count(rule(written=False), tally(written=0, blank=0)).passed


@given(
    st.tuples(*[st.integers(0, 12)] * 4),
    st.integers(0, 12),
    st.booleans(),
    st.sampled_from(list(Base)),
    st.sampled_from(list(Base)),
)
def test_a_count_either_refuses_or_says_what_the_votes_say(
    votes: tuple[int, int, int, int], absent: int, written: bool, quorum: Base, base: Base
) -> None:
    yes, no, blank, by_letter = votes
    heads = yes + no + blank
    by_letter = min(by_letter, heads) if written else 0
    told = Tally(
        members=heads + absent, present=heads - by_letter, written=by_letter,
        yes=yes, no=no, blank=blank,
    )  # fmt: skip
    ruled = BallotRule(quorum=Share(1, 2, quorum), passing=Share(2, 3, base), written=written)
    try:
        found = count(ruled, told)
    except BallotInvalid:
        assert told.members == 0 or told.present < ruled.quorum.needed(told.members)
        return
    assert found.passed == (yes > 0 and 3 * yes >= 2 * found.whole)
