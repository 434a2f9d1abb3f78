"""Fixtures of deciding."""

import pytest

from app.core.db import Database
from app.core.runner import Runner
from tests.fakes import FixedClock
from tests.governance.hall import Hall


@pytest.fixture
def empty_hall(db: Database, clock: FixedClock, runner: Runner) -> Hall:
    """A site on which nothing was founded yet."""
    return Hall(db, clock, runner)
