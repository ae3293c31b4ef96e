"""Forms made from the definition: what is typed is understood, or refused where it was typed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.services.views import Choice, FormField
from adapters.web import forms


def field(name: str, type: str, *parts: FormField, appends: bool = False) -> FormField:
    return FormField(
        name=name, label=name, type=type, required=False, fields=parts, appends=appends
    )


def understood(one: FormField, lang: str = "vi", **typed: str) -> object:
    sent = {f"data.{name.replace('__', '.')}": value for name, value in typed.items()}
    read = forms.understood([one], sent, lang)
    assert not read.wrong, read.wrong
    return read.data[one.name]


PARTY = field(
    "who", "party", field("kind", "choice"), field("name", "text"), field("birth_year", "int")
)
TALLY = field("tally", "tally", field("members", "int"), field("yes", "int"))
LIST = field("list", "records", field("agency", "text"), field("on", "date"))


def test_a_party_is_read_part_by_part() -> None:
    value = understood(
        PARTY, who__kind="individual", who__name=" Lê Thị Hoa ", who__birth_year="1980"
    )

    assert value == {"kind": "individual", "name": "Lê Thị Hoa", "birth_year": 1980}


def test_a_kind_alone_names_nobody() -> None:
    assert understood(PARTY, who__kind="individual", who__name="  ") is None


def test_a_tally_is_read_as_numbers() -> None:
    assert understood(TALLY, tally__members="15", tally__yes="0") == {"members": 15, "yes": 0}


def test_rows_of_a_list_that_nobody_filled_are_left_out() -> None:
    value = understood(
        LIST,
        list__0__agency="Công an",
        list__0__on="02/09/2025",
        list__1__agency="",
        list__2__agency="Thuế",
    )

    assert value == [{"agency": "Công an", "on": "2025-09-02"}, {"agency": "Thuế"}]


def test_an_act_that_appends_reads_one_record() -> None:
    one = field("list", "records", field("agency", "text"), appends=True)

    assert understood(one, list__agency="Công an") == {"agency": "Công an"}


@pytest.mark.parametrize(
    ("typed", "value"),
    [("12", 12), ("-3", -3), ("1.234", 1234), ("1,234", 1234), ("1 234", 1234), ("0", 0)],
)
def test_whole_numbers_are_taken_with_their_thousands_set_apart(typed: str, value: int) -> None:
    assert understood(field("n", "int"), n=typed) == value


@pytest.mark.parametrize(
    ("lang", "typed", "value"),
    [
        ("vi", "12,5", "12.5"),
        ("vi", "12.5", "12.5"),
        ("vi", "1.234,5", "1234.5"),
        ("vi", "1.234", "1234"),
        ("en", "1.234", "1.234"),
        ("en", "1,234.5", "1234.5"),
    ],
)
def test_decimals_are_read_as_the_language_writes_them(lang: str, typed: str, value: str) -> None:
    assert understood(field("d", "decimal"), lang, d=typed) == value


@pytest.mark.parametrize("typed", ["20/08/2025", "2025-08-20", "20-8-2025", "20.08.2025"])
def test_a_day_is_read_day_first_or_as_iso(typed: str) -> None:
    assert understood(field("on", "date"), on=typed) == "2025-08-20"


@pytest.mark.parametrize(("typed", "value"), [("true", True), ("false", False), ("", None)])
def test_yes_no_and_nothing_are_three_things(typed: str, value: bool | None) -> None:
    assert understood(field("b", "bool"), b=typed) is value


@pytest.mark.parametrize(
    ("type", "typed"),
    [
        ("int", "hai"),
        ("int", "1.5"),
        ("int", "12.34"),
        ("int", "９"),
        ("bool", "maybe"),
        ("date", "31/02/2025"),
        ("date", "20250820"),
        ("date", "hôm nay"),
        ("date", "2025-W34-3"),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_own_input(type: str, typed: str) -> None:
    read = forms.understood([field("x", type)], {"data.x": typed}, "vi")

    assert read.data == {"x": None}
    assert list(read.wrong) == ["data.x"]


def test_what_is_shown_reads_back_as_what_was_stored() -> None:
    fields = [
        FormField(name="who", label="", type="party", required=True, fields=PARTY.fields,
                  value={"kind": "household", "name": "Hộ ông Sáu", "birth_year": 1950}),
        FormField(name="ok", label="", type="bool", required=True, value=False),
        FormField(name="list", label="", type="records", required=True, fields=LIST.fields,
                  value=[{"agency": "Thuế", "on": "2025-01-02"}]),
    ]  # fmt: skip

    read = forms.understood(fields, forms.shown(fields).typed, "vi")

    assert read.wrong == {}
    assert read.data == {one.name: one.value for one in fields}


@given(st.integers(min_value=-(10**12), max_value=10**12), st.sampled_from(["vi", "en"]))
def test_any_whole_number_reads_back_as_it_is_written(value: int, lang: str) -> None:
    from adapters.web.i18n import number

    assert understood(field("n", "int"), lang, n=number(value, lang)) == value


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_any_day_reads_back_as_it_is_written(on: date) -> None:
    assert forms.day_of(forms.written_day(on.isoformat())) == on


@given(st.text(max_size=40), st.sampled_from(["int", "date", "decimal", "bool", "text", "choice"]))
def test_whatever_is_typed_the_form_is_read_without_an_error(typed: str, type: str) -> None:
    read = forms.understood([field("x", type)], {"data.x": typed}, "vi")

    assert set(read.wrong) <= {"data.x"}


@given(st.text(max_size=10))
def test_no_name_of_a_row_makes_a_form_large(row: str) -> None:
    sent = {f"data.list.{row}.agency": "x", "data.list.99999999999.agency": "x"}

    read = forms.understood([LIST], sent, "vi")

    assert len(read.data["list"] or []) <= forms.MOST_ROWS


def test_a_refusal_is_placed_at_the_input_it_is_about() -> None:
    names = list(forms.names([PARTY, TALLY, field("award", "choice")]))

    assert forms.place_of("who.name", names) == "data.who.name"
    assert forms.place_of("award", names) == "data.award"
    assert forms.place_of("tally", names) == "data.tally.members"
    assert forms.place_of("elsewhere", names) == ""
    assert forms.place_of(None, names) == ""


def test_a_list_is_drawn_with_empty_rows_after_those_in_use() -> None:
    used = forms.Filled({"data.list.3.agency": "x"})

    assert forms.rows(LIST, used) == 4 + forms.EMPTY_ROWS
    assert forms.rows(LIST, forms.Filled()) == forms.EMPTY_ROWS


def test_choices_are_kept_as_they_were_chosen() -> None:
    one = FormField(
        name="award",
        label="",
        type="choice",
        required=True,
        choices=[Choice(key="flag", label="Cờ")],
    )

    assert understood(one, award="flag") == "flag"
