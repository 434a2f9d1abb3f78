"""What is not for everybody is in no document, by whatever way one comes to it."""

from collections.abc import Callable
from typing import Final, TypeAlias

import pytest

from app.accounts.models import Account
from app.members.actor import Actor
from app.statuses.featured import feature_tag
from app.statuses.models import Status
from app.statuses.quotes.rules import QuotePolicy
from app.statuses.service.boost import boost_status
from app.statuses.service.pins import pin_status
from app.statuses.visibility import OPEN, Visibility
from tests.factories import NOON
from tests.federation.reading import BASE, URLS, Reader
from tests.mastodon.apps import Site
from tests.social import post

SECRET: Final = "Quicksilver"


def _of_author(path: str) -> Callable[[Status], str]:
    return lambda status: f"{URLS.actor(status.account_id)}/{path}"


def _of_post(path: str) -> Callable[[Status], str]:
    return lambda status: f"{URLS.status_uri(status.account_id, status.id)}{path}"


# Every route that shows something of a post; 200 for all, with the post only if it is open.
Way: TypeAlias = Callable[[Status], str]
LISTS: Final[dict[str, Way]] = {
    "the outbox": _of_author("outbox?page=true"),
    "pinned posts": _of_author("collections/featured"),
}
# Those that are there only if the post is open.
OWN: Final[dict[str, Way]] = {
    "the post": _of_post(""),
    "its act": _of_post("/activity"),
    "its answers": _of_post("/replies"),
    "answers of others": _of_post("/replies?after=0"),
    "its likes": _of_post("/likes"),
    "its boosts": _of_post("/shares"),
    "its talk": lambda status: f"{BASE}/contexts/{status.id}",
    "its page": lambda status: f"{BASE}/@ines/{status.id}",
}
ASKING: Final[dict[str, dict[str, str]]] = {
    "a visitor": {},
    "a signed stranger": {"signature": 'keyId="x",signature="y"'},
}


def written(site: Site, visibility: Visibility) -> tuple[Actor, Status]:
    ines = site.person("ines")
    site.person("bo")
    with site.write() as session:
        status = post(session, ines, f"{SECRET} for @bo", visibility=visibility)
        if visibility is not Visibility.DIRECT:
            pin_status(session, ines, status.id, now=NOON)
    return ines, status


@pytest.mark.parametrize("asking", ASKING)
@pytest.mark.parametrize("visibility", Visibility)
def test_only_what_is_for_everybody_is_told(
    site: Site, other: Reader, visibility: Visibility, asking: str
) -> None:
    _, status = written(site, visibility)
    is_open = visibility in OPEN
    for name, url in LISTS.items():
        answer = other.get(url(status), **ASKING[asking])
        assert answer.status_code == 200, name
        assert (SECRET in answer.text) is is_open, name
    for name, url in OWN.items():
        answer = other.get(url(status), **ASKING[asking])
        assert (answer.status_code in (200, 303)) is is_open, name
        assert is_open or answer.status_code == 404, name
        assert is_open or SECRET not in answer.text, name


@pytest.mark.parametrize("visibility", sorted(set(Visibility) - OPEN))
def test_what_is_not_for_everybody_is_not_told_by_what_is_around_it(
    site: Site, other: Reader, visibility: Visibility
) -> None:
    ines, bo = site.person("ines"), site.person("bo")
    with site.write() as session:
        root = post(session, ines, "Open")
        hidden = [
            post(
                session, who, f"{SECRET} @bo @ines", visibility=visibility, in_reply_to_id=root.id
            )
            for who in (ines, bo)
        ]
        feature_tag(session, ines, "bread", now=NOON)
        post(session, ines, "#bread", visibility=visibility)
    uri = URLS.status_uri(ines.account_id, root.id)
    answers = (uri, f"{uri}/replies", f"{uri}/replies?after=0", f"{BASE}/contexts/{root.id}")
    for url in answers:
        text = other.get(url).text
        assert SECRET not in text
        for status in hidden:
            assert URLS.status_uri(status.account_id, status.id) not in text


def test_the_boost_of_ones_own_post_for_followers_is_not_told(site: Site, other: Reader) -> None:
    ines = site.person("ines")
    with site.write() as session:
        status = post(session, ines, SECRET, visibility=Visibility.FOLLOWERS)
        boost = boost_status(session, ines, status.id, now=NOON)
    assert other.get(URLS.activity(ines.account_id, boost.id)).status_code == 404
    outbox = other.get(f"{URLS.actor(ines.account_id)}/outbox?page=true")
    assert outbox.json()["orderedItems"] == []


def test_a_quote_of_what_is_not_for_everybody_names_it_to_nobody(
    site: Site, other: Reader
) -> None:
    ines = site.person("ines")
    with site.write() as session:
        quoted = post(session, ines, SECRET, visibility=Visibility.LOCAL)
        quoting = post(session, ines, "See", quoted_id=quoted.id, quote_policy=QuotePolicy.NOBODY)
    text = other.get(URLS.status_uri(ines.account_id, quoting.id)).text
    assert SECRET not in text
    assert URLS.status_uri(ines.account_id, quoted.id) not in text
    assert other.get(URLS.quote_stamp(ines.account_id, quoting.id)).status_code == 404


@pytest.mark.parametrize("path", ["", "/activity", "/replies", "/likes", "/shares"])
def test_a_post_is_not_there_under_somebody_elses_number(
    site: Site, other: Reader, path: str
) -> None:
    _, status = written(site, Visibility.PUBLIC)
    wrong = URLS.status_uri(site.person("bo").account_id, status.id)
    assert other.get(f"{wrong}{path}").status_code == 404


@pytest.mark.parametrize("name", sorted(OWN))
def test_nothing_of_a_suspended_author_is_told(site: Site, other: Reader, name: str) -> None:
    ines, status = written(site, Visibility.PUBLIC)
    other.get(OWN[name](status))
    with site.write() as session:
        session.get_one(Account, ines.account_id).suspended_at = NOON
    answer = other.get(OWN[name](status))
    assert answer.status_code in (403, 404)
    assert SECRET not in answer.text
