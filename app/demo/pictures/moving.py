"""What moves and sounds in the demo: a river that runs, and the bell of the common kitchen."""

import io
import math
import wave
from random import Random
from struct import pack
from typing import Final

from PIL import Image, ImageChops

from app.demo.pictures.outdoors import river
from app.demo.pictures.samples import Sample

SIZE: Final = (480, 300)
FRAMES: Final = 20
FRAME_MS: Final = 90
WATER: Final = 2 / 3  # Where the water begins, from the top.
SAMPLE_RATE: Final = 22_050
STROKES: Final = ((0.0, 523), (0.6, 392))  # When the bell is struck, and how high it rings.
SECONDS: Final = 2


def draw_running_river(dice: Random) -> Sample:
    """Draw the river as a GIF in which the water moves."""
    picture, words = river(dice)
    still = picture.resize(SIZE, Image.Resampling.LANCZOS)
    first, *others = [_ripple(still, number / FRAMES) for number in range(FRAMES)]
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=others, duration=FRAME_MS, loop=0)
    return Sample(file.getvalue(), f"{words} The water trembles.")


def _ripple(still: Image.Image, share: float) -> Image.Image:
    """Return the picture with its water moved sideways: to and fro, of which `share` is over."""
    frame = still.copy()
    top = round(still.height * WATER)
    for y in range(top, still.height):
        depth = (y - top) / (still.height - top)
        shift = round((1 + 4 * depth) * math.sin(math.tau * (share + depth * 3)))
        row = still.crop((0, y, still.width, y + 1))
        frame.paste(ImageChops.offset(row, shift, 0), (0, y))
    return frame


def ring_bell() -> Sample:
    """Ring the bell of the common kitchen twice, as a WAV."""
    samples = (_loudness(number / SAMPLE_RATE) for number in range(SAMPLE_RATE * SECONDS))
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE)
        sound.writeframes(b"".join(pack("<h", round(12_000 * sample)) for sample in samples))
    return Sample(file.getvalue(), "A small bell is struck twice, the second time a little lower.")


def _loudness(at: float) -> float:
    """Return how far the air is moved at a moment, from -1 to 1."""
    rung = ((at - begins, pitch) for begins, pitch in STROKES if at >= begins)
    return sum(
        math.exp(-3 * since) * math.sin(math.tau * pitch * since) for since, pitch in rung
    ) / len(STROKES)
