"""A site on each engine in turn, and browsers that fill in its forms."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.core.kernel import Kernel
from app.core.records import replace
from app.core.runner import Runner
from app.core.settings import Settings
from app.instance.service import found_coop
from app.main import create_app
from app.members.models import Member
from app.members.offices import Office
from app.members.passwords import Hasher
from app.members.register import Newcomer
from tests.engines import ENGINES, copied
from tests.factories import make_member
from tests.fakes import FixedClock
from tests.pages import Browser

PASSWORD = "a kettle in the reading room"


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Both engines again: what these pages write matters."""
    with copied(request, request.param, tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of PASSWORD, made once."""
    return Hasher(threads=1).hash_now(PASSWORD)


@dataclass
class House:
    """A site, and its doors."""

    kernel: Kernel
    runner: Runner
    clock: FixedClock
    password_hash: str

    def open_browser(self, **settings: Any) -> Browser:
        """Return a browser at this site, with some of its settings changed."""
        changed = {**self.kernel.settings.model_dump(), **settings}
        kernel = replace(self.kernel, settings=Settings.model_validate(changed))
        client = TestClient(
            create_app(kernel),
            base_url="https://riverside.example",
            headers={"accept": "text/html", "user-agent": "Firefox/140.0 Linux"},
            follow_redirects=False,
            raise_server_exceptions=True,
        )
        return Browser(client)

    def found(self) -> int:
        """Found the co-op by ada; return her member id."""
        with self.kernel.db.write.begin() as session:
            founder = Newcomer("ada", "ada@mail.example", self.password_hash)
            now = self.clock.now()
            made = found_coop(session, name="Riverside", founder=founder, via="test", now=now)
            return made.founder.id

    def add(self, username: str, *, offices: tuple[Office, ...] = (), **given: Any) -> int:
        """Add a member with PASSWORD; return the member id."""
        with self.kernel.db.write.begin() as session:
            defaults = {"email": f"{username}@mail.example", "password_hash": self.password_hash}
            member = make_member(session, username=username, offices=offices, **(defaults | given))
            return member.id

    def signed_in(self, username: str, **settings: Any) -> Browser:
        """Return a browser in which the person has signed in."""
        browser = self.open_browser(**settings)
        browser.visit("/login")
        browser.send("/login", login=username, password=PASSWORD)
        return browser

    def member(self, member_id: int) -> Member:
        """Return the person's row as it is now."""
        with self.kernel.db.read.begin() as session:
            return session.get_one(Member, member_id)


@pytest.fixture
def house(kernel: Kernel, runner: Runner, clock: FixedClock, password_hash: str) -> House:
    """A site without a co-op."""
    return House(kernel, runner, clock, password_hash)
