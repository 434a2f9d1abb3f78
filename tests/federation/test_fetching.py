"""Asking other sites, over the loopback: what is signed, what is believed, what is not asked."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256

from app.core.net import FetchFailed, Net
from app.federation.activitystreams.documents import Unreadable
from app.federation.authority import NotTheirs, actor_of
from app.federation.fetching import Fetcher, Gone, NoDocument
from app.federation.signatures.forms import REMEMBERED, Form
from app.federation.signatures.keys import Signer, read_public_key
from app.federation.signatures.messages import Message
from app.federation.signatures.reading import read_claim
from app.text.handles import Handle
from tests.fakes import FixedClock
from tests.federation.signatures.other import rsa_key
from tests.federation.signatures.vectors import RSA_PUBLIC
from tests.loops import Loop, loop_thread
from tests.sites import FAR, Site, found_at, opened

OURS: Final = "https://here.example/actor#main-key"
ACTIVITY: Final = "application/activity+json"
ELSEWHERE: Final = "http://elsewhere.example/"
PUBLIC: Final = read_public_key(RSA_PUBLIC)
_PADDING: Final = (PKCS1v15(), SHA256())


class There:
    """Another site, which believes nobody without a signature, in the forms that it takes."""

    def __init__(self, site: Site, clock: FixedClock) -> None:
        self.site = site
        self.clock = clock
        self.takes = set(Form)
        self.seen: list[Form | None] = []
        self.ada = self.url("/users/ada")
        self.give(
            "/users/ada",
            {
                "id": self.ada,
                "type": "Person",
                "preferredUsername": "ada",
                "inbox": f"{self.ada}/inbox",
                "publicKey": {
                    "id": f"{self.ada}#main-key",
                    "owner": self.ada,
                    "publicKeyPem": "P",
                },
            },
        )
        self.finger(f"ada@{self.host}")

    def finger(self, subject: str, *, only_at: str | None = None) -> None:
        """Say that Ada is `subject`; where `only_at` is not asked, that she is of here."""

        async def answer(request: web.Request) -> web.StreamResponse:
            is_there = only_at in (None, request.headers["Host"])
            handle = subject if is_there else f"ada@{self.host}"
            links = [{"rel": "self", "type": ACTIVITY, "href": self.ada}]
            return web.json_response({"subject": f"acct:{handle}", "links": links})

        self.site.pages["/.well-known/webfinger"] = answer

    @property
    def host(self) -> str:
        return f"far.example:{self.site.port}"

    def url(self, path: str) -> str:
        return f"http://{self.host}{path}"

    def give(
        self,
        path: str,
        value: Mapping[str, Any] | str,
        *,
        kind: str = ACTIVITY,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        is_signed: bool = True,
    ) -> str:
        """Answer at `path` from now on; return its address."""
        text = value if isinstance(value, str) else json.dumps(value)

        async def answer(request: web.Request) -> web.StreamResponse:
            if is_signed and (form := self.form_of(request)) not in self.takes:
                return web.Response(status=401, text=str(form))
            given = {"Content-Type": kind, **(headers or {})}
            return web.Response(status=status, body=text.encode(), headers=given)

        self.site.pages[path] = answer
        return self.url(path)

    def form_of(self, request: web.Request) -> Form | None:
        """Return how a request was signed, if it was, and rightly."""
        message = Message.received(
            request.method, self.url(""), request.raw_path, request.raw_headers
        )
        claim = read_claim(message, now=self.clock.now())
        assert claim.key_id == OURS
        assert claim.is_by(PUBLIC)
        form = claim.form
        if form is Form.CAVAGE and message.query != "?":
            is_bare = b"?" not in claim.texts[0] or not _signs(claim.texts[0], claim.signature)
            form = Form.CAVAGE_BARE if is_bare else form
        self.seen.append(form)
        return form


def _signs(text: bytes, signature: bytes) -> bool:
    from_us = rsa_key().public_key()
    try:
        from_us.verify(signature, text, *_PADDING)
    except InvalidSignature:
        return False
    return True


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 1, 31, 12, 0, tzinfo=UTC))


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    with loop_thread() as loop:
        yield loop


@pytest.fixture(scope="module")
def server(loop: Loop) -> Iterator[Site]:
    site = Site(loop).start()
    yield site
    site.stop()


@pytest.fixture
def there(server: Site, clock: FixedClock) -> There:
    server.pages.clear()
    server.asked.clear()
    return There(server, clock)


@pytest.fixture
def net() -> Iterator[Net]:
    yield from opened(lookup=found_at(FAR))


@pytest.fixture
def fetcher(net: Net, clock: FixedClock) -> Fetcher:
    return Fetcher(
        net.fetch,
        signer=lambda: Signer(OURS, rsa_key()),
        clock=clock,
        here=frozenset({"here.example"}),
        refuses=lambda host: host == "refused.example",
        scheme="http",
    )


def note(uri: str, **given: Any) -> dict[str, Any]:
    return {"id": uri, "type": "Note", "attributedTo": uri, "content": "Hi", **given}


def test_a_document_is_asked_for_with_a_signature(fetcher: Fetcher, there: There) -> None:
    uri = there.give("/notes/1", note(there.url("/notes/1")))
    assert fetcher.document(uri).id == uri
    assert there.seen == [Form.CAVAGE]
    accept = there.site.asked[0].headers["Accept"]
    assert accept.startswith(ACTIVITY)


@pytest.mark.parametrize(
    ("takes", "seen"),
    [
        ({Form.CAVAGE}, [Form.CAVAGE]),
        ({Form.CAVAGE_BARE}, [Form.CAVAGE, Form.CAVAGE_BARE]),
        ({Form.RFC9421}, [Form.CAVAGE, Form.CAVAGE_BARE, Form.RFC9421]),
    ],
    ids=["the usual form", "without the query", "the newer form"],
)
def test_the_form_that_was_taken_is_remembered(
    fetcher: Fetcher, there: There, clock: FixedClock, takes: set[Form], seen: list[Form]
) -> None:
    uri = there.url("/?p=12")
    there.give("/", note(uri))
    there.takes = takes
    assert fetcher.document(uri).id == uri
    assert there.seen == seen
    fetcher.document(uri)
    assert there.seen == [*seen, seen[-1]]
    clock.set(clock.now() + REMEMBERED)
    fetcher.document(uri)
    assert there.seen == [*seen, seen[-1], *seen]


def test_a_site_that_takes_no_form_gives_nothing(fetcher: Fetcher, there: There) -> None:
    there.takes = set()
    with pytest.raises(NoDocument, match="401"):
        fetcher.document(there.ada)
    assert there.seen == [Form.CAVAGE, Form.RFC9421]


@pytest.mark.parametrize(
    ("kind", "is_read"),
    [
        ("application/activity+json; charset=utf-8", True),
        ('application/ld+json; profile="https://www.w3.org/ns/activitystreams"', True),
        ("application/ld+json", False),
        ("application/json", False),
        ("text/html", False),
    ],
)
def test_what_people_upload_is_no_document(
    fetcher: Fetcher, there: There, kind: str, *, is_read: bool
) -> None:
    uri = there.give("/files/1", note(there.url("/files/1")), kind=kind)
    if is_read:
        assert fetcher.document(uri).id == uri
    else:
        with pytest.raises(NoDocument):
            fetcher.document(uri)


def test_another_id_of_the_site_is_asked_for_once(fetcher: Fetcher, there: There) -> None:
    uri = there.give("/notes/1", note(there.url("/notes/1")))
    there.give("/@ada/1", note(uri))
    assert fetcher.document(there.url("/@ada/1")).id == uri
    there.give("/notes/2", note(there.url("/notes/3")))
    there.give("/notes/3", note(there.url("/notes/2")))
    with pytest.raises(NotTheirs):
        fetcher.document(there.url("/notes/2"))


@pytest.mark.parametrize(
    "id_", [None, "https://elsewhere.example/1", "https://here.example/ap/users/7"]
)
def test_no_site_speaks_for_another(fetcher: Fetcher, there: There, id_: str | None) -> None:
    uri = there.give("/notes/1", note(there.url("/notes/1"), id=id_))
    with pytest.raises(NotTheirs):
        fetcher.document(uri)


@pytest.mark.parametrize("status", [404, 410])
def test_what_is_gone(fetcher: Fetcher, there: There, status: int) -> None:
    with pytest.raises(Gone):
        fetcher.document(there.give("/notes/1", "", status=status))


def test_a_tombstone_is_gone(fetcher: Fetcher, there: There) -> None:
    uri = there.url("/notes/1")
    there.give("/notes/1", {"id": uri, "type": "Tombstone"})
    with pytest.raises(Gone):
        fetcher.document(uri)


def test_nonsense_is_unreadable(fetcher: Fetcher, there: There) -> None:
    with pytest.raises(Unreadable):
        fetcher.document(there.give("/notes/1", "{"))
    with pytest.raises(FetchFailed):
        fetcher.document(there.give("/notes/2", "x" * (1 << 20) + "x"))


@pytest.mark.parametrize(
    "uri",
    [
        "https://here.example/ap/users/7",
        "https://HERE.example.:443/ap/users/7",
        "https://refused.example/1",
        "bear:?u=x",
        "",
    ],
)
def test_what_is_not_asked(fetcher: Fetcher, there: There, uri: str) -> None:
    for ask in (fetcher.document, fetcher.looked_up, fetcher.key):
        with pytest.raises(NoDocument, match="not asked"):
            ask(uri)
    assert there.site.asked == []


@pytest.mark.parametrize(
    "page",
    [
        pytest.param(
            {"headers": {"Link": '<{}>; rel="alternate"; type="' + ACTIVITY + '"'}}, id="header"
        ),
        pytest.param(
            {"value": '<link rel="alternate" type="' + ACTIVITY + '" href="{}">'}, id="element"
        ),
    ],
)
def test_an_address_of_a_browser_leads_to_the_document(
    fetcher: Fetcher, there: There, page: dict[str, Any]
) -> None:
    given = {"value": "", "kind": "text/html; charset=utf-8"} | page
    given["value"] = given["value"].format(there.ada)
    given["headers"] = {k: v.format(there.ada) for k, v in given.get("headers", {}).items()}
    assert fetcher.looked_up(there.give("/@ada", **given)).id == there.ada
    assert fetcher.looked_up(there.ada).id == there.ada


@pytest.mark.parametrize("kind", ["text/html", "text/plain", "application/json"])
def test_a_page_without_a_document(fetcher: Fetcher, there: There, kind: str) -> None:
    with pytest.raises(NoDocument):
        fetcher.looked_up(there.give("/@ada", "<p>Hello", kind=kind))


def test_a_page_cannot_name_the_document_of_another_site_as_its_own(
    fetcher: Fetcher, there: There
) -> None:
    """The link is followed, and what is there must be of there."""
    other = f"http://other.example:{there.site.port}/users/bea"
    there.give("/users/bea", note(there.ada), is_signed=False)
    page = f'<link rel="alternate" type="{ACTIVITY}" href="{other}">'
    with pytest.raises(NotTheirs):
        fetcher.looked_up(there.give("/@ada", page, kind="text/html"))


def keys(there: There) -> dict[str, Any]:
    """Return a key of its own, its owner, and a stub of the owner at the key's address."""
    key_id = there.url("/users/bea/main-key")
    owner = there.url("/users/bea")
    key = {"id": key_id, "type": "Key", "owner": owner, "publicKeyPem": "PEM"}
    actor = {
        "id": owner,
        "type": "Person",
        "preferredUsername": "bea",
        "inbox": f"{owner}/inbox",
        "publicKey": key,
    }
    there.give("/users/bea", actor)
    return {"id": key_id, "key": key, "owner": owner, "actor": actor}


