"""Where films and sounds are written anew: in a locked process, one at a time for each worker."""

import json
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, BinaryIO, Final

from pydantic import Field

from app.core.records import Record
from app.media.darkroom import copy_within
from app.media.faults import Fault
from app.media.kinds import HEAD_BYTES, MIB, MP3, MP4, Form, accepted_type
from app.media.limits import FILM_BYTES_MAX
from app.media.rooms import run_locked
from app.media.trust import Told, Unfit, check_file, read_told

DEADLINE_SECONDS: Final = 90 * 60
CUT_BYTES_MAX: Final = 110 * MIB
MILLISECONDS_MAX: Final = 7_200_000

Count = Annotated[int, Field(ge=1, le=1_000_000)]


class Cut(Told):
    """What the worker says of a film or a sound that it wrote anew."""

    duration_ms: Annotated[int, Field(ge=1, le=MILLISECONDS_MAX)]
    frame_rate: Annotated[list[Count], Field(min_length=2, max_length=2)] | None = None
    channels: Annotated[int, Field(ge=1, le=2)] | None = None
    sample_rate: Count | None = None


class Finished(Record):
    """A film or a sound as it leaves the site; the file lives as long as the `with` block."""

    file: Path
    duration_ms: int
    bit_rate: int
    frame_rate: str | None
    channels: int | None
    sample_rate: int | None


@contextmanager
def cut(
    source: BinaryIO,
    *,
    form: Form,
    size: tuple[int, int] | None,
    beat: Callable[[], None],
    deadline: int = DEADLINE_SECONDS,
) -> Iterator[Finished]:
    """Yield the film or sound written anew, its pictures in `size`.

    `beat` is called now and then while it takes its time; whatever it raises ends the work.
    Raises: Unfit, TookTooLong.
    """
    head = source.read(HEAD_BYTES)
    reader = accepted_type(head, takes_films=True).reader
    order = {"step": "cut", "reader": reader, "form": form.value, "size": size}
    with tempfile.TemporaryDirectory(prefix="commonhold-") as name:
        folder = Path(name)
        copy_within(head, source, folder / "source", most=FILM_BYTES_MAX)
        run_locked("filmworker", json.dumps(order), folder, seconds=deadline, beat=beat)
        yield _finished(folder, form)


def _finished(folder: Path, form: Form) -> Finished:
    said = read_told(folder, Cut)
    file_type = MP3 if form is Form.AUDIO else MP4
    file = check_file(folder / "original", file_type, bytes_max=CUT_BYTES_MAX)
    if (form is Form.AUDIO) != (said.frame_rate is None):
        raise Unfit(Fault.DAMAGED)
    pictures, seconds = said.frame_rate or (), said.duration_ms / 1_000
    return Finished(
        file=file,
        duration_ms=said.duration_ms,
        bit_rate=round(file.stat().st_size * 8 / max(seconds, 0.001)),
        frame_rate="/".join(str(number) for number in pictures) or None,
        channels=said.channels,
        sample_rate=said.sample_rate,
    )
