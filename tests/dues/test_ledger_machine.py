"""Any history of the books: a plain oracle beside the database, on both engines.

Hypothesis makes the histories: invoices, payments, overpayments, refunds, expenses, voids,
reversals, repeated and contradicting keys, closed months, and time that goes on.
"""

from collections import defaultdict
from datetime import datetime, timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import text

from app.core.db import Database
from app.core.errors import Conflict
from dues.calendar import Month, day_of
from dues.ledger import recipes
from dues.ledger.arithmetic import Draft, Line
from dues.ledger.invariants import breaches
from dues.ledger.models import Book, BookKind
from dues.ledger.periods import close_period, closed_through
from dues.ledger.posting import NOBODY, post_entry, reverse_entry
from dues.ledger.statements import trial_balance
from dues.money import Money
from tests.factories import NOON, SERIAL

AMOUNTS = st.integers(1, 10_000)
KEYS = st.sampled_from(["M0000001", "M0000002", "M0000003"])
AGO = st.integers(0, 70)


class Books(RuleBasedStateMachine):
    """Posts drafts, keeps its own sums, and compares."""

    db: Database

    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        with self.db.write.begin() as session:
            number = next(SERIAL)
            book = Book(
                kind=BookKind.SANDBOX, currency="USD", chain=f"test.{number}", opened_at=NOON
            )
            session.add(book)
            session.flush()
            self.book = book
        self.sums: dict[str, int] = defaultdict(int)
        self.posted: dict[int, tuple[Draft, bool]] = {}  # With whether it was taken back.
        self.drafts: dict[str, Draft] = {}

    def _post(self, draft: Draft) -> None:
        with self.db.write.begin() as session:
            entry = post_entry(session, draft, book_id=self.book.id, actor=NOBODY, now=self.now)
            closed = closed_through(session, self.book.id)
        assert closed is None or Month.of(entry.effective_on) > closed
        self.posted[entry.id] = (draft, False)
        self.drafts[draft.key] = draft
        self._count(draft.lines)

    def _count(self, lines: tuple[Line, ...], sign: int = 1) -> None:
        for line in lines:
            self.sums[line.account] += sign * line.money.minor

    def _day(self, ago: int) -> datetime:
        return self.now - timedelta(days=ago)

    @rule(key=KEYS, minor=AMOUNTS, ago=AGO)
    def invoice(self, key: str, minor: int, ago: int) -> None:
        on = day_of(self._day(ago))
        amount = Money(minor, "USD")
        self._post(recipes.invoice_opened(next(SERIAL), member_key=key, amount=amount, on=on))

    @rule(key=KEYS, settled=AMOUNTS, ahead=st.integers(0, 500), ago=AGO)
    def payment(self, key: str, settled: int, ahead: int, ago: int) -> None:
        number = next(SERIAL)
        self._post(
            recipes.payment_received(
                number,
                key=f"payment:{number}",
                into=recipes.CASH if settled % 2 else recipes.BANK,
                member_key=key,
                settled=Money(settled, "USD"),
                ahead=Money(ahead, "USD"),
                on=day_of(self._day(ago)),
            )
        )

    @rule(key=KEYS, minor=AMOUNTS)
    def refund(self, key: str, minor: int) -> None:
        parts = [
            (recipes.prepaid_of(key), Money(minor, "USD")),
            (recipes.DUES, Money(minor // 2, "USD")),
        ]
        kept = [(account, money) for account, money in parts if money]
        self._post(
            recipes.money_returned(
                next(SERIAL), out_of=recipes.BANK, parts=kept, on=day_of(self.now)
            )
        )

    @rule(minor=AMOUNTS, ago=AGO)
    def expense(self, minor: int, ago: int) -> None:
        number = next(SERIAL)
        self._post(
            recipes.expense_paid(
                f"expense:{number}",
                line="Expenses:Hosting",
                out_of=recipes.BANK,
                amount=Money(minor, "USD"),
                on=day_of(self._day(ago)),
                memo="Machine",
            )
        )

    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        if not self.posted:
            return
        entry_id = data.draw(st.sampled_from(sorted(self.posted)))
        draft, was_taken_back = self.posted[entry_id]
        with self.db.write.begin() as session:
            reverse_entry(session, entry_id, actor=NOBODY, now=self.now)
        if not was_taken_back:
            self._count(draft.lines, -1)
        self.posted[entry_id] = (draft, True)

    @rule(data=st.data())
    def say_it_again(self, data: st.DataObject) -> None:
        if not self.drafts:
            return
        draft = self.drafts[data.draw(st.sampled_from(sorted(self.drafts)))]
        with self.db.write.begin() as session:
            post_entry(session, draft, book_id=self.book.id, actor=NOBODY, now=self.now)

    @rule(data=st.data())
    def contradict(self, data: st.DataObject) -> None:
        if not self.drafts:
            return
        key = data.draw(st.sampled_from(sorted(self.drafts)))
        other = recipes.money_moved(
            key,
            out_of=recipes.CASH,
            into=recipes.BANK,
            amount=Money(1, "USD"),
            on=day_of(self.now),
        )
        try:
            with self.db.write.begin() as session:
                post_entry(session, other, book_id=self.book.id, actor=NOBODY, now=self.now)
        except Conflict:
            return
        raise AssertionError("a contradiction was accepted")

    @rule()
    def close_a_month(self) -> None:
        with self.db.write.begin() as session:
            month = Month.of(day_of(self.now)).plus(-1)
            closed = closed_through(session, self.book.id)
            if closed is None or closed < month:
                close_period(session, month, book_id=self.book.id, actor="x", now=self.now)

    @rule(days=st.integers(1, 40))
    def time_goes_on(self, days: int) -> None:
        self.now += timedelta(days=days)

    @invariant()
    def the_books_are_the_sums(self) -> None:
        with self.db.read.begin() as session:
            found = {row.code: row.balance.minor for row in trial_balance(session, self.book.id)}
        assert found == {code: self.sums[code] for code in found}
        assert all(code in found for code, minor in self.sums.items() if minor)
        assert sum(found.values()) == 0

    def teardown(self) -> None:
        with self.db.read.begin() as session:
            # Payments here are not bound to invoices, so signs (13) are free.
            assert {b.invariant for b in breaches(session, self.book)} <= {13}
            unposted = text("SELECT count(*) FROM journal_entries WHERE posted_seq IS NULL")
            assert session.execute(unposted).scalar_one() == 0


def test_any_history_of_the_books(db: Database) -> None:
    machine = type("BooksHere", (Books,), {"db": db})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        ),
    )
