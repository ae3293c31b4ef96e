"""How scenarios tell of councils: a session that decides a dossier, or a session's own agenda.

A scenario has one dossier. Where that is a nomination, a step `session` says what the council made
of it; where it is a session, the nominations on its agenda are names with a ballot rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from engine import agenda
from engine.ballot import BallotRule
from engine.council import Seats, seats_of
from engine.definition import SESSION, AgendaAct, Ballot, Procedure, Transition
from engine.dossier import Act, Actor, Dossier
from engine.errors import BallotInvalid, ItemsRefused, Refusal
from engine.ports import Item
from engine.text import Text

WORDS = Text("Hội đồng xét", "The council decides")


def ballot_at(procedure: Procedure, dossier: Dossier) -> Ballot | None:
    """Return the ballot that a dossier waits for, or None."""
    return agenda.ballot_of(procedure, dossier)


def decision(
    found: Ballot, dossier: Dossier, signer: str, tally: Mapping[str, Any] | None, act: str
) -> Act | Refusal:
    """Return the act by which a session moves a nomination, or why the count moves nothing.

    Args:
        signer: who signs the protocol.
        tally: what was counted; None: the item is put off.
        act: id of the act.
    """
    item = Item(dossier=dossier.id, place=1, rule=found.rule_of(dossier.data))
    if tally is None:
        item = replace(item, result=agenda.DEFER)
        trigger = found.deferred or agenda.DEFER
    else:
        heads = {key: tally.get(key, 0) for key in ("members", "present", "written")}
        try:
            (item,) = agenda.vote([item], [(dossier.id, tally)], Seats(**heads))
        except ItemsRefused as refused:
            return _of_one(refused)
        if item.result == agenda.NOT_QUORATE:
            return _inquorate(item)
        trigger = found.passed if item.result == agenda.PASS else found.failed
    return Act(
        id=act,
        trigger=trigger,
        actor=Actor(person=signer, machine=SESSION, auth="scenario"),
        ballot=agenda.said_of(item, "hoi-dong/mo-phong/000001"),
    )


def _of_one(refused: ItemsRefused) -> Refusal:
    (row,) = _rows(refused)
    return BallotInvalid(Text(row["vi"], row["en"]), field=row["field"])


def _inquorate(item: Item) -> Refusal:
    try:
        agenda.settled([item])
    except ItemsRefused as refused:
        return refused
    raise AssertionError  # pragma: no cover - an item without a quorum is never settled


def _rows(refused: ItemsRefused) -> Sequence[Mapping[str, str]]:
    rows: Any = refused.facts["items"]
    return rows  # type: ignore[no-any-return]


def way_of(procedure: Procedure, dossier: Dossier, trigger: str) -> Transition | None:
    """Return the transition on the items of a session that a trigger names here, or None."""
    for way in procedure.pulled_by(trigger):
        if way.on_items and dossier.configuration.intersection(way.sources):
            return way
    return None


def agenda_after(
    procedure: Procedure,
    way: Transition,
    dossier: Dossier,
    items: Sequence[Item],
    *,
    named: Sequence[str],
    ballots: Mapping[str, Mapping[str, object]],
    rules: Mapping[str, BallotRule],
) -> tuple[Item, ...]:
    """Return the agenda of a session as an act leaves it; `dossier` is the session afterwards.

    Raises:
        Refusal: as the engine refuses it.
    """
    match way.agenda:
        case AgendaAct.PUT:
            first = max((one.place for one in items), default=0) + 1
            return (*items, *(Item(dossier=n, place=at) for at, n in enumerate(named, first)))
        case AgendaAct.DROP:
            return agenda.drop(items, named)
        case AgendaAct.CLOSE:
            agenda.not_empty(items)
            return tuple(replace(one, rule=rules[one.dossier]) for one in items)
        case AgendaAct.VOTE:
            return agenda.vote(items, list(ballots.items()), seats_of(procedure, dossier))
        case AgendaAct.RECOUNT:
            return agenda.recount(items, seats_of(procedure, dossier))
        case AgendaAct.DEFER:
            return agenda.defer(items, named)
        case AgendaAct.RELEASE:
            return agenda.release(items)
        case _:
            agenda.settled(items)
            return tuple(items)
