"""The demo: the same for the same seed on both engines, whole, and with everything in it."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from beancount import loader
from sqlalchemy import Executable, func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.commands.demo import progress
from app.commands.verify import live_differences
from app.core import ids
from app.core.canonical import digest
from app.core.chain import head_of
from app.core.db import Database
from app.core.duties import Duty
from app.demo.habits import MANY, USUAL
from app.demo.people import LEAVER, RESIDENTS
from app.demo.riverside import STORY_DAYS, Telling, joining_days, share_told, tell
from app.media.models import MediaFile
from app.members.models import Acceptance, Coverage
from app.members.queries import counts_at
from app.members.standing import Source, Standing
from app.relationships.models import Follow
from app.statuses.letters.models import Correspondence
from app.statuses.models import Favourite, Scheduled, Status
from app.statuses.polls.models import Poll
from app.statuses.quotes.models import Quote
from app.wiring import EFFECTS, duty_handlers
from dues.billing.models import Expense, Invoice, InvoiceState, Payment, PaymentState, Receipt
from dues.ledger.chart import live_book, public_code
from dues.ledger.export import extract
from dues.ledger.formats import Format, render
from dues.ledger.statements import trial_balance
from governance.documents import versions_of
from governance.lifecycle import State
from governance.models import Ballot, Comment, Proposal
from governance.models.law import Slug
from governance.seals import LOG
from tests.engines import ENGINES, copied, opened
from tests.factories import NOON
from tests.fakes import FixedClock
from tests.kernels import assemble, riverside

FEW = 8
# No proposal rests in these: a vote that closes goes on at once, and yes or no is never tied.
PASSED_THROUGH = {State.CLOSED, State.PASSED, State.TIED}


@dataclass(frozen=True, slots=True)
class Worlds:
    """The same small story, told on each engine."""

    of: Mapping[str, Database]


@pytest.fixture(scope="module")
def worlds(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Worlds]:
    """Tell a small story with one seed on both engines."""
    folder = tmp_path_factory.mktemp("demo")
    with ExitStack() as stack:
        urls = {name: stack.enter_context(copied(request, name, folder)) for name in ENGINES}
        told = {name: stack.enter_context(opened(urls[name])) for name in ENGINES}
        for name, db in told.items():
            tell_small(db, url=urls[name], folder=folder / name)
        yield Worlds(told)


@pytest.fixture(params=ENGINES)
def told(worlds: Worlds, request: pytest.FixtureRequest) -> Iterator[Session]:
    """A reading session on each engine's story in turn."""
    with worlds.of[request.param].read.begin() as session:
        yield session


def tell_small(db: Database, *, url: str, folder: Path) -> None:
    clock = FixedClock(NOON)
    kernel = assemble(riverside(url, folder), db, clock)
    telling = Telling(members=FEW, seed=7, watch=lambda _: None)
    try:
        tell(kernel, duty_handlers, effects=EFFECTS, telling=telling)
    finally:
        ids.configure(node=0)


def rows(session: Session, query: Executable) -> list[list[str]]:
    return [[str(value) for value in row] for row in session.execute(query)]


def seen(session: Session) -> dict[str, str]:
    """Return digests of what people see of the co-op, by kind."""
    found: dict[str, Executable] = {
        "people": select(Account.username, Account.display_name, Account.note),
        "posts": select(Status.account_id, Status.text, Status.spoiler, Status.created_at),
        "likes": select(Favourite.account_id, Favourite.status_id),
        "follows": select(Follow.follower_id, Follow.followee_id),
        "pictures": select(MediaFile.status_id, MediaFile.description, MediaFile.blurhash),
        "proposals": select(Proposal.title, Proposal.state, Proposal.outcome, Proposal.text_hash),
        "comments": select(Comment.proposal_id, Comment.member_id, Comment.text),
        "ballots": select(Ballot.member_id, Ballot.receipt, Ballot.reason),
        "coverage": select(Coverage.member_id, Coverage.starts_on, Coverage.ends_on),
        "payments": select(Payment.amount_minor, Payment.way, Payment.received_on, Payment.state),
        "receipts": select(Receipt.member_id, Receipt.year, Receipt.number),
        "expenses": select(Expense.account, Expense.amount_minor, Expense.memo, Expense.paid_on),
    }
    digests = {kind: digest(sorted(rows(session, query))) for kind, query in found.items()}
    return digests | {
        "log": head_of(session, LOG).hash,
        "books": digest(sorted(balances(session))),
    }


