"""Fixtures of another site, on another machine."""

from collections.abc import Iterator

import pytest

from app.core.net import Net
from tests.elsewhere import loop, net
from tests.federation.inbox.there import There
from tests.loops import Loop
from tests.mastodon.apps import Site
from tests.sites import Site as Server

__all__ = ["loop", "net"]


@pytest.fixture(scope="module")
def server(loop: Loop) -> Iterator[Server]:
    """The machine of the other site."""
    server = Server(loop).start()
    yield server
    server.stop()


@pytest.fixture
def there(site: Site, server: Server, net: Net) -> There:
    """The other site."""
    return There(site, server, net)
