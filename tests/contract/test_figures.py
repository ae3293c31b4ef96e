"""Early, on time, late: what the databases count is what the engine said, and stays said."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from adapters.storage.figures import FiguresFilter, Group
from adapters.storage.queries import Queries
from adapters.storage.search import DossierFilter, Sight
from engine.errors import VersionConflict
from engine.figures import Alike
from engine.measurement import Measurement, Resolution
from tests.stores import World, moved, new_draft

HERE = "ubnd-tinh"
ORGS = ["phong-noi-vu"]


def measured(**parts: Any) -> Measurement:
    known: dict[str, Any] = {
        "org": HERE,
        "due_on": date(2026, 3, 10),
        "due_at": datetime(2026, 3, 10, 17, tzinfo=UTC),
        "result": None,
    }
    return Measurement(**{**known, **parts})


def resolved(on: date, verdict: Any, margin: int, **parts: Any) -> Measurement:
    how = Resolution(
        verdict=verdict,
        margin=margin,
        unit=parts.pop("unit", "working days"),
        elapsed_days=parts.pop("elapsed_days", 4),
    )
    return measured(resolved_on=on, resolution=how, **parts)


def move(world: World, ref: str, how: Measurement | None, **parts: Any) -> None:
    loaded = world.store.load(ref, "an", None)
    world.store.commit(moved(loaded, measured=(how,) if how else (), **parts))


def add(world: World, *steps: Measurement, **fields: Any) -> str:
    """Store a dossier that went through these measurements; return its id."""
    ref = world.submitted(**fields).id
    for how in steps:
        move(world, ref, how)
    return ref


def queries(world: World) -> Queries:
    assert world.database is not None
    return Queries(world.database, world.clock)


def total(groups: list[Group]) -> dict[str, int]:
    found = {"early": 0, "on_time": 0, "late": 0, "open": 0, "overdue_open": 0}
    for group in groups:
        if group.resolved is not None:
            found[group.resolved.verdict] += group.resolved.count
        found["open"] += group.open
        found["overdue_open"] += group.overdue_open
    return found


# What a commit writes


def test_a_measurement_is_written_with_the_act_that_changed_it(world: World) -> None:
    ref = add(world, measured())
    (row,) = world.rows("measurements")

    assert row["dossier"] == ref
    assert (row["procedure"], row["owner"], row["org"]) == ("provincial-award", *ORGS, HERE)
    assert (row["due_on"], row["verdict"], row["resolved_on"]) == ("2026-03-10", None, None)


def test_an_act_that_changes_no_measurement_leaves_the_row(world: World) -> None:
    ref = add(world, measured())
    before = world.rows("measurements")

    move(world, ref, None)
    assert world.rows("measurements") == before


def test_what_comes_after_the_resolution_leaves_its_verdict_and_due_date(world: World) -> None:
    ref = add(world, resolved(date(2026, 3, 9), "early", 1))
    later = measured(
        org="elsewhere", due_on=date(2026, 4, 1), resolved_on=date(2026, 3, 9), result="granted"
    )

    move(world, ref, later)
    (row,) = world.rows("measurements")
    assert (row["verdict"], row["margin"], row["unit"]) == ("early", 1, "working days")
    assert (row["org"], row["due_on"], row["result"]) == (HERE, "2026-03-10", "granted")


def test_a_dossier_that_is_open_again_loses_its_verdict(world: World) -> None:
    add(world, resolved(date(2026, 3, 9), "early", 1), measured(due_on=date(2026, 5, 4)))
    (row,) = world.rows("measurements")

    assert (row["verdict"], row["margin"], row["resolved_on"]) == (None, None, None)
    assert row["due_on"] == "2026-05-04"


# What is counted


def test_dossiers_are_counted_by_verdict_month_and_margin(sql_world: World) -> None:
    for margin in (3, 3, -2):
        verdict = "late" if margin < 0 else "early"
        add(sql_world, resolved(date(2026, 3, 9), verdict, margin, result="granted"))
    add(sql_world, resolved(date(2026, 4, 1), "on_time", 0))

    groups = queries(sql_world).figures(ORGS)
    assert total(groups) == {"early": 2, "on_time": 1, "late": 1, "open": 0, "overdue_open": 0}
    early = next(g for g in groups if g.resolved and g.resolved.verdict == "early")
    assert (early.procedure, early.org, early.month) == ("provincial-award", HERE, date(2026, 3, 1))
    assert early.resolved == Alike(
        verdict="early", unit="working days", margin=3, count=2, elapsed_days=8
    )


@pytest.mark.parametrize("result", ["refused_intake", "withdrawn", "redirected", "annulled"])
def test_a_dossier_that_ended_otherwise_counts_for_nothing(sql_world: World, result: str) -> None:
    add(sql_world, measured(), measured(due_on=None, due_at=None, result=result))
    add(
        sql_world,
        resolved(date(2026, 3, 9), "early", 1),
        measured(resolved_on=date(2026, 3, 9), result=result),
    )

    assert not any(total(queries(sql_world).figures(ORGS)).values())
    assert not any(total(queries(sql_world).submission_figures(ORGS)).values())


def test_open_dossiers_past_due_are_counted_among_the_open(sql_world: World) -> None:
    add(sql_world, measured())
    add(sql_world, measured(due_on=None, due_at=None))
    sql_world.clock.move_to(datetime(2026, 3, 10, 16, 59, 59, tzinfo=UTC))
    assert total(queries(sql_world).figures(ORGS))["overdue_open"] == 0

    sql_world.clock.move_to(datetime(2026, 3, 10, 17, tzinfo=UTC))
    found = total(queries(sql_world).figures(ORGS))
    assert (found["open"], found["overdue_open"]) == (2, 1)


def test_a_limit_in_hours_is_overdue_from_its_instant_on(sql_world: World) -> None:
    due_at = datetime(2026, 3, 10, 3, tzinfo=UTC)
    add(sql_world, measured(due_at=due_at))

    sql_world.clock.move_to(due_at)
    assert total(queries(sql_world).figures(ORGS))["overdue_open"] == 0
    sql_world.clock.move_to(due_at + timedelta(microseconds=1))
    assert total(queries(sql_world).figures(ORGS))["overdue_open"] == 1


def test_drafts_are_not_counted(sql_world: World) -> None:
    sql_world.store.create_draft(new_draft())
    assert queries(sql_world).figures(ORGS) == []


def test_only_what_the_caller_may_see_is_counted(sql_world: World) -> None:
    add(sql_world, measured())

    assert total(queries(sql_world).figures([HERE]))["open"] == 1
    assert total(queries(sql_world).figures(ORGS))["open"] == 1
    assert queries(sql_world).figures(["elsewhere"]) == []
    assert queries(sql_world).figures([]) == []
    assert queries(sql_world).submission_figures(["elsewhere"]) == []


def test_figures_are_narrowed_by_procedure_organisation_edition_and_period(
    sql_world: World,
) -> None:
    add(sql_world, resolved(date(2026, 3, 9), "early", 1))
    add(sql_world, resolved(date(2026, 4, 1), "early", 1), edition="f" * 64)
    add(sql_world, measured(), procedure="reissue", edition="a" * 64)
    ask = queries(sql_world)

    def count(**wanted: Any) -> tuple[int, int]:
        narrowed = FiguresFilter(**wanted)
        found = total(ask.figures(ORGS, narrowed))
        assert total(ask.submission_figures(ORGS, narrowed)) == found
        return found["early"], found["open"]

    assert count() == (2, 1)
    assert count(procedure="reissue") == (0, 1)
    assert count(edition="f" * 64) == (1, 0)
    assert count(orgs=["elsewhere"]) == (0, 0)
    assert count(orgs=[HERE]) == (2, 1)
    assert count(resolved_from=date(2026, 3, 9), resolved_until=date(2026, 3, 9)) == (1, 1)
    assert count(resolved_from=date(2026, 3, 10)) == (1, 1)
    assert count(resolved_until=date(2026, 3, 8)) == (0, 1)


# Submissions


def submission(world: World, *each: Measurement) -> None:
    """Store one submission of several dossiers."""
    name = ""
    for how in each:
        ref = add(world, how, submission=name)
        name = world.store.load(ref, "", None).dossier.submission


def test_a_submission_is_resolved_with_its_last_dossier(sql_world: World) -> None:
    submission(sql_world, resolved(date(2026, 3, 9), "early", 1), measured())
    assert total(queries(sql_world).submission_figures(ORGS))["open"] == 1

    submission(
        sql_world,
        resolved(date(2026, 3, 9), "early", 2, elapsed_days=3),
        resolved(date(2026, 4, 1), "early", 5, elapsed_days=9),
        measured(due_on=None, due_at=None, result="withdrawn"),
    )
    groups = queries(sql_world).submission_figures(ORGS)
    (done,) = [group for group in groups if group.resolved]
    assert done.month == date(2026, 4, 1)
    assert done.resolved == Alike(
        verdict="early", unit="working days", margin=2, count=1, elapsed_days=9
    )


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        (["early", "early"], "early"),
        (["early", "on_time"], "on_time"),
        (["early", "late"], "late"),
        (["on_time", "late"], "late"),
        (["early", "late", "on_time"], "late"),
    ],
)
def test_a_submission_is_late_if_any_dossier_is_and_early_only_if_all_are(
    sql_world: World, verdicts: list[str], whole: str
) -> None:
    submission(sql_world, *(resolved(date(2026, 3, 9), verdict, 0) for verdict in verdicts))

    (group,) = queries(sql_world).submission_figures(ORGS)
    assert group.resolved is not None
    assert group.resolved.verdict == whole


def test_a_submission_is_overdue_if_any_of_its_dossiers_is(sql_world: World) -> None:
    submission(sql_world, measured(), measured(due_on=None, due_at=None))
    sql_world.clock.move_to(datetime(2026, 3, 11, tzinfo=UTC))

    found = total(queries(sql_world).submission_figures(ORGS))
    assert (found["open"], found["overdue_open"]) == (1, 1)


def test_a_limit_in_hours_keeps_its_unit_in_a_submission(sql_world: World) -> None:
    submission(
        sql_world,
        resolved(date(2026, 3, 9), "late", -30, unit="working minutes"),
        resolved(date(2026, 3, 9), "early", 90, unit="working minutes"),
    )
    (group,) = queries(sql_world).submission_figures(ORGS)
    assert group.resolved is not None
    assert (group.resolved.unit, group.resolved.margin) == ("working minutes", -30)
    submission(
        sql_world,
        resolved(date(2026, 3, 9), "late", -30, unit="working minutes"),
        resolved(date(2026, 3, 9), "early", 3),
    )
    units = {
        g.resolved.unit: g.resolved
        for g in queries(sql_world).submission_figures(ORGS)
        if g.resolved
    }
    assert replace(units["working days"], elapsed_days=0) == Alike(
        verdict="late", unit="working days", margin=3, count=1
    )


# Many at once


def test_acts_on_many_write_the_measurement_of_each_dossier(world: World) -> None:
    refs = [add(world, measured()) for _ in range(3)]
    each = (resolved(date(2026, 3, 9), "early", 1), None, resolved(date(2026, 3, 12), "late", -2))
    changes = [
        moved(world.store.load(ref, "an", None), measured=(how,) if how else ())
        for ref, how in zip(refs, each, strict=True)
    ]

    world.store.commit_many(changes, None)
    rows = {row["dossier"]: row for row in world.rows("measurements")}
    assert [(rows[ref]["verdict"], rows[ref]["margin"]) for ref in refs] == [
        ("early", 1),
        (None, None),
        ("late", -2),
    ]
    assert [rows[ref]["resolved_on"] for ref in refs] == ["2026-03-09", None, "2026-03-12"]


# Levels: one row for each, and one of them speaks for the whole


def of_level(level: str, org: str, *, headline: bool, **parts: Any) -> dict[str, Any]:
    return {"level": level, "org": org, "headline": headline, **parts}


def at_two_levels(world: World) -> str:
    """Store a dossier that the commune sent up in time and the province has open."""
    ref = world.submitted(owner="phong-noi-vu").id
    first = resolved(date(2026, 3, 9), "early", 1, **of_level("commune", "xa", headline=False))
    second = measured(**of_level("province", HERE, headline=True))
    loaded = world.store.load(ref, "an", None)
    world.store.commit(moved(loaded, measured=(first, second)))
    return ref


def test_each_level_has_a_row_of_its_own(world: World) -> None:
    at_two_levels(world)

    rows = sorted(world.rows("measurements"), key=lambda row: row["level"])
    assert [(r["level"], r["org"], bool(r["headline"]), r["verdict"]) for r in rows] == [
        ("commune", "xa", False, "early"),
        ("province", HERE, True, None),
    ]


def test_a_level_that_was_told_stays_told_when_the_next_one_takes_the_headline(
    world: World,
) -> None:
    ref = world.submitted().id
    first = of_level("commune", "xa", headline=True)
    move(world, ref, resolved(date(2026, 3, 9), "early", 1, **first))
    again = measured(resolved_on=date(2026, 3, 9), **of_level("commune", "x", headline=False))

    move(world, ref, again)
    (row,) = world.rows("measurements")
    assert (row["org"], row["verdict"], bool(row["headline"])) == ("xa", "early", False)


def test_figures_count_a_dossier_once_and_an_organisation_by_its_own_level(
    sql_world: World,
) -> None:
    at_two_levels(sql_world)
    found = queries(sql_world)
    for groups in (found.figures(ORGS), found.submission_figures(ORGS)):
        of_procedure = [group for group in groups if group.of_procedure]
        of_organisation = {group.org: group for group in groups if group.of_organisation}

        assert total(of_procedure) == {
            "early": 0, "on_time": 0, "late": 0, "open": 1, "overdue_open": 0,
        }  # fmt: skip
        assert of_organisation.keys() == {"xa", HERE}
        assert of_organisation["xa"].resolved is not None
        assert of_organisation[HERE].open == 1


# Codes: a dossier is found under the code of each level


def test_a_dossier_is_found_by_the_code_of_a_further_level(world: World) -> None:
    ref = world.submitted().id
    code = "H01-260305-0001-001"
    world.store.commit(
        moved(
            world.store.load(ref, "an", None),
            dossier={"codes": {"ubnd-tinh": code}},
            codes=(("ubnd-tinh", code),),
        )
    )

    assert world.store.load(code, "an", None).dossier.id == ref
    found = world.store.load_many([code, "H01-260305-0002-001"], "an", None)
    assert [one and one.dossier.id for one in found.loaded] == [ref, None]
    assert world.store.load(code, "an", None).dossier.codes == {"ubnd-tinh": code}


def test_a_code_of_a_level_is_given_once(world: World) -> None:
    code = "H01-260305-0001-001"
    first, second = world.submitted().id, world.submitted().id
    world.store.commit(moved(world.store.load(first, "an", None), codes=(("t", code),)))

    with pytest.raises(VersionConflict):
        world.store.commit(moved(world.store.load(second, "an", None), codes=(("t", code),)))


def test_lists_and_searches_know_the_codes_of_further_levels(sql_world: World) -> None:
    ref = sql_world.submitted().id
    code = "H01-260305-0001-001"
    sql_world.store.commit(
        moved(sql_world.store.load(ref, "an", None), codes=(("ubnd-tinh", code),))
    )
    found = queries(sql_world)
    sight = Sight(orgs=ORGS)

    record = found.dossier(code)
    assert record is not None
    assert record.line.id == ref
    assert [line.id for line in found.dossiers_named([code])] == [ref]
    assert found.further_codes([code, "nothing"]) == {code: ref}
    assert [line.id for line in found.search(sight, DossierFilter(text="h01-260305")).items] == [
        ref
    ]
