"""Revision 0011: the tables of proposals and votes."""

import sqlalchemy as sa

from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


# What the database itself enforces beyond constraints.
DDL: dict[str, list[str]] = {
    "sqlite": [
        "CREATE TRIGGER outages_keeps_update BEFORE UPDATE ON outages BEGIN SELECT RAISE(ABORT, 'an outage is never changed'); END",
        "CREATE TRIGGER outages_keeps_delete BEFORE DELETE ON outages BEGIN SELECT RAISE(ABORT, 'an outage is never changed'); END",
        "CREATE TRIGGER proposals_text_is_frozen_update BEFORE UPDATE ON proposals WHEN OLD.text_hash IS NOT NULL AND (OLD.type IS NOT NEW.type OR OLD.author_id IS NOT NEW.author_id OR OLD.title IS NOT NEW.title OR OLD.method IS NOT NEW.method OR OLD.secrecy IS NOT NEW.secrecy OR OLD.revision IS NOT NEW.revision OR OLD.text_hash IS NOT NEW.text_hash OR OLD.rule_hash IS NOT NEW.rule_hash OR OLD.frozen_at IS NOT NEW.frozen_at OR CAST(OLD.rule AS TEXT) IS NOT CAST(NEW.rule AS TEXT)) BEGIN SELECT RAISE(ABORT, 'a frozen proposal is never changed'); END",
        "CREATE TRIGGER proposals_roll_is_frozen_update BEFORE UPDATE ON proposals WHEN OLD.electorate_hash IS NOT NULL AND (OLD.electorate_hash IS NOT NEW.electorate_hash OR OLD.eligible IS NOT NEW.eligible OR OLD.active IS NOT NEW.active OR OLD.opens_at IS NOT NEW.opens_at) BEGIN SELECT RAISE(ABORT, 'an electorate is never changed'); END",
        "CREATE TRIGGER proposals_outcome_stands_update BEFORE UPDATE ON proposals WHEN OLD.outcome IS NOT NULL AND (OLD.outcome IS NOT NEW.outcome OR OLD.closes_at IS NOT NEW.closes_at) BEGIN SELECT RAISE(ABORT, 'an outcome is never changed'); END",
        "CREATE TRIGGER proposals_never_goes_back_update BEFORE UPDATE ON proposals WHEN OLD.state NOT IN ('deliberation', 'draft', 'seeking_support') AND NEW.state IN ('deliberation', 'draft', 'seeking_support') BEGIN SELECT RAISE(ABORT, 'a frozen proposal never goes back'); END",
        "CREATE TRIGGER proposals_is_kept_delete BEFORE DELETE ON proposals WHEN OLD.state <> 'draft' BEGIN SELECT RAISE(ABORT, 'a proposal is never deleted'); END",
        "CREATE TRIGGER ballots_box_is_open_insert BEFORE INSERT ON ballots WHEN (SELECT state FROM proposals WHERE id = NEW.proposal_id) <> 'voting' BEGIN SELECT RAISE(ABORT, 'the box is closed'); END",
        "CREATE TRIGGER ballots_box_is_open_update BEFORE UPDATE ON ballots WHEN (SELECT state FROM proposals WHERE id = NEW.proposal_id) <> 'voting' BEGIN SELECT RAISE(ABORT, 'the box is closed'); END",
        "CREATE TRIGGER ballots_box_stays_closed_delete BEFORE DELETE ON ballots WHEN (SELECT state FROM proposals WHERE id = OLD.proposal_id) <> 'voting' BEGIN SELECT RAISE(ABORT, 'the box is closed'); END",
        "CREATE TRIGGER challenges_ruling_stands_update BEFORE UPDATE ON challenges WHEN OLD.ruling <> 'open' BEGIN SELECT RAISE(ABORT, 'a ruling is never changed'); END",
        "CREATE TRIGGER challenges_is_kept_delete BEFORE DELETE ON challenges WHEN 1 = 1 BEGIN SELECT RAISE(ABORT, 'a challenge is never deleted'); END",
        "CREATE TRIGGER electors_keeps_update BEFORE UPDATE ON electors BEGIN SELECT RAISE(ABORT, 'an electorate is never changed'); END",
        "CREATE TRIGGER electors_keeps_delete BEFORE DELETE ON electors BEGIN SELECT RAISE(ABORT, 'an electorate is never changed'); END",
        "CREATE TRIGGER electors_roll_is_closed_insert BEFORE INSERT ON electors WHEN (SELECT state FROM proposals WHERE id = NEW.proposal_id) <> 'notice' BEGIN SELECT RAISE(ABORT, 'an electorate is written when voting opens and never again'); END",
        "CREATE TRIGGER proposal_revisions_keeps_update BEFORE UPDATE ON proposal_revisions BEGIN SELECT RAISE(ABORT, 'a wording is never changed, an edit makes another'); END",
        "CREATE TRIGGER proposal_revisions_keeps_delete BEFORE DELETE ON proposal_revisions BEGIN SELECT RAISE(ABORT, 'a wording is never changed, an edit makes another'); END",
        "CREATE TRIGGER results_keeps_update BEFORE UPDATE ON results BEGIN SELECT RAISE(ABORT, 'a result is never changed'); END",
        "CREATE TRIGGER results_keeps_delete BEFORE DELETE ON results BEGIN SELECT RAISE(ABORT, 'a result is never changed'); END",
    ],
    "postgresql": [
        "CREATE FUNCTION outages_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'an outage is never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER outages_keeps BEFORE UPDATE OR DELETE ON outages FOR EACH ROW EXECUTE FUNCTION outages_keeps()",
        "CREATE FUNCTION proposals_text_is_frozen_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.text_hash IS NOT NULL AND (OLD.type IS DISTINCT FROM NEW.type OR OLD.author_id IS DISTINCT FROM NEW.author_id OR OLD.title IS DISTINCT FROM NEW.title OR OLD.method IS DISTINCT FROM NEW.method OR OLD.secrecy IS DISTINCT FROM NEW.secrecy OR OLD.revision IS DISTINCT FROM NEW.revision OR OLD.text_hash IS DISTINCT FROM NEW.text_hash OR OLD.rule_hash IS DISTINCT FROM NEW.rule_hash OR OLD.frozen_at IS DISTINCT FROM NEW.frozen_at OR CAST(OLD.rule AS TEXT) IS DISTINCT FROM CAST(NEW.rule AS TEXT)) THEN RAISE EXCEPTION 'a frozen proposal is never changed' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER proposals_text_is_frozen_update BEFORE UPDATE ON proposals FOR EACH ROW EXECUTE FUNCTION proposals_text_is_frozen_update()",
        "CREATE FUNCTION proposals_roll_is_frozen_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.electorate_hash IS NOT NULL AND (OLD.electorate_hash IS DISTINCT FROM NEW.electorate_hash OR OLD.eligible IS DISTINCT FROM NEW.eligible OR OLD.active IS DISTINCT FROM NEW.active OR OLD.opens_at IS DISTINCT FROM NEW.opens_at) THEN RAISE EXCEPTION 'an electorate is never changed' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER proposals_roll_is_frozen_update BEFORE UPDATE ON proposals FOR EACH ROW EXECUTE FUNCTION proposals_roll_is_frozen_update()",
        "CREATE FUNCTION proposals_outcome_stands_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.outcome IS NOT NULL AND (OLD.outcome IS DISTINCT FROM NEW.outcome OR OLD.closes_at IS DISTINCT FROM NEW.closes_at) THEN RAISE EXCEPTION 'an outcome is never changed' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER proposals_outcome_stands_update BEFORE UPDATE ON proposals FOR EACH ROW EXECUTE FUNCTION proposals_outcome_stands_update()",
        "CREATE FUNCTION proposals_never_goes_back_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.state NOT IN ('deliberation', 'draft', 'seeking_support') AND NEW.state IN ('deliberation', 'draft', 'seeking_support') THEN RAISE EXCEPTION 'a frozen proposal never goes back' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER proposals_never_goes_back_update BEFORE UPDATE ON proposals FOR EACH ROW EXECUTE FUNCTION proposals_never_goes_back_update()",
        "CREATE FUNCTION proposals_is_kept_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.state <> 'draft' THEN RAISE EXCEPTION 'a proposal is never deleted' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER proposals_is_kept_delete BEFORE DELETE ON proposals FOR EACH ROW EXECUTE FUNCTION proposals_is_kept_delete()",
        "CREATE FUNCTION ballots_box_is_open_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT state FROM proposals WHERE id = NEW.proposal_id) <> 'voting' THEN RAISE EXCEPTION 'the box is closed' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER ballots_box_is_open_insert BEFORE INSERT ON ballots FOR EACH ROW EXECUTE FUNCTION ballots_box_is_open_insert()",
        "CREATE FUNCTION ballots_box_is_open_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT state FROM proposals WHERE id = NEW.proposal_id) <> 'voting' THEN RAISE EXCEPTION 'the box is closed' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER ballots_box_is_open_update BEFORE UPDATE ON ballots FOR EACH ROW EXECUTE FUNCTION ballots_box_is_open_update()",
        "CREATE FUNCTION ballots_box_stays_closed_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT state FROM proposals WHERE id = OLD.proposal_id) <> 'voting' THEN RAISE EXCEPTION 'the box is closed' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER ballots_box_stays_closed_delete BEFORE DELETE ON ballots FOR EACH ROW EXECUTE FUNCTION ballots_box_stays_closed_delete()",
        "CREATE FUNCTION challenges_ruling_stands_update() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.ruling <> 'open' THEN RAISE EXCEPTION 'a ruling is never changed' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER challenges_ruling_stands_update BEFORE UPDATE ON challenges FOR EACH ROW EXECUTE FUNCTION challenges_ruling_stands_update()",
        "CREATE FUNCTION challenges_is_kept_delete() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF 1 = 1 THEN RAISE EXCEPTION 'a challenge is never deleted' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN OLD; END $$",
        "CREATE TRIGGER challenges_is_kept_delete BEFORE DELETE ON challenges FOR EACH ROW EXECUTE FUNCTION challenges_is_kept_delete()",
        "CREATE FUNCTION electors_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'an electorate is never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER electors_keeps BEFORE UPDATE OR DELETE ON electors FOR EACH ROW EXECUTE FUNCTION electors_keeps()",
        "CREATE FUNCTION electors_roll_is_closed_insert() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT state FROM proposals WHERE id = NEW.proposal_id) <> 'notice' THEN RAISE EXCEPTION 'an electorate is written when voting opens and never again' USING ERRCODE = 'integrity_constraint_violation'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER electors_roll_is_closed_insert BEFORE INSERT ON electors FOR EACH ROW EXECUTE FUNCTION electors_roll_is_closed_insert()",
        "CREATE FUNCTION proposal_revisions_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a wording is never changed, an edit makes another' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER proposal_revisions_keeps BEFORE UPDATE OR DELETE ON proposal_revisions FOR EACH ROW EXECUTE FUNCTION proposal_revisions_keeps()",
        "CREATE FUNCTION results_keeps() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a result is never changed' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER results_keeps BEFORE UPDATE OR DELETE ON results FOR EACH ROW EXECUTE FUNCTION results_keeps()",
    ],
}


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "outages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outages")),
    )
    op.create_table(
        "pulses",
        sa.Column(
            "id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_pulses_is_the_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pulses")),
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
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
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "seeking_support",
                "deliberation",
                "notice",
                "voting",
                "closed",
                "passed",
                "rejected",
                "quorum_missed",
                "tied",
                "blocked",
                "challengeable",
                "ratified",
                "queued",
                "enacted",
                "failed_enactment",
                "expired",
                "withdrawn",
                "voided",
                "superseded",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "author_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "majority",
                "consensus",
                name="method",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "secrecy",
            sa.Enum(
                "open",
                "sealed",
                "secret",
                name="secrecy",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("support_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("freezes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("prolonged", sa.Boolean(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("text_hash", sa.Text(), nullable=True),
        sa.Column("rule", sa.JSON(), nullable=True),
        sa.Column("rule_hash", sa.Text(), nullable=True),
        sa.Column("electorate_hash", sa.Text(), nullable=True),
        sa.Column("eligible", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("active", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "passed",
                "rejected",
                "quorum_missed",
                "tied",
                "blocked",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("challenge_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ratified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sa.Text(), nullable=True),
        sa.Column(
            "reviews_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.CheckConstraint(
            "(rule IS NULL) = (rule_hash IS NULL)", name=op.f("ck_proposals_rule_has_its_hash")
        ),
        sa.CheckConstraint("closes_at > opens_at", name=op.f("ck_proposals_closes_after_opening")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["members.id"], name=op.f("fk_proposals_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["reviews_id"], ["proposals.id"], name=op.f("fk_proposals_reviews_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("reviews_id", name=op.f("uq_proposals_reviews_id")),
    )
    op.create_index(
        "ix_proposals_author_id", "proposals", ["author_id", "created_at"], unique=False
    )
    op.create_index("ix_proposals_state", "proposals", ["state", "id"], unique=False)
    op.create_table(
        "ballot_keys",
        sa.Column(
            "proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("key", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_ballot_keys_proposal_id")
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_ballot_keys")),
    )
    op.create_table(
        "ballots",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("voter", sa.Text(), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cast_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_ballots_member_id")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_ballots_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballots")),
        sa.UniqueConstraint(
            "proposal_id", "member_id", name=op.f("uq_ballots_proposal_id_member_id")
        ),
        sa.UniqueConstraint("proposal_id", "voter", name=op.f("uq_ballots_proposal_id_voter")),
        sa.UniqueConstraint("receipt", name=op.f("uq_ballots_receipt")),
    )
    op.create_index("ix_ballots_member_id", "ballots", ["member_id"], unique=False)
    op.create_table(
        "challenges",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "ruling",
            sa.Enum(
                "open",
                "upheld",
                "dismissed",
                "unanswered",
                name="ruling",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "ruled_by_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("ruled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["member_id"], ["members.id"], name=op.f("fk_challenges_member_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_challenges_proposal_id")
        ),
        sa.ForeignKeyConstraint(
            ["ruled_by_id"], ["members.id"], name=op.f("fk_challenges_ruled_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_challenges")),
        sa.UniqueConstraint(
            "proposal_id", "member_id", name=op.f("uq_challenges_proposal_id_member_id")
        ),
    )
    op.create_table(
        "comments",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "parent_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("depth", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_comments_member_id")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["comments.id"], name=op.f("fk_comments_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_comments_proposal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comments")),
    )
    op.create_index("ix_comments_member_id", "comments", ["member_id", "created_at"], unique=False)
    op.create_index("ix_comments_proposal_id", "comments", ["proposal_id", "id"], unique=False)
    op.create_table(
        "electors",
        sa.Column(
            "proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "why",
            sa.Enum(
                "in_standing",
                "pending",
                "lapsed",
                "not_yet_a_member",
                "no_longer_a_member",
                name="why",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_electors_member_id")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_electors_proposal_id")
        ),
        sa.PrimaryKeyConstraint("proposal_id", "member_id", name=op.f("pk_electors")),
    )
    op.create_table(
        "proposal_revisions",
        sa.Column(
            "proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "number",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
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
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column(
            "method",
            sa.Enum(
                "majority",
                "consensus",
                name="method",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "secrecy",
            sa.Enum(
                "open",
                "sealed",
                "secret",
                name="secrecy",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("effects", sa.JSON(), nullable=False),
        sa.Column("supersedes", sa.JSON(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("measure_hash", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_revisions_proposal_id")
        ),
        sa.PrimaryKeyConstraint("proposal_id", "number", name=op.f("pk_proposal_revisions")),
    )
    op.create_index(
        op.f("ix_proposal_revisions_measure_hash"),
        "proposal_revisions",
        ["measure_hash"],
        unique=False,
    )
    op.create_table(
        "results",
        sa.Column(
            "proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("working", sa.JSON(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_results_proposal_id")
        ),
        sa.PrimaryKeyConstraint("proposal_id", name=op.f("pk_results")),
    )
    op.create_table(
        "seconds",
        sa.Column(
            "proposal_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "member_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "revision", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["member_id"], ["members.id"], name=op.f("fk_seconds_member_id")),
        sa.ForeignKeyConstraint(
            ["proposal_id"], ["proposals.id"], name=op.f("fk_seconds_proposal_id")
        ),
        sa.PrimaryKeyConstraint("proposal_id", "member_id", name=op.f("pk_seconds")),
    )
    for statement in DDL[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))
