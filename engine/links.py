"""Two dossiers, one commit: what an act opens beside its own, and what an end tells its opener.

A link is one deep. What is opened begins with an act of the system: the one that its procedure
keeps for that, which leaves the initial state. When it ends, the system pulls the transition of
the opener that awaits this result, wherever the opener stands; if nothing there awaits it (it was
withdrawn, say), the end stands alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from engine.calendar import TZ, Calendar
from engine.changes import change_of
from engine.decide import decide
from engine.definition import SYSTEM, Procedure
from engine.dormant import reachable
from engine.dossier import Act, Actor, Dossier
from engine.drafts import open_draft
from engine.errors import LinkNotPossible, NoEditionInForce, Refusal
from engine.numbers import STREAMS, Numbers
from engine.outcome import OpenOrder, Outcome
from engine.ports import Change, Editions, Ids, Link, Loaded
from engine.text import Text
from engine.trail import Head

_SYSTEM = Actor(person=None, machine=SYSTEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A dossier that an act opens, as it stands after the act of the system that begins it."""

    procedure: Procedure
    loaded: Loaded
    outcome: Outcome


def opened(
    outcome: Outcome,
    loaded: Loaded,
    *,
    editions: Editions,
    calendar: Calendar,
    counts: Callable[[Procedure, Loaded], dict[str, int]],
    new_id: Callable[[], str],
) -> tuple[Opened, ...]:
    """Return the dossiers that an act opens, in the order in which they are declared.

    The owner of each is whoever holds the opening dossier; it is opened today, on the edition in
    force today, and looks up the register for the same subject.

    Raises:
        Refusal: one of them cannot be opened; then the act is not possible either.
    """
    return tuple(
        _open(order, outcome, loaded, editions, calendar, counts, new_id) for order in outcome.opens
    )


def _open(
    order: OpenOrder,
    outcome: Outcome,
    loaded: Loaded,
    editions: Editions,
    calendar: Calendar,
    counts: Callable[[Procedure, Loaded], dict[str, int]],
    new_id: Callable[[], str],
) -> Opened:
    parent = outcome.before
    today = loaded.now.astimezone(TZ).date()
    if parent.parent is not None:
        raise LinkNotPossible(
            Text(
                "Hồ sơ này do một hồ sơ khác mở nên không mở tiếp hồ sơ liên kết.",
                "This dossier was opened by another one and opens none itself.",
            ),
            procedure=order.procedure,
        )
    procedure = editions.in_force(order.procedure, today)
    begins = procedure.opening if procedure is not None else None
    if procedure is None or begins is None:
        raise NoEditionInForce(
            Text(
                f"Không có phiên bản thủ tục {order.procedure!r} nào có hiệu lực ngày "
                f"{today:%d/%m/%Y} để mở hồ sơ liên kết.",
                f"No edition of {order.procedure!r} by which a linked dossier can be opened is in "
                f"force on {today}.",
            ),
            procedure=order.procedure,
            on=today.isoformat(),
        )
    origin = parent.log.rpartition("/")[0] or parent.log
    id = new_id()
    draft = open_draft(
        procedure,
        id=id,
        stream="",
        log=f"{origin}/{today.year}",
        code="",
        owner=parent.holder,
        levels={**parent.levels, "unit": parent.holder},
        agencies=parent.agencies,
        outside=parent.outside,
        created_by=str(outcome.actor["subject"]),
        data=order.data,
        submission=id,
    )
    draft = replace(draft, parent=parent.id)
    beside = Loaded(
        dossier=draft,
        now=loaded.now,
        head=Head(stream=""),
        awards=loaded.awards,
        used=loaded.used,
        registers=loaded.registers,
    )
    found = decide(
        procedure,
        draft,
        Act(id=new_id(), trigger=begins.trigger, actor=_SYSTEM),
        at=loaded.now,
        calendar=calendar,
        counts=counts(procedure, beside),
    )
    if isinstance(found, Refusal):
        raise found
    return Opened(procedure=procedure, loaded=beside, outcome=found)


def change_of_opened(
    one: Opened, opener: Procedure, by: Change, *, calendar: Calendar, ids: Ids, numbers: Numbers
) -> Change:
    """Return what a dossier that was opened writes, caused by the last event of its opener.

    Raises:
        NotCanonical: something does not fit into an event.
    """
    year = one.loaded.now.astimezone(TZ).year
    number = numbers.take("", STREAMS, year)
    taken = numbers.taken[-1:]
    stream, code = f"{STREAMS}/{year}/{number:06}", f"N-{year}-{number:06}"
    draft = replace(one.loaded.dossier, stream=stream, code=code)
    begun = replace(one.outcome.dossier, stream=stream, code=code)
    event = by.events[-1].id
    change = change_of(
        one.procedure,
        replace(one.loaded, dossier=draft, head=Head(stream=stream)),
        (replace(one.outcome, dossier=begun, cause=event),),
        calendar=calendar,
        ids=ids,
        numbers=numbers,
    )
    link = Link(parent=by.dossier.id, event=event, awaits=awaited(opener))
    return replace(change, numbers=(*taken, *change.numbers), link=link)


def awaited(procedure: Procedure) -> tuple[str, ...]:
    """Return the results of linked dossiers that transitions of the procedure wait for."""
    return tuple(dict.fromkeys(result for t in procedure.transitions for result in t.awaits))


def waiting_for(before: Dossier, outcomes: Sequence[Outcome]) -> str | None:
    """Return the id of the dossier that may wait for what has just ended; None: nothing ended."""
    if not outcomes or before.result is not None or outcomes[-1].dossier.result is None:
        return None
    return before.parent


def act_of_end(
    procedure: Procedure, parent: Dossier, result: str, event: str, new_id: Callable[[], str]
) -> Act | None:
    """Return the act of the system by which the opener takes a result that `event` brought about.

    None: it waits no more.
    """
    for transition in procedure.transitions:
        if result in transition.awaits and reachable(procedure, parent, transition) is not None:
            return Act(id=new_id(), trigger=transition.trigger, actor=_SYSTEM, cause=event)
    return None
