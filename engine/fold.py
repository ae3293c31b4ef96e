"""Rebuilding a dossier from its trail: the test of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from engine.delta import apply
from engine.dossier import Dossier
from engine.state_json import from_json

STATE_ROOTS = ("data.", "documents.", "holds.")


def fold(events: Iterable[tuple[Mapping[str, Any], Iterable[tuple[str, object]]]]) -> Dossier:
    """Return the dossier that the events of its stream yield.

    Args:
        events: (parsed event, opened personal values as (path, value)), oldest first. At least
            one; a draft that was never submitted has no stream.
    """
    state: dict[str, Any] = {}
    version = 0
    for event, opened in events:
        kept = [(path, value) for path, value in opened if path.startswith(STATE_ROOTS)]
        apply(state, event["data"]["change"], kept)
        version = event["seq"]
    return replace(from_json(state), version=version)
