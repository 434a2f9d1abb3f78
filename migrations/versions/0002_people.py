"""Revision 0002: the tables of people."""

import sqlalchemy as sa

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


# What the database itself enforces beyond constraints.
DDL: dict[str, list[str]] = {
    "sqlite": [
        "CREATE TRIGGER setting_changes_keeps_update BEFORE UPDATE ON setting_changes BEGIN SELECT RAISE(ABORT, 'a change of a setting is never changed'); END",
        "CREATE TRIGGER setting_changes_keeps_delete BEFORE DELETE ON setting_changes BEGIN SELECT RAISE(ABORT, 'a change of a setting is never changed'); END",
        "CREATE TRIGGER members_tell_member_update AFTER UPDATE OF state ON members FOR EACH ROW BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('member', NEW.account_id, NULL, NULL); END",
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
        "CREATE FUNCTION members_tell_member_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO news (kind, account_id, about_id, word) VALUES ('member', NEW.account_id, NULL, NULL); RETURN NULL; END $$",
        "CREATE TRIGGER members_tell_member_update AFTER UPDATE OF state ON members FOR EACH ROW EXECUTE FUNCTION members_tell_member_update()",
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
        "accounts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("domain", sa.Text(), nullable=True),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("note_html", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("avatar_key", sa.Text(), nullable=True),
        sa.Column("header_key", sa.Text(), nullable=True),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("bot", sa.Boolean(), nullable=False),
        sa.Column("discoverable", sa.Boolean(), nullable=False),
        sa.Column("indexable", sa.Boolean(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "person",
                "coop",
                "service",
                name="accountkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("suspended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rev", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "filters_rev", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "statuses_count", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "last_status_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint("domain <> ''", name=op.f("ck_accounts_has_a_domain_or_none")),
        sa.CheckConstraint("username <> ''", name=op.f("ck_accounts_has_a_name")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("key", name=op.f("uq_accounts_key")),
    )
    op.create_index(
        "uq_accounts_one_coop",
        "accounts",
        ["kind"],
        unique=True,
        sqlite_where=sa.text("kind = 'coop' AND domain IS NULL"),
        postgresql_where=sa.text("kind = 'coop' AND domain IS NULL"),
    )
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
        "required_versions",
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accept_by", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("slug", "version", name=op.f("pk_required_versions")),
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
        "members",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("email_key", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "unconfirmed",
                "waiting",
                "active",
                "refused",
                "suspended",
                "left",
                name="memberstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column(
            "invited_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "provisional_days",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_members_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["invited_by_id"], ["members.id"], name=op.f("fk_members_invited_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_members")),
        sa.UniqueConstraint("account_id", name=op.f("uq_members_account_id")),
        sa.UniqueConstraint("email_key", name=op.f("uq_members_email_key")),
    )
    op.create_index(op.f("ix_members_state"), "members", ["state"], unique=False)
    op.create_table(
        "remote_actors",
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("inbox", sa.Text(), nullable=False),
        sa.Column("shared_inbox", sa.Text(), nullable=True),
        sa.Column("outbox", sa.Text(), nullable=True),
        sa.Column("followers", sa.Text(), nullable=True),
        sa.Column("following", sa.Text(), nullable=True),
        sa.Column("featured", sa.Text(), nullable=True),
        sa.Column("featured_tags", sa.Text(), nullable=True),
        sa.Column("also_known_as", sa.JSON(), nullable=False),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_remote_actors_account_id")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_remote_actors")),
        sa.UniqueConstraint("uri", name=op.f("uq_remote_actors_uri")),
    )
    op.create_index(
        op.f("ix_remote_actors_fetched_at"), "remote_actors", ["fetched_at"], unique=False
    )
    op.create_table(
        "remote_keys",
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("public_pem", sa.Text(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_remote_keys_account_id")
        ),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_remote_keys")),
    )
    op.create_index(op.f("ix_remote_keys_account_id"), "remote_keys", ["account_id"], unique=False)
    op.create_table(
        "acceptances",
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_acceptances_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", "slug", "version", name=op.f("pk_acceptances")),
    )
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
        "coverages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column(
            "grace_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "source",
            sa.Enum(
                "payment",
                "waiver",
                "gift",
                "import",
                "honorary",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_coverages_ends_after_its_start")),
        sa.CheckConstraint(
            "grace_days BETWEEN 0 AND 366", name=op.f("ck_coverages_grace_is_bounded")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_coverages_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverages")),
        sa.UniqueConstraint(
            "source",
            "source_id",
            "member_id",
            name=op.f("uq_coverages_source_source_id_member_id"),
        ),
    )
    op.create_index(
        "ix_coverages_member_id_ends_on", "coverages", ["member_id", "ends_on"], unique=False
    )
    op.create_table(
        "hand_over_notes",
        sa.Column(
            "office",
            sa.Enum(
                "admin",
                "treasurer",
                "moderator",
                "facilitator",
                "secretary",
                name="office",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_hand_over_notes_member_id")
        ),
        sa.PrimaryKeyConstraint("office", name=op.f("pk_hand_over_notes")),
    )
    op.create_table(
        "invitations",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("sealed_code", sa.Text(), nullable=False),
        sa.Column("uses", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "uses_max", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "uses BETWEEN 0 AND uses_max", name=op.f("ck_invitations_uses_are_bounded")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_invitations_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitations")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_invitations_code_hash")),
    )
    op.create_index(op.f("ix_invitations_member_id"), "invitations", ["member_id"], unique=False)
    op.create_table(
        "mailed_links",
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_mailed_links_member_id")
        ),
        sa.PrimaryKeyConstraint("member_id", "purpose", name=op.f("pk_mailed_links")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_mailed_links_secret_hash")),
    )
    op.create_table(
        "mandates",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "office",
            sa.Enum(
                "admin",
                "treasurer",
                "moderator",
                "facilitator",
                "secretary",
                name="office",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ended_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("caretaker", sa.Boolean(), nullable=False),
        sa.Column(
            "decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "caretaker <> (decision_id IS NOT NULL)", name=op.f("ck_mandates_has_one_origin")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_mandates_ends_after_its_start")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_mandates_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mandates")),
    )
    op.create_index(op.f("ix_mandates_member_id"), "mandates", ["member_id"], unique=False)
    op.create_index("ix_mandates_office_ends_at", "mandates", ["office", "ends_at"], unique=False)
    op.create_table(
        "web_sessions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reauthenticated_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_web_sessions_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_sessions")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_web_sessions_secret_hash")),
    )
    op.create_index(op.f("ix_web_sessions_member_id"), "web_sessions", ["member_id"], unique=False)
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
        "sign_ups",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("accepted", sa.JSON(), nullable=False),
        sa.Column(
            "invitation_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("locale", sa.Text(), nullable=True),
        sa.Column("code_hash", sa.Text(), nullable=True),
        sa.Column("by_link", sa.Boolean(), nullable=False),
        sa.Column("link_hash", sa.Text(), nullable=True),
        sa.Column("code_expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "codes_sent", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["invitation_id"], ["invitations.id"], name=op.f("fk_sign_ups_invitation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_ups")),
        sa.UniqueConstraint("link_hash", name=op.f("uq_sign_ups_link_hash")),
        sa.UniqueConstraint("secret_hash", name=op.f("uq_sign_ups_secret_hash")),
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
