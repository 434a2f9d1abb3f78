"""Fetching what a received activity needs of other sites, and keeping it here.

No transaction is open while a site is asked. What one activity may cause is bounded: posts,
people, and new names below one domain. Source: federation.md 8, 8.
"""

from dataclasses import dataclass, field
from typing import Final

from app.core.circuits import Circuits
from app.core.clock import Clock
from app.core.db import Database
from app.core.net import FetchFailed, Unreachable
from app.federation.activitystreams.documents import Unreadable
from app.federation.authority import NotTheirs, actor_of
from app.federation.fetching import Fetcher, Gone, NoDocument, NotNow
from app.federation.inbox.desk import Thing, Wanting
from app.federation.people import NameTaken, keep_person
from app.text.hosts import host_of_uri

THINGS_MAX: Final = 400
HOSTS_MAX: Final = 10  # Below one domain.


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

    def __init__(self, db: Database, clock: Clock, fetcher: Fetcher) -> None:
        self._db = db
        self._clock = clock
        self._fetcher = fetcher
        self._circuits = Circuits()

    def bring(self, want: Wanting, budget: Budget, *, tries: int) -> bool:
        """Fetch what is wanted and keep it; return whether its site says that it is gone.

        What cannot be had is not had; who wanted it goes on without. Raises: Away.
        """
        host = host_of_uri(want.uri) or ""
        if not budget.spend(want.uri):
            return False
        if self._circuits.is_open(host, now=self._clock.now()):
            return self._later(want, tries, "its site has not answered for a while")
        try:
            self._bring(want)
        except Gone:
            return True
        except NotNow as why:
            return self._later(want, tries, str(why))
        except Unreachable as why:
            self._circuits.failed(host, now=self._clock.now())
            return self._later(want, tries, str(why))
        except (NoDocument, NotTheirs, Unreadable, NameTaken, FetchFailed):
            return False
        self._circuits.answered(host)
        return False

    def _later(self, want: Wanting, tries: int, why: str) -> bool:
        if tries < want.attempts:
            raise Away(f"{want}: {why}"[:500])
        return False

    def _bring(self, want: Wanting) -> None:
        match want.thing:
            case Thing.PERSON | Thing.PERSON_ANEW:
                self._bring_person(want.uri)

    def _bring_person(self, uri: str) -> None:
        actor = actor_of(self._fetcher.document(uri), now=self._clock.now())
        person = self._fetcher.known_as(actor)
        with self._db.write.begin() as session:
            keep_person(session, person, now=self._clock.now())
