"""Whose key signed: looked up here first, and fetched from their site within limits.

A key is fetched when it is met for the first time, and once more when a signature does not fit
it, for it may be new. Both are bounded, since anybody can name keys that are not there.
Source: federation.md 5.3, 7 and 8; security.md (c) 39.
"""

import threading
from collections import OrderedDict
from datetime import datetime, timedelta
from functools import cache
from typing import Final, cast

from anyio import CapacityLimiter, to_thread
from sqlalchemy import Connection, Table, Text, bindparam, select

from app.accounts.models import Account, RemoteActor, RemoteKey
from app.core.circuits import Circuits
from app.core.clock import Clock
from app.core.db import Database
from app.core.net import FetchFailed
from app.core.prepared import Prepared
from app.core.records import Record
from app.federation.activitystreams.actors import Actor
from app.federation.activitystreams.documents import Unreadable
from app.federation.authority import NotTheirs, actor_of
from app.federation.fetching import Fetcher, NoDocument
from app.federation.people import keep_keys
from app.federation.signatures.faults import BadSignature
from app.federation.signatures.keys import PublicKey, read_public_key
from app.http.limits import By, Limiter, Quota
from app.moderation.sites.queries import treatment_by
from app.moderation.sites.rules import Treatment
from app.text.hosts import host_of_uri

KEYS_KEPT: Final = 10_000
AT_ONCE: Final = 8  # Fetches of keys by a process.
OF_KEY: Final = Quota(1, timedelta(minutes=5), By.FIELD)  # Looks for a newer one.
OF_HOST: Final = Quota(60, timedelta(minutes=1), By.FIELD)  # Keys that were never met.
AGAIN_OF_HOST: Final = Quota(1, timedelta(minutes=1), By.FIELD)

actors = cast(Table, RemoteActor.__table__)
keys = cast(Table, RemoteKey.__table__)
accounts = cast(Table, Account.__table__)


class Sender(Record):
    """Whoever holds a key: the actor's id, and the account if they are known here."""

    uri: str
    pem: str
    account_id: int | None = None
    is_suspended: bool = False

    @property
    def key(self) -> PublicKey:
        """The key. Raises: BadSignature."""
        return read_public_key(self.pem)


class NoKey(Exception):
    """The key cannot be had; the text says why, and may be told."""


class Known(Record):
    """What is known of a key before anybody is asked: how its site is treated, and whose it is."""

    treatment: Treatment
    sender: Sender | None


class Senders:
    """Finds who signs. One for each process, since what was fetched is remembered here."""

    def __init__(self, db: Database, clock: Clock, fetcher: Fetcher, limiter: Limiter) -> None:
        self._db = db
        self._clock = clock
        self._fetcher = fetcher
        self._limiter = limiter
        self._strangers = _Strangers()
        self._callers = Circuits()
        self._at_once = CapacityLimiter(AT_ONCE)

    async def known(self, key_id: str, host: str) -> Known:
        """Return what is known of a key of `host`. Nobody is asked."""

        def look(hot: Connection) -> Known:
            row = next(iter(_of_key().rows(hot, {"key_id": key_id})), None)
            found = self._strangers.find(key_id) if row is None else _sender(*row)
            return Known(treatment_by(hot, host), found)

        return await self._db.hot(look)

    async def is_known(self, uri: str) -> bool:
        """Return whether somebody with this id is known here."""
        return bool(await self._db.hot(lambda hot: _of_actor().rows(hot, {"uri": uri})))

    async def fetched(self, key_id: str, *, caller: str, is_again: bool) -> Sender:
        """Ask the site of a key for it. `caller` is the network from which the request came.

        Raises: NoKey.
        """
        now = self._clock.now()
        if self._callers.is_open(caller, now=now):
            raise NoKey("Keys named from this address could not be had. Try again later.")
        self._count(key_id, is_again=is_again, now=now)
        async with self._at_once:
            found = await to_thread.run_sync(self._fetch, key_id)
        if found is None:
            self._callers.failed(caller, now=self._clock.now())
            raise NoKey("The key of this signature cannot be had from its site.")
        self._callers.answered(caller)
        return found

    def _count(self, key_id: str, *, is_again: bool, now: datetime) -> None:
        host = host_of_uri(key_id) or ""
        counted = [("host", host, AGAIN_OF_HOST if is_again else OF_HOST)]
        if is_again:
            counted.insert(0, ("key", key_id, OF_KEY))
        for what, name, quota in counted:
            verdict = self._limiter.hit(("keys", what, str(is_again), name), quota, now=now)
            if not verdict.is_allowed:
                raise NoKey("The signature does not fit the key that we have of this sender.")

    def _fetch(self, key_id: str) -> Sender | None:
        """Return whose key it is by their own site; None if that cannot be found out."""
        try:
            key, confirmed = self._fetcher.key(key_id)
            pem = key.public_pem()
            actor = actor_of(confirmed, now=self._clock.now())
        except (NoDocument, NotTheirs, Unreadable, FetchFailed, BadSignature):
            return None
        account = self._renew(actor)
        if account is None:
            found = Sender(actor.id, pem)
            self._strangers.keep(key_id, found)
            return found
        return Sender(actor.id, pem, account.id, account.suspended_at is not None)

    def _renew(self, actor: Actor) -> Account | None:
        """Keep the keys of somebody who is known here; None if they are not."""
        with self._db.read.begin() as session:
            mine = RemoteActor.uri == actor.id
            if session.scalar(select(RemoteActor.account_id).where(mine)) is None:
                return None
        with self._db.write.begin() as session:
            return keep_keys(session, actor, now=self._clock.now())


class _Strangers:
    """Keys of people whom nobody here knows yet."""

    def __init__(self) -> None:
        self._found: OrderedDict[str, Sender] = OrderedDict()
        self._lock = threading.Lock()

    def find(self, key_id: str) -> Sender | None:
        return self._found.get(key_id)

    def keep(self, key_id: str, sender: Sender) -> None:
        with self._lock:
            self._found[key_id] = sender
            self._found.move_to_end(key_id)
            while len(self._found) > KEYS_KEPT:
                self._found.popitem(last=False)


def _sender(uri: str, pem: str, account_id: int, suspended_at: object) -> Sender:
    return Sender(uri, pem, account_id, suspended_at is not None)


@cache
def _of_key() -> Prepared:
    joined = keys.join(actors, actors.c.account_id == keys.c.account_id)
    joined = joined.join(accounts, accounts.c.id == keys.c.account_id)
    columns = (actors.c.uri, keys.c.public_pem, accounts.c.id, accounts.c.suspended_at)
    one = keys.c.uri == bindparam("key_id", type_=Text)
    return Prepared(select(*columns).select_from(joined).where(one))


@cache
def _of_actor() -> Prepared:
    return Prepared(
        select(actors.c.account_id).where(actors.c.uri == bindparam("uri", type_=Text))
    )
