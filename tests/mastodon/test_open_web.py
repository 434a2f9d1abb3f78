"""What the web outside gets of posts: feeds, frames, oEmbed, previews; on each engine in turn.

Nothing that a visitor may not see comes out of any of them. Source: security.md (c) 109.
"""

import re
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from fastapi.testclient import TestClient

from app.statuses.service.boost import boost_status
from app.statuses.visibility import Visibility
from tests.mastodon.apps import Site
from tests.social import make_person, post

HERE = "https://riverside.example"
OEMBED = "/api/oembed"


@dataclass
class Street:
    """A post of each kind by bo, and who else posts; `web` is a visitor's browser."""

    site: Site
    web: TestClient
    ids: dict[str, int] = field(default_factory=dict)

    def page(self, kind: str, name: str = "bo") -> str:
        """Return the page of the post of a kind."""
        return f"/@{name}/{self.ids[kind]}"

    def feed(self, path: str) -> list[str]:
        """Return what the entries of a feed say."""
        answer = self.web.get(path)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
        items = fromstring(answer.content).findall("channel/item")
        return [item.findtext("description") or "" for item in items]


@pytest.fixture
def street(site: Site) -> Street:
    """The street, on each engine in turn."""
    street = Street(site, site.program(None))
    street.web.headers["accept"] = "text/html"
    street.web.follow_redirects = False
    with site.write() as session:
        bo = site.people["bo"] = make_person(session, "bo", display_name="Bo", indexable=True)
        for kind in Visibility:
            made = post(session, bo, f"The {kind.value} one. #tea", visibility=kind)
            street.ids[kind.value] = made.id
        street.ids["warned"] = post(session, bo, "The butler. #tea", spoiler="Films").id
        answered = street.ids["public"]
        cy = make_person(session, "cy", discoverable=False)
        street.ids["answer"] = post(session, bo, "An answer.", in_reply_to_id=answered).id
        street.ids["of cy"] = post(session, cy, "Cy's own. #tea").id
        boost_status(session, cy, answered, now=site.now)
    return street


def test_a_feed_holds_public_posts_alone(street: Street) -> None:
    found = street.feed("/@bo.rss")
    assert [re.sub("<[^>]+>", "", words) for words in found] == [
        "An answer.",
        "Films",
        "The public one. #tea",
    ]
    assert f'href="{HERE}/tags/tea"' in found[2]
    assert street.feed("/tags/tea.rss") == [*found[1:]]
    assert street.feed("/tags/%23TEA.rss") == [*found[1:]]
    assert street.feed("/tags/nothing.rss") == []


def test_who_is_not_for_visitors_has_no_feed(street: Street) -> None:
    gone = street.web.get("/@nobody.rss")
    for path in ("/@cy.rss", "/@bo@far.example.rss"):
        hidden = street.web.get(path)
        assert hidden.status_code == gone.status_code == 404
    assert ".rss" not in street.web.get("/@cy").text
    assert 'href="/@bo.rss"' in street.web.get("/@bo").text
    assert 'href="/tags/tea.rss"' in street.web.get("/tags/tea").text


@pytest.mark.parametrize("kind", ["public", "unlisted", "warned"])
def test_an_open_post_is_shown_in_frames(street: Street, kind: str) -> None:
    page = street.page(kind)
    assert "application/json+oembed" in street.web.get(page).text
    told = street.web.get(OEMBED, params={"url": HERE + page}).json()
    assert (told["type"], told["version"], told["author_name"]) == ("rich", "1.0", "Bo")
    assert told["author_url"] == f"{HERE}/@bo"
    assert f'src="{HERE}{page}/embed"' in told["html"]
    frame = street.web.get(f"{page}/embed")
    assert frame.status_code == 200
    policy = frame.headers["content-security-policy"]
    assert "frame-ancestors *" in policy
    assert "frame-ancestors 'none'" in street.web.get(page).headers["content-security-policy"]
    assert "set-cookie" not in frame.headers
    assert "<form" not in frame.text
    assert "<script" not in frame.text


@pytest.mark.parametrize("kind", ["local", "followers", "direct"])
def test_any_other_post_is_not_there(street: Street, kind: str) -> None:
    page, nothing = street.page(kind), "/@bo/1"
    for path in (f"{page}/embed", page):
        assert street.web.get(path).status_code == 404
    # Not even to its author, whose browser sends their cookie along.
    author = street.site.program("bo")
    for web in (street.web, author):
        told = web.get(OEMBED, params={"url": HERE + page})
        unknown = web.get(OEMBED, params={"url": HERE + nothing})
        assert told.status_code == unknown.status_code == 404
        assert told.content == unknown.content
    assert author.get(f"{page}/embed").status_code == 404


URLS = [
    pytest.param({}, 400, id="none"),
    pytest.param({"url": "https://far.example/@bo/1"}, 404, id="of another site"),
    pytest.param({"url": f"{HERE}/@bo"}, 404, id="of a person"),
    pytest.param({"url": f"{HERE}/@cy/PUBLIC"}, 404, id="of the wrong person"),
    pytest.param({"url": f"{HERE}/@bo/{'9' * 19}"}, 404, id="a number that is no id"),
    pytest.param({"url": f"{HERE}/@bo/PUBLIC/", "maxwidth": "300"}, 200, id="narrow"),
]


@pytest.mark.parametrize(("sent", "status"), URLS)
def test_what_oembed_answers(street: Street, sent: dict[str, Any], status: int) -> None:
    number = str(street.ids["public"])
    sent = {name: value.replace("PUBLIC", number) for name, value in sent.items()}
    answer = street.web.get(OEMBED, params=sent)
    assert answer.status_code == status, answer.text
    if status == 200:
        assert answer.json()["width"] == 300


def test_previews_tell_what_a_post_is_about(street: Street) -> None:
    text = street.web.get(street.page("public")).text
    assert 'property="og:description" content="The public one. #tea"' in text
    assert "noindex" not in text
    warned = street.web.get(street.page("warned")).text
    assert 'property="og:description" content="Films"' in warned
    for path in (street.page("unlisted"), "/@bo"):
        assert "noindex" not in street.web.get(path).text
    for path in (street.page("of cy", "cy"), "/@cy", f"{street.page('public')}/embed"):
        assert '<meta name="robots" content="noindex">' in street.web.get(path).text


def test_posts_of_somebody_with_a_tag(street: Street) -> None:
    shown = street.web.get("/@bo/tagged/Tea").text
    for kind, is_there in (("public", True), ("unlisted", True), ("local", False)):
        assert (f"The {kind} one." in shown) is is_there
    assert "An answer." not in shown
    assert "Cy's own." not in shown
    assert street.web.get("/@nobody/tagged/tea").status_code == 404
