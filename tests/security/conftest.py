"""A site with its people, for the cases of the catalogue."""

import pytest

from app.core.kernel import Kernel
from app.core.runner import Runner
from app.members.passwords import Hasher
from tests.fakes import FixedClock
from tests.web.people.conftest import PASSWORD, House


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of PASSWORD, made once."""
    return Hasher(threads=1).hash_now(PASSWORD)


@pytest.fixture
def house(kernel: Kernel, runner: Runner, clock: FixedClock, password_hash: str) -> House:
    """A site founded by ada, with the member maren."""
    house = House(kernel, runner, clock, password_hash)
    house.found()
    house.add("maren")
    return house
