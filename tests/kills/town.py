"""A co-op with something to do for everybody: new terms, an open vote, a discussion, dues."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import update

from app.core.kernel import Kernel
from app.core.runner import Runner
from app.members.consent import accept_all, in_force
from app.members.models import Coverage
from app.members.sessions import open_session
from app.members.standing import Source
from app.oauth.service import give_token
from app.relationships.service import follow
from app.timelines.feeds import wake
from dues.billing.pledges import choose_dues
from dues.money import Money
from dues.plans import Cadence
from governance.rules import DecisionType
from tests.fakes import FixedClock
from tests.governance.hall import Hall
from tests.live import LiveSite

WRITERS = ("bo", "cleo", "dov", "eve")
PAYERS = ("pia", "quin")
TERMS_VERSION = 2
ABOUT: dict[str, Any] = {"type": DecisionType.POLICY, "effects": []}


@dataclass(frozen=True)
class Town:
    """What the load acts on. `cookies` and `token` are ways in; ada keeps the books."""

    kernel: Kernel
    hall: Hall
    voting_id: int
    talking_id: int
    cookies: Mapping[str, str]
    token: str
    documents: Sequence[str]  # What newcomers tick.

    def shift_clock(self, live: LiveSite) -> None:
        """Let the site's clock go on from where this town stands."""
        live.shift_clock(int((self.hall.now - datetime.now(UTC)).total_seconds()))  # tidy: allow


def build_town(kernel: Kernel, clock: FixedClock, runner: Runner) -> Town:
    """Found the co-op, adopt terms that must be accepted anew, and open a vote."""
    hall = Hall(kernel.db, clock, runner).found(members=("ada", *WRITERS))
    _bring_coverage_along(hall)
    _accept_first_documents(hall)
    hall.enact(hall.queued())
    hall.pass_days(11)
    voting_id = hall.voting(title="Quiet Sundays", **ABOUT)
    talking_id = hall.deliberating("cleo", title="A bench at the river", **ABOUT)
    _add_payers(hall)
    _follow_bo(hall)
    with kernel.db.write.begin() as session:
        cookies = {
            name: open_session(
                session, member_id=hall.members[name], label="a test", now=hall.now
            ).secret
            for name in WRITERS
        }
        scopes = ("coop:read", "coop:officer")
        token = give_token(session, member_id=hall.members["ada"], scopes=scopes, now=hall.now)
        documents = [f"{v.slug}/{v.version}" for v in in_force(session, at=hall.now)]
    return Town(kernel, hall, voting_id, talking_id, cookies, token, documents)


def _bring_coverage_along(hall: Hall) -> None:
    """Say of the first members' coverage that it was brought along: no payment here bought it."""
    with hall.db.write.begin() as session:
        session.execute(update(Coverage).values(source=Source.IMPORT))


def _accept_first_documents(hall: Hall) -> None:
    with hall.db.write.begin() as session:
        first = in_force(session, at=hall.now)
        for name in WRITERS:
            accept_all(session, first, member_id=hall.members[name], via="test", now=hall.now)


def _add_payers(hall: Hall) -> None:
    for name in PAYERS:
        joined = hall.now - timedelta(days=10)
        member_id = hall.add(name, covered=False, joined_at=joined, created_at=joined)
        with hall.db.write.begin() as session:
            choose_dues(
                session,
                member_id,
                amount=Money(1200, "USD"),
                cadence=Cadence.YEARLY,
                now=hall.now,
            )


def _follow_bo(hall: Hall) -> None:
    target = hall.actor("bo").account_id
    for name in ("cleo", "dov"):
        with hall.db.write.begin() as session:
            reader = hall.actor(name)
            follow(session, reader, target_id=target, now=hall.now)
            wake(session, reader.account_id)  # Homes that nobody has read for long get no posts.
