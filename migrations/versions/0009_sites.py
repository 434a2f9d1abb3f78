"""Revision 0009: the tables of other sites."""

import sqlalchemy as sa

from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


# What the database itself enforces beyond constraints.
DDL: dict[str, list[str]] = {
    "sqlite": [
        "CREATE TRIGGER site_changes_keeps_update BEFORE UPDATE ON site_changes BEGIN SELECT RAISE(ABORT, 'a change of what holds for a site is never changed'); END",
        "CREATE TRIGGER site_changes_keeps_delete BEFORE DELETE ON site_changes BEGIN SELECT RAISE(ABORT, 'a change of what holds for a site is never changed'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION site_changes_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a change of what holds for a site is never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER site_changes_keeps BEFORE UPDATE OR DELETE ON site_changes FOR EACH ROW EXECUTE FUNCTION site_changes_keeps()",
    ],
}


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "far_hosts",
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column(
            "failures", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("failed_on", sa.JSON(), nullable=False),
        sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dead_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("probe_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "form",
            sa.Enum(
                "cavage",
                "cavage_bare",
                "rfc9421",
                name="form",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("form_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("host", name=op.f("pk_far_hosts")),
    )
    op.create_table(
        "foretold",
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("uri", "actor", name=op.f("pk_foretold")),
    )
    op.create_index(op.f("ix_foretold_at"), "foretold", ["at"], unique=False)
    op.create_table(
        "received",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column("signer", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "waiting",
                "aside",
                "behind",
                "done",
                "dropped",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("came_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(outcome IN ('done', 'dropped')) = (body IS NULL)",
            name=op.f("ck_received_forgotten_when_done"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received")),
        sa.UniqueConstraint("uri", "signer", name=op.f("uq_received_uri_signer")),
    )
    op.create_index("ix_received_came_at", "received", ["came_at"], unique=False)
    op.create_index(
        "ix_received_held_up",
        "received",
        ["signer", "id"],
        unique=False,
        sqlite_where=sa.text("outcome IN ('aside', 'behind')"),
        postgresql_where=sa.text("outcome IN ('aside', 'behind')"),
    )
    op.create_table(
        "site_changes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("after", sa.JSON(), nullable=True),
        sa.Column(
            "decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_changes")),
    )
    op.create_index("ix_site_changes_domain", "site_changes", ["domain", "id"], unique=False)
    op.create_table(
        "site_rules",
        sa.Column("domain", sa.Text(), nullable=False),
        sa.Column(
            "severity",
            sa.Enum(
                "noop",
                "silence",
                "suspend",
                name="severity",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rejects_media", sa.Boolean(), nullable=False),
        sa.Column("rejects_reports", sa.Boolean(), nullable=False),
        sa.Column("public_comment", sa.Text(), nullable=False),
        sa.Column("private_comment", sa.Text(), nullable=False),
        sa.Column("is_obfuscated", sa.Boolean(), nullable=False),
        sa.Column(
            "decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("domain = lower(domain)", name=op.f("ck_site_rules_in_one_spelling")),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_site_rules")),
    )
    op.create_table(
        "actor_keys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("public_pem", sa.Text(), nullable=False),
        sa.Column("private_sealed", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(retired_at IS NULL) = (private_sealed IS NOT NULL)",
            name=op.f("ck_actor_keys_forgotten_when_retired"),
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_actor_keys_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actor_keys")),
        sa.UniqueConstraint("account_id", "number", name=op.f("uq_actor_keys_account_id_number")),
    )
    op.create_index(
        "uq_actor_keys_of_the_site",
        "actor_keys",
        ["number"],
        unique=True,
        sqlite_where=sa.text("account_id IS NULL"),
        postgresql_where=sa.text("account_id IS NULL"),
    )
    op.create_table(
        "outgoing",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "sender_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("about_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "status_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("lane", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("body", sa.Text(), nullable=True),
        sa.Column(
            "reach",
            sa.Enum(
                "listed",
                "followers",
                "everybody",
                name="reach",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "reached_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["accounts.id"], name=op.f("fk_outgoing_sender_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing")),
    )
    op.create_index(
        "ix_outgoing_about_id",
        "outgoing",
        ["about_id"],
        unique=False,
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index("ix_outgoing_due_at", "outgoing", ["due_at", "id"], unique=False)
    op.create_table(
        "received_for",
        sa.Column(
            "received_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_received_for_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["received_id"], ["received.id"], name=op.f("fk_received_for_received_id")
        ),
        sa.PrimaryKeyConstraint("received_id", "account_id", name=op.f("pk_received_for")),
    )
    op.create_table(
        "remote_acts",
        sa.Column("uri", sa.Text(), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "about_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reaction", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_remote_acts_account_id")
        ),
        sa.PrimaryKeyConstraint("uri", name=op.f("pk_remote_acts")),
    )
    op.create_index(
        "ix_remote_acts_about", "remote_acts", ["about_id", "account_id", "kind"], unique=False
    )
    op.create_table(
        "severed_follows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "change_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "target_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("is_following", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["accounts.id"], name=op.f("fk_severed_follows_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["change_id"], ["site_changes.id"], name=op.f("fk_severed_follows_change_id")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["accounts.id"], name=op.f("fk_severed_follows_target_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_severed_follows")),
        sa.UniqueConstraint(
            "account_id",
            "change_id",
            "target_id",
            "is_following",
            name=op.f("uq_severed_follows_account_id_change_id_target_id_is_following"),
        ),
    )
    op.create_table(
        "deliveries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "outgoing_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "sender_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("about_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("lane", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("host", sa.Text(), nullable=False),
        sa.Column("inbox", sa.Text(), nullable=False),
        sa.Column(
            "attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(
            ["outgoing_id"], ["outgoing.id"], name=op.f("fk_deliveries_outgoing_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deliveries")),
        sa.UniqueConstraint("outgoing_id", "inbox", name=op.f("uq_deliveries_outgoing_id_inbox")),
    )
    op.create_index("ix_deliveries_about_id", "deliveries", ["about_id", "inbox"], unique=False)
    op.create_index("ix_deliveries_due_at", "deliveries", ["lane", "due_at", "id"], unique=False)
    op.create_index("ix_deliveries_host", "deliveries", ["host", "due_at"], unique=False)
    for statement in DDL[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))
