"""Worlds for the contract: the same promises on the fake, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from adapters.storage.database import open_database
from adapters.storage.migrate import migrate
from tests.stores import World, fake_world, postgres_world, sqlite_world

KINDS = ["fake", "sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def _migrated(url: str) -> None:
    database = open_database(url)
    try:
        migrate(database)
    finally:
        database.close()


@contextmanager
def _world(kind: str, request: pytest.FixtureRequest) -> Iterator[World]:
    if kind == "fake":
        yield fake_world()
    elif kind == "sqlite":
        yield from sqlite_world(request.getfixturevalue("sqlite_url"))
    else:
        server: Any = request.getfixturevalue("postgres")
        name = server.create(server.template("storage", _migrated))
        try:
            yield from postgres_world(server.url(name))
        finally:
            server.drop(name)


@pytest.fixture(params=KINDS)
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Give a store of each kind, empty."""
    with _world(request.param, request) as one:
        yield one


@pytest.fixture(params=KINDS[1:])
def sql_world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Give a store on each kind of database, empty."""
    with _world(request.param, request) as one:
        yield one


@pytest.fixture
def postgres_store(request: pytest.FixtureRequest, postgres: Any) -> Iterator[World]:
    """Give a store on PostgreSQL, empty."""
    with _world("postgres", request) as one:
        yield one
