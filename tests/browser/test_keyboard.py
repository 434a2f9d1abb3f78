"""Everything by keyboard: the skip link first, focus to be seen, forms in reach, no trap."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Demo
from tests.browser.looking import Looker
from tests.browser.signing import seen_by

pytestmark = pytest.mark.browser

STOPS_MAX = 400
FOCUS = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return null;
    const style = getComputedStyle(at), box = at.getBoundingClientRect();
    const hasWords = ["BUTTON", "SUMMARY", "A"].includes(at.tagName);
    return {
        what: hasWords ? at.innerText.trim() : at.id || at.name,
        outlined: style.outlineStyle !== "none" && parseInt(style.outlineWidth) >= 2,
        inside: box.bottom > 0 && box.top < innerHeight && box.width > 0 && box.height > 0,
    };
}"""
# Whoever is there, the page, and what must be reached on it.
PAGES = [
    pytest.param("", "/login", ["login", "password", "Sign in"], id="sign in"),
    pytest.param("", "/join", ["username", "email", "password", "Send me the code"], id="join"),
    pytest.param(
        "anneke", "/compose", ["words", "pictures", "Post", "Save for later"], id="write"
    ),
    pytest.param("anneke", "/home", ["Write something to the house or the world"], id="home"),
    pytest.param(
        "anneke",
        "/coop/proposals/new?type=terms",
        ["title", "body", "text", "Show me first", "Keep as a draft"],
        id="propose",
    ),
    pytest.param("anneke", "the booth", ["choice", "reason", "Put it in the box"], id="vote"),
    pytest.param(
        "anneke", "/settings/membership", ["amount", "cadence", "Save my choice"], id="pay"
    ),
]


@pytest.mark.parametrize(("name", "path", "wanted"), PAGES)
def test_a_page_by_keyboard(
    chromium: Browser, demo: Demo, name: str, path: str, wanted: list[str]
) -> None:
    if path == "the booth":
        path = next(one for one in demo.plan.paths["anneke"] if one.endswith("/vote"))
    with seen_by(chromium, demo, name) as looker:
        looker.page.goto(demo.site.url + path)
        stops = _tab_through(looker)
    assert stops[0]["what"] == "Skip to the content"
    unseen = [stop["what"] for stop in stops if not (stop["outlined"] and stop["inside"])]
    assert not unseen, "focus is not to be seen"
    reached = [stop["what"] for stop in stops]
    assert [one for one in wanted if one not in reached] == []


def _tab_through(looker: Looker) -> list[dict[str, Any]]:
    """Press Tab from the top of the page until it is left again; return every stop."""
    stops: list[dict[str, Any]] = []
    for _ in range(STOPS_MAX):
        looker.page.keyboard.press("Tab")
        stop = looker.page.evaluate(FOCUS)
        if stop is None or (stops and stop["what"] == "Skip to the content"):
            return stops
        stops.append(stop)
    raise AssertionError(f"a trap at {stops[-3:]}")


def test_the_skip_link_leads_past_the_list(chromium: Browser, demo: Demo) -> None:
    with seen_by(chromium, demo, "anneke") as looker:
        page = looker.page
        page.goto(f"{demo.site.url}/home")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        assert page.evaluate("() => document.activeElement.id") == "main"
        page.keyboard.press("Tab")
        assert page.evaluate("() => !!document.activeElement.closest('main')")


def test_a_menu_opens_and_closes_by_keyboard(chromium: Browser, demo: Demo) -> None:
    with seen_by(chromium, demo, "anneke") as looker:
        looker.page.goto(f"{demo.site.url}/home")
        menu = looker.page.locator("details.menu").first
        menu.locator("summary").focus()
        looker.page.keyboard.press("Enter")
        assert menu.get_attribute("open") is not None
        looker.page.keyboard.press("Tab")
        looker.page.keyboard.press("Escape")
        assert menu.get_attribute("open") is None
        assert looker.page.evaluate("() => document.activeElement.tagName") == "SUMMARY"
