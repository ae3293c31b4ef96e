"""A store in memory that keeps the same promises as the databases, durability excepted.

The contract suite holds it to them; tests of everything above storage may then use it.
"""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime

from adapters.clock import Clock
from adapters.storage.agendas import item_of, item_rows
from adapters.storage.drafts import ENVELOPES, INITIALS, STREAMS
from adapters.storage.errors import DraftChanged, DraftSubmitted
from adapters.storage.loading import Found, loaded, loaded_many
from adapters.storage.measured import STANDS
from adapters.storage.rows import (
    CommitRows,
    Row,
    SubjectOf,
    commit_rows,
    dossier_columns,
    opened_row,
    subject_of,
)
from adapters.storage.schema import stamp
from engine.calendar import TZ
from engine.dossier import Dossier
from engine.errors import DossierUnknown, VersionConflict
from engine.numbers import CODES
from engine.ports import (
    Agenda,
    Answer,
    Change,
    ItemsMoved,
    Loaded,
    LoadedMany,
    NumberHeld,
    NumberTyped,
)

Key = tuple[object, ...]

_KEYS: dict[str, tuple[str, ...]] = {
    "numbers": ("org", "kind", "year", "number"),
    "events": ("stream", "seq"),
    "values": ("event", "path"),
    "firings": ("dossier", "clock", "period", "rung"),
    "letters": ("id",),
    "letter_dossiers": ("letter", "place"),
    "answers": ("principal", "key"),
    "codes": ("code",),
}
_UPDATED = (
    "links",
    "dossiers",
    "tasks",
    "measurements",
    "number_registers",
    "submissions",
    "people",
    "session_items",
)
_LISTS = ("outbox", "awards", "uses", "incidents")
_TYPED = ("org", "register", "typed_year", "typed")
_USED = ("decision", "title", "award", "used_for", "year", "deed", "dossier")


