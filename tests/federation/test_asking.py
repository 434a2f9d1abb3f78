"""Our site asks, and another one of ours answers: what we write is what we read."""

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from app.core.kernel import Kernel
from app.core.net import Answer, Ask, Net
from app.federation.asking import open_fetcher, own_hosts, site_signer
from app.federation.authority import actor_of
from app.federation.fetching import Fetcher, NoDocument
from app.federation.keys import private_pem, signing_key
from app.federation.people import keep_person
from app.federation.signatures.keys import Algorithm, PrivateKey, is_signed, own_key, sign_text
from app.federation.signatures.messages import Message
from app.federation.signatures.reading import read_claim
from app.text.handles import Handle
from tests.federation.reading import BASE, URLS, Reader
from tests.mastodon.apps import Site
from tests.sites import FAR, found_at, opened

INES = Handle("ines", "riverside.example")


@pytest.fixture
def net() -> Iterator[Net]:
    yield from opened(lookup=found_at(FAR))


@pytest.fixture
def asked() -> list[Message]:
    """The signed requests that came, as the other site sees them."""
    return []


@pytest.fixture
def fetcher(kernel: Kernel, other: Reader, asked: list[Message]) -> Fetcher:
    """Somebody at coop.example who asks the site of the tests, without a network between."""

    def fetch(asking: Ask) -> Answer:
        signed = asking.sign(asking.method, asking.url) if asking.sign else {}
        answer = other.client.get(asking.url, headers={**asking.headers, **signed})
        if signed:
            target = asking.url.removeprefix(BASE)
            pairs = [(n.encode(), v.encode()) for n, v in answer.request.headers.items()]
            asked.append(Message.received("GET", BASE, target, pairs))
        return Answer(answer.status_code, asking.url, dict(answer.headers), answer.content)

    return Fetcher(
        fetch,
        signer=lambda: site_signer(kernel),
        clock=kernel.clock,
        here=frozenset({"coop.example"}),
    )


def test_a_member_is_found_and_kept_by_another_site(
    site: Site, fetcher: Fetcher, kernel: Kernel
) -> None:
    id_ = site.person("ines").account_id
    found = fetcher.person(INES)
    assert found.handle == INES
    assert (found.actor.id, found.actor.username) == (URLS.actor(id_), "ines")
    assert found.actor.followers == f"{URLS.actor(id_)}/followers"
    assert found.actor.shared_inbox == URLS.shared_inbox
    with kernel.db.write.begin() as session:
        kept = keep_person(session, found, now=kernel.clock.now())
        assert (kept.username, kept.domain) == ("ines", "riverside.example")


def test_the_key_of_a_member_is_read_and_checks_what_they_sign(
    site: Site, fetcher: Fetcher, kernel: Kernel
) -> None:
    id_ = site.person("ines").account_id
    key, owner = fetcher.key(f"{URLS.actor(id_)}#main-key")
    assert owner.id == URLS.actor(id_)
    with kernel.db.read.begin() as session:
        signature = sign_text(_private(session, kernel, id_), b"text")
    assert is_signed(key.public(), Algorithm.RSA_SHA256, signature, b"text")


def _private(session: Session, kernel: Kernel, account_id: int) -> PrivateKey:
    key = signing_key(session, account_id)
    assert key is not None
    return own_key(private_pem(key, kernel.keyring))


def test_the_site_itself_is_read_and_is_who_signed(
    fetcher: Fetcher, kernel: Kernel, asked: list[Message]
) -> None:
    site = actor_of(fetcher.document(URLS.site_actor), now=kernel.clock.now())
    assert site.is_bot
    [message] = asked
    claim = read_claim(message, now=kernel.clock.now())
    assert claim.key_id == f"{URLS.site_actor}#main-key"
    [key] = site.keys
    assert claim.is_by(key.public())


def test_the_site_does_not_ask_itself(kernel: Kernel, net: Net) -> None:
    assert own_hosts(kernel) == {"riverside.example"}
    with pytest.raises(NoDocument, match="not asked"):
        open_fetcher(kernel, net).document(URLS.site_actor)
