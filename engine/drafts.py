"""A draft binds nobody: it is checked against the edition in force on the day it is received."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from engine.definition import Procedure
from engine.dossier import Dossier
from engine.errors import BadInput, NoEditionInForce
from engine.inputs import taken
from engine.places import entered
from engine.ports import Editions
from engine.text import Text


def open_draft(
    procedure: Procedure,
    *,
    id: str,
    stream: str,
    log: str,
    code: str,
    owner: str,
    levels: Mapping[str, str],
    created_by: str,
    data: Mapping[str, object],
    submission: str = "",
    agencies: Mapping[str, str] | None = None,
    counter: str | None = None,
    outside: frozenset[str] = frozenset(),
    today: date | None = None,
) -> Dossier:
    """Return a new dossier in its initial state, held by its owner. Drafts may be incomplete.

    `counter` is the organisation at whose counter it is opened for the owner; those `outside` keep
    no dossiers here.

    Raises:
        BadInput: a value is of a wrong kind, or no draft field.
    """
    draft = Dossier(
        id=id,
        stream=stream,
        log=log,
        code=code,
        procedure=procedure.key,
        edition=procedure.hash,
        owner=owner,
        holder=owner,
        levels=levels,
        agencies=agencies or {},
        created_by=created_by,
        submission=submission,
        counter=counter,
        outside=outside,
        configuration=entered(procedure, procedure.initial.path),
    )
    return replace(draft, data=draft_data(procedure, data, today=today))


def draft_data(
    procedure: Procedure, data: Mapping[str, object], *, today: date | None = None
) -> dict[str, object]:
    """Return the data of a draft as it is kept; fields that later acts fill are not a draft's.

    `today`: see `engine.inputs.taken`.

    Raises:
        BadInput: a value is of a wrong kind, or no draft field.
    """
    return _taken(procedure, data, draft_fields(procedure), today)


def draft_fields(procedure: Procedure) -> tuple[str, ...]:
    """Return the fields that a draft may fill: those that no later act asks for."""
    later = {
        key
        for t in procedure.transitions
        if procedure.initial.path not in t.sources
        for key in (*t.asks, *t.appends)
    }
    return tuple(key for key in procedure.fields if key not in later)


def bound(
    procedure: Procedure, dossier: Dossier, on: date, editions: Editions
) -> tuple[Procedure, Dossier]:
    """Return the edition in force on the day of receipt, and the dossier on it.

    Raises:
        NoEditionInForce: none binds on that day, or the dossier does not fit the one that does.
        BadInput: the dossier's data does not fit it.
    """
    binding = editions.in_force(procedure.key, on)
    if binding is None:
        raise NoEditionInForce(
            Text(
                f"Không có phiên bản thủ tục nào có hiệu lực ngày {on:%d/%m/%Y}.",
                f"No edition of the procedure is in force on {on}.",
            ),
            procedure=procedure.key,
            on=on.isoformat(),
        )
    if binding.hash == procedure.hash:
        return procedure, dossier
    unknown = sorted(dossier.documents.keys() - binding.documents.keys())
    if unknown:
        raise NoEditionInForce(
            Text(
                f"Phiên bản {binding.edition} không nhận giấy tờ: {', '.join(unknown)}.",
                f"Edition {binding.edition} takes no such papers: {', '.join(unknown)}.",
            ),
            documents=unknown,
        )
    if dossier.configuration == entered(procedure, procedure.initial.path):
        place = entered(binding, binding.initial.path)
        data = draft_data(binding, dossier.data)
    else:
        place = _same_place(binding, dossier)
        data = _taken(binding, dossier.data, tuple(binding.fields))
    return binding, replace(dossier, edition=binding.hash, data=data, configuration=place)


def _same_place(binding: Procedure, dossier: Dossier) -> frozenset[str]:
    gone = sorted(
        leaf
        for leaf in dossier.configuration
        if leaf not in binding.states or binding.states[leaf].composite
    )
    if gone:
        raise NoEditionInForce(
            Text(
                f"Phiên bản {binding.edition} không có trạng thái: {', '.join(gone)}.",
                f"Edition {binding.edition} has no such state: {', '.join(gone)}.",
            ),
            states=gone,
        )
    return dossier.configuration


def _taken(
    procedure: Procedure,
    data: Mapping[str, object],
    allowed: tuple[str, ...],
    today: date | None = None,
) -> dict[str, object]:
    kept = {}
    for key, value in data.items():
        if key not in allowed:
            raise unknown_field(key)
        found = taken(procedure.fields[key], value, today=today)
        if found is not None:
            kept[key] = found
    return kept


def unknown_field(key: str) -> BadInput:
    """Return the refusal for data that nobody asked for here."""
    return BadInput(
        Text(f"Không có mục dữ liệu {key!r} ở đây.", f"There is no data field {key!r} here."),
        field=key,
    )
