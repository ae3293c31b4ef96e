"""What one act changed, leaf by leaf: the part that everybody may read, and the personal part.

An event holds the change, not the dossier: applying the changes of a stream one after the other,
with the opened personal values, gives the dossier as it is stored.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.definition import FieldType, Procedure

Path = tuple[str, ...]

_PERSONAL_ANYWHERE = {
    "documents": {"name"},
    "holds": {"reason", "paper", "release_paper"},
}


@dataclass(frozen=True, slots=True)
class Delta:
    """The difference of two states.

    Attributes:
        set: {"path": "a/b/c", "value": …} for each public leaf that is new or other than before.
        drop: paths, as above, of leaves that are gone.
        personal: dotted path to value, for each personal leaf that is new or other than before.
    """

    set: list[dict[str, object]]
    drop: list[str]
    personal: dict[str, object]

    def as_data(self) -> dict[str, object]:
        """Return the public part as it stands in an event."""
        return {"set": self.set, "drop": self.drop}


def delta(procedure: Procedure, before: Mapping[str, Any], after: Mapping[str, Any]) -> Delta:
    """Return what turns `before` into `after`; both as `state_json.to_json` writes them."""
    only_before, only_after = _differing(before, after)
    old: dict[Path, Any] = {}
    new: dict[Path, Any] = {}
    _leaves(only_before, (), old)
    _leaves(only_after, (), new)
    changed = sorted(path for path in new if path not in old or old[path] != new[path])
    hidden = {path for path in changed if is_personal(procedure, path)}
    return Delta(
        [{"path": "/".join(path), "value": new[path]} for path in changed if path not in hidden],
        sorted("/".join(path) for path in old if path not in new),
        {".".join(path): new[path] for path in sorted(hidden)},
    )


def is_personal(procedure: Procedure, path: Path) -> bool:
    """Say whether the leaf may only enter the trail as a commitment."""
    if path[0] == "data":
        field = procedure.fields.get(path[1])
        if field is None:
            # A value that the edition does not declare is nobody's to publish.
            return True
        if field.type is FieldType.RECORDS and len(path) >= 4:
            part = field.fields.get(path[3])
            return part is None or part.personal
        return field.personal
    return path[-1] in _PERSONAL_ANYWHERE.get(path[0], ())


def apply(
    state: dict[str, Any], change: Mapping[str, Any], personal: Iterable[tuple[str, object]]
) -> None:
    """Apply one change to a state in JSON form, in place."""
    for path in change["drop"]:
        _remove(state, path.split("/"))
    for leaf in change["set"]:
        _put(state, leaf["path"].split("/"), leaf["value"])
    for dotted, value in personal:
        _put(state, dotted.split("."), value)


def _differing(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return both without what is the same in them: most of a dossier, whatever is done to it."""
    old: dict[str, Any] = {key: value for key, value in before.items() if key not in after}
    new: dict[str, Any] = {}
    for key, value in after.items():
        if key not in before:
            new[key] = value
            continue
        was = before[key]
        if was == value:
            continue
        if type(value) not in _LEAVES and isinstance(was, Mapping) and isinstance(value, Mapping):
            old[key], new[key] = _differing(was, value)
        else:
            old[key], new[key] = was, value
    return old, new


# What JSON has besides objects and lists: it need not be asked whether it is an object.
_LEAVES = frozenset((str, int, bool, type(None)))


def _leaves(value: Mapping[str, Any], path: Path, found: dict[Path, Any]) -> None:
    for key, inner in value.items():
        if type(inner) is dict or (type(inner) not in _LEAVES and isinstance(inner, Mapping)):
            _leaves(inner, (*path, key), found)
        elif inner is not None or path[:1] == ("clocks",):
            # A clock says of each of its parts that there is none; elsewhere what is not there
            # has no leaf.
            found[*path, key] = inner


def _put(state: dict[str, Any], path: list[str], value: object) -> None:
    for key in path[:-1]:
        state = state.setdefault(key, {})
    state[path[-1]] = value


def _remove(state: dict[str, Any], path: list[str]) -> None:
    inner = state.get(path[0])
    if len(path) == 1:
        state.pop(path[0], None)
    elif inner is not None:
        _remove(inner, path[1:])
        if not inner:
            del state[path[0]]
