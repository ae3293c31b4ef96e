"""Procedures as administrators author them: checked, drafted, and published by somebody else."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, insert, select, update

from adapters.documents.files import letter_bytes, letter_keys
from adapters.identity.records import Records
from adapters.identity.who import Who
from adapters.services.access import nameable, owner_roles
from adapters.services.editions import LetterFiles, PublishedEditions, letter_hashes
from adapters.services.errors import EDITION, NotPublishable, SecondPersonNeeded, Unknown
from adapters.services.parts import Parts
from adapters.services.views import CheckResult, Choice, FindingView, ProcedureView
from adapters.storage import schema as t
from adapters.storage.config_log import CONFIGURATION
from engine.calendar import TZ
from engine.definition import Procedure
from engine.errors import Conflict, NotEntitled
from engine.text import Text
from engine.trail import EventDraft
from workflows.chart import dot
from workflows.findings import Finding
from workflows.loader import Report, load

FILE = "definition.yaml"
LARGEST_SOURCE = 256 * 1024
DRAFT, PUBLISHED = "draft", "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A definition as an administrator sends it: its text, and its scenarios by file name."""

    text: bytes
    scenarios: Mapping[str, bytes]


class AlreadyPublished(Conflict):
    """An edition of this name, or one in force from the same day, binds already."""

    def __init__(self, edition: str) -> None:
        """Name the edition that is in the way."""
        super().__init__(f"Đã có phiên bản {edition} cùng tên hoặc cùng ngày có hiệu lực.")
        self.edition = edition


