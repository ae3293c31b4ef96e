"""The re-issuance of a lost object and the confirmation that it opens, as tests tell of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from engine.decide import open_draft
from engine.definition import Procedure
from engine.dossier import Actor, Dossier
from engine.ports import Ids, Store
from engine.runtime import Ask, Engine
from procedures import catalogue
from tests.procedures import PROVINCE, UNIT, OneCalendar, paper, person
from tests.stores import LOG
from workflows.loader import load

HOA = person("hoa", "submitter", org=UNIT)
LAN = person("lan", "reception", "archivist")
MINH = person("minh", "specialist")
SON = person("son", "head")
QUANG = person("quang", "authority")

LOST: dict[str, object] = {
    "case": "lost",
    "loss": "disaster",
    "holder": {"kind": "individual", "name": "Nguyễn Thị Hường", "birth_year": 1952},
    "level": "province",
    "award_name": "Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh",
    "object": "certificate",
    "deed_number": "217/QĐ-UBND",
    "circumstances": "Nhà bị ngập trong trận lũ tháng 10",
}
SEARCH: dict[str, object] = {
    "fonds": "Phông Ủy ban nhân dân tỉnh",
    "query": "Bằng khen năm 2019",
    "by": "Minh",
    "searched_on": "2025-11-03",
    "result": "not_found",
}


@cache
def declared(key: str) -> Procedure:
    """Return an edition of the catalogue."""
    entry = next(one for one in catalogue.editions() if one.procedure == key)
    found = load(entry.source, entry.path).procedure
    assert found is not None
    return found


class Both:
    """The two editions; without `confirmation`, only the one that opens the other."""

    def __init__(self, *, confirmation: bool = True) -> None:
        """Load them from the catalogue."""
        keys = ("award-reissue", *(("award-confirmation",) if confirmation else ()))
        self._known = [declared(key) for key in keys]

    def get(self, edition: str) -> Procedure:
        """Return an edition by its hash."""
        return next(one for one in self._known if one.hash == edition)

    def in_force(self, procedure: str, on: date) -> Procedure | None:
        """Return an edition by its key."""
        return next((one for one in self._known if one.key == procedure), None)


@dataclass
class Office:
    """An office that re-issues objects, on whatever store."""

    store: Any
    ids: Ids
    editions: Any = None

    def __post_init__(self) -> None:
        """Put the engine together."""
        store: Store = self.store
        self.editions = self.editions or Both()
        self.engine = Engine(store, self.editions, OneCalendar(), self.ids)

    def do(self, ref: str, trigger: str, actor: Actor, **more: Any) -> dict[str, Any]:
        """Act, and return the answer."""
        answer = self.engine.act(Ask(ref=ref, trigger=trigger, actor=actor, **more))
        body: dict[str, Any] = json.loads(answer.body)
        return body

    def draft(self, key: str, owner: str, data: dict[str, object]) -> Dossier:
        """Store a draft."""
        made: Dossier = self.store.create_draft(
            open_draft(
                self.editions.in_force(key, date(2025, 11, 3)),
                id=self.ids.uuid7(),
                stream="",
                log=LOG,
                code="",
                owner=owner,
                levels={"unit": owner, "province": PROVINCE},
                created_by="hoa",
                data=data,
            )
        )
        return made

    def appraising(self, **data: object) -> str:
        """Have the re-issuance of a lost object accepted; return its id."""
        made = self.draft("award-reissue", UNIT, {**LOST, **data})
        papers = {key: (paper(),) for key in ("request", "loss_proof", "deed_copy")}
        self.do(made.id, "submit", HOA, documents=papers)
        self.do(made.id, "accept", LAN)
        return made.id

    def waiting(self, key: str | None = None) -> tuple[str, str]:
        """Have the award's confirmation opened; return the ids of opener and opened."""
        opener = self.appraising()
        body = self.do(opener, "ask_confirmation", MINH, key=key)
        (opened,) = body["opened"]
        return opener, opened["dossier"]

    def proposed(self) -> tuple[str, str]:
        """Have one archive searched in vain and that put before the head; return as `waiting`."""
        opener, opened = self.waiting()
        self.do(opened, "record_search", MINH, data={"searches": SEARCH})
        self.do(opened, "propose", MINH)
        return opener, opened

    def places(self, *refs: str) -> Sequence[list[str]]:
        """Return where dossiers stand."""
        loaded = (self.store.load(ref, "", None).dossier for ref in refs)
        return [sorted(one.configuration) for one in loaded]
