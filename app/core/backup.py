"""A backup: one file with the database as it was at one moment, stored files, and what they are.

Source: security.md (d) 14. The file is a tar whose last member, `manifest.json`, names all others
with their size and SHA-256. The database comes first: a stored file is never changed, only added
and deleted, so files copied after it hold all that its rows name, except what was deleted since.
"""

import hashlib
import io
import json
import os
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from io import BufferedReader
from pathlib import Path
from shutil import copyfileobj, which
from typing import Any, BinaryIO, Final, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from sqlalchemy import URL, inspect

from app.core.db import Database
from app.core.errors import CannotStart, NotFound
from app.core.files import write_atomically
from app.core.storage import Storage

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DUMPS: Final[Mapping[str, str]] = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}
FILES: Final = "files/"
ROOT_KEY: Final = "root.key.sealed"
CHUNK_BYTES: Final = 1 << 20
SALT_BYTES, NONCE_BYTES = 16, 12
SCRYPT_COST: Final = 1 << 15
PRIVATE: Final = 0o600


class BadBackup(CannotStart):
    """A backup that cannot be made, read, or put where it was to be put."""


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds: told when it is made, and compared when it is read."""

    made_at: str
    version: str
    dialect: str
    revision: str
    base_url: str
    key_id: str
    heads: Mapping[str, tuple[int, str]]  # Of each chain its last number and hash.
    files: Mapping[str, tuple[int, str]] = field(default_factory=dict)  # Size and SHA-256.
    format: int = FORMAT


class Packer:
    """Writes members into a backup, and notes what they are."""

    def __init__(self, sink: BinaryIO) -> None:
        self._tar = tarfile.TarFile(fileobj=sink, mode="w", format=tarfile.PAX_FORMAT)
        self._files: dict[str, tuple[int, str]] = {}

    def add(self, name: str, source: BinaryIO, *, size: int) -> None:
        """Add a member of a known size."""
        member = tarfile.TarInfo(name)
        member.size, member.mode = size, PRIVATE
        hashed = _Hashing(source)
        self._tar.addfile(member, hashed)
        self._files[name] = size, hashed.digest

    def finish(self, contents: Contents) -> Contents:
        """Add the manifest; return it whole."""
        whole = Contents(**{**asdict(contents), "files": self._files})
        data = json.dumps(asdict(whole), indent=1).encode()
        member = tarfile.TarInfo(MANIFEST)
        member.size, member.mode = len(data), PRIVATE
        self._tar.addfile(member, io.BytesIO(data))
        self._tar.close()
        return whole


class _Hashing(io.RawIOBase):
    """A file that is read on, and hashed while it is."""

    def __init__(self, source: BinaryIO) -> None:
        self._source, self._hash = source, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Read on."""
        data = self._source.read(size)
        self._hash.update(data)
        return data

    @property
    def digest(self) -> str:
        """The SHA-256 of what was read, in hexadecimal."""
        return self._hash.hexdigest()


def add_database(packer: Packer, db: Database, folder: Path) -> None:
    """Add the database as it is at this moment; the site may go on writing. Raises: BadBackup."""
    name = DUMPS[db.dialect]
    copy = folder / name
    if db.dialect == "sqlite":
        _copy_sqlite(db.write_engine.url, copy)
    else:
        url, environ = _without_password(db.write_engine.url)
        _run("pg_dump", "--format=custom", "--no-owner", "--file", str(copy), url, environ=environ)
    with copy.open("rb") as source:
        packer.add(name, source, size=copy.stat().st_size)


def add_files(packer: Packer, storage: Storage, kinds: Iterable[str]) -> int:
    """Add the stored files of some kinds; return how many.

    One that is deleted meanwhile is left out, as its row would be a moment later.
    """
    count = 0
    for stored in (stored for kind in kinds for stored in storage.walk(kind)):
        with suppress(NotFound), storage.open(stored.key) as source:
            size = source.seek(0, io.SEEK_END)
            source.seek(0)
            packer.add(f"{FILES}{stored.key}", source, size=size)
            count += 1
    return count


def add_root_key(packer: Packer, root: bytes, passphrase: str) -> None:
    """Add the root key, sealed by a passphrase."""
    salt, nonce = os.urandom(SALT_BYTES), os.urandom(NONCE_BYTES)
    sealed = salt + nonce + _cipher(passphrase, salt).encrypt(nonce, root, ROOT_KEY.encode())
    packer.add(ROOT_KEY, io.BytesIO(sealed), size=len(sealed))


def opened_root_key(sealed: bytes, passphrase: str) -> bytes:
    """Return the root key. Raises: BadBackup if it is another passphrase."""
    salt, nonce = sealed[:SALT_BYTES], sealed[SALT_BYTES : SALT_BYTES + NONCE_BYTES]
    rest = sealed[SALT_BYTES + NONCE_BYTES :]
    try:
        return _cipher(passphrase, salt).decrypt(nonce, rest, ROOT_KEY.encode())
    except InvalidTag:
        raise BadBackup("The passphrase is not the one that the backup was made with.") from None


