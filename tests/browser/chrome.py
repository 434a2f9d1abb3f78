"""A person's hands in a real browser, and a real site whose time they wait for."""

import re
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, expect
from sqlalchemy import func, or_, select

from app.core.duties import Duty
from tests.browser.looking import DESKTOP, PATIENCE_MS, Looker, new_looker
from tests.engines import opened
from tests.live import LiveSite

FIELDS = "input, textarea, select"
DAY_SECONDS = 24 * 60 * 60
WORK_SECONDS = 60  # For the worker to come round to what fell due.


def beginning(words: str) -> re.Pattern[str]:
    """Return what matches a label, a link or a button by its first words."""
    return re.compile(rf"^\s*{re.escape(words)}")


@dataclass
class ChromeHands:
    """Hands on a real browser: they find things by what a person reads there."""

    looker: Looker
    url: str

    def open(self, path: str) -> Self:
        """Type an address."""
        self.looker.page.goto(self.url + path)
        return self

    def follow(self, words: str) -> Self:
        """Follow a link."""
        return self._go(self.looker.page.get_by_role("link", name=beginning(words)))

    def unfold(self, words: str) -> Self:
        """Open what is folded behind some words."""
        self.looker.page.locator("summary").filter(has_text=beginning(words)).first.click()
        return self

    def fill(self, label: str, text: str) -> Self:
        """Write into a field, in place of what is in it."""
        self._field(label).fill(text)
        return self

    def tick(self, label: str) -> Self:
        """Choose one answer, or tick a box."""
        self._field(label).check()
        return self

    def value(self, label: str) -> str:
        """Return what stands in a field."""
        return self._field(label).input_value()

    def press(self, button: str, *, refused: bool = False) -> Self:
        """Press a button, and read the page that it leads to."""
        return self._go(self.looker.page.get_by_role("button", name=beginning(button)))

    def shows(self, words: str) -> bool:
        """Return whether the page shows the words."""
        return words in self.looker.page.locator("body").inner_text().replace("\u00a0", " ")

    def sees(self, *words: str) -> Self:
        """Fail unless the page shows all of the words."""
        for one in words:
            body = self.looker.page.locator("body")
            expect(body).to_contain_text(one, use_inner_text=True, timeout=PATIENCE_MS)
        return self

    def misses(self, *words: str) -> Self:
        """Fail if the page shows one of the words."""
        for one in words:
            assert not self.shows(one), f"{one!r} on {self.path}"
        return self

    @property
    def path(self) -> str:
        """Where the page is."""
        return urlsplit(self.looker.page.url).path

    def _field(self, label: str) -> Locator:
        page = self.looker.page
        return page.get_by_label(beginning(label)).and_(page.locator(FIELDS))

    def _go(self, what: Locator) -> Self:
        with self.looker.page.expect_navigation():
            what.filter(visible=True).first.click()
        return self


@dataclass
class ChromeStage:
    """A running site with its worker; its clock is a file."""

    site: LiveSite
    chromium: Browser
    javascript: bool
    days: float = 0
    lookers: list[Looker] = field(default_factory=list)

    def hands(self) -> ChromeHands:
        """Return a new browser in which nobody is signed in."""
        self.lookers.append(new_looker(self.chromium, javascript=self.javascript, size=DESKTOP))
        return ChromeHands(self.lookers[-1], self.site.url)

    def founding_link(self) -> str:
        """Return the path of the link that the first start has printed."""
        link = re.search(r"/found/[\w-]+", self.site.log())
        assert link is not None, self.site.log()
        return link[0]

    def code_for(self, email: str) -> str:
        """Return the six digits of the newest mail to an address."""
        code = re.search(r"^(\d{6})$", self.site.newest_mail(email).text, re.MULTILINE)
        assert code is not None
        return code[1]

    def pass_days(self, days: float) -> None:
        """Let the site's clock jump, and wait until its worker has done what fell due."""
        self.days += days
        self.site.shift_clock(round(self.days * DAY_SECONDS))
        deadline = time.monotonic() + WORK_SECONDS
        while self._is_work_left():
            assert time.monotonic() < deadline, self.site.log()
            time.sleep(0.1)

    def close(self) -> None:
        """Close all browsers."""
        for looker in self.lookers:
            looker.context.close()

    def _is_work_left(self) -> bool:
        now = datetime.now(UTC) + timedelta(days=self.days)
        left = or_(Duty.due_at <= now, Duty.attempts > 0)  # What is being done was tried.
        owed = select(func.count()).select_from(Duty).where(Duty.abandoned_at.is_(None), left)
        database = f"sqlite:///{self.site.folder / 'commonhold.db'}"
        with opened(database) as db, db.read.begin() as session:
            return bool(session.scalar(owed))
