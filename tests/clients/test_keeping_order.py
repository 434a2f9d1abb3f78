"""Mastodon.py and toot keep lists, filters, tags and notices in order, and search."""

from pathlib import Path

from mastodon import Mastodon

from tests.clients.site import ClientSite
from tests.clients.toot import Toot


def follow(reader: Mastodon, name: str) -> int:
    """Let the reader follow somebody; return the account."""
    account_id: int = reader.account_lookup(name).id
    reader.account_follow(account_id)
    return account_id


def test_mastodon_py_keeps_lists(site: ClientSite) -> None:
    api, noor = site.mastodon(), site.mastodon("noor")
    noor_id = follow(api, "noor")
    posts = [noor.status_post(f"Boat {n}") for n in range(3)]
    made = api.list_create("Boats", replies_policy="none", exclusive=True)
    api.list_accounts_add(made.id, [noor_id])
    assert [one.id for one in api.account_lists(noor_id)] == [made.id]
    assert [one.id for one in api.list_accounts(made.id)] == [noor_id]
    first = api.timeline_list(made.id, limit=2)
    second = api.fetch_next(first)
    assert [p.id for p in first] == [posts[2].id, posts[1].id]
    assert second is not None
    assert second[0].id == posts[0].id
    assert posts[0].id not in [p.id for p in api.timeline_home()]
    changed = api.list_update(made.id, "Ships")
    assert (changed.title, changed.replies_policy, changed.exclusive) == ("Ships", "list", False)
    assert [one.title for one in api.lists()] == ["Ships"]
    api.list_accounts_delete(made.id, [noor_id])
    api.list_delete(made.id)
    assert api.lists() == []


def test_mastodon_py_keeps_filters(site: ClientSite) -> None:
    api, noor = site.mastodon(), site.mastodon("noor")
    follow(api, "noor")
    made = api.create_filter_v2(
        *("Quiet", ["home", "public"], "warn"),
        expires_in=3600,
        keywords_attributes=[{"keyword": "lottery", "whole_word": True}],
    )
    word = api.add_filter_keyword_v2(made.id, "raffle")
    won = noor.status_post("I won the lottery")
    row = api.add_filter_status_v2(made.id, won.id)
    [result] = api.status(won.id).filtered
    assert (result.filter.title, result.keyword_matches) == ("Quiet", ["lottery"])
    assert result.status_matches == [str(won.id)]
    assert [k.keyword for k in api.filter_keywords_v2(made.id)] == ["lottery", "raffle"]
    assert [one.id for one in api.filter_statuses_v2(made.id)] == [row.id]
    changed = api.update_filter_v2(made.id, title="Calm", filter_action="hide")
    assert (changed.title, changed.filter_action, len(changed.keywords)) == ("Calm", "hide", 2)
    assert api.filter_v2(made.id).title == "Calm"
    api.delete_filter_status_v2(row.id)
    api.delete_filter_keyword_v2(word.id)
    [old] = api.filters()
    assert (old.phrase, old.irreversible) == ("lottery", True)
    api.filter_delete(old.id)
    assert api.filters_v2() == []


def test_mastodon_py_follows_tags_and_keeps_things_about_others(site: ClientSite) -> None:
    api, noor = site.mastodon(), site.mastodon("noor")
    noor_id = follow(api, "noor")
    assert api.tag_follow("Ferry").following
    status = noor.status_post("The slow #ferry")
    assert [tag.name for tag in api.followed_tags()] == ["ferry"]
    assert status.id in [p.id for p in api.timeline_home()]
    assert not api.tag_unfollow("ferry").following
    shown = api.featured_tag_create("ferry")
    assert [tag.name for tag in api.featured_tags()] == ["ferry"]
    api.featured_tag_delete(shown.id)
    assert api.account_endorse(noor_id).endorsed
    assert [account.id for account in api.endorsements()] == [noor_id]
    assert not api.account_unendorse(noor_id).endorsed
    assert api.account_note_set(noor_id, "Sings").note == "Sings"
    assert api.account_familiar_followers([noor_id])[0].accounts == []
    api.domain_block("far.example")
    assert api.domain_blocks() == ["far.example"]
    api.domain_unblock("far.example")
    assert api.report(noor_id, status_ids=[status.id], comment="Look").category == "other"