def balances(session: Session) -> list[list[Any]]:
    summed: dict[str, int] = {}
    for row in trial_balance(session, live_book(session).id):
        code = public_code(row.code)
        summed[code] = summed.get(code, 0) + row.balance.minor
    return [[code, minor] for code, minor in summed.items()]


def count(session: Session, *of: Any) -> int:
    return session.scalar(select(func.count()).where(*of)) or 0


def test_the_same_seed_tells_the_same_story_on_both_engines(worlds: Worlds) -> None:
    found = []
    for db in worlds.of.values():
        with db.read.begin() as session:
            found.append(seen(session))
    assert found[0] == found[1]


def test_everything_holds(told: Session) -> None:
    assert [str(difference) for difference in live_differences(told)] == []
    assert count(told, Duty.last_error.is_not(None)) == 0
    assert count(told, Duty.due_at < NOON - timedelta(minutes=1)) == 0


def test_there_is_a_proposal_in_every_state_in_which_one_rests(told: Session) -> None:
    states = set(told.scalars(select(Proposal.state)))
    assert set(State) - states == PASSED_THROUGH


def test_the_terms_were_changed_twice_and_not_all_have_accepted_the_newest(told: Session) -> None:
    terms = versions_of(told, Slug.TERMS)
    assert sorted(version.version for version in terms) == [1, 2, 3]
    assert all(version.effective_at < NOON for version in terms)
    newest = count(told, Acceptance.slug == "terms", Acceptance.version == 3)
    assert FEW / 2 <= newest < FEW


def test_members_stand_in_different_ways(told: Session) -> None:
    counts = counts_at(told, at=NOON)
    assert sum(counts.values()) == FEW
    for standing in (Standing.PENDING, Standing.CURRENT, Standing.LAPSED):
        assert counts[standing], standing


def test_the_year_has_all_that_happens_to_dues(told: Session) -> None:
    assert {i.state for i in told.scalars(select(Invoice))} >= {
        InvoiceState.OPEN,
        InvoiceState.PAID,
        InvoiceState.VOID,
    }
    assert set(told.scalars(select(Payment.state))) == set(PaymentState)
    assert count(told, Payment.evidence_key.is_not(None))
    assert count(told, Coverage.source == Source.WAIVER)
    assert count(told, Expense.taken_back_at.is_not(None)) == 1
    assert count(told, Expense.decision_id.is_not(None)) == 1


def test_people_ask_each_other_and_write_letters(told: Session) -> None:
    assert {(p.told_at is not None, p.voters_count > 0) for p in told.scalars(select(Poll))} == {
        (True, True),
        (False, True),
    }
    for kind in (Quote, Correspondence, Scheduled):
        assert told.scalars(select(kind).limit(1)).all(), kind
    assert count(told, Status.pinned_at.is_not(None)) == 1


def test_nobody_spends_what_is_not_there(told: Session) -> None:
    held = dict(balances(told))
    assert held["Assets:Bank:Main"] > 0
    assert held["Assets:Cash:Box"] >= 0


def test_the_books_can_be_read_by_beancount(told: Session) -> None:
    text = render(extract(told, live_book(told), title="Riverside"), Format.BEANCOUNT)
    assert loader.load_string(text)[1] == []


def test_the_first_come_within_a_month_and_the_last_are_new() -> None:
    days = joining_days(len(RESIDENTS) - 1)
    assert list(days) == sorted(days)
    assert days[11] < 30
    assert all(STORY_DAYS - 30 < day < STORY_DAYS for day in days[-2:])
    assert days[-3] < STORY_DAYS - 30


def test_riverside_has_sixty_people_each_once() -> None:
    names = [resident.handle for resident in (*RESIDENTS, LEAVER)]
    assert len(RESIDENTS) == 60
    assert len(set(names)) == len(names)
    assert set(MANY) <= set(names)


def test_enough_hold_free_places_that_their_number_may_be_told() -> None:
    free = [n for n in range(len(RESIDENTS)) if USUAL[n % len(USUAL)].cadence is None]
    named = [n for n in free if RESIDENTS[n].handle in MANY]
    assert len(free) - len(named) >= 5


def test_the_progress_tells_each_month_once_where_no_terminal_is() -> None:
    out = StringIO()
    show = progress(lambda at: share_told(at, end=NOON), out)
    for days in range(STORY_DAYS, -1, -1):
        show(NOON - timedelta(days=days))
    lines = out.getvalue().splitlines()
    assert len({line[:15] for line in lines}) == len(lines) - 1 == 15
    assert lines[0].split()[-2:] == ["0", "%"]
    assert lines[-1].split()[-2:] == ["100", "%"]
