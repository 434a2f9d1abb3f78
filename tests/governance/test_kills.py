"""Kill -9 in the middle of a vote, a count, an enactment: all of it happened, or nothing."""

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from governance import bundle, verify
from governance.lifecycle import State
from governance.live import differences
from governance.models import Ballot, DocumentVersion, OrderState, Result
from governance.models.law import Slug
from tests.governance.hall import Hall

ROOT = Path(__file__).parents[2]
KILLED = -signal.SIGKILL
SCRIPT = """
import sys
from datetime import datetime
from app.core.db import open_database
from app.core.faults import arm
from app.members.actor import Actor
from app.members.models import Member
from app.wiring import EFFECTS, LISTENERS
from governance import guard, service
from governance.service.closing import close_voting

url, point, act, subject, member_id, now = sys.argv[1:]
db, now = open_database(url, LISTENERS), datetime.fromisoformat(now)
with db.read.begin() as session:
    member = session.get_one(Member, int(member_id))
    actor = Actor(member.id, member.account_id)
arm(point)
with db.write.begin() as session:
    if act == "cast":
        marks = {"choice": "no"}
        service.cast_ballot(session, int(subject), actor=actor, marks=marks, now=now)
    elif act == "close":
        close_voting(session, int(subject), now=now)
    else:
        guard.enact(session, int(subject), actor=actor, effects=EFFECTS, now=now)
"""


def act_and_die(hall: Hall, database_url: str, point: str, act: str, subject: int) -> None:
    """Do it in a process that is killed at the fault point."""
    name = "ada" if act == "enact" else "cleo"
    words = (database_url, point, act, str(subject), str(hall.members[name]), hall.now.isoformat())
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == KILLED, ran.stderr


def choices(hall: Hall) -> list[str]:
    return sorted(ballot.marks["choice"] for ballot in hall.scalars(select(Ballot)))


def check(hall: Hall) -> None:
    """Fail unless chains and tables agree."""
    hall.check_chains()
    with hall.db.read.begin() as session:
        assert list(differences(session)) == []


BALLOTS = [
    pytest.param("governance.casting", ["yes"], id="before the vote is stored"),
    pytest.param("commit.before", ["yes"], id="before it is committed"),
    pytest.param("commit.after", ["no", "yes"], id="after it is committed"),
]


@pytest.mark.parametrize(("point", "after"), BALLOTS)
def test_a_vote(hall: Hall, database_url: str, point: str, after: list[str]) -> None:
    proposal_id = hall.voting()
    hall.vote(proposal_id, "bo", "yes")
    act_and_die(hall, database_url, point, "cast", proposal_id)
    assert choices(hall) == after
    check(hall)
    hall.vote(proposal_id, "cleo", "no")
    assert choices(hall) == ["no", "yes"]
    check(hall)


@pytest.mark.parametrize("point", ["governance.closing", "commit.before"])
def test_a_count(hall: Hall, database_url: str, point: str) -> None:
    proposal_id = hall.voting()
    hall.vote(proposal_id, "bo")
    hall.vote(proposal_id, "dov")
    hall.clock.set(hall.proposal(proposal_id).dates.closes_at)
    act_and_die(hall, database_url, point, "close", proposal_id)
    assert hall.state(proposal_id) is State.VOTING
    assert hall.scalars(select(Result)) == []
    check(hall)
    hall.runner.run_until_idle()
    assert hall.state(proposal_id) is State.CHALLENGEABLE
    with hall.db.read.begin() as session:
        verify.check(bundle.export_bundle(session, proposal_id, viewer=None))
    check(hall)


ENACTMENTS = [
    pytest.param("governance.enacting", 1, id="before it is stored"),
    pytest.param("commit.before", 1, id="before it is committed"),
    pytest.param("commit.after", 2, id="after it is committed"),
]


@pytest.mark.parametrize(("point", "versions"), ENACTMENTS)
def test_an_enactment(hall: Hall, database_url: str, point: str, versions: int) -> None:
    order_id = hall.queued()
    act_and_die(hall, database_url, point, "enact", order_id)
    terms = select(DocumentVersion).where(DocumentVersion.slug == Slug.TERMS)
    assert len(hall.scalars(terms)) == versions
    assert hall.order(order_id).state is (
        OrderState.WAITING if versions == 1 else OrderState.ENACTED
    )
    check(hall)
    if versions == 1:
        hall.enact(order_id)
        assert len(hall.scalars(terms)) == 2
        check(hall)


def test_a_duty_that_died_is_done_by_the_next_worker(hall: Hall) -> None:
    """The lease of a dead worker ends; the vote is counted once all the same."""
    proposal_id = hall.voting()
    hall.vote(proposal_id, "bo")
    hall.vote(proposal_id, "cleo")
    hall.clock.set(hall.proposal(proposal_id).dates.closes_at + timedelta(hours=1))
    hall.runner.run_until_idle()
    hall.runner.run_until_idle()
    assert hall.log_of(proposal_id).count("proposal.closed") == 1
