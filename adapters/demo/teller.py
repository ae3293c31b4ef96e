"""Plays the tales of the demonstration on one clock, act by act, through the engine."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import func, insert, select

from adapters.bootstrap import Application
from adapters.clock import StoryClock
from adapters.demo.paper import pdf
from adapters.demo.people import PASSWORD, PROVINCE, officers, offices, submitter_of
from adapters.demo.tale import CALL, SESSION, TODAY, Name, Step, Tale, at
from adapters.demo_sessions import call_session, hold_session
from adapters.identity.passwords import Passwords
from adapters.identity.records import Records
from adapters.services.media import safe_name
from adapters.services.people import NewGrant, People
from adapters.services.submission_showing import shared_papers
from adapters.storage import schema as t
from adapters.storage.rows import subject_columns
from engine.bulk import BulkAsk
from engine.calendar import TZ
from engine.decide import open_draft
from engine.definition import Procedure
from engine.dossier import Actor, Dossier, Paper
from engine.errors import BangVangError
from engine.runtime import Ask
from engine.session import Asked
from procedures.catalogue import national_calendar

LEFT_WAITING = 3
"""Dossiers that wait for the council and are left for whoever tries the agenda."""

SECRETARY, CHAIR = "thuky", "chutich"
COUNCIL = 15
_MINUTES = "Biên bản họp Hội đồng"


class _SamePassword(Passwords):
    """Hashes the one password of all officers once; each hash costs a tenth of a second."""

    def __init__(self, passwords: Passwords) -> None:
        """Hash as `passwords` does."""
        super().__init__()
        self._hashed = cache(passwords.hash)

    def hash(self, password: str) -> str:
        """Return the hash to store; see `Passwords.hash`."""
        return self._hashed(password)


class TaleBroken(BangVangError):
    """An act of the demonstration was refused."""


class Teller:
    """Plays tales on one clock, up to an instant."""

    def __init__(self, application: Application, clock: StoryClock, until: datetime) -> None:
        """Tell into this application."""
        self._app = application
        self._clock = clock
        self._until = until
        self._ids: dict[str, str] = {}
        self._actors: dict[str, Actor] = {}
        self._papers: dict[str, Paper] = {}
        self._bound: dict[int, Procedure] = {}
        self._refs: dict[int, list[str]] = {}
        self._opened: dict[int, str] = {}
        self._yes: dict[str, int] = {}

    def people(self) -> None:
        """Enter offices, accounts and roles."""
        parts = self._app.parts
        same = _SamePassword(parts.passwords)
        enter = People(parts.db, parts.config_log, same, parts.ids)
        for place in offices():
            enter.add_organisation(None, place)
        since = self._today() - timedelta(days=365)
        for one in officers():
            password = PASSWORD if one.label is not None else None
            account = self._ids[one.login] = enter.add_account(None, one.login, one.name, password)
            for role, org in one.roles:
                new = NewGrant(
                    account=account,
                    role=role,
                    org=org,
                    sees="subtree" if role == "auditor" else "own",
                    from_on=since,
                    deed="Quyết định phân công (dữ liệu trình diễn)",
                )
                enter.grant(None, new)
        records = Records(parts.db)
        self._tree = records.tree()
        for login, account in self._ids.items():
            held = records.roles(account, self._today())
            grants = tuple(self._tree.grant(role) for role in held)
            self._actors[login] = Actor(person=account, grants=grants, auth="password")

    def tell(self, tales: Sequence[Tale], progress: Callable[[int], None]) -> None:
        """Play all tales at once, in the order of time, as far as now."""
        moments = sorted(self._moments(tales), key=lambda m: (m[0], m[1]))
        for done, (moment, number, step) in enumerate(moments):
            if moment >= self._until:
                break
            self._pass_time(moment)
            if step is None:
                self._refs[number] = self._open(number, tales[number])
            else:
                self._do(number, step)
            progress(done * 100 // len(moments))
        self._pass_time(self._until)
        progress(100)

    def _moments(self, tales: Sequence[Tale]) -> Iterator[tuple[datetime, int, Step | None]]:
        calendar = national_calendar()
        for number, tale in enumerate(tales):
            filed = working_days_ago(self._until, tale.days_ago)
            if tale.names:
                yield _moment(filed, at(8) + number % 30), number, None
            for step in tale.steps:
                on = calendar.add_working_days(filed, step.day)
                yield _moment(on, step.minute), number, step

    def _pass_time(self, until: datetime) -> None:
        """Let the clock run, and rungs fire when they are due and not when somebody looks."""
        while (due := self._next_rung()) is not None and due <= until:
            self._clock.move_to(max(due, self._clock.now()))
            report = self._app.parts.engine.sweep()
            if report.failed:
                raise TaleBroken(str(report.failed))
            if not report.fired and not report.skipped:
                break
        self._clock.move_to(max(until, self._clock.now()))

    def _next_rung(self) -> datetime | None:
        with self._app.parts.db.read() as c:
            found: datetime | None = c.execute(
                select(func.min(t.dossiers.c.next_rung_at))
            ).scalar_one()
        return found

    def _open(self, number: int, tale: Tale) -> list[str]:
        parts = self._app.parts
        procedure = parts.editions.in_force(tale.procedure, self._today())
        if procedure is None:
            raise TaleBroken(f"{tale.procedure} {self._today()}")
        self._bound[number] = procedure
        submission = parts.ids.uuid7() if len(tale.names) > 1 else ""
        drafts = [self._draft(procedure, tale.owner, name, submission) for name in tale.names]
        for name in tale.names:
            self._titles(name)
        if submission:
            parts.store.submissions.make(drafts)
            ids = [draft.id for draft in drafts]
        else:
            kept = parts.store.create_draft(drafts[0])
            ids, submission = [kept.id], kept.submission
        self._share(procedure, submission, tale.names)
        self._yes.update(zip(ids, (name.yes for name in tale.names), strict=True))
        return ids

    def _draft(self, procedure: Procedure, owner: str, name: Name, submission: str) -> Dossier:
        parts, today, tree = self._app.parts, self._today(), self._tree
        levels = tree.levels(owner)
        last = today.year - 1
        usual: dict[str, Any] = {
            "period": {"from": f"{last}-01-01", "until": f"{last}-12-31"},
            "commendation_type": "regular",
        }
        known = {key: value for key, value in usual.items() if key in procedure.fields}
        draft = open_draft(
            procedure,
            id=parts.ids.uuid7(),
            stream="",
            log=f"{parts.log}/{today.year}",
            code="",
            owner=owner,
            levels=levels,
            agencies=tree.agencies(levels.values()),
            outside=tree.outside(levels.values()),
            created_by=self._ids[submitter_of(owner)],
            submission=submission,
            data={**known, **name.data},
        )
        own = [key for key in name.papers if key not in shared_papers(procedure)]
        return replace(draft, documents=self._papers_of(procedure, own))

    def _share(self, procedure: Procedure, submission: str, names: Sequence[Name]) -> None:
        """Put the papers that all names have once into their submission."""
        shared = [key for key in names[0].papers if key in shared_papers(procedure)]
        for key, papers in self._papers_of(procedure, shared).items():
            self._app.parts.store.submissions.attach(submission, key, papers[0])

    def _titles(self, name: Name) -> None:
        """Enter older awards of the nominee, as an import of the old register would."""
        years = [self._today().year - ago for ago in name.titles]
        rows = [
            {
                **subject_columns(name.data["nominee"]),
                "award": "grassroots-soldier",
                "award_vi": "Chiến sĩ thi đua cơ sở",
                "award_en": "Grassroots Emulation Soldier",
                "year": year,
                "level": "unit",
                "type": "merit",
                "deed": f"{120 + year % 10}/QĐ",
                "decided_on": date(year, 12, 20),
                "org": PROVINCE,
            }
            for year in years
        ]
        if rows:
            self._app.parts.db.write(lambda c: c.execute(insert(t.awards), rows))

    def _do(self, number: int, step: Step) -> None:
        if step.do == SESSION:
            self._meet()
        elif step.do == CALL:
            self._call()
        else:
            self._act(number, step)

    def _act(self, number: int, step: Step) -> None:
        given = dict(step.given)
        keys = given.pop("papers", ())
        papers = self._papers_of(self._bound[number], keys)
        data = {k: self._said(v) for k, v in given.pop("data", {}).items()}
        refs = [self._opened[number]] if step.linked else self._refs[number]
        actor = self._actors[step.who]
        if len(refs) == 1:
            ask = Ask(
                ref=refs[0], trigger=step.do, actor=actor, data=data, documents=papers, **given
            )
            told = json.loads(self._app.parts.engine.act(ask).body)
            for opened in told.get("opened", ()):
                self._opened[number] = opened["dossier"]
            return
        many = BulkAsk(
            refs=tuple(refs),
            trigger=step.do,
            actor=actor,
            data=data,
            documents=papers,
            on_refusal="abort",
            **given,
        )
        for row in self._app.parts.engine.act_many(many).rows:
            if row.outcome != "done":
                raise TaleBroken(f"{step.do}: {row.text}")

    def _meet(self) -> None:
        """Let the council decide all that is on its agenda."""
        decided = {
            ref: {
                "members": COUNCIL,
                "present": COUNCIL,
                "written": 0,
                "yes": self._yes[ref],
                "no": COUNCIL - self._yes[ref],
                "blank": 0,
            }
            for ref in self._on_agenda()
        }
        people = self._actors[SECRETARY], self._actors[CHAIR]
        hold_session(self._app.parts, *people, PROVINCE, decided, self._paper("minutes", _MINUTES))

    def _call(self) -> None:
        """Call a session for days ahead and put most of what waits on its agenda."""
        held_on = national_calendar().add_working_days(self._until.astimezone(TZ).date(), 2)
        parts, secretary = self._app.parts, self._actors[SECRETARY]
        code = call_session(parts, secretary, PROVINCE, COUNCIL, held_on=held_on)
        put = Asked(dossiers=tuple(self._on_agenda()[:-LEFT_WAITING]))
        parts.engine.hold(Ask(ref=code, trigger="put_items", actor=secretary), put)

    def _on_agenda(self) -> list[str]:
        found = select(t.dossiers.c.id).where(t.dossiers.c.state_key == "on_agenda")
        with self._app.parts.db.read() as c:
            return list(c.execute(found.order_by(t.dossiers.c.id)).scalars())

    def _said(self, value: Any) -> Any:
        """Let a tale say `today`."""
        if isinstance(value, dict):
            return {key: self._said(inner) for key, inner in value.items()}
        return self._today().isoformat() if value == TODAY else value

    def _paper(self, key: str, label: str) -> Paper:
        if label not in self._papers:
            sha256, size = self._app.parts.files.put(pdf(key))
            self._papers[label] = Paper(
                sha256=sha256,
                size=size,
                media_type="application/pdf",
                name=safe_name(label.replace("/", "-"), "application/pdf"),
                signed=True,
            )
        return self._papers[label]

    def _papers_of(
        self, procedure: Procedure, keys: Collection[str]
    ) -> dict[str, tuple[Paper, ...]]:
        return {key: (self._paper(key, procedure.documents[key].label.vi),) for key in keys}

    def _today(self) -> date:
        return self._clock.now().astimezone(TZ).date()


def working_days_ago(now: datetime, days: int) -> date:
    """Return the day so many working days before the day of an instant."""
    return national_calendar().add_working_days(now.astimezone(TZ).date(), -days)


def morning_of(now: datetime, days: int) -> datetime:
    """Return seven o'clock, so many working days before an instant."""
    return _moment(working_days_ago(now, days), at(7))


def _moment(on: date, minute: int) -> datetime:
    return datetime(on.year, on.month, on.day, minute // 60, minute % 60, tzinfo=TZ)
