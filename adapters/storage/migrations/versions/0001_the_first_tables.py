"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# What the tables are made of, spelled out: a migration must not change when the schema does.
INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
BY_CODE_POINT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("disabled_at", INSTANT, nullable=True),
        sa.Column("lang", sa.Text(), server_default=sa.text("'vi'"), nullable=False),
        sa.Column("notices_seen_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("login", name=op.f("uq_accounts_login")),
    )
    op.create_table(
        "answers",
        sa.Column("principal", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("principal", "key", name=op.f("pk_answers")),
    )
    op.create_index("ix_answers_at", "answers", ["at"], unique=False)

    op.create_table(
        "editions",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("letters", sa.Text(), nullable=False),
        sa.Column("scenarios", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("in_force_from", sa.Date(), nullable=False),
        sa.Column("drafted_by", sa.Text(), nullable=True),
        sa.Column("drafted_at", INSTANT, nullable=False),
        sa.Column("published_by", sa.Text(), nullable=True),
        sa.Column("published_at", INSTANT, nullable=True),
        sa.Column("findings", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_editions")),
    )
    op.create_index(
        "ix_editions_procedure_status", "editions", ["procedure", "status"], unique=False
    )

    op.create_table(
        "events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("prev", sa.Text(), nullable=False),
        sa.Column("recorded_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("stream", "seq", name=op.f("uq_events_stream_seq")),
    )
    op.create_table(
        "files",
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_files")),
    )
    op.create_table(
        "incidents",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incidents")),
    )
    op.create_table(
        "number_registers",
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("next", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("org", "kind", "year", name=op.f("pk_number_registers")),
    )
    op.create_table(
        "numbers",
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("event", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("org", "kind", "year", "number", name=op.f("pk_numbers")),
    )
    op.create_table(
        "organisations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name_vi", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("part_of", sa.Text(), nullable=True),
        sa.Column("agency_code", sa.Text(), nullable=True),
        sa.Column("external", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent"], ["organisations.id"], name=op.f("fk_organisations_parent")
        ),
        sa.ForeignKeyConstraint(
            ["part_of"], ["organisations.id"], name=op.f("fk_organisations_part_of")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisations")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("done_at", INSTANT, nullable=True),
        sa.Column("attempts", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("next_try_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["next_try_at"],
        unique=False,
        postgresql_where=sa.text("done_at IS NULL"),
        sqlite_where=sa.text("done_at IS NULL"),
    )

    op.create_table(
        "submissions",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("draft_code", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("counter", sa.Text(), nullable=True),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("documents", sa.Text(), server_default=sa.text("'{}'"), nullable=False),
        sa.Column("places", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("supplements", sa.Text(), nullable=True),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["supplements"], ["submissions.id"], name=op.f("fk_submissions_supplements")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_submissions")),
        sa.UniqueConstraint("code", name=op.f("uq_submissions_code")),
        sa.UniqueConstraint("draft_code", name=op.f("uq_submissions_draft_code")),
    )
    op.create_index(
        "ix_submissions_created_at_id", "submissions", ["created_at", "id"], unique=False
    )
    op.create_table(
        "submission_people",
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["submission"], ["submissions.id"], name=op.f("fk_submission_people_submission")
        ),
        sa.PrimaryKeyConstraint("submission", "role", "person", name=op.f("pk_submission_people")),
    )
    op.create_table(
        "sweeps",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_sweep_at", INSTANT, nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sweeps")),
    )
    op.create_table(
        "dossiers",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("log", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("received_code", sa.Text(), nullable=True),
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), server_default=sa.text("1"), nullable=False),
        sa.Column("counter", sa.Text(), nullable=True),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("former_holders", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("levels", sa.Text(), server_default=sa.text("'[]'"), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("received_on", sa.Date(), nullable=True),
        sa.Column("configuration", sa.Text(), nullable=False),
        sa.Column("state_key", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("head_hash", sa.Text(), nullable=True),
        sa.Column("head_recorded_at", INSTANT, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("next_rung_at", INSTANT, nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("subject_key", sa.Text(), nullable=False),
        sa.Column("subject_name", sa.Text(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("sort_key", BY_CODE_POINT, nullable=False),
        sa.Column("award", sa.Text(), nullable=False),
        sa.Column("overdue", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("updated_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(
            ["submission"], ["submissions.id"], name=op.f("fk_dossiers_submission")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dossiers")),
        sa.UniqueConstraint("code", name=op.f("uq_dossiers_code")),
        sa.UniqueConstraint("received_code", name=op.f("uq_dossiers_received_code")),
        sa.UniqueConstraint("stream", name=op.f("uq_dossiers_stream")),
        sa.UniqueConstraint("submission", "place", name=op.f("uq_dossiers_submission_place")),
    )
    op.create_index("ix_dossiers_due_at_id", "dossiers", ["due_at", "id"], unique=False)
    op.create_index("ix_dossiers_holder", "dossiers", ["holder"], unique=False)
    op.create_index(
        "ix_dossiers_next_rung_at",
        "dossiers",
        ["next_rung_at"],
        unique=False,
        postgresql_where=sa.text("next_rung_at IS NOT NULL"),
        sqlite_where=sa.text("next_rung_at IS NOT NULL"),
    )
    op.create_index("ix_dossiers_owner", "dossiers", ["owner"], unique=False)
    op.create_index("ix_dossiers_sort_key_id", "dossiers", ["sort_key", "id"], unique=False)
    op.create_index("ix_dossiers_subject_key", "dossiers", ["subject_key"], unique=False)
    op.create_table(
        "links",
        sa.Column("child", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=False),
        sa.Column("opened_by_event", sa.Text(), nullable=False),
        sa.Column("awaits", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["child"], ["dossiers.id"], name=op.f("fk_links_child")),
        sa.ForeignKeyConstraint(["parent"], ["dossiers.id"], name=op.f("fk_links_parent")),
        sa.PrimaryKeyConstraint("child", name=op.f("pk_links")),
    )
    op.create_index(op.f("ix_links_parent"), "links", ["parent"])

    op.create_table(
        "grants",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("sees", sa.Text(), server_default=sa.text("'own'"), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("granted_by", sa.Text(), nullable=True),
        sa.Column("deed", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_grants_account")),
        sa.ForeignKeyConstraint(["org"], ["organisations.id"], name=op.f("fk_grants_org")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_grants")),
    )
    op.create_index("ix_grants_account", "grants", ["account"], unique=False)
    op.create_index("ix_grants_org_role", "grants", ["org", "role"], unique=False)

    op.create_table(
        "personal_values",
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["event"], ["events.id"], name=op.f("fk_personal_values_event")),
        sa.PrimaryKeyConstraint("event", "path", name=op.f("pk_personal_values")),
    )
    op.create_table(
        "sessions",
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_sessions_account")),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_sessions")),
    )
    op.create_index("ix_sessions_account", "sessions", ["account"], unique=False)
    op.create_index("ix_sessions_expires_at", "sessions", ["expires_at"], unique=False)

    op.create_table(
        "tokens",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=True),
        sa.Column("revoked_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_tokens_account")),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_tokens")),
    )
    op.create_index("ix_tokens_account", "tokens", ["account"], unique=False)

    op.create_table(
        "awards",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("subject_key", sa.Text(), nullable=False),
        sa.Column("subject_name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("birth_year", sa.Integer(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("name_folded", sa.Text(), nullable=False),
        sa.Column("unit_folded", sa.Text(), nullable=False),
        sa.Column("sort_key", BY_CODE_POINT, nullable=False),
        sa.Column("award", sa.Text(), nullable=False),
        sa.Column("award_vi", sa.Text(), nullable=False),
        sa.Column("award_en", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("period_from", sa.Date(), nullable=True),
        sa.Column("period_until", sa.Date(), nullable=True),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column("bonus", sa.BigInteger(), nullable=True),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("dossier", sa.Text(), nullable=True),
        sa.Column("event", sa.Text(), nullable=True),
        sa.Column("list_sha256", sa.Text(), nullable=True),
        sa.Column("list_row", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["dossier"], ["dossiers.id"], name=op.f("fk_awards_dossier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awards")),
        sa.UniqueConstraint(
            "org", "list_sha256", "list_row", name=op.f("uq_awards_org_list_sha256_list_row")
        ),
    )
    op.create_index("ix_awards_sort_key_id", "awards", ["sort_key", "id"], unique=False)
    op.create_index("ix_awards_subject_key", "awards", ["subject_key"], unique=False)

    op.create_table(
        "initiative_uses",
        sa.Column("id", SERIAL, autoincrement=True, nullable=False),
        sa.Column("subject_key", sa.Text(), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("recognised_on", sa.Date(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("title_folded", sa.Text(), nullable=False),
        sa.Column("award", sa.Text(), nullable=False),
        sa.Column("used_for", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("deed", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("dossier", sa.Text(), nullable=True),
        sa.Column("event", sa.Text(), nullable=True),
        sa.Column("list_sha256", sa.Text(), nullable=True),
        sa.Column("list_row", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier"], ["dossiers.id"], name=op.f("fk_initiative_uses_dossier")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_initiative_uses")),
        sa.UniqueConstraint(
            "org",
            "list_sha256",
            "list_row",
            name=op.f("uq_initiative_uses_org_list_sha256_list_row"),
        ),
    )
    op.create_index(
        "ix_initiative_uses_subject_key", "initiative_uses", ["subject_key"], unique=False
    )

    op.create_table(
        "letters",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("template", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("register", sa.Text(), nullable=True),
        sa.Column("number", sa.Text(), nullable=True),
        sa.Column("typed", sa.Text(), nullable=True),
        sa.Column("typed_year", sa.Integer(), nullable=True),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("per", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("data_hash", sa.Text(), nullable=True),
        sa.Column("pdf_sha256", sa.Text(), nullable=True),
        sa.Column("pdf_size", sa.Integer(), nullable=True),
        sa.Column("issued_at", INSTANT, nullable=False),
        sa.Column("rendered_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["dossier"], ["dossiers.id"], name=op.f("fk_letters_dossier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint(
            "org",
            "register",
            "typed_year",
            "typed",
            name=op.f("uq_letters_org_register_typed_year_typed"),
        ),
    )
    op.create_index("ix_letters_dossier", "letters", ["dossier"], unique=False)

    op.create_table(
        "letter_dossiers",
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier"], ["dossiers.id"], name=op.f("fk_letter_dossiers_dossier")
        ),
        sa.ForeignKeyConstraint(["letter"], ["letters.id"], name=op.f("fk_letter_dossiers_letter")),
        sa.PrimaryKeyConstraint("letter", "place", name=op.f("pk_letter_dossiers")),
    )
    op.create_index("ix_letter_dossiers_dossier", "letter_dossiers", ["dossier"], unique=False)

    op.create_table(
        "notices",
        sa.Column("id", SERIAL, autoincrement=False, nullable=False),
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["dossier"], ["dossiers.id"], name=op.f("fk_notices_dossier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
    )
    op.create_index(
        "ix_notices_org_role_created_at", "notices", ["org", "role", "created_at"], unique=False
    )
    op.create_table(
        "dossier_codes",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dossier"], ["dossiers.id"], name=op.f("fk_dossier_codes_dossier")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_dossier_codes")),
    )
    op.create_index("ix_dossier_codes_dossier", "dossier_codes", ["dossier"], unique=False)
    op.create_table(
        "measurements",
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.Column("headline", sa.Boolean(), server_default=sa.text("(true)"), nullable=False),
        sa.Column("submission", sa.Text(), nullable=False),
        sa.Column("procedure", sa.Text(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("resolved_on", sa.Date(), nullable=True),
        sa.Column("verdict", sa.Text(), nullable=True),
        sa.Column("margin", sa.Integer(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("elapsed_days", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["dossier"], ["dossiers.id"], name=op.f("fk_measurements_dossier")),
        sa.PrimaryKeyConstraint("dossier", "level", name=op.f("pk_measurements")),
    )
    op.create_table(
        "rung_firings",
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("period", sa.Integer(), nullable=False),
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("fired_at", INSTANT, nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("skipped", sa.Text(), server_default=sa.text("('')"), nullable=False),
        sa.ForeignKeyConstraint(["dossier"], ["dossiers.id"], name=op.f("fk_rung_firings_dossier")),
        sa.PrimaryKeyConstraint("dossier", "clock", "period", "rung", name=op.f("pk_rung_firings")),
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("do", sa.Text(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_at", INSTANT, nullable=True),
        sa.Column("latest_start_at", INSTANT, nullable=True),
        sa.Column("escalated_from", sa.Text(), nullable=True),
        sa.Column("stopped", sa.Boolean(), server_default=sa.text("(false)"), nullable=False),
        sa.Column("claimed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["claimed_by"], ["accounts.id"], name=op.f("fk_tasks_claimed_by")),
        sa.ForeignKeyConstraint(["dossier"], ["dossiers.id"], name=op.f("fk_tasks_dossier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index("ix_tasks_dossier", "tasks", ["dossier"], unique=False)
    op.create_index(
        "ix_tasks_open",
        "tasks",
        ["org", "role", "latest_start_at", "id"],
        unique=False,
        postgresql_where=sa.text("closed_at IS NULL"),
        sqlite_where=sa.text("closed_at IS NULL"),
    )
    op.create_table(
        "uploads",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=op.f("fk_uploads_account")),
        sa.ForeignKeyConstraint(["dossier"], ["dossiers.id"], name=op.f("fk_uploads_dossier")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uploads")),
    )
    op.create_index("ix_uploads_dossier_sha256", "uploads", ["dossier", "sha256"])
    op.create_table(
        "session_items",
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("dossier", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("edition", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=True),
        sa.Column("tally", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session"], ["dossiers.id"], name=op.f("fk_session_items_session")
        ),
        sa.ForeignKeyConstraint(
            ["dossier"], ["dossiers.id"], name=op.f("fk_session_items_dossier")
        ),
        sa.PrimaryKeyConstraint("session", "dossier", name=op.f("pk_session_items")),
    )
    op.create_index(
        "ix_session_items_open",
        "session_items",
        ["dossier"],
        unique=True,
        postgresql_where=sa.text("open"),
        sqlite_where=sa.text("open"),
    )


def downgrade() -> None:
    op.drop_index("ix_session_items_open", table_name="session_items")
    op.drop_table("session_items")
    op.drop_index("ix_uploads_dossier_sha256", table_name="uploads")
    op.drop_table("uploads")
    op.drop_index("ix_tasks_open", table_name="tasks")
    op.drop_index("ix_tasks_dossier", table_name="tasks")

    op.drop_table("tasks")
    op.drop_table("rung_firings")
    op.drop_table("measurements")
    op.drop_index("ix_dossier_codes_dossier", table_name="dossier_codes")
    op.drop_table("dossier_codes")
    op.drop_index("ix_notices_org_role_created_at", table_name="notices")
    op.drop_table("notices")
    op.drop_index("ix_letter_dossiers_dossier", table_name="letter_dossiers")
    op.drop_table("letter_dossiers")
    op.drop_index("ix_letters_dossier", table_name="letters")

    op.drop_table("letters")
    op.drop_index("ix_initiative_uses_subject_key", table_name="initiative_uses")

    op.drop_table("initiative_uses")
    op.drop_index("ix_awards_subject_key", table_name="awards")
    op.drop_index("ix_awards_sort_key_id", table_name="awards")

    op.drop_table("awards")
    op.drop_index("ix_tokens_account", table_name="tokens")

    op.drop_table("tokens")
    op.drop_index("ix_sessions_expires_at", table_name="sessions")
    op.drop_index("ix_sessions_account", table_name="sessions")

    op.drop_table("sessions")
    op.drop_table("personal_values")
    op.drop_index("ix_grants_org_role", table_name="grants")
    op.drop_index("ix_grants_account", table_name="grants")

    op.drop_table("grants")
    op.drop_index(op.f("ix_links_parent"), table_name="links")
    op.drop_table("links")
    op.drop_index("ix_dossiers_subject_key", table_name="dossiers")
    op.drop_index("ix_dossiers_sort_key_id", table_name="dossiers")
    op.drop_index("ix_dossiers_owner", table_name="dossiers")
    op.drop_index("ix_dossiers_next_rung_at", table_name="dossiers")
    op.drop_index("ix_dossiers_holder", table_name="dossiers")
    op.drop_index("ix_dossiers_due_at_id", table_name="dossiers")

    op.drop_table("dossiers")
    op.drop_table("sweeps")
    op.drop_table("submission_people")
    op.drop_index("ix_submissions_created_at_id", table_name="submissions")
    op.drop_table("submissions")
    op.drop_index("ix_outbox_waiting", table_name="outbox")

    op.drop_table("outbox")
    op.drop_table("organisations")
    op.drop_table("numbers")
    op.drop_table("number_registers")
    op.drop_table("incidents")
    op.drop_table("files")
    op.drop_table("events")
    op.drop_index("ix_editions_procedure_status", table_name="editions")

    op.drop_table("editions")
    op.drop_index("ix_answers_at", table_name="answers")

    op.drop_table("answers")
    op.drop_table("accounts")
