"""Accounts and posts of other sites keep the names that they have there."""

from app.accounts.models import Account, RemoteActor
from app.statuses.models import RemoteStatus
from tests.factories import NOON, make_account
from tests.mastodon.apps import Site
from tests.social import post

THERE = "https://elsewhere.example"


def settle(site: Site, *, url: str | None) -> Account:
    with site.write() as session:
        account = make_account(session, username="bo", domain="elsewhere.example")
        session.add(
            RemoteActor(
                account_id=account.id,
                uri=f"{THERE}/users/7",
                url=url,
                inbox=f"{THERE}/users/7/inbox",
                fetched_at=NOON,
            )
        )
    return account


def test_an_account_is_named_as_it_is_at_home(site: Site) -> None:
    bo = settle(site, url=f"{THERE}/@bo")
    found = site.program("ada").get(f"/api/v1/accounts/{bo.id}").json()
    assert (found["acct"], found["uri"]) == ("bo@elsewhere.example", f"{THERE}/users/7")
    assert found["url"] == f"{THERE}/@bo"


def test_without_a_page_the_id_is_the_way_there(site: Site) -> None:
    bo = settle(site, url=None)
    found = site.program("ada").get(f"/api/v1/accounts/{bo.id}").json()
    assert found["url"] == f"{THERE}/users/7"


def test_a_post_and_whom_it_names_are_named_as_at_home(site: Site) -> None:
    bo, ada = settle(site, url=f"{THERE}/@bo"), site.person("ada")
    with site.write() as session:
        status = post(session, ada, "Hello @bo@elsewhere.example")
        status.account_id = bo.id
        session.add(
            RemoteStatus(
                status_id=status.id,
                uri=f"{THERE}/notes/1",
                url=f"{THERE}/@bo/1",
                fetched_at=NOON,
            )
        )
    found = site.program("ada").get(f"/api/v1/statuses/{status.id}").json()
    assert (found["uri"], found["url"]) == (f"{THERE}/notes/1", f"{THERE}/@bo/1")
    [named] = found["mentions"]
    assert (named["acct"], named["url"]) == ("bo@elsewhere.example", f"{THERE}/@bo")
