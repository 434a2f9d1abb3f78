"""A site over HTTP, on each database in turn, whose time the journey moves."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from app.core.kernel import Kernel
from app.core.runner import Runner
from app.instance.service import make_founding_link
from app.main import create_app
from tests.fakes import FixedClock
from tests.journeys.hands import PaperHands
from tests.journeys.story import Town
from tests.mails import code_in
from tests.paper import Paper


@dataclass
class PaperStage:
    """A site without a worker: time goes on by hand, moment for moment."""

    app: FastAPI
    kernel: Kernel
    runner: Runner
    clock: FixedClock

    def hands(self) -> PaperHands:
        """Return a new browser in which nobody is signed in."""
        return PaperHands(Paper(TestClient(self.app, base_url=self.kernel.settings.base_url)))

    def founding_link(self) -> str:
        """Return the path of the link that the first start prints."""
        with self.kernel.db.write.begin() as session:
            return f"/found/{make_founding_link(session, now=self.clock.now())}"

    def code_for(self, email: str) -> str:
        """Return the six digits of the newest mail to an address."""
        self.runner.run_until_idle(kind="mail.send")
        return code_in(self.kernel, to=email)

    def pass_days(self, days: float) -> None:
        """Let days go by, and what falls due be done."""
        self.clock.set(self.clock.now() + timedelta(days=days))
        self.runner.run_until_idle()


@pytest.fixture
def stage(kernel: Kernel, runner: Runner, clock: FixedClock) -> PaperStage:
    """A site on which nothing was founded yet."""
    return PaperStage(create_app(kernel), kernel, runner, clock)


@pytest.fixture
def town(stage: PaperStage) -> Town:
    """The people of a co-op to be founded."""
    return Town(stage)
