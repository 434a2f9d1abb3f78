"""Fetching a picture from elsewhere: claimed, asked for, redrawn, stored, and noted as stored.

No transaction is open while another site is asked. A process that dies in between leaves a claim
that runs out; whoever fetches the picture then writes over what was left, under the same key.
"""

import io
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.circuits import Circuits
from app.core.clock import Clock
from app.core.crypto import Keyring
from app.core.db import Database
from app.core.errors import Invalid
from app.core.kernel import Kernel
from app.core.net import Ask, FetchFailed, Limits, Net, Unreachable
from app.core.records import Record, field
from app.core.settings import Settings
from app.core.storage import Storage, new_key
from app.core.upsert import insert_missing
from app.media.darkroom import Darkroom, Developed
from app.media.kinds import BYTES_MAX, WEBP, MediaKind
from app.media.models import small_key
from app.media.remote.addresses import PREFIX, RemoteAddress
from app.media.remote.models import RemoteFile, RemoteState
from app.media.remote.queries import Resting, StoredRemote, find_remote, hash_of

log = structlog.get_logger(__name__)

SECONDS: Final = 20
CLAIM: Final = timedelta(minutes=2)  # Longer than asking, drawing and storing take together.
REST_MIN: Final = timedelta(minutes=10)
REST_MAX: Final = timedelta(days=1)
ACCEPT: Final = "image/webp, image/avif, image/png, image/jpeg, image/gif"
TYPES: Final = frozenset(
    {
        *ACCEPT.split(", "),
        "image/jpg",
        # What stores say of a file that came without a type. Its first bytes decide in any case.
        "application/octet-stream",
        "binary/octet-stream",
    }
)


class Declined(Exception):
    """There is no picture for us at that address; the text says why."""


class Busy(Exception):
    """Somebody else is fetching it at this moment."""


class Taken(Record):
    """A claim to fetch a picture; `until` tells it from later claims of others."""

    id: int
    key: str
    until: datetime


class RemoteShelf(Record):
    """What fetching needs of this process."""

    db: Database
    clock: Clock
    storage: Storage
    net: Net
    darkroom: Darkroom
    keyring: Keyring
    own_hosts: frozenset[str]
    circuits: Circuits = field(default_factory=Circuits)

    def obtain(self, address: RemoteAddress) -> StoredRemote | Resting:
        """Return the picture, from the store or from its site. Takes seconds: not on a loop.

        Raises: Busy if another process or thread fetches it; StoreAway.
        """
        now = self.clock.now()
        with self.db.write.begin() as session:
            known = find_remote(session.connection(), address, now=now)
            if known is not None:
                return known
            taken = _take(session, address, now=now)
        try:
            return self._fetch(address, taken)
        except (Declined, FetchFailed, Invalid) as why:
            # What `Invalid` says is meant for whoever sends a picture; nobody did.
            log.info("no picture from elsewhere", host=address.host, why=str(why)[:200])
            with self.db.write.begin() as session:
                return _rest(session, taken, now=self.clock.now())
        except BaseException:
            with suppress(Exception), self.db.write.begin() as session:
                _let_go(session, taken, now=self.clock.now())
            raise

    def _fetch(self, address: RemoteAddress, taken: Taken) -> StoredRemote | Resting:
        kind = address.variant.kind
        body = self._ask(address, kind)
        with self.darkroom.develop(io.BytesIO(body), kind=kind) as picture:
            size = self._store(taken.key, picture)
            with self.db.write.begin() as session:
                _finish(session, taken, picture, size, now=self.clock.now())
        with self.db.read.begin() as session:
            found = find_remote(session.connection(), address, now=self.clock.now())
        return found or Resting(self.clock.now())

    def _ask(self, address: RemoteAddress, kind: MediaKind) -> bytes:
        """Return what the other site answers. Raises: Declined; FetchFailed."""
        host, now = address.host, self.clock.now()
        self._check(address)
        if self.circuits.is_open(host, now=now):
            raise Declined("its site has not answered for a while")
        limits = Limits(seconds=SECONDS, bytes_max=BYTES_MAX[kind])
        ask = Ask(url=address.url, headers={"Accept": ACCEPT}, limits=limits, again=True)
        try:
            answer = self.net.fetch(ask)
        except Unreachable:
            self.circuits.failed(host, now=self.clock.now())
            raise
        self.circuits.answered(host)
        if answer.status != 200:
            raise Declined(f"the answer was {answer.status}")
        told = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
        if told not in TYPES:
            raise Declined(f"it is called {told[:80] or 'nothing'}")
        return answer.body

    def _check(self, address: RemoteAddress) -> None:
        """Refuse ourselves, and what another site shows for others. Raises: Declined."""
        if address.host in self.own_hosts:
            raise Declined("it is one of our own addresses")
        if PREFIX in address.url:
            raise Declined("it is an address of a proxy")

    def _store(self, key: str, picture: Developed) -> int:
        self.storage.put(key, picture.file, picture.type.content_type)
        size = picture.file.stat().st_size
        if picture.preview is not None:
            self.storage.put(small_key(key), picture.preview, WEBP.content_type)
            size += picture.preview.stat().st_size
        return size


