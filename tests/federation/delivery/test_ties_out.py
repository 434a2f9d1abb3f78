"""What happens between accounts of two sites is told to the other one, and to nobody else."""

from typing import Any

import pytest
from sqlalchemy import update

from app.accounts.models import Account
from app.accounts.profile import Profile, update_profile
from app.core.events import publish
from app.federation.activitystreams.documents import PUBLIC
from app.federation.delivery.relations import accept_again
from app.members.service import restore, suspend
from app.moderation.service import ReportForm, report
from app.relationships import service
from app.relationships.events import FollowDeclined
from app.relationships.models import Follow, FollowState
from app.statuses.models import Status
from app.statuses.polls.models import Poll, PollOption
from app.statuses.polls.service import vote_on_post
from app.statuses.service.boost import boost_status, unboost_status
from app.statuses.service.marks import favourite_status, unfavourite_status
from app.statuses.service.pins import pin_status, unpin_status
from app.statuses.visibility import Visibility
from tests.factories import NOON
from tests.fakes import FixedClock
from tests.federation.delivery.far import FarSites, Got, follow_from_afar, meet
from tests.federation.reading import URLS
from tests.mastodon.apps import Site
from tests.social import make_person, post

KIM = "https://far.example/u/kim"
INBOX = f"{KIM}/inbox"
SHARED = "https://far.example/inbox"


def kinds(got: list[Got]) -> list[tuple[str, str]]:
    return [one.short for one in got]


def their_post(site: Site, author_id: int, **given: Any) -> int:
    """Add a post of somebody elsewhere; return it."""
    with site.write() as session:
        values = {"content_html": "<p>Tea?</p>", "visibility": Visibility.PUBLIC} | given
        session.add(
            Status(id=7, account_id=author_id, conversation_id=7, created_at=NOON, **values)
        )
    return 7


@pytest.mark.parametrize("locked", [True, False])
def test_a_follow_waits_for_the_answer_of_their_site(
    site: Site, far: FarSites, locked: bool
) -> None:
    ines = site.person("ines")
    kim = meet(site, "kim")
    with site.write() as session:
        session.get_one(Account, kim).locked = locked
    with site.write() as session:
        follow = service.follow(session, ines, target_id=kim, now=site.now)
        assert (follow.state, follow.accepted_at) == (FollowState.REQUESTED, None)
    [asked] = far.work()
    actor = URLS.actor(ines.account_id)
    assert asked.inbox == INBOX
    asked_for = {"id": URLS.act(follow.id), "type": "Follow", "actor": actor, "object": KIM}
    assert asked.activity.items() >= asked_for.items()
    with site.write() as session:
        service.unfollow(session, ines, target_id=kim, now=site.now)
    [undone] = far.work()
    assert undone.activity["type"] == "Undo"
    assert undone.activity["object"] == asked_for


def test_a_follower_from_afar_gets_a_yes_that_names_what_they_sent(
    site: Site, far: FarSites
) -> None:
    ines = site.person("ines")
    kim = meet(site, "kim")
    follow_id = follow_from_afar(site, kim, ines)
    with site.write() as session:
        follow = session.get_one(Follow, follow_id)
        follow.uri = "https://far.example/follows/new"
        accept_again(session, follow, now=site.now)
    actor = URLS.actor(ines.account_id)
    for yes in far.work():
        assert (yes.inbox, yes.activity["type"]) == (INBOX, "Accept")
        assert yes.activity["object"] == {
            "id": "https://far.example/follows/new",
            "type": "Follow",
            "actor": KIM,
            "object": actor,
        }
    assert len(far.got) == 2
    assert far.got[0].activity["id"] != far.got[1].activity["id"]


def test_who_removes_a_follower_says_no(site: Site, far: FarSites) -> None:
    ines = site.person("ines")
    kim = meet(site, "kim")
    follow_from_afar(site, kim, ines)
    far.work()
    with site.write() as session:
        service.remove_follower(session, ines, follower_id=kim, now=site.now)
    [no] = far.work()
    assert (no.short, no.activity["object"]["id"]) == (
        (INBOX, "Reject"),
        f"https://far.example/follows/{kim}",
    )


