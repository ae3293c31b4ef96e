"""The papers of a council's session: its minutes, and the submission that follows its protocol.

Whoever may see the session may read both; the engine numbers the minutes when the chair signs.
"""

from __future__ import annotations

from adapters.identity.who import Who
from adapters.services.dossiers import Dossiers, Seen
from adapters.services.errors import PROCEDURE, Unknown
from adapters.services.letters import PDF, Letters, LettersPending
from adapters.services.parts import Parts
from adapters.services.views import File
from engine.definition import Procedure
from engine.errors import BadInput
from engine.text import Text


class SessionPapers:
    """Hands out what a session has brought forth, as PDF."""

    def __init__(self, parts: Parts, dossiers: Dossiers, letters: Letters) -> None:
        """Read through these."""
        self._parts = parts
        self._dossiers = dossiers
        self._letters = letters

    def minutes(self, who: Who, ref: str, lang: str) -> File:
        """Return the minutes as they were issued; before that, as they would be now.

        Once every item has its result they bear no mark of a draft, and can be signed on paper.

        Raises:
            Unknown: there is no such session for this caller.
            LettersPending: they are being made.
            BangVangError: the session has no council or no item yet.
        """
        seen = self._session(who, ref)
        key = minutes_of(seen.procedure)
        if key is None:
            raise Unknown(PROCEDURE)
        issued = [one for one in self._parts.queries.letters_of(seen.dossier.id) if one.key == key]
        if not issued:
            return self._letters.preview(who, seen.dossier.id, key, lang)
        if issued[-1].pdf_sha256 is None:
            raise LettersPending(
                Text(
                    "Biên bản đang được tạo. Hãy thử lại sau ít phút.",
                    "The minutes are being made. Try again in a moment.",
                ),
                pending=1,
            )
        return self._letters.pdf(who, seen.dossier.id, issued[-1].id)

    def proposal(self, who: Who, ref: str, lang: str) -> File:
        """Return the submission (tờ trình) to whoever decides: all that passed, by award.

        It is a draft without number, which the office numbers and signs.

        Raises:
            Unknown: there is no such session for this caller.
            BadInput: the protocol is not signed, or nothing passed.
        """
        seen = self._session(who, ref)
        if seen.dossier.result != "granted":
            raise BadInput(
                Text(
                    "Tờ trình lập được sau khi Chủ tọa ký biên bản.",
                    "The submission follows when the chair has signed.",
                ),
                field="state",
            )
        content = self._parts.letters.proposal(seen.dossier, lang)
        if content is None:
            raise BadInput(
                Text("Phiên họp không thông qua hồ sơ nào.", "The session passed no dossier."),
                field="items",
            )
        return File(
            content=content, media_type=PDF, name=f"{seen.dossier.code}-to-trinh-du-thao.pdf"
        )

    def _session(self, who: Who, ref: str) -> Seen:
        seen = self._dossiers.seen(who, ref)
        if seen.procedure.council is None:
            raise Unknown(PROCEDURE)
        return seen


def minutes_of(procedure: Procedure) -> str | None:
    """Return the key of the letter that the protocol of a session issues, or None."""
    return next((key for t in procedure.transitions if t.for_each for key in t.letters), None)
