"""A provincial council has 1,037 names before it in one session, and every one of them comes out.

One story is told once; each test reads another side of it.
"""

from __future__ import annotations

import contextlib
import io
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from adapters import bootstrap
from adapters.bootstrap import Application
from adapters.cli.app import main
from adapters.settings import Settings
from adapters.storage import schema as t
from tests.province import Ground, Province
from tests.serving import point_at
from tests.year_end import FIRST, HEALTH, NUMBERS, SCHOOLS, YearEnd
from tests.year_end_lists import CONSIDERED, EARLY, IN_TIME, LATE, UNITS, Group, years_list

# Of 54, 280, 60, 202 and 441 go off: those one vote short, and one flag and one person put off.
AWARDED: dict[Group, int] = {
    "flag": 54 - 2 - 1,
    "collective": 280 - 3,
    "soldier": 60 - 2,
    "merit_many": 202 - 2,
    "merit_one": 441 - 4 - 1,
}
# Multiples of 2,340,000 đồng, the base salary of that day, rounded up to ten thousand: a flag 8,
# an excellent collective 1.5, a provincial soldier 3, a certificate 3 or, for one person, 1.5.
BONUS: dict[Group, int] = {
    "flag": 18_720_000,
    "collective": 3_510_000,
    "soldier": 7_020_000,
    "merit_many": 7_020_000,
    "merit_one": 3_510_000,
}
PROPOSED = 1_037 + 6
ONE_SHORT = 2 + 3 + 2 + 2 + 4


@pytest.fixture(scope="module")
def story(ground: Ground, tmp_path_factory: pytest.TempPathFactory) -> Iterator[YearEnd]:
    """Tell the whole year-end; the commands of it tell the story's time too."""
    folder = tmp_path_factory.mktemp("year-end")
    with (
        pytest.MonkeyPatch.context() as patch,
        ground.province("sqlite", folder / "data") as province,
    ):
        point_at(province.application.settings, patch)
        build = bootstrap.build

        def in_story_time(settings: Settings) -> Application:
            return build(settings, province.clock)

        patch.setattr(bootstrap, "build", in_story_time)
        yield YearEnd(province, years_list(), folder, command).play()


def command(*arguments: str) -> tuple[int, str, str]:
    """Run a command of the product; return its exit code and what it said."""
    said, wrong = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(wrong):
        try:
            main(list(arguments))
        except SystemExit as stopped:
            code = stopped.code
    assert isinstance(code, int)
    return code, said.getvalue(), wrong.getvalue()


def rows(province: Province, table: Any, **of: str) -> list[Any]:
    query = select(table).where(*(table.c[name] == value for name, value in of.items()))
    with province.application.parts.db.read() as c:
        return list(c.execute(query))


def printed(story: YearEnd, key: str, code: str) -> str:
    """Return the words of a letter as the auditor reads it off its PDF."""
    reader = story.person("kiem-tra")
    found = [one for one in reader.get(f"/dossiers/{code}/letters") if one["key"] == key]
    return reader.pdf(f"/dossiers/{code}/letters/{found[-1]['id']}")


def test_wrong_cells_are_named_and_a_list_goes_in_only_when_they_are_mended(
    story: YearEnd,
) -> None:
    last = len(story.years.of(SCHOOLS)) + 1

    assert set(story.wrong) == {"register", HEALTH.id, SCHOOLS.id}
    assert story.wrong["register"] == [("K2", "Không có số quyết định thì không ghi vào sổ được.")]
    ((cell, why),) = story.wrong[HEALTH.id]
    assert cell == "C4"
    assert why.startswith("Trùng với dòng 2")
    schools = story.wrong[SCHOOLS.id]
    assert [cell for cell, _ in schools] == ["A3", "C6", f"D{last}"]
    assert schools[0][1].startswith("“Bằng khên” không có trong danh mục")
    assert [why for _, why in schools[1:]] == ["Bắt buộc phải có.", "Phải là số nguyên."]
    people = story.answers["people"]
    assert (people["organisations"], people["accounts"], people["grants"]) == (14, 14, 14)
    # Three titles for each of 60 soldiers; two for eight in nine of 441 people; 15 of the six.
    assert story.answers["register"]["written"] == 60 * 3 + 441 // 9 * 8 * 2 + 15
    # Every unit has one submission with all its names, whatever was refused before.
    drafts = rows(story.province, t.dossiers, procedure="provincial-award")
    assert len(drafts) == PROPOSED
    assert len({one.submission for one in drafts}) == len(UNITS)


