"""Reports, pins, moves, votes and quotes by people of another site, and the limits of it all."""

import itertools
from datetime import timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from app.accounts.models import Account, RemoteActor
from app.federation.delivery.models import Delivery, Outgoing
from app.members.actor import Actor
from app.moderation.models import Report, ReportedStatus
from app.moderation.sites.models import StoredRule
from app.moderation.sites.rules import Severity
from app.relationships.models import Follow
from app.statuses.models import Status
from app.statuses.polls.models import PollOption
from app.statuses.polls.rules import Asking
from app.statuses.quotes.models import Quote
from app.statuses.quotes.rules import QuotePolicy
from app.statuses.visibility import Visibility
from tests.fakes import clock_of
from tests.federation.inbox.test_posts_in import created, followed, home, kept, note, one
from tests.federation.inbox.there import There
from tests.federation.reading import URLS
from tests.mastodon.apps import Site
from tests.social import post


@pytest.fixture
def ines(site: Site) -> Actor:
    return site.person("ines")


@pytest.fixture
def ada(site: Site, there: There, ines: Actor) -> str:
    return followed(site, there, "ada", ines)


def give(there: There, thing: dict[str, Any]) -> None:
    """Let the other site answer with a thing at its id."""
    there.documents[thing["id"].removeprefix(there.url(""))] = thing


def test_a_report_holds_what_it_may(site: Site, there: There, ines: Actor) -> None:
    omar = site.person("omar")
    with site.write() as session:
        seen = post(session, ines, "Rude", now=site.now)
        hidden = post(session, ines, "Secret", now=site.now, visibility=Visibility.FOLLOWERS)
        others = post(session, omar, "Kind", now=site.now)
    named = [
        URLS.actor(ines.account_id),
        URLS.status_uri(ines.account_id, seen.id),
        URLS.status_uri(ines.account_id, hidden.id),
        URLS.status_uri(omar.account_id, others.id),
    ]
    flag = there.act("Flag", there.person("site", type="Application"), named, content="<p>So</p>")
    there.deliver(flag)
    with site.kernel.db.read.begin() as session:
        [report] = session.scalars(select(Report))
        assert (report.target_id, report.comment) == (ines.account_id, "So")
        assert session.get_one(Account, report.account_id).domain == there.host
        assert session.scalars(select(ReportedStatus.status_id)).all() == [seen.id]
    with site.write() as session:
        rule = {"severity": Severity.NOTED, "rejects_reports": True, "created_at": site.now}
        session.add(StoredRule(domain="far.example", **rule))
    there.deliver(there.act("Flag", flag["actor"], named))
    with site.kernel.db.read.begin() as session:
        assert session.scalars(select(func.count()).select_from(Report)).one() == 1


def test_a_post_is_pinned_by_its_author_alone(site: Site, there: There, ines: Actor) -> None:
    uri = there.person("ada", featured=there.url("/users/ada/featured"))
    there.deliver(there.act("Follow", uri, URLS.actor(ines.account_id)))
    first = note(there, uri)
    give(there, first)
    target = there.url("/users/ada/featured")
    there.deliver(there.act("Add", uri, first["id"], target=target))
    [status] = kept(site)
    assert status.pinned_at is not None
    eve = there.person("eve", featured=there.url("/users/eve/featured"))
    there.deliver(there.act("Follow", eve, URLS.actor(ines.account_id)))
    theirs = there.url("/users/eve/featured")
    there.deliver(
        there.act("Remove", eve, first["id"], target=target),
        there.act("Remove", eve, first["id"], target=theirs),
    )
    assert kept(site)[0].pinned_at is not None
    there.deliver(there.act("Remove", uri, first["id"], target=target))
    assert kept(site)[0].pinned_at is None


def followees(site: Site, by: Actor) -> set[str]:
    with site.kernel.db.read.begin() as session:
        mine = select(Account.username).join(Follow, Follow.followee_id == Account.id)
        return set(session.scalars(mine.where(Follow.follower_id == by.account_id)))


def test_readers_follow_a_move(site: Site, there: There, ada: str, ines: Actor) -> None:
    new = there.person("countess", alsoKnownAs=[ada])
    there.deliver(there.act("Move", ada, ada, target=new))
    assert followees(site, ines) == {"countess"}
    with site.kernel.db.read.begin() as session:
        moved = session.scalars(select(RemoteActor.moved_to).where(RemoteActor.uri == ada))
        assert moved.one() == new
    there.deliver(there.act("Move", ada, ada, target=there.person("duchess", alsoKnownAs=[ada])))
    assert followees(site, ines) == {"countess"}


MOVES: dict[str, dict[str, Any]] = {
    "without consent": {},
    "to who has moved on": {"alsoKnownAs": ["OLD"], "movedTo": "http://far.example/users/next"},
    "to who is gone": {"alsoKnownAs": ["OLD"], "suspended": True},
    "by a name alone": {"alsoKnownAs": ["@ada@far.example"]},
}


@pytest.mark.parametrize("how", MOVES)
def test_a_move_that_is_not_followed(
    site: Site, there: There, ada: str, ines: Actor, how: str
) -> None:
    more = {
        name: [ada if each == "OLD" else each for each in value]
        if name == "alsoKnownAs"
        else value
        for name, value in MOVES[how].items()
    }
    new = there.person("countess", **more)
    there.deliver(there.act("Move", ada, ada, target=new))
    assert followees(site, ines) == {"ada"}
    circle = there.person("ada", alsoKnownAs=[ada])
    there.deliver(there.act("Move", ada, ada, target=circle))
    assert followees(site, ines) == {"ada"}
    answer = there.send(there.act("Move", new, ada, target=new))
    assert answer.status_code == 403


