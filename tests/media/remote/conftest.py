"""A site elsewhere with pictures, and a shelf that may ask it."""

import pytest

from app.core.kernel import Kernel
from app.core.net import Net
from app.media.remote.addresses import RemoteAddress, Variant
from app.media.remote.shelf import RemoteShelf, open_shelf
from tests.elsewhere import far, loop, net

__all__ = ["far", "loop", "net", "shelf", "shown"]


@pytest.fixture
def shelf(kernel: Kernel, net: Net) -> RemoteShelf:
    return open_shelf(kernel, net)


def shown(url: str, variant: Variant = Variant.PICTURE) -> RemoteAddress:
    return RemoteAddress(url, variant)
