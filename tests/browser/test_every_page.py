"""Every page that links lead to, as each kind of reader sees it; and none is left out."""

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Demo
from tests.browser.furnishing import STARTS, WALKERS
from tests.browser.looking import NARROW, Looker, look_over
from tests.browser.routes import all_pages
from tests.browser.signing import seen_by

pytestmark = pytest.mark.browser

# What only a journey comes past: see test_journeys.py.
ON_THE_WAY = {
    "/found/{secret}",
    "/join/confirm",
    "/join/link",
    "/letters/stop/{member_id}/{mark}",
}
PARTS = 4  # A reader's many pages are looked at in so many parts, by whoever has time.
READERS = [
    pytest.param(name, part, id=f"{name or 'visitor'}, part {part + 1}")
    for name in STARTS
    for part in range(PARTS if name in WALKERS else 1)
]


def test_no_link_leads_nowhere(demo: Demo) -> None:
    assert demo.plan.dead == []


def test_no_page_is_left_out(demo: Demo) -> None:
    pages = {page.pattern for page in all_pages()}
    assert pages - set(demo.plan.kinds) == ON_THE_WAY


@pytest.mark.parametrize(("name", "part"), READERS)
def test_every_page(chromium: Browser, demo: Demo, name: str, part: int) -> None:
    parts = PARTS if name in WALKERS else 1
    paths = demo.plan.paths[name][part::parts]
    faults: list[str] = []
    with seen_by(chromium, demo, name) as looker:
        for path in paths:
            faults += [f"{path}: {fault}" for fault in _faults_at(looker, demo, name, path)]
        faults += looker.noise
    assert len(paths) >= 1
    assert not faults, "\n".join(faults)


def _faults_at(looker: Looker, demo: Demo, name: str, path: str) -> list[str]:
    response = looker.page.goto(demo.site.url + path)
    assert response is not None
    faults = [] if response.status == 200 else [f"status {response.status}"]
    return faults + look_over(looker, f"{name or 'visitor'}-{path}")


@pytest.mark.parametrize("name", WALKERS, ids=["visitor", "anneke"])
def test_from_right_to_left(chromium: Browser, demo: Demo, name: str) -> None:
    """In a language that runs the other way, with longer words, nothing sticks out either."""
    paths = [path for path in demo.plan.paths[name] if "?" not in path]
    faults: list[str] = []
    with seen_by(chromium, demo, name, size=NARROW, javascript=False, locale="ar-XB") as looker:
        for number, path in enumerate(paths):
            looker.page.goto(demo.site.url + path)
            assert looker.page.locator("html").get_attribute("dir") == "rtl", path
            faults += [f"{path}: {fault}" for fault in looker.overflow()]
            if number % 4 == 0:
                looker.picture(f"{name or 'visitor'}-{path}-narrow-rtl")
        faults += looker.noise
    assert not faults, "\n".join(faults)


def test_a_page_that_is_not_there(chromium: Browser, demo: Demo) -> None:
    """The answer to a wrong address is a page like any other."""
    with seen_by(chromium, demo, "") as looker:
        response = looker.page.goto(f"{demo.site.url}/nothing/here")
        assert response is not None
        assert response.status == 404
        assert look_over(looker, "visitor-nothing-here") == []
