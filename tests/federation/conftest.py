"""Fixtures of what other sites read."""

import pytest

from app.core.kernel import Kernel
from tests.federation.reading import Reader
from tests.mastodon.apps import Site


@pytest.fixture
def site(kernel: Kernel) -> Site:
    """A site without anybody on it yet, on each engine in turn."""
    return Site(kernel)


@pytest.fixture
def other(site: Site) -> Reader:
    """Another site, which reads ours."""
    return Reader(site)
