"""Mastodon.py and toot read the site, follow, block, change a profile, and wake a phone."""

import io
import json
from pathlib import Path

import pytest
from mastodon import Mastodon
from mastodon.errors import MastodonAPIError, MastodonNotFoundError
from PIL import Image

from tests.clients.site import ClientSite
from tests.clients.toot import Toot


def picture() -> bytes:
    """Return a small picture."""
    data = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(data, "PNG")
    return data.getvalue()


def test_mastodon_py_reads_what_the_site_says_of_itself(site: ClientSite) -> None:
    api = Mastodon(api_base_url=site.url, version_check_mode="created")
    assert api.retrieve_mastodon_version().startswith("4.")
    domain = site.url.removeprefix("http://")
    assert (api.instance_v2().domain, api.instance_v1().uri) == (domain, domain)
    assert api.instance_v2().configuration.statuses.max_characters > 0
    assert len(api.instance_v2().configuration.vapid.public_key) == 87
    for read in (
        api.instance_rules,
        api.instance_peers,
        api.instance_activity,
        api.instance_languages,
        api.instance_translation_languages,
        api.instance_domain_blocks,
        api.directory,
        api.trending_statuses,
        api.trending_tags,
        api.trending_links,
    ):
        assert isinstance(read(), list | dict), read.__name__
    assert api.instance_terms_of_service().content
    assert api.instance_health()
    with pytest.raises(MastodonAPIError):
        api.account_verify_credentials()


def test_mastodon_py_follows_mutes_blocks_and_lets_be(site: ClientSite) -> None:
    maren, noor = site.mastodon("maren"), site.mastodon("noor")
    her = maren.account_lookup("noor")
    assert maren.account(her).acct == "noor"
    assert [a.id for a in maren.accounts([her.id])] == [her.id]
    followed = maren.account_follow(her, reblogs=False, notify=True)
    assert (followed.following, followed.notifying) == (True, True)
    assert followed.showing_reblogs is False
    me = maren.me()
    assert me.id in {a.id for a in noor.account_followers(her)}
    assert her.id in {a.id for a in maren.account_following(me)}
    assert maren.account_endorse(her).endorsed
    assert her.id in {a.id for a in maren.endorsements()}
    assert not maren.account_unendorse(her).endorsed
    assert maren.account_note_set(her, "From the weir").note == "From the weir"
    muted = maren.account_mute(her, notifications=False, duration=600)
    assert (muted.muting, muted.muting_notifications) == (True, False)
    assert her.id in {a.id for a in maren.mutes()}
    assert not maren.account_unmute(her).muting
    assert not maren.account_unfollow(her).following
    assert maren.account_block(her).blocking
    assert her.id in {a.id for a in maren.blocks()}
    [seen] = noor.account_relationships(me)
    assert seen.blocked_by
    assert not maren.account_unblock(her).blocking
    assert not maren.account_remove_from_followers(her).followed_by
    with pytest.raises(MastodonNotFoundError):
        maren.account_lookup("nobody")


def test_mastodon_py_asks_to_follow_whoever_has_a_lock(site: ClientSite) -> None:
    maren, noor = site.mastodon("maren"), site.mastodon("noor")
    noor.account_update_credentials(locked=True)
    try:
        assert maren.account_follow(noor.me()).requested
        [asks] = noor.follow_requests()
        assert asks.username == "maren"
        noor.follow_request_reject(asks)
        assert maren.account_follow(noor.me()).requested
        noor.follow_request_authorize(asks)
        [found] = maren.account_relationships(noor.me())
        assert found.following
    finally:
        noor.account_update_credentials(locked=False)
        maren.account_unfollow(noor.me())


def test_mastodon_py_changes_a_profile(site: ClientSite) -> None:
    maren = site.mastodon("maren")
    changed = maren.account_update_credentials(
        display_name="Maren of the weir",
        note="Heron watcher",
        avatar=picture(),
        avatar_mime_type="image/png",
        header=picture(),
        header_mime_type="image/png",
        discoverable=True,
        bot=False,
        fields=[("Boat", "yes")],
    )
    assert (changed.display_name, changed.source.note) == ("Maren of the weir", "Heron watcher")
    assert [(f.name, f.value) for f in changed.fields] == [("Boat", "yes")]
    assert changed.avatar != maren.account_delete_avatar().avatar
    assert changed.header != maren.account_delete_header().header
    assert maren.preferences()["posting:default:visibility"] == "public"
    assert "maren" in {a.username for a in maren.account_search("Maren")}


def test_mastodon_py_wakes_a_phone(site: ClientSite) -> None:
    maren = site.mastodon("maren")
    _secret, public = maren.push_subscription_generate_keys()
    with pytest.raises(MastodonNotFoundError):
        maren.push_subscription()
    made = maren.push_subscription_set(
        "https://push.example/x", public, mention_events=True, policy="followed"
    )
    assert (made.alerts.mention, made.alerts.poll, made.policy) == (True, False, "followed")
    assert maren.push_subscription().endpoint == "https://push.example/x"
    changed = maren.push_subscription_update(poll_events=True)
    assert changed.alerts.poll
    maren.push_subscription_delete()
    with pytest.raises(MastodonNotFoundError):
        maren.push_subscription()


def test_toot_follows_mutes_and_blocks(site: ClientSite, tmp_path: Path) -> None:
    toot = Toot(site, tmp_path).signed_in()
    assert "Riverside" in toot.run("instance", site.url)
    assert "@noor" in toot.run("whois", "noor")
    for act, back in (("follow", "unfollow"), ("mute", "unmute"), ("block", "unblock")):
        assert "✓" in toot.run(act, "noor")
        assert "✓" in toot.run(back, "noor")
    toot.run("follow", "noor")
    following = json.loads(toot.run("following", "maren", "--json"))
    assert "noor" in {account["acct"] for account in following}
    assert "maren" in toot.run("followers", "noor")
    toot.run("unfollow", "noor")
    toot.run("update_account", "--display-name", "Maren", "--note", "Herons")
    assert "Herons" in toot.run("whoami")
    assert "@noor" in toot.run("search", "noor")
