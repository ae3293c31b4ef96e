"""What a condition of an edition may name, and of which type it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.definition import FieldType
from workflows.guards import Kind
from workflows.schema import DefinitionShape, FieldShape

_SCALARS = {
    FieldType.TEXT: Kind.STRING,
    FieldType.CHOICE: Kind.STRING,
    FieldType.DATE: Kind.STRING,
    FieldType.INT: Kind.INT,
    FieldType.BOOL: Kind.BOOL,
    FieldType.DECIMAL: Kind.INT,  # in ten-thousandths: no rounding ever decides
}
_PARTS = {
    FieldType.PARTY: {
        **dict.fromkeys(("kind", "name", "gender", "position", "unit", "id_number"), Kind.STRING),
        "birth_year": Kind.INT,
    },
    FieldType.PERIOD: {"from": Kind.STRING, "until": Kind.STRING},
    FieldType.TALLY: dict.fromkeys(
        ("members", "present", "written", "yes", "no", "blank"), Kind.INT
    ),
    FieldType.RECORDS: {"count": Kind.INT},
}
# Parts of a party that people type: a condition on them hangs on how somebody spelt something.
FREE_PARTS = frozenset({"name", "position", "unit", "id_number"})
_ALWAYS = {
    "today": Kind.STRING,
    "actor.roles": Kind.STRINGS,
    "result.passed": Kind.BOOL,
    "result.yes": Kind.INT,
    "result.needed": Kind.INT,
}


def names_of(shape: DefinitionShape) -> dict[str, Kind]:
    """Return the names that conditions of this edition may read."""
    return {
        **_ALWAYS,
        **{name: kind for key, field in shape.data.items() for name, kind in _data(key, field)},
        **{f"filled.data.{k}": Kind.BOOL for k, f in shape.data.items() if not f.required},
        **{f"documents.{key}": Kind.BOOL for key in shape.documents},
        **{f"documents.{key}.signed": Kind.BOOL for key in shape.documents},
        **{f"clocks.{key}.overdue": Kind.BOOL for key in shape.clocks},
        **{f"clocks.{key}.left": Kind.INT for key in shape.clocks},
        **{f"facts.{key}": Kind.INT for key in shape.facts},
        **{f"aggregates.{key}": Kind.INT for key in shape.aggregates},
    }


def _data(key: str, field: FieldShape) -> Iterator[tuple[str, Kind]]:
    if field.type in _SCALARS:
        yield f"data.{key}", _SCALARS[field.type]
    for part, kind in _PARTS.get(field.type, {}).items():
        yield f"data.{key}.{part}", kind


def personal_free_text(name: str, fields: Mapping[str, FieldShape]) -> bool:
    """Tell whether a name stands for personal text that somebody typed freely."""
    steps = name.split(".")
    if steps[0] != "data" or steps[1] not in fields:
        return False
    field = fields[steps[1]]
    match field.type:
        case FieldType.TEXT:
            return field.personal is not False
        case FieldType.PARTY:
            return steps[2] in FREE_PARTS and field.personal is not False
        case _:
            return False
