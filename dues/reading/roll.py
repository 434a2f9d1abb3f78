"""The roll as the dues office sees it. $0 places stand among those who have paid."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.core.records import Record
from app.members.models import Coverage, Member
from app.members.queries import counts_at, roll_at
from app.members.standing import Standing
from dues.billing.models import Allocation, Invoice, InvoiceState, Payment, PaymentState
from dues.calendar import Month, day_of
from dues.ledger.chart import live_book
from dues.ledger.periods import closed_through, months_with_entries
from dues.money import Money
from dues.reading.movements import TOLD_FROM

AGES: Final = ((1, 30), (31, 60), (61, 90), (91, None))
ROLL_STANDINGS: Final = (Standing.CURRENT, Standing.PENDING, Standing.GRACE, Standing.LAPSED)


class RollRow(Record):
    """A member on the roll, with what is open of their dues."""

    member_id: int
    account: Account
    standing: Standing  # Never `exempt`: the roll does not say who pays nothing.
    until: date | None
    reference: str | None
    unpaid: Money | None
    due_on: date | None

    def days_late(self, today: date) -> int:
        """How many days their open invoice is late."""
        return max(0, (today - self.due_on).days) if self.due_on else 0


class Age(Record):
    """What is open and late by so many days; `most` is None for the oldest."""

    least: int
    most: int | None
    members: int
    unpaid: Money


def merged(standing: Standing) -> Standing:
    """Return the standing as lists show it: who pays nothing looks like all the others."""
    return Standing.CURRENT if standing is Standing.EXEMPT else standing


def read_roll(session: Session, *, now: datetime) -> list[RollRow]:
    """Return everybody on the roll, by name."""
    standings, ends = roll_at(session, at=now), _covered_until(session)
    invoices = _open_invoices(session)
    people = select(Member.id, Account).join(Account, Account.id == Member.account_id)
    rows = []
    for member_id, account in session.execute(people.where(Member.joined_at.is_not(None))):
        if member_id not in standings:
            continue
        invoice, unpaid = invoices.get(member_id, (None, None))
        rows.append(
            RollRow(
                member_id=member_id,
                account=account,
                standing=merged(standings[member_id]),
                until=ends.get(member_id),
                reference=invoice.reference if invoice else None,
                unpaid=unpaid,
                due_on=invoice.due_on if invoice else None,
            )
        )
    return sorted(rows, key=lambda row: (row.account.name.casefold(), row.member_id))


def tally(rows: Sequence[RollRow]) -> Mapping[Standing, int]:
    """Return how many stand how, without telling who pays nothing."""
    counted = Counter(row.standing for row in rows)
    return {standing: counted[standing] for standing in ROLL_STANDINGS}


def ages(rows: Sequence[RollRow], *, currency: str, today: date) -> list[Age]:
    """Return what is late, by how long it is."""
    found = []
    for least, most in AGES:
        late = [r for r in rows if least <= r.days_late(today) and _is_within(r, most, today)]
        minor = sum(row.unpaid.minor for row in late if row.unpaid)
        found.append(Age(least, most, len(late), Money(minor, currency)))
    return found


def told_counts(session: Session, *, at: datetime) -> dict[Standing, int | None]:
    """Return how many stood how at `at`, as every member may know it.

    Fewer than five of whom nothing is asked are counted among the current ones.
    """
    counts: dict[Standing, int | None] = dict(counts_at(session, at=at))
    exempt, current = counts[Standing.EXEMPT] or 0, counts[Standing.CURRENT] or 0
    if exempt < TOLD_FROM:
        counts |= {Standing.CURRENT: current + exempt, Standing.EXEMPT: None}
    return counts


def unidentified(session: Session) -> Sequence[Payment]:
    """Return money of which nobody knows whose it is, oldest first."""
    waiting = select(Payment).where(Payment.state == PaymentState.UNIDENTIFIED)
    return session.scalars(waiting.order_by(Payment.received_on, Payment.id)).all()


def latest_payments(session: Session, *, limit: int = 10) -> Sequence[tuple[Payment, Account]]:
    """Return the members' payments that were written down last, with who paid."""
    kept = (
        select(Payment, Account)
        .join(Member, Member.id == Payment.member_id)
        .join(Account, Account.id == Member.account_id)
        .where(Payment.state == PaymentState.KEPT)
    )
    rows = session.execute(kept.order_by(Payment.recorded_at.desc(), Payment.id).limit(limit))
    return [(payment, account) for payment, account in rows]


def closable_months(session: Session, *, now: datetime) -> list[Month]:
    """Return the months that are over and not closed yet, oldest first."""
    book = live_book(session)
    closed, this = closed_through(session, book.id), Month.of(day_of(now))
    months = months_with_entries(session, book.id)
    return [month for month in months if month < this and (closed is None or month > closed)]


def _is_within(row: RollRow, most: int | None, today: date) -> bool:
    return most is None or row.days_late(today) <= most


def _covered_until(session: Session) -> dict[int, date]:
    ends = select(Coverage.member_id, func.max(Coverage.ends_on)).where(
        Coverage.starts_on < Coverage.ends_on
    )
    rows = session.execute(ends.group_by(Coverage.member_id))
    return {row[0]: row[1] for row in rows}


def _open_invoices(session: Session) -> dict[int, tuple[Invoice, Money]]:
    settled = (
        select(Allocation.invoice_id, func.sum(Allocation.amount_minor).label("minor"))
        .group_by(Allocation.invoice_id)
        .subquery()
    )
    rows = session.execute(
        select(Invoice, settled.c.minor)
        .outerjoin(settled, settled.c.invoice_id == Invoice.id)
        .where(Invoice.state == InvoiceState.OPEN)
    )
    return {
        invoice.member_id: (invoice, invoice.amount - Money(int(minor or 0), invoice.currency))
        for invoice, minor in rows
    }
