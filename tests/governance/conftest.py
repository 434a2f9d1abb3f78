"""Fixtures of deciding."""

import pytest

from app.core.db import Database
from app.core.kernel import Kernel
from app.core.runner import Runner
from app.instance.presets import Preset
from app.main import create_app
from tests.fakes import FixedClock
from tests.governance.hall import Hall
from tests.governance.web import Web


@pytest.fixture
def hall(db: Database, clock: FixedClock, runner: Runner, request: pytest.FixtureRequest) -> Hall:
    """A co-op of five: ada, who founded it, bo, cleo, dov and eve; small, or by the parameter."""
    return Hall(db, clock, runner).found(Preset(getattr(request, "param", Preset.SMALL)))


@pytest.fixture
def empty_hall(db: Database, clock: FixedClock, runner: Runner) -> Hall:
    """A site on which nothing was founded yet."""
    return Hall(db, clock, runner)


@pytest.fixture
def web(kernel: Kernel, hall: Hall) -> Web:
    """The site of the small co-op, without a worker: time goes on by hand."""
    return Web(create_app(kernel), kernel, hall)
