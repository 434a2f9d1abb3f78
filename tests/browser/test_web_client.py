"""A web client of another address, in a real browser: it signs in, shows home, hears, posts."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live import PASSWORD, LiveSite, live_site

pytestmark = pytest.mark.browser
CLIENT = Path(__file__).parent / "webclient"


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the name is given)
        """Say nothing."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve the folder at an address of its own."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=folder)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def site(tmp_path: Path, database_url: str) -> Iterator[LiveSite]:
    folder, url = tmp_path / "site", database_url
    with live_site(folder, COMMONHOLD_TEST_OPEN="1", COMMONHOLD_DATABASE_URL=url) as site:
        yield site


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context()
    yield context.new_page()
    context.close()


def enter(page: Page, client: str, site: LiveSite) -> None:
    page.goto(client)
    page.get_by_label("Site").fill(site.url)
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(re.compile(f"^{site.url}/"))


def post(site: LiveSite, words: str) -> None:
    """Let another program of the same member post."""
    token = site.command("member", "token", "ada").stdout.strip()
    headers = {"authorization": f"Bearer {token}"}
    answer = httpx2.post(f"{site.url}/api/v1/statuses", json={"status": words}, headers=headers)
    assert answer.status_code == 200, answer.text


def test_a_web_client_signs_in_shows_home_hears_and_posts(page: Page, site: LiveSite) -> None:
    noise: list[str] = []
    page.on("console", lambda told: noise.append(told.text))
    page.on("pageerror", lambda fault: noise.append(str(fault)))
    with served(CLIENT) as client:
        enter(page, client, site)
        page.get_by_label("Your name here").fill("ada")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("May it act for you?")
        expect(page.get_by_text("A small web client")).to_be_visible()
        page.get_by_role("button", name="No", exact=True).click()
        expect(page.get_by_role("alert")).to_have_text("access_denied")

        enter(page, client, site)
        page.get_by_role("button", name="Yes, it may").click()
        expect(page).to_have_url(client)
        expect(page.locator("#who")).to_have_text("ada")
        expect(page.locator("#heard")).to_have_text("listening")
        page.get_by_label("Words").fill("Hello from afar")
        page.get_by_role("button", name="Post").click()
        expect(page.locator("#home li")).to_have_text(["Hello from afar"])
        post(site, "Hello from next door")
        expect(page.locator("#home li").first).to_have_text("Hello from next door")
        page.reload()
        expect(page.locator("#home li")).to_have_text(["Hello from next door", "Hello from afar"])
        expect(page.get_by_role("alert")).to_be_empty()
        page.goto(f"{site.url}/home")
        expect(page.get_by_text("Hello from afar")).to_be_visible()
    assert noise == []
