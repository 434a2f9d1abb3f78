"""What must be true after the kills: all that was acknowledged, once, and nothing by halves."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Account
from app.commands.verify import live_differences
from app.core.chain import entries
from app.core.duties import Duty
from app.core.mail import list_mailbox, mailbox_of
from app.members.consent import in_force
from app.members.models import Acceptance, Member
from app.notifications.models import Notice
from app.statuses.models import Status
from app.timelines.models import HomeFeed
from dues.billing.models import Payment, Receipt
from dues.invariants import broken
from dues.ledger.chart import live_book
from dues.ledger.invariants import verify_book
from dues.ledger.models import JournalEntry
from dues.ledger.statements import trial_balance
from governance.models import Ballot, Comment
from governance.seals import ballot_chain
from tests.kills.load import Person, choices, told, unheard
from tests.kills.town import PAYERS, TERMS_VERSION, Town


def check_all(town: Town, people: Sequence[Person]) -> None:
    """Fail if anything was lost, doubled or halved."""
    with town.kernel.db.read.begin() as session:
        check_posts(session, town, people)
        check_ballots(session, town, people)
        check_once(session, people, "comment", select(Comment.text))
        check_members(session, town, people)
        check_payments(session, people)
        check_duties(session)
        assert list(live_differences(session)) == []
        check_books(session)
    check_letters(town)


def check_once(session: Session, people: Sequence[Person], kind: str, rows: Any) -> set[str]:
    """Expect each acknowledged word once, each lost one at most once; return all that is there."""
    there = Counter(session.scalars(rows))
    assert not [word for word, times in there.items() if times > 1]
    assert set(told(people, kind)) <= set(there)
    assert set(there) <= {*told(people, kind), *unheard(people, kind)}
    return set(there)


def check_posts(session: Session, town: Town, people: Sequence[Person]) -> None:
    """Expect each post once, with the notice to bo and the row in each home that belong to it."""
    bo, cleo, dov = (town.hall.actor(name).account_id for name in ("bo", "cleo", "dov"))
    posts = session.execute(select(Status.id, Status.account_id, Status.text)).all()
    words = Counter(post.text.removesuffix(" @bo") for post in posts)
    assert words == Counter(told(people, "post"))
    noticed = Counter(session.scalars(select(Notice.status_id).where(Notice.account_id == bo)))
    noticed.pop(None, None)
    assert noticed == Counter(p.id for p in posts if p.account_id != bo)
    for owner in (cleo, dov):
        home = set(session.scalars(select(HomeFeed.status_id).where(HomeFeed.owner_id == owner)))
        assert home == {p.id for p in posts if p.account_id in (bo, owner)}


def check_ballots(session: Session, town: Town, people: Sequence[Person]) -> None:
    """Expect each receipt in the box's chain once, and each voter's last word in the box."""
    chain = entries(session, ballot_chain(str(town.voting_id)), limit=100_000)
    sealed = Counter(entry.payload["receipt"] for entry in chain)
    assert max(sealed.values(), default=1) == 1
    assert set(told(people, "ballot")) <= set(sealed)
    box = session.scalars(select(Ballot).where(Ballot.proposal_id == town.voting_id)).all()
    names = {member_id: name for name, member_id in town.hall.members.items()}
    found = {names[ballot.member_id or 0]: ballot.marks["choice"] for ballot in box}
    assert found == {name: choice for name, choice in choices(people).items() if choice}
    replaced = {entry.payload["replaces"] for entry in chain}
    assert {ballot.receipt for ballot in box} == set(sealed) - replaced


def check_members(session: Session, town: Town, people: Sequence[Person]) -> None:
    """Expect each newcomer once and whole: person, account and all that they accepted."""
    names = select(Account.username).where(Account.username.like("visitor%"))
    there = check_once(session, people, "member", names)
    newcomers = select(Member.id).join(Account, Account.id == Member.account_id)
    ids = set(session.scalars(newcomers.where(Account.username.like("visitor%"))))
    assert len(ids) == len(there)
    accepted = Counter(
        session.scalars(select(Acceptance.member_id).where(Acceptance.member_id.in_(ids)))
    )
    assert accepted == dict.fromkeys(ids, len(in_force(session, at=town.hall.now)))
    agreed = select(Acceptance.member_id).where(
        Acceptance.slug == "terms", Acceptance.version == TERMS_VERSION
    )
    old = Counter(session.scalars(agreed.where(Acceptance.member_id.not_in(ids))))
    said_yes = {town.hall.members[name] for name in told(people, "acceptance")}
    assert old == dict.fromkeys(said_yes, 1)


def check_payments(session: Session, people: Sequence[Person]) -> None:
    """Expect each payment once, as it was answered, with one entry and one receipt."""
    rows = session.scalars(select(Payment)).all()
    booked = sorted(f"{row.statement_ref} {row.id} {row.amount_minor}" for row in rows)
    assert booked == sorted(told(people, "payment"))
    receipts = Counter(session.scalars(select(Receipt.payment_id)))
    assert receipts == Counter(row.id for row in rows)
    assert len({row.entry_id for row in rows}) == len(rows)


def check_duties(session: Session) -> None:
    """Expect that nothing that was due is still owed, or was given up."""
    late = select(Duty.kind).where(Duty.attempts > 0)
    assert session.scalars(late).all() == []


def check_books(session: Session) -> None:
    """Expect books that hold, entry by entry, and sum to zero."""
    book = live_book(session)
    assert verify_book(session, book) is None
    assert broken(session, book) == []
    assert sum(row.balance.minor for row in trial_balance(session, book.id)) == 0
    assert session.scalar(select(func.count(JournalEntry.id))) != 0


def check_letters(town: Town) -> None:
    """Expect one letter for each receipt."""
    with town.kernel.db.read.begin() as session:
        receipts = session.scalars(select(Receipt)).all()
    letters = list_mailbox(mailbox_of(town.kernel.settings), limit=100_000)
    payers = {f"{name}@mail.example" for name in PAYERS}
    numbers = Counter(letter.subject for letter in letters if letter.to in payers)
    found = Counter(subject for subject in numbers.elements() if "receipt" in subject.lower())
    assert max(found.values(), default=1) == 1
    assert len(found) == len(receipts)
