"""Where files are developed: one process for each, locked in, and few at a time.

Pictures are finished here, while their sender waits. Of films and sounds only the beginning is
looked at; writing them anew takes minutes and is owed (`app.media.cutting_room`).
"""

import json
import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final, Literal

from app.core.errors import Invalid
from app.core.records import Record
from app.core.words import Words, say
from app.media.faults import SENTENCES, Fault
from app.media.kinds import (
    BY_FORMAT,
    GIF,
    HEAD_BYTES,
    KIB,
    MIB,
    MP3,
    MP4,
    WEBP,
    WITH_PREVIEW,
    FileType,
    Form,
    MediaKind,
    accepted_type,
    bytes_max,
)
from app.media.rooms import TookTooLong, run_locked
from app.media.trust import Blurhash, Size, Told, Unfit, check_file, read_told

DEADLINE_SECONDS: Final = 30
DRAWN_BYTES_MAX: Final = 48 * MIB
CHUNK_BYTES: Final = 256 * 1024

DAMAGED: Final = say("We could not read this picture. It may be damaged: try to save it anew.")
TOO_MANY_PIXELS: Final = say("This picture is too large: at most 33 megapixels, please.")
TOO_SLOW: Final = say("This picture took too long to read. Try to save it smaller.")
OF_PICTURES: Final = {Fault.TOO_LARGE: TOO_MANY_PIXELS, Fault.TOO_SLOW: TOO_SLOW}


class Drawn(Told):
    """What the worker says of a picture. Where films are taken, a GIF is one: it moves."""

    format: Literal["JPEG", "PNG", "WEBP", "GIF"]
    size: Size
    preview_size: Size | None = None
    blurhash: Blurhash


class Seen(Told):
    """What the worker says of a film or a sound that it looked at."""

    form: Literal[Form.VIDEO, Form.AUDIO]
    size: Size | None = None
    preview_size: Size | None = None
    blurhash: Blurhash | None = None


class Developed(Record):
    """A file as far as it has come; its files live as long as the caller's `with` block.

    A picture is whole. A film or a sound is still its sender's, and `type` is what it will be.
    """

    form: Form
    type: FileType
    file: Path
    preview: Path | None = None
    width: int | None = None
    height: int | None = None
    preview_width: int | None = None
    preview_height: int | None = None
    blurhash: str | None = None


class Darkroom:
    """Develops files: as many at a time as there are cores, in processes that cannot hurt."""

    def __init__(self, *, tables: int | None = None, deadline: int = DEADLINE_SECONDS) -> None:
        self.tables = tables or os.cpu_count() or 1
        self._free = threading.BoundedSemaphore(self.tables)
        self._deadline = deadline

    @contextmanager
    def develop(
        self, source: BinaryIO, *, kind: MediaKind, takes_films: bool = False
    ) -> Iterator[Developed]:
        """Yield the file developed for its purpose; wait for a free table before.

        With `takes_films`, films, sounds and moving pictures are yielded as their sender sent
        them, with a preview: whoever asks for them owes the rest.
        Raises: Invalid, in words for whoever sent the file.
        """
        head = source.read(HEAD_BYTES)
        file_type = accepted_type(head, takes_films=takes_films)
        with self._free, tempfile.TemporaryDirectory(prefix="commonhold-") as name:
            folder = Path(name)
            copy_within(head, source, folder / "source", most=bytes_max(file_type, kind))
            yield self._developed(folder, file_type, kind, takes_films)

    def _developed(
        self, folder: Path, file_type: FileType, kind: MediaKind, takes_films: bool
    ) -> Developed:
        try:
            if file_type.format is not None:
                return self._draw(folder, file_type.format, kind, takes_films)
            assert file_type.reader is not None
            return self._look(folder, file_type.reader)
        except (Unfit, TookTooLong) as refusal:
            fault = refusal.fault if isinstance(refusal, Unfit) else Fault.TOO_SLOW
            words = SENTENCES if file_type.format is None else OF_PICTURES
            raise refused(words.get(fault, DAMAGED)) from None

    def _draw(
        self, folder: Path, source_format: str, kind: MediaKind, takes_films: bool
    ) -> Developed:
        job = {"source_format": source_format, "kind": kind.value, "as_film": takes_films}
        run_locked("worker", json.dumps(job), folder, seconds=self._deadline)
        drawn = read_told(folder, Drawn)
        file_type, form, file = BY_FORMAT[drawn.format], Form.IMAGE, folder / "original"
        if file_type == GIF and takes_films:
            file_type, form, file = MP4, Form.GIFV, folder / "source"
        else:
            check_file(file, file_type, bytes_max=DRAWN_BYTES_MAX)
        has_preview = kind in WITH_PREVIEW
        if has_preview != (drawn.preview_size is not None):
            raise Unfit(Fault.DAMAGED)
        return _developed(folder, form, file_type, file, drawn)

    def _look(self, folder: Path, reader: str) -> Developed:
        job = json.dumps({"step": "look", "reader": reader})
        run_locked("filmworker", job, folder, seconds=self._deadline)
        seen = read_told(folder, Seen)
        is_film = seen.form is Form.VIDEO
        if is_film and (seen.size is None or seen.preview_size is None):
            raise Unfit(Fault.DAMAGED)
        file_type = MP4 if is_film else MP3
        return _developed(folder, seen.form, file_type, folder / "source", seen)


def _developed(
    folder: Path, form: Form, file_type: FileType, file: Path, said: Drawn | Seen
) -> Developed:
    width, height = said.size or (None, None)
    preview_width, preview_height = said.preview_size or (None, None)
    preview = folder / "preview" if preview_width else None
    if preview is not None:
        check_file(preview, WEBP, bytes_max=DRAWN_BYTES_MAX)
    return Developed(
        form=form,
        type=file_type,
        file=file,
        preview=preview,
        width=width,
        height=height,
        preview_width=preview_width,
        preview_height=preview_height,
        blurhash=said.blurhash,
    )


def copy_within(head: bytes, source: BinaryIO, path: Path, *, most: int) -> None:
    """Write the file to `path`. Raises: Invalid if it has more than `most` bytes."""
    left = most - len(head)
    with path.open("wb") as file:
        file.write(head)
        while chunk := source.read(CHUNK_BYTES):
            left -= len(chunk)
            if left < 0:
                raise refused(_too_heavy(most))
            file.write(chunk)


def _too_heavy(most: int) -> Words:
    if most < MIB:
        return say("This file is too large: at most {size} kB, please.", size=most // KIB)
    return say("This file is too large: at most {size} MB, please.", size=most // MIB)


def refused(sentence: Words) -> Invalid:
    """Return the refusal of a file, which names its field too."""
    return Invalid(sentence, file=sentence)
