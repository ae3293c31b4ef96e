"""Opening drafts: by the unit itself, or at the counter of the office that will receive them.

What is opened under an idempotency key is opened once: whoever asks again gets what was opened.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from adapters.identity.who import Who
from adapters.services.access import check_key, counter_for, may_draft
from adapters.services.errors import PROCEDURE, Unknown
from adapters.services.parts import Parts
from engine.calendar import TZ
from engine.decide import open_draft
from engine.definition import Procedure
from engine.dossier import Dossier
from engine.errors import KeyReused, NoEditionInForce
from engine.ports import Answer
from engine.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a draft is opened for.

    Attributes:
        counter: organisation at whose counter it is opened; None: the owner opens it.
    """

    edition: Procedure
    owner: str
    counter: str | None
    at: datetime


Make = Callable[[Callable[[str], Answer] | None], str]
"""Opens something, given how its answer is made from its name, and returns that name."""


class Drafting:
    """Opens drafts for those who may."""

    def __init__(self, parts: Parts) -> None:
        """Open in the store of `parts`."""
        self._parts = parts

    def opening(self, who: Who, procedure: str, owner: str) -> Opening:
        """Return by which edition the caller may open drafts of a unit today, and in which place.

        Raises:
            Unknown: no such procedure, or the caller may not open one for this unit.
            NoEditionInForce: no edition binds today.
        """
        at = self._parts.now()
        edition = self.in_force(procedure, at)
        counter = None if may_draft(who, edition, owner) else counter_for(who, edition, owner)
        if counter is None and not may_draft(who, edition, owner):
            raise Unknown(PROCEDURE)
        return Opening(edition=edition, owner=owner, counter=counter, at=at)

    def in_force(self, procedure: str, at: datetime) -> Procedure:
        """Return the edition that binds on the local day of an instant.

        Raises:
            Unknown: there is no such procedure.
            NoEditionInForce: no edition binds on that day.
        """
        on = at.astimezone(TZ).date()
        if not any(e.procedure == procedure for e in self._parts.editions.listed()):
            raise Unknown(PROCEDURE)
        edition = self._parts.editions.in_force(procedure, on)
        if edition is None:
            raise NoEditionInForce(
                Text(
                    f"Thủ tục chưa có phiên bản nào có hiệu lực ngày {on:%d/%m/%Y}.",
                    f"No edition of the procedure is in force on {on}.",
                ),
                procedure=procedure,
            )
        return edition

    def draft(
        self, who: Who, opening: Opening, data: Mapping[str, object], submission: str = ""
    ) -> Dossier:
        """Return a new draft, not yet stored.

        Raises:
            BadInput: a value is of a wrong kind.
        """
        levels = who.tree.levels(opening.owner)
        return open_draft(
            opening.edition,
            id=self._parts.ids.uuid7(),
            stream="",
            log=f"{self._parts.log}/{opening.at.astimezone(TZ).year}",
            code="",
            owner=opening.owner,
            levels=levels,
            agencies=who.tree.agencies(levels.values()),
            outside=who.tree.outside(levels.values()),
            created_by=who.account,
            submission=submission,
            data=data,
            counter=opening.counter,
            today=opening.at.astimezone(TZ).date(),
        )

    def once(self, who: Who, key: str | None, asked: Mapping[str, object], make: Make) -> str:
        """Return what `make(answer)` opened, or what was opened under this key before.

        Args:
            asked: what is asked for; another request under the same key is refused.
            make: stores what is opened together with the answer it is given (None without a
                key), and returns its name; the answer's body is `{"opened": name}`.

        Raises:
            BadInput: the key is malformed.
            KeyReused: the key belongs to another request.
        """
        if key is None:
            return make(None)
        check_key(key)
        whole = json.dumps(asked, sort_keys=True, default=str)
        fingerprint = hashlib.sha256(whole.encode()).hexdigest()
        known = self._known(who, key, fingerprint)
        if known is not None:
            return known

        def answer(name: str) -> Answer:
            body = json.dumps({"opened": name})
            return Answer(principal=who.account, key=key, fingerprint=fingerprint, body=body)

        try:
            return make(answer)
        except IntegrityError:
            # Somebody has just used the key.
            known = self._known(who, key, fingerprint)
            if known is None:
                raise
            return known

    def _known(self, who: Who, key: str, fingerprint: str) -> str | None:
        kept = self._parts.queries.answer(who.account, key)
        if kept is None:
            return None
        if kept.fingerprint != fingerprint:
            raise KeyReused(key)
        return str(json.loads(kept.body)["opened"])
