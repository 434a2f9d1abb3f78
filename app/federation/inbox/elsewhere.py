"""Fetching what a received activity needs of other sites, and keeping it here.

No transaction is open while a site is asked. What one activity may cause is bounded: posts,
people, and new names below one domain. Source: federation.md 8, 8.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from app.core.circuits import Circuits
from app.core.clock import Clock
from app.core.db import Database
from app.core.net import FetchFailed, Unreachable
from app.federation.activitystreams.documents import Unreadable
from app.federation.activitystreams.posts import Post
from app.federation.authority import NotTheirs, actor_of, post_of
from app.federation.fetching import Fetcher, Gone, NoDocument, NotNow
from app.federation.inbox import posts
from app.federation.inbox.desk import Brought, Desk, Found, Thing, Wanting
from app.federation.ours import Ours
from app.federation.people import NameTaken, keep_person
from app.text.hosts import host_of_uri

NOTHING: Final = Found()
THINGS_MAX: Final = 400
HOSTS_MAX: Final = 10  # Below one domain.
DEPTH_MAX: Final = 64  # Posts above a post.
UNAVAILABLE: Final = (NoDocument, NotTheirs, Unreadable, NameTaken, FetchFailed)


class Away(Exception):
    """A site does not answer at present: try again later."""


@dataclass(slots=True)
class Budget:
    """What one activity may still have fetched."""

    things: int = THINGS_MAX
    hosts: dict[str, set[str]] = field(default_factory=dict)

    def spend(self, uri: str) -> bool:
        """Count one thing; return whether it is within the limits."""
        host = host_of_uri(uri) or ""
        below = self.hosts.setdefault(".".join(host.split(".")[-2:]), set())
        below.add(host)
        self.things -= 1
        return self.things >= 0 and len(below) <= HOSTS_MAX


class Elsewhere:
    """Brings what is wanted. One for each process: it remembers which hosts do not answer."""

    def __init__(self, db: Database, clock: Clock, fetcher: Fetcher, ours: Ours) -> None:
        self._db = db
        self._ours = ours
        self._clock = clock
        self._fetcher = fetcher
        self._circuits = Circuits()

    def bring(self, want: Wanting, budget: Budget, *, tries: int) -> Found:
        """Fetch what is wanted and keep it; return what came of it.

        What cannot be had is not had; who wanted it goes on without. Raises: Away.
        """
        host = host_of_uri(want.uri) or ""
        if not budget.spend(want.uri):
            return NOTHING
        if self._circuits.is_open(host, now=self._clock.now()):
            return self._later(want, tries, "its site has not answered for a while")
        try:
            found = self._bring(want, budget, 0)
        except Gone:
            return Found(is_gone=True)
        except NotNow as why:
            return self._later(want, tries, str(why))
        except Unreachable as why:
            self._circuits.failed(host, now=self._clock.now())
            return self._later(want, tries, str(why))
        except UNAVAILABLE:
            return NOTHING
        self._circuits.answered(host)
        return found

    def _later(self, want: Wanting, tries: int, why: str) -> Found:
        if tries < want.attempts:
            raise Away(f"{want}: {why}"[:500])
        return NOTHING

    def _bring(self, want: Wanting, budget: Budget, depth: int) -> Found:
        match want.thing:
            case Thing.PERSON | Thing.PERSON_ANEW:
                self._bring_person(want.uri)
            case Thing.POST | Thing.POST_ANEW:
                self._bring_post(want.uri, budget, depth)
            case Thing.ABSENCE:
                self._fetcher.document(want.uri)
            case Thing.STAMP:
                return Found(stamp=self._fetcher.document(want.uri))
        return NOTHING

    def _bring_person(self, uri: str) -> None:
        actor = actor_of(self._fetcher.document(uri), now=self._clock.now())
        if actor.is_suspended:
            raise NoDocument(f"{uri} is suspended there")  # Which may end: they are not gone.
        person = self._fetcher.known_as(actor)
        with self._db.write.begin() as session:
            keep_person(session, person, now=self._clock.now())

    def _bring_post(self, uri: str, budget: Budget, depth: int) -> None:
        """Keep a post, after its author and what it answers, as far up as is looked."""
        post = post_of(self._fetcher.document(uri), now=self._clock.now())
        brought = Brought()
        while True:
            try:
                with self._db.write.begin() as session:
                    desk = Desk(
                        session=session, now=self._clock.now(), ours=self._ours, brought=brought
                    )
                    self._keep_post(desk, post)
                return
            except Wanting as further:
                want = further
            found = NOTHING
            if depth < DEPTH_MAX and budget.spend(want.uri):
                with suppress(*UNAVAILABLE):  # It is gone on without.
                    found = self._bring(want, budget, depth + 1)
            brought = brought.with_answer(want, found)

    def _keep_post(self, desk: Desk, post: Post) -> None:
        author = desk.person(post.author)
        if author is None or author.domain is None or post.vote is not None:
            return
        known = desk.known_post(post.id)
        if known is None:
            posts.take_in(desk, author, post, on_purpose=True)
        else:
            posts.change(desk, author, known, post)
