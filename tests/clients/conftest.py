"""A running site for each engine, shared by all tests of real clients."""

from collections.abc import Iterator

import pytest

from tests.clients.site import ClientSite, client_site
from tests.engines import ENGINES, copied


@pytest.fixture(scope="session", params=ENGINES)
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ClientSite]:
    """A site without limits, with ada and maren; its rows stay from test to test."""
    folder = tmp_path_factory.mktemp("clients")
    with (
        copied(request, request.param, folder) as url,
        client_site(folder, database_url=url) as site,
    ):
        yield site
