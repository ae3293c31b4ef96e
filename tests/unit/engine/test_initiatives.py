"""One initiative serves once: recognised by its decision and title, heeded within a batch too."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.bulk import BulkAsk
from engine.definition import (
    AwardCount,
    Fact,
    Field,
    FieldType,
    InitiativeRule,
    InitiativeUse,
    NamedInitiative,
    Procedure,
    UsedFor,
)
from engine.errors import GuardRefused
from engine.facts import look_ups
from engine.initiatives import Initiative, UsedRow, bearer_of, initiatives_of, reuses
from tests.procedures import paper, small, text
from tests.story import (
    AN,
    BINH,
    CHI,
    DATA,
    DECISION,
    DUNG,
    GIANG,
    TALLY,
    changed,
    condition,
    with_ways,
)
from tests.world import REPORT, World

RULE = InitiativeRule(
    named=(
        NamedInitiative(decision="one", title="one_title", on="one_on"),
        NamedInitiative(decision="two", title="two_title"),
    ),
    classes={"merit": UsedFor.FORM, "flag": UsedFor.TITLE},
)
BEFORE = Initiative(decision="12/QĐ-HĐSK", title="Sổ tiêm chủng")


def used(used_for: UsedFor, **changes: Any) -> UsedRow:
    return replace(UsedRow(initiative=BEFORE, award="x", used_for=used_for, year=2024), **changes)


@pytest.mark.parametrize(
    ("decision", "title", "same"),
    [
        ("12 / qđ-hđsk", "SỔ  TIÊM CHỦNG", True),
        ("12/QD-HDSK", "so tiem chung", True),
        ("12/QĐ-HĐSK", "", True),
        ("12/QĐ-HĐSK", "Lịch trực", False),
        ("13/QĐ-HĐSK", "Sổ tiêm chủng", False),
    ],
)
def test_an_initiative_is_known_by_number_and_title_in_any_spelling(
    decision: str, title: str, same: bool
) -> None:
    other = Initiative(decision=decision, title=title)
    assert (BEFORE.same(other), other.same(BEFORE)) == (same, same)


@given(st.text(max_size=20), st.text(max_size=20))
def test_whatever_is_typed_is_the_same_with_other_spaces(decision: str, title: str) -> None:
    one = Initiative(decision=decision, title=title)
    assert one.same(Initiative(decision=f" {decision} ", title=f" {title} "))


def test_only_what_has_a_decision_is_named_and_each_once() -> None:
    data = {"one": "1/QĐ", "one_title": "A", "one_on": "2024-03-02", "two": " ", "two_title": "B"}
    assert initiatives_of(RULE, data) == (
        Initiative(decision="1/QĐ", title="A", recognised_on=date(2024, 3, 2)),
    )
    assert initiatives_of(RULE, {"one": "1/QĐ", "one_title": 7, "two": "1/QĐ"}) == (
        Initiative(decision="1/QĐ"),
    )
    assert initiatives_of(RULE, {"one": 7}) == ()


@pytest.mark.parametrize(
    ("award", "before", "means"),
    [
        ("merit", UsedFor.TITLE, InitiativeUse.SPENT),
        ("merit", UsedFor.FORM, InitiativeUse.SPENT),
        ("flag", UsedFor.FORM, InitiativeUse.SPENT),
        ("flag", UsedFor.TITLE, InitiativeUse.LOOK),
    ],
)
def test_only_title_after_title_is_open(award: str, before: UsedFor, means: InitiativeUse) -> None:
    data = {"one": "12/QĐ-HĐSK", "two": "99/QĐ"}
    (found,) = reuses(RULE, award, data, [used(before)], "d")
    assert (found.means, found.initiative.decision) == (means, "12/QĐ-HĐSK")


def test_a_procedure_says_itself_what_a_second_title_means() -> None:
    rule = replace(RULE, title_after_title=InitiativeUse.ALLOWED)
    (found,) = reuses(rule, "flag", {"one": "12/QĐ-HĐSK"}, [used(UsedFor.TITLE)], "d")
    assert found.means is InitiativeUse.ALLOWED


@pytest.mark.parametrize(
    ("rule", "award", "row"),
    [
        (None, "merit", used(UsedFor.FORM)),
        (RULE, "thanks", used(UsedFor.FORM)),
        (RULE, None, used(UsedFor.FORM)),
        (RULE, "merit", used(UsedFor.FORM, dossier="d")),
        (RULE, "merit", used(UsedFor.FORM, initiative=Initiative(decision="7/QĐ"))),
    ],
)
def test_without_rule_for_other_awards_and_by_itself_nothing_is_used_before(
    rule: InitiativeRule | None, award: object, row: UsedRow
) -> None:
    assert reuses(rule, award, {"one": "12/QĐ-HĐSK"}, [row], "d") == ()


@pytest.mark.parametrize(
    ("data", "bearer"),
    [
        ({"x": 1, "n": {"name": "Đỗ  An", "birth_year": 1980}}, ("do an", "1980")),
        ({"n": {"name": "Tổ Văn", "unit": "Trường Á"}}, ("to van", "truong a")),
        ({"n": {"name": " "}}, ()),
        ({"n": {"age": 3}}, ()),
    ],
)
def test_two_dossiers_of_one_batch_know_each_other_by_their_subject(
    data: dict[str, object], bearer: tuple[str, ...]
) -> None:
    assert bearer_of(data) == bearer


def keeping(procedure: Procedure) -> Procedure:
    """Return a procedure that refuses to decide on an initiative that is used up."""
    kinds = {"one": FieldType.TEXT, "one_title": FieldType.TEXT}
    fields = {key: Field(key=key, type=kind, label=text(key)) for key, kind in kinds.items()}
    count = AwardCount(initiatives=InitiativeUse.SPENT)
    procedure = changed(
        procedure,
        fields={**procedure.fields, **fields},
        facts={"spent": Fact(key="spent", label=text("đã dùng"), count=count)},
        initiatives=replace(RULE, named=(NamedInitiative(decision="one", title="one_title"),)),
    )
    unspent = condition("facts.spent", lambda spent: spent == 0)
    return with_ways(procedure, "decide", when=unspent, refusal=text("Đã dùng."), letters=())


def with_authority(world: World, data: dict[str, Any]) -> str:
    """Bring a dossier with this data to whoever decides; return its id."""
    ref = world.draft(**data).id
    world.act(ref, "submit", AN, documents=REPORT)
    world.act(ref, "accept", BINH)
    world.act(ref, "waive", CHI)
    world.act(ref, "appraise", CHI)
    world.act(ref, "propose", CHI, documents={"minutes": (paper(),)})
    world.act(ref, "record", DUNG, data={"tally": TALLY})
    return ref


def test_look_ups_count_the_uses_that_have_the_meaning_asked_for() -> None:
    data = {**DATA, "one": "12/QĐ-HĐSK"}
    rows = [used(UsedFor.FORM), used(UsedFor.TITLE, year=2023)]
    procedure = keeping(small())
    assert look_ups(procedure, data, awards=(), used=rows, dossier="d") == {"spent": 2}
    assert look_ups(procedure, data, awards=()) == {"spent": 0}


def test_of_one_batch_the_first_uses_the_initiative_and_the_second_is_refused() -> None:
    world = World(keeping(small()))
    data = {**DATA, "one": "12/QĐ-HĐSK", "one_title": "Sổ tiêm chủng"}
    other = {**data, "nominee": {"name": "Trần Thị B"}}
    refs = [with_authority(world, data=one) for one in (data, data, other)]

    answer = world.engine.act_many(
        BulkAsk(refs=tuple(refs), trigger="decide", actor=GIANG, data=DECISION)
    )

    assert [row.code or row.outcome for row in answer.rows] == ["done", "guard_refused", "done"]
    told = [(row["dossier"], row["award"], row["title"]) for row in world.store.lists["uses"]]
    assert told == [(refs[0], "merit", "Sổ tiêm chủng"), (refs[2], "merit", "Sổ tiêm chủng")]
    # Alone it is refused as well, now that the register says so.
    (row,) = world.store.load(refs[1], "", None).used
    assert (row.initiative.same(BEFORE), row.used_for, row.dossier) == (True, UsedFor.FORM, refs[0])
    with pytest.raises(GuardRefused):
        world.act(refs[1], "decide", GIANG, data=DECISION)


def test_an_award_of_which_the_rule_says_nothing_uses_no_initiative() -> None:
    procedure = keeping(small())
    world = World(changed(procedure, initiatives=replace(RULE, classes={"flag": UsedFor.TITLE})))
    ref = with_authority(world, data={**DATA, "one": "12/QĐ-HĐSK"})
    world.act(ref, "decide", GIANG, data=DECISION)
    assert [row["award"] for row in world.store.lists["awards"]] == ["merit"]
    assert world.store.lists["uses"] == []


def test_a_batch_in_which_nobody_has_a_name_refuses_nothing_for_that() -> None:
    world = World(keeping(small()))
    refs = [with_authority(world, data={**DATA, "one": "12/QĐ-HĐSK"}) for _ in range(2)]
    for ref in refs:
        row = world.store.tables["dossiers"][ref,]
        row["body"] = row["body"].replace("Nguyễn Văn A", " ")
    ask = BulkAsk(refs=tuple(refs), trigger="decide", actor=GIANG, data=DECISION)
    assert [row.outcome for row in world.engine.act_many(ask).rows] == ["done", "done"]
