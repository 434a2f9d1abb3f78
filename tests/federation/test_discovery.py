"""WebFinger and host-meta: whatever names an account of ours leads to its one id."""

from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import update

from app.accounts.models import Account
from app.core.db import Database
from app.core.kernel import Kernel
from app.core.settings import Settings
from tests.factories import NOON, make_account
from tests.fakes import FixedClock
from tests.federation.reading import BASE, URLS, Reader
from tests.kernels import assemble
from tests.mastodon.apps import Site

SELF = "application/activity+json"


@pytest.mark.parametrize(
    "resource",
    [
        "acct:ines@riverside.example",
        "acct:@ines@riverside.example",
        "ACCT:Ines@Riverside.EXAMPLE",
        "https://riverside.example/@ines",
        "https://RIVERSIDE.example/@INES",
        "https://riverside.example:443/@ines",
        "https://riverside.example/ap/users/{id}",
    ],
)
def test_every_way_to_name_somebody_leads_to_their_id(
    site: Site, other: Reader, resource: str
) -> None:
    id_ = site.person("ines").account_id
    answer = other.finger(resource.format(id=id_))
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/jrd+json; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"] == "public, max-age=259200"
    page, uri = f"{BASE}/@ines", URLS.actor(id_)
    assert answer.json() == {
        "subject": "acct:ines@riverside.example",
        "aliases": [page, uri],
        "links": [
            {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": page},
            {"rel": "self", "type": SELF, "href": uri},
            {
                "rel": "http://ostatus.org/schema/1.0/subscribe",
                "template": f"{BASE}/authorize_interaction?uri={{uri}}",
            },
            {"rel": "http://webfinger.net/rel/avatar", "href": URLS.avatar(id_, None)},
        ],
    }


@pytest.mark.parametrize(
    "resource",
    ["acct:riverside.example@riverside.example", BASE, f"{BASE}/", f"{BASE}/actor"],
)
def test_the_site_itself_is_found(other: Reader, resource: str) -> None:
    found = other.finger(resource).json()
    assert found["subject"] == "acct:riverside.example@riverside.example"
    [link] = [link for link in found["links"] if link["rel"] == "self"]
    assert (link["type"], link["href"]) == (SELF, f"{BASE}/actor")
    assert set(link["properties"].values()) == {"Application"}


@pytest.mark.parametrize(
    ("resource", "status"),
    [
        ("", 400),
        ("ines", 400),
        ("acct:", 400),
        ("acct:ines", 400),
        ("acct:ines@", 400),
        ("acct:in es@riverside.example", 400),
        ("mailto:ines@riverside.example", 400),
        ("https://[", 400),
        ("https:///@ines", 400),
        ("https://ada@riverside.example/@ines", 400),
        ("acct:" + "a" * 2_000 + "@riverside.example", 400),
        ("acct:nobody@riverside.example", 404),
        ("acct:ines@elsewhere.example", 404),
        ("https://elsewhere.example/@ines", 404),
        ("http://riverside.example/@ines", 404),
        (f"{BASE}/@ines@elsewhere.example", 404),
        (f"{BASE}/@nobody", 404),
        (f"{BASE}/about", 404),
        (f"{BASE}/ap/users/1", 404),
        (f"{BASE}/ap/users/99999999999999999999999", 404),
        (f"{BASE}/ap/users/9223372036854775808", 404),
        (f"{BASE}/ap/users/x", 404),
        ("acct:waiting@riverside.example", 404),
    ],
)
def test_what_names_nobody_here_is_said_to(
    site: Site, other: Reader, resource: str, status: int
) -> None:
    site.person("ines")
    with site.write() as session:
        make_account(session, username="waiting", waiting=True)
        make_account(session, username="nobody", domain="elsewhere.example")
    answer = other.finger(resource)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]


def test_without_a_resource_we_say_what_is_missing(other: Reader) -> None:
    assert other.get("/.well-known/webfinger").status_code == 400


def test_a_number_of_another_site_is_no_account_of_ours(site: Site, other: Reader) -> None:
    with site.write() as session:
        id_ = make_account(session, username="bo", domain="elsewhere.example").id
    assert other.finger(URLS.actor(id_)).status_code == 404


def test_a_suspended_account_keeps_its_address(site: Site, other: Reader) -> None:
    id_ = site.person("ines").account_id
    with site.write() as session:
        session.execute(update(Account).where(Account.id == id_).values(suspended_at=NOON))
    assert other.finger("acct:ines@riverside.example").status_code == 200


def test_both_domains_lead_here_and_the_short_one_is_said(
    settings: Settings, db: Database, clock: FixedClock
) -> None:
    apart = settings.model_copy(update={"domain": "river.example"})
    site = Site(assemble(apart, db, clock))
    site.person("ines")
    other = Reader(site)
    for domain in ("river.example", "riverside.example"):
        found = other.finger(f"acct:ines@{domain}")
        assert found.json()["subject"] == "acct:ines@river.example"


def test_older_sites_are_told_where_to_ask(kernel: Kernel, other: Reader) -> None:
    template = f"{BASE}/.well-known/webfinger?resource={{uri}}"
    answer = other.get("/.well-known/host-meta", accept="*/*")
    assert answer.headers["content-type"] == "application/xrd+xml; charset=utf-8"
    [link] = ET.fromstring(answer.text)
    assert link.attrib == {"rel": "lrdd", "template": template}
    for address, accept in (
        ("/.well-known/host-meta", "application/json"),
        ("/.well-known/host-meta.json", "*/*"),
    ):
        answer = other.get(address, accept=accept)
        assert answer.headers["content-type"] == "application/jrd+json; charset=utf-8"
        assert answer.json() == {"links": [{"rel": "lrdd", "template": template}]}