def test_who_may_not_follow_hears_a_no(site: Site, far: FarSites) -> None:
    ines = site.person("ines")
    kim = meet(site, "kim")
    with site.write() as session:
        publish(session, FollowDeclined(kim, ines.account_id, f"{KIM}#follow", site.now))
    [no] = far.work()
    assert (no.short, no.activity["object"]["id"]) == ((INBOX, "Reject"), f"{KIM}#follow")


def test_an_unfollow_from_afar_is_not_answered(site: Site, far: FarSites) -> None:
    ines = site.person("ines")
    kim = meet(site, "kim")
    follow_from_afar(site, kim, ines)
    far.work()
    with site.write() as session:
        service.end_follow(session, kim, ines.account_id, by_follower=True, now=site.now)
    assert far.work() == []


def test_a_block_ends_both_follows_in_order_and_is_undone(site: Site, far: FarSites) -> None:
    ines = site.person("ines")
    kim = meet(site, "kim")
    follow_from_afar(site, kim, ines)
    with site.write() as session:
        service.follow(session, ines, target_id=kim, now=site.now)
    far.work()
    with site.write() as session:
        service.block(session, ines, target_id=kim, now=site.now)
    got = far.work()
    assert [one.activity["type"] for one in got] == ["Undo", "Reject", "Block"]
    with site.write() as session:
        service.unblock(session, ines, target_id=kim, now=site.now)
    [undone] = far.work()
    assert undone.activity["object"]["id"] == got[-1].activity["id"]


def test_a_block_from_afar_is_not_sent_back(site: Site, far: FarSites) -> None:
    ines = site.person("ines")
    kim = meet(site, "kim")
    with site.write() as session:
        service.keep_apart(session, kim, ines.account_id, now=site.now)
    assert far.work() == []


def test_likes_go_to_the_author_and_are_taken_back(site: Site, far: FarSites) -> None:
    ines, bo = site.person("ines"), site.person("bo")
    follow_from_afar(site, meet(site, "lee", "near.example"), ines)
    far.work()
    theirs = their_post(site, meet(site, "kim"))
    with site.write() as session:
        ours = post(session, bo).id
    with site.write() as session:
        favourite_status(session, ines, theirs, now=site.now)
        favourite_status(session, ines, ours, now=site.now)
    [liked] = far.work()
    assert liked.short == (SHARED, "Like")
    with site.write() as session:
        unfavourite_status(session, ines, theirs, now=site.now)
        unfavourite_status(session, ines, ours, now=site.now)
    [undone] = far.work()
    assert undone.activity["object"]["id"] == liked.activity["id"]


def test_boosts_go_to_followers_and_to_the_author(site: Site, far: FarSites) -> None:
    ines = site.person("ines")
    follow_from_afar(site, meet(site, "lee", "near.example"), ines)
    far.work()
    theirs = their_post(site, meet(site, "kim"))
    with site.write() as session:
        boost_status(session, ines, theirs, now=site.now)
    got = far.work()
    assert kinds(got) == [(SHARED, "Announce"), ("https://near.example/inbox", "Announce")]
    followers = f"{URLS.actor(ines.account_id)}/followers"
    assert (got[0].activity["to"], got[0].activity["cc"]) == ([PUBLIC], [followers, KIM])
    with site.write() as session:
        unboost_status(session, ines, theirs, now=site.now)
    undone = far.work()
    assert kinds(undone) == [(SHARED, "Undo"), ("https://near.example/inbox", "Undo")]
    assert undone[0].activity["object"]["id"] == got[0].activity["id"]


