"""Fixtures of the client API."""

import pytest

from app.core.kernel import Kernel
from app.members.passwords import Hasher
from tests.mastodon.apps import Site
from tests.web.people.conftest import PASSWORD


@pytest.fixture
def site(kernel: Kernel) -> Site:
    """A site without anybody on it yet, on each engine in turn."""
    return Site(kernel)


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of PASSWORD, made once."""
    return Hasher(threads=1).hash_now(PASSWORD)
