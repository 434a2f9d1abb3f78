"""What to look for on a page: accessibility, width, noise in the console; and pictures of it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    StorageState,
    ViewportSize,
)

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN_AXE = """([tags, only]) => axe.run(document, {
    resultTypes: ["violations"],
    runOnly: only.length ? {type: "rule", values: only} : {type: "tag", values: tags},
    rules: only.length ? {} : {"target-size": {enabled: true}},
}).then(found => found.violations)"""
COLOURS = ("color-contrast", "link-in-text-block")  # What may differ from light to dark.
SERIOUS = ("serious", "critical")
READ_FRAME = """() => ({
    headings: document.querySelectorAll("h1").length,
    title: document.title.trim(),
    lang: document.documentElement.lang,
    dir: document.documentElement.dir,
})"""
READ_WIDTH = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
DESKTOP = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=844)
NARROW = ViewportSize(width=320, height=700)
PATIENCE_MS = 20_000


@dataclass
class Looker:
    """One person's browser, which notes everything that goes wrong on the way."""

    context: BrowserContext
    page: Page
    noise: list[str] = field(default_factory=list)

    def axe(self, *only: str) -> list[str]:
        """Return the serious findings about the page, one line each; of some rules, if named."""
        if not self.page.evaluate("() => 'axe' in window"):
            self.page.evaluate(AXE)
        found: list[dict[str, Any]] = self.page.evaluate(RUN_AXE, [TAGS, list(only)])
        return [
            f"{finding['id']}: {node['html'][:160]} ({' '.join(map(str, node['target']))})"
            for finding in found
            if finding["impact"] in SERIOUS
            for node in finding["nodes"]
        ]

    def frame(self) -> list[str]:
        """Return what the page lacks that every page has."""
        frame = self.page.evaluate(READ_FRAME)
        faults = [f"no {name}" for name in ("title", "lang", "dir") if not frame[name]]
        if frame["headings"] != 1:
            faults.append(f"{frame['headings']} main headings")
        return faults

    def overflow(self) -> list[str]:
        """Return whether the page is wider than the window."""
        wider, size = self.page.evaluate(READ_WIDTH), self.page.viewport_size
        assert size is not None
        return [f"{wider} pixels wider than {size['width']}"] if wider > 0 else []

    def picture(self, name: str) -> None:
        """Write a picture of the whole page into the folder that git ignores."""
        SCREENSHOTS.mkdir(exist_ok=True)
        safe = re.sub(r"[^a-z0-9-]+", "-", name.lower()).strip("-")
        self.page.screenshot(path=SCREENSHOTS / f"{safe}.png", full_page=True)


def look_over(looker: Looker, name: str) -> list[str]:
    """Return what is wrong with the page in front of the reader: light and dark, wide and narrow.

    `name` is that of its pictures: on a desk in the light, on a phone in the dark. A page with
    another question after its `?` looks alike, and gets none.
    """
    wanted = "?" not in name
    page = looker.page
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="light")
    faults = [*looker.frame(), *looker.axe(), *looker.overflow()]
    if wanted:
        looker.picture(f"{name}-desk")
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    faults += [f"dark: {fault}" for fault in looker.axe(*COLOURS)]
    if wanted:
        looker.picture(f"{name}-phone-dark")
    page.set_viewport_size(NARROW)
    return faults + looker.overflow()


def new_looker(
    browser: Browser,
    *,
    javascript: bool = True,
    size: ViewportSize = DESKTOP,
    locale: str = "en-GB",
    kept: StorageState | None = None,
) -> Looker:
    """Open a fresh browser for one person; console errors and failed requests are noted.

    `kept` is what another browser has kept: its sign-in, for one.
    """
    context = browser.new_context(
        java_script_enabled=javascript,
        viewport=size,
        locale=locale,
        storage_state=kept,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    looker = Looker(context, context.new_page())
    _listen(looker)
    return looker


@contextmanager
def opened(browser: Browser, **given: Any) -> Iterator[Looker]:
    """Open a fresh browser as `new_looker` does, and close it at the end."""
    looker = new_looker(browser, **given)
    yield looker
    looker.context.close()


def _listen(looker: Looker) -> None:
    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            looker.noise.append(f"{looker.page.url}: {message.text}")

    def failed(request: Request) -> None:
        # A request that the browser itself gives up, because the page was left, is no fault.
        if request.failure and "ERR_ABORTED" not in request.failure:
            looker.noise.append(f"{request.url}: {request.failure}")

    looker.page.on("console", heard)
    looker.page.on("pageerror", lambda error: looker.noise.append(str(error)))
    looker.page.on("requestfailed", failed)
