"""What is owed for pictures: sweeping what nobody used, deleting the files of what is erased."""

from typing import Final

from app.core.shapes import Shape

SWEEP: Final = "media.sweep"
ERASE: Final = "media.erase"


class SweepPicture(Shape):
    """The payload of "media.sweep"."""

    media_id: int


class EraseFiles(Shape):
    """The payload of "media.erase": the keys of stored files whose row is gone."""

    keys: list[str]