def _cipher(passphrase: str, salt: bytes) -> AESGCM:
    return AESGCM(
        Scrypt(salt=salt, length=32, n=SCRYPT_COST, r=8, p=1).derive(passphrase.encode())
    )


class Opened:
    """A backup that is read: whole, and each member as its manifest says."""

    def __init__(self, tar: tarfile.TarFile, contents: Contents) -> None:
        self._tar, self.contents = tar, contents

    def names(self) -> Iterator[str]:
        """Yield the names of all members but the manifest."""
        yield from self.contents.files

    def read(self, name: str) -> BufferedReader:
        """Return a member, open. Raises: BadBackup."""
        found = self._tar.extractfile(name)
        if found is None:
            raise BadBackup(f"{name} in the backup is no file.")
        return cast(BufferedReader, found)

    def check(self) -> None:
        """Compare every member with the manifest. Raises: BadBackup, naming the first fault."""
        there = {member.name for member in self._tar.getmembers()} - {MANIFEST}
        if there != set(self.contents.files):
            odd = min(there ^ set(self.contents.files))
            raise BadBackup(f"The backup and its manifest disagree about {odd}.")
        for name, (size, digest) in self.contents.files.items():
            with self.read(name) as source:
                found = hashlib.file_digest(source, "sha256").hexdigest()
            if (self._tar.getmember(name).size, found) != (size, digest):
                raise BadBackup(f"{name} in the backup is damaged.")


@contextmanager
def opened_backup(file: Path) -> Iterator[Opened]:
    """Open a backup. Raises: BadBackup."""
    try:
        with tarfile.open(file, mode="r:") as tar:
            found = tar.extractfile(MANIFEST)
            assert found is not None
            yield Opened(tar, _contents(json.load(found)))
    except (OSError, tarfile.TarError, KeyError, ValueError) as fault:
        raise BadBackup(f"{file} cannot be read as a backup: {fault}") from None


def _contents(told: Any) -> Contents:
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise BadBackup("The backup is of another version of Commonhold.")
    files = {str(name): (int(size), str(digest)) for name, (size, digest) in told["files"].items()}
    return Contents(**{**told, "files": files})


def check_empty(db: Database) -> None:
    """Raise BadBackup unless there is nothing in the database."""
    if db.dialect == "sqlite":
        file = Path(db.write_engine.url.database or "")
        if file.exists():
            raise BadBackup(f"{file} is there already. Move it away first.")
        return
    with db.read_engine.connect() as connection:
        if inspect(connection).get_table_names():
            raise BadBackup("There is something in the database already. Make an empty one first.")


def put_database(backup: Opened, db: Database, folder: Path) -> None:
    """Put the database of the backup where `db` is; nothing of it is there if that fails."""
    name = DUMPS[db.dialect]
    if name not in backup.contents.files:
        raise BadBackup(f"The backup is of {backup.contents.dialect}, this is {db.dialect}.")
    copy = folder / name
    with backup.read(name) as source, copy.open("wb") as sink:
        copyfileobj(source, sink, CHUNK_BYTES)
    if db.dialect == "sqlite":
        target = Path(db.write_engine.url.database or "")
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(target, copy, mode=PRIVATE)
        return
    url, environ = _without_password(db.write_engine.url)
    options = ("--no-owner", "--exit-on-error", "--single-transaction")
    _run("pg_restore", *options, "--dbname", url, str(copy), environ=environ)


def put_files(backup: Opened, storage: Storage) -> int:
    """Put the stored files of the backup into the store; return how many."""
    count = 0
    for name in backup.names():
        if name.startswith(FILES):
            with backup.read(name) as source:
                storage.put(name.removeprefix(FILES), source.read(), "application/octet-stream")
            count += 1
    return count


def _copy_sqlite(url: URL, copy: Path) -> None:
    """Copy the file by the engine's own online backup: a copied file in WAL mode may be torn."""
    there = f"file:{url.database}?mode=ro"
    with (
        closing(sqlite3.connect(there, uri=True)) as source,
        closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        fault = target.execute("PRAGMA integrity_check").fetchone()[0]
    if fault != "ok":
        raise BadBackup(f"The database is damaged: {fault}")


def _without_password(url: URL) -> tuple[str, Mapping[str, str]]:
    """Return the address without its password, which others could read among the processes."""
    plain = url.set(drivername="postgresql", password=None)
    secret = {} if url.password is None else {"PGPASSWORD": str(url.password)}
    return plain.render_as_string(hide_password=False), {**os.environ, **secret}


def _run(program: str, *words: str, environ: Mapping[str, str]) -> None:
    if which(program, path=environ.get("PATH")) is None:
        raise BadBackup(f"{program} is not installed: take it from the packages of PostgreSQL.")
    ran = subprocess.run(
        [program, *words], env=dict(environ), capture_output=True, check=False, text=True
    )
    if ran.returncode != 0:
        said = " ".join(ran.stderr.split())
        raise BadBackup(f"{program} failed: {said[-300:]}")