def test_a_key_in_the_document_of_its_owner(fetcher: Fetcher, there: There) -> None:
    key, owner = fetcher.key(f"{there.ada}#main-key")
    assert (key.pem, owner.id) == ("P", there.ada)
    assert len(there.seen) == 1


@pytest.mark.parametrize("what", ["key", "actor"])
def test_a_key_at_an_address_of_its_own(fetcher: Fetcher, there: There, what: str) -> None:
    given = keys(there)
    there.give("/users/bea/main-key", given[what])
    key, owner = fetcher.key(given["id"])
    assert (key.pem, owner.id) == ("PEM", given["owner"])


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(
            lambda given: given["actor"].pop("publicKey"), id="the owner does not list it"
        ),
        pytest.param(
            lambda given: given["key"].update(owner="http://elsewhere.example/"), id="owner"
        ),
        pytest.param(lambda given: given["key"].update(id="http://elsewhere.example/"), id="id"),
    ],
)
def test_a_key_that_is_not_theirs(
    fetcher: Fetcher, there: There, spoil: Callable[[dict[str, Any]], object]
) -> None:
    given = keys(there)
    key_id = given["id"]
    there.give("/users/bea/main-key", given["key"])
    spoil(given)
    there.give("/users/bea", given["actor"])
    there.give("/users/bea/main-key", given["key"])
    with pytest.raises(NotTheirs):
        fetcher.key(key_id)


