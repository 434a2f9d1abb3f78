"""The keys of our accounts: made when they are first needed, sealed at rest, renewed on demand.

To renew: `renew_key`, tell others by an update that the old key still signs, then `retire_old`.
Source: federation.md 5.1, 5.3.
"""

import hashlib
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import Session

from app.core.crypto import Keyring
from app.core.kernel import Kernel
from app.core.records import Record
from app.core.upsert import insert_missing
from app.federation.models import ActorKey

KEY_BITS: Final = 2048  # What every other site can verify.
EXPONENT: Final = 65_537
SEAL: Final = "actor-key"


class KeyPair(Record):
    """A new pair: both halves as PEM, and the fingerprint of the public one."""

    public_pem: str
    private_pem: bytes
    fingerprint: str


def make_pair() -> KeyPair:
    """Return a new pair; it takes a tenth of a second, so hold no transaction meanwhile."""
    private = rsa.generate_private_key(public_exponent=EXPONENT, key_size=KEY_BITS)
    public = private.public_key()
    der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    secret = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return KeyPair(pem.decode(), secret, hashlib.sha256(der).hexdigest())


def published_key(session: Session, account_id: int | None) -> ActorKey | None:
    """Return the key that the owner's document names: the newest. None: it has none yet."""
    return session.scalar(_standing(account_id).order_by(ActorKey.number.desc()).limit(1))


def signing_key(session: Session, account_id: int | None) -> ActorKey | None:
    """Return the key that the owner signs with: the oldest that is not retired."""
    return session.scalar(_standing(account_id).order_by(ActorKey.number).limit(1))


def private_pem(key: ActorKey, keyring: Keyring) -> bytes:
    """Return the private half, in the clear: keep it no longer than a signature takes."""
    assert key.private_sealed is not None, "a retired key signs nothing"
    return keyring.unseal(SEAL, key.private_sealed)


def ensure_key(kernel: Kernel, account_id: int | None) -> None:
    """Make the owner's first key unless there is one; of two at once, one is kept.

    It takes its own short transaction, after the long work.
    """
    with kernel.db.read.begin() as session:
        if published_key(session, account_id) is not None:
            return
    pair, now = make_pair(), kernel.clock.now()
    with kernel.db.write.begin() as session:
        _keep(session, account_id, pair, number=1, keyring=kernel.keyring, now=now)


def renew_key(kernel: Kernel, account_id: int | None) -> None:
    """Publish a new key of the owner; the one before it signs until `retire_old`."""
    pair, now = make_pair(), kernel.clock.now()
    with kernel.db.write.begin() as session:
        newest = published_key(session, account_id)
        number = 1 if newest is None else newest.number + 1
        _keep(session, account_id, pair, number=number, keyring=kernel.keyring, now=now)


def retire_old(session: Session, account_id: int | None, *, now: datetime) -> int:
    """Forget the private halves of all keys but the newest; return of how many."""
    newest, *older = session.scalars(_standing(account_id).order_by(ActorKey.number.desc()))
    assert newest.private_sealed is not None
    for key in older:
        key.retired_at, key.private_sealed = now, None
    return len(older)


def _keep(
    session: Session,
    account_id: int | None,
    pair: KeyPair,
    *,
    number: int,
    keyring: Keyring,
    now: datetime,
) -> None:
    insert_missing(
        session,
        ActorKey,
        account_id=account_id,
        number=number,
        public_pem=pair.public_pem,
        private_sealed=keyring.seal(SEAL, pair.private_pem),
        fingerprint=pair.fingerprint,
        created_at=now,
    )


def _standing(account_id: int | None) -> Select[ActorKey]:
    return select(ActorKey).where(_owned_by(account_id), ActorKey.retired_at.is_(None))


def _owned_by(account_id: int | None) -> ColumnElement[bool]:
    if account_id is None:
        return ActorKey.account_id.is_(None)
    return ActorKey.account_id == account_id
