"""Looks at one film or sound, or writes it anew, in a folder and a process of its own, locked in.

Like `app.media.worker`: it reads `source`, writes `original` or `preview`, and `result.json`, and
what it says is checked by whoever asked.
"""

import io
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import av
from PIL import Image

from app.media import confine, worker
from app.media.cutting import QUARTER_TURNS, cut_film, cut_sound, decoded, turning
from app.media.reels import Reel, Refused, cover_of, open_reel, shown_size

PATIENCE = 9  # Of the machine: whoever reads the site comes first.
DAMAGED = (*worker.DAMAGED, av.FFmpegError, LookupError)


def look(folder: Path, *, reader: str) -> dict[str, Any]:
    """Say what a file is, and draw its first picture or its cover as `preview`."""
    with open_reel(folder / "source", reader) as reel:
        if reel.pictures is None:
            return {"form": "audio"} | _cover(folder, reel)
        picture, size = _first_picture(reel)
        return {"form": "video", "size": size} | worker.draw_preview(folder, picture)


def cut(folder: Path, *, reader: str, form: str, size: list[int]) -> dict[str, Any]:
    """Write the film or the sound anew as `original`, and say how long it is."""
    with open_reel(folder / "source", reader) as reel:
        if form == "audio":
            return cut_sound(reel, folder / "original")
        width, height = size
        silent = form == "gifv"
        return cut_film(reel, folder / "original", size=(width, height), is_silent=silent)


def _first_picture(reel: Reel) -> tuple[Image.Image, tuple[int, int]]:
    """Return the first picture of a film, upright, and the size in which the film is written."""
    assert reel.pictures is not None
    for packet in reel.container.demux(reel.pictures):
        for frame in decoded(packet):
            width, height = shown_size(reel.pictures, frame)
            if frame.rotation in QUARTER_TURNS:
                graph = turning(frame)
                is_turned = abs(frame.rotation) == 90
                graph.vpush(frame)
                frame = graph.vpull()
                width, height = (height, width) if is_turned else (width, height)
            size = worker.film_size((width, height))
            return frame.reformat(*size, "rgb24").to_image(), size
    raise Refused("damaged")


def _cover(folder: Path, reel: Reel) -> dict[str, Any]:
    """Draw the picture that a sound brings along, if it is one that we can read."""
    assert reel.sound is not None
    data = cover_of(reel)
    if data is None:
        return {}
    try:
        with Image.open(io.BytesIO(data), formats=["JPEG", "PNG"]) as picture:
            return worker.draw_preview(folder, worker.upright(picture))
    except (*worker.DAMAGED, Image.DecompressionBombError):
        return {}  # A sound is worth hearing without its cover.


STEPS: Mapping[str, Callable[..., dict[str, Any]]] = {"look": look, "cut": cut}
LIMITS = {"look": confine.LOOKING, "cut": confine.CUTTING}


def main(job: str) -> int:
    """Lock the room, do the job, and say what came out or why not."""
    folder = Path.cwd()
    order = json.loads(job)
    step = order.pop("step")
    Image.init()
    Image.MAX_IMAGE_PIXELS = worker.PIXELS_MAX
    av.logging.set_level(None)
    if step == "cut":
        os.nice(PATIENCE)
    confine.limit_resources(LIMITS[step])
    confine.leave_network()
    confine.keep_to_folder(folder)
    result: Mapping[str, Any]
    try:
        result = STEPS[step](folder, **order)
    except Refused as refusal:
        result = {"fault": str(refusal)}
    except DAMAGED:
        result = {"fault": "damaged"}
    (folder / "result.json").write_text(json.dumps(result))
    return 0
