"""Revision 0003: the tables of the site and its programs."""

import sqlalchemy as sa

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


# What the database itself enforces beyond constraints.
DDL: dict[str, list[str]] = {
    "sqlite": [
        "CREATE TRIGGER setting_changes_keeps_update BEFORE UPDATE ON setting_changes BEGIN SELECT RAISE(ABORT, 'a change of a setting is never changed'); END",
        "CREATE TRIGGER setting_changes_keeps_delete BEFORE DELETE ON setting_changes BEGIN SELECT RAISE(ABORT, 'a change of a setting is never changed'); END",
        "CREATE TRIGGER announcements_tell_announcement_insert AFTER INSERT ON announcements FOR EACH ROW BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('announcement', NULL, NEW.id, NULL); END",
        "CREATE TRIGGER announcements_tell_unannounced_update AFTER UPDATE OF ends_at ON announcements FOR EACH ROW BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('unannounced', NULL, NEW.id, NULL); END",
        "CREATE TRIGGER announcement_reactions_tell_reaction_insert AFTER INSERT ON announcement_reactions FOR EACH ROW BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('reaction', NULL, NEW.announcement_id, NEW.name); END",
        "CREATE TRIGGER announcement_reactions_tell_reaction_delete AFTER DELETE ON announcement_reactions FOR EACH ROW BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('reaction', NULL, OLD.announcement_id, OLD.name); END",
        "CREATE TRIGGER access_tokens_tell_access_delete AFTER DELETE ON access_tokens FOR EACH ROW BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('access', NULL, OLD.id, NULL); END",
        "CREATE TRIGGER access_tokens_tell_access_update AFTER UPDATE OF scopes, member_id, expires_at ON access_tokens FOR EACH ROW BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('access', NULL, NEW.id, NULL); END",
    ],
    "postgresql": [
        "CREATE FUNCTION setting_changes_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a change of a setting is never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER setting_changes_keeps BEFORE UPDATE OR DELETE ON setting_changes FOR EACH ROW EXECUTE FUNCTION setting_changes_keeps()",
        "CREATE FUNCTION announcements_tell_announcement_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('announcement', NULL, NEW.id, NULL); RETURN NULL; END $$",
        "CREATE TRIGGER announcements_tell_announcement_insert AFTER INSERT ON announcements FOR EACH ROW EXECUTE FUNCTION announcements_tell_announcement_insert()",
        "CREATE FUNCTION announcements_tell_unannounced_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('unannounced', NULL, NEW.id, NULL); RETURN NULL; END $$",
        "CREATE TRIGGER announcements_tell_unannounced_update AFTER UPDATE OF ends_at ON announcements FOR EACH ROW EXECUTE FUNCTION announcements_tell_unannounced_update()",
        "CREATE FUNCTION announcement_reactions_tell_reaction_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('reaction', NULL, NEW.announcement_id, NEW.name); RETURN NULL; END $$",
        "CREATE TRIGGER announcement_reactions_tell_reaction_insert AFTER INSERT ON announcement_reactions FOR EACH ROW EXECUTE FUNCTION announcement_reactions_tell_reaction_insert()",
        "CREATE FUNCTION announcement_reactions_tell_reaction_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('reaction', NULL, OLD.announcement_id, OLD.name); RETURN NULL; END $$",
        "CREATE TRIGGER announcement_reactions_tell_reaction_delete AFTER DELETE ON announcement_reactions FOR EACH ROW EXECUTE FUNCTION announcement_reactions_tell_reaction_delete()",
        "CREATE FUNCTION access_tokens_tell_access_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('access', NULL, OLD.id, NULL); RETURN NULL; END $$",
        "CREATE TRIGGER access_tokens_tell_access_delete AFTER DELETE ON access_tokens FOR EACH ROW EXECUTE FUNCTION access_tokens_tell_access_delete()",
        "CREATE FUNCTION access_tokens_tell_access_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('access', NULL, NEW.id, NULL); RETURN NULL; END $$",
        "CREATE TRIGGER access_tokens_tell_access_update AFTER UPDATE OF scopes, member_id, expires_at ON access_tokens FOR EACH ROW EXECUTE FUNCTION access_tokens_tell_access_update()",
    ],
}


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "applications",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("client_id", sa.Text(), nullable=False),
        sa.Column("client_secret_hash", sa.Text(), nullable=True),
        sa.Column("redirect_uris", sa.JSON(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("was_used", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_applications")),
        sa.UniqueConstraint("client_id", name=op.f("uq_applications_client_id")),
    )
    op.create_table(
        "coops",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tagline", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column(
            "preset",
            sa.Enum(
                "small",
                "social-coop-like",
                "association",
                name="preset",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("founded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "registration",
            sa.Enum(
                "open",
                "application",
                "invite",
                "closed",
                name="registration",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.CheckConstraint("id = 1", name=op.f("ck_coops_is_the_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coops")),
    )
    op.create_table(
        "founding_links",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_founding_links_is_the_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_founding_links")),
    )
    op.create_table(
        "setting_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "name",
            sa.Enum(
                "name",
                "tagline",
                "contact",
                "registration",
                name="sitesetting",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column(
            "decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setting_changes")),
    )
    op.create_index("ix_setting_changes_name", "setting_changes", ["name", "id"], unique=False)
    op.create_table(
        "announcements",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["author_id"], ["members.id"], name=op.f("fk_announcements_author_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcements")),
    )
    op.create_table(
        "authorization_codes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("challenge", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["applications.id"],
            name=op.f("fk_authorization_codes_application_id"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_authorization_codes_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_authorization_codes")),
        sa.UniqueConstraint("hash", name=op.f("uq_authorization_codes_hash")),
    )
    op.create_index(
        op.f("ix_authorization_codes_application_id"),
        "authorization_codes",
        ["application_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_authorization_codes_expires_at"),
        "authorization_codes",
        ["expires_at"],
        unique=False,
    )
    op.create_index(
        op.f("ix_authorization_codes_member_id"),
        "authorization_codes",
        ["member_id"],
        unique=False,
    )
    op.create_table(
        "announcement_reactions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "announcement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_announcement_reactions_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name=op.f("fk_announcement_reactions_announcement_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_announcement_reactions")),
        sa.UniqueConstraint(
            "announcement_id",
            "account_id",
            "name",
            name=op.f("uq_announcement_reactions_announcement_id_account_id_name"),
        ),
    )
    op.create_index(
        op.f("ix_announcement_reactions_announcement_id"),
        "announcement_reactions",
        ["announcement_id"],
        unique=False,
    )
    op.create_table(
        "announcements_seen",
        sa.Column(
            "announcement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_announcements_seen_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["announcement_id"],
            ["announcements.id"],
            name=op.f("fk_announcements_seen_announcement_id"),
        ),
        sa.PrimaryKeyConstraint(
            "announcement_id", "account_id", name=op.f("pk_announcements_seen")
        ),
    )
    op.create_table(
        "access_tokens",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column(
            "application_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "sign_up_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("code_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_on", sa.Date(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_access_tokens_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_access_tokens_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["sign_up_id"],
            ["sign_ups.id"],
            name=op.f("fk_access_tokens_sign_up_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_tokens")),
        sa.UniqueConstraint("hash", name=op.f("uq_access_tokens_hash")),
    )
    op.create_index(
        op.f("ix_access_tokens_application_id"), "access_tokens", ["application_id"], unique=False
    )
    op.create_index(op.f("ix_access_tokens_code_id"), "access_tokens", ["code_id"], unique=False)
    op.create_index(
        op.f("ix_access_tokens_member_id"), "access_tokens", ["member_id"], unique=False
    )
    op.create_index(
        op.f("ix_access_tokens_sign_up_id"), "access_tokens", ["sign_up_id"], unique=False
    )
    for statement in DDL[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))
