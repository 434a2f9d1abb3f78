"""Asking other sites: the one place where their documents come in by our own wish.

Each request is signed by the site's own actor, in the form that the other site took last. What
comes back is `Confirmed` or nothing. No transaction may be open meanwhile.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeAlias

from app.core.clock import Clock
from app.core.net import Answer, Ask, Follow
from app.core.records import Record
from app.federation.activitystreams.actors import Actor, Key
from app.federation.activitystreams.documents import Document, read_document
from app.federation.authority import (
    AskAgain,
    Confirmed,
    NotTheirs,
    actor_of,
    confirm,
    is_gone,
    is_ours,
    key_of,
    owner_named,
)
from app.federation.lookup.alternates import alternate_in_header, alternate_in_page
from app.federation.lookup.webfinger import (
    JRD_TYPE,
    Found,
    address_of,
    asks_elsewhere,
    claimed_handle,
    is_round,
    read_found,
)
from app.federation.mediatypes import ACCEPT, is_activity
from app.federation.signatures.forms import REMEMBERED, Form, next_form
from app.federation.signatures.keys import Signer
from app.federation.signatures.messages import Message
from app.federation.signatures.signing import sign
from app.text.handles import Handle
from app.text.hosts import host_of_uri

HOSTS_MAX: Final = 10_000
ACCEPT_JRD: Final = f"{JRD_TYPE}, application/json"
ACCEPT_PAGES: Final = f"{ACCEPT}, text/html;q=0.1"

Fetch: TypeAlias = Callable[[Ask], Answer]


class NoDocument(Exception):
    """There is nothing there that we may read; the text says why, and is for the log."""


class Gone(NoDocument):
    """Its own site says that it is gone."""


class NotNow(NoDocument):
    """Its site does not answer at present; later it may."""


class Person(Record):
    """Somebody of another site, found under a handle that their site and they agree about."""

    handle: Handle
    actor: Actor


class Fetcher:
    """Asks other sites, and remembers in which form each of them takes signatures.

    `here` are our own hosts. `refuses` says of a host whether we keep away from it. `scheme` is
    https, except where a check opens http.

    Beside what is said at each, all raise: NoDocument; NotTheirs; Unreadable; FetchFailed.
    """

    def __init__(
        self,
        fetch: Fetch,
        *,
        signer: Callable[[], Signer],
        clock: Clock,
        here: frozenset[str],
        refuses: Callable[[str], bool] = lambda _host: False,
        scheme: str = "https",
    ) -> None:
        self._fetch = fetch
        self._signer = signer
        self._clock = clock
        self._here = here
        self._refuses = refuses
        self._scheme = scheme
        self._forms = _Forms()

    def document(self, uri: str) -> Confirmed:
        """Return the document with the id `uri`. Raises: Gone."""
        return self._confirmed(self._asked(uri), uri)

    def looked_up(self, uri: str) -> Confirmed:
        """Return the document that an address leads to which a person gave us.

        Unlike `document` it follows redirects to other sites, and the link on a page.
        """
        answer = self._asked(uri, accept=ACCEPT_PAGES, follow=Follow.ANY_HOST)
        if answer.status == 200 and not is_activity(_type_of(answer)):
            return self.document(_alternate(answer))
        return self._confirmed(answer, uri)

    def key(self, key_id: str) -> tuple[Key, Confirmed]:
        """Return a key, and the document of its owner, who lists it as theirs."""
        answer = self._asked(key_id.partition("#")[0])
        document = self._read(answer)
        owner = owner_named(document, key_id)
        confirmed = (
            self.document(owner) if document.id != owner else self._confirmed(answer, owner)
        )
        return key_of(confirmed, key_id), confirmed

    def person(self, handle: Handle) -> Person:
        """Return whom a handle of elsewhere means, under the handle that they go by themselves.

        Raises: Gone.
        """
        found = self.found(handle)
        actor = actor_of(self.document(found.actor), now=self._clock.now())
        return self._known_as(actor, {handle.key: found})

    def known_as(self, actor: Actor) -> Person:
        """Return an actor with the handle that they claim, after the round trip."""
        return self._known_as(actor, {})

    def _known_as(self, actor: Actor, asked: dict[tuple[str, str | None], Found]) -> Person:
        """Ask the site of the claimed handle, and once the site that it points to.

        `asked` is what sites said of their own handles already.
        """
        handle = claimed_handle(actor)
        if handle is None:
            raise NotTheirs("the actor claims no handle that can be asked for")
        found = asked.get(handle.key) or self.found(handle)
        if elsewhere := asks_elsewhere(handle, found):
            handle = elsewhere
            found = asked.get(handle.key) or self.found(handle)
        if not is_round(handle, found, actor):
            raise NotTheirs(f"{handle} and its actor do not agree")
        return Person(found.subject, actor)

    def found(self, handle: Handle) -> Found:
        """Return what the site of a handle says of it. Raises: Gone."""
        address = address_of(handle, scheme=self._scheme)
        self._check(address)
        asking = Ask(url=address, headers={"Accept": ACCEPT_JRD}, follow=Follow.ANY_HOST)
        return read_found(self._read(self._fetch(asking), is_any_json=True))

    def _confirmed(self, answer: Answer, asked: str) -> Confirmed:
        found = self._confirm(answer, asked)
        if isinstance(found, AskAgain):
            again = self._confirm(self._asked(found.uri), found.uri, again=True)
            assert isinstance(again, Confirmed)
            return again
        return found

    def _confirm(self, answer: Answer, asked: str, *, again: bool = False) -> Confirmed | AskAgain:
        document = self._read(answer)
        return confirm(document, asked=asked, answered=answer.url, here=self._here, again=again)

    def _read(self, answer: Answer, *, is_any_json: bool = False) -> Document:
        if is_gone(answer.status, None):
            raise Gone(f"{answer.url} answered {answer.status}")
        if answer.status == 429 or answer.status >= 500:
            raise NotNow(f"{answer.url} answered {answer.status}")
        if answer.status != 200:
            raise NoDocument(f"{answer.url} answered {answer.status}")
        self._check(answer.url)  # A redirect may have led where we do not go.
        if not is_any_json and not is_activity(_type_of(answer)):
            raise NoDocument(f"{answer.url} is no ActivityPub")
        document = read_document(answer.body)
        if is_gone(answer.status, document):
            raise Gone(f"{answer.url} is a tombstone")
        return document

    def _check(self, uri: str) -> None:
        """Raises: NoDocument for our own addresses, and those of sites that we keep away from."""
        host = host_of_uri(uri)
        if host is None or is_ours(uri, self._here) or self._refuses(host):
            raise NoDocument(f"{uri[:200]} is not asked")

    def _asked(
        self, uri: str, *, accept: str = ACCEPT, follow: Follow = Follow.SAME_HOST
    ) -> Answer:
        """Return the answer to a signed question, asked again in another form if it must be."""
        self._check(uri)
        host = host_of_uri(uri) or ""
        known, tried = self._forms.known(host, now=self._clock.now()), list[Form]()
        answer: Answer | None = None
        while form := next_form(
            tried,
            status=answer.status if answer else None,
            known=known,
            has_query="?" in uri,
        ):
            asking = Ask(
                url=uri,
                headers={"Accept": accept},
                follow=follow,
                sign=self._sign_in(form),
            )
            answer = self._fetch(asking)
            tried.append(form)
        assert answer is not None
        if answer.status == 200:
            self._forms.taken(host, tried[-1], now=self._clock.now())
        return answer

    def _sign_in(self, form: Form) -> Callable[[str, str], Mapping[str, str]]:
        def signed(method: str, url: str) -> Mapping[str, str]:
            return sign(Message.sent(method, url), self._signer(), form, now=self._clock.now())

        return signed


class _Forms:
    """Which form each host took last, for `REMEMBERED`."""

    def __init__(self) -> None:
        self._hosts: OrderedDict[str, tuple[Form, datetime]] = OrderedDict()
        self._lock = threading.Lock()

    def known(self, host: str, *, now: datetime) -> Form | None:
        found = self._hosts.get(host)
        return found[0] if found is not None and now < found[1] else None

    def taken(self, host: str, form: Form, *, now: datetime) -> None:
        with self._lock:
            self._hosts[host] = (form, now + REMEMBERED)
            self._hosts.move_to_end(host)
            while len(self._hosts) > HOSTS_MAX:
                self._hosts.popitem(last=False)


def _type_of(answer: Answer) -> str:
    return answer.headers.get("content-type", "")


def _alternate(answer: Answer) -> str:
    """Return the document behind a page. Raises: NoDocument."""
    found = alternate_in_header(answer.headers.get("link", ""), page=answer.url)
    if found is None and _type_of(answer).partition(";")[0].strip().lower() == "text/html":
        found = alternate_in_page(answer.body.decode("utf-8", "replace"), page=answer.url)
    if found is None:
        raise NoDocument(f"{answer.url} names no document")
    return found
