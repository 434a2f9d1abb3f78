"""Fixtures of the co-op API."""

from collections.abc import Iterator

import pytest

from tests.coop_api.world import World, built


@pytest.fixture(scope="module")
def world(sqlite_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """The world, built once for a module: who changes a thing of it has it for themselves."""
    with built(sqlite_template, tmp_path_factory.mktemp("world")) as made:
        yield made
