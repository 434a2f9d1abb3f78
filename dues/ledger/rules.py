"""What the database itself enforces about the books, as triggers on both engines.

They hold for every writer, whatever program it uses: an entry is checked as a whole at the
moment it is posted, and from then on nobody changes it, its lines or their accounts.
"""

from collections.abc import Sequence

from app.core.orm import Base, ddl
from app.core.records import Record
from dues.ledger.models import JournalEntry, LedgerAccount, LedgerPeriod, Posting

# The number of a date's month, such as 202611, in each engine's words.
MONTH = {
    "sqlite": "CAST(strftime('%Y%m', NEW.effective_on) AS INTEGER)",
    "postgresql": "CAST(to_char(NEW.effective_on, 'YYYYMM') AS BIGINT)",
}
POSTED = "SELECT 1 FROM journal_entries WHERE posted_seq IS NOT NULL AND id"
APART = "('opening', 'transfer')"  # Neither is money that came in or went out.

ENTRY_STAYS = "a posted entry is never changed"
LINE_STAYS = "a line of a posted entry is never changed"
ACCOUNT_STAYS = "an account keeps its code, kind, book and currency"
PERIOD_STAYS = "a closed month is reopened only by a decision"
FEW_LINES = "an entry needs two lines or more"
UNBALANCED = "the entry does not balance"
MISPLACED = "a line has another book, currency or day than its entry"
NOT_REVERSIBLE = "only a posted entry is reversed, and never a reversal"
UNSEALED = "the entry is not sealed"
MONTH_CLOSED = "the month is closed"
BORN_POSTED = "an entry is posted after its lines"


class Refusal(Record):
    """A condition on the old and new row, and the sentence that refuses it."""

    condition: str
    because: str


class Rule(Record):
    """A trigger: when it fires, what it refuses, what it does then."""

    name: str
    model: type[Base]
    when: str
    refusals: Sequence[Refusal] = ()
    guard: str = ""
    then: str = ""
    only: str = ""

    def sqlite(self) -> list[str]:
        """Return the statements that make the trigger on SQLite."""
        steps = [
            f"SELECT RAISE(ABORT, '{refusal.because}') WHERE {refusal.condition};"
            for refusal in self.refusals
        ]
        guard = f"WHEN {self.guard} " if self.guard else ""
        body = " ".join([*steps, self.then]).format(month=MONTH["sqlite"])
        table = self.model.__tablename__
        return [f"CREATE TRIGGER {self.name} {self.when} ON {table} {guard}BEGIN {body} END"]

    def postgresql(self) -> list[str]:
        """Return the statements that make the trigger on PostgreSQL."""
        steps = [
            f"IF {refusal.condition} THEN RAISE EXCEPTION '{refusal.because}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF;"
            for refusal in self.refusals
        ]
        guard = f"WHEN ({self.guard}) " if self.guard else ""
        body = " ".join([*steps, self.then]).format(month=MONTH["postgresql"])
        row = "OLD" if self.when.endswith("DELETE") else "NEW"
        return [
            f"CREATE FUNCTION {self.name}() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN {body} RETURN {row}; END $$",
            f"CREATE TRIGGER {self.name} {self.when} ON {self.model.__tablename__} "
            f"FOR EACH ROW {guard}EXECUTE FUNCTION {self.name}()",
        ]


IS_POSTING = "OLD.posted_seq IS NULL AND NEW.posted_seq IS NOT NULL"
IS_APART = (
    f"(NEW.kind IN {APART} OR EXISTS (SELECT 1 FROM journal_entries AS taken "
    f"WHERE taken.id = NEW.reverses_id AND taken.kind IN {APART}))"
)
# A reversal lessens the side that it takes back.
IS_DEBIT = "((amount_minor > 0) = (NEW.reverses_id IS NULL))"
ADD_TO_MONTH = (
    "INSERT INTO month_balances "
    "(book_id, account_id, month, debits_minor, credits_minor, moved_minor) "
    "SELECT NEW.book_id, account_id, {month}, "
    f"sum(CASE WHEN {IS_APART} OR NOT {IS_DEBIT} THEN 0 ELSE amount_minor END), "
    f"sum(CASE WHEN {IS_APART} OR {IS_DEBIT} THEN 0 ELSE amount_minor END), "
    f"sum(CASE WHEN {IS_APART} THEN amount_minor ELSE 0 END) "
    "FROM postings WHERE entry_id = NEW.id GROUP BY account_id "
    "ON CONFLICT (book_id, account_id, month) DO UPDATE SET "
    "debits_minor = month_balances.debits_minor + excluded.debits_minor, "
    "credits_minor = month_balances.credits_minor + excluded.credits_minor, "
    "moved_minor = month_balances.moved_minor + excluded.moved_minor;"
)

