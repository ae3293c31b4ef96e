"""Forms made from the definition: whatever a procedure asks for, nobody draws by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from adapters.services import words
from adapters.services.views import Choice, FormField
from engine.decide import draft_fields
from engine.definition import Field, FieldType, Procedure, Transition
from engine.dossier import Dossier
from engine.intake import suggested_days
from engine.text import Text


def field_form(
    field: Field,
    lang: str,
    *,
    required: bool,
    value: object = None,
    appends: bool = False,
    line: bool = False,
) -> FormField:
    """Return the form of one field, its parts included; `line`: a text of one line."""
    return FormField(
        name=field.key,
        label=field.label.in_(lang),
        type="line" if line else field.type.value,
        required=required,
        help=field.help.in_(lang) if field.help else "",
        choices=choices(field.choices, lang),
        fields=_parts(field, lang),
        appends=appends,
        value=value,
    )


def draft_form(procedure: Procedure, data: Mapping[str, object], lang: str) -> Sequence[FormField]:
    """Return the form of a draft: every field that no later act fills."""
    numbers = _numbers(procedure)
    return [
        field_form(f, lang, required=f.required, value=data.get(key), line=key in numbers)
        for key in draft_fields(procedure)
        for f in (procedure.fields[key],)
    ]


def act_form(
    procedure: Procedure, transition: Transition, dossier: Dossier, on: date, lang: str
) -> Sequence[FormField]:
    """Return what an act on the local day `on` asks for, filled in with what the dossier holds.

    The day from which a limit runs is filled in with the one that counts if nothing else is said.
    """
    days = suggested_days(procedure, dossier, transition, on)
    values = {**{key: day.isoformat() for key, day in days.items()}, **dossier.data}
    numbers = _numbers(procedure)
    asked = [
        field_form(
            procedure.fields[key], lang, required=must, value=values.get(key), line=key in numbers
        )
        for key, must in transition.asks.items()
    ]
    added = [
        field_form(procedure.fields[key], lang, required=must, appends=True)
        for key, must in transition.appends.items()
    ]
    return [*asked, *added]


def choices(labels: Mapping[str, Text], lang: str) -> Sequence[Choice]:
    """Return labelled keys in the order of the definition."""
    return [Choice(key=key, label=label.in_(lang)) for key, label in labels.items()]


def _numbers(procedure: Procedure) -> frozenset[str]:
    """Return the fields that take what the records office writes on a letter: never a text."""
    texts = (rule.number_from for rule in procedure.letters.values())
    return frozenset(key for key in texts if key and procedure.fields[key].type is FieldType.TEXT)


def _parts(field: Field, lang: str) -> Sequence[FormField]:
    match field.type:
        case FieldType.RECORDS:
            return [field_form(f, lang, required=f.required) for f in field.fields.values()]
        case FieldType.PARTY:
            return [_party_part(key, label, lang) for key, label in words.PARTY.items()]
        case FieldType.PERIOD:
            return [_part(key, label, "date", lang) for key, label in words.PERIOD.items()]
        case FieldType.TALLY:
            return [_part(key, label, "int", lang) for key, label in words.TALLY.items()]
        case _:
            return []


def _party_part(key: str, label: Text, lang: str) -> FormField:
    among = {"kind": words.PARTY_KINDS, "gender": words.GENDERS}.get(key)
    return FormField(
        name=key,
        label=label.in_(lang),
        type="choice" if among else "int" if key == "birth_year" else "text",
        required=key in ("kind", "name"),
        choices=choices(among or {}, lang),
    )


def _part(key: str, label: Text, kind: str, lang: str) -> FormField:
    return FormField(name=key, label=label.in_(lang), type=kind, required=True)
