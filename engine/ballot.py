"""What a council's count means: quorate or not, passed or not, in whole numbers only."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from engine.errors import BallotInvalid, DefinitionError
from engine.text import Text


class Base(StrEnum):
    """Of what a share is taken."""

    MEMBERS = "members"
    PRESENT = "present"
    VALID = "valid"


_SHARE = re.compile(
    r"(?P<strict>more than )?(?:(?P<num>\d{1,4})/(?P<den>\d{1,4})|(?P<percent>\d{1,3}) %)"
    r" of (?P<base>members|present|valid)"
)


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a number of people, such as `80 % of members` or `more than 1/2 of present`."""

    numerator: int
    denominator: int
    base: Base
    strict: bool = False

    def __post_init__(self) -> None:
        """Refuse shares of nothing and shares above the whole."""
        if not 0 < self.numerator <= self.denominator:
            raise DefinitionError(
                f"A share must lie above 0 and not above the whole; {self} does not."
            )
        if self.strict and self.numerator == self.denominator:
            raise DefinitionError(f"Nobody can reach {self}: it asks for more than all.")

    @classmethod
    def parse(cls, text: str) -> Share:
        """Read `80 % of members`, `2/3 of members`, `more than 1/2 of valid`.

        Raises:
            DefinitionError: the text is no such share.
        """
        found = _SHARE.fullmatch(text.strip())
        if found is None:
            raise DefinitionError(
                f"{text!r} is no share: write e.g. '80 % of members' or 'more than 1/2 of present'."
            )
        percent = found["percent"]
        return cls(
            int(percent or found["num"]),
            100 if percent else int(found["den"]),
            Base(found["base"]),
            found["strict"] is not None,
        )

    def needed(self, whole: int) -> int:
        """Return the smallest whole number that reaches this share of `whole`."""
        product = self.numerator * whole
        return product // self.denominator + 1 if self.strict else -(-product // self.denominator)

    def __str__(self) -> str:
        """Write the share as `parse` reads it."""
        more = "more than " if self.strict else ""
        if self.denominator == 100:
            return f"{more}{self.numerator} % of {self.base}"
        return f"{more}{self.numerator}/{self.denominator} of {self.base}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotRule:
    """How a council decides: who must be there, how many must agree, whether absentees write.

    Attributes:
        written: members who are absent may vote in writing; their votes stand in yes and no.
        minutes: no ballot is cast: the minutes suffice, and with them a recorded consensus.
        recused_out: who is recused is not counted among the members of whom a share is taken.
        source: key of the legal source, or None.
        unverified: the figures wait for an administrator's confirmation.
    """

    quorum: Share
    passing: Share
    written: bool
    source: str | None = None
    unverified: bool = False
    minutes: bool = False
    recused_out: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The count of one ballot: heads first, votes second. All are whole numbers from 0.

    Attributes:
        present, written: who took part in this ballot.
        recused: members who stood aside from it; they are neither present nor in writing.
        consensus: nobody counted; the minutes say that all who took part agreed.
    """

    members: int
    present: int
    written: int
    yes: int
    no: int
    blank: int
    recused: int = 0
    consensus: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class BallotResult:
    """What a tally means under a rule; only quorate ballots have a result."""

    passed: bool
    yes: int
    needed: int
    whole: int
    present: int
    quorum: int


def count(rule: BallotRule, tally: Tally) -> BallotResult:
    """Return what `tally` means under `rule`.

    The quorum counts those present only; written votes count in yes and no.

    Raises:
        BallotInvalid: the tally does not add up, or the council was not quorate.
    """
    check(rule, tally)
    quorum = rule.quorum.needed(_whole(rule, rule.quorum.base, tally))
    if tally.present < quorum:
        raise BallotInvalid(
            Text(
                f"Hội đồng không đủ số thành viên dự họp: có mặt {tally.present}, cần {quorum}.",
                f"The council is not quorate: {tally.present} present, {quorum} needed.",
            ),
            field="present",
            present=tally.present,
            needed=quorum,
        )
    whole = _whole(rule, rule.passing.base, tally)
    needed = rule.passing.needed(whole)
    return BallotResult(
        passed=tally.yes >= needed and tally.yes > 0,
        yes=tally.yes,
        needed=needed,
        whole=whole,
        present=tally.present,
        quorum=quorum,
    )


def _whole(rule: BallotRule, base: Base, tally: Tally) -> int:
    match base:
        case Base.MEMBERS:
            return tally.members - (tally.recused if rule.recused_out else 0)
        case Base.PRESENT:
            return tally.present
        case _:
            return tally.yes + tally.no


def check(rule: BallotRule, tally: Tally) -> None:
    """Refuse a tally that does not add up; whether the council is quorate is not asked.

    Raises:
        BallotInvalid: with the first part that is wrong.
    """
    problem = next(iter(_sums(rule, tally)), None)
    if problem is not None:
        field, text = problem
        raise BallotInvalid(text, field=field)


def _sums(rule: BallotRule, tally: Tally) -> list[tuple[str, Text]]:
    problems: list[tuple[str, Text]] = []
    for name in ("members", "present", "written", "yes", "no", "blank", "recused"):
        if getattr(tally, name) < 0:
            problems.append(
                (name, Text(f"Số {name} không được âm.", f"{name} must not be negative."))
            )
    if tally.members < 1:
        problems.append(
            ("members", Text("Hội đồng phải có thành viên.", "A council must have members."))
        )
    if tally.written and not rule.written:
        problems.append(
            (
                "written",
                Text(
                    "Quy tắc bỏ phiếu này không nhận ý kiến bằng văn bản của người vắng mặt.",
                    "This ballot takes no written votes of absent members.",
                ),
            )
        )
    heads = tally.present + tally.written
    if heads + tally.recused > tally.members:
        problems.append(
            (
                "present",
                Text(
                    f"Có mặt, gửi văn bản và không tham gia là {heads + tally.recused}, nhiều hơn "
                    f"{tally.members} thành viên.",
                    f"{heads + tally.recused} present, in writing or recused, more than the "
                    f"{tally.members} members.",
                ),
            )
        )
    votes = tally.yes + tally.no + tally.blank
    if votes != heads:
        problems.append(
            (
                "yes",
                Text(
                    f"Đồng ý + không đồng ý + phiếu trắng là {votes}, nhưng có {heads} người "
                    "bỏ phiếu.",
                    f"Yes + no + blank is {votes}, but {heads} people voted.",
                ),
            )
        )
    if tally.consensus and not rule.minutes:
        problems.append(
            (
                "consensus",
                Text(
                    "Mục này phải bỏ phiếu, không chỉ ghi nhất trí vào biên bản.",
                    "This item needs a ballot; a consensus in the minutes is not enough.",
                ),
            )
        )
    if tally.consensus and tally.yes != heads:
        problems.append(
            (
                "yes",
                Text(
                    "Đã ghi nhất trí thì mọi người tham gia đều đồng ý.",
                    "Where there is consensus, all who took part agree.",
                ),
            )
        )
    return problems


def rule_json(rule: BallotRule) -> dict[str, object]:
    """Return the rule as plain values, the shares as `Share.parse` reads them."""
    return {
        "quorum": str(rule.quorum),
        "pass": str(rule.passing),
        "written": rule.written,
        "source": rule.source,
        "unverified": rule.unverified,
        "minutes": rule.minutes,
        "recused_out": rule.recused_out,
    }


def rule_from_json(kept: Mapping[str, Any]) -> BallotRule:
    """Return the rule that `rule_json` wrote."""
    return BallotRule(
        quorum=Share.parse(kept["quorum"]),
        passing=Share.parse(kept["pass"]),
        written=kept["written"],
        source=kept["source"],
        unverified=kept["unverified"],
        minutes=kept["minutes"],
        recused_out=kept["recused_out"],
    )