def test_mastodon_py_reads_notices(site: ClientSite) -> None:
    api, noor = site.mastodon(), site.mastodon("noor")
    api.notifications_clear()
    mine = api.status_post("Bread")
    noor.status_favourite(mine.id)
    noor.status_post("@maren good morning", in_reply_to_id=mine.id)
    mention, like = api.notifications()
    assert (mention.type, like.type) == ("mention", "favourite")
    assert api.notifications(id=like.id).status.id == mine.id
    assert [one.type for one in api.notifications(types=["favourite"])] == ["favourite"]
    assert api.notifications_unread_count().count == 2
    page = api.grouped_notifications(expand_accounts="full")
    assert [group.type for group in page.notification_groups] == ["mention", "favourite"]
    key = page.notification_groups[1].group_key
    assert [account.username for account in api.grouped_notification_accounts(key)] == ["noor"]
    assert api.grouped_notification(key).notification_groups[0].notifications_count == 1
    api.markers_set(["notifications"], [mention.id])
    assert api.markers_get(["notifications"])["notifications"].last_read_id == str(mention.id)
    assert api.unread_grouped_notifications_count() == 0
    api.dismiss_grouped_notification(key)
    api.notifications_dismiss(mention.id)
    assert api.notifications() == []
    assert (
        api.update_notifications_policy(for_not_following="filter").for_not_following == "filter"
    )
    api.account_unfollow(follow(api, "noor"))
    noor.status_post("@maren hello?")
    [request] = api.notification_requests()
    assert request.account.username == "noor"
    api.accept_notification_request(request.id)
    assert api.notifications_merged()
    assert len(api.notifications()) == 1
    api.update_notifications_policy(for_not_following="accept")


def test_mastodon_py_looks_around(site: ClientSite) -> None:
    api, noor = site.mastodon(), site.mastodon("noor")
    noor.account_update_credentials(indexable=True)
    status = noor.status_post("A kettle for #repair")
    found = api.search("kettle")
    assert [p.id for p in found.statuses] == [status.id]
    assert [tag.name for tag in api.search("#repair").hashtags] == ["repair"]
    assert [account.username for account in api.account_search("noor")] == ["noor"]
    assert [p.id for p in api.search(f"{site.url}/@noor/{status.id}").statuses] == [status.id]
    assert api.trending_tags() == api.trending_statuses() == api.trending_links() == []
    assert api.suggestions() == []
    assert "noor" in [account.username for account in api.directory()]
    assert api.preferences()["posting:default:visibility"] == "public"
    assert api.announcements() == []
    assert api.custom_emojis() == []


def test_toot_keeps_order(site: ClientSite, tmp_path: Path) -> None:
    toot, noor = Toot(site, tmp_path).signed_in(), site.mastodon("noor")
    follow(site.mastodon(), "noor")
    noor.status_post("@maren The #weir is open")
    toot.run("lists", "create", "Weirs")
    toot.run("lists", "add", "Weirs", "noor")
    assert "Weirs" in toot.run("lists", "list")
    assert "noor" in toot.run("lists", "accounts", "Weirs")
    assert "is open" in toot.run("timelines", "list", "Weirs", typed="qqqq")
    toot.run("lists", "delete", "Weirs")
    toot.run("tags", "follow", "weir")
    assert "weir" in toot.run("tags", "followed")
    toot.run("tags", "unfollow", "weir")
    toot.run("tags", "feature", "weir")
    assert "weir" in toot.run("tags", "featured")
    toot.run("tags", "unfeature", "weir")
    assert "is open" in toot.run("notifications", typed="qqqq")
    assert "noor" in toot.run("search", "noor")
