"""From nothing to new terms in a real browser, with and without its scripts."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.chrome import ChromeHands, ChromeStage
from tests.browser.looking import DESKTOP, look_over
from tests.journeys.hands import Hands
from tests.journeys.story import Town, change_terms, inhabit, take_effect
from tests.live import live_site

pytestmark = pytest.mark.browser


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def stage(
    request: pytest.FixtureRequest, chromium: Browser, tmp_path: Path
) -> Iterator[ChromeStage]:
    """A site in a process of its own, on which nothing was founded yet."""
    with live_site(tmp_path / "site", founded=False) as site:
        stage = ChromeStage(site, chromium, javascript=request.param)
        yield stage
        stage.close()


def test_from_the_founding_to_new_terms(stage: ChromeStage) -> None:
    faults: list[str] = []

    def watch(hands: Hands, name: str) -> None:
        assert isinstance(hands, ChromeHands)
        if stage.javascript:
            faults.extend(look_over(hands.looker, f"journey-{name}"))
            hands.looker.page.set_viewport_size(DESKTOP)

    town = Town(stage, watch=watch)
    stage.hands().open("/").sees("Nobody lives here yet")
    inhabit(town)
    town.post("bo", "Hello from the ferry.").sees("Hello from the ferry.")
    town.go("cleo", "/local").sees("Hello from the ferry.")
    change_terms(town)
    take_effect(town)
    assert faults == []
    # The one refusal on the way: whoever has not accepted the new terms may not post.
    noise = [line for looker in stage.lookers for line in looker.noise]
    assert all("422 (Unprocessable" in line for line in noise), noise
    assert len(noise) == 1
