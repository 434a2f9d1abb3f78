"""Feeds are XML that readers take, whatever people write."""

from datetime import UTC, datetime
from xml.etree.ElementTree import fromstring

from app.text.rss import FeedEntry, FeedHead, FeedPicture, feed_file

AT = datetime(2026, 11, 9, 12, 0, tzinfo=UTC)


def test_a_feed_holds_what_it_was_given() -> None:
    picture = FeedPicture("https://a.example/p.webp", "image/webp", "A kettle & a cat")
    entry = FeedEntry("https://a.example/@ada/1", AT, "<p>Tea &amp; <b>x</b></p>", [picture])
    head = FeedHead("Ada <3", "Says ]]> \0\ud800 things", "https://a.example/@ada")
    root = fromstring(feed_file(head, [entry]))
    channel = root.find("channel")
    assert channel is not None
    assert channel.findtext("title") == "Ada <3"
    assert channel.findtext("description") == "Says ]]> \ufffd\ufffd things"
    item = channel.find("item")
    assert item is not None
    assert item.findtext("guid") == "https://a.example/@ada/1"
    assert item.findtext("description") == "<p>Tea &amp; <b>x</b></p>"
    assert item.findtext("pubDate") == "Mon, 09 Nov 2026 12:00:00 +0000"
    media = item.find("{http://search.yahoo.com/mrss/}content")
    assert media is not None
    assert media.get("url") == "https://a.example/p.webp"


def test_a_feed_may_be_empty() -> None:
    root = fromstring(feed_file(FeedHead("#tea", "", "https://a.example/tags/tea"), []))
    assert root.findall("channel/item") == []
