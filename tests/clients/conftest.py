"""A running site for each engine, shared by all tests of real clients."""

from collections.abc import Iterator

import pytest
from sqlalchemy.engine import make_url

from tests.clients.site import ClientSite, client_site
from tests.engines import ENGINES, copy_sqlite, postgresql_database


@pytest.fixture(scope="session", params=ENGINES)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ClientSite]:
    """A site without limits, with ada and maren; its rows stay from test to test."""
    folder = tmp_path_factory.mktemp("clients")
    template = request.getfixturevalue(f"{request.param}_template")
    if request.param == "sqlite":
        with client_site(folder, database_url=copy_sqlite(template, folder)) as site:
            yield site
        return
    server = request.getfixturevalue("postgresql")
    name = make_url(template).database
    with (
        postgresql_database(server, template=name) as url,
        client_site(folder, database_url=url) as site,
    ):
        yield site
