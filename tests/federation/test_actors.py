"""Our accounts as other sites read them."""

import pytest
from sqlalchemy import select, update

from app.accounts.models import Account, AccountKind
from app.accounts.profile import Profile, update_profile
from app.federation.answers import is_asked
from app.federation.keys import published_key, renew_key
from app.instance.service import found_coop
from app.members.register import Newcomer
from tests.factories import NOON, make_account
from tests.fakes import clock_of
from tests.federation.reading import BASE, LINKED, URLS, Reader
from tests.mastodon.apps import Site
from tests.queries import counted

PROFILE = Profile(
    display_name="Ines of the river",
    note="Boats and #bread",
    fields=(("Web", "https://ines.example/"),),
    locked=True,
    indexable=True,
)


def test_an_account_says_all_that_others_ask_for(site: Site, other: Reader) -> None:
    id_ = site.person("ines", created_at=NOON).account_id
    with site.write() as session:
        update_profile(session, id_, PROFILE, now=NOON)
    uri = URLS.actor(id_)
    found = other.read(uri)
    with site.kernel.db.read.begin() as session:
        key = published_key(session, id_)
        account = session.get_one(Account, id_)
    assert key is not None
    context = found.pop("@context")
    assert context[:2] == [
        "https://www.w3.org/ns/activitystreams",
        "https://w3id.org/security/v1",
    ]
    assert found == {
        "id": uri,
        "type": "Person",
        "preferredUsername": "ines",
        "name": "Ines of the river",
        "summary": URLS.absolute(account.note_html),
        "url": f"{BASE}/@ines",
        "webfinger": "ines@riverside.example",
        "inbox": f"{uri}/inbox",
        "outbox": f"{uri}/outbox",
        "followers": f"{uri}/followers",
        "following": f"{uri}/following",
        "featured": f"{uri}/collections/featured",
        "featuredTags": f"{uri}/collections/tags",
        "endpoints": {"sharedInbox": f"{BASE}/inbox"},
        "publicKey": {"id": f"{uri}#main-key", "owner": uri, "publicKeyPem": key.public_pem},
        "manuallyApprovesFollowers": True,
        "discoverable": True,
        "indexable": True,
        "memorial": False,
        "suspended": False,
        "published": "2026-11-09T00:00:00Z",
        "attachment": [
            {"type": "PropertyValue", "name": "Web", "value": account.fields[0]["html"]}
        ],
        "tag": [],
        "icon": {"type": "Image", "url": URLS.avatar(id_, None), "mediaType": "image/png"},
    }
    assert f'href="{BASE}/tags/bread"' in found["summary"]


@pytest.mark.parametrize(
    ("given", "type_"),
    [
        ({}, "Person"),
        ({"bot": True}, "Service"),
        ({"kind": AccountKind.SERVICE}, "Service"),
        ({"kind": AccountKind.COOP}, "Organization"),
    ],
)
def test_what_stands_behind_an_account_is_said(
    site: Site, other: Reader, given: dict[str, object], type_: str
) -> None:
    with site.write() as session:
        id_ = make_account(session, **given).id
    assert other.read(URLS.actor(id_))["type"] == type_


def test_the_site_has_a_key_and_a_name_of_its_own(site: Site, other: Reader) -> None:
    found = other.read("/actor")
    assert (found["type"], found["preferredUsername"]) == ("Application", "riverside.example")
    assert found["publicKey"]["id"] == f"{BASE}/actor#main-key"
    assert found["publicKey"]["owner"] == f"{BASE}/actor"
    assert "BEGIN PUBLIC KEY" in found["publicKey"]["publicKeyPem"]
    assert found["inbox"] == f"{BASE}/actor/inbox"


def test_the_coop_has_an_account_from_its_founding(site: Site, other: Reader) -> None:
    founder = Newcomer("ada", "ada@mail.example", "a hash")
    with site.write() as session:
        found_coop(
            session, name="Riverside", tagline="Along it.", founder=founder, via="test", now=NOON
        )
        account = session.scalars(select(Account).where(Account.kind == AccountKind.COOP)).one()
    found = other.read(URLS.actor(account.id))
    assert (found["type"], found["name"]) == ("Organization", "Riverside")
    assert found["summary"] == "<p>Along it.</p>"
    assert found["icon"]["url"] == f"{BASE}/faces/house.png"
    assert other.finger("acct:coop@riverside.example").json()["aliases"][1] == found["id"]
    assert other.read("/actor")["name"] == "Riverside"
    assert other.get(f"{BASE}/@coop", accept="text/html").status_code == 200
    followed = site.program("ines").post(f"/api/v1/accounts/{account.id}/follow")
    assert followed.json()["following"] is True


