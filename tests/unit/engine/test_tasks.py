"""A task stands in the worklist of whose it is, with the date by which it must be done."""

from dataclasses import replace
from datetime import date

from engine.definition import TaskRule
from engine.tasks import governing, task_rows
from tests.procedures import PROVINCE, calendar, local, small
from tests.story import CHI, Story, changed


def test_a_task_is_driven_by_the_measured_clock() -> None:
    story = Story().accepted()
    (row,) = task_rows(story.procedure, story.dossier, calendar())

    assert (row.role, row.do, row.org) == ("specialist", "appraise", PROVINCE)
    assert row.due_on == date(2025, 11, 17)
    assert row.due_at == row.latest_start_at == local("2025-11-18", "00:00")
    assert row.opened_at == local("2025-11-03")


def test_the_earliest_of_the_clocks_that_drive_a_task_counts() -> None:
    procedure = small()
    asking = replace(
        procedure.states["review.opinions.asking"], task=TaskRule(role="specialist", do="answer")
    )
    states = {**procedure.states, asking.path: asking}
    story = Story(changed(procedure, states=states)).asked()
    rows = {row.do: row for row in task_rows(story.procedure, story.dossier, calendar())}

    assert rows["answer"].due_on == date(2025, 11, 7)
    assert rows["appraise"].due_on == date(2025, 11, 17)


def test_a_task_has_no_date_while_its_clock_stands_still() -> None:
    story = Story().accepted()
    story.do("hold", CHI, "2025-11-04", ground="press", paper="Báo")
    (row,) = task_rows(story.procedure, story.dossier, calendar())

    assert (row.due_on, row.due_at, row.latest_start_at) == (None, None, None)
    assert row.stopped


def test_a_task_before_any_clock_has_no_date_and_is_not_stopped() -> None:
    story = Story().submitted()
    (row,) = task_rows(story.procedure, story.dossier, calendar())

    assert (row.due_at, row.stopped) == (None, False)


def test_a_task_is_not_stopped_while_another_of_its_clocks_runs() -> None:
    story = Story().accepted()
    story.do("hold", CHI, "2025-11-04", ground="press", paper="Báo")
    running = Story().accepted().dossier.clocks["resolution"]
    clocks = {**story.dossier.clocks, "answers": replace(running, key="answers")}
    rules = {**story.procedure.clocks}
    rules["answers"] = replace(rules["resolution"], key="answers")
    both = changed(story.procedure, clocks=rules)
    (row,) = task_rows(both, replace(story.dossier, clocks=clocks), calendar())

    assert row.due_on == date(2025, 11, 17)
    assert not row.stopped


def test_a_task_whose_clock_has_ended_is_not_stopped() -> None:
    story = Story().accepted()
    clock = story.dossier.clocks["resolution"]
    ended = replace(clock, ended="cancelled", ended_on=date(2025, 11, 4))
    dossier = replace(story.dossier, clocks={**story.dossier.clocks, "resolution": ended})
    (row,) = task_rows(story.procedure, dossier, calendar())

    assert (row.due_at, row.stopped) == (None, False)


def test_a_task_that_a_rung_opened_is_driven_by_its_clock() -> None:
    story = Story().proposed()
    story.wait("2025-11-14")
    rows = task_rows(story.procedure, story.dossier, calendar())

    assert {row.do: row.due_on for row in rows} == {
        "record": date(2025, 11, 17),
        "decide": date(2025, 11, 17),
    }


def test_a_clock_that_is_not_there_or_has_ended_governs_nothing() -> None:
    story = Story().decided()

    assert governing(story.dossier, None, calendar()) == (None, None)
    assert governing(story.dossier, "ghost", calendar()) == (None, None)
    assert governing(story.dossier, "resolution", calendar()) == (None, None)
