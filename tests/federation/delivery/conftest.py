"""Fixtures of what is said to other sites."""

import pytest

from app.core.kernel import Kernel
from tests.federation.delivery.far import FarSites


@pytest.fixture
def far(kernel: Kernel) -> FarSites:
    """All other sites of the world, which take what comes."""
    return FarSites(kernel)