class FakeStore:
    """`engine.ports.Store` and drafts, in memory.

    Attributes:
        tables: table name -> primary key -> row, as the databases would hold them.
        lists: the same for tables whose rows are merely numbered.
    """

    def __init__(self, clock: Clock | None = None, subject: SubjectOf = subject_of) -> None:
        """Begin empty; without a clock the machine's time counts."""
        self._clock = clock
        self._subject = subject
        self._lock = threading.RLock()
        self._pen = threading.Lock()
        self._held = threading.local()
        self.tables: dict[str, dict[Key, Row]] = {name: {} for name in (*_KEYS, *_UPDATED)}
        self.lists: dict[str, list[Row]] = {name: [] for name in _LISTS}

    def load(self, ref: str, principal: str, key: str | None, *, lock: bool = False) -> Loaded:
        """Return all that a decision needs; see `engine.ports.Store`."""
        self.release()
        if lock:
            self._pen.acquire()
            self._held.pen = True
        with self._lock:
            row = self._row(ref)
            if row is not None:
                return loaded(self._found(row, principal, key), principal, key)
        self.release()
        raise DossierUnknown(ref)

    def commit(self, change: Change) -> None:
        """Write everything or nothing; see `engine.ports.Store`."""
        try:
            rows = commit_rows(change, self._subject, self._now())
            with self._writing():
                self._check(rows, change)
                self._write(rows, change)
        finally:
            self.release()

    def load_many(
        self, refs: Sequence[str], principal: str, key: str | None, *, lock: bool = False
    ) -> LoadedMany:
        """Return all that decisions on many dossiers need; see `engine.ports.Store`."""
        self.release()
        if lock:
            self._pen.acquire()
            self._held.pen = True
        with self._lock:
            rows = [self._row(ref) for ref in refs]
            known = {row["id"]: self._found(row, principal, key) for row in rows if row}
            registers = {tuple(r[:3]): r for one in known.values() for r in json.loads(one[10])}
            answer = self.tables["answers"].get((principal, key), {})
            batch = (
                *(None,) * 6, self._now(), answer.get("fingerprint"), answer.get("body"), None,
                json.dumps(list(registers.values())), None, None, None,
            )  # fmt: skip
            found = [(at, *known[row["id"]]) for at, row in enumerate(rows, 1) if row]
            return loaded_many([(0, *batch), *found], refs, principal, key)

    def commit_many(
        self, changes: Sequence[Change], answer: Answer | None, agenda: ItemsMoved | None = None
    ) -> None:
        """Write all changes and one answer, or nothing; see `engine.ports.Store`."""
        try:
            with self._writing():
                before = self.tables, self.lists
                self.tables, self.lists = copy.deepcopy(before)
                try:
                    for change in (replace(changes[0], answer=answer), *changes[1:]):
                        if change.link is not None:
                            self._open(change)
                        rows = commit_rows(change, self._subject, self._now())
                        self._check(rows, change)
                        self._write(rows, change)
                    if agenda is not None:
                        self._write_items(agenda)
                except VersionConflict:
                    self.tables, self.lists = before
                    raise
        finally:
            self.release()

    def _write_items(self, agenda: ItemsMoved) -> None:
        table = self.tables["session_items"]
        for gone in agenda.gone:
            del table[agenda.session, gone]
        for row in item_rows(agenda):
            table[row["session"], row["dossier"]] = row
        opened = [row["dossier"] for row in table.values() if row["open"]]
        if len(set(opened)) < len(opened):
            raise VersionConflict(agenda.session)

    def agenda(self, ref: str) -> Agenda:
        """Return the items of a session; see `engine.ports.Store`."""
        with self._lock:
            row = self._row(ref)
            if row is None:
                raise DossierUnknown(ref)
            items = [
                one for one in self.tables["session_items"].values() if one["session"] == row["id"]
            ]
            kept = sorted(items, key=lambda one: int(one["place"]))
            return Agenda(
                session=row["id"],
                edition=row["edition"],
                version=row["version"],
                items=tuple(item_of(one) for one in kept),
            )

    def on_open_agendas(self, dossiers: Sequence[str], but: str) -> frozenset[str]:
        """Return which dossiers are open items elsewhere; see `engine.ports.Store`."""
        with self._lock:
            return frozenset(
                row["dossier"]
                for row in self.tables["session_items"].values()
                if row["open"] and row["session"] != but and row["dossier"] in dossiers
            )

    def number_held(self, number: NumberTyped) -> NumberHeld | None:
        """Return which letter has a typed number; see `engine.ports.Store`."""
        wanted = (number.org, number.kind, number.year, number.key)
        with self._lock:
            for row in self.tables["letters"].values():
                if _key(row, _TYPED) == wanted:
                    held = self.tables["dossiers"][row["dossier"],]
                    code = held["received_code"] or held["code"]
                    return NumberHeld(dossier=code, dated_on=date.fromisoformat(row["dated_on"]))
        return None

    def beside(self, refs: Sequence[str]) -> tuple[Loaded | None, ...]:
        """Return further dossiers, within the unit of work that is open; see `Store`."""
        with self._lock:
            rows = [self._row(ref) for ref in refs]
            return tuple(
                loaded(self._found(row, "", None), "", None) if row else None for row in rows
            )

    def release(self) -> None:
        """End a unit of work that this thread opened with `lock`, if there is one."""
        if getattr(self._held, "pen", False):
            self._held.pen = False
            self._pen.release()

    def due(self, limit: int) -> Sequence[str]:
        """Return ids of dossiers whose next rung is due, the oldest first."""
        now = stamp(self._now())
        with self._lock:
            waiting = [
                (row["next_rung_at"], row["id"])
                for row in self.tables["dossiers"].values()
                if row["next_rung_at"] is not None and row["next_rung_at"] <= now
            ]
        return [ref for _, ref in sorted(waiting)[:limit]]

    def create_draft(self, dossier: Dossier) -> Dossier:
        """Store a new draft under the next code and stream; see `Drafts.create`."""
        with self._writing():
            year = self._now().astimezone(TZ).year
            kind = dossier.stream or STREAMS
            register = self.tables["number_registers"].setdefault(
                ("", kind, year), {"org": "", "kind": kind, "year": year, "next": 1}
            )
            number = register["next"]
            register["next"] += 1
            draft = replace(
                dossier,
                code=f"{INITIALS[kind]}-{year}-{number:06}",
                stream=f"{kind}/{year}/{number:06}",
                submission=dossier.submission or dossier.id,
                version=0,
                revision=0,
            )
            draft = replace(draft, place=self._place(draft, year))
            self.tables["dossiers"][draft.id,] = {
                **dossier_columns(draft, self._subject),
                "id": draft.id,
                "code": draft.code,
                "stream": draft.stream,
                "submission": draft.submission,
                "place": draft.place,
                "former_holders": [],
                "head_hash": None,
                "head_recorded_at": None,
                "next_rung_at": None,
            }
        return draft

    def save_draft(self, dossier: Dossier, expected_revision: int) -> Dossier:
        """Store a changed draft; see `Drafts.save`."""
        with self._writing():
            row = self.tables["dossiers"].get((dossier.id,))
            if row is None:
                raise DossierUnknown(dossier.code)
            if row["version"]:
                raise DraftSubmitted(dossier.code)
            if row["revision"] != expected_revision:
                raise DraftChanged(dossier.code)
            draft = replace(dossier, version=0, revision=expected_revision + 1)
            row.update(dossier_columns(draft, self._subject))
        return draft

    def _place(self, draft: Dossier, year: int) -> int:
        """Return the next place in the submission of a draft, which is kept if it is new."""
        submission = draft.submission
        if (submission,) not in self.tables["submissions"]:
            register = self.tables["number_registers"].setdefault(
                ("", ENVELOPES, year), {"org": "", "kind": ENVELOPES, "year": year, "next": 1}
            )
            self.tables["submissions"][submission,] = {
                "id": submission,
                "draft_code": f"T-{year}-{register['next']:06}",
                "code": None,
                "owner": draft.owner,
                "places": 0,
            }
            register["next"] += 1
        held = self.tables["submissions"][submission,]
        held["places"] += 1
        return int(held["places"])

    def _open(self, change: Change) -> None:
        """Insert a dossier that another one opens, without an event."""
        dossier, link = change.dossier, change.link
        assert link is not None
        row = opened_row(dossier, link, self._subject, None)
        self._place(dossier, row["year"])
        empty = dict.fromkeys(("head_hash", "head_recorded_at", "next_rung_at"))
        self.tables["dossiers"][dossier.id,] = {**row, **empty, "former_holders": []}
        self.tables["links"][dossier.id,] = {
            "child": dossier.id,
            "parent": link.parent,
            "opened_by_event": link.event,
            "awaits": row["awaits"],
        }

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Wait for whoever holds the pen, unless it is this thread."""
        if getattr(self._held, "pen", False):
            with self._lock:
                yield
        else:
            with self._pen, self._lock:
                yield

    def _now(self) -> datetime:
        return datetime.now(UTC) if self._clock is None else self._clock.now()

    def _row(self, ref: str) -> Row | None:
        further = self.tables["codes"].get((ref,), {}).get("dossier")
        return next(
            (
                row
                for row in self.tables["dossiers"].values()
                if ref in (row["id"], row["code"], row["received_code"]) or row["id"] == further
            ),
            None,
        )

    def _found(self, row: Row, principal: str, key: str | None) -> Found:
        now = self._now()
        today = now.astimezone(TZ)
        answer = self.tables["answers"].get((principal, key), {})
        awards = [
            [award["award"], award["year"], award["deed"]]
            for award in self.lists["awards"]
            if row["subject_key"] and award["subject_key"] == row["subject_key"]
        ]
        uses = [
            [u[name] for name in _USED]
            for u in self.lists["uses"]
            if row["subject_key"] and u["subject_key"] == row["subject_key"]
        ]
        people = [
            [p["role"], p["person"]]
            for p in self.tables["people"].values()
            if p["submission"] == row["submission"]
        ]
        registers = [
            [r["org"], r["kind"], r["year"], r["next"]]
            for r in self.tables["number_registers"].values()
            if (r["org"] or r["kind"] == STREAMS)
            and r["org"] in ("", row["holder"], *json.loads(row["levels"]))
            and r["year"] >= today.year - 1
            and (not r["kind"].startswith(f"{CODES}-") or r["kind"] == f"{CODES}-{today:%m%d}")
        ]
        return (
            row["body"], row["version"], row["revision"], row["stream"], row["head_hash"],
            row["head_recorded_at"], now, answer.get("fingerprint"), answer.get("body"),
            json.dumps(awards), json.dumps(registers), json.dumps(people),
            self.tables["submissions"][row["submission"],]["code"], json.dumps(uses),
        )  # fmt: skip

    def _check(self, rows: CommitRows, change: Change) -> None:
        """Raise before anything is written."""
        row = self.tables["dossiers"].get((change.dossier.id,))
        moved = row is None or (row["version"], row["revision"]) != (
            change.expected,
            change.dossier.revision,
        )
        for register in rows.registers:
            held = self.tables["number_registers"].get(_key(register, ("org", "kind", "year")))
            moved = moved or (held["next"] if held else 1) != register["first"]
        held_numbers = {_key(one, _TYPED) for one in self.tables["letters"].values()}
        moved = moved or any(
            one["typed"] and _key(one, _TYPED) in held_numbers for one in rows.letters
        )
        for name, columns in _KEYS.items():
            new = [_key({"dossier": change.dossier.id, **r}, columns) for r in getattr(rows, name)]
            moved = moved or len(set(new)) < len(new)
            moved = moved or any(key in self.tables[name] for key in new)
        if moved:
            raise VersionConflict(change.dossier.received_code or change.dossier.code)

    def _write(self, rows: CommitRows, change: Change) -> None:
        dossier = change.dossier
        row = self.tables["dossiers"][dossier.id,]
        if row["holder"] != dossier.holder:
            row["former_holders"].append(row["holder"])
        kept = {name: row[name] for name in ("head_hash", "head_recorded_at")}
        row.update(rows.dossier)
        row.update({name: row[name] or value for name, value in kept.items()})
        submission = self.tables["submissions"][row["submission"],]
        submission["code"] = submission["code"] or rows.dossier["submission_code"]
        for register in rows.registers:
            key = _key(register, ("org", "kind", "year"))
            self.tables["number_registers"][key] = register
        for name, columns in _KEYS.items():
            for new in getattr(rows, name):
                written = {"dossier": dossier.id, **new}
                self.tables[name][_key(written, columns)] = written
        for new in rows.people:
            self.tables["people"][tuple(new.values())] = new
        for name in _LISTS:
            self.lists[name] += [{"dossier": dossier.id, **new} for new in getattr(rows, name)]
        for new in rows.measurements:
            key = (dossier.id, new["level"])
            held = self.tables["measurements"].setdefault(key, {"dossier": dossier.id})
            told = new["resolved_on"] and not new["verdict"]
            stands = {name: held[name] for name in STANDS} if told else {}
            held.update({**new, **stands})
        self._write_tasks(rows, dossier.id)

    def _write_tasks(self, rows: CommitRows, dossier: str) -> None:
        is_open = {task["id"] for task in rows.tasks}
        for task in self.tables["tasks"].values():
            if task["dossier"] == dossier and task["id"] not in is_open:
                task["closed_at"] = task["closed_at"] or stamp(self._now())
        for task in rows.tasks:
            empty = {"dossier": dossier, "claimed_by": None, "closed_at": None}
            held = self.tables["tasks"].setdefault((task["id"],), empty)
            if (held.get("role"), held.get("org")) != (task["role"], task["org"]):
                held["claimed_by"] = None
            held.update(task)


def _key(row: Row, columns: tuple[str, ...]) -> Key:
    return tuple(row[column] for column in columns)
