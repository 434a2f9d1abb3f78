"""Fixtures of what is said to other sites."""

import itertools
from collections.abc import Iterator

import pytest

from app.core.kernel import Kernel
from app.federation import keys
from tests.federation.delivery.far import FarSites

PAIRS = 8


@pytest.fixture(scope="session", autouse=True)
def pairs_made_once() -> Iterator[None]:
    """Give accounts one of a few pairs of keys in turn: making one takes longer than a test."""
    made = itertools.cycle([keys.make_pair() for _ in range(PAIRS)])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(keys, "make_pair", lambda: next(made))
        yield


@pytest.fixture
def far(kernel: Kernel) -> FarSites:
    """All other sites of the world, which take what comes."""
    return FarSites(kernel)
