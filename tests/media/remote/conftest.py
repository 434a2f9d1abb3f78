"""A site elsewhere with pictures, and a shelf that may ask it."""

from collections.abc import Iterator

import pytest

from app.core.kernel import Kernel
from app.core.net import Net
from app.media.darkroom import Darkroom
from app.media.remote.addresses import RemoteAddress, Variant
from app.media.remote.shelf import RemoteShelf, own_hosts
from tests.loops import Loop, loop_thread
from tests.sites import FAR, Site, found_at, opened


@pytest.fixture(scope="module")
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
    yield from opened(lookup=found_at(FAR))


@pytest.fixture
def shelf(kernel: Kernel, net: Net) -> RemoteShelf:
    return RemoteShelf(
        kernel.db,
        kernel.clock,
        kernel.storage,
        net,
        Darkroom(tables=1),
        kernel.keyring,
        own_hosts(kernel.settings),
    )


def shown(url: str, variant: Variant = Variant.PICTURE) -> RemoteAddress:
    return RemoteAddress(url, variant)
