"""What the co-op says of its decisions to everybody."""

from sqlalchemy import select

from app.core import chain
from app.instance.account import make_coop_account
from app.notifications.kinds import NoticeKind
from app.notifications.models import Notice
from app.statuses.models import Mention, Status
from app.statuses.visibility import Visibility
from governance.rules import DecisionType
from governance.seals import LOG
from tests.governance.hall import Hall

BASE = "https://riverside.example"


def with_account(hall: Hall) -> int:
    """Give the co-op its account, as a founding does."""
    with hall.db.write.begin() as session:
        return make_coop_account(session, name="Riverside", tagline="", now=hall.now).id


def said(hall: Hall, account_id: int, visibility: Visibility = Visibility.PUBLIC) -> list[str]:
    rows = select(Status).where(Status.account_id == account_id, Status.visibility == visibility)
    return [row.text for row in hall.scalars(rows.order_by(Status.id))]


def test_a_vote_is_told_from_its_opening_to_the_new_text(hall: Hall) -> None:
    coop = with_account(hall)
    proposal_id = hall.voting("bo", title="Delete what people delete")
    hall.pass_days(0)
    [opened] = said(hall, coop)
    assert opened.startswith("Our members vote until ")
    assert opened.endswith(f"Delete what people delete\n\n{BASE}/coop/proposals/{proposal_id}")
    for name in ("ada", "bo", "cleo", "dov", "eve"):
        hall.vote(proposal_id, name)
    hall.pass_days(10)
    assert said(hall, coop)[1:] == [
        "Our members said yes: Delete what people delete\n\n"
        f"{BASE}/coop/proposals/{proposal_id}/result"
    ]
    hall.pass_days(7)
    hall.enact(hall.order_of(proposal_id).id)
    hall.pass_days(0)
    adopted = said(hall, coop)[2]
    assert adopted.startswith("New from ")
    assert adopted.endswith(f"{BASE}/coop/documents/terms/versions/2")
    assert len(said(hall, coop)) == 3


def test_nobody_is_named(hall: Hall) -> None:
    coop = with_account(hall)
    proposal_id = hall.voting("bo", title="Ask @ada about #bread")
    hall.pass_days(0)
    for name in ("ada", "cleo"):
        hall.vote(proposal_id, name)
    hall.pass_days(20)
    texts = said(hall, coop)
    assert "@ada" in texts[0]  # As it was written; it is no mention.
    assert not hall.scalars(select(Mention))
    assert not hall.scalars(select(Notice).where(Notice.kind == NoticeKind.MENTION))
    for text in texts:
        assert not {"bo", "cleo", "dov", "eve"} & set(text.split())


def test_what_concerns_a_person_is_not_posted(hall: Hall) -> None:
    coop = with_account(hall)
    ada = str(hall.members["ada"])
    effects = [{"kind": "role.end", "payload": {"member": ada, "office": "treasurer"}}]
    hall.closed(hall.voting(type=DecisionType.RECALL, title="No more", effects=effects))
    assert said(hall, coop) == []


def test_the_seal_of_the_log_is_told_once_a_day_if_it_is_new(hall: Hall) -> None:
    coop = with_account(hall)
    hall.pass_days(1)
    with hall.db.read.begin() as session:
        head = chain.head_of(session, LOG)
    [first] = said(hall, coop, Visibility.UNLISTED)
    assert head.hash in first
    assert first.endswith(f"{BASE}/coop/log")
    hall.pass_days(3)
    assert said(hall, coop, Visibility.UNLISTED) == [first]
    hall.voting("bo")
    hall.pass_days(1)
    assert len(said(hall, coop, Visibility.UNLISTED)) == 2


def test_a_coop_without_an_account_says_nothing(hall: Hall) -> None:
    hall.voting("bo")
    hall.pass_days(12)
    assert not hall.scalars(select(Status))