def test_one_slip_answers_each_submission_with_its_list_and_its_appointment(
    story: YearEnd,
) -> None:
    slips = rows(story.province, t.letters, key="receipt")
    assert len(slips) == len(UNITS)
    # 25 working days, 1 and 2 January off, Saturday 10 January worked:
    # after Mon 1/12: 2-5 (4), 8-12 (9), 15-19 (14), 22-26 (19), 29-31 (22), 5, 6, 7/1 (25);
    # after Fri 5/12: 8-12 (5), 15-19 (10), 22-26 (15), 29-31 (18), 5-9 (23), 10, 12/1 (25);
    # after Mon 15/12: 16-19 (4), 22-26 (9), 29-31 (12), 5-10 (18), 12-16 (23), 19, 20/1 (25).
    for unit, due in ((FIRST, "07"), (HEALTH, "12"), (SCHOOLS, "20")):
        names = story.years.of(unit)
        slip = printed(story, "receipt", names[0].code)
        assert f"ngày {due} tháng 01 năm 2026" in slip
        assert story.submissions[unit.id] in slip
        assert all(one.name in slip for one in (names[0], names[-1]))
        places = [int(one.code.rpartition("-")[2]) for one in names]
        assert places == list(range(1, len(names) + 1))
    days = {LATE: "2026-01-07", IN_TIME: "2026-01-12", EARLY: "2026-01-20"}
    apart = {one.code for one in (*story.supplemented, story.held)}
    for unit in UNITS:
        at_hand = [one for one in story.years.of(unit) if one.code not in apart]
        assert story.province.due(at_hand[-1].code) == days[unit.submits_on]


def test_what_was_sent_back_once_has_its_limit_anew_from_the_day_it_came_back(
    story: YearEnd,
) -> None:
    returned = story.answers["returned"]
    assert [one["path"] for one in returned["states"]] == ["awaiting_supplement"]
    assert {one["key"]: one["due_on"] for one in returned["clocks"]}["resolution"] is None
    for one in story.supplemented:
        # After Mon 22/12: 23-26 (4), 29-31 (7), 5-10 (13), 12-16 (18), 19-23 (23), 26, 27/1 (25).
        assert story.province.due(one.code) == "2026-01-27"
        assert story.province.states(one.code) == ["archived"]
    assert "Xác nhận của cấp có thẩm quyền" in printed(
        story, "supplement_request", story.supplemented[0].code
    )


def test_soldiers_whom_the_register_does_not_bear_out_are_declined_with_the_reason(
    story: YearEnd,
) -> None:
    told = story.answers["soldiers"]
    refused = [one for one in told["items"] if one["outcome"] == "refused"]

    assert (told["done"], told["refused"]) == (60, 6)
    assert {one["ref"] for one in refused} == {one.code for one in story.declined}
    assert {one["reason"] for one in refused} == {"guard_refused"}
    assert all("chưa có 3 lần liên tục" in one["detail"] for one in refused)
    for one in story.declined:
        dossier = story.dossier(one)
        assert (dossier["result"], dossier["resolved_on"]) == ("not_granted", "2025-12-19")
    notice = printed(story, "non_award_notice", story.declined[0].code)
    assert "Không đủ tiêu chuẩn, điều kiện" in notice
    assert story.declined[0].name in notice


def test_the_council_decides_each_by_its_own_threshold_and_signs_all_or_nothing(
    story: YearEnd,
) -> None:
    (open_item,) = story.answers["open item"]["facts"]["items"]
    assert (open_item["dossier"], open_item["code"]) == (story.disputed.code, "no_result")
    (held,) = story.answers["held item"]["facts"]["items"]
    assert (held["dossier"], held["code"]) == (story.held.code, "dossier_on_hold")

    session = story.answers["session"]
    assert session["state"]["key"] == "concluded"
    counts = [session[key] for key in ("count", "passed", "failed", "deferred", "undecided")]
    assert counts == [1_037, 1_037 - ONE_SHORT - 2, ONE_SHORT, 2, 0]
    by_code = {one["dossier"]: one for one in session["items"]}
    for group, needed in (("flag", 12), ("soldier", 14), ("collective", 8), ("merit_one", 8)):
        short = [one for one in story.years.names if one.group == group and one.short]
        for one in short:
            item = by_code[one.code]
            assert (item["needed"], item["whole"], item["result"]) == (needed, 15, "fail")
            assert item["tally"]["yes"] == needed - 1
            assert story.dossier(one)["resolved_on"] == "2026-01-10"
    soldier = next(one for one in story.years.names if one.group == "soldier" and one.short)
    assert "13/15" in printed(story, "non_award_notice", soldier.code)


@pytest.mark.parametrize("group", CONSIDERED)
def test_each_group_has_one_decision_with_its_names_and_its_money(
    story: YearEnd, group: Group
) -> None:
    names = story.awarded(group)
    assert len(names) == AWARDED[group]

    (letter,) = rows(story.province, t.letters, key="decision", number=NUMBERS[group])

    assert (letter.per, letter.status, str(letter.dated_on)) == ("batch", "rendered", "2026-01-12")
    assert len(rows(story.province, t.letter_dossiers, letter=letter.id)) == len(names)
    whole = printed(story, "decision", names[0].code)
    assert NUMBERS[group] in whole.replace(" ", "")
    assert "ngày 12 tháng 01 năm 2026" in whole
    assert [one.name for one in names if one.name not in whole] == []
    out = [one.name for one in story.years.in_group(group) if one not in names]
    assert [name for name in out if name in whole] == []
    total = f"{BONUS[group] * len(names):,}".replace(",", ".")
    assert f"Tổng cộng {total}" in whole
    found = story.person("thu-ky").post("/awards/search", {"filter": {"deed": NUMBERS[group]}})
    assert found["page"]["total"] == len(names)
    entered = rows(story.province, t.awards, deed=NUMBERS[group])
    assert {one.bonus for one in entered} == {BONUS[group]}
    assert {one.subject_name for one in entered} == {one.name for one in names}


