"""Duties of paying: renewals, letters, receipts by mail, and the nightly check of the books.

What a duty does and its end are one transaction: each letter is owed once although a duty runs
at least once.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.core.clock import Clock
from app.core.duties import Claim, schedule
from app.members.letters import Letters
from app.members.models import Member
from dues.billing import timely
from dues.billing.models import BookCheck, Receipt, ReminderAbout
from dues.billing.timely import LetterDue
from dues.invariants import broken
from dues.ledger.chart import live_book
from dues.owed import CHECK, Nothing, OfReceipt, OfReminder, OfRenewal

CHECK_EVERY = timedelta(days=1)
FOUND_MAX = 50

LETTER_OF = {
    ReminderAbout.INVOICE: timely.invoice_letter,
    ReminderAbout.PLACE: timely.place_letter,
    ReminderAbout.WELCOME: timely.welcome_letter,
}


def renew(claim: Claim, clock: Clock, *, letters: Letters) -> None:
    """Open a member's next invoice and write the first letter about it."""
    owed = OfRenewal.model_validate(claim.payload)
    with claim.finishing() as session:
        now = clock.now()
        letter = timely.renew(session, owed.member_id, due_on=owed.due_on, now=now)
        _write(session, letters, letter, now=now)


def remind(claim: Claim, clock: Clock, *, letters: Letters) -> None:
    """Write the letter that is due about an invoice, a place or the provisional days."""
    owed = OfReminder.model_validate(claim.payload)
    with claim.finishing() as session:
        now = clock.now()
        letter = LETTER_OF[owed.about](session, owed.about_id, now=now)
        _write(session, letters, letter, now=now)


def mail_receipt(claim: Claim, clock: Clock, *, letters: Letters) -> None:
    """Send the receipt of a payment, unless the payment was taken back meanwhile."""
    owed = OfReceipt.model_validate(claim.payload)
    with claim.finishing() as session:
        receipt = session.get_one(Receipt, owed.receipt_id)
        if receipt.voided_at is None:
            member = session.get_one(Member, receipt.member_id)
            letter = LetterDue(member, "dues_receipt", {"receipt": receipt})
            _write(session, letters, letter, now=clock.now())


def check_books(claim: Claim, clock: Clock) -> None:
    """Ask the books everything that must hold, keep the answer, and owe the next check."""
    Nothing.model_validate(claim.payload)
    with claim.finishing() as session:
        now, book = clock.now(), live_book(session)
        found = [breach.what for breach in broken(session, book)]
        session.merge(BookCheck(book_id=book.id, checked_at=now, found=found[:FOUND_MAX]))
        begin_checking(session, now=now)


def begin_checking(session: Session, *, now: datetime) -> None:
    """Owe the next check of the books."""
    schedule(session, CHECK, Nothing(), due_at=now + CHECK_EVERY)


def _write(session: Session, letters: Letters, letter: LetterDue | None, *, now: datetime) -> None:
    if letter is None:
        return
    member = letter.member
    letters.owe(
        session, letter.name, to=member.email, locale=member.locale, now=now, **letter.context
    )
