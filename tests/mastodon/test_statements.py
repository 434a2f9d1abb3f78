"""What apps ask for most costs the same number of statements, however many rows it shows."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.members.actor import Actor
from app.statuses.polls.rules import Asking
from app.statuses.service.boost import boost_status
from app.statuses.service.marks import bookmark_status, favourite_status
from tests.factories import NOON
from tests.mastodon.apps import Site
from tests.queries import counted
from tests.social import befriend, make_person, post

V1 = "/api/v1"
FEW, MANY = 3, 9


class Growing:
    """A talk, and all that stands around it, which grows with each answer."""

    def __init__(self, site: Site) -> None:
        self.site, self.size = site, 0
        self.ada, self.bo = site.person("ada"), site.person("bo")
        with site.write() as session:
            befriend(session, self.ada, self.bo)
            self.first_id = post(session, self.ada, text="Who comes?").id

    def grow(self, size: int) -> None:
        """Let it have `size` answers, by as many people."""
        with self.site.write() as session:
            for number in range(self.size, size):
                someone = make_person(session, f"guest{number}")
                befriend(session, self.ada, someone)
                befriend(session, someone, self.ada)
                asking = Asking(("yes", "no"), timedelta(days=1)) if number % 3 == 0 else None
                text = f"@ada I do #garden {number}"
                answer = post(session, self.bo, text=text, in_reply_to_id=self.first_id)
                other = post(session, someone, text="#garden", poll=asking)
                for status_id in (answer.id, other.id):
                    self._mark(session, self.ada, status_id)
                favourite_status(session, someone, self.first_id, now=NOON)
                boost_status(session, someone, answer.id, now=NOON)
        self.size = size

    def _mark(self, session: Session, actor: Actor, status_id: int) -> None:
        favourite_status(session, actor, status_id, now=NOON)
        bookmark_status(session, actor, status_id, now=NOON)

    @property
    def addresses(self) -> list[str]:
        """What apps ask for most."""
        account = f"{V1}/accounts/{self.bo.account_id}"
        return [
            f"{V1}/timelines/home",
            f"{V1}/timelines/public",
            f"{V1}/timelines/tag/garden",
            f"{V1}/statuses/{self.first_id}/context",
            f"{account}/statuses",
            f"{V1}/accounts/{self.ada.account_id}/followers",
            f"{V1}/accounts/{self.ada.account_id}/following",
            f"{V1}/notifications",
            "/api/v2/notifications",
            f"{V1}/notifications/unread_count",
            f"{V1}/bookmarks",
            f"{V1}/favourites",
        ]


def test_hot_reads_cost_a_fixed_number_of_statements(site: Site) -> None:
    growing, app = Growing(site), site.program("ada")
    app.get(f"{V1}/timelines/home")  # The first use of a token is noted.
    costs, sizes = [], []
    for size in (FEW, MANY):
        growing.grow(size)
        app.get(f"{V1}/accounts/verify_credentials")  # What was committed is noticed.
        found, long = {}, {}
        for address in growing.addresses:
            site.app.state.renderer.forget()
            with counted(site.kernel.db) as statements:
                answer = app.get(address)
            assert answer.status_code == 200
            found[address], long[address] = len(statements), len(answer.content)
        costs.append(found)
        sizes.append(long)
    assert costs[0] == costs[1]
    assert all(sizes[0][address] < sizes[1][address] for address in growing.addresses[:6])