def test_each_unit_is_told_once_what_its_names_were_awarded_and_by_which_decisions(
    story: YearEnd,
) -> None:
    assert len(rows(story.province, t.letters, key="award_notice")) == len(UNITS)
    names = [one for group in NUMBERS for one in story.awarded(group) if one.unit is SCHOOLS]
    notice = printed(story, "award_notice", names[0].code)
    # A number may be broken at its hyphen, at the end of a line.
    assert all(number in notice.replace(" ", "") for number in NUMBERS.values())
    assert "các hình thức khen thưởng, danh hiệu thi đua" in notice
    assert [one.name for one in names if one.name not in notice] == []
    # Ten working days after Mon 12/1: 13-16 (4), 19-23 (9), 26/1 (10).
    assert story.province.due(names[0].code, "notice") == "2026-01-26"


def test_everybody_is_where_the_story_left_them(story: YearEnd) -> None:
    stands = Counter(
        path
        for one in rows(story.province, t.dossiers, procedure="provincial-award")
        for path in json.loads(one.configuration)
    )
    awarded = sum(AWARDED.values())
    assert stands == {"archived": awarded, "not_awarded": ONE_SHORT + 6, "recommended": 2}
    held, disputed = story.dossier(story.held), story.dossier(story.disputed)
    assert (held["on_hold"], held["result"], story.province.due(held["code"])) == (True, "", None)
    # The apology names a new day; the day that was promised stays the measure.
    assert story.province.due(disputed["code"]) == "2026-01-20"
    apology = printed(story, "apology", disputed["code"])
    assert "ngày 27 tháng 02 năm 2026" in apology
    assert "ngày 20 tháng 01 năm 2026" in apology


def test_letters_are_numbered_without_a_gap_and_all_of_them_are_printed(story: YearEnd) -> None:
    registers: dict[tuple[str, int], list[int]] = defaultdict(list)
    kinds = {"award_notice": "notice", "non_award_notice": "notice"}
    for one in rows(story.province, t.letters):
        assert one.status == "rendered"
        if one.key != "decision":
            registers[kinds.get(one.key, one.key), one.dated_on.year].append(int(one.number))

    assert {register: len(numbers) for register, numbers in registers.items()} == {
        ("receipt", 2025): 14,
        ("supplement_request", 2025): 5,
        ("notice", 2025): 6,
        ("proposal", 2026): 5,
        ("minutes", 2026): 1,
        ("notice", 2026): ONE_SHORT + 14,
        ("apology", 2026): 1,
    }
    for numbers in registers.values():
        assert sorted(numbers) == list(range(1, len(numbers) + 1))


def test_the_trail_of_the_whole_year_end_is_intact(story: YearEnd) -> None:
    code, told, _ = command("trail", "verify", "--json")
    verdict = json.loads(told)

    assert (code, verdict["ok"], verdict["findings"]) == (0, True, [])
    assert verdict["streams"] > PROPOSED
    # Submit, accept, waive, appraise, sort, recommend, agenda, ballot, decide, announce, hand over,
    # archive: nobody who was awarded has fewer.
    assert verdict["events"] > 11 * sum(AWARDED.values())


def test_the_figures_count_subjects_and_envelopes_early_on_time_and_late(story: YearEnd) -> None:
    found = json.loads(command("metrics", "--json")[1])

    late = len(story.years.of(FIRST))
    on_time = sum(len(story.years.of(unit)) for unit in UNITS if unit.submits_on == IN_TIME)
    assert (late, on_time) == (46, 134 + 59)
    figures = [found[key] for key in ("early", "on_time", "late", "open", "overdue_open")]
    # Open: one flag that the council put off, overdue since 20/1; one person, whose clock stands.
    assert figures == [PROPOSED - late - on_time - 2, on_time, late, 2, 1]
    # Of 1,041 in order: 46 at -4 (8, 9, 10 and 12/1 lie after 7/1), 193 at 0, then those due on
    # 20/1 and decided on 12/1 at 6 (13-16, 19, 20/1); the 105th, the 521st and the 937th.
    assert found["margin"] == {"p10": 0, "p50": 6, "p90": 6}
    whole = found["submissions"]
    # 14: one late, two on time, two with somebody open.
    envelopes = [whole[key] for key in ("early", "on_time", "late", "open", "overdue_open")]
    assert envelopes == [9, 2, 1, 2, 1]
    by_unit = json.loads(command("metrics", "--json", "--org", FIRST.id)[1])
    assert (by_unit["late"], by_unit["margin"]["p50"]) == (late, -4)
