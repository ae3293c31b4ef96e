"""How Alembic reaches the database: always through a connection that is handed to it."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection, text

from adapters.storage.schema import metadata

# Any number, the same in every process: whoever migrates holds this lock until the commit.
_LOCK = 7_202_511


def run() -> None:
    """Run what was asked, in one transaction."""
    if context.is_offline_mode():
        dialect = context.get_x_argument(as_dictionary=True).get("dialect", "postgresql")
        context.configure(
            dialect_name=dialect, target_metadata=metadata, literal_binds=True, compare_type=True
        )
        with context.begin_transaction():
            context.run_migrations()
        return
    connection: Connection = context.config.attributes["connection"]
    sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        render_as_batch=sqlite,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        if sqlite:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        context.run_migrations()


run()
