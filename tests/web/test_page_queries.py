"""Pages cost a fixed number of statements, however much there is to show."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.orm import Session

from app.core.kernel import Kernel
from app.main import create_app
from app.members.actor import Actor
from app.members.consent import accept_all, in_force
from app.members.sessions import open_session
from app.statuses.polls.rules import Asking
from app.statuses.service.boost import boost_status
from app.statuses.service.marks import bookmark_status, favourite_status
from app.statuses.visibility import Visibility
from dues.billing.models import Way
from dues.billing.pledges import choose_dues
from dues.money import Money
from dues.plans import Cadence
from dues.treasury.received import Received, record_payment
from governance import service
from governance.rules import DecisionType
from tests.factories import make_member
from tests.governance.hall import Hall
from tests.queries import counted
from tests.social import befriend, post

STATEMENTS_OF_HOME_MAX = 27


class Street:
    """A founded co-op in which more and more happens; Ada holds every office and looks."""

    def __init__(self, kernel: Kernel, hall: Hall) -> None:
        self.hall = hall
        self.ada, self.bo = self.hall.actor("ada"), self.hall.actor("bo")
        self.proposal_id = self.hall.deliberating(
            type=DecisionType.POLICY, title="Tea at four", effects=[]
        )
        self._people = 0
        with kernel.db.write.begin() as session:
            for name in ("ada", "bo"):
                self._accept(session, self.hall.members[name])
            befriend(session, self.ada, self.bo)
            befriend(session, self.bo, self.ada)
            self.post_id = post(session, self.bo, "The kettle is mended. #tea").id

    @property
    def pages(self) -> Mapping[str, str]:
        """What is asked for."""
        return {
            "home": "/home",
            "neighbours": "/local",
            "a tag": "/tags/tea",
            "a talk": f"/@bo/{self.post_id}",
            "a profile": "/@bo",
            "bookmarks": "/bookmarks",
            "favourites": "/favourites",
            "notifications": "/notifications",
            "letters": "/messages",
            "the hub": "/coop",
            "proposals": "/coop/proposals",
            "a proposal": f"/coop/proposals/{self.proposal_id}",
            "the log": "/coop/log",
            "the books": "/coop/money",
            "the treasurer's roll": "/duties/treasury",
            "the offices": "/coop/roles",
        }

    def happens(self) -> None:
        """Add one more of everything that these pages list."""
        self._people += 1
        name = f"neighbour{self._people}"
        now = self.hall.now
        self.hall.members[name] = self.hall.add(name)
        newcomer = self.hall.actor(name)
        self.hall.deliberating(name, type=DecisionType.POLICY, title=f"Matter {name}", effects=[])
        with self.hall.db.write.begin() as session:
            self._accept(session, newcomer.member_id)
            asked = Asking(("Tea", f"What {name} brings"), timedelta(days=30))
            post(session, self.bo, "What shall we drink?", poll=asked)
            mine = post(session, newcomer, f"Hello from {name} #tea").id
            befriend(session, self.ada, newcomer)
            post(session, newcomer, "With bread.", in_reply_to_id=self.post_id)
            post(session, newcomer, f"@ada from {name}", visibility=Visibility.DIRECT)
            post(session, self.bo, f"Another of mine, {name}")
            post(session, self.bo, f"Read {name}", quoted_id=mine)
            boost_status(session, self.bo, mine, now=now)
            favourite_status(session, newcomer, self.post_id, now=now)
            favourite_status(session, self.ada, mine, now=now)
            bookmark_status(session, self.ada, mine, now=now)
            service.comment(session, self.proposal_id, actor=newcomer, now=now, text="Earlier.")
            payer = make_member(session, username=f"payer{self._people}", covered=False)
            twelve = Money(1200, "USD")
            choose_dues(session, payer.id, amount=twelve, cadence=Cadence.YEARLY, now=now)
            received = Received(twelve, Way.TRANSFER, now.date())
            record_payment(session, received, member_id=payer.id, actor=self.ada, now=now)

    def _accept(self, session: Session, member_id: int) -> None:
        now = self.hall.now
        versions = in_force(session, at=now)
        accept_all(session, versions, member_id=member_id, via="test", now=now)


@pytest.fixture
def street(kernel: Kernel, hall: Hall) -> Street:
    """A co-op in which little has happened."""
    return Street(kernel, hall)


@pytest.fixture
def browser(kernel: Kernel, street: Street) -> Iterator[TestClient]:
    """Ada's browser."""
    with TestClient(create_app(kernel), base_url="https://riverside.example") as client:
        client.cookies.set("__Host-s", _secret(kernel, street.ada), domain="riverside.example")
        yield client


def _secret(kernel: Kernel, actor: Actor) -> str:
    with kernel.db.write.begin() as session:
        now = kernel.clock.now()
        return open_session(session, member_id=actor.member_id, label="", now=now).secret


def costs(kernel: Kernel, browser: TestClient, pages: Mapping[str, str]) -> dict[str, int]:
    """Return how many statements each page runs when it is read again."""
    found = {}
    for name, path in pages.items():
        assert browser.get(path).status_code == 200, path
        with counted(kernel.db) as statements:
            browser.get(path)
        found[name] = len(statements)
    return found


def test_pages_cost_the_same_with_three_times_as_much_on_them(
    kernel: Kernel, street: Street, browser: TestClient
) -> None:
    for _ in range(3):
        street.happens()
    few = costs(kernel, browser, street.pages)
    for _ in range(6):
        street.happens()
    assert costs(kernel, browser, street.pages) == few


def test_home_asks_little(kernel: Kernel, street: Street, browser: TestClient) -> None:
    for _ in range(3):
        street.happens()
    assert costs(kernel, browser, {"home": "/home"})["home"] <= STATEMENTS_OF_HOME_MAX