def test_votes_count_once_and_in_time(site: Site, there: There, ines: Actor) -> None:
    asking = Asking(("Tea", "Coffee"), timedelta(hours=1))
    with site.write() as session:
        mine = post(session, ines, "Which?", now=site.now, poll=asking)
    uri, eve, bob = URLS.status_uri(ines.account_id, mine.id), *map(there.person, ("eve", "bob"))

    def vote(by: str, choice: str) -> dict[str, Any]:
        more = {"name": choice, "inReplyTo": uri, "to": [URLS.actor(ines.account_id)], "cc": []}
        return created(there, note(there, by, "", **more))

    def counts() -> list[int]:
        with site.kernel.db.read.begin() as session:
            options = select(PollOption.votes_count).order_by(PollOption.position)
            return list(session.scalars(options))

    tea = vote(eve, "Tea")
    there.deliver(tea, tea, vote(eve, "Tea"), vote(eve, "Coffee"), vote(bob, "Milk"))
    assert counts() == [1, 0]
    clock_of(site.kernel).advance(hours=2)
    there.deliver(vote(bob, "Tea"))
    assert counts() == [1, 0]
    assert kept(site) == []


def said(site: Site) -> list[dict[str, Any]]:
    """Return what is owed to other sites, as it was written at once."""
    with site.kernel.db.read.begin() as session:
        rows = session.execute(select(Outgoing.body).join(Delivery)).scalars()
        return [orjson.loads(body) for body in rows if body]


def test_a_quote_needs_a_yes(site: Site, there: There, ines: Actor) -> None:
    given = {"open": QuotePolicy.PUBLIC, "closed": QuotePolicy.NOBODY}
    eve = there.person("eve")
    for name, policy in given.items():
        with site.write() as session:
            mine = post(session, ines, name, now=site.now, quote_policy=policy)
        uri = URLS.status_uri(ines.account_id, mine.id)
        quoting = note(there, eve, f"<p>See {name}</p>", quote=uri)
        there.deliver(created(there, quoting))
        there.deliver(there.act("QuoteRequest", eve, uri, instrument=quoting))
    accept, reject = said(site)
    assert (accept["type"], reject["type"]) == ("Accept", "Reject")
    [status] = kept(site)
    assert accept["result"] == URLS.quote_stamp(ines.account_id, status.id)
    assert "result" not in reject
    assert one(site, "ines", status.id)["quote"]["state"] == "accepted"
    stamp = there.client.get(accept["result"], headers={"accept": "application/activity+json"})
    assert stamp.json()["interactingObject"] == one(site, "ines", status.id)["uri"]
    with site.kernel.db.read.begin() as session:
        assert session.scalars(select(func.count()).select_from(Quote)).one() == 1


@pytest.mark.parametrize("how", ["stamped", "for another post", "by another site", "without"])
def test_a_quote_between_others_needs_a_stamp(
    site: Site, there: There, ada: str, how: str
) -> None:
    eve = there.person("eve")
    theirs, stamp = note(there, eve, "<p>Original</p>"), there.url("/stamps/1")
    quoting = note(there, ada, "<p>Look</p>", quote=theirs["id"], quoteAuthorization=stamp)
    give(there, theirs)
    consent = {
        "id": stamp,
        "type": "QuoteAuthorization",
        "attributedTo": eve,
        "interactingObject": quoting["id"],
        "interactionTarget": theirs["id"],
    }
    wrong = {
        "for another post": {"interactionTarget": there.url("/notes/else")},
        "by another site": {"attributedTo": ada},
    }
    if how != "without":
        give(there, consent | wrong.get(how, {}))
    there.deliver(created(there, quoting))
    [seen] = [each for each in home(site) if each["uri"] == quoting["id"]]
    state = (seen["quote"] or {}).get("state")
    assert state == ("accepted" if how == "stamped" else None)


def test_no_context_is_fetched(site: Site, there: There, ada: str) -> None:
    strange = {"@context": [there.url("/context"), "https://www.w3.org/ns/activitystreams"]}
    there.deliver(created(there, note(there, ada)) | strange)
    assert len(home(site)) == 1
    assert "/context" not in there.asked


def test_a_post_without_an_id_is_not_taken(site: Site, there: There, ada: str) -> None:
    nameless = note(there, ada)
    del nameless["id"]
    assert there.send(created(there, nameless)).status_code == 403


def test_one_activity_has_so_much_fetched_and_no_more(site: Site, there: There, ada: str) -> None:
    chain = [note(there, ada, f"<p>{number}</p>") for number in range(80)]
    for above, below in itertools.pairwise(chain):
        below["inReplyTo"] = above["id"]
    for each in chain:
        give(there, each)
    asked = len(there.asked)
    there.deliver(created(there, chain[-1]))
    assert len(there.asked) - asked <= 70
    assert 60 <= len(kept(site)) <= 70


def test_a_post_of_the_future_stands_where_it_came(site: Site, there: There, ada: str) -> None:
    late = clock_of(site.kernel).now() + timedelta(days=400)
    there.deliver(created(there, note(there, ada, published=late.isoformat())))
    [status] = kept(site)
    assert status.created_at <= clock_of(site.kernel).now()
    with site.write() as session:
        newest = session.scalars(select(func.max(Status.id))).one()
    assert newest == status.id
