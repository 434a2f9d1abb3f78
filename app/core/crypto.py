"""Secrets: one root key on disk, its children by label, and what they seal and sign.

Whoever holds the root key and the database holds everything; so the key never enters the
database, where only its fingerprint says which key the rows were sealed with.
"""

import hashlib
import hmac
import os
import secrets
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from app.core.db import Database
from app.core.errors import CannotStart
from app.core.facts import fact, record_once
from app.core.files import write_once

KEY_BYTES = 32
NONCE_BYTES = 12
KEY_FILE = "root.key"
FINGERPRINT_FACT = "root_key_fingerprint"
SEAL_VERSION = "v1"
CHILDREN_KEPT = 64


class BadKey(CannotStart):
    """The root key is not the one that this site may start with; the text says what helps."""


class BrokenSeal(Exception):
    """Sealed text was cut, changed, made for another purpose, or sealed with another key."""


class Keyring:
    """The root key and its children. Labels separate purposes: no child opens another's seal."""

    def __init__(self, root: bytes) -> None:
        assert len(root) == KEY_BYTES
        self._root = root
        self._children: dict[str, bytes] = {}
        self.fingerprint = hashlib.sha256(self.derive("fingerprint")).hexdigest()
        self.key_id = self.fingerprint[:8]

    def __repr__(self) -> str:
        return f"Keyring({self.key_id})"

    def derive(self, label: str) -> bytes:
        """Return the 32-byte child key for `label`, one of ours. Source: RFC 5869, SHA-256."""
        child = self._children.get(label)
        if child is None:
            info = b"commonhold/" + label.encode()
            maker = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info)
            child = maker.derive(self._root)
            if len(self._children) < CHILDREN_KEPT:
                self._children[label] = child
        return child

    def seal(self, label: str, data: bytes) -> str:
        """Encrypt `data` for storage: version, key id and AES-256-GCM text, dotted."""
        nonce = os.urandom(NONCE_BYTES)
        head = f"{SEAL_VERSION}.{self.key_id}"
        sealed = self._cipher(label).encrypt(nonce, data, head.encode())
        return f"{head}.{urlsafe_b64encode(nonce + sealed).decode()}"

    def unseal(self, label: str, sealed: str) -> bytes:
        """Return what was sealed for `label`. Raises: BrokenSeal."""
        version, _, rest = sealed.partition(".")
        key_id, _, body = rest.partition(".")
        if version != SEAL_VERSION or not body:
            raise BrokenSeal("this is not sealed text")
        if key_id != self.key_id:
            raise BrokenSeal(f"sealed with the key {key_id[:8]}, not with {self.key_id}")
        try:
            raw = urlsafe_b64decode(body)
            nonce, text = raw[:NONCE_BYTES], raw[NONCE_BYTES:]
            return self._cipher(label).decrypt(nonce, text, f"{version}.{key_id}".encode())
        except (ValueError, InvalidTag):
            raise BrokenSeal(f"the sealed text for {label} does not open") from None

    def sign(self, label: str, data: bytes) -> str:
        """Return the HMAC-SHA-256 of `data` under the child of `label`, in hexadecimal."""
        return hmac.new(self.derive(f"sign/{label}"), data, hashlib.sha256).hexdigest()

    def is_signed(self, label: str, data: bytes, signature: str) -> bool:
        """Return whether `signature` is ours for `data`, in time that tells nothing."""
        return same_secret(self.sign(label, data), signature)

    def _cipher(self, label: str) -> AESGCM:
        return AESGCM(self.derive(f"seal/{label}"))


def new_secret() -> str:
    """Return 256 random bits as text that fits into a link."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """Return what is stored of a random secret: its SHA-256. Not for passwords."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def same_secret(one: str, other: str) -> bool:
    """Compare in constant time. Accepts any text, also what no secret could be."""
    return hmac.compare_digest(
        one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass")
    )


def open_keyring(folder: Path, db: Database) -> Keyring:
    """Return the keyring of this database; the first start of all makes its root key.

    Raises: BadKey, as `find_keyring`.
    """
    if find_keyring(folder, db) is None:
        _make_key(folder / KEY_FILE)
    keyring = Keyring(_read_key(folder / KEY_FILE))
    with db.write.begin() as session:
        wanted = record_once(session, FINGERPRINT_FACT, keyring.fingerprint)
    _check_fingerprint(keyring, wanted, path=folder / KEY_FILE)
    return keyring


def find_keyring(folder: Path, db: Database) -> Keyring | None:
    """Return the keyring in `folder`; None if there is none yet, and may be none yet.

    Raises: BadKey if the key is missing although the database was made with one, if it is not
    the one, or if its file is too short, too long, or open to others.
    """
    path = folder / KEY_FILE
    with db.read.begin() as session:
        wanted = fact(session, FINGERPRINT_FACT)
    if not path.exists():
        if wanted is None:
            return None
        raise BadKey(
            f"{path} is missing, and the database was made with it: restore it from a backup."
        )
    keyring = Keyring(_read_key(path))
    _check_fingerprint(keyring, wanted or keyring.fingerprint, path=path)
    return keyring


def _check_fingerprint(keyring: Keyring, wanted: str, *, path: Path) -> None:
    if wanted != keyring.fingerprint:
        raise BadKey(f"{path} is not the key that the database was made with ({wanted[:8]}).")


def _make_key(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Of two processes that start at once, one makes the key and both use it.
    write_once(path, os.urandom(KEY_BYTES), mode=0o600)


def _read_key(path: Path) -> bytes:
    for place, wanted in ((path.parent, 0o700), (path, 0o600)):
        if (mode := stat.S_IMODE(place.stat().st_mode)) & ~wanted:
            raise BadKey(f"{place} is open to others ({mode:04o}). Run: chmod {wanted:o} {place}")
    with path.open("rb") as file:
        root = file.read(KEY_BYTES + 1)
    if len(root) != KEY_BYTES:
        raise BadKey(f"{path} must hold {KEY_BYTES} bytes: restore it from a backup.")
    return root
