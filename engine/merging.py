"""Two dossiers propose the same subject: one goes on, the other ends in it, in one commit.

What the law counts from is not lost: the one that goes on keeps both filing dates, and of the two
measured clocks the one that is due earlier. The other ends without having been resolved, so that
figures count the subject once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from engine.calendar import Calendar
from engine.changes import change_of
from engine.definition import Procedure
from engine.dossier import Act, Dossier
from engine.errors import MergeNotPossible, Refusal
from engine.facts import period_of
from engine.intake import free_texts, moment_of
from engine.judging import counts_at, judge, look_ups
from engine.legal_clock import LegalClock
from engine.levels import current
from engine.numbers import Numbers, WhoHolds
from engine.outcome import Outcome
from engine.permits import actor_data
from engine.ports import Change, Editions, Ids, Loaded
from engine.rungs import apply_due
from engine.tasks import governing
from engine.text import Text
from engine.together import Beside, changes_of
from engine.ways import ways_of

MERGED_IN = "dossier_merged_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two dossiers of one subject: the one that ends, and the one that goes on."""

    ending: Loaded
    leading: Loaded


def merge(
    act: Act,
    pair: Pair,
    *,
    editions: Editions,
    calendar: Calendar,
    ids: Ids,
    beside: Beside,
    held: WhoHolds,
) -> tuple[Change, ...]:
    """Return what ending one dossier in another writes: the ending one first, the leading one last.

    What fell due in either counts as happened first, but is written only with the act. Whether
    both are about the same subject is for the caller to say, who can compare names.

    Raises:
        Refusal: of either dossier; MergeNotPossible if the two do not belong together.
        NotCanonical: something does not fit into an event.
    """
    ending, leading = pair.ending, pair.leading
    if ending.dossier.id == leading.dossier.id:
        raise _not("Hãy chọn một hồ sơ khác.", "Choose another dossier.")
    judged = judge(
        replace(act, merging=True), ending, editions=editions, calendar=calendar, new_id=ids.uuid7
    )
    if isinstance(judged.found, Refusal):
        raise judged.found
    left = judged.rungs[-1].dossier if judged.rungs else ending.dossier
    procedure = editions.get(judged.found.dossier.edition)
    rungs = apply_due(
        procedure,
        leading.dossier,
        at=leading.now,
        until=counts_at(act, leading.now),
        calendar=calendar,
        counts=look_ups(procedure, leading),
        new_id=ids.uuid7,
    )
    kept = rungs[-1].dossier if rungs else leading.dossier
    _belong_together(procedure, left, kept)
    way = ways_of(procedure, kept, act.trigger, act.actor)[0]
    clocks = _earlier(procedure, left, kept, calendar)

    into = {"dossier": kept.id, "code": _code(kept), "stream": kept.stream}
    found = replace(judged.found, facts={**judged.found.facts, "into": into})
    numbers = Numbers(ending.registers, held)
    ended = changes_of(
        procedure,
        ending,
        (*judged.rungs, found),
        judged.opened,
        editions=editions,
        calendar=calendar,
        ids=ids,
        numbers=numbers,
        beside=beside,
    )
    told = _told(procedure, left, calendar)
    known = kept.results.get("merged", {})
    people = dict(kept.people)
    people[way.hat.role] = people.get(way.hat.role, frozenset()) | {str(act.actor.person)}
    place = sorted(kept.configuration)
    moment = moment_of(kept, act, leading.now, None)
    said = Outcome(
        before=kept,
        dossier=replace(
            kept,
            clocks=clocks,
            people=people,
            results={**kept.results, "merged": {**known, left.id: told}},
        ),
        type=MERGED_IN,
        facts={"trigger": act.trigger, "from": place, "to": place, "merged": told},
        personal=free_texts(way.transition, act),
        actor=actor_data(act.actor, way.hat),
        effective_on=moment.on,
        effective_at=None,
        act_id=act.id,
        rules={"edition": procedure.hash, "calendar": calendar.hash},
        cause=ended[0].events[-1].id,
    )
    numbers.also(leading.registers)
    own = change_of(procedure, leading, (*rungs, said), calendar=calendar, ids=ids, numbers=numbers)
    return *ended, own


def _belong_together(procedure: Procedure, left: Dossier, kept: Dossier) -> None:
    if kept.edition != left.edition:
        raise _not(
            "Hai hồ sơ theo hai phiên bản thủ tục khác nhau.",
            "The two dossiers are on different editions.",
        )
    field = procedure.award_field or ""
    if kept.data.get(field) != left.data.get(field):
        raise _not(
            "Hai hồ sơ đề nghị hai hình thức khác nhau.",
            "The two dossiers propose different awards.",
        )
    (since, until), (other_since, other_until) = (period_of(procedure, one) for one in (left, kept))
    if since and until and other_since and other_until:
        if since <= other_until and other_since <= until:
            return
        raise _not(
            "Thành tích trong hai hồ sơ thuộc hai thời gian khác nhau.",
            "The achievements of the two dossiers are of different periods.",
        )


def _earlier(
    procedure: Procedure, left: Dossier, kept: Dossier, calendar: Calendar
) -> Mapping[str, LegalClock]:
    """Return the clocks of the leading dossier, the measured one being that which is due first."""
    rule = current(procedure, left)
    due = governing(left, rule.key, calendar)[1] if rule else None
    if rule is None or due is None:
        return kept.clocks
    own = governing(kept, rule.key, calendar)[1]
    if own is None:
        raise _not(
            "Thời hạn của hồ sơ này đã chạy, của hồ sơ kia thì chưa: hãy giữ hồ sơ này và nhập hồ "
            "sơ kia vào.",
            "The limit of this dossier runs and that of the other does not: keep this one and "
            "merge the other into it.",
        )
    return kept.clocks if own <= due else {**kept.clocks, rule.key: left.clocks[rule.key]}


def _told(procedure: Procedure, left: Dossier, calendar: Calendar) -> dict[str, object]:
    """Return what the leading dossier keeps of the other: nothing personal."""
    rule = current(procedure, left)
    due_on = governing(left, rule.key, calendar)[0] if rule else None
    return {
        "dossier": left.id,
        "code": _code(left),
        "stream": left.stream,
        "owner": left.owner,
        "received_on": str(left.received_on),
        **({"due_on": due_on.isoformat()} if due_on else {}),
    }


def _code(dossier: Dossier) -> str:
    return dossier.received_code or dossier.code


def _not(vi: str, en: str) -> MergeNotPossible:
    return MergeNotPossible(Text(vi, en))
