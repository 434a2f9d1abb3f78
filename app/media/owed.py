"""What is owed for pictures: sweeping what nobody used, deleting the files of what is erased."""

from typing import Final

from pydantic import BaseModel

SWEEP: Final = "media.sweep"
ERASE: Final = "media.erase"


class SweepPicture(BaseModel):
    """The payload of "media.sweep"."""

    media_id: int


class EraseFiles(BaseModel):
    """The payload of "media.erase": the keys of stored files whose row is gone."""

    keys: list[str]
