"""What posts of elsewhere mean: language, addresses, emoji, quotes, polls."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from app.federation.activitystreams.attachments import seconds_in
from app.federation.activitystreams.documents import NUMBER_MAX
from tests.federation.written import NOW, THERE, actor, post


@pytest.mark.parametrize(
    ("texts", "language"),
    [
        ({"en": "<p>Hi</p>"}, "en"),
        ({"de": "<p>Na</p>", "en": "<p>Hi</p>"}, "en"),
        ({"de": "<p>Na</p>"}, "de"),
        ({"de": "<p>Na</p>", "fr": "<p>Eh</p>"}, None),
        ({"zh-Hant-TW": "<p>Hi</p>"}, "zh-Hant-TW"),
        ({"'><script>": "<p>Hi</p>"}, None),
        ({"en": 7}, None),
        ({}, None),
    ],
    ids=str,
)
def test_the_language_is_that_of_the_text(texts: object, language: str | None) -> None:
    assert post(contentMap=texts).language == language


def test_without_content_the_map_has_it() -> None:
    assert post(content=None, contentMap={"en": "<p>Map</p>"}).content == "<p>Map</p>"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (f"{THERE}/@a/1", f"{THERE}/@a/1"),
        ([f"{THERE}/a", f"{THERE}/b"], f"{THERE}/a"),
        ({"type": "Link", "href": f"{THERE}/a"}, f"{THERE}/a"),
        (
            [
                {"type": "Link", "href": f"{THERE}/a.json", "mediaType": "application/json"},
                {"type": "Link", "href": f"{THERE}/a.html", "mediaType": "text/html; charset=u"},
            ],
            f"{THERE}/a.html",
        ),
        ("javascript:alert(1)", None),
        (["java\tscript:alert(1)", "data:text/html,x", "vbscript:x"], None),
        ({"type": "Link", "href": "file:///etc/passwd"}, None),
    ],
    ids=str,
)
def test_addresses_lead_to_the_web_or_nowhere(url: object, expected: str | None) -> None:
    assert post(url=url).url == expected


@pytest.mark.parametrize("bad", ["javascript:x", "data:image/png,x", "bear:?u=x", "//a/b", 7, ""])
def test_files_and_pictures_come_from_the_web(bad: object) -> None:
    found = post(
        attachment=[{"type": "Image", "url": bad}, {"type": "Link", "href": bad}],
        tag=[{"type": "Emoji", "name": ":a:", "icon": {"url": bad}}],
        quote=bad,
    )
    assert (found.attachments, found.links, found.tags.emojis) == ((), (), ())
    assert found.quote is None
    assert actor(icon={"type": "Image", "url": bad}, image=bad).avatar is None


@pytest.mark.parametrize(
    ("point", "kept"),
    [
        ([0.25, -3], (0.25, -1.0)),
        ([2**62, -(2**62)], (1.0, -1.0)),
        ([1e308, 0], (1.0, 0.0)),
        (["0.5", "0.5"], None),
        ([0.5], None),
        ({"x": 0.5}, None),
    ],
    ids=str,
)
def test_a_point_outside_of_the_picture_is_brought_in_or_left_out(
    point: object, kept: object
) -> None:
    [file] = post(
        attachment={"type": "Image", "url": f"{THERE}/a.png", "focalPoint": point}
    ).attachments
    assert file.focus == kept


@pytest.mark.parametrize("blurhash", ["x" * 10_000, "U<b>", "", 7, ["UBL_"]])
def test_a_blurhash_that_is_none_is_left_out(blurhash: object) -> None:
    [file] = post(
        attachment={"type": "Image", "url": f"{THERE}/a.png", "blurhash": blurhash}
    ).attachments
    assert file.blurhash is None


@pytest.mark.parametrize(
    "name", [":a'b:", ':"><b>:', ": :", "::", ":\u00fc:", ":" + "a" * 101 + ":"]
)
def test_an_emoji_with_another_name_is_none(name: str) -> None:
    tag = {"type": "Emoji", "name": name, "icon": {"type": "Image", "url": f"{THERE}/a.png"}}
    assert post(tag=tag).tags.emojis == ()


@pytest.mark.parametrize(
    ("given", "uri", "is_legacy"),
    [
        ({"quote": f"{THERE}/q"}, f"{THERE}/q", False),
        ({"quote": {"id": f"{THERE}/q", "type": "Note"}}, f"{THERE}/q", False),
        ({"quoteUrl": f"{THERE}/u", "quoteUri": f"{THERE}/v"}, f"{THERE}/u", True),
        ({"quoteUri": f"{THERE}/v"}, f"{THERE}/v", True),
        ({"_misskey_quote": f"{THERE}/m", "quoteUrl": f"{THERE}/u"}, f"{THERE}/m", True),
        (
            {
                "tag": {
                    "type": "Link",
                    "mediaType": "application/activity+json",
                    "href": f"{THERE}/l",
                    "name": "RE: x",
                }
            },
            f"{THERE}/l",
            True,
        ),
        (
            {
                "tag": {
                    "type": "Link",
                    "mediaType": "application/activity+json",
                    "href": f"{THERE}/l",
                }
            },
            None,
            False,
        ),
        ({"quote": None}, None, False),
    ],
    ids=str,
)
def test_quotes_are_read_in_their_order(
    given: dict[str, Any], uri: str | None, *, is_legacy: bool
) -> None:
    quote = post(**given).quote
    assert (quote and quote.uri) == uri
    assert (quote is not None and quote.is_legacy) is is_legacy


@pytest.mark.parametrize(
    ("closed", "end", "closed_at", "ends_at"),
    [
        (None, None, None, None),
        (True, None, NOW, None),
        (False, None, None, None),
        ("2026-01-30T12:00:00Z", None, NOW - timedelta(days=1), NOW - timedelta(days=1)),
        ("2026-02-01T12:00:00Z", None, None, NOW + timedelta(days=1)),
        (True, "2026-01-30T12:00:00Z", NOW - timedelta(days=1), NOW - timedelta(days=1)),
        (None, "2026-02-01T12:00:00Z", None, NOW + timedelta(days=1)),
    ],
    ids=str,
)
def test_when_a_poll_ends(
    closed: object, end: object, closed_at: datetime | None, ends_at: datetime | None
) -> None:
    found = post(type="Question", oneOf=[{"name": "a"}, {}, 7], closed=closed, endTime=end).poll
    assert found is not None
    assert (found.closed_at, found.ends_at) == (closed_at, ends_at)
    assert [(option.text, option.votes) for option in found.options] == [("a", None)]


@pytest.mark.parametrize(
    ("votes", "expected"),
    [(-5, 0), (1.9, 1), (1 << 70, NUMBER_MAX), (True, None), ("7", None)],
    ids=str,
)
def test_numbers_are_numbers(votes: object, expected: int | None) -> None:
    found = post(type="Question", oneOf=[{"name": "a", "replies": {"totalItems": votes}}]).poll
    assert found is not None
    assert found.options[0].votes == expected


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT754S", 754),
        ("PT1M5.5S", 65),
        ("P1DT1H", 90_000),
        ("PT", None),
        ("P", None),
        ("", None),
        ("1:05", None),
        ("P9999DT", None),
        ("PT999999999S", 7 * 86_400),
        ("-PT5S", None),
    ],
)
def test_durations(text: str, seconds: int | None) -> None:
    assert seconds_in(text) == seconds
