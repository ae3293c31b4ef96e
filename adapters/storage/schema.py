"""The tables, as SQLAlchemy sees them; migrations make them, and a test holds both together.

Where personal values may lie is listed in `PERSONAL_COLUMNS`: erasure and the tests that search a
dump for names rely on it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


@lru_cache(maxsize=4096)
def stamp(at: datetime) -> str:
    """Return an instant as text of fixed width in UTC, whose text order is the order of time."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


class Instant(TypeDecorator[datetime]):
    """An aware instant: `timestamptz` on PostgreSQL, text of fixed width in UTC on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Choose the column type of the database."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(27))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse an instant without a zone; write it as the database wants it."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone.")
        return stamp(value) if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        if value is None:
            return None
        at: datetime = datetime.fromisoformat(value) if isinstance(value, str) else value
        return at.astimezone(UTC)


# Identity columns: SQLite numbers rows only if the key is declared INTEGER.
_SERIAL = BigInteger().with_variant(Integer(), "sqlite")
# Sorting keys are compared by code points, whatever collation the database was made with.
_BY_CODE_POINT = Text().with_variant(Text(collation="C"), "postgresql")


organisations = Table(
    "organisations",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name_vi", Text, nullable=False),
    Column("name_en", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("parent", Text, ForeignKey("organisations.id")),
    Column("part_of", Text, ForeignKey("organisations.id")),
    Column("agency_code", Text),
    Column("external", Boolean, nullable=False, server_default=text("false")),
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", Text, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text),
    Column("disabled_at", Instant),
    Column("lang", Text, nullable=False, server_default=text("'vi'")),
    Column("notices_seen_at", Instant),
)

grants = Table(
    "grants",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("role", Text, nullable=False),
    Column("org", Text, ForeignKey("organisations.id"), nullable=False),
    Column("sees", Text, nullable=False, server_default=text("'own'")),
    Column("from_on", Date, nullable=False),
    Column("until_on", Date),
    Column("granted_by", Text),
    Column("deed", Text, nullable=False, server_default=text("''")),
    Index("ix_grants_org_role", "org", "role"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("secret_hash", Text, primary_key=True),
    Column("account", Text, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("created_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("expires_at", Instant, nullable=False, index=True),
    Column("csrf", Text, nullable=False),
)

tokens = Table(
    "tokens",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("account", Text, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("expires_at", Instant),
    Column("revoked_at", Instant),
)

submissions = Table(
    "submissions",
    metadata,
    Column("id", Text, primary_key=True),
    Column("draft_code", Text, nullable=False, unique=True),
    Column("code", Text, unique=True),
    Column("owner", Text, nullable=False),
    Column("counter", Text),
    Column("procedure", Text, nullable=False),
    Column("documents", Text, nullable=False, server_default=text("'{}'")),
    Column("places", Integer, nullable=False, server_default=text("1")),
    Column("supplements", Text, ForeignKey("submissions.id")),
    Column("created_by", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_submissions_created_at_id", "created_at", "id"),
)
"""Envelopes of dossiers. `documents` are the papers that all of them share, `places` counts the
names that were ever in it, `counter` is the organisation that made it for the owner."""

dossiers = Table(
    "dossiers",
    metadata,
    Column("id", Text, primary_key=True),
    Column("stream", Text, nullable=False, unique=True),
    Column("log", Text, nullable=False),
    Column("code", Text, nullable=False, unique=True),
    Column("received_code", Text, unique=True),
    Column("submission", Text, ForeignKey("submissions.id"), nullable=False),
    Column("place", Integer, nullable=False, server_default=text("1")),
    Column("counter", Text),
    Column("procedure", Text, nullable=False),
    Column("edition", Text, nullable=False),
    Column("owner", Text, nullable=False, index=True),
    Column("holder", Text, nullable=False, index=True),
    Column("former_holders", Text, nullable=False, server_default=text("'[]'")),
    Column("levels", Text, nullable=False, server_default=text("'[]'")),
    Column("created_by", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("received_on", Date),
    Column("configuration", Text, nullable=False),
    Column("state_key", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("head_hash", Text),
    Column("head_recorded_at", Instant),
    Column("due_on", Date),
    Column("due_at", Instant),
    Column("next_rung_at", Instant),
    Column("result", Text),
    Column("resolved_on", Date),
    Column("subject_key", Text, nullable=False),
    Column("subject_name", Text, nullable=False),
    Column("name_folded", Text, nullable=False),
    Column("sort_key", _BY_CODE_POINT, nullable=False),
    Column("award", Text, nullable=False),
    Column("overdue", Boolean, nullable=False, server_default=text("false")),
    Column("created_at", Instant, nullable=False),
    Column("updated_at", Instant, nullable=False),
    Index(
        "ix_dossiers_next_rung_at",
        "next_rung_at",
        postgresql_where=text("next_rung_at IS NOT NULL"),
        sqlite_where=text("next_rung_at IS NOT NULL"),
    ),
    Index("ix_dossiers_due_at_id", "due_at", "id"),
    Index("ix_dossiers_sort_key_id", "sort_key", "id"),
    Index("ix_dossiers_subject_key", "subject_key"),
    UniqueConstraint("submission", "place"),
)

submission_people = Table(
    "submission_people",
    metadata,
    Column("submission", Text, ForeignKey("submissions.id"), nullable=False),
    Column("role", Text, nullable=False),
    Column("person", Text, nullable=False),
    PrimaryKeyConstraint("submission", "role", "person"),
)
"""Who has acted in which role in any dossier of a submission: duties stay separate in all of it."""

dossier_codes = Table(
    "dossier_codes",
    metadata,
    Column("code", Text, primary_key=True),
    Column("dossier", Text, ForeignKey("dossiers.id"), nullable=False, index=True),
    Column("org", Text, nullable=False),
)
"""Codes under which further levels received a dossier; its first one stands in the dossier."""

events = Table(
    "events",
    metadata,
    Column("id", Text, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("log", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("hash", Text, nullable=False),
    Column("prev", Text, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    UniqueConstraint("stream", "seq"),
)

personal_values = Table(
    "personal_values",
    metadata,
    Column("event", Text, ForeignKey("events.id"), nullable=False),
    Column("path", Text, nullable=False),
    Column("salt", LargeBinary, nullable=False),
    Column("value", Text, nullable=False),
    PrimaryKeyConstraint("event", "path"),
)

tasks = Table(
    "tasks",
    metadata,
    Column("id", Text, primary_key=True),
    Column("dossier", Text, ForeignKey("dossiers.id"), nullable=False, index=True),
    Column("state", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("org", Text, nullable=False),
    Column("do", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("due_on", Date),
    Column("due_at", Instant),
    Column("latest_start_at", Instant),
    Column("escalated_from", Text),
    Column("stopped", Boolean, nullable=False, server_default=text("false")),
    Column("claimed_by", Text, ForeignKey("accounts.id")),
    Column("closed_at", Instant),
    Index(
        "ix_tasks_open",
        "org",
        "role",
        "latest_start_at",
        "id",
        postgresql_where=text("closed_at IS NULL"),
        sqlite_where=text("closed_at IS NULL"),
    ),
)

rung_firings = Table(
    "rung_firings",
    metadata,
    Column("dossier", Text, ForeignKey("dossiers.id"), nullable=False),
    Column("clock", Text, nullable=False),
    Column("period", Integer, nullable=False),
    Column("rung", Integer, nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("fired_at", Instant, nullable=False),
    Column("event", Text, nullable=False),
    Column("skipped", Text, nullable=False, server_default=text("''")),
    PrimaryKeyConstraint("dossier", "clock", "period", "rung"),
)

letters = Table(
    "letters",
    metadata,
    Column("id", Text, primary_key=True),
    Column("dossier", Text, ForeignKey("dossiers.id"), nullable=False, index=True),
    Column("event", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("template", Text, nullable=False),
    Column("edition", Text, nullable=False),
    Column("org", Text, nullable=False),
    Column("register", Text),
    Column("number", Text),
    Column("typed", Text),
    Column("typed_year", Integer),
    Column("dated_on", Date, nullable=False),
    Column("per", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("data_hash", Text),
    Column("pdf_sha256", Text),
    Column("pdf_size", Integer),
    Column("issued_at", Instant, nullable=False),
    Column("rendered_at", Instant),
    UniqueConstraint("org", "register", "typed_year", "typed"),
)
"""Letters that were issued. `typed` is the number that a records office gave, as it is compared."""

letter_dossiers = Table(
    "letter_dossiers",
    metadata,
    Column("letter", Text, ForeignKey("letters.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("dossier", Text, ForeignKey("dossiers.id"), nullable=False, index=True),
    Column("event", Text, nullable=False),
    PrimaryKeyConstraint("letter", "place"),
)
"""For which dossiers a letter is, in the order of its list, and which event issued it to each."""

links = Table(
    "links",
    metadata,
    Column("child", Text, ForeignKey("dossiers.id"), primary_key=True),
    Column("parent", Text, ForeignKey("dossiers.id"), nullable=False, index=True),
    Column("opened_by_event", Text, nullable=False),
    Column("awaits", Text, nullable=False),
)
"""Which dossier opened which; a dossier is opened by one at most."""

number_registers = Table(
    "number_registers",
    metadata,
    Column("org", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("next", Integer, nullable=False),
    PrimaryKeyConstraint("org", "kind", "year"),
)

numbers = Table(
    "numbers",
    metadata,
    Column("org", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("number", Integer, nullable=False),
    Column("event", Text),
    PrimaryKeyConstraint("org", "kind", "year", "number"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("payload", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Column("done_at", Instant),
    Column("attempts", Integer, nullable=False, server_default=text("0")),
    Column("last_error", Text),
    Column("next_try_at", Instant, nullable=False),
    Index(
        "ix_outbox_waiting",
        "next_try_at",
        postgresql_where=text("done_at IS NULL"),
        sqlite_where=text("done_at IS NULL"),
    ),
)

notices = Table(
    "notices",
    metadata,
    Column("id", _SERIAL, primary_key=True, autoincrement=False),
    Column("dossier", Text, ForeignKey("dossiers.id"), nullable=False),
    Column("event", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("org", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("facts", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
    Index("ix_notices_org_role_created_at", "org", "role", "created_at"),
)
"""What was told to whom; a notice has the id of the message that brought it, and comes once."""

incidents = Table(
    "incidents",
    metadata,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("kind", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("detail", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Column("closed_at", Instant),
)

answers = Table(
    "answers",
    metadata,
    Column("principal", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("at", Instant, nullable=False, index=True),
    PrimaryKeyConstraint("principal", "key"),
)

editions = Table(
    "editions",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("procedure", Text, nullable=False),
    Column("edition", Text, nullable=False),
    Column("source", LargeBinary, nullable=False),
    Column("letters", Text, nullable=False),
    Column("scenarios", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("in_force_from", Date, nullable=False),
    Column("drafted_by", Text),
    Column("drafted_at", Instant, nullable=False),
    Column("published_by", Text),
    Column("published_at", Instant),
    Column("findings", Text, nullable=False, server_default=text("'[]'")),
    Index("ix_editions_procedure_status", "procedure", "status"),
)

awards = Table(
    "awards",
    metadata,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("subject_key", Text, nullable=False, index=True),
    Column("subject_name", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("birth_year", Integer),
    Column("unit", Text, nullable=False),
    Column("name_folded", Text, nullable=False),
    Column("unit_folded", Text, nullable=False),
    Column("sort_key", _BY_CODE_POINT, nullable=False),
    Column("award", Text, nullable=False),
    Column("award_vi", Text, nullable=False),
    Column("award_en", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("period_from", Date),
    Column("period_until", Date),
    Column("level", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("deed", Text, nullable=False),
    Column("decided_on", Date, nullable=False),
    Column("bonus", BigInteger),
    Column("org", Text, nullable=False),
    Column("dossier", Text, ForeignKey("dossiers.id")),
    Column("event", Text),
    Column("list_sha256", Text),
    Column("list_row", Integer),
    Index("ix_awards_sort_key_id", "sort_key", "id"),
    UniqueConstraint("org", "list_sha256", "list_row"),
)
"""The award register: a row comes from a decision (`dossier`, `event`) or from an imported list
(`list_sha256`, `list_row`), and no row of a list comes twice."""

initiative_uses = Table(
    "initiative_uses",
    metadata,
    Column("id", _SERIAL, primary_key=True, autoincrement=True),
    Column("subject_key", Text, nullable=False, index=True),
    Column("decision", Text, nullable=False),
    Column("recognised_on", Date),
    Column("title", Text, nullable=False),
    Column("title_folded", Text, nullable=False),
    Column("award", Text, nullable=False),
    Column("used_for", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("deed", Text, nullable=False),
    Column("org", Text, nullable=False),
    Column("dossier", Text, ForeignKey("dossiers.id")),
    Column("event", Text),
    Column("list_sha256", Text),
    Column("list_row", Integer),
    UniqueConstraint("org", "list_sha256", "list_row"),
)
"""Which initiative its author used for which award: from a decision, or from an imported list, as
the awards themselves."""

measurements = Table(
    "measurements",
    metadata,
    Column("dossier", Text, ForeignKey("dossiers.id"), nullable=False),
    Column("level", Text, nullable=False, server_default=text("''")),
    Column("headline", Boolean, nullable=False, server_default=text("true")),
    Column("submission", Text, nullable=False),
    Column("procedure", Text, nullable=False),
    Column("edition", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("org", Text, nullable=False),
    Column("due_on", Date),
    Column("due_at", Instant),
    Column("result", Text),
    Column("resolved_on", Date),
    Column("verdict", Text),
    Column("margin", Integer),
    Column("unit", Text),
    Column("elapsed_days", Integer),
    PrimaryKeyConstraint("dossier", "level"),
)
"""How each submitted dossier stands against its measured clock: narrow, for figures over all.

