"""Lists that belong to an account."""

from datetime import timedelta

import pytest

from app.accounts.models import Account, RemoteActor
from app.relationships.models import Follow, FollowState
from app.statuses.featured import feature_tag
from app.statuses.service.boost import boost_status
from app.statuses.service.pins import pin_status
from app.statuses.visibility import Visibility
from tests.factories import NOON, make_account
from tests.federation.reading import BASE, URLS, Reader
from tests.mastodon.apps import Site
from tests.social import befriend, post

LISTS = ("outbox", "followers", "following", "collections/featured", "collections/tags")
COUNTS = {"totalItems"}


def test_the_outbox_is_read_in_pages_both_ways(site: Site, other: Reader) -> None:
    ines, bo = site.person("ines"), site.person("bo")
    with site.write() as session:
        ids = [post(session, ines, str(n)).id for n in range(24)]
        theirs = post(session, bo)
        boost = boost_status(session, ines, theirs.id, now=NOON + timedelta(seconds=1))
        post(session, ines, "no", visibility=Visibility.LOCAL)
        post(session, ines, "no", visibility=Visibility.FOLLOWERS)
    outbox = f"{URLS.actor(ines.account_id)}/outbox"
    head = other.read(outbox)
    assert (head["type"], "totalItems" in head) == ("OrderedCollection", False)
    first = other.read(head["first"])
    wanted = [URLS.activity(ines.account_id, id_) for id_ in (boost.id, *reversed(ids))]
    assert [act["id"] for act in first["orderedItems"]] == wanted[:20]
    assert [act["type"] for act in first["orderedItems"]] == ["Announce"] + ["Create"] * 19
    assert "prev" not in first
    second = other.read(first["next"])
    assert [act["id"] for act in second["orderedItems"]] == wanted[20:]
    assert "next" not in second
    back = other.read(second["prev"])
    assert [act["id"] for act in back["orderedItems"]] == wanted[:20]
    assert (back["partOf"], "prev" in back) == (outbox, False)


def test_followers_are_listed_by_their_ids_and_not_counted(site: Site, other: Reader) -> None:
    ines, bo = site.person("ines"), site.person("bo")
    with site.write() as session:
        befriend(session, bo, ines)
        far = make_account(session, username="far", domain="elsewhere.example")
        there = "https://elsewhere.example/u/1"
        session.add(RemoteActor(account_id=far.id, uri=there, inbox=there, fetched_at=NOON))
        for follower_id, state in ((far.id, FollowState.ACCEPTED),):
            session.add(
                Follow(
                    follower_id=follower_id,
                    followee_id=ines.account_id,
                    state=state,
                    created_at=NOON,
                )
            )
        asking = make_account(session)
        session.add(
            Follow(
                follower_id=asking.id,
                followee_id=ines.account_id,
                state=FollowState.REQUESTED,
                created_at=NOON,
            )
        )
    head = other.read(f"{URLS.actor(ines.account_id)}/followers")
    assert not COUNTS & set(head)
    page = other.read(head["first"])
    assert page["orderedItems"] == [there, URLS.actor(bo.account_id)]
    assert not COUNTS & set(page)
    following = other.read(f"{URLS.actor(bo.account_id)}/following?page=true")
    assert following["orderedItems"] == [URLS.actor(ines.account_id)]


def test_many_followers_come_in_pages(site: Site, other: Reader) -> None:
    ines = site.person("ines")
    with site.write() as session:
        for _ in range(41):
            follower = make_account(session)
            session.add(
                Follow(
                    follower_id=follower.id,
                    followee_id=ines.account_id,
                    state=FollowState.ACCEPTED,
                    created_at=NOON,
                )
            )
    first = other.read(f"{URLS.actor(ines.account_id)}/followers?page=true")
    second = other.read(first["next"])
    assert (len(first["orderedItems"]), len(second["orderedItems"])) == (40, 1)
    assert "next" not in second


def test_pinned_posts_are_given_whole(site: Site, other: Reader) -> None:
    ines = site.person("ines")
    with site.write() as session:
        shown = post(session, ines, "On top")
        hidden = post(session, ines, "Ours", visibility=Visibility.LOCAL)
        for status in (shown, hidden):
            pin_status(session, ines, status.id, now=NOON)
    uri = f"{URLS.actor(ines.account_id)}/collections/featured"
    [note] = other.read(uri)["orderedItems"]
    whole = other.read(URLS.status_uri(ines.account_id, shown.id))
    assert note | {"@context": whole["@context"]} == whole


def test_tags_of_a_page_are_listed(site: Site, other: Reader) -> None:
    ines = site.person("ines")
    with site.write() as session:
        feature_tag(session, ines, "Bread", now=NOON)
    found = other.read(f"{URLS.actor(ines.account_id)}/collections/tags")
    assert (found["type"], found["items"]) == (
        "Collection",
        [{"type": "Hashtag", "href": f"{BASE}/tags/bread", "name": "#bread"}],
    )


def test_the_site_itself_posts_nothing(other: Reader) -> None:
    assert other.read("/actor/outbox")["orderedItems"] == []


@pytest.mark.parametrize("name", LISTS)
def test_who_does_not_stand_has_no_lists(site: Site, other: Reader, name: str) -> None:
    with site.write() as session:
        waiting = make_account(session, waiting=True)
        gone = make_account(session, suspended_at=NOON)
        far = make_account(session, domain="elsewhere.example")
    for account, status in ((waiting, 404), (gone, 403), (far, 404)):
        assert other.get(f"{URLS.actor(account.id)}/{name}").status_code == status
        assert other.get(f"{URLS.actor(account.id)}/{name}?page=true").status_code == status
    assert other.get(f"/ap/users/1/{name}").status_code == 404


@pytest.mark.parametrize(
    "query", ["max_id=-1", "max_id=x", "min_id=9223372036854775808", "page=perhaps"]
)
def test_a_query_that_makes_no_sense_is_said_to(site: Site, other: Reader, query: str) -> None:
    uri = URLS.actor(site.person("ines").account_id)
    assert other.get(f"{uri}/outbox?page=true&{query}").status_code == 422


def test_a_suspended_follower_is_not_listed(site: Site, other: Reader) -> None:
    ines, bo = site.person("ines"), site.person("bo")
    with site.write() as session:
        befriend(session, bo, ines)
        session.get_one(Account, bo.account_id).suspended_at = NOON
    page = other.read(f"{URLS.actor(ines.account_id)}/followers?page=true")
    assert page["orderedItems"] == []
