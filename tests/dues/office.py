"""What tests of billing share: a co-op with books, members, a treasurer, and mails as read."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import Database
from app.core.kernel import Kernel
from app.core.mail import MailboxEntry, list_mailbox, mailbox_of
from app.members.actor import Actor
from app.members.models import Member
from app.members.offices import Office
from app.members.queries import standing_at
from app.members.standing import Standing
from dues.billing.models import Invoice, InvoiceState, Payment, Pledge, Way
from dues.billing.plan import add_plan
from dues.billing.pledges import choose_dues
from dues.invariants import broken
from dues.ledger.chart import live_book, open_book, public_code
from dues.ledger.statements import trial_balance
from dues.plans import Cadence, first_terms
from dues.treasury.received import Received, record_payment
from tests.dues.books import usd
from tests.factories import NOON, make_member

TREASURER = "treasurer@mail.example"


def lay_books(db: Database, *, currency: str = "USD") -> None:
    """Open the books and the first plan, and seat a treasurer."""
    with db.write.begin() as session:
        open_book(session, currency=currency, now=NOON)
        add_plan(session, first_terms(currency), effective_at=NOON, decision_id=None)
        make_member(session, username="tess", email=TREASURER, covered=False)


def treasurer(session: Session) -> Actor:
    """Return the treasurer at work."""
    member = session.scalars(select(Member).where(Member.email == TREASURER)).one()
    return Actor(member.id, member.account_id, frozenset({Office.TREASURER}))


def newcomer(session: Session, *, at: datetime = NOON, **given: Any) -> Member:
    """Add a member who joined at `at` and has paid nothing yet."""
    return make_member(session, covered=False, joined_at=at, created_at=at, **given)


def choose(
    session: Session,
    member: Member,
    minor: int = 1200,
    *,
    cadence: Cadence = Cadence.YEARLY,
    now: datetime = NOON,
) -> Pledge:
    """Let the member choose what to pay."""
    return choose_dues(session, member.id, amount=usd(minor), cadence=cadence, now=now)


def pay(
    session: Session,
    member: Member,
    minor: int = 1200,
    *,
    on: date | None = None,
    now: datetime = NOON,
    as_whole: bool = False,
    **given: Any,
) -> Payment:
    """Let the treasurer write down a member's transfer."""
    received = Received(usd(minor), Way.TRANSFER, on or now.date(), **given)
    return record_payment(
        session,
        received,
        member_id=member.id,
        as_whole=as_whole,
        actor=treasurer(session),
        now=now,
    )


def invoices_of(session: Session, member: Member) -> list[Invoice]:
    """Return the member's invoices, oldest first."""
    theirs = select(Invoice).where(Invoice.member_id == member.id)
    return list(session.scalars(theirs.order_by(Invoice.year, Invoice.number)))


def open_invoice(session: Session, member: Member) -> Invoice:
    """Return the member's one open invoice."""
    [invoice] = [i for i in invoices_of(session, member) if i.state is InvoiceState.OPEN]
    return invoice


def standing(session: Session, member: Member, at: datetime = NOON) -> Standing:
    """Return the member's standing."""
    session.flush()
    return standing_at(session, member.id, at=at)


def balances(session: Session) -> dict[str, int]:
    """Return what stands in the books, without accounts at zero and without pseudonyms."""
    found: dict[str, int] = {}
    for row in trial_balance(session, live_book(session).id):
        code = public_code(row.code)
        found[code] = found.get(code, 0) + row.balance.minor
    return {code: minor for code, minor in found.items() if minor}


def check_all(db: Database) -> None:
    """Expect that everything holds between billing, coverage and the books."""
    with db.read.begin() as session:
        assert broken(session, live_book(session)) == []


def letters_to(kernel: Kernel, member: Member) -> list[MailboxEntry]:
    """Return the mails that the member got, oldest first."""
    found = list_mailbox(mailbox_of(kernel.settings), limit=10_000)
    return [mail for mail in reversed(found) if mail.to == member.email]
