"""A real Chromium and a lively site for it; a loud skip where no browser is found."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, StorageState, sync_playwright

from tests.browser.furnishing import Plan, build
from tests.conftest import NO_BROWSER
from tests.live import LiveSite

CANDIDATES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@dataclass(frozen=True)
class Demo:
    """The demo's site, what there is to look at, and who has signed in already."""

    site: LiveSite
    plan: Plan
    kept: dict[str, StorageState] = field(default_factory=dict)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, without a window.

    It goes before tests of another package: while it is there its event loop runs in this thread,
    and no other can.
    """
    found = next(filter(None, map(shutil.which, CANDIDATES)), None)
    if found is None:
        pytest.skip(NO_BROWSER)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's data, told once for all processes of this run: the others wait for the first."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    with (folder / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "demo" / "plan.json").exists():
            shutil.rmtree(folder / "demo", ignore_errors=True)
            (folder / "demo").mkdir()
            build(folder / "demo")
    return folder / "demo"


@pytest.fixture(scope="session")
def demo(demo_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A copy of the demo in a server of one's own. Its time stands still but for the clock."""
    folder = tmp_path_factory.mktemp("copy") / "demo"
    shutil.copytree(demo_folder, folder)
    site = LiveSite(folder)
    site.start("--no-worker")
    yield Demo(site, Plan.read(folder))
    site.stop()
