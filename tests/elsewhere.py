"""Fixtures for outgoing HTTP: another machine, and a way to it."""

from collections.abc import Iterator

import pytest

from app.core.net import Net
from tests.loops import Loop, loop_thread
from tests.sites import FAR, Site, found_at, opened


@pytest.fixture(scope="module")
def loop() -> Iterator[Loop]:
    """An event loop in a thread of its own."""
    with loop_thread() as loop:
        yield loop


@pytest.fixture
def far(loop: Loop) -> Iterator[Site]:
    """A site on another machine."""
    site = Site(loop).start()
    yield site
    site.stop()


@pytest.fixture
def net() -> Iterator[Net]:
    """A way out to FAR, where every name lives."""
    yield from opened(lookup=found_at(FAR))
