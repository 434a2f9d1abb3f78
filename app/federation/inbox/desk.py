"""What handlers work with: the transaction, who and what is known here, and what is missing.

A handler that needs something of another site raises `Wanting` and writes nothing: it is called
again, from the start, when the thing is here or cannot be had. So no transaction is open while
another site is asked, and what can be done without asking never waits.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Account, RemoteActor
from app.core.records import Record, field
from app.federation.authority import Confirmed
from app.federation.inbox.models import Foretold
from app.federation.ours import Ours
from app.statuses.models import RemoteStatus, Status

PATIENT: Final = 8  # Attempts, in an hour.
HASTY: Final = 3  # In two minutes.


class Thing(StrEnum):
    """What is wanted from another site."""

    PERSON = "person"
    PERSON_ANEW = "person anew"  # As their site describes them now.
    POST = "post"
    POST_ANEW = "post anew"
    STAMP = "stamp"  # By which the author of a post lets another one quote it.
    ABSENCE = "absence"  # Whether it is gone there.


class Wanting(Exception):
    """Something is to be fetched first; `attempts` is how often its site is asked in vain."""

    def __init__(self, thing: Thing, uri: str, *, attempts: int = PATIENT) -> None:
        super().__init__(f"{thing} {uri}")
        self.thing = thing
        self.uri = uri
        self.attempts = attempts


class Found(Record):
    """What came of asking: that a thing is gone, or a stamp. Posts and people are kept instead."""

    is_gone: bool = False
    stamp: Confirmed | None = None


class Brought(Record):
    """What was fetched for one activity, and what its sites do not give, or say is gone."""

    asked: frozenset[tuple[Thing, str]] = frozenset()
    gone: frozenset[str] = frozenset()
    stamps: tuple[Confirmed, ...] = ()

    def with_answer(self, want: Wanting, found: Found | None = None) -> "Brought":
        """Return the same, and that this was asked for, with what was found."""
        gone = {want.uri} if found is not None and found.is_gone else set[str]()
        stamps = () if found is None or found.stamp is None else (found.stamp,)
        return Brought(
            asked=self.asked | {(want.thing, want.uri)},
            gone=self.gone | gone,
            stamps=self.stamps + stamps,
        )

    def stamp(self, uri: str) -> Confirmed | None:
        """Return the stamp with the id, if it was fetched."""
        return next((stamp for stamp in self.stamps if stamp.id == uri), None)


class Desk(Record, kw_only=True):
    """One activity's transaction. `recipients` are whose own inboxes it was put into."""

    session: Session
    now: datetime
    ours: Ours
    recipients: tuple[int, ...] = ()
    brought: Brought = field(default_factory=Brought)

    def want(self, thing: Thing, uri: str, *, attempts: int = PATIENT) -> None:
        """Have something fetched, once. Raises: Wanting unless that was tried already."""
        if (thing, uri) not in self.brought.asked:
            raise Wanting(thing, uri, attempts=attempts)

    def known_person(self, uri: str) -> Account | None:
        """Return the account with the id, of here or elsewhere, if it is known and there."""
        number = self.ours.account(uri)
        if number is not None:
            found = self.session.get(Account, number)
            is_there = found is not None and found.domain is None and not found.waiting
            return found if is_there else None
        joined = select(Account).join(RemoteActor, RemoteActor.account_id == Account.id)
        return self.session.scalar(joined.where(RemoteActor.uri == uri))

    def person(self, uri: str, *, attempts: int = PATIENT) -> Account | None:
        """Return the account with the id; None if there is none. Raises: Wanting."""
        found = self.known_person(uri)
        if found is None and not self.ours.is_here(uri):
            self.want(Thing.PERSON, uri, attempts=attempts)
        return found

    def local_person(self, uri: str) -> Account | None:
        """Return the account of this site with the id, unless it is suspended."""
        number = self.ours.account(uri)
        found = None if number is None else self.known_person(uri)
        return None if found is None or found.suspended_at is not None else found

    def known_post(self, uri: str) -> Status | None:
        """Return the post with the id, of here or elsewhere, deleted or not, if it is known."""
        number = self.ours.post(uri)
        if number is not None:
            return self.session.get(Status, number)
        joined = select(Status).join(RemoteStatus, RemoteStatus.status_id == Status.id)
        return self.session.scalar(joined.where(RemoteStatus.uri == uri))

    def post(self, uri: str, *, attempts: int = PATIENT) -> Status | None:
        """Return the post with the id; None if there is none. Raises: Wanting."""
        found = self.known_post(uri)
        if found is None and not self.ours.is_here(uri):
            self.want(Thing.POST, uri, attempts=attempts)
        return found

    def foretell(self, uri: str, actor: str) -> None:
        """Remember that something was taken back by `actor` before it came."""
        if self.session.get(Foretold, (uri, actor)) is None:
            self.session.add(Foretold(uri=uri, actor=actor, at=self.now))
            self.session.flush()

    def was_foretold(self, uri: str, actor: str) -> bool:
        """Return whether `actor` took it back before it came."""
        return self.session.get(Foretold, (uri, actor)) is not None
