"""The one door to stored files: media, evidence, receipts.

Keys are random and made by us; a name that a person gave never becomes part of a path. Files are
never served from here without the handler that checks who may see them.
"""

import re
import secrets
from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

from app.core.errors import NotFound
from app.core.files import make_folders, sync_folder, write_atomically
from app.core.records import Record
from app.core.settings import Settings
from app.core.stored import KEY, BadStore, StoreAway, Stored, checked, no_such_file

__all__ = [
    "BadStore",
    "FileStorage",
    "OutOfRange",
    "Span",
    "Storage",
    "StoreAway",
    "Stored",
    "asked_span",
    "new_key",
    "open_storage",
    "read_span",
]

CHUNK_BYTES = 64 * 1024
RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


class OutOfRange(Exception):
    """The asked part lies behind the end of the file, whose size in bytes it names: 416."""


class Storage(Protocol):
    """Where files are kept, by key. Every key was made by `new_key`.

    Each of these raises StoreAway, an OSError, while an object store does not answer.
    """

    @property
    def is_needed(self) -> bool:
        """Whether the site cannot serve without it: a folder of this machine is part of it."""
        ...

    def put(self, key: str, data: bytes | Path, content_type: str) -> None:
        """Store the bytes, or a file's; durable when this returns. Object stores keep the type."""
        ...

    def open(self, key: str) -> BinaryIO:
        """Return the file, open and seekable. Raises: NotFound."""
        ...

    def size(self, key: str) -> int:
        """Return the number of bytes. Raises: NotFound."""
        ...

    def exists(self, key: str) -> bool:
        """Return whether there is such a file."""
        ...

    def delete(self, key: str) -> None:
        """Delete the file if there is one."""
        ...

    def walk(self, kind: str) -> Iterator[Stored]:
        """Yield the files below `kind`, the first part of their keys, in no particular order."""
        ...

    def check(self) -> None:
        """Write and delete a small file. Raises: OSError if the store is full or away."""
        ...


@dataclass(frozen=True, slots=True)
class FileStorage:
    """Files in a folder of this machine."""

    root: Path
    is_needed: bool = field(default=True, init=False)

    def put(self, key: str, data: bytes | Path, content_type: str) -> None:
        """Store the bytes, or a file's; the old file or the new one survives a power cut."""
        del content_type  # A folder keeps no types; the caller's row does.
        path = self._path(key)
        make_folders(path.parent, below=self.root)
        write_atomically(path, data, mode=0o640)

    def open(self, key: str) -> BinaryIO:
        """Return the file, open and seekable. Raises: NotFound."""
        try:
            return self._path(key).open("rb")
        except FileNotFoundError:
            raise no_such_file() from None

    def size(self, key: str) -> int:
        """Return the number of bytes. Raises: NotFound."""
        try:
            return self._path(key).stat().st_size
        except FileNotFoundError:
            raise no_such_file() from None

    def exists(self, key: str) -> bool:
        """Return whether there is such a file."""
        with suppress(NotFound):
            return self._path(key).is_file()
        return False

    def delete(self, key: str) -> None:
        """Delete the file if there is one."""
        path = self._path(key)
        path.unlink(missing_ok=True)
        if path.parent.is_dir():
            sync_folder(path.parent)

    def walk(self, kind: str) -> Iterator[Stored]:
        """Yield the files below `kind`, without those that are being written."""
        for path in self._path(kind).rglob("*"):
            key = path.relative_to(self.root).as_posix()
            if KEY.fullmatch(key):
                with suppress(FileNotFoundError):  # Deleted since.
                    told = path.stat()
                    if path.is_file():
                        at = datetime.fromtimestamp(told.st_mtime, UTC)
                        yield Stored(key, told.st_size, at)

    def check(self) -> None:
        """Write and delete a small file. Raises: OSError if the disk is full or read-only."""
        key = f"probe-{secrets.token_hex(8)}"  # At the top, so that no folder stays behind.
        self.put(key, b"probe", "text/plain")
        self.delete(key)

    def _path(self, key: str) -> Path:
        return self.root / checked(key)


def new_key(kind: str, extension: str = "") -> str:
    """Return a fresh key below `kind`, such as "media/3f/9c2…e1.webp": 160 random bits.

    The folder in between keeps directories small. `extension` comes from a closed list of ours.
    """
    name = secrets.token_hex(20)
    key = f"{kind}/{name[:2]}/{name[2:]}" + (f".{extension}" if extension else "")
    assert KEY.fullmatch(key), "the kind and the extension are ours, in lower case"
    return key


def open_storage(settings: Settings) -> Storage:
    """Return the store that the settings name, `file:FOLDER` or `s3://BUCKET`.

    A bucket is not asked yet.
    Raises: BadStore.
    """
    parts = urlsplit(settings.media)
    if parts.scheme == "s3":
        # Loaded only by sites that keep their files so.
        bucket: Storage = import_module("app.core.bucket").open_bucket(settings)
        return bucket
    if parts.scheme != "file" or not parts.path or parts.netloc:
        raise BadStore("The store of media must be file:FOLDER, such as file:var/media.")
    root = Path(unquote(parts.path))
    root.mkdir(parents=True, exist_ok=True)
    return FileStorage(root.resolve())


class Span(Record):
    """A stretch of a file: the first byte, and the byte behind the last."""

    start: int
    end: int

    @property
    def length(self) -> int:
        """How many bytes it has."""
        return self.end - self.start

    def content_range(self, size: int) -> str:
        """Return the value of the Content-Range header."""
        return f"bytes {self.start}-{self.end - 1}/{size}"


def asked_span(header: str | None, *, size: int) -> Span | None:
    """Return the single range that a Range header asks for; None means the whole file.

    Several ranges, other units and nonsense are ignored, as RFC 9110 section 14.2 allows: the
    work for one request stays that of one file.
    Raises: OutOfRange.
    """
    asked = RANGE.fullmatch(header) if header and len(header) <= 64 else None
    if asked is None or asked.group(0) == "bytes=-":
        return None
    first, last = asked.groups()
    if first == "":
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < int(first):
            return None
    if start >= end:
        raise OutOfRange(size)
    return Span(start, end)


def read_span(file: BinaryIO, span: Span) -> Generator[bytes, None, None]:
    """Yield the stretch in chunks and close the file at the end, or when the reader goes away."""
    with file:
        file.seek(span.start)
        left = span.end - span.start
        while left > 0 and (chunk := file.read(min(CHUNK_BYTES, left))):
            left -= len(chunk)
            yield chunk