class Procedures:
    """Reading editions is for everybody who is logged in; authoring them for administrators."""

    def __init__(self, parts: Parts) -> None:
        """Keep editions in the database of `parts`."""
        self._parts = parts
        self._records = Records(parts.db)

    def list(self, who: Who, lang: str) -> list[ProcedureView]:
        """Return the published editions, and to administrators the drafts, newest first."""
        e = t.editions.c
        query = select(t.editions).order_by(e.procedure, e.in_force_from.desc(), e.drafted_at)
        if not who.administers:
            query = query.where(e.status == PUBLISHED)
        with self._parts.db.read() as c:
            rows = list(c.execute(query))
        return [self._view(who, row, lang) for row in rows]

    def view(self, who: Who, procedure: str, edition: str, lang: str) -> ProcedureView:
        """Return one edition by its name or its hash.

        Raises:
            Unknown: there is none, or it is a draft and the caller no administrator.
        """
        return self._view(who, self._row(who, procedure, edition), lang)

    def source(self, who: Who, procedure: str, edition: str) -> bytes:
        """Return the definition, byte for byte.

        Raises:
            Unknown: as `view`.
        """
        return bytes(self._row(who, procedure, edition).source)

    def chart(
        self,
        who: Who,
        procedure: str,
        edition: str,
        lang: str,
        active: frozenset[str] = frozenset(),
    ) -> bytes:
        """Return the edition drawn as SVG, with the active states marked.

        Raises:
            Unknown: as `view`.
        """
        drawn = self._parts.editions.get(self._row(who, procedure, edition).hash)
        return self._parts.draw(dot(drawn, lang, active))

    def check(self, who: Who, source: Source, lang: str) -> CheckResult:
        """Return everything that is wrong with a definition; keeps nothing.

        Raises:
            NotEntitled: the caller is no administrator.
        """
        self._administers(who)
        report = self._report(source, letter_hashes(catalogue_letters()))
        procedure = report.procedure
        return CheckResult(
            ok=report.ok,
            procedure=procedure.key if procedure else "",
            edition=procedure.edition if procedure else "",
            findings=_findings(report.findings, lang),
        )

    def draft(self, who: Who, source: Source, lang: str) -> ProcedureView:
        """Keep a definition that compiles, with its letters frozen; it binds nobody yet.

        Sending the same bytes again returns what is kept.

        Raises:
            NotEntitled: the caller is no administrator.
            NotPublishable: it does not compile; the findings are among the facts.
        """
        self._administers(who)
        letters = catalogue_letters()
        compiled = load(source.text, FILE, letters=letter_hashes(letters))
        procedure = compiled.procedure
        if procedure is None:
            raise _not_publishable(compiled.findings, lang)
        report = self._report(source, letter_hashes(letters))
        row = {
            "hash": procedure.hash,
            "procedure": procedure.key,
            "edition": procedure.edition,
            "source": source.text,
            "letters": json.dumps(used_letters(letters, procedure), ensure_ascii=False),
            "scenarios": json.dumps(
                {name: text.decode() for name, text in source.scenarios.items()},
                ensure_ascii=False,
            ),
            "status": DRAFT,
            "in_force_from": procedure.in_force_from,
            "drafted_by": who.account,
            "drafted_at": self._parts.now(),
            "findings": json.dumps([f.as_json() for f in report.findings], ensure_ascii=False),
        }

        def work(c: Connection) -> None:
            known = c.execute(
                select(t.editions.c.hash).where(t.editions.c.hash == procedure.hash)
            ).first()
            if known is None:
                c.execute(insert(t.editions).values(row))

        self._parts.db.write(work)
        return self.view(who, procedure.key, procedure.hash, lang)

    def publish(self, who: Who, procedure: str, edition: str, lang: str) -> ProcedureView:
        """Put a draft in force, as a person other than the one who drafted it.

        It is checked anew, with its scenarios, its letters and the people of today. The event in
        the configuration's stream is written in the same commit.

        Raises:
            NotEntitled: the caller is no administrator.
            Unknown: there is no such draft.
            SecondPersonNeeded: the caller drafted it.
            NotPublishable: the findings are among the facts.
            AlreadyPublished: it, or one of its name or day, is published already.
        """
        self._administers(who)
        row = self._row(who, procedure, edition)
        if row.status != DRAFT:
            raise AlreadyPublished(row.edition)
        if row.drafted_by == who.account:
            raise SecondPersonNeeded(
                Text(
                    "Người soạn không được tự ban hành; hãy nhờ một quản trị viên khác.",
                    "Whoever drafted it cannot publish it; ask another administrator.",
                )
            )
        scenarios = {name: text.encode() for name, text in json.loads(row.scenarios).items()}
        source = Source(text=bytes(row.source), scenarios=scenarios)
        report = self._report(source, letter_hashes(json.loads(row.letters)))
        if not report.ok or report.procedure is None or report.procedure.hash != row.hash:
            raise _not_publishable(report.findings, lang)
        self._write_published(who, report.procedure, report.findings)
        self._parts.editions.forget()
        return self.view(who, procedure, row.hash, lang)

    def _write_published(self, who: Who, procedure: Procedure, findings: Sequence[Finding]) -> None:
        at = self._parts.now()
        e = t.editions.c

        def rows(c: Connection) -> None:
            clash = c.execute(
                select(e.edition).where(
                    e.procedure == procedure.key,
                    e.status == PUBLISHED,
                    (e.edition == procedure.edition) | (e.in_force_from == procedure.in_force_from),
                )
            ).scalar()
            if clash is not None:
                raise AlreadyPublished(clash)
            changed = c.execute(
                update(t.editions)
                .where(e.hash == procedure.hash, e.status == DRAFT)
                .values(
                    status=PUBLISHED,
                    published_by=who.account,
                    published_at=at,
                    findings=json.dumps([f.as_json() for f in findings], ensure_ascii=False),
                )
            )
            if changed.rowcount != 1:
                raise AlreadyPublished(procedure.edition)

        act = self._parts.ids.uuid7()
        self._parts.config_log.append_config_event(
            CONFIGURATION,
            lambda now: edition_event(procedure, now.astimezone(TZ).date(), who, act),
            rows,
        )

    def _report(self, source: Source, letters: Mapping[str, str]) -> Report:
        return load(
            source.text,
            FILE,
            letters=letters,
            proof=self._parts.proof,
            directory=_People(self._records, self._parts.now().astimezone(TZ).date()),
            others=_Published(self._parts.editions),
            scenarios=sorted(source.scenarios.items()),
            calendar=self._parts.calendars.current(),
        )

    def _administers(self, who: Who) -> None:
        if not who.administers:
            raise NotEntitled(
                Text(
                    "Chỉ quản trị viên được soạn và ban hành thủ tục.",
                    "Only administrators author procedures.",
                ),
                roles=["administrator"],
            )

    def _row(self, who: Who, procedure: str, edition: str) -> Any:
        if not nameable(procedure, edition):
            raise Unknown(EDITION)
        e = t.editions.c
        query = (
            select(t.editions)
            .where(e.procedure == procedure, (e.hash == edition) | (e.edition == edition))
            .order_by(e.status.desc(), e.drafted_at.desc())
        )
        if not who.administers:
            query = query.where(e.status == PUBLISHED)
        with self._parts.db.read() as c:
            row = c.execute(query).first()
        if row is None:
            raise Unknown(EDITION)
        return row

    def _view(self, who: Who, row: Any, lang: str) -> ProcedureView:
        procedure = self._parts.editions.get(row.hash)
        today = self._parts.now().astimezone(TZ).date()
        self._parts.editions.listed()
        binding = self._parts.editions.in_force(row.procedure, today)
        in_force = row.status == PUBLISHED and binding is not None and binding.hash == row.hash
        people = {one for one in (row.drafted_by, row.published_by) if one}
        names = self._records.names(people) if who.administers else {}
        startable = who.orgs_of(owner_roles(procedure)) if in_force else frozenset()
        if procedure.council is not None:
            # A session is called on a page of its own.
            startable = frozenset()
        return ProcedureView(
            id=row.hash,
            procedure=row.procedure,
            edition=row.edition,
            title=procedure.title.in_(lang),
            status=row.status,
            in_force_from=row.in_force_from,
            in_force=in_force,
            unverified=procedure.unverified,
            drafted_by=names.get(row.drafted_by or "", ""),
            drafted_at=row.drafted_at,
            published_by=names.get(row.published_by or "", ""),
            published_at=row.published_at,
            publishable=row.status == DRAFT and who.administers and row.drafted_by != who.account,
            startable=[
                Choice(key=org, label=who.tree.name(org, lang))
                for org in sorted(startable, key=lambda o: (who.tree.name(o, lang), o))
            ],
            findings=[_stored_finding(one, lang) for one in json.loads(row.findings)],
        )


