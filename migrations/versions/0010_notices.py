"""Revision 0010: the tables of notices, reports and search."""

import sqlalchemy as sa

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


# What the database itself enforces beyond constraints.
DDL: dict[str, list[str]] = {
    "sqlite": [
        "CREATE TRIGGER notices_tell_notice_insert AFTER INSERT ON notices FOR EACH ROW WHEN (NOT NEW.held AND NEW.from_account_id IS NOT NULL) BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('notice', NEW.account_id, NEW.id, NULL); END",
        "CREATE VIRTUAL TABLE fts_words USING fts5 (words, content = 'searched_statuses', content_rowid = 'status_id', tokenize = 'unicode61 remove_diacritics 0')",
        "CREATE TRIGGER searched_statuses_added AFTER INSERT ON searched_statuses BEGIN INSERT INTO fts_words (rowid, words) VALUES (new.status_id, new.words); END",
        "CREATE TRIGGER searched_statuses_gone AFTER DELETE ON searched_statuses BEGIN INSERT INTO fts_words (fts_words, rowid, words) VALUES ('delete', old.status_id, old.words); END",
        "CREATE TRIGGER searched_statuses_changed AFTER UPDATE ON searched_statuses BEGIN INSERT INTO fts_words (fts_words, rowid, words) VALUES ('delete', old.status_id, old.words); INSERT INTO fts_words (rowid, words) VALUES (new.status_id, new.words); END",
    ],
    "postgresql": [
        "CREATE FUNCTION notices_tell_notice_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('notice', NEW.account_id, NEW.id, NULL); RETURN NULL; END $$",
        "CREATE TRIGGER notices_tell_notice_insert AFTER INSERT ON notices FOR EACH ROW WHEN (NOT NEW.held AND NEW.from_account_id IS NOT NULL) EXECUTE FUNCTION notices_tell_notice_insert()",
        "CREATE INDEX fts_words ON searched_statuses USING gin (to_tsvector('simple', words))",
    ],
}


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "stored_answers",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("caller", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("request", sa.String(length=64), nullable=False),
        sa.Column("status", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stored_answers")),
        sa.UniqueConstraint("caller", "key", name=op.f("uq_stored_answers_caller_key")),
    )
    op.create_index(
        op.f("ix_stored_answers_created_at"), "stored_answers", ["created_at"], unique=False
    )
    op.create_table(
        "notice_permissions",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "from_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_notice_permissions_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["from_account_id"],
            ["accounts.id"],
            name=op.f("fk_notice_permissions_from_account_id"),
        ),
        sa.PrimaryKeyConstraint(
            "account_id", "from_account_id", name=op.f("pk_notice_permissions")
        ),
    )
    op.create_table(
        "notice_policies",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("stances", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_notice_policies_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_notice_policies")),
    )
    op.create_table(
        "notice_requests",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "from_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_notice_requests_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["from_account_id"], ["accounts.id"], name=op.f("fk_notice_requests_from_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice_requests")),
        sa.UniqueConstraint(
            "account_id",
            "from_account_id",
            name=op.f("uq_notice_requests_account_id_from_account_id"),
        ),
    )
    op.create_table(
        "notices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "mention",
                "answer",
                "post",
                "boost",
                "favourite",
                "poll",
                "update",
                "quote",
                "quoted_update",
                "follow",
                "follow_request",
                "follow_accepted",
                "proposal",
                "document",
                "office",
                "dues",
                "account",
                name="noticekind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "from_account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "status_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("words", sa.JSON(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("span", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_notices_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["from_account_id"], ["accounts.id"], name=op.f("fk_notices_from_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notices")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notices_account_id", "notices", ["account_id", "id"], unique=False)
    op.create_index(
        "ix_notices_sender", "notices", ["account_id", "from_account_id"], unique=False
    )
    op.create_index("ix_notices_span", "notices", ["account_id", "span"], unique=False)
    op.create_index("ix_notices_status_id", "notices", ["status_id"], unique=False)
    op.create_table(
        "mail_lines",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "matter",
            sa.Enum(
                "support",
                "vote",
                "reminder",
                "result",
                "text",
                "accept",
                name="matter",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_mail_lines_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_lines")),
        sa.UniqueConstraint(
            "member_id", "matter", "about", name=op.f("uq_mail_lines_member_id_matter_about")
        ),
    )
    op.create_table(
        "reports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column(
            "category",
            sa.Enum(
                "spam",
                "legal",
                "violation",
                "other",
                name="category",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rule_ids", sa.JSON(), nullable=False),
        sa.Column("forward", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "closed_by", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_reports_closed_by_somebody")
        ),
        sa.CheckConstraint("account_id <> target_id", name=op.f("ck_reports_not_oneself")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_reports_account_id")
        ),
        sa.ForeignKeyConstraint(["closed_by"], ["members.id"], name=op.f("fk_reports_closed_by")),
        sa.ForeignKeyConstraint(["target_id"], ["accounts.id"], name=op.f("fk_reports_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reports")),
    )
    op.create_index("ix_reports_account_id", "reports", ["account_id", "id"], unique=False)
    op.create_index("ix_reports_closed_at", "reports", ["closed_at", "id"], unique=False)
    op.create_table(
        "searched_statuses",
        sa.Column(
            "status_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["status_id"], ["statuses.id"], name=op.f("fk_searched_statuses_status_id")
        ),
        sa.PrimaryKeyConstraint("status_id", name=op.f("pk_searched_statuses")),
    )
    op.create_table(
        "reported_statuses",
        sa.Column(
            "report_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "status_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["report_id"], ["reports.id"], name=op.f("fk_reported_statuses_report_id")
        ),
        sa.ForeignKeyConstraint(
            ["status_id"], ["statuses.id"], name=op.f("fk_reported_statuses_status_id")
        ),
        sa.PrimaryKeyConstraint("report_id", "status_id", name=op.f("pk_reported_statuses")),
    )
    op.create_table(
        "push_subscriptions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "token_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("endpoint", sa.Text(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("standard", sa.Boolean(), nullable=False),
        sa.Column("alerts", sa.JSON(), nullable=False),
        sa.Column(
            "policy",
            sa.Enum(
                "all",
                "followed",
                "follower",
                "none",
                name="pushpolicy",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("gathers_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "gathers_from_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_push_subscriptions_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["token_id"],
            ["access_tokens.id"],
            name=op.f("fk_push_subscriptions_token_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_subscriptions")),
        sa.UniqueConstraint("token_id", name=op.f("uq_push_subscriptions_token_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        op.f("ix_push_subscriptions_account_id"),
        "push_subscriptions",
        ["account_id"],
        unique=False,
    )
    for statement in DDL[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))
