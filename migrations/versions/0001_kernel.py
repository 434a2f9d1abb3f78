"""Revision 0001: the tables of the kernel."""

import sqlalchemy as sa

from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


# What the database itself enforces beyond constraints.
DDL: dict[str, list[str]] = {
    "sqlite": [
        "CREATE TRIGGER chain_entries_keeps_update BEFORE UPDATE ON chain_entries BEGIN SELECT RAISE(ABORT, 'entries of a chain are never changed'); END",
        "CREATE TRIGGER chain_entries_keeps_delete BEFORE DELETE ON chain_entries BEGIN SELECT RAISE(ABORT, 'entries of a chain are never changed'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION chain_entries_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'entries of a chain are never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER chain_entries_keeps BEFORE UPDATE OR DELETE ON chain_entries FOR EACH ROW EXECUTE FUNCTION chain_entries_keeps()",
        "CREATE FUNCTION news_are_out() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_notify('news', ''); RETURN NULL; END $$",
        "CREATE TRIGGER news_are_out AFTER INSERT ON news FOR EACH STATEMENT EXECUTE FUNCTION news_are_out()",
    ],
}


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "chain_entries",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column(
            "seq",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("payload_hash", sa.Text(), nullable=False),
        sa.Column("prev_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chain", "seq", name=op.f("pk_chain_entries")),
    )
    op.create_table(
        "chain_heads",
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_chain_heads")),
    )
    op.create_table(
        "duties",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "attempts", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "forgiven", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("abandoned_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
    )
    op.create_index("ix_duties_due", "duties", ["abandoned_at", "due_at", "id"], unique=False)
    op.create_table(
        "kernel_facts",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_kernel_facts")),
    )
    op.create_table(
        "news",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("about_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("word", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_news")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "node_seats",
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("holder", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_node_seats")),
    )
    for statement in DDL[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))
