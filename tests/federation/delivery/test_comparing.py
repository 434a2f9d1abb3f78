"""Posts for followers carry a number by which the other site sees whether we agree."""

import pytest

from app.accounts.models import RemoteKey
from app.core.kernel import Kernel
from app.federation.delivery.followers import HEADER, digest_of
from app.federation.signatures.forms import Form
from app.federation.signatures.keys import Signer, public_pem
from app.federation.signatures.messages import Message
from app.federation.signatures.signing import sign
from app.moderation.sites.models import StoredRule
from app.moderation.sites.rules import Severity
from app.statuses.visibility import Visibility
from tests.factories import NOON
from tests.federation.delivery.far import FarSites, meet, waiting
from tests.federation.reading import URLS, Reader
from tests.federation.signatures.other import rsa_key
from tests.mastodon.apps import Site
from tests.social import post

KIM = "https://far.example/u/kim"


def test_only_what_is_for_followers_carries_the_number(site: Site, far: FarSites) -> None:
    ines = site.person("ines")
    for name, host in (("kim", "far.example"), ("ann", "far.example"), ("lee", "near.example")):
        far.heard_by(site, meet(site, name, host), ines)
    meet(site, "max", "third.example")
    with site.write() as session:
        post(session, ines, "@max@third.example hi", visibility=Visibility.FOLLOWERS)
    headers = {one.inbox: one.headers.get(HEADER) for one in far.work()}
    actor = URLS.actor(ines.account_id)
    digest = digest_of([KIM, "https://far.example/u/ann"])
    assert headers["https://far.example/inbox"] == (
        f'collectionId="{actor}/followers", url="{actor}/followers_synchronization", '
        f'digest="{digest}"'
    )
    assert digest not in (headers["https://near.example/inbox"] or digest)
    assert headers["https://third.example/inbox"] is None
    with site.write() as session:
        post(session, ines, "To all")
    assert {one.headers.get(HEADER) for one in far.work()} == {None}


@pytest.mark.parametrize("is_signed", [True, False])
def test_the_list_behind_it_is_for_that_site_alone(
    site: Site, far: FarSites, other: Reader, kernel: Kernel, is_signed: bool
) -> None:
    ines = site.person("ines")
    kim = meet(site, "kim")
    for account_id in (kim, meet(site, "lee", "near.example")):
        far.heard_by(site, account_id, ines)
    with site.write() as session:
        pem = public_pem(rsa_key())
        session.add(
            RemoteKey(uri=f"{KIM}#main-key", account_id=kim, public_pem=pem, fetched_at=NOON)
        )
    url = f"{URLS.actor(ines.account_id)}/followers_synchronization"
    signer = Signer(f"{KIM}#main-key", rsa_key())
    message = Message.sent("GET", url)
    headers = sign(message, signer, Form.CAVAGE, now=kernel.clock.now()) if is_signed else {}
    answer = other.get(url, **headers)
    if is_signed:
        assert (answer.json()["id"], answer.json()["orderedItems"]) == (url, [KIM])
    else:
        assert answer.status_code == 401


def test_nothing_goes_to_a_site_that_was_decided_against(
    site: Site, far: FarSites, kernel: Kernel
) -> None:
    ines = site.person("ines")
    far.heard_by(site, meet(site, "kim"), ines)
    far.heard_by(site, meet(site, "lee", "near.example"), ines)
    with site.write() as session:
        post(session, ines, "Before")
    courier = far.courier()
    courier.address()
    with site.write() as session:
        session.add(StoredRule(domain="far.example", severity=Severity.SUSPENDED, created_at=NOON))
        post(session, ines, "After")
    assert {one.inbox for one in far.work()} == {"https://near.example/inbox"}
    assert waiting(kernel) == (0, 0)
