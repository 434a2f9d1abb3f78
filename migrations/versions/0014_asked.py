"""Revision 0014: the tables of what is asked."""

import sqlalchemy as sa

from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


# What the database itself enforces beyond constraints.
DDL: dict[str, list[str]] = {
    "sqlite": [
        "CREATE TRIGGER dues_plans_keeps_update BEFORE UPDATE ON dues_plans BEGIN SELECT RAISE(ABORT, 'a version of the dues is never changed'); END",
        "CREATE TRIGGER dues_plans_keeps_delete BEFORE DELETE ON dues_plans BEGIN SELECT RAISE(ABORT, 'a version of the dues is never changed'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION dues_plans_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a version of the dues is never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER dues_plans_keeps BEFORE UPDATE OR DELETE ON dues_plans FOR EACH ROW EXECUTE FUNCTION dues_plans_keeps()",
    ],
}


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "dues_plans",
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "monthly_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column(
            "cadence",
            sa.Enum(
                "monthly",
                "quarterly",
                "half_yearly",
                "yearly",
                name="cadence",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_dues_plans")),
    )
    op.create_table(
        "reminders",
        sa.Column(
            "about",
            sa.Enum(
                "invoice",
                "place",
                "welcome",
                name="reminderabout",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "about_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("about", "about_id", "step", name=op.f("pk_reminders")),
    )
    op.create_table(
        "free_places",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "ends_on > starts_on", name=op.f("ck_free_places_ends_after_its_start")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_free_places_member_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_free_places")),
    )
    op.create_index(
        "ix_free_places_member_id_ends_on", "free_places", ["member_id", "ends_on"], unique=False
    )
    op.create_table(
        "invoices",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("book_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("year", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column(
            "cadence",
            sa.Enum(
                "monthly",
                "quarterly",
                "half_yearly",
                "yearly",
                name="cadence",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column(
            "grace_days", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "paid",
                "void",
                "refunded",
                name="invoicestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_invoices_not_nothing")),
        sa.CheckConstraint(
            "period_end > period_start", name=op.f("ck_invoices_ends_after_its_start")
        ),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_invoices_book_id")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_invoices_member_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invoices")),
        sa.UniqueConstraint(
            "book_id", "year", "number", name=op.f("uq_invoices_book_id_year_number")
        ),
    )
    op.create_index(op.f("ix_invoices_member_id"), "invoices", ["member_id"], unique=False)
    op.create_index("ix_invoices_state_due_on", "invoices", ["state", "due_on"], unique=False)
    op.create_index(
        "uq_invoices_member_id_open",
        "invoices",
        ["member_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "uq_invoices_member_id_period_start",
        "invoices",
        ["member_id", "period_start"],
        unique=True,
        sqlite_where=sa.text("state NOT IN ('void', 'refunded')"),
        postgresql_where=sa.text("state NOT IN ('void', 'refunded')"),
    )
    op.create_table(
        "member_keys",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_member_keys_member_id")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_member_keys")),
        sa.UniqueConstraint("member_id", name=op.f("uq_member_keys_member_id")),
    )
    op.create_table(
        "pledges",
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column(
            "cadence",
            sa.Enum(
                "monthly",
                "quarterly",
                "half_yearly",
                "yearly",
                name="cadence",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("anchor_on", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "active",
                "stopped",
                name="pledgestate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("amount_minor > 0", name=op.f("ck_pledges_not_nothing")),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_pledges_member_id")),
        sa.PrimaryKeyConstraint("member_id", name=op.f("pk_pledges")),
    )
    for statement in DDL[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))