A procedure may have one such clock for each level; figures of the procedure count the one that is
the `headline` of the dossier."""

session_items = Table(
    "session_items",
    metadata,
    Column("session", Text, ForeignKey("dossiers.id"), nullable=False),
    Column("dossier", Text, ForeignKey("dossiers.id"), nullable=False),
    Column("place", Integer, nullable=False),
    Column("edition", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("seen", Text, nullable=False),
    Column("rule", Text),
    Column("tally", Text),
    Column("result", Text, nullable=False),
    Column("open", Boolean, nullable=False),
    PrimaryKeyConstraint("session", "dossier"),
    Index(
        "ix_session_items_open",
        "dossier",
        unique=True,
        postgresql_where=text("open"),
        sqlite_where=text("open"),
    ),
)
"""What councils vote on: one open item for a dossier at most, whatever the session."""

files = Table(
    "files",
    metadata,
    Column("sha256", Text, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("created_at", Instant, nullable=False),
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", Text, primary_key=True),
    Column("account", Text, ForeignKey("accounts.id"), nullable=False),
    Column("dossier", Text, ForeignKey("dossiers.id"), nullable=False),
    Column("sha256", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("at", Instant, nullable=False),
    Index("ix_uploads_dossier_sha256", "dossier", "sha256"),
)
"""Who brought which file to which dossier: knowing a hash gives no right to a content."""

sweeps = Table(
    "sweeps",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("last_sweep_at", Instant),
    Column("last_error", Text),
)

PERSONAL_COLUMNS = {
    "submissions": ("documents",),
    "personal_values": ("value",),
    "dossiers": ("body", "subject_key", "subject_name", "name_folded", "sort_key"),
    "awards": (
        *("subject_key", "subject_name", "birth_year", "unit"),
        *("name_folded", "unit_folded", "sort_key"),
    ),
    "initiative_uses": ("subject_key", "decision", "title", "title_folded"),
    "accounts": ("login", "name"),
}
"""Every column that may hold a personal value: what erasure empties and what a dump may show."""
