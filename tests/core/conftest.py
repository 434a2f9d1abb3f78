"""Fixtures for outgoing HTTP: another machine, and two ways out."""

from collections.abc import Iterator

import pytest

from app.core.net import Net, look_up_by_dns
from tests.elsewhere import far, loop, net
from tests.sites import opened

__all__ = ["far", "loop", "net", "strict"]


@pytest.fixture
def strict() -> Iterator[Net]:
    """A way out as in production, with the machine's own resolver."""
    yield from opened(allow=(), lookup=look_up_by_dns)
