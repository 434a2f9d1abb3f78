"""Coming in as a person does, by the form; once for each person and server."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser

from tests.browser.conftest import Demo
from tests.browser.looking import Looker, opened
from tests.live import PASSWORD


@contextmanager
def seen_by(chromium: Browser, demo: Demo, name: str, **given: Any) -> Iterator[Looker]:
    """Open a browser in which the person is signed in; nobody, without a name."""
    if name and name not in demo.kept:
        with opened(chromium, javascript=False) as looker:
            sign_in(looker, demo.site.url, name)
            demo.kept[name] = looker.context.storage_state()
    with opened(chromium, kept=demo.kept.get(name), **given) as looker:
        yield looker


def sign_in(looker: Looker, url: str, name: str) -> None:
    """Sign in through the page."""
    page = looker.page
    page.goto(f"{url}/login")
    page.get_by_label("Your name here, or your e-mail").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(re.compile(r"/(home|welcome|place)$"))
