"""Working through what came: what waits, what is given up, what is forgotten."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.accounts.models import Account
from app.core.duties import Duty, abandoned, schedule
from app.federation.activitystreams.activities import ActivityKind
from app.federation.authority import Verified
from app.federation.inbox import owed, work
from app.federation.inbox.desk import Desk
from app.federation.inbox.models import Foretold, Outcome, Received
from app.relationships.models import Follow
from tests.fakes import clock_of
from tests.federation.inbox.there import There
from tests.federation.reading import URLS
from tests.mastodon.apps import Site


def number_of_follows(site: Site) -> int:
    with site.kernel.db.read.begin() as session:
        return session.scalars(select(func.count()).select_from(Follow)).one()


def outcomes(site: Site) -> list[Outcome]:
    with site.kernel.db.read.begin() as session:
        return list(session.scalars(select(Received.outcome).order_by(Received.id)))


def test_a_site_that_is_away_holds_up_nobody_else(site: Site, there: There) -> None:
    """Its own waits; after an hour of asking in vain it is dropped, and nobody has to look."""
    ines = URLS.actor(site.person("ines").account_id)
    ada, bob = there.person("ada"), there.person("bob")
    there.deliver(there.act("Follow", bob, ines))
    assert there.send(there.act("Follow", ada, ines)).status_code == 202
    there.is_away = True
    back = {"type": "Follow", "actor": bob, "object": ines}
    assert there.send(there.act("Undo", bob, back)).status_code == 202
    there.work()
    assert number_of_follows(site) == 0
    assert outcomes(site) == [Outcome.DONE, Outcome.ASIDE, Outcome.DONE]
    clock_of(site.kernel).advance(minutes=12)
    there.is_away = False
    there.work()
    assert number_of_follows(site) == 1
    assert outcomes(site) == [Outcome.DONE] * 3


def test_what_cannot_be_had_is_dropped_in_the_end(site: Site, there: There) -> None:
    ines = URLS.actor(site.person("ines").account_id)
    assert there.send(there.act("Follow", there.person("ada"), ines)).status_code == 202
    there.is_away = True
    for _ in range(12):
        there.work()
        clock_of(site.kernel).advance(hours=7)
    assert outcomes(site) == [Outcome.DROPPED]
    with site.kernel.db.read.begin() as session:
        assert abandoned(session) == []
        assert session.scalars(select(Duty).where(Duty.kind == owed.FETCH)).all() == []


def test_one_that_fails_is_given_up_alone(
    site: Site, there: There, monkeypatch: pytest.MonkeyPatch
) -> None:
    ines = URLS.actor(site.person("ines").account_id)
    people = [there.person(name) for name in ("ada", "bob", "cem")]
    follows = [there.act("Follow", person, ines) for person in people]
    for person in people:
        there.deliver(there.act("Block", person, URLS.actor(site.person("omar").account_id)))
    real = work.HANDLERS[ActivityKind.FOLLOW]

    def poisonous(desk: Desk, verified: Verified) -> bool:
        if verified.actor == people[1]:
            raise RuntimeError("a fault of ours")
        return real(desk, verified)

    monkeypatch.setitem(work.HANDLERS, ActivityKind.FOLLOW, poisonous)
    for follow in follows:
        there.send(follow)
    _in_one_duty(site)
    for _ in range(14):
        there.work()
        clock_of(site.kernel).advance(hours=8)
    assert number_of_follows(site) == 2
    with site.kernel.db.read.begin() as session:
        [duty] = abandoned(session)
        assert duty.kind == owed.PROCESS
        assert "a fault of ours" in (duty.last_error or "")
        [waiting] = session.scalars(select(Received).where(Received.body.is_not(None)))
        assert duty.payload == {"received": [waiting.id]}


def _in_one_duty(site: Site) -> None:
    """Let all that waits be worked through together, as it is if it comes together."""
    with site.write() as session:
        due = session.scalars(select(Duty).where(Duty.kind == owed.PROCESS)).all()
        ids = [id_ for duty in due for id_ in duty.payload["received"]]
        for duty in due:
            session.delete(duty)
        payload = owed.ProcessReceived(received=ids)
        schedule(session, owed.PROCESS, payload, due_at=site.now)


def test_who_does_something_is_looked_at_once_a_day(site: Site, there: There) -> None:
    ines = URLS.actor(site.person("ines").account_id)
    ada = there.person("ada", name="Ada")
    there.deliver(there.act("Follow", ada, ines))
    there.person("ada", name="Countess")

    def name() -> str:
        with site.kernel.db.read.begin() as session:
            mine = select(Account.display_name).where(Account.username == "ada")
            return session.scalars(mine).one()

    there.deliver(there.act("Block", ada, ines))
    assert name() == "Ada"
    clock_of(site.kernel).advance(days=2)
    there.deliver(there.act("Undo", ada, {"type": "Block", "actor": ada, "object": ines}))
    assert name() == "Countess"
    clock_of(site.kernel).advance(days=2)
    there.documents["/users/ada"] = 410
    there.deliver(there.act("Follow", ada, ines))
    assert number_of_follows(site) == 0
    with site.kernel.db.read.begin() as session:
        gone = session.scalars(select(Account).where(Account.username == "ada")).one()
        assert gone.suspended_at is not None


def test_what_came_is_forgotten_after_a_month(site: Site, there: There) -> None:
    ines = URLS.actor(site.person("ines").account_id)
    ada = there.person("ada")
    there.deliver(
        there.act("Follow", ada, ines),
        there.act("Undo", ada, {"id": there.new_id(), "type": "Follow", "actor": ada}),
    )
    with site.write() as session:
        assert session.scalars(select(func.count()).select_from(Foretold)).one() == 1
        schedule(session, owed.FORGET, owed.ForgetReceived(), due_at=site.now)
    there.runner.run_until_idle(kind=owed.FORGET)
    assert len(outcomes(site)) == 2
    clock_of(site.kernel).advance(days=31)
    there.runner.run_until_idle(kind=owed.FORGET)
    assert outcomes(site) == []
    with site.kernel.db.read.begin() as session:
        assert session.scalars(select(Foretold)).all() == []
        [again] = session.scalars(select(Duty).where(Duty.kind == owed.FORGET))
        assert again.due_at == site.now + timedelta(hours=1)