def test_what_is_pinned_is_told_to_followers(site: Site, far: FarSites) -> None:
    ines = site.person("ines")
    follow_from_afar(site, meet(site, "kim"), ines)
    with site.write() as session:
        public = post(session, ines).id
        private = post(session, ines, visibility=Visibility.FOLLOWERS).id
    far.work()
    with site.write() as session:
        pin_status(session, ines, public, now=site.now)
        pin_status(session, ines, private, now=site.now)
    [pinned] = far.work()
    actor = URLS.actor(ines.account_id)
    assert pinned.activity["type"] == "Add"
    assert pinned.activity["object"] == URLS.status_uri(ines.account_id, public)
    assert pinned.activity["target"] == f"{actor}/collections/featured"
    with site.write() as session:
        unpin_status(session, ines, public, now=site.now)
    assert kinds(far.work()) == [(SHARED, "Remove")]


def test_each_chosen_answer_is_a_note_to_the_author(site: Site, far: FarSites) -> None:
    ines = site.person("ines")
    kim = meet(site, "kim")
    theirs = their_post(site, kim)
    with site.write() as session:
        poll = Poll(status_id=theirs, multiple=True, hide_totals=False, expires_at=None)
        session.add(poll)
        session.flush()
        for position, title in enumerate(("Tea", "Coffee", "Water")):
            session.add(PollOption(poll_id=poll.id, position=position, title=title))
        one = update(Status).where(Status.id == theirs)
        session.execute(one.values(poll_id=poll.id))
    with site.write() as session:
        vote_on_post(session, ines, theirs, (0, 2), now=site.now)
    got = far.work()
    assert kinds(got) == [(INBOX, "Create"), (INBOX, "Create")]
    notes = [one.activity["object"] for one in got]
    assert sorted(note["name"] for note in notes) == ["Tea", "Water"]
    assert all(note["to"] == [KIM] and "content" not in note for note in notes)


def test_a_changed_profile_goes_out_once_when_it_is_settled(
    site: Site, far: FarSites, clock: FixedClock
) -> None:
    ines = site.person("ines")
    follow_from_afar(site, meet(site, "kim"), ines)
    far.work()
    for name in ("Ines", "Ines Duarte"):
        with site.write() as session:
            profile = Profile(display_name=name)
            update_profile(session, ines.account_id, profile, now=site.now)
    assert far.work() == []
    clock.advance(seconds=5)
    [changed] = far.work()
    assert changed.activity["object"]["name"] == "Ines Duarte"
    assert changed.activity["actor"] == changed.activity["object"]["id"]
    assert "@context" not in changed.activity["object"]


def test_a_suspension_and_its_end_are_told(site: Site, far: FarSites, clock: FixedClock) -> None:
    ines = site.person("ines")
    assert ines.member_id is not None
    follow_from_afar(site, meet(site, "kim"), ines)
    far.work()
    for act, is_suspended in ((suspend, True), (restore, False)):
        with site.write() as session:
            act(session, member_id=ines.member_id, now=site.now)
        clock.advance(seconds=5)
        [told] = far.work()
        assert told.activity["object"]["suspended"] is is_suspended


def test_a_report_is_passed_on_without_a_name(site: Site, far: FarSites) -> None:
    ines = site.person("ines")
    kim = meet(site, "kim")
    theirs = their_post(site, kim)
    with site.write() as session:
        for forward in (False, True):
            form = ReportForm(kim, (theirs,), comment="Rude.", forward=forward)
            made = report(session, ines, form, now=site.now)
    [flag] = far.work()
    assert (flag.activity["id"], flag.activity["actor"]) == (URLS.act(made.id), URLS.site_actor)
    assert flag.key_id == f"{URLS.site_actor}#main-key"
    assert flag.activity["content"] == "Rude."
    assert flag.activity["object"][0] == KIM
    assert str(ines.account_id) not in str(flag.activity)


def test_what_two_neighbours_do_stays_here(site: Site, far: FarSites) -> None:
    ines, bo = site.person("ines"), site.person("bo")
    with site.write() as session:
        make_person(session, "cleo")
        service.follow(session, ines, target_id=bo.account_id, now=site.now)
        service.unfollow(session, ines, target_id=bo.account_id, now=site.now)
        service.block(session, ines, target_id=bo.account_id, now=site.now)
        service.unblock(session, ines, target_id=bo.account_id, now=site.now)
        update_profile(session, ines.account_id, Profile(display_name="I"), now=site.now)
    assert far.work() == []
