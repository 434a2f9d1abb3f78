"""What is owed for files: writing films anew, sweeping what nobody used, deleting the erased."""

from typing import Final

from app.core.shapes import Shape

PREPARE: Final = "media.prepare"
SWEEP: Final = "media.sweep"
ERASE: Final = "media.erase"


class PrepareFilm(Shape):
    """The payload of "media.prepare"."""

    media_id: int


class SweepPicture(Shape):
    """The payload of "media.sweep"."""

    media_id: int


class EraseFiles(Shape):
    """The payload of "media.erase": the keys of stored files whose row is gone."""

    keys: list[str]
