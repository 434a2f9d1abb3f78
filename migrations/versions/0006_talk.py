"""Revision 0006: the tables of polls, quotes, letters and cards."""

import sqlalchemy as sa

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


# What the database itself enforces beyond constraints.
DDL: dict[str, list[str]] = {
    "sqlite": [
        "CREATE TRIGGER correspondences_tell_letter_insert AFTER INSERT ON correspondences FOR EACH ROW BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('letter', NEW.account_id, NEW.id, NULL); END",
        "CREATE TRIGGER correspondences_tell_letter_update AFTER UPDATE OF last_status_id ON correspondences FOR EACH ROW WHEN (NEW.last_status_id > OLD.last_status_id) BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('letter', NEW.account_id, NEW.id, NULL); END",
        "CREATE TRIGGER quotes_tell_edit_update AFTER UPDATE OF state ON quotes FOR EACH ROW BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('edit', NULL, NEW.status_id, NULL); END",
    ],
    "postgresql": [
        "CREATE FUNCTION correspondences_tell_letter_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('letter', NEW.account_id, NEW.id, NULL); RETURN NULL; END $$",
        "CREATE TRIGGER correspondences_tell_letter_insert AFTER INSERT ON correspondences FOR EACH ROW EXECUTE FUNCTION correspondences_tell_letter_insert()",
        "CREATE FUNCTION correspondences_tell_letter_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('letter', NEW.account_id, NEW.id, NULL); RETURN NULL; END $$",
        "CREATE TRIGGER correspondences_tell_letter_update AFTER UPDATE OF last_status_id ON correspondences FOR EACH ROW WHEN (NEW.last_status_id > OLD.last_status_id) EXECUTE FUNCTION correspondences_tell_letter_update()",
        "CREATE FUNCTION quotes_tell_edit_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('edit', NULL, NEW.status_id, NULL); RETURN NULL; END $$",
        "CREATE TRIGGER quotes_tell_edit_update AFTER UPDATE OF state ON quotes FOR EACH ROW EXECUTE FUNCTION quotes_tell_edit_update()",
    ],
}


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "cards",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("url_hash", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("site_name", sa.Text(), nullable=False),
        sa.Column("author_name", sa.Text(), nullable=False),
        sa.Column("author_url", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("image_url", sa.Text(), nullable=True),
        sa.Column("image_description", sa.Text(), nullable=False),
        sa.Column(
            "image_width", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "image_height", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("blurhash", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cards")),
        sa.UniqueConstraint("url_hash", name=op.f("uq_cards_url_hash")),
    )
    op.create_index("ix_cards_asked_at", "cards", ["asked_at"], unique=False)
    op.create_table(
        "featured_tags",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("tag_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_featured_tags_account_id")
        ),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f("fk_featured_tags_tag_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_featured_tags")),
        sa.UniqueConstraint(
            "account_id", "tag_id", name=op.f("uq_featured_tags_account_id_tag_id")
        ),
    )
    op.create_table(
        "markers",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "name",
            sa.Enum(
                "home",
                "notifications",
                name="reading",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "last_read_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_markers_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_markers")),
    )
    op.create_table(
        "correspondences",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "conversation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "last_status_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("unread", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_correspondences_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["last_status_id"], ["statuses.id"], name=op.f("fk_correspondences_last_status_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correspondences")),
        sa.UniqueConstraint(
            "account_id",
            "conversation_id",
            name=op.f("uq_correspondences_account_id_conversation_id"),
        ),
    )
    op.create_index(
        "ix_correspondences_by_latest",
        "correspondences",
        ["account_id", "last_status_id"],
        unique=False,
    )
    op.create_index(
        "ix_correspondences_last_status_id", "correspondences", ["last_status_id"], unique=False
    )
    op.create_table(
        "polls",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "status_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("multiple", sa.Boolean(), nullable=False),
        sa.Column("hide_totals", sa.Boolean(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "voters_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint("voters_count >= 0", name=op.f("ck_polls_some_voters")),
        sa.ForeignKeyConstraint(["status_id"], ["statuses.id"], name=op.f("fk_polls_status_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_polls")),
        sa.UniqueConstraint("status_id", name=op.f("uq_polls_status_id")),
    )
    op.create_table(
        "quotes",
        sa.Column(
            "status_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "quoted_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(
                "accepted",
                "revoked",
                name="quotestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["quoted_id"], ["statuses.id"], name=op.f("fk_quotes_quoted_id")),
        sa.ForeignKeyConstraint(["status_id"], ["statuses.id"], name=op.f("fk_quotes_status_id")),
        sa.PrimaryKeyConstraint("status_id", name=op.f("pk_quotes")),
    )
    op.create_index("ix_quotes_quoted_id", "quotes", ["quoted_id", "status_id"], unique=False)
    op.create_table(
        "status_cards",
        sa.Column(
            "status_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("card_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["card_id"], ["cards.id"], name=op.f("fk_status_cards_card_id")),
        sa.ForeignKeyConstraint(
            ["status_id"], ["statuses.id"], name=op.f("fk_status_cards_status_id")
        ),
        sa.PrimaryKeyConstraint("status_id", name=op.f("pk_status_cards")),
    )
    op.create_index("ix_status_cards_card_id", "status_cards", ["card_id"], unique=False)
    op.create_table(
        "poll_options",
        sa.Column("poll_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "votes_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.CheckConstraint("votes_count >= 0", name=op.f("ck_poll_options_some_votes")),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_poll_options_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "position", name=op.f("pk_poll_options")),
    )
    op.create_table(
        "poll_votes",
        sa.Column("poll_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_poll_votes_account_id")
        ),
        sa.ForeignKeyConstraint(["poll_id"], ["polls.id"], name=op.f("fk_poll_votes_poll_id")),
        sa.PrimaryKeyConstraint("poll_id", "account_id", "position", name=op.f("pk_poll_votes")),
    )
    op.create_index(
        "ix_poll_votes_account_id", "poll_votes", ["account_id", "poll_id"], unique=False
    )
    for statement in DDL[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))
