"""A dossier as plain JSON: what is stored, compared and folded. No value is lost on the way.

Sequences of records become objects keyed `0`, `1`, …, so that every leaf has a path of its own.
`version` and `revision` are counters of the store and stand beside this form, not in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from engine.dossier import Dossier, Hold, Paper, Task
from engine.legal_clock import LegalClock, clock_from_json, clock_to_json
from engine.remembered import Remembered, RememberedAlike

_PLAIN = (
    "id",
    "stream",
    "log",
    "code",
    "procedure",
    "edition",
    "owner",
    "holder",
    "created_by",
    "submission",
    "received_code",
    "result",
    "parent",
    "counter",
)


_NOTHING: Mapping[str, Any] = {}


def to_json(dossier: Dossier) -> dict[str, Any]:
    """Return the dossier as JSON values (dates as ISO text, instants as ISO text in UTC).

    The same dossier yields the same object, which nobody may change.
    """
    return _written(dossier)


def to_json_after(dossier: Dossier, before: Dossier, state: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `to_json` returns, at less cost where little has changed.

    Args:
        before, state: the dossier that this one was made of, and its own JSON form, from which
            the parts are taken that both dossiers share. Nobody may change it afterwards.
    """
    return _written.know(_write(dossier, before, state), dossier)


def _write(
    dossier: Dossier, before: Dossier | None = None, state: Mapping[str, Any] = _NOTHING
) -> dict[str, Any]:
    def each(part: str, write: Callable[[Any], Any]) -> dict[str, Any]:
        was, written = getattr(before, part, _NOTHING), state.get(part, _NOTHING)
        return {
            key: written[key] if key in written and was.get(key) is item else write(item)
            for key, item in getattr(dossier, part).items()
        }

    return {
        **{name: getattr(dossier, name) for name in _PLAIN},
        "place": dossier.place,
        "levels": dict(dossier.levels),
        "codes": dict(dossier.codes),
        **({"outside": sorted(dossier.outside)} if dossier.outside else {}),
        "agencies": dict(dossier.agencies),
        "received_on": _day(dossier.received_on),
        "resolved_on": _day(dossier.resolved_on),
        "configuration": sorted(dossier.configuration),
        "data": each("data", _indexed),
        "documents": each("documents", _written_papers),
        "clocks": each("clocks", _written_clock),
        "tasks": each("tasks", _written_task),
        "holds": _numbered([_record(hold) for hold in dossier.holds]),
        "history": {key: sorted(leaves) for key, leaves in dossier.history.items()},
        "pulls": dict(dossier.pulls),
        "people": {role: sorted(persons) for role, persons in dossier.people.items()},
        "results": {key: dict(value) for key, value in dossier.results.items()},
        "marks": {mark: _day(on) for mark, on in dossier.marks.items()},
    }


def from_json(stored: Mapping[str, Any]) -> Dossier:
    """Return the dossier that `to_json` wrote (version and revision 0)."""
    plain: dict[str, Any] = {name: stored.get(name) for name in _PLAIN}
    return Dossier(
        **plain,
        place=stored.get("place", 1),
        levels=stored.get("levels", {}),
        outside=frozenset(stored.get("outside", ())),
        codes=stored.get("codes", {}),
        agencies=stored.get("agencies", {}),
        received_on=_date(stored.get("received_on")),
        resolved_on=_date(stored.get("resolved_on")),
        configuration=frozenset(stored.get("configuration", ())),
        data={key: _listed(value) for key, value in stored.get("data", {}).items()},
        documents={
            key: tuple(Paper(**paper) for paper in _in_order(papers))
            for key, papers in stored.get("documents", {}).items()
        },
        clocks={
            key: _read_clock(repr(clock), clock) for key, clock in stored.get("clocks", {}).items()
        },
        tasks={key: _task(task) for key, task in stored.get("tasks", {}).items()},
        holds=tuple(_hold(hold) for hold in _in_order(stored.get("holds", {}))),
        history={key: frozenset(leaves) for key, leaves in stored.get("history", {}).items()},
        pulls=stored.get("pulls", {}),
        people={role: frozenset(who) for role, who in stored.get("people", {}).items()},
        results=stored.get("results", {}),
        marks={mark: date.fromisoformat(on) for mark, on in stored.get("marks", {}).items()},
    )


_MOST_CLOCKS = 1024
_clocks: dict[str, LegalClock] = {}


def _read_clock(written: str, stored: Mapping[str, Any]) -> LegalClock:
    """Return the clock; those that are written alike are one object, with all that follows."""
    known = _clocks.get(written)
    if known is None:
        if len(_clocks) >= _MOST_CLOCKS:
            _clocks.clear()
        known = _clocks[written] = clock_from_json({k: _listed(v) for k, v in stored.items()})
    return known


_NAMES = {kind: tuple(part.name for part in fields(kind)) for kind in (Paper, Task, Hold)}


def _record(value: Paper | Task | Hold) -> dict[str, Any]:
    found = {}
    for name in _NAMES[type(value)]:
        content = getattr(value, name)
        if content is not None:
            found[name] = content.isoformat() if isinstance(content, date) else content
    return found


def _clock(clock: LegalClock) -> dict[str, Any]:
    return {key: _indexed(value) for key, value in clock_to_json(clock).items()}


def _papers(papers: Sequence[Paper]) -> dict[str, Any]:
    return _numbered([_record(paper) for paper in papers])


def _task(stored: Mapping[str, Any]) -> Task:
    return Task(**{**stored, "opened_at": datetime.fromisoformat(stored["opened_at"])})


def _hold(stored: Mapping[str, Any]) -> Hold:
    days = {
        name: _date(stored.get(name)) for name in ("placed_on", "released_on") if name in stored
    }
    return Hold(**{**stored, **days})


def _indexed(value: Any) -> Any:
    if isinstance(value, list | tuple) and value and isinstance(value[0], dict | Mapping):
        return _numbered(value)
    return value


def _listed(value: Any) -> Any:
    if isinstance(value, dict | Mapping) and "0" in value:
        return _in_order(value)
    return value


def _numbered(items: Sequence[Any]) -> dict[str, Any]:
    return {str(index): item for index, item in enumerate(items)}


def _in_order(items: Mapping[str, Any]) -> list[Any]:
    return [items[key] for key in sorted(items, key=int)]


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _date(on: str | None) -> date | None:
    return date.fromisoformat(on) if on else None


# One act writes the dossier before and after itself, and most of its parts are the same then.
_written = Remembered(_write, 64)
_written_clock = RememberedAlike(_clock, 1024)
_written_papers = Remembered(_papers, 512)
_written_task = Remembered(_record, 512)
