"""What is left of Mastodon.py and toot: pages of lists, marks, requests, old forms, helpers."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from mastodon import Mastodon
from mastodon.errors import MastodonAPIError, MastodonNotFoundError

from app.core.clock import SystemClock
from tests.clients.site import ClientSite
from tests.clients.test_people import picture
from tests.clients.toot import Toot

MINUTE = timedelta(minutes=1)


def two(site: ClientSite) -> tuple[Any, Any]:
    """Return the programs of two members; some of what they can call has no types."""
    return site.mastodon("maren"), site.mastodon("noor")


def test_mastodon_py_marks_posts_and_answers_them(site: ClientSite) -> None:
    maren, noor = site.mastodon("maren"), site.mastodon("noor")
    first = maren.status_post("See https://weir.example/ #locks @noor")
    assert noor.status_bookmark(first).bookmarked
    assert first.id in {s.id for s in noor.bookmarks()}
    assert not noor.status_unbookmark(first).bookmarked
    assert noor.status_favourite(first).favourited
    assert first.id in {s.id for s in noor.favourites()}
    assert [a.username for a in maren.status_favourited_by(first)] == ["noor"]
    assert not noor.status_unfavourite(first).favourited
    boost = noor.status_reblog(first, visibility="unlisted")
    assert boost.reblog.id == first.id
    assert [a.username for a in maren.status_reblogged_by(first)] == ["noor"]
    assert noor.status_unreblog(first).reblogged is False
    answer = noor.status_reply(first, "I see")
    assert answer.in_reply_to_id == first.id
    assert answer.content.endswith("I see</p>")
    context = maren.status_context(first)
    assert [s.id for s in context.descendants] == [answer.id]
    assert [s.id for s in noor.status_context(answer).ancestors] == [first.id]
    assert not maren.status_card(first), "the page was not asked yet"
    with pytest.raises(MastodonNotFoundError):
        noor.status_translate(first, "de")


def test_mastodon_py_walks_all_pages(site: ClientSite) -> None:
    maren: Any = site.mastodon("maren")
    posts = [maren.status_post(f"#walk {n}") for n in range(7)]
    ids = [post.id for post in reversed(posts)]
    first = maren.timeline_hashtag("walk", limit=3)
    assert [s.id for s in maren.fetch_remaining(first)] == ids
    second = maren.fetch_next(first)
    assert second is not None
    back = maren.fetch_previous(second)
    assert back is not None
    assert [s.id for s in back] == ids[:3]
    assert [s.id for s in maren.pagination_iterator(first)] == ids
    pages = list(maren.pagination_page_iterator(first))
    assert [s.id for page in pages for s in page] == ids
    info = maren.get_pagination_info(first, "next")
    assert info is not None
    assert str(info["max_id"]) == str(first[-1].id)
    for read in (maren.timeline_public, maren.timeline_local):
        assert ids[0] in {s.id for s in read(limit=40)}, read.__name__
    assert maren.timeline_hashtag("walk", local=True, limit=1)[0].id == ids[0]
    with pytest.raises(MastodonNotFoundError):
        maren.timeline_link("https://weir.example/")
    for timeline in ("public", "hashtag"):
        assert maren.timeline_is_available(timeline, local=True, with_auth=True)


def test_mastodon_py_changes_media_that_no_post_has_and_that_one_has(site: ClientSite) -> None:
    maren: Any = site.mastodon("maren")
    sent = maren.media_post(picture(), mime_type="image/png", description="A heron")
    told = maren.media_update(sent, description="Two herons", focus=(0.5, -0.5))
    assert (told.description, told.meta.focus) == ("Two herons", {"x": 0.5, "y": -0.5})
    status = maren.status_post("Look", media_ids=[told])
    words = maren.generate_media_edit_attributes(told, description="Three", focus=(-1.0, 1.0))
    changed = maren.status_update(status, "Look", media_attributes=[words])
    [shown] = changed.media_attachments
    assert (shown.description, shown.meta.focus) == ("Three", {"x": -1.0, "y": 1.0})


def test_mastodon_py_keeps_old_filters_and_rows_of_new_ones(site: ClientSite) -> None:
    api: Any = site.mastodon()
    old = api.filter_create("lottery", ["home"], whole_word=True, expires_in=600)
    assert (old.phrase, old.whole_word) == ("lottery", True)
    changed = api.filter_update(old, phrase="raffle", context=["home", "thread"])
    assert (changed.phrase, changed.context) == ("raffle", ["home", "thread"])
    assert api.filter(old).phrase == "raffle"
    won = api.status_post("A raffle")
    kept = api.filters_apply(api.account_statuses(api.me(), limit=1), api.filters(), "home")
    assert won.id not in {s.id for s in kept}
    [new] = api.filters_v2()
    row = api.add_filter_status_v2(new, won)
    assert api.filter_status_v2(row).status_id == str(won.id)
    api.delete_filter_v2(new)
    assert api.filters_v2() == []


def test_mastodon_py_answers_requests_of_strangers(site: ClientSite) -> None:
    noor, maren = site.mastodon("noor"), site.mastodon("maren")
    noor.account_unfollow(maren.me())
    policy = noor.update_notifications_policy(for_not_following="filter")
    assert noor.notifications_policy().for_not_following == policy.for_not_following
    try:
        maren.status_post("@noor hello?")
        [held] = noor.notification_requests()
        assert noor.notification_request(held).account.username == "maren"
        noor.dismiss_notification_request(held)
        maren.status_post("@noor are you there?")
        noor.dismiss_multiple_notification_requests(noor.notification_requests())
        assert noor.notification_requests() == []
        maren.status_post("@noor and now?")
        noor.accept_multiple_notification_requests(noor.notification_requests())
        assert noor.notification_requests() == []
        assert noor.notifications()[0].account.username == "maren"
    finally:
        noor.update_notifications_policy(for_not_following="accept")


def test_mastodon_py_features_tags_and_people(site: ClientSite) -> None:
    maren, noor = two(site)
    her = maren.account_lookup("noor")
    maren.account_follow(her)
    assert maren.account_pin(her).endorsed
    assert not maren.account_unpin(her).endorsed
    maren.account_unfollow(her)
    noor.status_post("The #mill")
    assert maren.tag("mill").name == "mill"
    assert noor.tag_feature("mill").featuring
    assert [tag.name for tag in maren.account_featured_tags(her)] == ["mill"]
    assert not noor.tag_unfeature("mill").featuring
    assert "mill" in {tag.name for tag in noor.featured_tag_suggestions()}
    made = maren.list_create("Few")
    assert maren.list(made).title == "Few"
    maren.list_delete(made)
    assert maren.suggestions_v1() == maren.suggestions_v2() == maren.trends() == []
    maren.suggestion_delete(her)


def test_mastodon_py_reads_and_answers_announcements(site: ClientSite) -> None:
    maren: Any = site.mastodon("maren")
    with pytest.raises(MastodonNotFoundError):
        maren.announcement_dismiss(4242)
    with pytest.raises(MastodonNotFoundError):
        maren.announcement_reaction_create(4242, "\u2764")
    maren.announcement_reaction_delete(4242, "\u2764")


def test_mastodon_py_asks_who_and_where(site: ClientSite) -> None:
    api: Any = site.mastodon()
    told = api.oauth_authorization_server_info()
    assert told.token_endpoint == f"{site.url}/oauth/token"
    assert api.instance_nodeinfo().software.name == "commonhold"
    assert isinstance(api.instance_extended_description().content, str)
    assert api.search_v1("noor").accounts[0].username == "noor"
    assert api.search_v2("noor", resolve=False).accounts[0].username == "noor"
    there, here = api.get_approx_server_time(), SystemClock().now().replace(tzinfo=None)
    assert abs(there - here) < MINUTE
    assert api.verify_minimum_version("4.5.0")
    assert Mastodon.get_supported_version() >= "4.5"
    assert api.instance().domain == site.url.removeprefix("http://")
    api.set_language("en")
    api.clear_caches()
    assert api.get_async_refresh_info(api.me()) is None
    assert api.await_async_refresh(api.me()).username == "maren"
    with pytest.raises(MastodonAPIError):
        api.email_resend_confirmation()  # The address is confirmed.


def test_toot_marks_and_reads(site: ClientSite, tmp_path: Path) -> None:
    toot, noor = Toot(site, tmp_path).signed_in(), site.mastodon("noor")
    posted = noor.status_post("The slow barge #barge")
    one = str(posted.id)
    toot.run("reblog", one)
    assert "noor" in toot.run("reblogged-by", one) or "maren" in toot.run("reblogged-by", one)
    toot.run("unreblog", one)
    toot.run("favourite", one)
    assert "slow barge" in toot.run("timelines", "favourites", "--no-pager")
    toot.run("unfavourite", one)
    toot.run("bookmark", one)
    assert "slow barge" in toot.run("bookmarks", "--once")
    toot.run("unbookmark", one)
    assert "slow barge" in toot.run("thread", one)
    assert "slow barge" in toot.run("timelines", "account", "noor", "--no-pager")
    assert "slow barge" in toot.run("timelines", "public", "--no-pager")
    assert "slow barge" in toot.run("timelines", "tag", "barge", "--no-pager")
    toot.run("timelines", "home", "--no-pager")
    toot.run("timelines", "trending", "--no-pager")
    assert "slow barge" in toot.run("timeline", "--once", "--public")
    assert (
        "not found" in toot.run("timelines", "link", "https://weir.example/", check=False).lower()
    )
    assert "barge" in toot.run("tags", "info", "barge")


def test_toot_votes_uploads_and_answers_requests(site: ClientSite, tmp_path: Path) -> None:
    toot, noor = Toot(site, tmp_path).signed_in(), site.mastodon("noor")
    asked = noor.status_post("Drinks?", poll=noor.make_poll(["Tea", "Milk"], 600))
    assert "Milk" in toot.run("polls", "show", str(asked.poll.id))
    toot.run("polls", "vote", str(asked.poll.id), "1")
    (tmp_path / "heron.png").write_bytes(picture())
    assert "/media/" in toot.run("upload", str(tmp_path / "heron.png"))
    toot.run("update-account", "--locked")
    try:
        her = noor.account_lookup("maren")
        noor.account_unfollow(her)
        assert noor.account_follow(her).requested
        assert "noor" in toot.run("follow-requests", "list")
        toot.run("follow-requests", "reject", "noor")
        assert noor.account_follow(her).requested
        toot.run("follow-requests", "accept", "noor")
    finally:
        toot.run("update-account", "--no-locked")
    toot.run("mute", "noor")
    assert "noor" in toot.run("muted")
    toot.run("unmute", "noor")
    toot.run("block", "noor")
    assert "noor" in toot.run("blocked")
    toot.run("unblock", "noor")
    toot.run("follow", "noor")
    toot.run("lists", "create", "Few")
    toot.run("lists", "add", "Few", "noor")
    toot.run("lists", "remove", "Few", "noor")
    toot.run("lists", "delete", "Few")
    toot.run("unfollow", "noor")


def test_toot_changes_who_it_acts_for(site: ClientSite, tmp_path: Path) -> None:
    toot = Toot(site, tmp_path).signed_in().signed_in("noor")
    domain = site.url.removeprefix("http://")
    toot.run("activate", f"maren@{domain}")
    assert "@maren" in toot.run("whoami")
    toot.run("logout", f"maren@{domain}")
    assert "maren" not in toot.run("auth")
