"""The demo's pictures: the same for the same dice, and described for who cannot see them."""

import io
from collections.abc import Callable
from random import Random

import pytest
from PIL import Image

from app.demo.pictures.canvas import Canvas
from app.demo.pictures.faces import GROUNDS, PAINTS, SIDE, THINGS
from app.demo.pictures.moving import FRAMES, draw_running_river, ring_bell
from app.demo.pictures.outdoors import Scene
from app.demo.pictures.samples import SCENES, Sample, draw_avatar, draw_header, draw_scene
from app.media.kinds import WAV, accepted_type
from app.media.models import DESCRIPTION_MAX


@pytest.mark.parametrize("draw", [draw_scene, draw_avatar, draw_header])
def test_the_same_dice_draw_the_same_picture(draw: Callable[[Random], Sample]) -> None:
    one, same, other = (draw(Random(seed)) for seed in (5, 5, 6))
    assert one == same
    assert one.data != other.data


@pytest.mark.parametrize("draw", [draw_scene, draw_avatar, draw_header])
def test_a_sample_is_a_file_that_the_site_takes(draw: Callable[[Random], Sample]) -> None:
    sample = draw(Random(3))
    accepted_type(sample.data[:64])
    assert len(sample.data) < 2_000_000
    with Image.open(io.BytesIO(sample.data)) as picture:
        assert min(picture.size) >= 400


def test_the_river_runs_and_the_bell_rings() -> None:
    river, bell = draw_running_river(Random(1)), ring_bell()
    assert river == draw_running_river(Random(1))
    with Image.open(io.BytesIO(river.data)) as moving:
        assert (moving.size, getattr(moving, "n_frames", 1)) == ((480, 300), FRAMES)
    assert len(river.data) < 2_000_000
    assert accepted_type(bell.data[:64], takes_films=True) is WAV


@pytest.mark.parametrize("scene", SCENES)
def test_every_scene_is_lively_and_described(scene: Callable[[Random], Scene]) -> None:
    for seed in range(2):
        picture, words = scene(Random(seed))
        assert len(picture.resize((100, 100)).getcolors(10_000) or ()) > 50
        assert words[0].isupper()
        assert words.endswith(".")
        assert 30 < len(words) <= DESCRIPTION_MAX


@pytest.mark.parametrize("word", sorted(THINGS))
def test_every_thing_stands_out_from_its_ground(word: str) -> None:
    for paint, ground in zip(PAINTS, GROUNDS, strict=True):
        canvas = Canvas((SIDE, SIDE), ground)
        THINGS[word](canvas, paint, ground)
        counts = canvas.image.convert("L").resize((40, 40)).histogram()
        shades = [shade for shade, count in enumerate(counts) if count > 8]
        assert max(shades) - min(shades) > 60
