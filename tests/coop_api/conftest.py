"""Fixtures of the co-op API."""

from collections.abc import Iterator

import pytest

from tests.coop_api.world import World, built
from tests.engines import copied


@pytest.fixture(scope="module")
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The world, built once for a module; on SQLite, unless a test asks for each engine."""
    folder = tmp_path_factory.mktemp("world")
    engine = getattr(request, "param", "sqlite")
    with copied(request, engine, folder) as url, built(url, folder) as made:
        yield made
