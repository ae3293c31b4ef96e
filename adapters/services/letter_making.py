"""Letters from dossiers: a preview of what would be issued, and the PDF of what was.

What was issued is rendered from the trail: each dossier is folded up to the event that issued the
letter, so that the PDF says what was true then, however late it is made. The layout and the
sentences are those that were frozen with the edition. A letter for many is one PDF; that it was
made, and its digest, stands in the trail of its first dossier, which the events of all others name:
one paper has one digest, and hundreds of events that repeat it would prove nothing more.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from adapters.documents.render import Rendered, render_letter
from adapters.files import FileStore
from adapters.services.letter_data import (
    Issue,
    Listed,
    Office,
    letter_data,
    local_day,
    seat,
)
from adapters.services.sitting_data import proposal_data, session_data, told_items
from adapters.storage import schema as t
from adapters.storage.database import Database
from adapters.storage.stories import stories
from engine.canonical import parse_canonical
from engine.changes import bonus_of
from engine.definition import AgendaAct, LetterRule, Procedure, Transition
from engine.dossier import Dossier, Paper
from engine.errors import BangVangError
from engine.fold import fold
from engine.ports import Calendars, Editions
from engine.runtime import Engine
from engine.text import Text


class LetterUnknown(BangVangError):
    """There is no such letter."""

    def __init__(self, ref: str) -> None:
        """Name what was looked for."""
        super().__init__(f"Không có văn bản {ref}.")
        self.ref = ref


class LetterMaker:
    """Makes letters out of dossiers. Safe to share between threads."""

    def __init__(
        self,
        db: Database,
        engine: Engine,
        files: FileStore,
        editions: Editions,
        calendars: Calendars,
        now: Callable[[], datetime],
        public_url: str = "",
    ) -> None:
        """Read dossiers from `db` and keep PDFs in `files`.

        Args:
            now: the clock of record.
            public_url: where the product is reached; letters then carry a QR code that leads to
                their verification.
        """
        self._db = db
        self._engine = engine
        self._files = files
        self._editions = editions
        self._calendars = calendars
        self._now = now
        self._public_url = public_url.rstrip("/")

    def preview(self, procedure: Procedure, dossier: Dossier, key: str, lang: str) -> bytes:
        """Return the PDF of a letter as it would be now, marked as a draft and without number.

        The minutes of a session on which every item has its result are what is signed on paper, and
        bear no such mark.

        Raises:
            LetterUnknown: the procedure has no such letter.
            LetterError: the dossier lacks what the letter must say.
        """
        rule = procedure.letters.get(key)
        if rule is None:
            raise LetterUnknown(key)
        issuing = next((one for one in procedure.transitions if key in one.letters), None)
        now = self._now()
        bonus = bonus_of(procedure, dossier, local_day(now)) if rule.number_from else None
        one = Listed(procedure=procedure, dossier=dossier, bonus=bonus.told() if bonus else {})
        issue = Issue(
            listed=(one,),
            rule=rule,
            transition=issuing,
            number=None,
            dated_on=local_day(now),
            office=self._office(dossier.holder),
            submitter=self._office(dossier.owner),
            within=dossier.holder,
            place=seat(self._office(dossier.holder).name),
            reason=Text("……", "……"),
            signer="",
            signer_title=_title(procedure, issuing),
            calendar=self._calendars.current(),
            at=now,
            session=self._session(procedure, dossier),
        )
        data = letter_data(issue)
        data["items"] = data["items"] or ["……"]
        data["dossier"].setdefault("due_on", None)
        if not data["dossier"].get("due_on"):
            data["dossier"]["due_on"] = local_day(now).isoformat()
        files = self._frozen(procedure.hash, rule)
        settled = bool(issue.session) and all(one["settled"] for one in issue.session["items"])
        return render_letter(rule.template, data, lang=lang, files=files, draft=not settled).pdf

    def proposal(self, dossier: Dossier, lang: str) -> bytes | None:
        """Return the PDF of the submission that proposes all that a session passed, as a draft.

        None: it passed nothing.

        Raises:
            LetterError: it cannot be set.
        """
        items = told_items(self._db, self._editions, dossier.id)
        data = proposal_data(dossier, items, self._office(dossier.holder))
        return render_letter("proposal", data, lang=lang, draft=True).pdf if data else None

    def render(self, letter: str) -> Rendered:
        """Make the PDF of an issued letter, keep it, and say so in the letter's row.

        Rendering again gives the same bytes.

        Raises:
            LetterUnknown: there is no such letter.
            LetterError: it cannot be rendered; an incident for people.
        """
        row = self._row(letter)
        rendered = self._set(dict(row), None)
        self._files.put(rendered.pdf)
        if row["status"] != "rendered":
            # The event first: if this process dies here, the next one finds the letter unrendered
            # and says it again, with the same digest.
            self._engine.record(
                row["dossier"],
                "letter_rendered",
                {"letter": letter, "key": row["key"], "sha256": rendered.sha256},
                (
                    Paper(
                        sha256=rendered.sha256,
                        size=len(rendered.pdf),
                        media_type="application/pdf",
                        name="",
                    ),
                ),
            )

        at = self._now()

        def work(connection: Any) -> None:
            connection.execute(
                update(t.letters)
                .where(t.letters.c.id == letter)
                .values(
                    status="rendered",
                    pdf_sha256=rendered.sha256,
                    pdf_size=len(rendered.pdf),
                    rendered_at=at,
                )
            )

        self._db.write(work)
        return rendered

    def extract(self, letter: str, dossiers: Collection[str]) -> Rendered:
        """Make an issued letter as an extract that shows the rows of some of its dossiers only.

        It is not kept: it follows from the trail whenever it is asked for.

        Args:
            dossiers: ids.

        Raises:
            LetterUnknown: there is no such letter.
            LetterError: it cannot be rendered.
        """
        return self._set(self._row(letter), frozenset(dossiers))

    def _row(self, letter: str) -> Mapping[str, Any]:
        with self._db.read() as c:
            row = c.execute(select(t.letters).where(t.letters.c.id == letter)).mappings().first()
        if row is None:
            raise LetterUnknown(letter)
        return dict(row)

    def _set(self, row: Mapping[str, Any], shown: frozenset[str] | None) -> Rendered:
        issue = self._issued(row, shown)
        return render_letter(
            issue.rule.template,
            letter_data(issue),
            files=self._frozen(row["edition"], issue.rule),
        )

    def _issued(self, row: Mapping[str, Any], shown: frozenset[str] | None) -> Issue:
        procedure = self._editions.get(row["edition"])
        listed, event, reason = self._as_of(row["id"])
        dossier = listed[0].dossier
        rule = procedure.letters[row["key"]]
        pulled = [event["data"]["trigger"], *event["data"].get("then", ())]
        issuing = next(
            (
                one
                for one in procedure.transitions
                if one.trigger in pulled and rule.key in one.letters
            ),
            None,
        )
        closed = issuing.closed_reasons.get(event["data"].get("reason", "")) if issuing else None
        actor = event["actor"]
        role = procedure.roles.get(actor["acting_as"])
        # What a unit brings about by its own act, such as a withdrawal, is told by whoever took the
        # dossier in; nobody there has signed yet.
        by_unit = role is not None and role.of_owner
        office = self._office(dossier.holder if by_unit else actor["org"])
        accepts = next((one for one in procedure.transitions if one.accepts), None)
        title = (
            _title(procedure, accepts)
            if by_unit
            else _title(procedure, issuing, actor["acting_as"])
        )
        return Issue(
            listed=listed,
            shown=shown,
            rule=rule,
            transition=issuing,
            number=row["number"],
            dated_on=row["dated_on"],
            office=office,
            submitter=self._office(dossier.owner),
            within=row["org"],
            place=seat(self._office(row["org"]).name),
            reason=closed or (Text(reason, reason) if reason else None),
            signer="" if by_unit else self._person(actor["subject"]),
            signer_title=title,
            calendar=self._calendars.current(),
            at=datetime.fromisoformat(event["recorded_at"]),
            verify_url=f"{self._public_url}/verify/{row['id']}" if self._public_url else None,
            session=self._session(procedure, dossier, self._person(actor["subject"])),
        )

    def _session(self, procedure: Procedure, dossier: Dossier, chair: str = "") -> dict[str, Any]:
        """Return what a session came to; nothing for other dossiers."""
        if procedure.council is None:
            return {}
        items = told_items(self._db, self._editions, dossier.id)
        secretary = self._person(self._settled_by(procedure, dossier.stream))
        return session_data(procedure, dossier, items, chair=chair, secretary=secretary)

    def _settled_by(self, procedure: Procedure, stream: str) -> str:
        """Return who last signed as the secretary: whose act found every item settled."""
        ways = {one.trigger for one in procedure.transitions if one.agenda is AgendaAct.SETTLED}
        e = t.events.c
        with self._db.read() as c:
            rows = c.execute(select(e.body).where(e.stream == stream).order_by(e.seq.desc())).all()
        events = (parse_canonical(bytes(row.body)) for row in rows)
        signed = (one for one in events if one["data"].get("trigger") in ways)
        return next((str(one["actor"]["subject"]) for one in signed), "")

    def _as_of(self, letter: str) -> tuple[tuple[Listed, ...], dict[str, Any], str]:
        """Return the dossiers of a letter as its events left them, its first event and free reason.

        Two statements, however many dossiers there are.
        """
        of, last = t.letter_dossiers.c, t.events.c
        upto = (
            select(of.place, last.stream, last.seq)
            .select_from(t.letter_dossiers.join(t.events, last.id == of.event))
            .where(of.letter == letter)
        )
        with self._db.read() as c:
            told = stories(c, upto)
        listed = []
        for story in told:
            dossier = fold(story)
            listed.append(
                Listed(
                    procedure=self._editions.get(dossier.edition),
                    dossier=dossier,
                    bonus=story[-1][0]["data"].get("bonus", {}),
                )
            )
        event, opened = told[0][-1]
        return tuple(listed), event, str(dict(opened).get("reason", ""))

    def _office(self, org: str) -> Office:
        o = t.organisations
        over = o.alias()
        with self._db.read() as c:
            row = c.execute(
                select(o, over.c.name_vi.label("over_vi"), over.c.name_en.label("over_en"))
                .select_from(o.outerjoin(over, over.c.id == o.c.part_of))
                .where(o.c.id == org)
            ).first()
        if row is None:
            return Office(id=org, name=Text(org, org))
        above = Text(row.over_vi, row.over_en) if row.over_vi else None
        return Office(id=org, name=Text(row.name_vi, row.name_en), over=above, level=row.level)

    def _person(self, account: str) -> str:
        with self._db.read() as c:
            found = c.execute(
                select(t.accounts.c.name).where(t.accounts.c.id == account)
            ).scalar_one_or_none()
        return str(found or "")

    def _frozen(self, edition: str, rule: LetterRule) -> Mapping[str, bytes]:
        """Return the letter's files as the edition froze them."""
        with self._db.read() as c:
            stored = c.execute(
                select(t.editions.c.letters).where(t.editions.c.hash == edition)
            ).scalar_one_or_none()
        frozen = json.loads(stored or "{}").get(rule.template)
        if frozen is None:
            raise LetterUnknown(rule.template)
        return {name: content.encode() for name, content in frozen.items()}


def _title(procedure: Procedure, transition: Transition | None, acting_as: str = "") -> Text:
    """Return what the person signs as: the label of the role in which the letter is issued.

    Where a machine pulled the trigger that issues it, that is the role of the person whose act
    made it do so.
    """
    for role in (acting_as, *(transition.by if transition else ())):
        if role in procedure.roles:
            return procedure.roles[role].label
    return procedure.title