WHEN_POSTED = (
    Refusal("(SELECT count(*) FROM postings WHERE entry_id = NEW.id) < 2", FEW_LINES),
    Refusal(
        "EXISTS (SELECT 1 FROM postings WHERE entry_id = NEW.id "
        "GROUP BY currency HAVING sum(amount_minor) <> 0)",
        UNBALANCED,
    ),
    Refusal(
        "EXISTS (SELECT 1 FROM postings JOIN ledger_accounts "
        "ON ledger_accounts.id = postings.account_id WHERE postings.entry_id = NEW.id "
        "AND (ledger_accounts.book_id <> NEW.book_id "
        "OR ledger_accounts.currency <> postings.currency "
        "OR postings.effective_on <> NEW.effective_on))",
        MISPLACED,
    ),
    Refusal(
        "NEW.reverses_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM journal_entries AS taken "
        "WHERE taken.id = NEW.reverses_id AND taken.book_id = NEW.book_id "
        "AND taken.posted_seq IS NOT NULL AND taken.reverses_id IS NULL)",
        NOT_REVERSIBLE,
    ),
    Refusal("NEW.hash IS NULL OR NEW.prev_hash IS NULL", UNSEALED),
    Refusal(
        "EXISTS (SELECT 1 FROM ledger_periods WHERE book_id = NEW.book_id "
        "AND state = 'closed' AND month >= {month})",
        MONTH_CLOSED,
    ),
)
ENTRY_IS_POSTED = Refusal("OLD.posted_seq IS NOT NULL", ENTRY_STAYS)
ENTRY_BORN_POSTED = Refusal("NEW.posted_seq IS NOT NULL", BORN_POSTED)
OLD_LINE_IS_POSTED = Refusal(f"EXISTS ({POSTED} = OLD.entry_id)", LINE_STAYS)
NEW_LINE_IS_POSTED = Refusal(f"EXISTS ({POSTED} = NEW.entry_id)", LINE_STAYS)
# REPLACE on SQLite deletes the old row without firing DELETE triggers.
REPLACES_ENTRY = Refusal(
    "EXISTS (SELECT 1 FROM journal_entries WHERE posted_seq IS NOT NULL AND (id = NEW.id "
    "OR (book_id = NEW.book_id AND idem_key = NEW.idem_key) OR reverses_id = NEW.reverses_id))",
    ENTRY_STAYS,
)
REPLACES_LINE = Refusal(
    f"EXISTS ({POSTED} = (SELECT entry_id FROM postings WHERE id = NEW.id))", LINE_STAYS
)
ACCOUNT_CHANGED = Refusal(
    " OR ".join(f"OLD.{c} <> NEW.{c}" for c in ("id", "book_id", "code", "kind", "currency")),
    ACCOUNT_STAYS,
)
ACCOUNT_USED = Refusal("EXISTS (SELECT 1 FROM postings WHERE account_id = OLD.id)", ACCOUNT_STAYS)
PERIOD_REOPENED = Refusal(
    "OLD.state = 'closed' AND (NEW.month <> OLD.month OR NEW.book_id <> OLD.book_id "
    "OR (NEW.state <> 'closed' AND NEW.reopened_decision_id IS NULL))",
    PERIOD_STAYS,
)
PERIOD_DROPPED = Refusal("OLD.state = 'closed'", PERIOD_STAYS)

RULES = (
    Rule("entry_posted", JournalEntry, "BEFORE UPDATE", WHEN_POSTED, guard=IS_POSTING),
    Rule("entry_counted", JournalEntry, "AFTER UPDATE", guard=IS_POSTING, then=ADD_TO_MONTH),
    Rule("entry_opens", JournalEntry, "BEFORE INSERT", [ENTRY_BORN_POSTED]),
    Rule("entry_replaced", JournalEntry, "BEFORE INSERT", [REPLACES_ENTRY], only="sqlite"),
    Rule("entry_changed", JournalEntry, "BEFORE UPDATE", [ENTRY_IS_POSTED]),
    Rule("entry_deleted", JournalEntry, "BEFORE DELETE", [ENTRY_IS_POSTED]),
    Rule("line_added", Posting, "BEFORE INSERT", [NEW_LINE_IS_POSTED]),
    Rule("line_replaced", Posting, "BEFORE INSERT", [REPLACES_LINE], only="sqlite"),
    Rule("line_changed", Posting, "BEFORE UPDATE", [OLD_LINE_IS_POSTED, NEW_LINE_IS_POSTED]),
    Rule("line_deleted", Posting, "BEFORE DELETE", [OLD_LINE_IS_POSTED]),
    Rule("account_changed", LedgerAccount, "BEFORE UPDATE", [ACCOUNT_CHANGED]),
    Rule("account_deleted", LedgerAccount, "BEFORE DELETE", [ACCOUNT_USED]),
    Rule("period_changed", LedgerPeriod, "BEFORE UPDATE", [PERIOD_REOPENED]),
    Rule("period_deleted", LedgerPeriod, "BEFORE DELETE", [PERIOD_DROPPED]),
)

for rule in RULES:
    ddl(
        rule.model,
        sqlite=rule.sqlite() if rule.only != "postgresql" else [],
        postgresql=rule.postgresql() if rule.only != "sqlite" else [],
    )
