"""The items of a council session: put on its agenda, frozen at the cut-off, counted, settled.

An item is voted on under the ballot rule of its own dossier's own edition, frozen when the agenda
is closed. Everything here is all or nothing: what refuses is named, item by item.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine import ballot, merkle
from engine.answers import etag
from engine.ballot import BallotResult, BallotRule, Tally
from engine.calendar import Calendar
from engine.canonical import write
from engine.copying import replace
from engine.council import Seats
from engine.definition import Ballot, Procedure
from engine.dossier import Dossier
from engine.envelope import leaf_hash
from engine.errors import BadInput, BallotInvalid, DossierOnHold, ItemsRefused, Refusal
from engine.ports import Editions, Item, Loaded
from engine.text import Text

PASS, FAIL, DEFER, NOT_QUORATE = "pass", "fail", "defer", "not_quorate"
MOST_ITEMS = 2_000
PARTS = {
    "members": Text("Số thành viên", "Members"),
    "present": Text("Có mặt", "Present"),
    "written": Text("Văn bản", "Written"),
    "yes": Text("Đồng ý", "Yes"),
    "no": Text("Không", "No"),
    "blank": Text("Trắng", "Blank"),
    "recused": Text("Không tham gia", "Recused"),
}
COUNTED = tuple(PARTS)
GREATEST_COUNT = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemProblem:
    """Why one item refuses.

    Attributes:
        dossier: id; empty: there is no such dossier.
        place: number of the item on the agenda; 0: it is not on it.
        field: the part of a tally that is wrong, or empty.
    """

    dossier: str
    place: int
    code: str
    text: Text
    field: str = ""


class Problems:
    """Gathers what is wrong with items; either nothing is, or all of it is told at once."""

    def __init__(self) -> None:
        """Begin with nothing wrong."""
        self._found: list[ItemProblem] = []

    def add(self, dossier: str, place: int, code: str, text: Text, field: str = "") -> None:
        """Note what is wrong with one item."""
        self._found.append(
            ItemProblem(dossier=dossier, place=place, code=code, text=text, field=field)
        )

    def refusal(self, dossier: str, place: int, refusal: Refusal) -> None:
        """Note a refusal in its own words."""
        self.add(dossier, place, refusal.code, refusal.text, str(refusal.facts.get("field", "")))

    def settle(self, way_out: Text | None = None) -> None:
        """Refuse if anything is wrong; `way_out` tells what to do about it.

        Raises:
            ItemsRefused: names each item and its reason.
        """
        if not self._found:
            return
        count = len(self._found)
        first = self._found[0]
        further = Text(f" {way_out.vi}", f" {way_out.en}") if way_out else Text("", "")
        raise ItemsRefused(
            Text(
                f"{count} mục bị từ chối, chưa ghi gì. {_named(first).vi}{further.vi}",
                f"{count} items refuse and nothing was written. {_named(first).en}{further.en}",
            ),
            items=[
                {
                    "dossier": one.dossier,
                    "place": one.place,
                    "code": one.code,
                    "field": one.field,
                    "vi": one.text.vi,
                    "en": one.text.en,
                }
                for one in self._found
            ],
        )


def _named(problem: ItemProblem) -> Text:
    if not problem.place:
        return problem.text
    return Text(
        f"Mục {problem.place}: {problem.text.vi}", f"Item {problem.place}: {problem.text.en}"
    )


_UNKNOWN = Text("Không tìm thấy hồ sơ.", "There is no such dossier.")
_TWICE = Text("Hồ sơ được nêu hai lần.", "The dossier is named twice.")
_ON_IT = Text(
    "Hồ sơ đã có trong chương trình của phiên này.", "The dossier is on this agenda already."
)
_ELSEWHERE = Text(
    "Hồ sơ đang ở chương trình của một phiên họp khác chưa kết thúc.",
    "The dossier is on the agenda of another session that is still open.",
)
_NOT_ON_IT = Text(
    "Hồ sơ không có trong chương trình của phiên này.", "The dossier is not on this agenda."
)
_NOT_HERE = Text(
    "Hồ sơ không ở cơ quan của Hội đồng này.",
    "The dossier is not with this council's organisation.",
)
_NOT_FOR_COUNCIL = Text(
    "Hồ sơ không ở bước chờ Hội đồng xét.", "The dossier is not waiting for a council."
)
_CHANGED = Text(
    "Hồ sơ đã thay đổi sau khi chốt chương trình.",
    "The dossier has changed since the agenda was closed.",
)
_PUT_OFF = Text("Mục này đã hoãn xét.", "This item has been put off.")
_NO_RESULT = Text("Mục này chưa có kết quả.", "This item has no result yet.")
PUT_THEM_OFF = Text(
    "Thư ký “Hoãn xét” những mục chưa giải quyết được, rồi ký lại.",
    "The secretary puts off the items that cannot be settled; then all sign again.",
)
_INQUORATE = Text(
    "Mục này không đủ số thành viên dự họp nên không có kết quả.",
    "The council was not quorate on this item, so it has no result.",
)


def ballot_of(procedure: Procedure, dossier: Dossier) -> Ballot | None:
    """Return the ballot of the state in which a dossier stands; None: it waits for no council."""
    states = (procedure.states[leaf] for leaf in sorted(dossier.configuration))
    return next((state.ballot for state in states if state.ballot is not None), None)


def put(
    items: Sequence[Item],
    wanted: Sequence[tuple[str, Loaded | None]],
    session: Dossier,
    elsewhere: frozenset[str],
    editions: Editions,
) -> tuple[Item, ...]:
    """Return the agenda with more dossiers at its end, in the order in which they are named.

    Raises:
        ItemsRefused: some do not wait for this council, are on an agenda already, or are unknown.
        BadInput: none or too many are named.
    """
    _some(wanted)
    if len(items) + len(wanted) > MOST_ITEMS:
        raise BadInput(
            Text(
                f"Một phiên họp xét tối đa {MOST_ITEMS} hồ sơ.",
                f"A session takes {MOST_ITEMS} dossiers at most.",
            ),
            field="dossiers",
        )
    problems = Problems()
    held = {one.dossier for one in items}
    added: list[Item] = []
    place = max((one.place for one in items), default=0)
    for ref, loaded in wanted:
        if loaded is None:
            problems.add(ref, 0, "unknown", _UNKNOWN)
            continue
        dossier = loaded.dossier
        wrong = _unfit(dossier, session, editions)
        if dossier.id in held:
            wrong = ("already_on_agenda", _ON_IT)
        elif dossier.id in elsewhere:
            wrong = ("on_another_agenda", _ELSEWHERE)
        elif any(one.dossier == dossier.id for one in added):
            wrong = ("named_twice", _TWICE)
        if wrong is not None:
            problems.add(dossier.id, 0, *wrong)
            continue
        place += 1
        added.append(Item(dossier=dossier.id, place=place))
    problems.settle()
    return (*items, *added)


def _unfit(dossier: Dossier, session: Dossier, editions: Editions) -> tuple[str, Text] | None:
    if dossier.holder != session.holder:
        return "not_with_this_council", _NOT_HERE
    if not dossier.version or ballot_of(editions.get(dossier.edition), dossier) is None:
        return "not_on_agenda", _NOT_FOR_COUNCIL
    return None


def drop(items: Sequence[Item], wanted: Sequence[str]) -> tuple[Item, ...]:
    """Return the agenda without these dossiers; the others keep their numbers.

    Raises:
        ItemsRefused: some are not on it.
    """
    _named_items(items, wanted)
    return tuple(one for one in items if one.dossier not in wanted)


def close(
    items: Sequence[Item],
    loaded: Mapping[str, Loaded],
    session: Dossier,
    editions: Editions,
    calendar: Calendar,
) -> tuple[Item, ...]:
    """Return the agenda with each item frozen: edition, version, and the rule it is voted under.

    Raises:
        ItemsRefused: some dossiers do not wait for this council any more, or are on hold.
        BadInput: there is nothing on the agenda.
    """
    not_empty(items)
    problems = Problems()
    frozen = []
    for one in items:
        dossier = loaded[one.dossier].dossier
        wrong = _unfit(dossier, session, editions)
        if wrong is not None:
            problems.add(one.dossier, one.place, *wrong)
            continue
        if dossier.on_hold:
            problems.add(
                one.dossier,
                one.place,
                DossierOnHold.code,
                Text("Hồ sơ đang tạm dừng để xác minh.", "The dossier is on hold."),
            )
            continue
        found = ballot_of(editions.get(dossier.edition), dossier)
        assert found is not None
        frozen.append(
            replace(
                one,
                edition=dossier.edition,
                version=dossier.version,
                seen=etag(dossier, calendar),
                rule=found.rule_of(dossier.data),
            )
        )
    problems.settle()
    return tuple(frozen)


def not_empty(items: Sequence[Item]) -> None:
    """Refuse an agenda on which nothing stands.

    Raises:
        BadInput: there is nothing.
    """
    if not items:
        raise BadInput(
            Text("Chương trình chưa có hồ sơ nào.", "The agenda is empty."), field="dossiers"
        )


def vote(
    items: Sequence[Item], ballots: Sequence[tuple[str, Mapping[str, object]]], seats: Seats
) -> tuple[Item, ...]:
    """Return the agenda with these counts and what they mean; a later count replaces an earlier.

    What a count leaves out is what follows: all members, all who came, all of them in favour but
    those who are told otherwise.

    Raises:
        ItemsRefused: a count does not add up, exceeds the council or those who came, or belongs to
            no open item.
        BadInput: there is none.
    """
    _some(ballots)
    problems = Problems()
    known = {one.dossier: one for one in items}
    seen: set[str] = set()
    for ref, given in ballots:
        item = known.get(ref)
        if item is None:
            problems.add(ref, 0, "not_on_this_agenda", _NOT_ON_IT)
            continue
        if ref in seen:
            problems.add(ref, item.place, "named_twice", _TWICE)
            continue
        seen.add(ref)
        if item.result == DEFER:
            problems.add(ref, item.place, "item_deferred", _PUT_OFF)
            continue
        try:
            known[ref] = _counted(item, given, seats)
        except Refusal as refusal:
            problems.refusal(ref, item.place, refusal)
    problems.settle()
    return tuple(known[one.dossier] for one in items)


def recount(items: Sequence[Item], seats: Seats) -> tuple[Item, ...]:
    """Return the agenda after the attendance was corrected; what was counted must fit it.

    Raises:
        ItemsRefused: counts that exceed those who came; whoever corrects the attendance corrects
            them first.
    """
    counted = [(one.dossier, tally_json(one.tally)) for one in items if one.tally is not None]
    return vote(items, counted, seats) if counted else tuple(items)


def _counted(item: Item, given: Mapping[str, object], seats: Seats) -> Item:
    rule = item.rule
    assert rule is not None
    tally = _tally(given, rule, seats)
    if tally.members != seats.members:
        raise _impossible(
            "members",
            f"Hội đồng có {seats.members} thành viên, không phải {tally.members}.",
            f"The council has {seats.members} members, not {tally.members}.",
        )
    if tally.present > seats.present or tally.written > seats.written:
        field = "present" if tally.present > seats.present else "written"
        raise _impossible(
            field,
            f"Phiên họp có {seats.present} thành viên dự, {seats.written} gửi ý kiến bằng văn "
            "bản; mục này ghi nhiều hơn.",
            f"{seats.present} members came and {seats.written} wrote; this item says more.",
        )
    ballot.check(rule, tally)
    counted = result_of(rule, tally)
    if counted is None:
        return replace(item, tally=tally, result=NOT_QUORATE)
    return replace(item, tally=tally, result=PASS if counted.passed else FAIL)


def result_of(rule: BallotRule, tally: Tally) -> BallotResult | None:
    """Return what a sound tally means; None: the council was not quorate."""
    try:
        return ballot.count(rule, tally)
    except BallotInvalid:
        return None


def _tally(given: Mapping[str, object], rule: BallotRule, seats: Seats) -> Tally:
    unknown = [key for key in given if key not in (*COUNTED, "consensus")]
    if unknown:
        raise _impossible(
            unknown[0],
            f"Kết quả kiểm phiếu không có mục {unknown[0]!r}.",
            f"A count has no part {unknown[0]!r}.",
        )
    consensus: Any = given.get("consensus", False)
    if type(consensus) is not bool:
        raise _impossible(
            "consensus", "“Nhất trí” phải là có hoặc không.", "Consensus must be yes or no."
        )
    told = {key: _whole(key, given[key]) for key in COUNTED if given.get(key) is not None}
    recused = told.get("recused", 0)
    present = told.get("present", max(seats.present - recused, 0))
    written = told.get("written", seats.written if rule.written else 0)
    no, blank = told.get("no", 0), told.get("blank", 0)
    return Tally(
        members=told.get("members", seats.members),
        present=present,
        written=written,
        yes=told.get("yes", present + written - no - blank),
        no=no,
        blank=blank,
        recused=recused,
        consensus=consensus,
    )


def _whole(key: str, value: Any) -> int:
    if type(value) is not int or not 0 <= value <= GREATEST_COUNT:
        raise _impossible(
            key,
            f"“{PARTS[key].vi}” phải là số nguyên không âm.",
            f"“{PARTS[key].en}” must be a whole number from 0.",
        )
    return value


def _impossible(field: str, vi: str, en: str) -> BallotInvalid:
    return BallotInvalid(Text(vi, en), field=field)


def defer(items: Sequence[Item], wanted: Sequence[str]) -> tuple[Item, ...]:
    """Return the agenda with these items put off, whatever was counted on them.

    Raises:
        ItemsRefused: some are not on it.
        BadInput: none is named.
    """
    _named_items(items, wanted)
    return tuple(
        replace(one, result=DEFER, tally=None) if one.dossier in wanted else one for one in items
    )


def settled(items: Sequence[Item]) -> None:
    """Refuse while an item has no result.

    Raises:
        ItemsRefused: names them.
    """
    problems = Problems()
    for one in items:
        if one.result == NOT_QUORATE:
            problems.add(one.dossier, one.place, "not_quorate", _INQUORATE)
        elif not one.result:
            problems.add(one.dossier, one.place, "no_result", _NO_RESULT)
    problems.settle(PUT_THEM_OFF)


def release(items: Sequence[Item]) -> tuple[Item, ...]:
    """Return the agenda with nothing open on it any more."""
    return tuple(replace(one, open=False) for one in items)


def changed_since_the_cut_off(item: Item, dossier: Dossier, calendar: Calendar) -> Text | None:
    """Return what to say if a dossier is not what was frozen; None if it is."""
    return None if etag(dossier, calendar) == item.seen else _CHANGED


def item_json(item: Item) -> dict[str, object]:
    """Return what a leaf of the agenda's tree says of an item; nothing personal."""
    tally = item.tally
    return {
        "dossier": item.dossier,
        "place": item.place,
        "edition": item.edition,
        "version": item.version,
        "rule": ballot.rule_json(item.rule) if item.rule else None,
        "tally": tally_json(tally) if tally else None,
        "result": item.result,
    }


