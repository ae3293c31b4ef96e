"""What people send in is kept as the field declares it, or refused by the field's name."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.definition import Field, FieldType
from engine.errors import BadInput
from engine.inputs import LONGEST_PART, LONGEST_TEXT, MOST_RECORDS, record, taken
from tests.procedures import text

CHOICES = {"merit": text("bằng khen"), "flag": text("cờ")}
PARTS = {
    "agency": Field(key="agency", type=FieldType.TEXT, label=text("cơ quan"), required=True),
    "stance": Field(key="stance", type=FieldType.CHOICE, label=text("ý kiến"), choices=CHOICES),
}


def field(kind: FieldType, **more: Any) -> Field:
    if kind is FieldType.CHOICE:
        more.setdefault("choices", CHOICES)
    if kind is FieldType.RECORDS:
        more.setdefault("fields", PARTS)
    return Field(key="x", type=kind, label=text("mục x"), **more)


TALLY = {"members": 15, "present": 14, "written": 0, "yes": 14, "no": 0, "blank": 0}

KEPT: list[tuple[FieldType, Any, Any]] = [
    (FieldType.TEXT, "  Nguye\u0302\u0303n\r\nVăn A ", "Nguyễn\nVăn A"),
    (FieldType.TEXT, "   ", None),
    (FieldType.CHOICE, "merit", "merit"),
    (FieldType.DATE, "2024-02-29", "2024-02-29"),
    (FieldType.INT, 0, 0),
    (FieldType.INT, 10**12, 10**12),
    (FieldType.BOOL, False, False),
    (FieldType.DECIMAL, "-12.5000", "-12.5000"),
    (FieldType.PARTY, {"name": "An", "unit": ""}, {"kind": "individual", "name": "An"}),
    (
        FieldType.PARTY,
        {"kind": "collective", "name": " Phòng A ", "position": "x"},
        {"kind": "collective", "name": "Phòng A", "position": "x"},
    ),
    (
        FieldType.PARTY,
        {"name": "An", "birth_year": 1970, "gender": "female", "id_number": "042085012345"},
        {
            "kind": "individual",
            "name": "An",
            "birth_year": 1970,
            "gender": "female",
            "id_number": "042085012345",
        },
    ),
    (
        FieldType.PARTY,
        {"name": "An", "id_number": "183012345"},
        {"kind": "individual", "name": "An", "id_number": "183012345"},
    ),
    (
        FieldType.PARTY,
        {"name": "An", "id_number": "  "},
        {"kind": "individual", "name": "An"},
    ),
    (FieldType.PARTY, {"name": "", "unit": None}, None),
    (
        FieldType.PERIOD,
        {"from": "2024-01-01", "until": "2024-01-01"},
        {"from": "2024-01-01", "until": "2024-01-01"},
    ),
    (FieldType.TALLY, {"members": 15, "present": 14, "yes": 14}, TALLY),
    (FieldType.RECORDS, [{"agency": "Thuế"}], [{"agency": "Thuế"}]),
]


@pytest.mark.parametrize(("kind", "given_", "kept"), KEPT, ids=[str(n) for n in range(len(KEPT))])
def test_a_value_of_the_declared_kind_is_kept(kind: FieldType, given_: Any, kept: Any) -> None:
    assert taken(field(kind), given_) == kept


@pytest.mark.parametrize("empty", [None, "", {}, []], ids=["none", "text", "object", "list"])
@pytest.mark.parametrize("kind", list(FieldType))
def test_an_empty_value_is_none_whatever_the_kind(kind: FieldType, empty: Any) -> None:
    assert taken(field(kind), empty) is None


REFUSED: list[tuple[FieldType, Any, str]] = [
    (FieldType.TEXT, 5, "x"),
    (FieldType.TEXT, "\ud800", "x"),
    (FieldType.TEXT, "a" * (LONGEST_TEXT + 1), "x"),
    (FieldType.TEXT, "a\x00b", "x"),
    (FieldType.TEXT, "a\x7fb", "x"),
    (FieldType.CHOICE, "gold", "x"),
    (FieldType.CHOICE, ["merit"], "x"),
    (FieldType.DATE, "2025-02-29", "x"),
    (FieldType.DATE, "20250228", "x"),
    (FieldType.DATE, 20250228, "x"),
    (FieldType.DATE, "1899-12-31", "x"),
    (FieldType.DATE, "2201-01-01", "x"),
    (FieldType.INT, 1.5, "x"),
    (FieldType.INT, True, "x"),
    (FieldType.INT, 10**12 + 1, "x"),
    (FieldType.INT, -1, "x"),
    (FieldType.BOOL, 1, "x"),
    (FieldType.BOOL, "true", "x"),
    (FieldType.DECIMAL, 1.5, "x"),
    (FieldType.DECIMAL, "1.00001", "x"),
    (FieldType.DECIMAL, "1e5", "x"),
    (FieldType.DECIMAL, "١٢", "x"),
    (FieldType.PARTY, "An", "x"),
    (FieldType.PARTY, {"name": "An", "salary": 5}, "x"),
    (FieldType.PARTY, {"unit": "Phòng A"}, "x.name"),
    (FieldType.PARTY, {"name": "An", "kind": "firm"}, "x.kind"),
    (FieldType.PARTY, {"name": "An", "gender": ["male"]}, "x.gender"),
    (FieldType.PARTY, {"name": "An", "birth_year": 1849}, "x.birth_year"),
    (FieldType.PARTY, {"name": "An", "birth_year": "1970"}, "x.birth_year"),
    (FieldType.PARTY, {"name": "P", "kind": "collective", "birth_year": 1970}, "x.birth_year"),
    (FieldType.PARTY, {"name": "H", "kind": "household", "birth_year": 1970}, "x.birth_year"),
    (FieldType.PARTY, {"name": "An", "id_number": "42085012345"}, "x.id_number"),
    (FieldType.PARTY, {"name": "An", "id_number": "04208501234A"}, "x.id_number"),
    (FieldType.PARTY, {"name": "An", "id_number": "١٨٣٠١٢٣٤٥"}, "x.id_number"),
    (FieldType.PARTY, {"name": "A" * (LONGEST_PART + 1)}, "x.name"),
    (FieldType.PERIOD, {"from": "2024-01-01"}, "x.until"),
    (FieldType.PERIOD, {"from": "2024-01-02", "until": "2024-01-01"}, "x"),
    (FieldType.PERIOD, {"since": "2024-01-02"}, "x"),
    (FieldType.TALLY, {"members": "15"}, "x.members"),
    (FieldType.TALLY, {"abstained": 1}, "x"),
    (FieldType.RECORDS, {"agency": "Thuế"}, "x"),
    (FieldType.RECORDS, [{"agency": "Thuế"}] * (MOST_RECORDS + 1), "x"),
    (FieldType.RECORDS, ["Thuế"], "x.0"),
    (FieldType.RECORDS, [{"agency": "Thuế"}, {"stance": "merit"}], "x.1.agency"),
    (FieldType.RECORDS, [{"agency": "Thuế", "stance": "gold"}], "x.0.stance"),
    (FieldType.RECORDS, [{"agency": "Thuế", "mood": "gold"}], "x.0"),
]


@pytest.mark.parametrize(
    ("kind", "wrong", "path"), REFUSED, ids=[f"{n} {k}" for n, (k, _, _) in enumerate(REFUSED)]
)
def test_a_value_of_another_kind_is_refused_by_its_path(
    kind: FieldType, wrong: Any, path: str
) -> None:
    with pytest.raises(BadInput) as refused:
        taken(field(kind), wrong)

    assert refused.value.facts == {"field": path}
    assert refused.value.text.vi.startswith("mục x") or "." in path


TODAY = date(2025, 11, 3)


@pytest.mark.parametrize(
    ("kind", "value", "path"),
    [
        (FieldType.PARTY, {"name": "An", "birth_year": 2026}, "x.birth_year"),
        (FieldType.PERIOD, {"from": "2025-01-01", "until": "2026-01-01"}, "x.until"),
    ],
    ids=["born", "achieved"],
)
def test_what_lies_in_years_to_come_is_refused_on_the_day_and_not_when_taken_again(
    kind: FieldType, value: Any, path: str
) -> None:
    with pytest.raises(BadInput) as refused:
        taken(field(kind), value, today=TODAY)

    assert refused.value.facts == {"field": path}
    assert taken(field(kind), value) is not None


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (FieldType.PARTY, {"kind": "individual", "name": "An", "birth_year": 2025}),
        (FieldType.PARTY, {"kind": "individual", "name": "An"}),
        (FieldType.PERIOD, {"from": "2025-01-01", "until": "2025-12-31"}),
        (FieldType.TALLY, TALLY),
        (FieldType.TEXT, "An"),
    ],
)
def test_what_lies_within_the_year_is_kept(kind: FieldType, value: Any) -> None:
    assert taken(field(kind), value, today=TODAY) == value


def test_a_record_with_nothing_in_it_is_missing() -> None:
    optional = {"stance": PARTS["stance"]}

    with pytest.raises(BadInput, match="chưa nhập") as refused:
        record(field(FieldType.RECORDS, fields=optional), {"stance": ""}, "x")

    assert refused.value.facts == {"field": "x"}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6) | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "kind", "from", "until", "members", "agency"]) | st.text(),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(st.sampled_from(list(FieldType)), anything)
def test_whatever_is_sent_is_kept_or_refused_and_what_is_kept_is_kept_again(
    kind: FieldType, value: Any
) -> None:
    one = field(kind)
    try:
        kept = taken(one, value)
    except BadInput:
        return
    assert taken(one, kept) == kept