def open_shelf(kernel: Kernel, net: Net) -> RemoteShelf:
    """Return a shelf. Of the machine's cores it takes one, so members' own pictures go first."""
    return RemoteShelf(
        kernel.db,
        kernel.clock,
        kernel.storage,
        net,
        Darkroom(tables=1),
        kernel.keyring,
        own_hosts(kernel.settings),
    )


def own_hosts(settings: Settings) -> frozenset[str]:
    """Return the hosts that are this site, without ports."""
    names = (settings.host, settings.address_domain)
    return frozenset(name.rpartition(":")[0] or name for name in names)


def _take(session: Session, address: RemoteAddress, *, now: datetime) -> Taken:
    """Claim the picture. Raises: Busy."""
    key = {"url_hash": hash_of(address.url), "purpose": address.variant.kind}
    until = now + CLAIM
    insert_missing(
        session,
        RemoteFile,
        **key,
        url=address.url,
        state=RemoteState.WANTED,
        claimed_until=now,
        tries=0,
        key=new_key("remote"),
        has_small=False,
        size_bytes=0,
        used_on=now.date(),
        created_at=now,
    )
    mine = select(RemoteFile).filter_by(**key).with_for_update()
    row = session.scalars(mine.execution_options(populate_existing=True)).one()
    if row.state is RemoteState.STORED or row.claimed_until > now:
        raise Busy
    row.state, row.claimed_until, row.ask_again_at = RemoteState.WANTED, until, None
    return Taken(row.id, row.key, until)


def _finish(
    session: Session, taken: Taken, picture: Developed, size: int, *, now: datetime
) -> None:
    row = _held(session, taken)
    if row is None:
        return
    row.state, row.tries, row.claimed_until = RemoteState.STORED, 0, now
    row.content_type = picture.type.content_type
    row.width, row.height = picture.width, picture.height
    row.has_small = picture.preview is not None
    row.blurhash = picture.blurhash
    row.size_bytes = size
    row.used_on = now.date()


def _rest(session: Session, taken: Taken, *, now: datetime) -> Resting:
    row = _held(session, taken)
    if row is None:
        return Resting(now)
    until = now + min(REST_MIN * 2 ** min(row.tries, 16), REST_MAX)
    row.state, row.tries, row.claimed_until = RemoteState.FAILED, row.tries + 1, now
    row.ask_again_at = until
    return Resting(until)


def _let_go(session: Session, taken: Taken, *, now: datetime) -> None:
    row = _held(session, taken)
    if row is not None:
        row.claimed_until = now


def _held(session: Session, taken: Taken) -> RemoteFile | None:
    """Return the row if the claim is still ours."""
    mine = (RemoteFile.id == taken.id, RemoteFile.claimed_until == taken.until)
    return session.scalar(select(RemoteFile).where(*mine).with_for_update())


def note_use(session: Session, remote_id: int, *, now: datetime) -> None:
    """Note that the picture was looked at today: what nobody looks at goes first."""
    mine = (RemoteFile.id == remote_id, RemoteFile.used_on < now.date())
    session.execute(update(RemoteFile).where(*mine).values(used_on=now.date()))