def tally_json(tally: Tally) -> dict[str, object]:
    """Return a tally as plain values."""
    return {**{key: getattr(tally, key) for key in COUNTED}, "consensus": tally.consensus}


def said_of(item: Item, session: str) -> dict[str, object]:
    """Return what the trail of a dossier keeps of its item: the leaf, and what it means.

    Args:
        session: stream of the session.
    """
    result: dict[str, object] = {"passed": item.result == PASS}
    counted = result_of(item.rule, item.tally) if item.rule and item.tally else None
    if counted is not None:
        result |= {
            "yes": counted.yes,
            "needed": counted.needed,
            "whole": counted.whole,
            "present": counted.present,
            "quorum": counted.quorum,
        }
    return {"session": session, "item": item_json(item), "result": result}


def facts_of(items: Iterable[Item]) -> dict[str, object]:
    """Return what an event of the session holds of its items: counts, and the root over them."""
    held = list(items)
    results = [one.result for one in held]
    return {
        "count": len(held),
        "root": merkle.root([leaf_hash(write(item_json(one))) for one in held]).hex(),
        "passed": results.count(PASS),
        "failed": results.count(FAIL),
        "deferred": results.count(DEFER),
    }


def _some(given: Sequence[object]) -> None:
    if not given:
        raise BadInput(Text("Hãy chọn ít nhất một hồ sơ.", "Name a dossier."), field="dossiers")


def _named_items(items: Sequence[Item], wanted: Sequence[str]) -> None:
    _some(wanted)
    problems = Problems()
    known = {one.dossier for one in items}
    for ref in wanted:
        if ref not in known:
            problems.add(ref, 0, "not_on_this_agenda", _NOT_ON_IT)
    problems.settle()
