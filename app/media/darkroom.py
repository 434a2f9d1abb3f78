"""Where pictures are developed: one process for each, locked in, and few at a time."""

import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.core.errors import Invalid
from app.core.words import Words, say
from app.media.kinds import (
    BY_FORMAT,
    BYTES_MAX,
    HEAD_BYTES,
    KIB,
    MIB,
    WITH_PREVIEW,
    FileType,
    MediaKind,
    accepted_type,
    sniff,
)

DEADLINE_SECONDS: Final = 30
DRAWN_BYTES_MAX: Final = 48 * MIB
RESULT_BYTES_MAX: Final = 4_096
CHUNK_BYTES: Final = 256 * 1024

_ROOT = Path(__file__).parents[2]
# -I: no environment, no user's modules, no current folder. The worker gets our root and no more.
_START = (
    f"import sys; sys.path.append({str(_ROOT)!r}); "
    "from app.media.worker import main; sys.exit(main(sys.argv[1]))"
)
_ENVIRONMENT = {"MALLOC_ARENA_MAX": "1", "PYTHONDONTWRITEBYTECODE": "1"}

DAMAGED: Final = say("We could not read this picture. It may be damaged: try to save it anew.")
TOO_MANY_PIXELS: Final = say("This picture is too large: at most 33 megapixels, please.")
TOO_SLOW: Final = say("This picture took too long to read. Try to save it smaller.")

Side = Annotated[int, Field(ge=1, le=3_840)]


class Drawn(BaseModel):
    """What the worker says. It has seen the file, so not a word of it is taken on trust."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    format: Literal["JPEG", "PNG", "WEBP", "GIF"]
    size: Annotated[list[Side], Field(min_length=2, max_length=2)]
    preview_size: Annotated[list[Side], Field(min_length=2, max_length=2)] | None = None
    blurhash: Annotated[str, Field(pattern=r"^[0-9A-Za-z#$%*+,\-.:;=?@\[\]^_{|}~]{6,90}$")]


class Faulty(BaseModel):
    """Why the worker has nothing to show."""

    model_config = ConfigDict(extra="forbid", strict=True)

    fault: Literal["damaged", "too_large"]


@dataclass(frozen=True, slots=True)
class Developed:
    """A picture redrawn, in files that live as long as the caller's `with` block."""

    type: FileType
    original: Path
    preview: Path | None
    width: int
    height: int
    preview_width: int | None
    preview_height: int | None
    blurhash: str


class Darkroom:
    """Develops pictures: as many at a time as there are cores, in processes that cannot hurt."""

    def __init__(self, *, tables: int | None = None, deadline: int = DEADLINE_SECONDS) -> None:
        self.tables = tables or os.cpu_count() or 1
        self._free = threading.BoundedSemaphore(self.tables)
        self._deadline = deadline

    @contextmanager
    def develop(self, source: BinaryIO, *, kind: MediaKind) -> Iterator[Developed]:
        """Yield the picture redrawn for its purpose; wait for a free table before.

        Raises: Invalid, in words for whoever sent the file.
        """
        head = source.read(HEAD_BYTES)
        file_type = accepted_type(head)
        with self._free, tempfile.TemporaryDirectory(prefix="commonhold-") as name:
            folder = Path(name)
            _copy(head, source, folder / "source", most=BYTES_MAX[kind])
            yield self._developed(folder, file_type, kind)

    def _developed(self, folder: Path, file_type: FileType, kind: MediaKind) -> Developed:
        job = json.dumps({"source_format": file_type.format, "kind": kind.value})
        self._run(job, folder)
        drawn = _read_result(folder / "result.json")
        preview = folder / "preview" if kind in WITH_PREVIEW else None
        _check_file(folder / "original", drawn.format)
        if (preview is None) != (drawn.preview_size is None):
            raise _refusal(DAMAGED)
        if preview is not None:
            _check_file(preview, "WEBP")
        preview_width, preview_height = drawn.preview_size or (None, None)
        return Developed(
            type=BY_FORMAT[drawn.format],
            original=folder / "original",
            preview=preview,
            width=drawn.size[0],
            height=drawn.size[1],
            preview_width=preview_width,
            preview_height=preview_height,
            blurhash=drawn.blurhash,
        )

    def _run(self, job: str, folder: Path) -> None:
        try:
            subprocess.run(
                [sys.executable, "-I", "-c", _START, job],
                cwd=folder,
                env=_ENVIRONMENT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=self._deadline,
                start_new_session=True,
                check=False,  # A worker that died left no result, and that says enough.
            )
        except subprocess.TimeoutExpired:
            raise _refusal(TOO_SLOW) from None


def _copy(head: bytes, source: BinaryIO, path: Path, *, most: int) -> None:
    """Write the file to `path`. Raises: Invalid if it has more than `most` bytes."""
    left = most - len(head)
    with path.open("wb") as file:
        file.write(head)
        while chunk := source.read(CHUNK_BYTES):
            left -= len(chunk)
            if left < 0:
                raise _refusal(_too_heavy(most))
            file.write(chunk)


def _too_heavy(most: int) -> Words:
    if most < MIB:
        return say("This file is too large: at most {size} kB, please.", size=most // KIB)
    return say("This file is too large: at most {size} MB, please.", size=most // MIB)


def _read_result(path: Path) -> Drawn:
    """Return what the worker says, if it makes sense. Raises: Invalid."""
    try:
        with path.open("rb") as file:
            said = file.read(RESULT_BYTES_MAX)
        if b'"fault"' in said:
            fault = Faulty.model_validate_json(said).fault
            raise _refusal(TOO_MANY_PIXELS if fault == "too_large" else DAMAGED)
        return Drawn.model_validate_json(said)
    except (OSError, ValidationError):
        raise _refusal(DAMAGED) from None


def _check_file(path: Path, drawn: str) -> None:
    """Raise Invalid unless the worker left a plain file of the type that it names."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > DRAWN_BYTES_MAX:
        raise _refusal(DAMAGED)
    with path.open("rb") as file:
        if sniff(file.read(HEAD_BYTES)) != BY_FORMAT[drawn]:
            raise _refusal(DAMAGED)


def _refusal(sentence: Words) -> Invalid:
    return Invalid(sentence, file=sentence)
