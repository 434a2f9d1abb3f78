"""What tests of the client API share."""

import pytest

from app.members.passwords import Hasher
from tests.web.people.conftest import PASSWORD


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of PASSWORD, made once."""
    return Hasher(threads=1).hash_now(PASSWORD)
