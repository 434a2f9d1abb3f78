"""Files as a member would send them: a picture, and honest words for who cannot see it."""

import io
from collections.abc import Callable
from random import Random
from typing import Final

from PIL import Image

from app.core.records import Record
from app.demo.pictures import faces, indoors, outdoors


class Sample(Record):
    """An encoded picture. The same dice draw the same one, byte for byte."""

    data: bytes
    description: str


SCENES: Final[tuple[Callable[[Random], outdoors.Scene], ...]] = (
    outdoors.river,
    outdoors.roofs,
    outdoors.wood,
    outdoors.boats,
    outdoors.allotments,
    indoors.table,
    indoors.shelves,
    indoors.window,
    indoors.cloth,
    indoors.bicycle,
)


def draw_scene(dice: Random) -> Sample:
    """Draw something that one might see in Riverside."""
    return _encoded(*dice.choice(SCENES)(dice), kind="JPEG")


def draw_avatar(dice: Random) -> Sample:
    """Draw a picture for a face, 400 by 400."""
    return _encoded(*faces.avatar(dice), kind="PNG")


def draw_header(dice: Random) -> Sample:
    """Draw a picture for the top of a profile, 1500 by 500."""
    return _encoded(*faces.header(dice), kind="JPEG")


def _encoded(picture: Image.Image, words: str, *, kind: str) -> Sample:
    file = io.BytesIO()
    picture.save(file, kind, **({"quality": 90} if kind == "JPEG" else {}))
    return Sample(file.getvalue(), words)
