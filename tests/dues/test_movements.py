"""What everybody reads of single movements never shows what one member got back, and when."""

from app.core.db import Database
from dues.billing.models import Way
from dues.ledger.arithmetic import EntryKind
from dues.ledger.chart import live_book
from dues.reading.movements import movements
from dues.treasury.corrections import Returned, record_refund
from tests.dues.books import TODAY, usd
from tests.dues.office import lay_books, newcomer, pay, treasurer
from tests.factories import NOON


def test_returned_dues_have_no_day_and_no_number(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        payment = pay(session, newcomer(session))
        returned = Returned(usd(1200), Way.TRANSFER, TODAY)
        record_refund(session, payment.id, returned, actor=treasurer(session), now=NOON)
    with db.read.begin() as session:
        rows = movements(session, live_book(session).id, first=TODAY, last=TODAY)
    [row] = [row for row in rows if row.kind is EntryKind.REFUND]
    assert (row.on, row.seq, row.hash, row.members) == (None, None, None, None)
