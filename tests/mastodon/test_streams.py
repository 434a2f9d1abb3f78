"""Streams: opened, fed, and closed, by server-sent events and by WebSocket."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from app.core.crypto import hash_secret, new_secret
from app.core.news import News, NewsKind
from app.core.records import replace
from app.filters.kinds import Context
from app.filters.service import FilterForm, make_filter
from app.instance import announcements
from app.mastodon.streams import hub
from app.mastodon.streams.channels import Subscription
from app.mastodon.streams.hub import OF_ONE_ACCOUNT_MAX, SUBSCRIPTIONS_MAX
from app.members.actor import Actor
from app.members.models import Member
from app.members.offices import Office
from app.members.states import MemberState
from app.notifications.models import NoticeRequest
from app.notifications.requests import accept_requests, hold_request
from app.oauth.models import AccessToken
from app.statuses.models import Status
from app.statuses.quotes.service import revoke_quote
from app.statuses.service.boost import boost_status
from app.statuses.service.delete import delete_status
from app.statuses.service.edit import edit_status
from app.statuses.visibility import Visibility
from app.statuses.writing import Writing
from app.timelines.lists import ListForm, make_list
from tests.fakes import FixedClock
from tests.mastodon.apps import ALL, Site
from tests.mastodon.ears import BASE, Ears, listening
from tests.social import befriend, post

WAYS = ("events", "socket")


@pytest.fixture
def ears(site: Site) -> Iterator[Ears]:
    with listening(site.app) as connected:
        yield connected


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest) -> str:
    """How an app listens."""
    way: str = request.param
    return way


def friends(site: Site) -> tuple[Actor, Actor]:
    """Return ada, and bob whom she follows."""
    ada, bob = site.person("ada"), site.person("bob")
    with site.write() as session:
        befriend(session, ada, bob)
    return ada, bob


def written(site: Site, author: Actor, text: str = "Hello", **given: Any) -> Status:
    with site.write() as session:
        return post(session, author, text, now=site.now, **given)


def test_a_post_its_change_and_its_end_come_to_whoever_follows(
    site: Site, ears: Ears, way: str
) -> None:
    ada, bob = friends(site)
    ear = ears.hear(way, site.token(ada), "user")
    hello = written(site, bob)
    name, told = ear.heard()
    assert (name, told["id"], told["account"]["username"]) == ("update", str(hello.id), "bob")
    assert told["favourited"] is False
    with site.write() as session:
        edit_status(session, bob, hello.id, Writing(text="Hello, you"), now=site.now)
    name, told = ear.heard()
    assert (name, "you" in told["content"]) == ("status.update", True)
    with site.write() as session:
        boost = boost_status(session, bob, hello.id, now=site.now)
    name, told = ear.heard()
    assert (name, told["id"], told["reblog"]["id"]) == ("update", str(boost.id), str(hello.id))
    with site.write() as session:
        delete_status(session, bob, hello.id, now=site.now)
    gone = {ear.heard(), ear.heard()}
    assert gone == {("delete", hello.id), ("delete", boost.id)}


def test_a_socket_hears_several_channels_and_is_told_on_which(site: Site, ears: Ears) -> None:
    ada, bob = friends(site)
    ear = ears.hear("socket", site.token(ada), "user")
    ear.say(type="subscribe", stream="hashtag", tag="Boats")
    ear.say(type="subscribe", stream="public")
    ear.say(type="subscribe", stream="weather")
    assert ear.told() == {"error": "Unknown stream type", "status": 400}
    written(site, bob, "Two #boats")
    told = [ear.told() for _ in range(3)]
    assert {tuple(one["stream"]) for one in told} == {("user",), ("hashtag", "boats"), ("public",)}
    ear.say(type="unsubscribe", stream="user")
    ear.say(type="unsubscribe", stream="hashtag", tag="boats")
    ear.say(type="subscribe", stream="list")
    assert ear.told() == {"error": "Missing list name parameter", "status": 400}
    written(site, bob, "Three #boats")
    written(site, bob, "Done")
    assert [ear.told()["stream"] for _ in range(2)] == [["public"], ["public"]]


def test_what_a_socket_may_not_hear_is_refused_and_it_stays_open(site: Site, ears: Ears) -> None:
    ada, bob = friends(site)
    with site.write() as session:
        theirs = make_list(session, bob, ListForm("Mine"), now=site.now).id
    ear = ears.socket(site.token(ada, "read:statuses"), stream="user:notification")
    assert ear.status() == 101
    scopes = "Access token does not have the required scopes"
    assert ear.told() == {"error": scopes, "status": 401}
    ear.say(type="subscribe", stream="list", list=str(theirs))
    assert ear.told() == {"error": "Not authorized to stream this list", "status": 401}
    ear.say("no JSON")
    ear.say("[]")
    ear.say(type="sing")
    ear.say(type="subscribe", stream="hashtag")
    assert ear.told() == {"error": "Missing tag name parameter", "status": 400}
    for number in range(SUBSCRIPTIONS_MAX + 1):
        ear.say(type="subscribe", stream="hashtag", tag=f"tag{number}")
    assert ear.told() == {"error": "Too many subscriptions", "status": 400}


@pytest.mark.parametrize("sent", ["header", "query", "protocol"])
def test_the_token_of_a_socket_comes_in_three_ways(site: Site, ears: Ears, sent: str) -> None:
    token = site.token(site.person("ada"))
    if sent == "header":
        ear, confirmed = ears.socket(token), None
    elif sent == "query":
        ear, confirmed = ears.socket(access_token=token), None
    else:
        ear, confirmed = ears.socket(headers={"sec-websocket-protocol": token}), token
    assert ear.protocol() == confirmed


def test_a_socket_opens_only_with_a_token_that_may_act(site: Site, ears: Ears) -> None:
    waiting = site.person("waiting")
    with site.write() as session:
        session.get_one(Member, waiting.member_id).state = MemberState.WAITING
    refused = {
        None: (401, "Missing access token"),
        "nonsense": (401, "The access token is invalid"),
        site.application_token(): (401, "This method requires an authenticated user"),
        site.token(waiting): (403, "Your login is currently pending approval"),
    }
    for token, (status, fault) in refused.items():
        ear = ears.socket(token, stream="user")
        assert (ear.status(), ear.body()) == (status, {"error": fault})
    assert len(site.app.state.streams.hub) == 0


def test_events_are_refused_in_the_words_that_apps_know(site: Site) -> None:
    reader = site.program("ada", "read:lists")
    scopes = "Access token does not have the required scopes"
    assert site.program(None).get(f"{BASE}/user").json() == {"error": "Missing access token"}
    assert reader.get(f"{BASE}/public").json() == {"error": scopes}
    answer = site.program("ada").get(f"{BASE}/hashtag")
    assert (answer.status_code, answer.json()) == (400, {"error": "Missing tag name parameter"})
    with site.write() as session:
        theirs = make_list(session, site.person("bob"), ListForm("Mine"), now=site.now).id
    for list_id in (theirs, 4242):
        answer = site.program("ada").get(f"{BASE}/list?list={list_id}")
        told = {"error": "Not authorized to stream this list"}
        assert (answer.status_code, answer.json()) == (401, told)
    assert site.program(None).get(f"{BASE}/health").text == "OK"


def test_notices_need_their_own_scope(site: Site, ears: Ears, way: str) -> None:
    ada, bob = friends(site)
    ear = ears.hear(way, site.token(ada, "read:statuses"), "user")
    whole = ears.hear(way, site.token(ada), "user")
    written(site, bob, "@ada Hello")
    written(site, bob, "Bye")
    assert [ear.heard()[0] for _ in range(2)] == ["update"] * 2
    assert sorted(whole.heard()[0] for _ in range(3)) == ["notification", "update", "update"]


@pytest.mark.parametrize("end", ["token", "scopes", "member", "expiry"])
def test_a_stream_ends_with_the_right_to_it(
    site: Site, ears: Ears, way: str, end: str, clock: FixedClock
) -> None:
    ada, bob = friends(site)
    ear, other = ears.hear(way, site.token(ada), "public"), site.token(bob)
    staying = ears.hear(way, other, "public")
    with site.write() as session:
        tokens = select(AccessToken).where(AccessToken.member_id == ada.member_id)
        token = session.scalars(tokens).one()
        if end == "token":
            session.delete(token)
        elif end == "scopes":
            token.scopes = "read:lists"
        elif end == "member":
            session.get_one(Member, ada.member_id).state = MemberState.SUSPENDED
        else:
            token.expires_at = site.now + timedelta(minutes=1)
    if end == "expiry":  # A token that is changed ends its streams: the app opens it anew.
        assert ear.ending()
        ear = ears.hear(way, _token_that_ends(site, ada), "public")
        clock.advance(minutes=2)
    ending = ear.ending()
    assert ending.get("code", 1008) == 1008
    written(site, bob, "Later")
    assert staying.heard()[0] == "update"
    assert ear.messages.empty()


def _token_that_ends(site: Site, actor: Actor) -> str:
    """Give a token that ends in a minute, at once: a change would be told like a revocation."""
    token = new_secret()
    row = AccessToken(
        hash=hash_secret(token),
        member_id=actor.member_id,
        scopes=" ".join(ALL),
        created_at=site.now,
        expires_at=site.now + timedelta(minutes=1),
    )
    with site.write() as session:
        session.add(row)
    return token


def test_an_app_that_takes_nothing_is_let_go_and_delays_nobody(
    site: Site, ears: Ears, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "WAITING_MAX", 5)
    ada, bob = friends(site)
    slow, quick = (ears.hear(way, site.token(who), "public") for who in (ada, bob))
    slow.stop_taking()
    for number in range(8):
        written(site, bob, f"Number {number}")
        assert f"Number {number}" in quick.heard()[1]["content"]
    assert len(site.app.state.streams.hub) == 2  # Its place is taken until it is really gone.
    slow.take_again()
    assert slow.ending().get("code", 1013) == 1013
    slow.leave()
    assert len(site.app.state.streams.hub) == 1


def test_whoever_leaves_leaves_nothing_behind(site: Site, ears: Ears, way: str) -> None:
    clients = site.app.state.streams.hub
    ear = ears.hear(way, site.token(site.person("ada")), "public")
    assert clients.heard() == {Subscription("public"): {site.person("ada").account_id}}
    ear.leave()
    assert (len(clients), clients.heard()) == (0, {})


def test_one_member_may_hold_so_many_streams(site: Site, ears: Ears, way: str) -> None:
    token = site.token(site.person("ada"))
    for _ in range(OF_ONE_ACCOUNT_MAX):
        ears.hear(way, token, "public")
    ear = ears.socket(token) if way == "socket" else ears.events("public", token)
    assert (ear.status(), ear.body()) == (429, {"error": "Too many requests"})


def test_a_process_that_stops_ends_its_streams(site: Site, ears: Ears, way: str) -> None:
    token = site.token(site.person("ada"))
    ear = ears.hear(way, token, "public")
    ears.loop.call_soon_threadsafe(site.app.state.streams.close)
    ending = ear.ending()
    assert ending.get("code") == 1012 or ending["body"] == b"retry: 5000\n"
    late = ears.socket(token) if way == "socket" else ears.events("public", token)
    assert late.ending().get("code", 1012) == 1012


def test_a_binary_frame_and_a_flood_end_a_socket(site: Site, ears: Ears) -> None:
    token = site.token(site.person("ada"))
    ear = ears.hear("socket", token, "public")
    ear.say(b"\x00")
    assert ear.ending()["code"] == 1003
    ear = ears.hear("socket", token, "public")
    for _ in range(200):
        ear.say(type="sing")
    assert ear.ending()["code"] == 1008


def test_announcements_come_to_all_members(site: Site, ears: Ears, way: str) -> None:
    ada = site.person("ada")
    officer = replace(site.person("olga"), offices=frozenset({Office.ADMIN}))
    ear = ears.hear(way, site.token(ada), "user")
    with site.write() as session:
        made = announcements.announce(session, officer, "The weir", lasting=None, now=site.now).id
    name, told = ear.heard()
    assert (name, told["id"], told["reactions"]) == ("announcement", str(made), [])
    assert "The weir" in told["content"]
    reaction = {"name": "🎉", "count": 1, "announcement_id": str(made)}
    with site.write() as session:
        announcements.react(session, ada, made, "🎉", now=site.now)
    assert ear.heard() == ("announcement.reaction", reaction)
    with site.write() as session:
        announcements.take_reaction_back(session, ada, made, "🎉")
    assert ear.heard() == ("announcement.reaction", reaction | {"count": 0})
    with site.write() as session:
        announcements.end_announcement(session, officer, made, now=site.now)
    assert ear.heard() == ("announcement.delete", made)


def test_what_concerns_one_member_comes_to_them_alone(site: Site, ears: Ears, way: str) -> None:
    ada, bob = friends(site)
    ear = ears.hear(way, site.token(ada), "user")
    letters = ears.hear(way, site.token(ada), "direct")
    theirs = [ears.hear(way, site.token(bob), stream) for stream in ("user", "direct")]
    with site.write() as session:
        form = FilterForm("Noise", frozenset({Context.HOME}))
        make_filter(session, ada, form, now=site.now)
    assert ear.heard() == ("filters_changed", None)
    with site.write() as session:
        hold_request(session, ada.account_id, bob.account_id, now=site.now)
        [request] = session.scalars(select(NoticeRequest.id))
        accept_requests(session, ada, [request], now=site.now)
    assert ear.heard() == ("notifications_merged", 1)
    carol = site.person("carol")
    letter = written(site, carol, "@ada come over", visibility=Visibility.DIRECT)
    name, talk = letters.heard()
    assert (name, talk["unread"], talk["last_status"]["id"]) == (
        "conversation",
        True,
        str(letter.id),
    )
    name, notice = ear.heard()
    assert (name, notice["type"], notice["status"]["id"]) == (
        "notification",
        "mention",
        str(letter.id),
    )
    written(site, bob, "For all who follow me")
    assert [theirs[0].heard()[0], ear.heard()[0]] == ["update", "update"]
    assert theirs[1].messages.empty()


def test_a_quote_that_is_taken_out_changes_the_post(site: Site, ears: Ears, way: str) -> None:
    ada, bob = friends(site)
    mine = written(site, ada, "Bread")
    quoting = written(site, bob, "Look", quoted_id=mine.id)
    ear = ears.hear(way, site.token(ada), "user")
    with site.write() as session:
        revoke_quote(session, ada, mine.id, quoting.id)
    name, told = ear.heard()
    assert (name, told["id"], told["quote"]["state"]) == (
        "status.update",
        str(quoting.id),
        "revoked",
    )


def test_apps_come_back_after_the_database_was_away(site: Site, ears: Ears, way: str) -> None:
    """They look for themselves what happened meanwhile: nobody can tell them."""
    ada, bob = friends(site)
    ear = ears.hear(way, site.token(ada), "public")
    with site.write() as session:
        session.execute(text("ALTER TABLE news RENAME TO lost"))
    assert ear.ending().get("code", 1012) == 1012
    with site.write() as session:
        session.execute(text("ALTER TABLE lost RENAME TO news"))
    back = ears.hear(way, site.token(ada), "public")
    written(site, bob, "Again")
    assert back.heard()[0] == "update"


def test_what_cannot_be_told_ends_no_stream(site: Site, ears: Ears, way: str) -> None:
    ada, bob = friends(site)
    ear = ears.hear(way, site.token(ada), "public")
    with site.write() as session:  # No row of ours says so little.
        session.add(News(kind=NewsKind.POST))
    written(site, bob, "Still here")
    assert ear.heard()[0] == "update"
