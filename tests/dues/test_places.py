"""$0 places: a full membership by one's own word, which leaves no trace where others look."""

import json
from datetime import date, timedelta

from sqlalchemy import func, select

from app.core.chain import ChainEntry
from app.core.db import Database
from app.members.models import Coverage
from app.members.standing import MAY_VOTE, Source, Standing
from dues.billing.models import FreePlace, Invoice, MemberKey, Payment
from dues.billing.places import place_of
from dues.billing.pledges import take_free_place
from dues.ledger.models import JournalEntry
from tests.dues.office import (
    balances,
    check_all,
    choose,
    invoices_of,
    lay_books,
    newcomer,
    pay,
    standing,
)
from tests.factories import NOON, make_coverage, make_member

TODAY = NOON.date()


def test_saying_so_is_enough(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        place = take_free_place(session, bo.id, now=NOON)
        assert (place.starts_on, place.ends_on) == (TODAY, date(2027, 11, 9))
        assert standing(session, bo) in MAY_VOTE
    check_all(db)


def test_it_leaves_no_trace_in_the_books_and_the_logs(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        take_free_place(session, bo.id, now=NOON)
    with db.read.begin() as session:
        for table in (JournalEntry, Invoice, Payment, MemberKey, ChainEntry):
            assert session.scalar(select(func.count()).select_from(table)) == 0


def test_a_place_and_a_payment_give_the_same_rows(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo, ada = newcomer(session), newcomer(session)
        take_free_place(session, bo.id, now=NOON)
        pay(session, ada)
        rows = session.execute(
            select(Coverage.starts_on, Coverage.ends_on, Coverage.grace_days)
        ).all()
    assert len(rows) == 2
    assert rows[0] == rows[1]


def test_what_was_asked_for_is_not_asked_for_any_more(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        choose(session, bo)
        take_free_place(session, bo.id, now=NOON)
        assert balances(session) == {}
    check_all(db)


def test_it_begins_where_what_was_paid_ends(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = make_member(session, covered=False)
        ends_on = TODAY + timedelta(days=100)
        make_coverage(session, bo, starts_on=TODAY, ends_on=ends_on)
        assert take_free_place(session, bo.id, now=NOON).starts_on == ends_on
        assert standing(session, bo) is Standing.CURRENT
    check_all(db)


def test_asking_again_in_the_middle_changes_nothing(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        first = take_free_place(session, bo.id, now=NOON)
        assert take_free_place(session, bo.id, now=NOON + timedelta(days=30)) is first
        assert session.scalar(select(func.count()).select_from(FreePlace)) == 1


def test_one_click_gives_the_next_year(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        first = take_free_place(session, bo.id, now=NOON)
        soon = NOON + timedelta(days=340)
        second = take_free_place(session, bo.id, now=soon)
        assert (second.starts_on, second.ends_on) == (first.ends_on, date(2028, 11, 9))
    check_all(db)


def test_paying_ends_the_place_and_covers_from_that_day(db: Database) -> None:
    lay_books(db)
    later = NOON + timedelta(days=100)
    with db.write.begin() as session:
        bo = newcomer(session)
        take_free_place(session, bo.id, now=NOON)
        pay(session, bo, 1200, now=later)
        assert place_of(session, bo.id) is None
        assert standing(session, bo, later) is Standing.CURRENT
        ends = session.execute(select(Coverage.source, Coverage.ends_on)).all()
        assert (Source.WAIVER, later.date()) in [tuple(row) for row in ends]
    check_all(db)


def test_choosing_to_pay_keeps_the_place_until_the_money_comes(db: Database) -> None:
    lay_books(db)
    with db.write.begin() as session:
        bo = newcomer(session)
        take_free_place(session, bo.id, now=NOON)
        choose(session, bo)
        assert standing(session, bo) in MAY_VOTE
        assert place_of(session, bo.id) is not None
        assert len(invoices_of(session, bo)) == 1
    check_all(db)


def test_nothing_that_others_read_names_a_place(db: Database) -> None:
    """The chains and the books of a co-op with all kinds of members never say the word."""
    lay_books(db)
    with db.write.begin() as session:
        bo, ada = newcomer(session, username="boris"), newcomer(session, username="ada")
        choose(session, bo)
        take_free_place(session, bo.id, now=NOON)
        pay(session, ada, 1200, note="ada@mail.example paid at the market")
    with db.read.begin() as session:
        said = [json.dumps(entry.payload) for entry in session.scalars(select(ChainEntry))]
        said += [
            f"{entry.idem_key} {entry.memo} {entry.actor} {entry.source_type}"
            for entry in session.scalars(select(JournalEntry))
        ]
    for word in ("place", "waiver", "boris", "ada@", "mail.example", "market"):
        assert not any(word in text for text in said), word
