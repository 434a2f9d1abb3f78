"""Revision 0013: the tables of the books."""

import sqlalchemy as sa

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


# What the database itself enforces beyond constraints.
DDL: dict[str, list[str]] = {
    "sqlite": [
        "CREATE TRIGGER entry_posted BEFORE UPDATE ON journal_entries WHEN OLD.posted_seq IS NULL AND NEW.posted_seq IS NOT NULL BEGIN SELECT RAISE(ABORT, 'an entry needs two lines or more') WHERE (SELECT count(*) FROM postings WHERE entry_id = NEW.id) < 2; SELECT RAISE(ABORT, 'the entry does not balance') WHERE EXISTS (SELECT 1 FROM postings WHERE entry_id = NEW.id GROUP BY currency HAVING sum(amount_minor) <> 0); SELECT RAISE(ABORT, 'a line has another book, currency or day than its entry') WHERE EXISTS (SELECT 1 FROM postings JOIN ledger_accounts ON ledger_accounts.id = postings.account_id WHERE postings.entry_id = NEW.id AND (ledger_accounts.book_id <> NEW.book_id OR ledger_accounts.currency <> postings.currency OR postings.effective_on <> NEW.effective_on)); SELECT RAISE(ABORT, 'only a posted entry is reversed, and never a reversal') WHERE NEW.reverses_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM journal_entries AS taken WHERE taken.id = NEW.reverses_id AND taken.book_id = NEW.book_id AND taken.posted_seq IS NOT NULL AND taken.reverses_id IS NULL); SELECT RAISE(ABORT, 'the entry is not sealed') WHERE NEW.hash IS NULL OR NEW.prev_hash IS NULL; SELECT RAISE(ABORT, 'the month is closed') WHERE EXISTS (SELECT 1 FROM ledger_periods WHERE book_id = NEW.book_id AND state = 'closed' AND month >= CAST(strftime('%Y%m', NEW.effective_on) AS INTEGER));  END",
        "CREATE TRIGGER entry_counted AFTER UPDATE ON journal_entries WHEN OLD.posted_seq IS NULL AND NEW.posted_seq IS NOT NULL BEGIN INSERT INTO month_balances (book_id, account_id, month, debits_minor, credits_minor, moved_minor) SELECT NEW.book_id, account_id, CAST(strftime('%Y%m', NEW.effective_on) AS INTEGER), sum(CASE WHEN (NEW.kind IN ('opening', 'transfer') OR EXISTS (SELECT 1 FROM journal_entries AS taken WHERE taken.id = NEW.reverses_id AND taken.kind IN ('opening', 'transfer'))) OR NOT ((amount_minor > 0) = (NEW.reverses_id IS NULL)) THEN 0 ELSE amount_minor END), sum(CASE WHEN (NEW.kind IN ('opening', 'transfer') OR EXISTS (SELECT 1 FROM journal_entries AS taken WHERE taken.id = NEW.reverses_id AND taken.kind IN ('opening', 'transfer'))) OR ((amount_minor > 0) = (NEW.reverses_id IS NULL)) THEN 0 ELSE amount_minor END), sum(CASE WHEN (NEW.kind IN ('opening', 'transfer') OR EXISTS (SELECT 1 FROM journal_entries AS taken WHERE taken.id = NEW.reverses_id AND taken.kind IN ('opening', 'transfer'))) THEN amount_minor ELSE 0 END) FROM postings WHERE entry_id = NEW.id GROUP BY account_id ON CONFLICT (book_id, account_id, month) DO UPDATE SET debits_minor = month_balances.debits_minor + excluded.debits_minor, credits_minor = month_balances.credits_minor + excluded.credits_minor, moved_minor = month_balances.moved_minor + excluded.moved_minor; END",
        "CREATE TRIGGER entry_opens BEFORE INSERT ON journal_entries BEGIN SELECT RAISE(ABORT, 'an entry is posted after its lines') WHERE NEW.posted_seq IS NOT NULL;  END",
        "CREATE TRIGGER entry_replaced BEFORE INSERT ON journal_entries BEGIN SELECT RAISE(ABORT, 'a posted entry is never changed') WHERE EXISTS (SELECT 1 FROM journal_entries WHERE posted_seq IS NOT NULL AND (id = NEW.id OR (book_id = NEW.book_id AND idem_key = NEW.idem_key) OR reverses_id = NEW.reverses_id));  END",
        "CREATE TRIGGER entry_changed BEFORE UPDATE ON journal_entries BEGIN SELECT RAISE(ABORT, 'a posted entry is never changed') WHERE OLD.posted_seq IS NOT NULL;  END",
        "CREATE TRIGGER entry_deleted BEFORE DELETE ON journal_entries BEGIN SELECT RAISE(ABORT, 'a posted entry is never changed') WHERE OLD.posted_seq IS NOT NULL;  END",
        "CREATE TRIGGER account_changed BEFORE UPDATE ON ledger_accounts BEGIN SELECT RAISE(ABORT, 'an account keeps its code, kind, book and currency') WHERE OLD.id <> NEW.id OR OLD.book_id <> NEW.book_id OR OLD.code <> NEW.code OR OLD.kind <> NEW.kind OR OLD.currency <> NEW.currency;  END",
        "CREATE TRIGGER account_deleted BEFORE DELETE ON ledger_accounts BEGIN SELECT RAISE(ABORT, 'an account keeps its code, kind, book and currency') WHERE EXISTS (SELECT 1 FROM postings WHERE account_id = OLD.id);  END",
        "CREATE TRIGGER period_changed BEFORE UPDATE ON ledger_periods BEGIN SELECT RAISE(ABORT, 'a closed month is reopened only by a decision') WHERE OLD.state = 'closed' AND (NEW.month <> OLD.month OR NEW.book_id <> OLD.book_id OR (NEW.state <> 'closed' AND NEW.reopened_decision_id IS NULL));  END",
        "CREATE TRIGGER period_deleted BEFORE DELETE ON ledger_periods BEGIN SELECT RAISE(ABORT, 'a closed month is reopened only by a decision') WHERE OLD.state = 'closed';  END",
        "CREATE TRIGGER line_added BEFORE INSERT ON postings BEGIN SELECT RAISE(ABORT, 'a line of a posted entry is never changed') WHERE EXISTS (SELECT 1 FROM journal_entries WHERE posted_seq IS NOT NULL AND id = NEW.entry_id);  END",
        "CREATE TRIGGER line_replaced BEFORE INSERT ON postings BEGIN SELECT RAISE(ABORT, 'a line of a posted entry is never changed') WHERE EXISTS (SELECT 1 FROM journal_entries WHERE posted_seq IS NOT NULL AND id = (SELECT entry_id FROM postings WHERE id = NEW.id));  END",
        "CREATE TRIGGER line_changed BEFORE UPDATE ON postings BEGIN SELECT RAISE(ABORT, 'a line of a posted entry is never changed') WHERE EXISTS (SELECT 1 FROM journal_entries WHERE posted_seq IS NOT NULL AND id = OLD.entry_id); SELECT RAISE(ABORT, 'a line of a posted entry is never changed') WHERE EXISTS (SELECT 1 FROM journal_entries WHERE posted_seq IS NOT NULL AND id = NEW.entry_id);  END",
        "CREATE TRIGGER line_deleted BEFORE DELETE ON postings BEGIN SELECT RAISE(ABORT, 'a line of a posted entry is never changed') WHERE EXISTS (SELECT 1 FROM journal_entries WHERE posted_seq IS NOT NULL AND id = OLD.entry_id);  END",
    ],
    "postgresql": [
        "CREATE FUNCTION entry_posted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF (SELECT count(*) FROM postings WHERE entry_id = NEW.id) < 2 THEN RAISE EXCEPTION 'an entry needs two lines or more' USING ERRCODE = 'integrity_constraint_violation'; END IF; IF EXISTS (SELECT 1 FROM postings WHERE entry_id = NEW.id GROUP BY currency HAVING sum(amount_minor) <> 0) THEN RAISE EXCEPTION 'the entry does not balance' USING ERRCODE = 'integrity_constraint_violation'; END IF; IF EXISTS (SELECT 1 FROM postings JOIN ledger_accounts ON ledger_accounts.id = postings.account_id WHERE postings.entry_id = NEW.id AND (ledger_accounts.book_id <> NEW.book_id OR ledger_accounts.currency <> postings.currency OR postings.effective_on <> NEW.effective_on)) THEN RAISE EXCEPTION 'a line has another book, currency or day than its entry' USING ERRCODE = 'integrity_constraint_violation'; END IF; IF NEW.reverses_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM journal_entries AS taken WHERE taken.id = NEW.reverses_id AND taken.book_id = NEW.book_id AND taken.posted_seq IS NOT NULL AND taken.reverses_id IS NULL) THEN RAISE EXCEPTION 'only a posted entry is reversed, and never a reversal' USING ERRCODE = 'integrity_constraint_violation'; END IF; IF NEW.hash IS NULL OR NEW.prev_hash IS NULL THEN RAISE EXCEPTION 'the entry is not sealed' USING ERRCODE = 'integrity_constraint_violation'; END IF; IF EXISTS (SELECT 1 FROM ledger_periods WHERE book_id = NEW.book_id AND state = 'closed' AND month >= CAST(to_char(NEW.effective_on, 'YYYYMM') AS BIGINT)) THEN RAISE EXCEPTION 'the month is closed' USING ERRCODE = 'integrity_constraint_violation'; END IF;  RETURN NEW; END $$",
        "CREATE TRIGGER entry_posted BEFORE UPDATE ON journal_entries FOR EACH ROW WHEN (OLD.posted_seq IS NULL AND NEW.posted_seq IS NOT NULL) EXECUTE FUNCTION entry_posted()",
        "CREATE FUNCTION entry_counted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO month_balances (book_id, account_id, month, debits_minor, credits_minor, moved_minor) SELECT NEW.book_id, account_id, CAST(to_char(NEW.effective_on, 'YYYYMM') AS BIGINT), sum(CASE WHEN (NEW.kind IN ('opening', 'transfer') OR EXISTS (SELECT 1 FROM journal_entries AS taken WHERE taken.id = NEW.reverses_id AND taken.kind IN ('opening', 'transfer'))) OR NOT ((amount_minor > 0) = (NEW.reverses_id IS NULL)) THEN 0 ELSE amount_minor END), sum(CASE WHEN (NEW.kind IN ('opening', 'transfer') OR EXISTS (SELECT 1 FROM journal_entries AS taken WHERE taken.id = NEW.reverses_id AND taken.kind IN ('opening', 'transfer'))) OR ((amount_minor > 0) = (NEW.reverses_id IS NULL)) THEN 0 ELSE amount_minor END), sum(CASE WHEN (NEW.kind IN ('opening', 'transfer') OR EXISTS (SELECT 1 FROM journal_entries AS taken WHERE taken.id = NEW.reverses_id AND taken.kind IN ('opening', 'transfer'))) THEN amount_minor ELSE 0 END) FROM postings WHERE entry_id = NEW.id GROUP BY account_id ON CONFLICT (book_id, account_id, month) DO UPDATE SET debits_minor = month_balances.debits_minor + excluded.debits_minor, credits_minor = month_balances.credits_minor + excluded.credits_minor, moved_minor = month_balances.moved_minor + excluded.moved_minor; RETURN NEW; END $$",
        "CREATE TRIGGER entry_counted AFTER UPDATE ON journal_entries FOR EACH ROW WHEN (OLD.posted_seq IS NULL AND NEW.posted_seq IS NOT NULL) EXECUTE FUNCTION entry_counted()",
        "CREATE FUNCTION entry_opens() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF NEW.posted_seq IS NOT NULL THEN RAISE EXCEPTION 'an entry is posted after its lines' USING ERRCODE = 'integrity_constraint_violation'; END IF;  RETURN NEW; END $$",
        "CREATE TRIGGER entry_opens BEFORE INSERT ON journal_entries FOR EACH ROW EXECUTE FUNCTION entry_opens()",
        "CREATE FUNCTION entry_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.posted_seq IS NOT NULL THEN RAISE EXCEPTION 'a posted entry is never changed' USING ERRCODE = 'integrity_constraint_violation'; END IF;  RETURN NEW; END $$",
        "CREATE TRIGGER entry_changed BEFORE UPDATE ON journal_entries FOR EACH ROW EXECUTE FUNCTION entry_changed()",
        "CREATE FUNCTION entry_deleted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.posted_seq IS NOT NULL THEN RAISE EXCEPTION 'a posted entry is never changed' USING ERRCODE = 'integrity_constraint_violation'; END IF;  RETURN OLD; END $$",
        "CREATE TRIGGER entry_deleted BEFORE DELETE ON journal_entries FOR EACH ROW EXECUTE FUNCTION entry_deleted()",
        "CREATE FUNCTION account_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.id <> NEW.id OR OLD.book_id <> NEW.book_id OR OLD.code <> NEW.code OR OLD.kind <> NEW.kind OR OLD.currency <> NEW.currency THEN RAISE EXCEPTION 'an account keeps its code, kind, book and currency' USING ERRCODE = 'integrity_constraint_violation'; END IF;  RETURN NEW; END $$",
        "CREATE TRIGGER account_changed BEFORE UPDATE ON ledger_accounts FOR EACH ROW EXECUTE FUNCTION account_changed()",
        "CREATE FUNCTION account_deleted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM postings WHERE account_id = OLD.id) THEN RAISE EXCEPTION 'an account keeps its code, kind, book and currency' USING ERRCODE = 'integrity_constraint_violation'; END IF;  RETURN OLD; END $$",
        "CREATE TRIGGER account_deleted BEFORE DELETE ON ledger_accounts FOR EACH ROW EXECUTE FUNCTION account_deleted()",
        "CREATE FUNCTION period_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.state = 'closed' AND (NEW.month <> OLD.month OR NEW.book_id <> OLD.book_id OR (NEW.state <> 'closed' AND NEW.reopened_decision_id IS NULL)) THEN RAISE EXCEPTION 'a closed month is reopened only by a decision' USING ERRCODE = 'integrity_constraint_violation'; END IF;  RETURN NEW; END $$",
        "CREATE TRIGGER period_changed BEFORE UPDATE ON ledger_periods FOR EACH ROW EXECUTE FUNCTION period_changed()",
        "CREATE FUNCTION period_deleted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF OLD.state = 'closed' THEN RAISE EXCEPTION 'a closed month is reopened only by a decision' USING ERRCODE = 'integrity_constraint_violation'; END IF;  RETURN OLD; END $$",
        "CREATE TRIGGER period_deleted BEFORE DELETE ON ledger_periods FOR EACH ROW EXECUTE FUNCTION period_deleted()",
        "CREATE FUNCTION line_added() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM journal_entries WHERE posted_seq IS NOT NULL AND id = NEW.entry_id) THEN RAISE EXCEPTION 'a line of a posted entry is never changed' USING ERRCODE = 'integrity_constraint_violation'; END IF;  RETURN NEW; END $$",
        "CREATE TRIGGER line_added BEFORE INSERT ON postings FOR EACH ROW EXECUTE FUNCTION line_added()",
        "CREATE FUNCTION line_changed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM journal_entries WHERE posted_seq IS NOT NULL AND id = OLD.entry_id) THEN RAISE EXCEPTION 'a line of a posted entry is never changed' USING ERRCODE = 'integrity_constraint_violation'; END IF; IF EXISTS (SELECT 1 FROM journal_entries WHERE posted_seq IS NOT NULL AND id = NEW.entry_id) THEN RAISE EXCEPTION 'a line of a posted entry is never changed' USING ERRCODE = 'integrity_constraint_violation'; END IF;  RETURN NEW; END $$",
        "CREATE TRIGGER line_changed BEFORE UPDATE ON postings FOR EACH ROW EXECUTE FUNCTION line_changed()",
        "CREATE FUNCTION line_deleted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF EXISTS (SELECT 1 FROM journal_entries WHERE posted_seq IS NOT NULL AND id = OLD.entry_id) THEN RAISE EXCEPTION 'a line of a posted entry is never changed' USING ERRCODE = 'integrity_constraint_violation'; END IF;  RETURN OLD; END $$",
        "CREATE TRIGGER line_deleted BEFORE DELETE ON postings FOR EACH ROW EXECUTE FUNCTION line_deleted()",
    ],
}


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "books",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "live",
                "sandbox",
                name="bookkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("chain", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_books")),
        sa.UniqueConstraint("chain", name=op.f("uq_books_chain")),
    )
    op.create_table(
        "journal_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("book_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("idem_key", sa.Text(), nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "opening",
                "invoice",
                "void",
                "reduction",
                "payment",
                "unidentified",
                "identified",
                "donation",
                "allocation",
                "refund",
                "expense",
                "transfer",
                "reversal",
                name="entrykind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("original_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("source_type", sa.Text(), nullable=False),
        sa.Column(
            "source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "reverses_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column(
            "decision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column(
            "posted_seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True
        ),
        sa.Column("prev_hash", sa.Text(), nullable=True),
        sa.Column("hash", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["book_id"], ["books.id"], name=op.f("fk_journal_entries_book_id")
        ),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["journal_entries.id"], name=op.f("fk_journal_entries_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journal_entries")),
        sa.UniqueConstraint(
            "book_id", "idem_key", name=op.f("uq_journal_entries_book_id_idem_key")
        ),
        sa.UniqueConstraint(
            "book_id", "posted_seq", name=op.f("uq_journal_entries_book_id_posted_seq")
        ),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_journal_entries_reverses_id")),
    )
    op.create_index(
        "ix_journal_entries_day",
        "journal_entries",
        ["book_id", "effective_on", "posted_seq"],
        unique=False,
    )
    op.create_index(
        "ix_journal_entries_source", "journal_entries", ["source_type", "source_id"], unique=False
    )
    op.create_table(
        "ledger_accounts",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("book_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "assets",
                "liabilities",
                "equity",
                "income",
                "expenses",
                name="accountkind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("member_key", sa.Text(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["book_id"], ["books.id"], name=op.f("fk_ledger_accounts_book_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ledger_accounts")),
        sa.UniqueConstraint(
            "book_id", "code", "currency", name=op.f("uq_ledger_accounts_book_id_code_currency")
        ),
    )
    op.create_index(
        op.f("ix_ledger_accounts_member_key"), "ledger_accounts", ["member_key"], unique=False
    )
    op.create_table(
        "ledger_periods",
        sa.Column("book_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "month",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "soft",
                "closed",
                name="periodstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trial_balance_hash", sa.Text(), nullable=True),
        sa.Column(
            "reopened_decision_id",
            sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
            nullable=True,
        ),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_ledger_periods_book_id")),
        sa.PrimaryKeyConstraint("book_id", "month", name=op.f("pk_ledger_periods")),
    )
    op.create_table(
        "month_balances",
        sa.Column("book_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("month", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "debits_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "credits_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "moved_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_accounts.id"], name=op.f("fk_month_balances_account_id")
        ),
        sa.ForeignKeyConstraint(["book_id"], ["books.id"], name=op.f("fk_month_balances_book_id")),
        sa.PrimaryKeyConstraint("book_id", "account_id", "month", name=op.f("pk_month_balances")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "postings",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column(
            "entry_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "account_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column(
            "amount_minor", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False
        ),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.CheckConstraint("amount_minor <> 0", name=op.f("ck_postings_not_nothing")),
        sa.ForeignKeyConstraint(
            ["account_id"], ["ledger_accounts.id"], name=op.f("fk_postings_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["journal_entries.id"], name=op.f("fk_postings_entry_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postings")),
    )
    op.create_index(
        "ix_postings_account", "postings", ["account_id", "effective_on", "id"], unique=False
    )
    op.create_index("ix_postings_day", "postings", ["effective_on", "account_id"], unique=False)
    op.create_index(op.f("ix_postings_entry_id"), "postings", ["entry_id"], unique=False)
    for statement in DDL[op.get_bind().dialect.name]:
        op.execute(sa.DDL(statement.replace("%", "%%")))
