"""What paying does when something happens elsewhere, in the same transaction."""

from sqlalchemy.orm import Session

from app.instance.events import CoopFounded
from app.instance.queries import coop_of
from app.members.events import MemberJoined, MemberLeft
from dues.billing.plan import add_plan
from dues.billing.pledges import stop_dues
from dues.billing.timely import begin_welcome
from dues.duties import begin_checking
from dues.ledger.chart import has_books, open_book
from dues.money import check_currency
from dues.plans import first_terms


def lay_books(session: Session, event: CoopFounded) -> None:
    """Open the books in the co-op's currency, with the first plan, and begin to check them.

    Raises: Invalid if the currency is none that we can count in.
    """
    coop = coop_of(session)
    assert coop is not None
    currency = check_currency(coop.currency)
    open_book(session, currency=currency, now=event.at)
    add_plan(session, first_terms(currency), effective_at=event.at, decision_id=None)
    begin_checking(session, now=event.at)


def on_joined(session: Session, event: MemberJoined) -> None:
    """Owe the letters about the end of the provisional days."""
    begin_welcome(session, event.member_id, now=event.at)


def on_left(session: Session, event: MemberLeft) -> None:
    """Ask who left for nothing any more."""
    if has_books(session):
        stop_dues(session, event.member_id, now=event.at)
