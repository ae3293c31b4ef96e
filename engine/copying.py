"""A frozen value with some parts changed, at a third of what `dataclasses.replace` costs.

One act makes a dozen dossiers on its way, each of thirty parts; the general function calls the
constructor by name for every one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

T = TypeVar("T")

_Put = Callable[[Any, Any], None]


class _Form:
    """How values of one kind are taken apart and put together."""

    __slots__ = ("by_name", "parts", "puts")

    def __init__(self, kind: type[Any]) -> None:
        if hasattr(kind, "__post_init__"):
            raise TypeError(f"{kind.__name__} checks its parts when it is made; this would not")
        names = [part.name for part in fields(kind)]
        self.parts: Callable[[Any], tuple[Any, ...]] = attrgetter(*names)
        # The slots themselves: a frozen class only refuses to be set by name.
        self.by_name: dict[str, _Put] = {name: getattr(kind, name).__set__ for name in names}
        self.puts = tuple(self.by_name.values())


_forms: dict[type[Any], _Form] = {}


def _replace(value: T, **changed: object) -> T:
    """Return a copy of a frozen, slotted dataclass of two or more fields, with these changed.

    Raises:
        TypeError: the class checks its fields when it is made, or has no such field.
    """
    kind = type(value)
    form = _forms.get(kind)
    if form is None:
        form = _forms[kind] = _Form(kind)
    made: T = object.__new__(kind)
    for put, part in zip(form.puts, form.parts(value), strict=True):
        put(made, part)
    for name, part in changed.items():
        by_name = form.by_name.get(name)
        if by_name is None:
            raise TypeError(f"{kind.__name__} has no field {name!r}")
        by_name(made, part)
    return made


if TYPE_CHECKING:
    # So that whoever calls it is checked field by field, as the library's own callers are.
    from dataclasses import replace as replace
else:
    replace = _replace
