"""What belongs to one person, packed into a zip file for them to take along.

Each package offers a part, a function that yields files; `app/wiring.py` names the parts. Files
are read and packed piece by piece, so that no archive has to fit into memory.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, BinaryIO, Final, TypeAlias
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from sqlalchemy.orm import Session

from app.core.records import Record
from app.core.sheets import csv_line, harmless
from app.core.storage import CHUNK_BYTES, Storage

READABLE: Final = 0o100644  # The mode of a plain file, as unpacking sets it.


class Owner(Record):
    """Whose archive it is, and where they are at home."""

    member_id: int
    account_id: int
    base_url: str


class PackedFile(Record):
    """One file of an archive; its chunks are read once. Media are not worth compressing."""

    name: str
    chunks: Iterable[bytes]
    is_media: bool = False


Part: TypeAlias = Callable[[Session, Storage, Owner], Iterator[PackedFile]]


def pack(files: Iterable[PackedFile], sink: BinaryIO, *, at: datetime) -> None:
    """Write the files as a zip file; all of them bear the date `at`."""
    with ZipFile(sink, "w") as archive:
        for file in files:
            info = ZipInfo(file.name, at.timetuple()[:6])
            info.compress_type = ZIP_STORED if file.is_media else ZIP_DEFLATED
            info.external_attr = READABLE << 16
            with archive.open(info, "w", force_zip64=True) as entry:
                for chunk in file.chunks:
                    entry.write(chunk)


def text_file(name: str, text: str) -> PackedFile:
    """Return a file of plain text."""
    return PackedFile(name, [text.encode()])


def json_file(name: str, value: Any) -> PackedFile:
    """Return a file with one JSON value."""
    return PackedFile(name, [_json(value, indent=2) + b"\n"])


def json_items(
    name: str, items: Iterable[Any], *, around: Mapping[str, Any], key: str
) -> PackedFile:
    """Return a file with the object `around` whose last member `key` is the list of items."""

    def chunks() -> Iterator[bytes]:
        yield _json(dict(around)).removesuffix(b"}") + b", " + _json(key) + b": ["
        for position, item in enumerate(items):
            yield (b",\n" if position else b"\n") + _json(item)
        yield b"\n]}\n"

    return PackedFile(name, chunks())


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> PackedFile:
    """Return a table, which a spreadsheet can open without running anything in it."""

    def chunks() -> Iterator[bytes]:
        yield csv_line(head).encode()
        for row in rows:
            yield csv_line([harmless(cell) for cell in row]).encode()

    return PackedFile(name, chunks())


def media_file(name: str, storage: Storage, key: str) -> PackedFile:
    """Return a stored file."""

    def chunks() -> Iterator[bytes]:
        with storage.open(key) as stored:
            while chunk := stored.read(CHUNK_BYTES):
                yield chunk

    return PackedFile(name, chunks(), is_media=True)


def _json(value: Any, *, indent: int | None = None) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=indent).encode("utf-8", "backslashreplace")
