"""Mastodon.py and toot post polls, change, schedule, quote and delete, and read letters."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from mastodon.errors import MastodonAPIError, MastodonNotFoundError

from app.core.clock import SystemClock
from tests.clients.site import ClientSite
from tests.clients.toot import Toot
from tests.media.films import film_file, sound_file

DAY = timedelta(days=1)


def test_mastodon_py_asks_votes_changes_and_deletes(site: ClientSite) -> None:
    maren, noor = site.mastodon("maren"), site.mastodon("noor")
    poll = maren.make_poll(["Tea", "Milk"], expires_in=600, multiple=True, hide_totals=True)
    asked = maren.status_post("Drinks?", poll=poll, language="en", spoiler_text="Kitchen")
    voted = noor.poll_vote(asked.poll, [0, 1])
    assert (voted.voted, voted.own_votes, voted.options[0].votes_count) == (True, [0, 1], None)
    assert noor.poll(asked.poll).multiple is True
    with pytest.raises(MastodonAPIError, match="already voted"):
        noor.poll_vote(asked.poll, 0)
    changed = maren.status_update(asked, "Which drinks?", poll=maren.make_poll(["A", "B"], 600))
    assert (changed.poll.votes_count, changed.spoiler_text) == (0, "")
    assert changed.edited_at is not None
    history = noor.status_history(asked)
    assert [wording.content for wording in history] == ["<p>Drinks?</p>", "<p>Which drinks?</p>"]
    assert history[0].poll.options[1].title == "Milk"
    assert maren.status_source(asked).text == "Which drinks?"
    assert maren.status_pin(asked).pinned is True
    assert [s.id for s in noor.account_statuses(asked.account, pinned=True)] == [asked.id]
    assert maren.status_unpin(asked).pinned is False
    assert noor.status_mute(asked).muted is True
    assert noor.status_unmute(asked).muted is False
    gone = maren.status_delete(asked, delete_media=True)
    assert gone.text == "Which drinks?"
    with pytest.raises(MastodonNotFoundError):
        noor.status(asked)


def test_mastodon_py_schedules_and_takes_back(site: ClientSite) -> None:
    maren = site.mastodon("maren")
    at = (SystemClock().now() + DAY).replace(microsecond=0)
    waiting = maren.status_post("Later", scheduled_at=at, idempotency_key="later")
    assert (waiting.scheduled_at, waiting.params.text) == (at, "Later")
    assert waiting.id in {s.id for s in maren.scheduled_statuses()}
    assert maren.scheduled_status(waiting).params.visibility == "public"
    moved = maren.scheduled_status_update(waiting, at + DAY)
    assert moved.scheduled_at == at + DAY
    maren.scheduled_status_delete(waiting)
    with pytest.raises(MastodonNotFoundError):
        maren.scheduled_status(waiting)


def test_mastodon_py_writes_letters_and_quotes(site: ClientSite) -> None:
    maren, noor = site.mastodon("maren"), site.mastodon("noor")
    letter = maren.status_post("@noor psst", visibility="direct")
    [talk] = [t for t in noor.conversations() if t.last_status.id == letter.id]
    assert (talk.unread, [a.username for a in talk.accounts]) == (True, ["maren"])
    assert noor.conversations_read(talk).unread is False
    assert letter.id in {s.id for s in noor.timeline("direct")}
    first = maren.status_post("One", quote_approval_policy="followers")
    with pytest.raises(MastodonAPIError):
        noor.status_post("Two", quoted_status_id=first)
    opened = maren.status_update_quote_approval_policy(first, "public")
    assert opened.quote_approval.automatic == ["public"]
    quoting = noor.status_post("Two", quoted_status_id=first)
    assert (quoting.quote.state, quoting.quote.quoted_status.id) == ("accepted", first.id)
    assert [s.id for s in maren.status_quotes(first)] == [quoting.id]
    assert maren.status_quote_revoke(first, quoting).quote.state == "revoked"


def test_toot_asks_schedules_and_deletes(site: ClientSite, tmp_path: Path) -> None:
    toot = Toot(site, tmp_path).signed_in()
    answers = ("--poll-option", "Tea", "--poll-option", "Milk", "--poll-expires-in", "10m")
    asked = json.loads(toot.run("post", "Drinks?", *answers, "--json"))
    assert [option["title"] for option in asked["poll"]["options"]] == ["Tea", "Milk"]
    shown = toot.run("status", asked["id"])
    assert "Drinks?" in shown
    assert "Milk" in shown
    assert "scheduled" in toot.run("post", "Later", "--scheduled-in", "1h").lower()
    for act in ("pin", "unpin", "bookmark", "unbookmark", "favourite", "unfavourite"):
        toot.run(act, asked["id"])
    toot.run("delete", asked["id"])
    assert "not found" in toot.run("status", asked["id"], check=False).lower()


def test_mastodon_py_sends_a_film_and_waits_for_it(site: ClientSite) -> None:
    maren, noor = site.mastodon("maren"), site.mastodon("noor")
    film = maren.media_post(
        film_file(), mime_type="video/mp4", description="Waves", synchronous=True
    )
    assert (film.type, film.url[-4:]) == ("video", ".mp4")
    assert (film.meta.original.frame_rate, film.meta.fps) == ("10/1", 10)
    posted = maren.status_post("At the weir", media_ids=[film])
    [seen] = noor.status(posted).media_attachments
    assert (seen.description, seen.url) == ("Waves", film.url)
    with pytest.raises(MastodonAPIError, match="may be damaged"):
        maren.media_post(film_file()[:300], mime_type="video/mp4")


def test_toot_sends_a_sound_and_waits_for_it(site: ClientSite, tmp_path: Path) -> None:
    toot = Toot(site, tmp_path).signed_in()
    (tmp_path / "hum.mp3").write_bytes(sound_file())
    sent = ("--media", str(tmp_path / "hum.mp3"), "--description", "A hum", "--json")
    said = toot.run("post", "Listen", *sent)  # It tells how the upload goes before it is done.
    [sound] = json.loads(said[said.index("{") :])["media_attachments"]
    assert (sound["type"], sound["description"]) == ("audio", "A hum")
    assert sound["url"].endswith(".mp3")
