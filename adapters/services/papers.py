"""Files that people bring: judged by their content, kept by it, and given only to the entitled."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from sqlalchemy import Connection, insert, select

from adapters.identity.who import Who
from adapters.services.asks import PaperGiven
from adapters.services.errors import PAPER, Unknown
from adapters.services.media import media_type_of, safe_name
from adapters.services.parts import Parts
from adapters.services.views import File, Uploaded
from adapters.storage import schema as t
from adapters.storage.files_known import remember_file
from engine.dossier import Paper
from engine.errors import BadInput
from engine.text import Text

SHA256 = re.compile(r"[0-9a-f]{64}")


class Papers:
    """Uploads and downloads. The caller's right to the dossier has been settled before."""

    def __init__(self, parts: Parts) -> None:
        """Keep files in the file store of `parts`."""
        self._parts = parts

    def upload(self, who: Who, dossier: str, content: bytes, name: str) -> Uploaded:
        """Keep a file that this caller may then put into this dossier, and into no other.

        Raises:
            FileRefused: empty, larger than 20 MiB, or of a kind that is not taken.
        """
        media_type = media_type_of(content)
        sha256, size = self._parts.files.put(content)
        at = self._parts.now()
        row = insert(t.uploads).values(
            id=self._parts.ids.uuid7(),
            account=who.account,
            dossier=dossier,
            sha256=sha256,
            size=size,
            media_type=media_type,
            at=at,
        )

        def work(c: Connection) -> None:
            remember_file(c, sha256, size, media_type, at)
            c.execute(row)

        self._parts.db.write(work)
        return Uploaded(
            sha256=sha256,
            size=size,
            media_type=media_type,
            name=safe_name(name, media_type),
        )

    def taken(self, who: Who, dossier: str, given: PaperGiven) -> Paper:
        """Return a file as a paper of the dossier, if this caller uploaded it to that dossier.

        Knowing the hash of somebody else's file gives no right to it.

        Raises:
            BadInput: the caller uploaded no such file to this dossier.
        """
        if SHA256.fullmatch(given.sha256) is None:
            raise _not_uploaded(given)
        u = t.uploads.c
        query = select(u.size, u.media_type).where(
            u.account == who.account, u.dossier == dossier, u.sha256 == given.sha256
        )
        with self._parts.db.read() as c:
            row = c.execute(query).first()
        if row is None:
            raise _not_uploaded(given)
        return Paper(
            sha256=given.sha256,
            size=row.size,
            media_type=row.media_type,
            name=safe_name(given.name, row.media_type),
            signed=given.signed,
        )

    def file(self, documents: Mapping[str, Sequence[Paper]], sha256: str) -> File:
        """Return a file that is among these papers, which lie by their kind.

        Raises:
            Unknown: none of them has this content.
        """
        for papers in documents.values():
            for paper in papers:
                if paper.sha256 == sha256:
                    return File(
                        content=self._parts.files.get(sha256),
                        media_type=paper.media_type,
                        name=paper.name,
                    )
        raise Unknown(PAPER)


def _not_uploaded(given: PaperGiven) -> BadInput:
    return BadInput(
        Text(
            "Tệp chưa được tải lên hồ sơ này; hãy tải lên trước.",
            "The file was not uploaded to this dossier; upload it first.",
        ),
        field="documents",
        sha256=given.sha256,
    )