@dataclass(frozen=True, slots=True)
class _Published:
    """The checker's port `Others`: the editions that are published."""

    known: PublishedEditions

    def editions(self, procedure: str) -> Sequence[Procedure]:
        """Return the published editions of a procedure."""
        found = (one.hash for one in self.known.listed() if one.procedure == procedure)
        return [self.known.get(digest) for digest in found]


@dataclass(frozen=True, slots=True)
class _People:
    """The checker's port `Directory`: who holds which role today."""

    records: Records
    today: date

    def holders(self, role: str) -> frozenset[str]:
        """Return the accounts that hold the role in any organisation."""
        return frozenset(account.id for account, _ in self.records.holders(role, self.today))


def edition_event(procedure: Procedure, on: date, who: Who | None, act: str) -> EventDraft:
    """Return the event that says that an edition was published; without `who`, by the system."""
    return EventDraft(
        type="edition_published",
        actor={
            "subject": who.account if who else "system",
            "acting_as": "administrator" if who else "system",
            "org": None,
            "on_behalf_of": None,
            "auth": who.actor.auth if who else "",
            "session": who.session if who else "",
        },
        effective_on=on,
        cause={"act": act, "event": None},
        rules={"edition": procedure.hash},
        data={
            "procedure": procedure.key,
            "edition": procedure.edition,
            "hash": procedure.hash,
            "in_force_from": procedure.in_force_from.isoformat(),
            "unverified": procedure.unverified,
        },
    )


def catalogue_letters() -> LetterFiles:
    """Return the files of every letter of the catalogue."""
    return {
        key: {name: content.decode() for name, content in letter_bytes(key).items()}
        for key in letter_keys()
    }


def used_letters(letters: LetterFiles, procedure: Procedure) -> LetterFiles:
    """Return the letters that the procedure names."""
    templates = {rule.template for rule in procedure.letters.values()}
    return {key: files for key, files in letters.items() if key in templates}


def _findings(findings: Sequence[Finding], lang: str) -> list[FindingView]:
    return [_stored_finding(f.as_json(), lang) for f in findings]


def _stored_finding(one: Mapping[str, Any], lang: str) -> FindingView:
    return FindingView(
        file=one["file"],
        line=one["line"],
        column=one["column"],
        code=one["code"],
        severity=one["severity"],
        message=one["message_en" if lang == "en" else "message"],
    )


def _not_publishable(findings: Sequence[Finding], lang: str) -> NotPublishable:
    told = [f for f in findings if f.severity == "error"]
    return NotPublishable(
        Text(
            f"Thủ tục còn {len(told)} lỗi phải sửa trước.",
            f"{len(told)} errors must be resolved first.",
        ),
        findings=[
            {
                "line": f.line,
                "column": f.column,
                "code": f.code,
                "severity": f.severity.value,
                "message": f.text.in_(lang),
            }
            for f in told
        ],
    )
