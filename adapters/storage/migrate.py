"""Bringing a database to the form that this version of the product needs."""

from __future__ import annotations

import threading
from pathlib import Path

from alembic import command
from alembic.config import Config

from adapters.storage.database import Database

# Alembic keeps what it works on in global variables.
_one_at_a_time = threading.Lock()

SCRIPTS = Path(__file__).parent / "migrations"


def alembic_config() -> Config:
    """Return Alembic's configuration, which needs no file."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return config


def migrate(database: Database) -> None:
    """Run the migrations that the database has not seen; several processes may ask at once."""
    config = alembic_config()
    with _one_at_a_time, database.connect_writing() as connection:
        if connection.dialect.name == "sqlite":
            with database.pen:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
        else:
            config.attributes["connection"] = connection.execution_options(
                isolation_level="READ COMMITTED"
            )
            command.upgrade(config, "head")
    # Connections from before may have looked for tables in vain.
    database.engine.dispose()
