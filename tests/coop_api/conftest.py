"""Fixtures of the co-op API."""

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import make_url

from tests.coop_api.world import World, built
from tests.engines import copy_sqlite, postgresql_database


@pytest.fixture(scope="module")
def world(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The world, built once for a module; on SQLite, unless a test asks for each engine."""
    folder = tmp_path_factory.mktemp("world")
    if getattr(request, "param", "sqlite") == "sqlite":
        template = request.getfixturevalue("sqlite_template")
        with built(copy_sqlite(template, folder), folder) as made:
            yield made
        return
    template = make_url(request.getfixturevalue("postgresql_template")).database
    server = request.getfixturevalue("postgresql")
    with postgresql_database(server, template=template) as url, built(url, folder) as made:
        yield made
