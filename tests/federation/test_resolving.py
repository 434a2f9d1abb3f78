"""A member names somebody of another site, and they are found there and known here."""

import orjson
import pytest
from sqlalchemy import func, select

from app.accounts.models import RemoteActor
from app.core.kernel import Kernel
from app.core.net import Answer, Ask
from app.federation.asking import site_signer
from app.federation.fetching import Fetcher
from app.federation.resolving import Resolver
from tests.fakes import FixedClock
from tests.http.conftest import ticket_of
from tests.mastodon.apps import Site

ACTOR = "https://far.example/u/kim"
JRD = {
    "subject": "acct:kim@far.example",
    "links": [{"rel": "self", "type": "application/activity+json", "href": ACTOR}],
}
DOCUMENT = {
    "@context": "https://www.w3.org/ns/activitystreams",
    "id": ACTOR,
    "type": "Person",
    "preferredUsername": "kim",
    "name": "Kim",
    "inbox": f"{ACTOR}/inbox",
}


@pytest.fixture
def asked(site: Site, kernel: Kernel) -> list[str]:
    """What another site was asked, which knows Kim alone."""
    asked: list[str] = []

    def fetch(ask: Ask) -> Answer:
        asked.append(ask.url)
        if "webfinger" in ask.url and "kim" in ask.url:
            headers = {"content-type": "application/jrd+json"}
            return Answer(200, ask.url, headers, orjson.dumps(JRD))
        if ask.url == ACTOR:
            headers = {"content-type": "application/activity+json"}
            return Answer(200, ask.url, headers, orjson.dumps(DOCUMENT))
        return Answer(404, ask.url, {}, b"")

    fetcher = Fetcher(
        fetch,
        signer=lambda: site_signer(kernel),
        clock=kernel.clock,
        here=frozenset({"riverside.example"}),
    )
    site.app.state.resolver = Resolver(kernel, fetcher)
    return asked


@pytest.mark.parametrize("words", ["@kim@far.example", "kim@far.example", ACTOR])
def test_somebody_elsewhere_is_found_by_address_or_link(
    site: Site, asked: list[str], words: str
) -> None:
    answer = site.program("ines").get("/api/v2/search", params={"q": words, "resolve": "true"})
    assert [one["acct"] for one in answer.json()["accounts"]] == ["kim@far.example"]


def test_who_is_known_is_asked_about_once_a_day(
    site: Site, asked: list[str], clock: FixedClock
) -> None:
    program = site.program("ines")
    params = {"q": "@kim@far.example", "resolve": "true"}
    program.get("/api/v2/search", params=params)
    before = len(asked)
    program.get("/api/v2/search", params=params)
    assert len(asked) == before
    clock.advance(days=1, seconds=1)
    program.get("/api/v2/search", params=params)
    assert len(asked) > before


@pytest.mark.parametrize(
    ("words", "resolve"),
    [
        pytest.param("@kim@far.example", "false", id="not asked to"),
        pytest.param("@nobody@far.example", "true", id="nobody is there"),
        pytest.param("kim", "true", id="no address"),
        pytest.param("@ines@riverside.example", "true", id="a neighbour"),
    ],
)
def test_what_finds_nobody_leaves_nothing(
    site: Site, asked: list[str], kernel: Kernel, words: str, resolve: str
) -> None:
    params = {"q": words, "resolve": resolve}
    answer = site.program("ines").get("/api/v2/search", params=params)
    assert answer.status_code == 200
    with kernel.db.read.begin() as session:
        assert session.scalar(select(func.count(RemoteActor.account_id))) == 0


def test_visitors_have_nobody_looked_up(site: Site, asked: list[str]) -> None:
    params = {"q": "@kim@far.example", "resolve": "true"}
    assert site.program(None).get("/api/v2/search", params=params).status_code == 401
    assert asked == []


def test_a_member_finds_them_from_the_search_page(site: Site, asked: list[str]) -> None:
    browser = site.browser("ines")
    browser.follow_redirects = True
    page = browser.get("/search", params={"q": "@kim@far.example"})
    assert "Ask their site" in page.text
    assert asked == [], "looking at a page asks nobody"
    found = browser.post(
        "/search/elsewhere", data={"q": "@kim@far.example", "csrf": ticket_of(page.text)}
    )
    assert found.url.path == "/@kim@far.example"
    assert "Open on their site" in found.text
    assert f'href="{ACTOR}"' in found.text
    assert "Ask to follow" in found.text
    again = browser.get("/search", params={"q": "@kim@far.example"})
    assert again.url.path == "/@kim@far.example", "who is known is there at once"


def test_the_search_page_says_that_nobody_was_found(site: Site, asked: list[str]) -> None:
    browser = site.browser("ines")
    browser.follow_redirects = True
    page = browser.get("/search", params={"q": "@nobody@far.example"})
    data = {"q": "@nobody@far.example", "csrf": ticket_of(page.text)}
    assert "Nobody was found there" in browser.post("/search/elsewhere", data=data).text


def test_nobody_is_asked_without_a_ticket_or_by_a_visitor(site: Site, asked: list[str]) -> None:
    sent = {"q": "@kim@far.example"}
    assert site.browser("ines").post("/search/elsewhere", data=sent).status_code == 403
    assert site.program(None).post("/search/elsewhere", data=sent).status_code == 403
    assert asked == []
