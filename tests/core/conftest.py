"""Fixtures for outgoing HTTP: another machine, and two ways out."""

from collections.abc import Iterator

import pytest

from app.core.net import (
    Net,
    look_up_by_dns,
)
from tests.loops import Loop, loop_thread
from tests.sites import FAR, Site, found_at, opened


@pytest.fixture
def loop() -> Iterator[Loop]:
    with loop_thread() as loop:
        yield loop


@pytest.fixture
def far(loop: Loop) -> Iterator[Site]:
    site = Site(loop).start()
    yield site
    site.stop()


@pytest.fixture
def net() -> Iterator[Net]:
    """A way out to FAR, where every name lives."""
    yield from opened(lookup=found_at(FAR))


@pytest.fixture
def strict() -> Iterator[Net]:
    """A way out as in production, with the machine's own resolver."""
    yield from opened(allow=(), lookup=look_up_by_dns)