def test_a_renewed_key_is_published_at_once(site: Site, other: Reader) -> None:
    id_ = site.person("ines").account_id
    old = other.read(URLS.actor(id_))["publicKey"]
    renew_key(site.kernel, id_)
    clock_of(site.kernel).advance(minutes=1)
    new = other.read(URLS.actor(id_))["publicKey"]
    assert new["id"] == old["id"]
    assert new["publicKeyPem"] != old["publicKeyPem"]


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"waiting": True}, 404),
        ({"domain": "elsewhere.example"}, 404),
        ({"suspended_at": NOON}, 403),
    ],
    ids=["an applicant", "of another site", "suspended"],
)
def test_who_does_not_stand_here_has_no_document(
    site: Site, other: Reader, given: dict[str, object], status: int
) -> None:
    with site.write() as session:
        id_ = make_account(session, username="bo", **given).id
    answer = other.get(URLS.actor(id_))
    assert (answer.status_code, list(answer.json())) == (status, ["error"])


@pytest.mark.parametrize("number", ["1", "x", "-1", "9223372036854775808", "9" * 40])
def test_a_number_of_nobody_is_not_found(other: Reader, number: str) -> None:
    assert other.get(f"/ap/users/{number}").status_code in (404, 422)


def test_the_document_is_ready_until_anything_changes(site: Site, other: Reader) -> None:
    id_ = site.person("ines").account_id
    uri = URLS.actor(id_)
    other.read(uri)  # The first who asks has the key made, which is a change.
    other.read(uri)
    is_told = site.kernel.db.version() is not None  # PostgreSQL does not say what changed.
    with counted(site.kernel.db) as statements:
        other.read(uri)
    assert (statements == []) is is_told
    with site.write() as session:
        session.execute(update(Account).where(Account.id == id_).values(suspended_at=NOON))
    assert other.get(uri).status_code == 403


def test_what_is_signed_is_not_answered_from_what_was_kept(site: Site, other: Reader) -> None:
    uri = URLS.actor(site.person("ines").account_id)
    for _ in range(2):
        other.read(uri)
    with counted(site.kernel.db) as statements:
        assert other.get(uri, signature='keyId="x"').status_code == 200
    assert statements


ACCEPT = [
    ("application/activity+json", True),
    ("application/ld+json", True),
    (LINKED, True),
    (f"application/activity+json, {LINKED}", True),
    ("Application/Activity+JSON", True),
    ("text/html, application/activity+json;q=0.5", True),
    ("application/json", False),
    ("text/html,application/xhtml+xml,*/*;q=0.8", False),
    ("*/*", False),
    ("", False),
    ("application/activity+json;q=0", False),
    ("application/activity+jsonx", False),
]


@pytest.mark.parametrize(("accept", "wants"), ACCEPT)
def test_who_wants_documents_is_told_by_two_types(accept: str, wants: bool) -> None:
    assert is_asked(accept) is wants


@pytest.mark.parametrize(("accept", "wants"), ACCEPT)
def test_page_and_document_lead_to_each_other(
    site: Site, other: Reader, accept: str, wants: bool
) -> None:
    uri, page = URLS.actor(site.person("ines").account_id), f"{BASE}/@ines"
    at_id, at_page = other.get(uri, accept=accept), other.get(page, accept=accept)
    if wants:
        assert at_id.status_code == 200
        assert (at_page.status_code, at_page.headers["location"]) == (303, uri)
    else:
        assert (at_id.status_code, at_id.headers["location"]) == (303, page)
        assert at_page.status_code == 200
        link = f'<{uri}>; rel="alternate"; type="application/activity+json"'
        assert at_page.headers["link"] == link
    for answer in (at_id, at_page):
        assert {"accept", "signature"} <= set(answer.headers["vary"].lower().split(", "))


def test_somebody_of_another_site_is_not_shown_as_ours(site: Site, other: Reader) -> None:
    with site.write() as session:
        make_account(session, username="bo", domain="elsewhere.example")
    page = f"{BASE}/@bo@elsewhere.example"
    assert "link" not in other.get(page, accept="text/html").headers
    assert other.get(page).status_code == 404
