"""A province's year-end told through its public doors, from the lists to the archive.

It plays from Monday 3 November 2025 to Friday 30 January 2026, over the swapped New Year days:
Friday 2 January is off, Saturday 10 January is worked, and the council sits on it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from adapters.demo_sessions import attendance, electorate
from adapters.services.accounts import Accounts
from tests.province import Person, Province, paper
from tests.year_end_lists import (
    CONSIDERED,
    UNITS,
    Group,
    Name,
    Unit,
    YearsList,
    earlier_awards,
    filled,
)

NUMBERS: Mapping[Group, str] = {
    "flag": "11/QĐ-UBND",
    "collective": "12/QĐ-UBND",
    "soldier": "13/QĐ-UBND",
    "merit_many": "14/QĐ-UBND",
    "merit_one": "15/QĐ-UBND",
}
"""What the records office gave; one decision for each group."""

# Needed out of 15 members: 80 % are 12, 90 % are 13.5 and so 14, more than a half are 8.
NEEDED: Mapping[Group, int] = {
    "flag": 12,
    "soldier": 14,
    "collective": 8,
    "merit_many": 8,
    "merit_one": 8,
}
SCHOOLS, HEALTH, FIRST = UNITS[3], UNITS[1], UNITS[0]


@dataclass(slots=True)
class YearEnd:
    """The story as it goes; what it meets on its way is kept for whoever asks afterwards.

    Attributes:
        submissions: unit -> code of its submission.
        wrong: what a list was refused with, by the list: (cell, reason).
        answers: what a step was answered, by the name of the step.
    """

    province: Province
    years: YearsList
    folder: Path
    command: Callable[..., tuple[int, str, str]]
    submissions: dict[str, str] = field(default_factory=dict)
    wrong: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    answers: dict[str, Any] = field(default_factory=dict)
    session: str = ""

    def play(self) -> YearEnd:
        """Tell it all."""
        for step in (
            self.found, self.enter_register, self.send_lists, self.mend_lists, self.bring_papers,
            self.submit_and_receive, self.appraise, self.hold_session, self.decide, self.conclude,
        ):  # fmt: skip
            step()
        return self

    @property
    def disputed(self) -> Name:
        """The flag that the council puts off."""
        return [n for n in self.years.in_group("flag") if n.unit is SCHOOLS][-1]

    @property
    def held(self) -> Name:
        """The person about whom a complaint comes in after the agenda was closed."""
        return [n for n in self.years.in_group("merit_one") if n.unit is UNITS[4]][-1]

    @property
    def supplemented(self) -> list[Name]:
        """Those whose papers are sent back once."""
        return [n for n in self.years.in_group("merit_one") if n.unit is UNITS[6]][:5]

    @property
    def declined(self) -> list[Name]:
        """Soldiers whom the register does not bear out."""
        return [n for n in self.years.names if not n.eligible]

    def awarded(self, group: Group) -> list[Name]:
        """Return the names of one decision."""
        out = (self.disputed, self.held)
        return [n for n in self.years.in_group(group) if not n.short and n not in out]

    def found(self) -> None:
        """Enter the units and whoever submits for them, from a workbook."""
        empty = self.folder / "don-vi-mau.xlsx"
        assert self.command("user", "import", "--template", str(empty))[0] == 0
        book = load_workbook(empty)
        for number, unit in enumerate(UNITS, start=2):
            for sheet, cells in (
                ("Đơn vị", (unit.id, unit.name, None, unit.level, "tinh")),
                ("Người", (unit.login, f"Cán bộ trình {unit.name}")),
                ("Vai trò", (unit.login, "submitter", unit.id, None, "01/07/2025")),
            ):
                for column, value in enumerate(cells, start=1):
                    book[sheet].cell(number, column, value)
        full = self.folder / "don-vi.xlsx"
        book.save(full)
        code, told, wrong = self.command("user", "import", str(full), "--json")
        assert code == 0, told + wrong
        self.answers["people"] = json.loads(told)
        accounts = Accounts(self.province.application.parts)
        people = self.province.application.people
        for unit in UNITS:
            token = accounts.issue_token(people.account(unit.login), "lập danh sách", None)
            self.province.tokens = {**self.province.tokens, unit.login: token}

    def enter_register(self) -> None:
        """Enter the register of earlier awards; a row without a deed refuses it, and is mended."""
        empty, list_ = self.folder / "so-mau.xlsx", self.folder / "so.xlsx"
        assert self.command("import", "awards", "--template", str(empty))[0] == 0
        rows = earlier_awards(self.years.names)
        bad = [{**rows[0], "Số quyết định": None}, *rows[1:]]
        for content in (bad, rows):
            list_.write_bytes(filled(empty.read_bytes(), content))
            code, told, _ = self.command("import", "awards", str(list_), "--org", "tinh", "--json")
            done = json.loads(told)
            assert done["done"] is (code == 0)
            if code:
                self.wrong["register"] = _cells(done)
        self.answers["register"] = done

    def send_lists(self) -> None:
        """Send each unit's list; those of two units have wrong cells, and nothing is written."""
        self.at("2025-11-03T09:00")
        for unit in UNITS:
            rows = [dict(one.cells) for one in self.years.of(unit)]
            if unit is SCHOOLS:
                titles = list(rows[1])
                rows[1][titles[0]] = "Bằng khên"
                rows[4]["Họ và tên / tên tập thể"] = None
                rows[-1]["Năm sinh"] = "năm 1980"
            if unit is HEALTH:
                rows[2] = dict(rows[0])
            self._send(unit, rows)

    def mend_lists(self) -> None:
        """Send the mended lists, one of them from the command line."""
        self.at("2025-11-04T10:00")
        self._send(SCHOOLS, [one.cells for one in self.years.of(SCHOOLS)])
        list_ = self.folder / "y-te.xlsx"
        list_.write_bytes(self._workbook(HEALTH, [one.cells for one in self.years.of(HEALTH)]))
        told = self.command(
            "nominate", str(list_), "--procedure", "provincial-award",
            "--as", HEALTH.login, "--owner", HEALTH.id, "--json",
        )[1]  # fmt: skip
        self._sent(HEALTH, json.loads(told))

    def _workbook(self, unit: Unit, rows: Sequence[Mapping[str, object]]) -> bytes:
        answer = self.person(unit.login).call(
            "GET", "/submissions/workbook", params={"procedure": "provincial-award"}
        )
        assert answer.status_code == 200, answer.text
        return filled(answer.content, rows)

    def _send(self, unit: Unit, rows: Sequence[Mapping[str, object]]) -> None:
        answer = self.person(unit.login).call(
            "POST",
            "/submissions/workbook",
            files={"file": (f"{unit.id}.xlsx", self._workbook(unit, rows))},
            data={"procedure": "provincial-award"},
        )
        assert answer.status_code == 200, answer.text
        self._sent(unit, answer.json())

    def _sent(self, unit: Unit, done: Mapping[str, Any]) -> None:
        if not done["done"]:
            self.wrong[unit.id] = _cells(done)
            return
        names = self.years.of(unit)
        assert (done["names"], done["bad"]) == (len(names), [])
        self.submissions[unit.id] = done["code"]
        for one, row in zip(names, self._rows(unit), strict=True):
            one.draft = row["code"]
            assert one.name in row["subject"], row

    def _rows(self, unit: Unit) -> list[dict[str, Any]]:
        view = self.person(unit.login).get(f"/submissions/{self.submissions[unit.id]}")
        return [one["dossier"] for one in view["items"]]

    def bring_papers(self) -> None:
        """Bring what all names share once, and the papers of each name."""
        self.at("2025-11-20T09:00")
        for unit in UNITS:
            who = self.person(unit.login)
            for document in ("submission", "minutes"):
                brought = who.call(
                    "POST",
                    f"/submissions/{self.submissions[unit.id]}/documents",
                    files={"file": (f"{document}.pdf", paper(f"{unit.id} {document}"))},
                    data={"document": document},
                )
                assert brought.status_code == 201, brought.text
            for one in self.years.of(unit):
                for document in one.papers:
                    who.upload(one.draft, document, content=paper(f"{unit.id} {document}"))

    def submit_and_receive(self) -> None:
        """Submit and receive, on three days in December."""
        for day in sorted({unit.submits_on for unit in UNITS}):
            self.at(f"{day}T08:30")
            units = [unit for unit in UNITS if unit.submits_on == day]
            for unit in units:
                self.on_submission(unit.login, unit, "submit")
            self.at(f"{day}T10:00")
            for unit in units:
                told = self.on_submission(
                    "tiep-nhan", unit, "accept", data={"received_complete_on": day}
                )
                for one, row in zip(self.years.of(unit), told["items"], strict=True):
                    one.code = row["code"]
                self.submissions[unit.id] = told["items"][0]["code"].rpartition("-")[0]

    def appraise(self) -> None:
        """Send back, appraise, recommend; decline whom the register does not bear out."""
        everybody = [n for n in self.years.names if n not in self.supplemented]
        self.at("2025-12-16T09:00")
        for names in _groups(everybody):
            self.act("chuyen-vien", "waive", names, reason="yearly_lists")
        self.at("2025-12-17T09:00")
        items = "Xác nhận của cấp có thẩm quyền đối với báo cáo thành tích"
        self.act(
            "chuyen-vien",
            "return",
            self.supplemented,
            reason="confirmation_missing",
            data={"supplement_items": items},
        )
        self.answers["returned"] = self.dossier(self.supplemented[0])
        self.at("2025-12-18T09:00")
        for names in _groups(everybody):
            sure = names[0].group != "soldier"
            told = self.act("chuyen-vien", "appraise", names, sure=sure)
            if not sure:
                self.answers["soldiers"] = told
        self.at("2025-12-19T09:00")
        self.act("lanh-dao", "decline", self.declined, reason="standards_not_met")
        for names in _groups(everybody):
            fit = [one for one in names if one.eligible]
            self.act("chuyen-vien", "recommend", fit)
        self.at("2025-12-22T09:00")
        unit = self.supplemented[0].unit
        self.on_submission(unit.login, unit, "resubmit")
        self.at("2025-12-23T09:00")
        self.act("chuyen-vien", "waive", self.supplemented, reason="yearly_lists")
        self.act("chuyen-vien", "appraise", self.supplemented)
        self.act("chuyen-vien", "recommend", self.supplemented)

    def hold_session(self) -> None:
        """Call the session, close its agenda, count, and sign: refused once, signed then."""
        self.at("2026-01-07T09:00")
        called = self.person("thu-ky").post(
            "/sessions",
            {
                "data": {
                    "held_on": "2026-01-10",
                    "begins_at": "14 giờ 00",
                    "place": "Hội trường Ủy ban nhân dân tỉnh",
                    "electorate": electorate(15),
                }
            },
        )
        self.session = called["code"]
        self.at("2026-01-08T09:00")
        agenda = [one for group in CONSIDERED for one in self.years.in_group(group)]
        for names in _groups(agenda):
            self.act("lanh-dao", "put_on_agenda", names)
        secretary = self.person("thu-ky")
        put = {"dossiers": [one.code for one in agenda]}
        secretary.post(f"/sessions/{self.session}/items", put)
        self.on_session("thu-ky", "close_agenda")
        self.at("2026-01-09T09:00")
        self.province.do(
            "chuyen-vien", self.held.code, "hold",
            ground="complaint", reason="Đơn khiếu nại", paper="Phiếu chuyển số 3/PC-TTr",
        )  # fmt: skip
        self.at("2026-01-10T14:00")
        self.on_session("thu-ky", "record_attendance", data={"attendance": attendance(13, 2)})
        rows = [self._ballot(one) for one in agenda if one is not self.disputed]
        counted = secretary.call("PUT", f"/sessions/{self.session}/ballots", json={"ballots": rows})
        assert counted.status_code == 200, counted.text
        minutes = secretary.upload(self.session, content=paper("bien ban"))
        given = {"minutes": [{"sha256": minutes["sha256"], "name": minutes["name"]}]}
        self.answers["open item"] = self.refused_session("thu-ky", "sign_minutes", documents=given)
        self._put_off(self.disputed, "Cụm thi đua đề nghị rà soát lại kết quả suy tôn")
        self.on_session("thu-ky", "sign_minutes", documents=given)
        self.answers["held item"] = self.refused_session("chu-toa", "sign_protocol")
        self._put_off(self.held, "Đang xem xét đơn khiếu nại")
        self.on_session("thu-ky", "sign_minutes")
        self.answers["session"] = self.on_session("chu-toa", "sign_protocol")["session"]

    def _ballot(self, one: Name) -> dict[str, object]:
        # Who is absent votes in writing on flags and soldiers alone.
        cast = 15 if one.group in ("flag", "soldier") else 13
        return {"dossier": one.code, "no": cast - (NEEDED[one.group] - 1) if one.short else 1}

    def _put_off(self, one: Name, why: str) -> None:
        self.on_session("thu-ky", "defer_items", dossiers=[one.code], reason=why)

    def decide(self) -> None:
        """Decide each group at once; a number of the records office is given to one alone."""
        self.at("2026-01-12T09:00")
        for group, number in NUMBERS.items():
            data = {"decision_number": number, "decision_on": "2026-01-12"}
            self.act("chu-tich", "decide", self.awarded(group), data=data)

    def conclude(self) -> None:
        """Notify, apologise for what was put off, hand over, archive."""
        self.at("2026-01-15T09:00")
        for unit in UNITS:
            self.on_submission("chuyen-vien", unit, "announce")
        self.at("2026-01-19T10:00")
        self.province.do(
            "lanh-dao", self.disputed.code, "apologise",
            reason="Chờ kết quả rà soát của cụm thi đua", data={"new_appointment_on": "2026-02-27"},
        )  # fmt: skip
        self.at("2026-01-23T15:00")
        for unit in UNITS:
            self.on_submission(unit.login, unit, "hand_over", data={"handed_over_on": "2026-01-23"})
        self.at("2026-01-30T09:00")
        for group in NUMBERS:
            self.act("luu-tru", "archive", self.awarded(group))
        self.at("2026-01-30T16:00")

    def person(self, login: str) -> Person:
        """Return somebody at their program."""
        return self.province.person(login)

    def at(self, local: str) -> None:
        """Let the clock run on, and the worker until nothing is left to do."""
        self.province.at(local)
        while True:
            did = self.province.application.worker.look()
            assert did.failed == 0
            if not did.fired and not did.delivered:
                return

    def act(
        self, login: str, trigger: str, names: Sequence[Name], *, sure: bool = True, **asked: Any
    ) -> Any:
        """Let somebody do one act on many; none refuses unless they are not `sure`."""
        body = {"dossiers": [one.code for one in names], "trigger": trigger, **asked}
        told = self.person(login).post("/acts", body)
        assert not sure or told["done"] == len(names), (trigger, told)
        return told

    def on_submission(self, login: str, unit: Unit, trigger: str, **asked: Any) -> Any:
        """Let somebody do one act on whatever of a submission it leads on from."""
        path = f"/submissions/{self.submissions[unit.id]}/acts"
        return self.person(login).post(path, {"trigger": trigger, **asked})

    def on_session(self, login: str, trigger: str, **asked: Any) -> Any:
        """Let somebody do one act on the session."""
        path = f"/sessions/{self.session}/acts"
        return self.person(login).post(path, {"trigger": trigger, **asked})

    def refused_session(self, login: str, trigger: str, **asked: Any) -> Any:
        """Let somebody try an act that the session refuses; return the problem."""
        path = f"/sessions/{self.session}/acts"
        answer = self.person(login).call("POST", path, json={"trigger": trigger, **asked})
        assert answer.status_code == 422, answer.text
        return answer.json()

    def dossier(self, one: Name) -> Any:
        """Return a dossier as the auditor sees it."""
        return self.province.dossier(one.code)


def _groups(names: Sequence[Name]) -> list[list[Name]]:
    """Return the names by the decision that is to follow, in the order of the agenda."""
    found = [[one for one in names if one.group == group] for group in CONSIDERED]
    return [group for group in found if group]


def _cells(done: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(one["cell"], one["detail"]) for one in done["bad"]]