def test_a_person_is_found_by_their_handle(fetcher: Fetcher, there: There) -> None:
    found = fetcher.person(Handle("Ada", there.host))
    assert str(found.handle) == f"ada@{there.host}"
    assert found.actor.id == there.ada
    assert fetcher.known_as(found.actor) == found


def test_who_goes_by_another_domain_is_known_by_that(fetcher: Fetcher, there: There) -> None:
    """Handles at one domain, actors at another: both sites say so, each when it is asked."""
    handle = Handle("ada", f"coop.example:{there.site.port}")
    there.finger(str(handle))
    assert fetcher.person(handle).handle == handle
    asked_there = fetcher.person(Handle("ada", there.host))
    assert asked_there.handle == handle
    assert fetcher.known_as(asked_there.actor).handle == handle


def test_a_site_cannot_give_a_name_to_an_actor_elsewhere(fetcher: Fetcher, there: There) -> None:
    """Whoever asks for it finds the actor by the name of their own site, and no other."""
    evil = Handle("ada", f"evil.example:{there.site.port}")
    there.finger(str(evil), only_at=str(evil.domain))
    assert str(fetcher.person(evil).handle) == f"ada@{there.host}"


def test_an_actor_cannot_take_a_name_of_another_site(fetcher: Fetcher, there: There) -> None:
    evil = there.url("/users/mallory")
    there.give(
        "/users/mallory",
        {
            "id": evil,
            "type": "Person",
            "preferredUsername": "ada",
            "webfinger": f"ada@{there.host}",
            "inbox": f"{evil}/inbox",
        },
    )
    with pytest.raises(NotTheirs):
        fetcher.known_as(actor_of(fetcher.document(evil), now=there.clock.now()))


def test_a_name_that_the_actor_does_not_have(fetcher: Fetcher, there: There) -> None:
    there.finger(f"bea@{there.host}")
    with pytest.raises(NotTheirs):
        fetcher.person(Handle("bea", there.host))
    there.give("/.well-known/webfinger", "", status=404, is_signed=False)
    with pytest.raises(Gone):
        fetcher.person(Handle("bea", there.host))
