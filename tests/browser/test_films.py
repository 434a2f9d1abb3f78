"""Films and sounds in a real browser: silent until they are asked to play, and then they do."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Demo
from tests.browser.signing import seen_by

pytestmark = pytest.mark.browser

IS_QUIET = "player => player.paused && player.currentTime === 0 && !player.autoplay"
PLAY = """async player => {
    await player.play();
    await new Promise(done => {
        player.ontimeupdate = () => player.currentTime > 0 && done();
    });
    player.pause();
    return player.duration;
}"""


def test_a_film_and_a_sound_play_when_they_are_asked_to(chromium: Browser, demo: Demo) -> None:
    with seen_by(chromium, demo, "anneke") as looker:
        looker.page.goto(demo.site.url + "/local")
        looker.page.locator("h1").click()  # Browsers let nothing sound before that.
        for kind, seconds in (("video", 1.8), ("audio", 2.0)):
            player = looker.page.locator(kind).first
            assert player.evaluate(IS_QUIET), kind
            assert abs(player.evaluate(PLAY) - seconds) < 0.2, kind
        assert not looker.noise
