"""What streams told up to a point: the ground of papers that say what was true then."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Select, and_, select

from adapters.storage.schema import events, personal_values
from engine.canonical import parse_canonical

Story = list[tuple[dict[str, Any], list[tuple[str, Any]]]]
"""Events in their order, each with its opened values by path: what `engine.fold.fold` takes."""


def stories(connection: Connection, upto: Select[Any]) -> list[Story]:
    """Return what each stream told; two statements, however many streams there are.

    Args:
        upto: rows of `place`, `stream` and `seq`, the last event that is told (inclusive); the
            stories come in the order of the places.
    """
    told, e, v = upto.subquery(), events.c, personal_values.c
    streams = told.join(events, and_(e.stream == told.c.stream, e.seq <= told.c.seq))
    rows = connection.execute(
        select(told.c.place, e.id, e.body).select_from(streams).order_by(told.c.place, e.seq)
    ).all()
    opened: dict[str, list[tuple[str, Any]]] = {}
    for value in connection.execute(
        select(v.event, v.path, v.value).select_from(streams.join(personal_values, v.event == e.id))
    ):
        opened.setdefault(value.event, []).append((value.path, json.loads(value.value)))
    return [
        [(parse_canonical(bytes(row.body)), opened.get(row.id, [])) for row in story]
        for _, story in groupby(rows, key=lambda row: int(row.place))
    ]
