"""Which files the database refers to; all others in the folder are orphans."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.dialects import postgresql, sqlite

from adapters.storage.database import Database
from adapters.storage.schema import files
from engine.dossier import Dossier, Paper


def remember_file(
    connection: Connection, sha256: str, size: int, media_type: str, now: datetime
) -> None:
    """Note in the caller's transaction that a file is referred to."""
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    connection.execute(
        dialect.insert(files)
        .values(sha256=sha256, size=size, media_type=media_type, created_at=now)
        .on_conflict_do_nothing()
    )


def remember_papers(connection: Connection, dossier: Dossier, now: datetime) -> None:
    """Note in the caller's transaction all files of a dossier."""
    for paper in papers_of(dossier):
        remember_file(connection, paper.sha256, paper.size, paper.media_type, now)


def papers_of(dossier: Dossier) -> Iterable[Paper]:
    """Return every file of a dossier."""
    for papers in dossier.documents.values():
        yield from papers


def known_files(database: Database, hashes: Collection[str]) -> set[str]:
    """Return those of the hashes that the database refers to."""
    with database.read() as connection:
        query = select(files.c.sha256).where(files.c.sha256.in_(list(hashes)))
        return set(connection.execute(query).scalars())
