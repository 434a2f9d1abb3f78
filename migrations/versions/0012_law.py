"""Revision 0012: the tables of the law and of what carries it out."""

import sqlalchemy as sa

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


# What the database itself enforces beyond constraints.
DDL: dict[str, list[str]] = {
    "sqlite": [
        "CREATE TRIGGER clerical_notes_vote_is_over_insert BEFORE INSERT ON clerical_notes WHEN (SELECT outcome FROM proposals WHERE id = NEW.proposal_id) IS NULL BEGIN SELECT RAISE(ABORT, 'a text has notes only after the vote'); END",
        "CREATE TRIGGER clerical_notes_is_kept_update BEFORE UPDATE ON clerical_notes WHEN OLD.confirmed_at IS NOT NULL OR OLD.proposal_id IS NOT NEW.proposal_id OR OLD.place IS NOT NEW.place OR OLD.text IS NOT NEW.text OR OLD.by_id IS NOT NEW.by_id OR OLD.created_at IS NOT NEW.created_at BEGIN SELECT RAISE(ABORT, 'a note is never changed'); END",
        "CREATE TRIGGER clerical_notes_is_kept_delete BEFORE DELETE ON clerical_notes WHEN OLD.confirmed_at IS NOT NULL BEGIN SELECT RAISE(ABORT, 'a note that was confirmed is never deleted'); END",
        "CREATE TRIGGER emergency_actions_is_bound_update BEFORE UPDATE ON emergency_actions WHEN OLD.proposal_id IS NOT NEW.proposal_id OR OLD.payload_hash IS NOT NEW.payload_hash OR OLD.reason IS NOT NEW.reason OR OLD.office IS NOT NEW.office OR OLD.by_id IS NOT NEW.by_id OR OLD.at IS NOT NEW.at OR OLD.expires_at IS NOT NEW.expires_at OR CAST(OLD.measure AS TEXT) IS NOT CAST(NEW.measure AS TEXT) BEGIN SELECT RAISE(ABORT, 'what was done is never changed'); END",
        "CREATE TRIGGER emergency_actions_ends_once_update BEFORE UPDATE ON emergency_actions WHEN OLD.state <> 'standing' BEGIN SELECT RAISE(ABORT, 'an act without a decision is answered once'); END",
        "CREATE TRIGGER emergency_actions_is_kept_delete BEFORE DELETE ON emergency_actions WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'an act is never deleted'); END",
        "CREATE TRIGGER enactment_orders_is_bound_update BEFORE UPDATE ON enactment_orders WHEN OLD.proposal_id IS NOT NEW.proposal_id OR OLD.payload_hash IS NOT NEW.payload_hash OR OLD.not_before IS NOT NEW.not_before OR OLD.not_after IS NOT NEW.not_after OR OLD.office IS NOT NEW.office OR OLD.approvals_needed IS NOT NEW.approvals_needed OR OLD.approved_by IS NOT NEW.approved_by OR CAST(OLD.measure AS TEXT) IS NOT CAST(NEW.measure AS TEXT) BEGIN SELECT RAISE(ABORT, 'an order is never changed'); END",
        "CREATE TRIGGER enactment_orders_is_used_once_update BEFORE UPDATE ON enactment_orders WHEN OLD.state NOT IN ('waiting', 'approved') BEGIN SELECT RAISE(ABORT, 'an order is used once'); END",
        "CREATE TRIGGER enactment_orders_is_kept_delete BEFORE DELETE ON enactment_orders WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'an order is never deleted'); END",
        "CREATE TRIGGER approvals_keeps_update BEFORE UPDATE ON approvals BEGIN SELECT RAISE(ABORT, 'a signature is never taken back'); END",
        "CREATE TRIGGER approvals_keeps_delete BEFORE DELETE ON approvals BEGIN SELECT RAISE(ABORT, 'a signature is never taken back'); END",
        "CREATE TRIGGER declinations_keeps_update BEFORE UPDATE ON declinations BEGIN SELECT RAISE(ABORT, 'what somebody declined stays on record'); END",
        "CREATE TRIGGER declinations_keeps_delete BEFORE DELETE ON declinations BEGIN SELECT RAISE(ABORT, 'what somebody declined stays on record'); END",
        "CREATE TRIGGER enactments_keeps_update BEFORE UPDATE ON enactments BEGIN SELECT RAISE(ABORT, 'an enactment is never changed'); END",
        "CREATE TRIGGER enactments_keeps_delete BEFORE DELETE ON enactments BEGIN SELECT RAISE(ABORT, 'an enactment is never changed'); END",
        "CREATE TRIGGER enactments_order_is_open_insert BEFORE INSERT ON enactments WHEN NEW.order_id IS NOT NULL AND (SELECT state FROM enactment_orders WHERE id = NEW.order_id) NOT IN ('waiting', 'approved') BEGIN SELECT RAISE(ABORT, 'an order is used once'); END",
        "CREATE TRIGGER enactments_founding_is_over_insert BEFORE INSERT ON enactments WHEN NEW.order_id IS NULL AND NEW.emergency_id IS NULL AND EXISTS (SELECT 1 FROM proposals) BEGIN SELECT RAISE(ABORT, 'a co-op is founded once'); END",
        "CREATE TRIGGER enactments_act_stands_insert BEFORE INSERT ON enactments WHEN NEW.emergency_id IS NOT NULL AND (SELECT state FROM emergency_actions WHERE id = NEW.emergency_id) <> 'standing' BEGIN SELECT RAISE(ABORT, 'an act without a decision is answered once'); END",
        "CREATE TRIGGER constitutions_keeps_update BEFORE UPDATE ON constitutions BEGIN SELECT RAISE(ABORT, 'a constitution is never changed, a decision makes another'); END",
        "CREATE TRIGGER constitutions_keeps_delete BEFORE DELETE ON constitutions BEGIN SELECT RAISE(ABORT, 'a constitution is never changed, a decision makes another'); END",
        "CREATE TRIGGER constitutions_is_enacted_insert BEFORE INSERT ON constitutions WHEN NEW.payload_hash IS NOT (SELECT payload_hash FROM enactments WHERE id = NEW.enactment_id) BEGIN SELECT RAISE(ABORT, 'only a decision that was enacted makes law'); END",
        "CREATE TRIGGER constitutions_is_decided_insert BEFORE INSERT ON constitutions WHEN (SELECT emergency_id FROM enactments WHERE id = NEW.enactment_id) IS NOT NULL BEGIN SELECT RAISE(ABORT, 'nobody makes law without a decision'); END",
        "CREATE TRIGGER document_versions_keeps_update BEFORE UPDATE ON document_versions BEGIN SELECT RAISE(ABORT, 'a version of a document is never changed'); END",
        "CREATE TRIGGER document_versions_keeps_delete BEFORE DELETE ON document_versions BEGIN SELECT RAISE(ABORT, 'a version of a document is never changed'); END",
        "CREATE TRIGGER document_versions_is_enacted_insert BEFORE INSERT ON document_versions WHEN NEW.payload_hash IS NOT (SELECT payload_hash FROM enactments WHERE id = NEW.enactment_id) BEGIN SELECT RAISE(ABORT, 'only a decision that was enacted makes law'); END",
        "CREATE TRIGGER document_versions_is_decided_insert BEFORE INSERT ON document_versions WHEN (SELECT emergency_id FROM enactments WHERE id = NEW.enactment_id) IS NOT NULL BEGIN SELECT RAISE(ABORT, 'nobody makes law without a decision'); END",
        "CREATE TRIGGER constitution_rules_keeps_update BEFORE UPDATE ON constitution_rules BEGIN SELECT RAISE(ABORT, 'a rule set is never changed, a decision makes another'); END",
        "CREATE TRIGGER constitution_rules_keeps_delete BEFORE DELETE ON constitution_rules BEGIN SELECT RAISE(ABORT, 'a rule set is never changed, a decision makes another'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION clerical_notes_vote_is_over_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT outcome FROM proposals WHERE id = NEW.proposal_id) IS NULL THEN RAISE EXCEPTION 'a text has notes only after the vote' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER clerical_notes_vote_is_over_insert BEFORE INSERT ON clerical_notes FOR EACH ROW EXECUTE FUNCTION clerical_notes_vote_is_over_insert()",
        "CREATE FUNCTION clerical_notes_is_kept_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.confirmed_at IS NOT NULL OR OLD.proposal_id IS DISTINCT FROM NEW.proposal_id OR OLD.place IS DISTINCT FROM NEW.place OR OLD.text IS DISTINCT FROM NEW.text OR OLD.by_id IS DISTINCT FROM NEW.by_id OR OLD.created_at IS DISTINCT FROM NEW.created_at THEN RAISE EXCEPTION 'a note is never changed' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER clerical_notes_is_kept_update BEFORE UPDATE ON clerical_notes FOR EACH ROW EXECUTE FUNCTION clerical_notes_is_kept_update()",
        "CREATE FUNCTION clerical_notes_is_kept_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.confirmed_at IS NOT NULL THEN RAISE EXCEPTION 'a note that was confirmed is never deleted' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER clerical_notes_is_kept_delete BEFORE DELETE ON clerical_notes FOR EACH ROW EXECUTE FUNCTION clerical_notes_is_kept_delete()",
        "CREATE FUNCTION emergency_actions_is_bound_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.proposal_id IS DISTINCT FROM NEW.proposal_id OR OLD.payload_hash IS DISTINCT FROM NEW.payload_hash OR OLD.reason IS DISTINCT FROM NEW.reason OR OLD.office IS DISTINCT FROM NEW.office OR OLD.by_id IS DISTINCT FROM NEW.by_id OR OLD.at IS DISTINCT FROM NEW.at OR OLD.expires_at IS DISTINCT FROM NEW.expires_at OR CAST(OLD.measure AS TEXT) IS DISTINCT FROM CAST(NEW.measure AS TEXT) THEN RAISE EXCEPTION 'what was done is never changed' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER emergency_actions_is_bound_update BEFORE UPDATE ON emergency_actions FOR EACH ROW EXECUTE FUNCTION emergency_actions_is_bound_update()",
        "CREATE FUNCTION emergency_actions_ends_once_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.state <> 'standing' THEN RAISE EXCEPTION 'an act without a decision is answered once' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER emergency_actions_ends_once_update BEFORE UPDATE ON emergency_actions FOR EACH ROW EXECUTE FUNCTION emergency_actions_ends_once_update()",
        "CREATE FUNCTION emergency_actions_is_kept_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'an act is never deleted' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER emergency_actions_is_kept_delete BEFORE DELETE ON emergency_actions FOR EACH ROW EXECUTE FUNCTION emergency_actions_is_kept_delete()",
        "CREATE FUNCTION enactment_orders_is_bound_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.proposal_id IS DISTINCT FROM NEW.proposal_id OR OLD.payload_hash IS DISTINCT FROM NEW.payload_hash OR OLD.not_before IS DISTINCT FROM NEW.not_before OR OLD.not_after IS DISTINCT FROM NEW.not_after OR OLD.office IS DISTINCT FROM NEW.office OR OLD.approvals_needed IS DISTINCT FROM NEW.approvals_needed OR OLD.approved_by IS DISTINCT FROM NEW.approved_by OR CAST(OLD.measure AS TEXT) IS DISTINCT FROM CAST(NEW.measure AS TEXT) THEN RAISE EXCEPTION 'an order is never changed' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER enactment_orders_is_bound_update BEFORE UPDATE ON enactment_orders FOR EACH ROW EXECUTE FUNCTION enactment_orders_is_bound_update()",
        "CREATE FUNCTION enactment_orders_is_used_once_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.state NOT IN ('waiting', 'approved') THEN RAISE EXCEPTION 'an order is used once' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER enactment_orders_is_used_once_update BEFORE UPDATE ON enactment_orders FOR EACH ROW EXECUTE FUNCTION enactment_orders_is_used_once_update()",
        "CREATE FUNCTION enactment_orders_is_kept_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'an order is never deleted' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER enactment_orders_is_kept_delete BEFORE DELETE ON enactment_orders FOR EACH ROW EXECUTE FUNCTION enactment_orders_is_kept_delete()",
        "CREATE FUNCTION approvals_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a signature is never taken back' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER approvals_keeps BEFORE UPDATE OR DELETE ON approvals FOR EACH ROW EXECUTE FUNCTION approvals_keeps()",
        "CREATE FUNCTION declinations_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'what somebody declined stays on record' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER declinations_keeps BEFORE UPDATE OR DELETE ON declinations FOR EACH ROW EXECUTE FUNCTION declinations_keeps()",
        "CREATE FUNCTION enactments_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'an enactment is never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER enactments_keeps BEFORE UPDATE OR DELETE ON enactments FOR EACH ROW EXECUTE FUNCTION enactments_keeps()",
        "CREATE FUNCTION enactments_order_is_open_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.order_id IS NOT NULL AND (SELECT state FROM enactment_orders WHERE id = NEW.order_id) NOT IN ('waiting', 'approved') THEN RAISE EXCEPTION 'an order is used once' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER enactments_order_is_open_insert BEFORE INSERT ON enactments FOR EACH ROW EXECUTE FUNCTION enactments_order_is_open_insert()",
        "CREATE FUNCTION enactments_founding_is_over_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.order_id IS NULL AND NEW.emergency_id IS NULL AND EXISTS (SELECT 1 FROM proposals) THEN RAISE EXCEPTION 'a co-op is founded once' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER enactments_founding_is_over_insert BEFORE INSERT ON enactments FOR EACH ROW EXECUTE FUNCTION enactments_founding_is_over_insert()",
        "CREATE FUNCTION enactments_act_stands_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.emergency_id IS NOT NULL AND (SELECT state FROM emergency_actions WHERE id = NEW.emergency_id) <> 'standing' THEN RAISE EXCEPTION 'an act without a decision is answered once' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER enactments_act_stands_insert BEFORE INSERT ON enactments FOR EACH ROW EXECUTE FUNCTION enactments_act_stands_insert()",
        "CREATE FUNCTION constitutions_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a constitution is never changed, a decision makes another' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER constitutions_keeps BEFORE UPDATE OR DELETE ON constitutions FOR EACH ROW EXECUTE FUNCTION constitutions_keeps()",
        "CREATE FUNCTION constitutions_is_enacted_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.payload_hash IS DISTINCT FROM (SELECT payload_hash FROM enactments WHERE id = NEW.enactment_id) THEN RAISE EXCEPTION 'only a decision that was enacted makes law' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER constitutions_is_enacted_insert BEFORE INSERT ON constitutions FOR EACH ROW EXECUTE FUNCTION constitutions_is_enacted_insert()",
        "CREATE FUNCTION constitutions_is_decided_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT emergency_id FROM enactments WHERE id = NEW.enactment_id) IS NOT NULL THEN RAISE EXCEPTION 'nobody makes law without a decision' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER constitutions_is_decided_insert BEFORE INSERT ON constitutions FOR EACH ROW EXECUTE FUNCTION constitutions_is_decided_insert()",
        "CREATE FUNCTION document_versions_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a version of a document is never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER document_versions_keeps BEFORE UPDATE OR DELETE ON document_versions FOR EACH ROW EXECUTE FUNCTION document_versions_keeps()",
        "CREATE FUNCTION document_versions_is_enacted_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.payload_hash IS DISTINCT FROM (SELECT payload_hash FROM enactments WHERE id = NEW.enactment_id) THEN RAISE EXCEPTION 'only a decision that was enacted makes law' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER document_versions_is_enacted_insert BEFORE INSERT ON document_versions FOR EACH ROW EXECUTE FUNCTION document_versions_is_enacted_insert()",
        "CREATE FUNCTION document_versions_is_decided_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT emergency_id FROM enactments WHERE id = NEW.enactment_id) IS NOT NULL THEN RAISE EXCEPTION 'nobody makes law without a decision' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER document_versions_is_decided_insert BEFORE INSERT ON document_versions FOR EACH ROW EXECUTE FUNCTION document_versions_is_decided_insert()",
        "CREATE FUNCTION constitution_rules_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a rule set is never changed, a decision makes another' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER constitution_rules_keeps BEFORE UPDATE OR DELETE ON constitution_rules FOR EACH ROW EXECUTE FUNCTION constitution_rules_keeps()",
    ],
}


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "documents",
        sa.Column(
            "slug",
            sa.Enum(
                "terms",
                "code-of-conduct",
                "privacy",
                "bylaws",
                "federation-policy",
                name="slug",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_documents")),
    )
    op.create_table(
        "clerical_notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "confirmed_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(confirmed_by_id IS NULL) = (confirmed_at IS NULL)",
            name=op.f("ck_clerical_notes_is_confirmed_at_a_time"),
        ),
        sa.CheckConstraint(
            "confirmed_by_id <> by_id", name=op.f("ck_clerical_notes_needs_two_people")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_clerical_notes_by_id")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["members.id"], name=op.f("fk_clerical_notes_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_clerical_notes_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clerical_notes")),
    )
    op.create_index(
        "ix_clerical_notes_proposal_id", "clerical_notes", ["proposal_id", "id"], unique=False
    )
    op.create_table(
        "emergency_actions",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("measure", sa.JSON(), nullable=False),
        sa.Column("payload_hash", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "standing",
                "confirmed",
                "undone",
                name="emergencystate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ended_because",
            sa.Enum(
                "rejected",
                "expired",
                "withdrawn",
                "voided",
                name="undone",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (state = 'standing')",
            name=op.f("ck_emergency_actions_ends_with_a_time"),
        ),
        sa.CheckConstraint("expires_at > at", name=op.f("ck_emergency_actions_expires_later")),
        sa.ForeignKeyConstraint(
            ["by_id"], ["members.id"], name=op.f("fk_emergency_actions_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_emergency_actions_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_actions")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_emergency_actions_proposal_id")),
    )
    op.create_index(
        "ix_emergency_actions_state", "emergency_actions", ["state", "expires_at"], unique=False
    )
    op.create_table(
        "enactment_orders",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("measure", sa.JSON(), nullable=False),
        sa.Column("payload_hash", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "approved",
                "enacted",
                "expired",
                "failed",
                name="orderstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_after", sa.DateTime(timezone=True), nullable=False),
        sa.Column("office", sa.Text(), nullable=False),
        sa.Column(
            "approvals_needed",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=False,
        ),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ended_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "not_after > not_before", name=op.f("ck_enactment_orders_has_a_window")
        ),
        sa.ForeignKeyConstraint(
            ["ended_by_id"], ["members.id"], name=op.f("fk_enactment_orders_ended_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_enactment_orders_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enactment_orders")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_enactment_orders_proposal_id")),
    )
    op.create_index(
        "ix_enactment_orders_state", "enactment_orders", ["state", "not_after"], unique=False
    )
    op.create_table(
        "approvals",
        sa.Column(
            "order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_approvals_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["enactment_orders.id"], name=op.f("fk_approvals_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "member_id", name=op.f("pk_approvals")),
    )
    op.create_table(
        "declinations",
        sa.Column(
            "order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_declinations_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["enactment_orders.id"], name=op.f("fk_declinations_order_id")
        ),
        sa.PrimaryKeyConstraint("order_id", "member_id", name=op.f("pk_declinations")),
    )
    op.create_table(
        "enactments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "emergency_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "position", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("payload_hash", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=True),
        sa.Column("by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proof", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(order_id IS NOT NULL AND emergency_id IS NULL) OR (order_id IS NULL AND emergency_id IS NOT NULL) OR (order_id IS NULL AND emergency_id IS NULL AND reference IN ('founding:terms', 'founding:code-of-conduct', 'founding:privacy', 'founding:bylaws', 'founding:constitution'))",
            name=op.f("ck_enactments_has_one_ground"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["members.id"], name=op.f("fk_enactments_by_id")),
        sa.ForeignKeyConstraint(
            ["emergency_id"], ["emergency_actions.id"], name=op.f("fk_enactments_emergency_id")
        ),
        sa.ForeignKeyConstraint(
            ["order_id"], ["enactment_orders.id"], name=op.f("fk_enactments_order_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enactments")),
        sa.UniqueConstraint(
            "emergency_id", "position", name=op.f("uq_enactments_emergency_id_position")
        ),
        sa.UniqueConstraint("order_id", "position", name=op.f("uq_enactments_order_id_position")),
        sa.UniqueConstraint("reference", name=op.f("uq_enactments_reference")),
    )
    op.create_index("ix_enactments_subject", "enactments", ["subject", "at"], unique=False)
    op.create_table(
        "constitutions",
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "enactment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("payload_hash", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enactment_id"], ["enactments.id"], name=op.f("fk_constitutions_enactment_id")
        ),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_constitutions")),
        sa.UniqueConstraint("enactment_id", name=op.f("uq_constitutions_enactment_id")),
    )
    op.create_table(
        "document_versions",
        sa.Column(
            "slug",
            sa.Enum(
                "terms",
                "code-of-conduct",
                "privacy",
                "bylaws",
                "federation-policy",
                name="slug",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "version",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "enactment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("payload_hash", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("material", sa.Boolean(), nullable=False),
        sa.Column("adopted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accept_by", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["enactment_id"], ["enactments.id"], name=op.f("fk_document_versions_enactment_id")
        ),
        sa.ForeignKeyConstraint(
            ["slug"], ["documents.slug"], name=op.f("fk_document_versions_slug")
        ),
        sa.PrimaryKeyConstraint("slug", "version", name=op.f("pk_document_versions")),
        sa.UniqueConstraint("enactment_id", name=op.f("uq_document_versions_enactment_id")),
    )
    op.create_index(
        "ix_document_versions_effective_at",
        "document_versions",
        ["slug", "effective_at"],
        unique=False,
    )
    op.create_table(
        "constitution_rules",
        sa.Column("version", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "type",
            sa.Enum(
                "policy",
                "spending",
                "budget",
                "dues",
                "terms",
                "code-of-conduct",
                "privacy",
                "bylaws",
                "constitution",
                "domain",
                "election",
                "recall",
                "appeal",
                "emergency",
                "statement",
                name="decisiontype",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("rule", sa.JSON(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column(
            "enactment_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["enactment_id"], ["enactments.id"], name=op.f("fk_constitution_rules_enactment_id")
        ),
        sa.ForeignKeyConstraint(
            ["version"], ["constitutions.version"], name=op.f("fk_constitution_rules_version")
        ),
        sa.PrimaryKeyConstraint("version", "type", name=op.f("pk_constitution_rules")),
        sa.UniqueConstraint("type", "version", name=op.f("uq_constitution_rules_type_version")),
    )
    for statement in DDL[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))
