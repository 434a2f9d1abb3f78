"""Reading about pictures elsewhere."""

from collections.abc import Collection
from datetime import date, datetime
from typing import cast

from sqlalchemy import Connection, Table, bindparam, select
from sqlalchemy.orm import Session

from app.core.crypto import hash_secret
from app.core.records import Record
from app.media.kinds import WEBP, MediaKind
from app.media.models import small_key
from app.media.remote.addresses import RemoteAddress, Variant
from app.media.remote.models import RemoteFile, RemoteState

remote_files = cast(Table, RemoteFile.__table__)
_FOUND = select(remote_files).where(
    remote_files.c.url_hash == bindparam("url_hash"),
    remote_files.c.purpose == bindparam("purpose"),
)


class StoredRemote(Record):
    """A picture elsewhere that we have. `size` is that of the large file, in pixels."""

    id: int
    key: str
    content_type: str
    size: tuple[int, int]
    has_small: bool
    blurhash: str | None
    used_on: date

    def file_of(self, variant: Variant) -> tuple[str, str]:
        """Return the key and the type of the file for a variant."""
        if variant is Variant.SMALL and self.has_small:
            return small_key(self.key), WEBP.content_type
        return self.key, self.content_type


class Resting(Record):
    """A picture that could not be had, and is not asked for again before `until`."""

    until: datetime


def hash_of(url: str) -> str:
    """Return by what an address is found."""
    return hash_secret(url)


def find_remote(
    connection: Connection, address: RemoteAddress, *, now: datetime
) -> StoredRemote | Resting | None:
    """Return what is known of a picture elsewhere; None if it is to be fetched."""
    return _find(connection, hash_of(address.url), address.variant.kind, now=now)


def _find(
    connection: Connection, url_hash: str, purpose: MediaKind, *, now: datetime
) -> StoredRemote | Resting | None:
    row = connection.execute(_FOUND, {"url_hash": url_hash, "purpose": purpose}).first()
    if row is None:
        return None
    if row.state == RemoteState.FAILED:
        return Resting(row.ask_again_at) if now < row.ask_again_at else None
    if row.state != RemoteState.STORED:
        return None
    return StoredRemote(
        row.id,
        row.key,
        row.content_type,
        (row.width, row.height),
        row.has_small,
        row.blurhash,
        row.used_on,
    )


def known_remote_keys(session: Session, keys: Collection[str]) -> Collection[str]:
    """Return which of the keys are of stored files whose row is there, smaller ones included."""
    of_row = {key: key.partition("-")[0] for key in keys}
    there = select(RemoteFile.key).where(RemoteFile.key.in_(set(of_row.values())))
    found = set(session.scalars(there))
    return [key for key, of in of_row.items() if of in found]
